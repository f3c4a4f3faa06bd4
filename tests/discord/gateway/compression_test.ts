import { assert, assertEquals, assertThrows } from "@std/assert";
import { Unzlib } from "fflate";
import { Decompress } from "fzstd";
import { describe, it, test } from "node:test";
import zlib from "node:zlib";
import type { Transform } from "node:stream";
import {
  type Decompressor,
  findInflater,
  type InflatedBy,
  inflatersOf,
} from "../../../src/discord/gateway/compression/inflaters.ts";
import type { Inflated, Inflater } from "../../../src/discord/gateway/compression/inflater.ts";
import { inflating } from "../../../src/discord/gateway/compression/inflating.ts";
import {
  type MakeStream,
  nodeStreamInflaters,
} from "../../../src/discord/gateway/compression/node_inflaters.ts";
import { DiscordGateway, type GatewayCompression, GatewaySession } from "../../../src/discord/gateway/mod.ts";
import { OptionError } from "../../../src/protocol/errors.ts";
import type { LinkEvents } from "../../../src/protocol/link.ts";
import type { CloseInfo, Data } from "../../../src/protocol/protocol.ts";
import { seededRandom } from "../../../testing/world/random.ts";
import { Buffer } from "node:buffer";
import { within } from "../../_within.ts";

const LOST: CloseInfo = { code: 1006, reason: "", clean: false, cause: "lost" };
const STREAMS = ["zlib-stream", "zstd-stream"] as const;
const given: Readonly<Record<typeof STREAMS[number], Decompressor>> = {
  "zlib-stream": Unzlib,
  "zstd-stream": Decompress,
};

/** Everything that can inflate one kind of stream here. */
const everyKind = (compression: InflatedBy) => [
  ...inflatersOf(compression),
  ...compression === "payload" ? [] : [findInflater(compression, given[compression])],
];

/** Messages as Discord sends them: of one stream that is flushed behind each, or each by itself. */
async function deflated(messages: readonly Data[], compression: InflatedBy): Promise<Uint8Array[]> {
  if (compression === "payload") return messages.map((data) => Uint8Array.from(zlib.deflateSync(data)));
  const stream: Transform & { flush(kind: number, done: () => void): void } = compression === "zlib-stream"
    ? zlib.createDeflate()
    : zlib.createZstdCompress();
  const kind = compression === "zlib-stream" ? zlib.constants.Z_SYNC_FLUSH : zlib.constants.ZSTD_e_flush;
  const out: Uint8Array[] = [];
  let parts: Uint8Array[] = [];
  stream.on("data", (part: Uint8Array) => void parts.push(part));
  for (const message of messages) {
    await new Promise<void>((resolve) => {
      stream.write(message);
      stream.flush(kind, resolve);
    });
    out.push(new Uint8Array(Buffer.concat(parts)));
    parts = [];
  }
  stream.destroy();
  return out;
}

/** A link that inflates, with what is beneath it in hand. */
class Rig {
  readonly told: (Data | CloseInfo)[] = [];
  readonly link;
  /** What the link beneath was told to do. */
  readonly done: string[] = [];
  readonly ended: Promise<void>;
  freed = 0;
  onMessage = (_data: Data): void => {};
  #events: LinkEvents | undefined;

  constructor(compression: InflatedBy, make: (most: number) => Inflater, maxMessage?: number, text = true) {
    let end = (): void => {};
    this.ended = new Promise((resolve) => void (end = resolve));
    const inflater = (most: number) => {
      const made = make(most);
      return {
        inflate: made.inflate.bind(made),
        free: () => {
          this.freed++;
          made.free();
        },
      };
    };
    const dial = inflating((_request, events) => {
      this.#events = events;
      return {
        send: (data) => void this.done.push(`send ${data}`),
        close: (code, reason) => void this.done.push(`close ${code} ${reason}`),
        abort: () => void this.done.push("abort"),
      };
    }, { compression, text, inflater });
    const take = (data: Data) => {
      this.told.push(data);
      this.onMessage(data);
    };
    this.link = dial({ url: "", ...(maxMessage !== undefined && { maxMessage }) }, {
      opened: () => {},
      receive: take,
      receiveBatch: (batch) => batch.forEach(take),
      closed: (info) => {
        this.told.push(info);
        end();
      },
    });
  }

  receive(...batch: readonly Data[]): void {
    if (batch.length === 1 && batch[0] !== undefined) this.#events?.receive(batch[0]);
    else this.#events?.receiveBatch(batch);
  }

  closed(): void {
    this.#events?.closed(LOST);
  }

  async end(): Promise<void> {
    await within("the end of the link", this.ended);
  }
}

/** Messages of very different lengths, which refer to each other as events do. */
function messagesOf(random: () => number, count: number): string[] {
  const words = ["MESSAGE_CREATE", '{"op":0,"d":', "naïve ☕", "0123456789", "😀", "\u0000\u0000ÿÿ"];
  return Array.from({ length: count }, (_, index) => {
    const length = 1 + Math.floor(random() ** 6 * 3_000);
    const parts = Array.from({ length }, () => words[Math.floor(random() * words.length)]);
    return `${index} ${parts.join("")}`;
  });
}

describe("inflating: messages come as they were sent, however they are cut and come together", () => {
  for (const compression of ["payload", ...STREAMS] as const) {
    for (const { by, make } of everyKind(compression)) {
      it(`${compression}, ${by}`, async () => {
        for (let seed = 1; seed <= 3; seed++) {
          const random = seededRandom(seed, compression);
          const messages = messagesOf(random, 25);
          const pieces = (await deflated(messages, compression)).flatMap((message) => {
            if (compression !== "zlib-stream") return [message];
            const cuts = Array.from(
              { length: Math.floor(random() * 6) },
              () => Math.floor(random() * (message.length + 1)),
            );
            // Among the last bytes, which tell where a message ends, too.
            if (random() < 0.3) cuts.push(message.length - 1 - Math.floor(random() * 3));
            cuts.sort((a, b) => a - b);
            return [...cuts, message.length].map((end, i) => message.subarray(cuts[i - 1] ?? 0, end));
          });
          const rig = new Rig(compression, make);
          for (let at = 0; at < pieces.length;) {
            const together = 1 + Math.floor(random() ** 3 * 40);
            rig.receive(...pieces.slice(at, at += together));
            if (random() < 0.3) await new Promise((resolve) => setTimeout(resolve));
          }
          rig.closed();
          await rig.end();
          assertEquals(rig.told, [...messages, LOST]);
          assertEquals(rig.freed, 1);
        }
      });
    }
  }
});

describe("inflating: what is corrupt ends the link behind what came before it", () => {
  for (const compression of ["payload", ...STREAMS] as const) {
    for (const { by, make } of everyKind(compression)) {
      it(`${compression}, ${by}`, async () => {
        const random = seededRandom(1, compression);
        const noise = Array.from({ length: 500 }, () => String.fromCharCode(32 + random() * 90)).join("");
        // fzstd begins with 18 bytes, of which HELLO has more.
        const hello = noise.slice(0, 40);
        const [one, two, three, four] = await deflated([hello, "two", noise, "four"], compression);
        assert(one && two && three && four);
        const wrong = three.map((byte, index) => index < three.length - 4 ? byte ^ 0x5a : byte);
        const rig = new Rig(compression, make);
        rig.receive(one, two, wrong, four);
        await rig.end();
        const info = rig.told.at(-1);
        assertEquals(rig.told.slice(0, -1), [hello, "two"]);
        assert(typeof info === "object" && "cause" in info, String(info));
        assertEquals([info.cause, info.code, info.reason.startsWith("A message cannot be inflated: ")], [
          "corrupt",
          1006,
          true,
        ]);
        assertEquals([rig.done, rig.freed], [["abort"], 1]);
        rig.receive(four);
        rig.closed();
        rig.link.abort();
        assertEquals([rig.told.length, rig.freed], [3, 1]);
      });
    }
  }
});

describe("inflating: a bomb ends the link, and is not inflated to its end", () => {
  // The smaller is deflated to what is inflated at once.
  const bombs = (["payload", ...STREAMS] as const).flatMap((compression) =>
    [40_000_000, 10_000_000].map((size) => [compression, size] as const)
  );
  for (const [compression, size] of bombs) {
    for (const { by, make } of everyKind(compression)) {
      it(`${compression}, ${size} bytes, ${by}`, async () => {
        const [bomb = new Uint8Array()] = await deflated([new Uint8Array(size)], compression);
        let given = 0;
        const counting = (longest: number): Inflater => {
          const made = make(longest);
          return {
            inflate: (piece, last, most, done) =>
              made.inflate(piece, last, most, (inflated) => {
                if (!(inflated instanceof Error)) {
                  given += inflated.reduce((sum, { length }) => sum + length, 0);
                }
                done(inflated);
              }),
            free: () => made.free(),
          };
        };
        const rig = new Rig(compression, counting, 1_000_000);
        rig.receive(bomb);
        await rig.end();
        const info = rig.told.at(-1);
        assert(typeof info === "object" && "cause" in info && rig.told.length === 1, String(rig.told.length));
        assertEquals([info.cause, rig.freed, given], ["corrupt", 1, 0]);
      });
    }
  }
});

test("inflating: what is small is inflated at once, what is large by the stream, in their order", async () => {
  const random = seededRandom(1, "noise");
  const large = String.fromCharCode(...Array.from({ length: 40_000 }, () => 33 + random() * 90));
  for (const compression of STREAMS) {
    const [one, two, three, four] = await deflated(["one", large, "three", "four"], compression);
    assert(one && two && three && four && two.length > 20_000);
    const rig = new Rig(compression, findInflater(compression).make);
    rig.receive(one);
    assertEquals([rig.told, rig.link.behind], [["one"], false]);
    rig.receive(two, three);
    assertEquals([rig.told, rig.link.behind], [["one"], true]);
    rig.receive(four);
    rig.closed();
    await rig.end();
    assertEquals(rig.told.map((told) => told === large ? "large" : told), [
      "one",
      "large",
      "three",
      "four",
      LOST,
    ]);
  }
});

test("inflatersOf: what is under way is told of, though it was let go of meanwhile: somebody may wait for that", async () => {
  const noise = seededRandom(1, "noise");
  const large = String.fromCharCode(...Array.from({ length: 60_000 }, () => 33 + noise() * 90));
  for (const compression of STREAMS) {
    for (const { by, make } of inflatersOf(compression)) {
      const [piece] = await deflated([large], compression);
      assert(piece !== undefined && piece.length > 20_000);
      const inflater = make(1_000_000);
      const told = new Promise((resolve) => inflater.inflate(piece, true, 1_000_000, resolve));
      inflater.free();
      await within(`${compression} by ${by}`, told);
    }
  }
});

test("inflating: what comes of very much at once is told in turns, so that others have theirs", async () => {
  for (const compression of STREAMS) {
    const messages = Array.from({ length: 40 }, (_, index) => `${index} ${" ".repeat(100_000)}`);
    const rig = new Rig(compression, findInflater(compression).make);
    rig.receive(...await deflated(messages, compression));
    const { length } = rig.told;
    assert(length > 5 && length < 20, `${length} at once`);
    rig.closed();
    await rig.end();
    assertEquals(rig.told.map((told) => typeof told === "string" ? told.trimEnd() : told), [
      ...messages.map((message) => message.trimEnd()),
      LOST,
    ]);
  }
});

/** Streams of zlib's that inflate, and those that were made. */
function zlibStreams(change: (stream: Transform) => void) {
  const made: Transform[] = [];
  const make: MakeStream = (options) => {
    const stream = zlib.createInflate(options);
    change(stream);
    made.push(stream);
    return stream;
  };
  return { made, inflater: nodeStreamInflaters(make, zlib.constants.Z_SYNC_FLUSH, zlib.deflateSync) };
}

describe("nodeStreamInflaters: where a stream does not inflate at once, or not rightly, it is written to", () => {
  const changes: Readonly<Record<string, (stream: Transform) => void>> = {
    "no such method": (stream) => void Object.assign(stream, { _processChunk: undefined }),
    "another result": (stream) => void Object.assign(stream, { _processChunk: () => new Uint8Array(62) }),
  };
  for (const [name, change] of Object.entries(changes)) {
    it(name, async () => {
      const rig = new Rig("zlib-stream", zlibStreams(change).inflater);
      rig.receive(...await deflated(["one", "two"], "zlib-stream"));
      assertEquals([rig.told, rig.link.behind], [[], true]);
      rig.closed();
      await rig.end();
      assertEquals(rig.told, ["one", "two", LOST]);
    });
  }
});

test("nodeStreamInflaters: what inflates at once leaves no listener behind, and can be closed", async () => {
  const closed: Promise<void>[] = [];
  const { made, inflater } = zlibStreams((stream) => {
    closed.push(new Promise((resolve) => void stream.once("close", resolve)));
  });
  const rig = new Rig("zlib-stream", inflater);
  const messages = Array.from({ length: 50 }, (_, index) => String(index));
  rig.receive(...await deflated(messages, "zlib-stream"));
  assertEquals(rig.told, messages);
  const stream = made.at(-1);
  assert(stream !== undefined && "_handle" in stream);
  const handle = Object(stream._handle);
  assertEquals([stream.listenerCount("error"), Object.hasOwn(handle, "close")], [1, true]);
  rig.closed();
  await within("the stream's end", Promise.all(closed));
  // What closes it is its own again.
  assertEquals([stream._handle, Object.hasOwn(handle, "close")], [null, false]);
});

test("inflating: of a bomb a decompressor is given no more than shows what it is", async () => {
  for (const compression of STREAMS) {
    const [bomb = new Uint8Array()] = await deflated([new Uint8Array(40_000_000)], compression);
    let came = 0;
    const Counting = class {
      readonly #stream: InstanceType<Decompressor>;
      constructor(ondata: (chunk: Uint8Array) => void) {
        this.#stream = new given[compression]((chunk) => {
          came += chunk.length;
          ondata(chunk);
        });
      }
      push(chunk: Uint8Array): void {
        this.#stream.push(chunk);
      }
    };
    const rig = new Rig(compression, findInflater(compression, Counting).make, 1_000_000);
    rig.receive(bomb);
    await rig.end();
    assert(came > 1_000_000 && came < 35_000_000, `${compression}: ${came} bytes`);
  }
});

test("GatewaySession: asks for compressed payloads by IDENTIFY, for a stream by the URL, and for nothing else", () => {
  const asked = (compression: GatewayCompression) => {
    const session = new GatewaySession({
      token: "a.token",
      intents: 0,
      random: () => 0.5,
      compression,
      url: "wss://gateway.discord.gg/?compress=brotli",
    });
    session.start(0);
    const dial = session.poll();
    session.opened(1, { url: "", protocol: "" }, 0);
    session.receive(1, '{"op":10,"d":{"heartbeat_interval":40000}}', 0);
    const ask = session.poll();
    session.answered(ask?.kind === "ask" ? ask.id : 0, { kind: "permit" }, 0);
    const identify = session.poll();
    assert(dial?.kind === "dial" && identify?.kind === "send");
    return [new URL(dial.url).searchParams.get("compress"), JSON.parse(String(identify.data)).d.compress];
  };
  assertEquals(asked("none"), [null, undefined]);
  assertEquals(asked("payload"), [null, true]);
  assertEquals(asked("zlib-stream"), ["zlib-stream", undefined]);
  assertEquals(asked("zstd-stream"), ["zstd-stream", undefined]);
});

test("inflating: what has the limit's length is taken, a byte more is not; in pieces, too", async () => {
  const [message = new Uint8Array()] = await deflated(["x".repeat(1_000)], "zlib-stream");
  for (const [most, kinds] of [[1_000, ["string", "object"]], [999, ["object"]]] as const) {
    const rig = new Rig("zlib-stream", findInflater("zlib-stream").make, most);
    for (const byte of message) rig.receive(Uint8Array.of(byte));
    rig.closed();
    await rig.end();
    assertEquals(rig.told.map((told) => typeof told), [...kinds]);
  }
});

/** An inflater that takes its time, and finds out if it is given something meanwhile. */
class Slow implements Inflater {
  readonly given: number[] = [];
  #done: ((inflated: Inflated) => void) | undefined;

  inflate(piece: Uint8Array, _last: boolean, _most: number, done: (inflated: Inflated) => void): void {
    if (this.#done !== undefined) throw new Error("Two at once");
    this.given.push(piece.length);
    this.#done = done;
  }

  finish(inflated: Inflated = [Uint8Array.of(65)]): void {
    const done = this.#done;
    this.#done = undefined;
    done?.(inflated);
  }

  free(): void {}
}

test("inflating: one piece is with the inflater at a time, and the link is behind until the last is told", () => {
  const slow = new Slow();
  const rig = new Rig("payload", () => slow);
  rig.receive(new Uint8Array(1), "text", new Uint8Array(2));
  rig.receive(new Uint8Array(3));
  assertEquals([slow.given, rig.told, rig.link.behind], [[1], [], true]);
  rig.closed();
  slow.finish();
  // What came as text keeps its place.
  assertEquals([slow.given, rig.told], [[1, 2], ["A", "text"]]);
  slow.finish();
  assertEquals([slow.given, rig.told.length, rig.link.behind], [[1, 2, 3], 3, true]);
  slow.finish();
  assertEquals([rig.told, rig.link.behind, rig.freed], [["A", "text", "A", "A", LOST], false, 1]);
});

test("inflating: the next is with the inflater while one is told", () => {
  const slow = new Slow();
  const rig = new Rig("payload", () => slow);
  const seen: unknown[] = [];
  rig.onMessage = () => void seen.push([...slow.given]);
  rig.receive(new Uint8Array(1), new Uint8Array(2));
  slow.finish();
  slow.finish();
  assertEquals(seen, [[1, 2], [1, 2]]);
});

test("inflating: who drops the link hears nothing more, not even of what was under way", () => {
  const slow = new Slow();
  const rig = new Rig("payload", () => slow);
  rig.onMessage = () => rig.link.abort();
  rig.receive(new Uint8Array(1), new Uint8Array(2), "text");
  slow.finish();
  slow.finish();
  rig.closed();
  assertEquals([rig.told, rig.done, rig.freed, rig.link.behind], [["A"], ["abort"], 1, false]);
});

test("inflating: what is sent and closed goes to the link beneath; what comes meanwhile is told", async () => {
  const [one = new Uint8Array()] = await deflated(["one"], "payload");
  const rig = new Rig("payload", findInflater("payload").make);
  rig.link.send("hello");
  rig.link.close(4000, "Away");
  rig.receive(one);
  assertEquals([rig.done, rig.told], [["send hello", "close 4000 Away"], ["one"]]);
});

test("inflating: no more waits than one message may have", () => {
  const slow = new Slow();
  const rig = new Rig("payload", () => slow, 1_000);
  rig.receive(new Uint8Array(10));
  rig.receive(new Uint8Array(500), new Uint8Array(500));
  assertEquals(rig.told, []);
  rig.receive(new Uint8Array(1));
  const [info] = rig.told;
  assert(typeof info === "object" && "cause" in info);
  assertEquals([info.cause, info.reason], [
    "lost",
    "More comes than can be inflated: 1001 bytes are waiting",
  ]);
  assertEquals([rig.done, rig.freed], [["abort"], 1]);
});

test("inflating: a message in very many pieces that says nothing is bounded, too", () => {
  const rig = new Rig("zlib-stream", () => ({ inflate: (_a, _b, _c, done) => done([]), free() {} }), 1_000);
  for (let i = 0; i < 2_000 && rig.told.length === 0; i++) rig.receive(new Uint8Array(1));
  assertEquals(rig.told.map((told) => typeof told === "object" && "cause" in told && told.cause), [
    "corrupt",
  ]);
});

test("inflating: text that is not UTF-8, and nothing at all, are corrupt; bytes are passed on as they are", async () => {
  const wrong = Uint8Array.of(0x22, 0xff, 0x22);
  for (const message of [wrong, new Uint8Array()]) {
    const rig = new Rig("payload", findInflater("payload").make);
    rig.receive(...await deflated([message], "payload"));
    await rig.end();
    assertEquals(rig.told.map((told) => typeof told === "object" && "cause" in told && told.cause), [
      "corrupt",
    ]);
  }
  const rig = new Rig("zlib-stream", findInflater("zlib-stream").make, undefined, false);
  rig.receive(...await deflated([wrong], "zlib-stream"));
  rig.closed();
  await rig.end();
  assertEquals(rig.told, [wrong, LOST]);
});

test("inflating: a stream that ends is corrupt, for Discord's never does", async () => {
  const whole = Uint8Array.from(zlib.deflateSync("one"));
  // Something that looks as if a message followed.
  const rig = new Rig("zlib-stream", findInflater("zlib-stream").make);
  rig.receive(whole, Uint8Array.of(0, 0, 0xff, 0xff), Uint8Array.of(1, 0, 0, 0xff, 0xff));
  await rig.end();
  const info = rig.told.at(-1);
  assertEquals(typeof info === "object" && "cause" in info && info.cause, "corrupt");
});

test("inflating: what cannot be dialled at all leaves no inflater behind", () => {
  let freed = 0;
  const inflater = () => ({ inflate: () => {}, free: () => void freed++ });
  const dial = inflating(() => {
    throw new OptionError("No");
  }, { compression: "payload", text: true, inflater });
  const events = { opened() {}, receive() {}, receiveBatch() {}, closed() {} };
  assertThrows(() => dial({ url: "" }, events), OptionError);
  assertEquals(freed, 1);
});

test("DiscordGateway: a decompressor that has nothing to do is refused", () => {
  const options = { token: "a.token", intents: 0, decompressor: Unzlib };
  assertThrows(() => new DiscordGateway(options), OptionError, "nothing to do");
  assertThrows(() => new DiscordGateway({ ...options, compression: "payload" }), OptionError, '"payload"');
  assertThrows(
    () => new DiscordGateway({ token: "a.token", intents: 0, encoding: "etf", compression: "payload" }),
    OptionError,
    "ETF",
  );
});

test("inflatersOf: what inflates what here", () => {
  const runtime = "Deno" in globalThis ? "Deno" : "Bun" in globalThis ? "Bun" : "Node";
  const table = (["payload", ...STREAMS] as const).map((compression) =>
    [compression, inflatersOf(compression).map(({ by }) => by).join(", ") || "a `decompressor`"] as const
  );
  for (const [compression, by] of table) console.log(`${runtime}: ${compression} by ${by}`);
  assertEquals(table, [
    ["payload", "node:zlib, DecompressionStream"],
    ["zlib-stream", "node:zlib, DecompressionStream"],
    ["zstd-stream", "node:zlib"],
  ]);
});
