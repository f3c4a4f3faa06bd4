import { assert, assertEquals } from "@std/assert";
import { readSignedBody } from "../../src/discord/interactions/endpoint/signed_body.ts";
import { SigningKeys } from "../../testing/interactions/keys.ts";
import { VirtualClock } from "../../testing/world/time/virtual_clock.ts";
import type { Draw, Fuzzer } from "./_fuzzer.ts";

/** More than the buffer has room for at first. */
const LIMIT = 6_000;
let keys: Promise<[SigningKeys, SigningKeys]> | undefined;

/**
 * Requests as strangers and Discord send them: bodies cut anywhere that end, break off or never end, lengths that
 * lie, signatures and timestamps that are broken. What is given away is what was signed, whole; no more than the
 * limit is read, and a chunk; and a body is waited for as long as was said.
 */
export const signedBody: Fuzzer = {
  name: "signed_body",
  inSuite: 400,
  async feed(draw) {
    keys ??= Promise.all([SigningKeys.generate(), SigningKeys.generate()]);
    const [ours, strangers] = await keys;
    const length = draw.pick([0, 1, 300, LIMIT - 1, LIMIT, LIMIT + 1, 3 * LIMIT, draw.integer(0, LIMIT)]);
    const drawn = draw.chance(0.5) ? new TextEncoder().encode(draw.text(50)) : draw.bytes(50);
    const body = Uint8Array.from({ length }, (_, at) => drawn[at % drawn.length] ?? 0);
    const timestamp = draw.pick(["1700000000", "0", "9".repeat(20)]);
    const signed = draw.chance(0.8) ? body : changed(draw, body);
    const isOurs = draw.chance(0.9);
    const headers = new Headers(await (isOurs ? ours : strangers).sign(signed, timestamp));
    const isBroken = draw.chance(0.2) && breakHeaders(draw, headers);
    const declared = draw.chance(0.6) ? declaredOf(draw, body.length) : undefined;
    if (declared !== undefined) headers.set("Content-Length", declared);
    if (draw.chance(0.1)) {
      headers.set("Transfer-Encoding", draw.pick(["chunked", "identity", "gzip, chunked"]));
    }
    const end = draw.pick(["end", "end", "end", "break", "hang"] as const);
    const source = new Source(draw.cut(body, draw.integer(1, 1 + Math.min(body.length, 40))), end);
    const init = { method: "POST", headers, body: source.stream, duplex: "half" };
    const request = new Request("https://bot.example/", init);
    const clock = new VirtualClock();
    const reading = readSignedBody(request, {
      publicKey: ours.publicKey,
      maxBodyBytes: LIMIT,
      bodyTimeout: 1_000,
      clock,
    });
    let isOver = false;
    const over = reading.then(() => isOver = true);
    while (!isOver && !source.hangs) await Promise.race([over, turn()]);
    if (!isOver) clock.advance(1_000);
    const result = await reading;

    const same = signed.length === body.length && signed.every((byte, at) => byte === body[at]);
    const text = isPlain(declared) && !request.headers.has("transfer-encoding");
    const isGood = isOurs && same && !isBroken;
    if (result.kind === "signed") {
      // A body that has come whole before its sender broke off is what was signed.
      assert(
        isGood && end !== "hang" && (body.length <= LIMIT || text),
        `given away: ${end} ${isOurs} ${same} ${isBroken} ${body.length}`,
      );
      assertEquals(result.timestamp, timestamp);
      const got = typeof result.body === "string" ? new TextEncoder().encode(result.body) : result.body;
      assertEquals([...got], [...body]);
    } else if (
      isGood && end === "end" && body.length <= LIMIT && (!text || isText(body) && Number(declared) <= LIMIT)
    ) {
      throw new Error(`Refused though signed: ${result.kind}, "${declared}", ${body.length} bytes`);
    }
    if (!text && body.length > LIMIT && end === "end" && !isBroken) assertEquals(result.kind, "too_large");
    if (result.kind === "too_slow") assertEquals(end, "hang");
    if (result.kind === "too_large") assert(body.length > LIMIT || Number(declared) > LIMIT);
    // Servers give no more than the declared length: only by pieces is a body bounded here.
    if (!text) assert(source.given <= LIMIT + source.largest, `${source.given} bytes were read`);
    assertEquals(clock.next(), Infinity);
  },
};

/** A body that comes by pieces, and then ends, breaks off or hangs. */
class Source {
  readonly stream: ReadableStream<Uint8Array>;
  readonly largest: number;
  given = 0;
  hangs = false;

  constructor(pieces: readonly Uint8Array[], end: "end" | "break" | "hang") {
    this.largest = Math.max(...pieces.map(({ length }) => length));
    let at = 0;
    this.stream = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        const piece = pieces[at++];
        if (piece !== undefined) {
          this.given += piece.length;
          return controller.enqueue(piece.slice());
        }
        if (end === "end") return controller.close();
        if (end === "break") return controller.error(new Error("gone"));
        this.hangs = true;
        return new Promise(() => {});
      },
    }, { highWaterMark: 0 });
  }
}

function changed(draw: Draw, body: Uint8Array): Uint8Array {
  if (body.length === 0 || draw.chance(0.2)) return Uint8Array.of(...body, 0);
  const other = Uint8Array.from(body);
  const at = draw.integer(0, body.length - 1);
  other[at] = (other[at] ?? 0) ^ 1 << draw.integer(0, 7);
  return other;
}

/** Changes, doubles or takes away what proves the signature; false if it is as good as before. */
function breakHeaders(draw: Draw, headers: Headers): boolean {
  const name = draw.pick(["X-Signature-Ed25519", "X-Signature-Timestamp"]);
  const value = headers.get(name) ?? "";
  const at = draw.integer(0, value.length - 1);
  const other = draw.pick([
    value.slice(1),
    value + "0",
    value.slice(0, at) + draw.pick([..."0123456789abcdefgx.-+e\0".replace("\0", "")]) + value.slice(at + 1),
    `${value}, ${value}`,
    `0x${value}`,
    "0".repeat(128),
    "",
  ]);
  headers.set(name, other);
  return headers.get(name)?.toLowerCase() !== value.toLowerCase();
}

function declaredOf(draw: Draw, length: number): string {
  const right = String(length);
  return draw.chance(0.4) ? right : draw.pick([
    `${right}, ${right}`,
    `${right},${right}`,
    `+${right}`,
    `0${right}`,
    `${right}.0`,
    `${right}e0`,
    "",
    "-1",
    "NaN",
    "Infinity",
    "1e9",
    "0x10",
    "9".repeat(15),
    "9".repeat(16),
    "9".repeat(400),
    String(LIMIT),
    String(LIMIT + 1),
    "0",
  ]);
}

function isPlain(declared: string | undefined): boolean {
  return declared !== undefined && /^\d{1,15}$/.test(declared);
}

/** What decodes and encodes to the same bytes; a BOM in front is lost. */
function isText(bytes: Uint8Array): boolean {
  const again = new TextEncoder().encode(new TextDecoder().decode(bytes));
  return again.length === bytes.length && again.every((byte, at) => byte === bytes[at]);
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
