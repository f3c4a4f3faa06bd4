import { Unzlib } from "fflate";
import { Decompress } from "fzstd";
import { findInflater, type InflatedBy } from "../../src/discord/gateway/compression/inflaters.ts";
import { inflating } from "../../src/discord/gateway/compression/inflating.ts";
import {
  type GatewayCodec,
  type GatewayCompression,
  jsonCodec,
} from "../../src/discord/gateway/wire/encoding.ts";
import { etfCodec } from "../../src/discord/gateway/wire/etf/etf.ts";
import type { Host } from "../../src/driver/host.ts";
import type { Data, Instant } from "../../src/protocol/protocol.ts";
import type { Dial, LinkEvents } from "../../src/protocol/link.ts";
import { discordServerLinks } from "../../testing/discord/links.ts";
import type { Acceptor } from "../../testing/world/network/listen.ts";
import { seededRandom } from "../../testing/world/random.ts";
import type { PlantedBug } from "../../testing/world/checking/search.ts";
import type { Simulation } from "../../testing/world/simulation.ts";

/** How bots in a world and Discord speak to each other. */
export interface DiscordWire {
  readonly codec: GatewayCodec;
  readonly compression: GatewayCompression;
  /** What inflates: `node:zlib`, which takes real time, or JavaScript, at once. */
  readonly by: "node:zlib" | "decompressor";
  /** How likely a piece is corrupted on its way. */
  readonly corrupts: number;
}

/** A dial that inflates wrongly. */
export interface WireBug extends PlantedBug {
  readonly dial: (dial: Dial, wire: DiscordWire, work: InOrder) => Dial;
}

/** Draws how they speak: every combination there is, inflated by either. */
export function drawWire(seed: number): DiscordWire {
  const random = seededRandom(seed, "wire");
  const pick = <T>(...choices: readonly [T, ...T[]]): T =>
    choices[Math.floor(random() * choices.length)] ?? choices[0];
  const [codec, compression] = pick<readonly [GatewayCodec, GatewayCompression]>(
    [etfCodec, "none"],
    [jsonCodec, "payload"],
    [jsonCodec, "zlib-stream"],
    [jsonCodec, "zlib-stream"],
    [jsonCodec, "zstd-stream"],
    [etfCodec, "zlib-stream"],
    [etfCodec, "zstd-stream"],
  );
  return { codec, compression, by: pick("node:zlib", "decompressor"), corrupts: pick(0, 0.01) };
}

/** Does real work one after the other: which of two is done first is the machine's business. */
export class InOrder {
  readonly #world: Simulation;
  #last: Promise<unknown> = Promise.resolve();

  constructor(world: Simulation) {
    this.#world = world;
  }

  run<T>(run: () => Promise<T>): Promise<T> {
    const done = this.#last.then(run);
    this.#last = done.catch(() => {});
    return this.track(done);
  }

  /** Lets the clock stand for real work, in whatever order. */
  track<T>(done: Promise<T>): Promise<T> {
    return this.#world.track(done, "the compression");
  }
}

/** Discord behind links that compress, and cut what they have compressed anywhere. */
export function compressedLinks(server: Acceptor, seed: number, work: InOrder): Acceptor {
  const random = seededRandom(seed, "cuts");
  return discordServerLinks(server, {
    work: (run) => work.run(run),
    cut: (message) => {
      const pieces: Uint8Array[] = [];
      let rest = message;
      while (rest.length > 1 && random() < 0.3) {
        // Often among the last four bytes, which say where a message ends.
        const at = random() < 0.5
          ? rest.length - 1 - Math.floor(random() * 3)
          : 1 + Math.floor(random() * rest.length);
        if (at < 1 || at >= rest.length) break;
        pieces.push(rest.subarray(0, at));
        rest = rest.subarray(at);
      }
      return [...pieces, rest];
    },
  });
}

/** What a bot dials with: links whose pieces may be corrupted until then, and are inflated. */
export function compressedDial(
  dial: Dial,
  wire: DiscordWire,
  { host, seed, until, work, bug }: {
    readonly host: Host;
    readonly seed: number;
    readonly until: Instant;
    readonly work: InOrder;
    readonly bug: WireBug | undefined;
  },
): Dial {
  const { compression, codec, by, corrupts } = wire;
  if (compression === "none") return dial;
  const random = seededRandom(seed, "corruption");
  const corrupting: Dial = (request, events) =>
    dial(request, corrupted(events, compression, () => host.clock.now() < until && random() < corrupts));
  if (bug !== undefined) return bug.dial(corrupting, wire, work);
  const inflater = findInflater(compression, by === "decompressor" ? decompressorOf(compression) : undefined);
  const inOrder = async <T>(_what: string, run: () => Promise<T>) => {
    const done = await work.run(run);
    // A process that stands still hears of it once it goes on.
    await new Promise<void>((resolve) => void host.clock.setTimer(host.clock.now(), resolve));
    return done;
  };
  return inflating(corrupting, {
    compression,
    text: codec === jsonCodec,
    inflater: inflater.make,
    work: inflater.by === "node:zlib" && compression !== "payload" ? inOrder : undefined,
  });
}

function decompressorOf(compression: InflatedBy) {
  return { "payload": undefined, "zlib-stream": Unzlib, "zstd-stream": Decompress }[compression];
}

/** Events of which some are corrupted so that it shows: deflated data has no checksum of its own, TLS has. */
function corrupted(events: LinkEvents, compression: InflatedBy, corrupts: () => boolean): LinkEvents {
  let begins = true;
  const onTheWay = (data: Data): Data => {
    if (typeof data === "string") return data;
    const begun = begins;
    begins = compression !== "zlib-stream" || data.subarray(-4).join() === "0,0,255,255";
    if (!begun || !corrupts()) return data;
    // A block of a kind that neither format knows, or no beginning of either.
    const wrong = data.slice();
    wrong[0] = (data[0] ?? 0) | 6;
    return wrong;
  };
  return {
    opened: (info) => events.opened(info),
    receive: (data) => events.receive(onTheWay(data)),
    receiveBatch: (batch) => events.receiveBatch(batch.map(onTheWay)),
    closed: (info) => events.closed(info),
  };
}
