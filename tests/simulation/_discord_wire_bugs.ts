import zlib from "node:zlib";
import type { Inflater } from "../../src/discord/gateway/compression/inflater.ts";
import { findInflater, type InflaterKind } from "../../src/discord/gateway/compression/inflaters.ts";
import { inflating } from "../../src/discord/gateway/compression/inflating.ts";
import { jsonCodec } from "../../src/discord/gateway/wire/encoding.ts";
import { joinBytes } from "../../src/protocol/data/bytes.ts";
import type { Dial } from "../../src/protocol/link.ts";
import type { Data } from "../../src/protocol/protocol.ts";
import type { DiscordWire, WireBug } from "./_discord_wire.ts";

/** A dial whose messages go through this, which may keep what it likes. */
function through(dial: Dial, change: (data: Data, tell: (data: Data) => void) => void): Dial {
  return (request, events) => {
    let open = true;
    const tell = (data: Data) => {
      if (open) events.receive(data);
    };
    const link = dial(request, {
      opened: (info) => events.opened(info),
      receive: (data) => change(data, tell),
      receiveBatch: (batch) => batch.forEach((data) => change(data, tell)),
      closed: (info) => {
        open = false;
        events.closed(info);
      },
    });
    return {
      send: (data) => link.send(data),
      close: (code, reason) => link.close(code, reason),
      abort: () => {
        open = false;
        link.abort();
      },
    };
  };
}

const dataOf = (bytes: Uint8Array, { codec }: DiscordWire): Data =>
  codec === jsonCodec ? new TextDecoder().decode(bytes) : new Uint8Array(bytes);

/** The dial that there is, with an inflater that is wrong. */
function inflatingBy(
  dial: Dial,
  { compression, codec }: DiscordWire,
  change: (right: InflaterKind["make"]) => InflaterKind["make"],
) {
  if (compression === "none") return dial;
  const { make } = findInflater(compression);
  return inflating(dial, { compression, text: codec === jsonCodec, inflater: change(make) });
}

/** Ways of inflating that are wrong, each of which a checker must catch. */
export const discordWireBugs: Readonly<Record<string, WireBug>> = {
  "writes a piece before the last is through": {
    caught: "lost_without_gap",
    dial: (dial, wire, work) => (request, events) => {
      if (wire.compression !== "zlib-stream") return inflatingBy(dial, wire, (make) => make)(request, events);
      const stream = zlib.createInflate();
      let parts: Uint8Array[] = [];
      stream.on("data", (part: Uint8Array) => void parts.push(part));
      const broken = new Promise<void>((resolve) => void stream.once("error", () => resolve()));
      return through(dial, (data, tell) => {
        if (typeof data === "string") return tell(data);
        const written = new Promise<void>((resolve) =>
          void stream.write(data, () => {
            resolve();
            const whole = joinBytes(parts);
            parts = [];
            if (whole.length > 0) tell(dataOf(whole, wire));
          })
        );
        void work.track(Promise.race([written, broken]));
      })(request, events);
    },
  },
  "inflates every link by one inflater": {
    caught: "no_session",
    dial: (dial, wire) => {
      let one: Inflater | undefined;
      return inflatingBy(dial, wire, (make) => (most) => {
        const kept = one ??= make(most);
        return { inflate: (...args) => kept.inflate(...args), free: () => {} };
      });
    },
  },
  "goes on behind what is corrupt": {
    caught: "undelivered",
    dial: (dial, wire) =>
      inflatingBy(dial, wire, (make) => (longest) => {
        const right = make(longest);
        return {
          inflate: (piece, last, most, done) =>
            right.inflate(piece, last, most, (inflated) =>
              done(inflated instanceof Error ? [new TextEncoder().encode('{"op":11}')] : inflated)),
          free: () =>
            right.free(),
        };
      }),
  },
  "takes a piece for a message": {
    caught: "no_session",
    dial: (dial, wire) =>
      wire.compression === "zlib-stream"
        ? inflating(dial, {
          compression: "zstd-stream",
          text: wire.codec === jsonCodec,
          inflater: findInflater("zlib-stream").make,
        })
        : inflatingBy(dial, wire, (make) => make),
  },
};
