/**
 * Takes in one message in as many parts as it has bytes, and prints by how many MB the process grew for it at most.
 *
 * @module
 */
import process from "node:process";
import { FrameDecoder } from "../../src/transport/websocket/_frames.ts";

const [kind, count] = [process.argv[2], Number(process.argv[3])];
let told = 0;

function take(size: number): void {
  const decoder = new FrameDecoder({
    message: (data) => void (told += data.length),
    messages: (batch) => batch.forEach((data) => told += data.length),
    ping: () => {},
    peerCloses: () => {},
    violation: (code, reason) => {
      throw new Error(`${code} ${reason}`);
    },
  }, size);
  if (kind === "fragments") {
    decoder.push(Uint8Array.of(0x01, 1, 97));
    for (let n = 2; n < size; n++) decoder.push(Uint8Array.of(0, 1, 97));
    decoder.push(Uint8Array.of(0x80, 1, 97));
  } else {
    const header = new Uint8Array(10);
    header.set([0x82, 127]);
    new DataView(header.buffer).setUint32(6, size);
    for (const byte of header) decoder.push(Uint8Array.of(byte));
    for (let n = 0; n < size; n++) decoder.push(Uint8Array.of(97));
  }
}

// What the runtime itself takes for as many short-lived pieces is no part of what is kept.
for (let n = 0; n < 200; n++) take(10_000);
told = 0;
const before = process.resourceUsage().maxRSS;
take(count);
if (told !== count) throw new Error(`Told ${told} of ${count} bytes`);
console.log(((process.resourceUsage().maxRSS - before) / 1_000).toFixed(1));
