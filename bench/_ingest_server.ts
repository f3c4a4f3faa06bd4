/**
 * The server of the ingest benchmark, in a process of its own: Twitch's chat as far as a client needs it to be let in, which
 * half a second after the JOIN says so many lines, as fast as they are taken: over WebSocket, each in a message, and over
 * TCP. Prints both ports.
 *
 *     _ingest_server.ts <seed> <lines>
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createServer } from "node:http";
import net, { type AddressInfo } from "node:net";
import process from "node:process";
import type { Duplex } from "node:stream";
import { frame } from "./_gateway_wire.ts";
import { makeChat } from "./_twitch_lines.ts";
import { accept, readFrames } from "./_websocket_server.ts";

/** So many lines are written at once. */
const PER_CHUNK = 50;
/** So many writes may be under way. */
const IN_FLIGHT = 8;

const [seed = "1", count = "0"] = process.argv.slice(2);
const lines = makeChat(Number(seed)).map(({ line }) => Buffer.from(`${line}\r\n`));

/** Lines as they go over a socket, in what is written at once. */
const chunked = (lines: readonly Buffer[]) =>
  Array.from({ length: lines.length / PER_CHUNK }, (_, at) => {
    return Buffer.concat(lines.slice(at * PER_CHUNK, (at + 1) * PER_CHUNK));
  });
const framed = (line: Buffer) => frame(line, true);
const chunks = { framed: chunked(lines.map(framed)), plain: chunked(lines) };

/** Lets a client in, and says all there is to say once it has joined a channel. */
class Chat {
  readonly #socket: Duplex;
  readonly #chunks: readonly Buffer[];
  readonly #asSent: (line: Buffer) => Buffer;
  #nick = "";

  constructor(socket: Duplex, chunks: readonly Buffer[], asSent: (line: Buffer) => Buffer) {
    this.#socket = socket;
    this.#chunks = chunks;
    this.#asSent = asSent;
    socket.on("error", () => {});
  }

  hear(text: string): void {
    for (const line of text.split("\r\n")) {
      const [command = "", ...rest] = line.split(" ");
      if (command === "CAP" && rest[0] === "REQ") {
        this.#say(`:tmi.twitch.tv CAP * ACK ${rest.slice(1).join(" ")}`);
      } else if (command === "CAP" && rest[0] === "LS") {
        this.#say(":tmi.twitch.tv CAP * LS :twitch.tv/commands twitch.tv/tags twitch.tv/membership");
      } else if (command === "NICK") {
        this.#nick = rest[0] ?? "";
        for (const code of ["001", "002", "003", "004", "375", "372", "376"]) {
          this.#say(`:tmi.twitch.tv ${code} ${this.#nick} :-`);
        }
      } else if (command === "PING") {
        this.#say(`:tmi.twitch.tv PONG tmi.twitch.tv ${rest.join(" ")}`);
      } else if (command === "JOIN") this.#joined(rest[0] ?? "");
    }
  }

  #joined(channel: string): void {
    const nick = this.#nick;
    this.#say(`:${nick}!${nick}@${nick}.tmi.twitch.tv JOIN ${channel}`);
    this.#say(`:${nick}.tmi.twitch.tv 353 ${nick} = ${channel} :${nick}`);
    this.#say(`:${nick}.tmi.twitch.tv 366 ${nick} ${channel} :End of /NAMES list`);
    this.#say(
      `@emote-only=0;followers-only=-1;r9k=0;room-id=1;slow=0;subs-only=0 :tmi.twitch.tv ROOMSTATE ${channel}`,
    );
    setTimeout(() => this.#pour(), 500);
  }

  #say(line: string): void {
    this.#socket.write(this.#asSent(Buffer.from(`${line}\r\n`)));
  }

  #pour(): void {
    let sent = 0;
    const more = (error?: Error | null) => {
      const chunk = this.#chunks[sent / PER_CHUNK % this.#chunks.length];
      if (error || chunk === undefined || sent >= Number(count)) return;
      sent += PER_CHUNK;
      this.#socket.write(chunk, more);
    };
    for (let at = 0; at < IN_FLIGHT; at++) more();
  }
}

const overWebSocket = createServer();
overWebSocket.on("upgrade", (request, socket: Duplex) => {
  accept(request, socket);
  const chat = new Chat(socket, chunks.framed, framed);
  socket.on(
    "data",
    readFrames((opcode, payload) => opcode === 8 ? socket.end() : chat.hear(payload.toString())),
  );
});
const overTcp = net.createServer((socket) => {
  const chat = new Chat(socket, chunks.plain, (line) => line);
  socket.on("data", (data) => chat.hear(data.toString()));
});

const portOf = (server: net.Server): Promise<number> => {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
};
process.stdout.write(`${await portOf(overWebSocket)} ${await portOf(overTcp)}\n`);
