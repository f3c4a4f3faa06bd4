/**
 * A link that brings a message in 400,000 pieces of a byte each. It prints by how many MB what is resident has grown,
 * with what inflates by the web's streams, too.
 *
 * @module
 */
import process from "node:process";
import { inflating } from "../../../src/discord/gateway/compression/inflating.ts";
import { WebStreamInflater } from "../../../src/discord/gateway/compression/web_inflaters.ts";
import type { Inflater } from "../../../src/discord/gateway/compression/inflater.ts";
import type { LinkEvents } from "../../../src/protocol/link.ts";

const PIECES = 400_000;
const PIECE = Uint8Array.of(1);
const asItIs: Inflater = { inflate: (piece, _last, _most, done) => done([piece]), free: () => {} };
const kept: unknown[] = [];
const before = process.memoryUsage().rss;
for (const inflater of [asItIs, new WebStreamInflater()]) {
  let link: LinkEvents | undefined;
  const beneath = { send: () => {}, close: () => {}, abort: () => {} };
  const dial = inflating((_, events) => {
    link = events;
    return beneath;
  }, { compression: "zlib-stream", text: true, inflater: () => inflater });
  const ignore = (): void => {};
  kept.push(dial({ url: "" }, { opened: ignore, receive: ignore, receiveBatch: ignore, closed: ignore }));
  for (let i = 0; i < PIECES; i++) link?.receive(PIECE.slice());
}
console.log(Math.round((process.memoryUsage().rss - before) / 1e6), kept.length);
