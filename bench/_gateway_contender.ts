/**
 * One contender of the gateway benchmark, in a process of its own, on Deno, Bun or Node:
 *
 *     _gateway_contender.ts throughput <contender> <port> <warm-up> <events> <wire> [<folder>]
 *     _gateway_contender.ts heap <contender> <port> <shards>
 *
 * Prints one line of JSON. `<folder>` is where another version of this repository is, whose contenders have "beside: "
 * before their names.
 *
 * @module
 */
import { unpack } from "etf.js";
import { Buffer } from "node:buffer";
import http from "node:http";
import { createRequire } from "node:module";
import process from "node:process";
import type { Transform } from "node:stream";
import zlib from "node:zlib";
import * as gateways from "../src/discord/gateway/mod.ts";
import { encodeTerm } from "../src/discord/gateway/wire/etf/term_writer.ts";
import { add, type Readable, valueOf, WANTED } from "./_gateway_dispatches.ts";
import type { BenchWire } from "./_gateway_wire.ts";
import { load } from "./_peers.ts";

/** What one run of one contender measured. */
export interface Run {
  /** How many events were delivered, those of the warm-up included. */
  readonly delivered: number;
  /** What their values come to. */
  readonly sum: number;
  /** How long the measured part took. */
  readonly seconds: number;
  /** How much processor time all of the process used in it. */
  readonly cpuSeconds: number;
}

/** What so many idle shards took. */
export interface Heap {
  /** Bytes of the garbage-collected heap, per shard. */
  readonly heap: number;
  /** Bytes of resident memory, per shard. */
  readonly resident: number;
}

const TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAw.parley.bench";
const { DiscordGateway, Intents } = gateways;
const INTENTS = Intents.Guilds | Intents.GuildMessages | Intents.GuildPresences | Intents.GuildMessageTyping;
const [what = "", name = "", port = "", first = "", second = "", wire = "", folder = ""] = process.argv.slice(
  2,
);

/** Counts what is delivered, asks for the measured part when all before it was, and takes the times of that. */
class Tally {
  readonly finished: Promise<Run>;
  readonly #finish: (run: Run) => void;
  readonly #begin: () => void;
  readonly #from: number;
  readonly #to: number;
  #delivered = 0;
  #sum = 0;
  #began = 0;
  #cpu: NodeJS.CpuUsage | undefined;

  constructor(from: number, to: number, begin: () => void) {
    this.#begin = begin;
    this.#from = from;
    this.#to = to;
    const { promise, resolve } = Promise.withResolvers<Run>();
    this.finished = promise;
    this.#finish = resolve;
  }

  take(value: number): void {
    this.#sum = add(this.#sum, value);
    const delivered = ++this.#delivered;
    if (delivered === this.#from) {
      this.#cpu = process.cpuUsage();
      this.#began = performance.now();
      this.#begin();
    } else if (delivered === this.#to) {
      const seconds = (performance.now() - this.#began) / 1_000;
      const { user, system } = process.cpuUsage(this.#cpu);
      this.#finish({ delivered, sum: this.#sum, seconds, cpuSeconds: (user + system) / 1_000_000 });
    }
  }
}

/** Connects to the URL and resolves once there is a session; from then on the tally is told of each event. */
type Contender = (url: string, tally: Tally, wire: BenchWire) => Promise<unknown>;

/** Parses each message, and tells the tally of the events. */
const parsing = (tally: Tally) => (data: string | Uint8Array) => {
  const payload = typeof data === "string" ? JSON.parse(data) : Object(unpack(data));
  if (payload.op !== 0 || payload.t === "READY") return payload;
  tally.take(valueOf(payload.t, payload.d));
};

const contenders: Record<string, Contender> = {
  "floor": (url, tally, wire) =>
    wire.encoding === "json" && wire.compression === "none"
      ? bareSocket(url, parsing(tally))
      : inflatingSocket(url, wire, parsing(tally), inflatingByStream(wire)),

  "floor, at once": (url, tally, wire) => inflatingSocket(url, wire, parsing(tally), inflatingAtOnce(wire)),

  "floor, one in ten": (url, tally, wire) => {
    const take = (data: string | Uint8Array) => {
      if (typeof data !== "string") throw new Error("There is no quick look into ETF");
      if (!data.startsWith('{"t":"')) return JSON.parse(data);
      const name = data.slice(6, data.indexOf('"', 6));
      if (name === WANTED) tally.take(valueOf(name, JSON.parse(data).d));
      else if (name === "READY") return JSON.parse(data);
    };
    return wire.compression === "none"
      ? bareSocket(url, take)
      : inflatingSocket(url, wire, take, inflatingByStream(wire));
  },

  "parley": parley,
  "beside: parley": async (url, tally, wire) => parley(url, tally, wire, await versionBeside()),
  "parley, one in ten": parleyOneInTen,
  "beside: parley, one in ten": async (url, tally, wire) =>
    parleyOneInTen(url, tally, wire, await versionBeside()),

  "@discordjs/ws": async (url, tally, { compression }) => {
    const { CompressionMethod, WebSocketManager, WebSocketShardEvents } = await import("@discordjs/ws");
    // All it asks of REST is where the gateway is.
    const rest = { get: () => Promise.resolve(gatewayBot(url)) } as unknown as ConstructorParameters<
      typeof WebSocketManager
    >[0]["rest"];
    const inflates = compression === "none" ? null : CompressionMethod.ZlibNative;
    const manager = new WebSocketManager({ token: TOKEN, intents: INTENTS, rest, compression: inflates });
    manager.on(WebSocketShardEvents.Dispatch, (payload) => {
      if (payload.t !== "READY") tally.take(valueOf(payload.t, payload.d as Readable));
    });
    const ready = new Promise((resolve) => manager.once(WebSocketShardEvents.Ready, resolve));
    await manager.connect();
    await ready;
  },

  "@discordeno/gateway": async (url, tally, { compression }) => {
    const { DiscordenoShard, TransportCompression } = await import("@discordeno/gateway");
    const kinds = {
      "none": null,
      "zlib-stream": TransportCompression.zlib,
      "zstd-stream": TransportCompression.zstd,
    };
    const shard = new DiscordenoShard({
      id: 0,
      connection: {
        compress: false,
        transportCompression: kinds[compression],
        intents: INTENTS,
        properties: { os: "linux", browser: "bench", device: "bench" },
        token: TOKEN,
        url,
        version: 10,
        totalShards: 1,
      },
      events: {
        message: (_, { t, d }) => {
          if (t && t !== "READY") tally.take(valueOf(t, d as Readable));
        },
      },
    });
    await shard.identify();
  },

  "oceanic.js": async (url, tally, { compression }) => {
    const { Client } = await import("oceanic.js");
    const client = new Client({
      auth: `Bot ${TOKEN}`,
      gateway: {
        intents: INTENTS,
        maxShards: 1,
        concurrency: 1,
        ...compression !== "none" && { compress: compression },
        // What inflates on the runtime itself: else it takes whichever package lies in `node_modules`.
        compressLibrary: "native",
        // Nor does it keep what it hears of, which no other does here.
        dispatcher: { whitelist: ["READY"] },
        override: { url: () => Promise.resolve(url), appendQuery: false, gatewayURLIsResumeURL: true },
      },
    });
    client.on("error", (error) => {
      throw error;
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    client.on("packet", (payload) => {
      if (payload.op !== 0) return;
      if (payload.t === "READY") resolve();
      else tally.take(valueOf(payload.t, payload.d as Readable));
    });
    await client.connect();
    await promise;
  },

  "seyfert": async (url, tally) => {
    // Off Bun it dials port 443 with TLS whatever the URL says, which the others are spared, too.
    const { hostname, port } = new URL(url);
    const https: { request: unknown } = createRequire(import.meta.url)("node:https");
    https.request = (options: http.RequestOptions) => http.request({ ...options, hostname, port });
    const { ShardManager } = load<Seyfert>("seyfert");
    const { promise, resolve } = Promise.withResolvers<void>();
    const manager = new ShardManager({
      token: TOKEN,
      intents: INTENTS,
      info: gatewayBot(url),
      handlePayload: (_, { t, d }) => {
        if (t === "READY") resolve();
        else if (t !== "GUILDS_READY") tally.take(valueOf(t, d));
      },
    });
    await manager.spawnShards();
    await promise;
  },
};

type Version = typeof gateways;

function versionBeside(): Promise<Version> {
  return import(`${folder}/src/discord/gateway/mod.ts`);
}

async function parley(url: string, tally: Tally, wire: BenchWire, { DiscordGateway }: Version = gateways) {
  const options = { url, token: TOKEN, intents: INTENTS, shards: 1, ...wire };
  const gateway = await new DiscordGateway(options).connect();
  gateway.on("MESSAGE_CREATE", ({ kind, data }) => tally.take(valueOf(kind, data)));
  gateway.on("PRESENCE_UPDATE", ({ kind, data }) => tally.take(valueOf(kind, data)));
  gateway.on("TYPING_START", ({ kind, data }) => tally.take(valueOf(kind, data)));
}

async function parleyOneInTen(
  url: string,
  tally: Tally,
  wire: BenchWire,
  { DiscordGateway }: Version = gateways,
) {
  const events = [WANTED] as const;
  const options = { url, token: TOKEN, intents: INTENTS, shards: 1, events, ...wire };
  const gateway = await new DiscordGateway(options).connect();
  gateway.on(WANTED, ({ kind, data }) => tally.take(valueOf(kind, data)));
}

/** What is used of seyfert. */
interface Seyfert {
  readonly ShardManager: new (options: {
    readonly token: string;
    readonly intents: number;
    readonly info: ReturnType<typeof gatewayBot>;
    readonly handlePayload: (shard: number, payload: { readonly t: string; readonly d: Readable }) => void;
  }) => { spawnShards(): Promise<void> };
}

function gatewayBot(url: string) {
  const limit = { total: 1_000, remaining: 1_000, reset_after: 0, max_concurrency: 1 };
  return { url, shards: 1, session_start_limit: limit };
}

/** The runtime's own WebSocket; `take` gets each message, and gives back what is not a dispatch to count. */
function bareSocket(
  url: string,
  take: (data: string) => { op: number; t: string | null; d: { heartbeat_interval: number } } | undefined,
  heartbeats = true,
): Promise<WebSocket> {
  const socket = new WebSocket(url);
  const { promise, resolve, reject } = Promise.withResolvers<WebSocket>();
  socket.onclose = ({ code }) => reject(new Error(`The link was closed by ${code} before it was ready`));
  socket.onmessage = ({ data }: { readonly data: string }) => {
    const payload = take(data);
    if (payload === undefined) return;
    if (payload.t === "READY") resolve(socket);
    if (payload.op !== 10) return;
    socket.send(JSON.stringify({ op: 2, d: { token: TOKEN, intents: INTENTS } }));
    if (heartbeats) setInterval(() => socket.send('{"op":1,"d":null}'), payload.d.heartbeat_interval);
  };
  return promise;
}

/** Inflates one message, and then calls back. */
type Inflate = (message: Uint8Array, done: (inflated: Uint8Array) => void) => void;

/** The same, where what comes is compressed, or binary: strictly one message after the other. */
function inflatingSocket(
  url: string,
  { encoding, compression }: BenchWire,
  take: (data: string | Uint8Array) => { op: number; t: string | null } | undefined,
  inflate: Inflate,
): Promise<WebSocket> {
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  const { promise, resolve } = Promise.withResolvers<WebSocket>();
  const decoder = new TextDecoder();
  const read = (bytes: Uint8Array) => {
    const payload = take(encoding === "json" ? decoder.decode(bytes) : bytes);
    if (payload?.t === "READY") resolve(socket);
    if (payload?.op !== 10) return;
    const identify = { op: 2, d: { token: TOKEN, intents: INTENTS } };
    socket.send(encoding === "json" ? JSON.stringify(identify) : new Uint8Array(encodeTerm(identify)));
  };
  if (compression === "none") {
    socket.onmessage = ({ data }) => read(new Uint8Array(data));
    return promise;
  }
  const queue: Uint8Array[] = [];
  let at = 0;
  let busy = false;
  const next = () => {
    const message = queue[at];
    busy = message !== undefined;
    if (message === undefined) {
      queue.length = at = 0;
      return;
    }
    at++;
    inflate(message, inflated);
  };
  const inflated = (whole: Uint8Array) => {
    read(whole);
    next();
  };
  socket.onmessage = ({ data }) => {
    queue.push(new Uint8Array(data));
    if (!busy) next();
  };
  return promise;
}

function inflatingStream({ compression }: BenchWire): Transform {
  return compression === "zlib-stream" ? zlib.createInflate() : zlib.createZstdDecompress();
}

/** As `node:zlib` documents it. */
function inflatingByStream(wire: BenchWire): Inflate {
  const stream = inflatingStream(wire);
  let parts: Uint8Array[] = [];
  stream.on("data", (part: Uint8Array) => void parts.push(part));
  return (message, done) =>
    void stream.write(message, () => {
      const [first = new Uint8Array()] = parts;
      const whole = parts.length === 1 ? first : Buffer.concat(parts);
      parts = [];
      done(whole);
    });
}

/** As `node:zlib` does not document it: no thread, no event, no check. */
function inflatingAtOnce(wire: BenchWire): Inflate {
  const stream: Transform & {
    _handle?: { close(): void };
    _processChunk?(chunk: Uint8Array, flush: number): Uint8Array;
  } = inflatingStream(wire);
  const { _handle: handle } = stream;
  if (handle === undefined) throw new Error("This runtime cannot inflate at once");
  handle.close = () => {};
  const flush = wire.compression === "zlib-stream"
    ? zlib.constants.Z_SYNC_FLUSH
    : zlib.constants.ZSTD_e_continue;
  return (message, done) => {
    const inflated = stream._processChunk?.(message, flush) ?? message;
    stream._handle = handle;
    stream.removeAllListeners("error");
    done(inflated);
  };
}

async function throughput(
  name: string,
  port: string,
  warmUp: number,
  events: number,
  wire: BenchWire,
): Promise<Run> {
  const contender = contenders[name];
  if (contender === undefined) throw new Error(`There is no contender "${name}"`);
  const share = name.endsWith("one in ten") ? 10 : 1;
  const go = async () => void await (await fetch(`http://127.0.0.1:${port}/go`)).text();
  const tally = new Tally(warmUp / share, (warmUp + events) / share, () => void go());
  await contender(`ws://127.0.0.1:${port}/${warmUp}/${events}`, tally, wire);
  await pause(200);
  await go();
  return await tally.finished;
}

/** So many are opened before those that count: what code takes, loaded and compiled, is no shard's. */
const BEFORE = 100;

/** Opens some first, then the others, and tells what those take. */
async function heap(name: string, port: string, shards: number): Promise<Heap> {
  const url = `ws://127.0.0.1:${port}/0/0`;
  const held: unknown[] = [];
  const open = async (count: number) => {
    if (name === "floor") {
      for (let i = 0; i < count; i++) held.push(await bareSocket(url, (data) => JSON.parse(data), false));
    } else {
      // The server does not mind how many IDENTIFY at once.
      const permits = { acquire: () => Promise.resolve({ release() {}, isHeld: () => true }) };
      const options = { token: TOKEN, intents: INTENTS, url, shards: count, runtime: { permits } };
      held.push(await new DiscordGateway(options).connect());
    }
  };
  await open(BEFORE);
  const before = await settled();
  await open(shards);
  const after = await settled();
  return { heap: (after.heapUsed - before.heapUsed) / shards, resident: (after.rss - before.rss) / shards };
}

async function settled(): Promise<NodeJS.MemoryUsage> {
  // Node and Deno have `gc` by a flag.
  const bun: { gc(wait: boolean): void } | undefined = Reflect.get(globalThis, "Bun");
  const collect: () => void = bun ? () => bun.gc(true) : Reflect.get(globalThis, "gc");
  for (let i = 0; i < 5; i++) {
    await pause(100);
    collect();
  }
  return process.memoryUsage();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const result = what === "heap"
  ? await heap(name, port, Number(first))
  : await throughput(name, port, Number(first), Number(second), JSON.parse(wire));
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
