/**
 * What the servers of the benchmarks do of WebSocket: they frame what they send beforehand, and read what little comes.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** Answers a request for a WebSocket, with the subprotocol that it asks for. */
export function accept({ headers }: IncomingMessage, socket: Duplex): void {
  const key = `${headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const accept = createHash("sha1").update(key).digest("base64");
  const protocol = headers["sec-websocket-protocol"];
  socket.write(
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
      (protocol === undefined ? "" : `Sec-WebSocket-Protocol: ${protocol}\r\n`) +
      `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
}

/** Reads a client's frames, of which we need whole ones. */
export function readFrames(take: (opcode: number, payload: Buffer) => void): (data: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (data) => {
    rest = rest.length === 0 ? data : Buffer.concat([rest, data]);
    while (rest.length >= 2) {
      const short = (rest[1] ?? 0) & 127;
      const header = short === 126 ? 8 : short === 127 ? 14 : 6;
      if (rest.length < header) return;
      const length = short === 126 ? rest.readUInt16BE(2) : short === 127 ? rest.readUInt32BE(6) : short;
      if (rest.length < header + length) return;
      const mask = rest.subarray(header - 4, header);
      const payload = Buffer.from(rest.subarray(header, header + length));
      for (let i = 0; i < length; i++) payload[i] = (payload[i] ?? 0) ^ (mask[i % 4] ?? 0);
      const opcode = (rest[0] ?? 0) & 15;
      rest = rest.subarray(header + length);
      take(opcode, payload);
    }
  };
}
