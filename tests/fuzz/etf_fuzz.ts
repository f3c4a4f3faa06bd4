import { assert, assertEquals } from "@std/assert";
import { deflateSync, inflateSync } from "node:zlib";
import { decodeTerm, etfCodec } from "../../src/discord/gateway/wire/etf/etf.ts";
import { inflate } from "../../src/discord/gateway/wire/etf/inflate.ts";
import { encodeTerm } from "../../src/discord/gateway/wire/etf/term_writer.ts";
import { Payload } from "../../src/discord/gateway/wire/payload.ts";
import { ProtocolError } from "../../src/protocol/errors.ts";
import { readEtf, writeEtf } from "../../testing/discord/gateway/_etf.ts";
import type { Draw, Fuzzer } from "./_fuzzer.ts";

/** More than any input here gives, less than what a lie about sizes would take. */
const MOST = 1_000_000;

/**
 * Terms that a hostile gateway could send, compressed or not. Nothing throws but a `ProtocolError`; what is made of so
 * many bytes is bounded by them; what could be read is read again as the same when it is written, by another reader
 * too; a payload that was stepped over is whole; what inflates gives what zlib does.
 */
export const etf: Fuzzer = {
  name: "etf",
  inSuite: 1_000,
  feed(draw) {
    const choice = draw.number();
    if (choice < 0.3) return readAgain(value(draw, 4));
    if (choice < 0.5) return deflated(draw);
    const bytes = choice < 0.8 ? mutated(draw) : Uint8Array.of(131, ...any(draw, 6));
    term(bytes);
    payload(bytes);
  },
};

function readAgain(plain: unknown): void {
  const written = encodeTerm(plain);
  assertEquals([decodeTerm(written, MOST), readEtf(written), decodeTerm(writeEtf(plain), MOST)], [
    plain,
    plain,
    plain,
  ]);
}

function term(bytes: Uint8Array): void {
  const read = orRefused(() => decodeTerm(bytes, MOST));
  if (read === REFUSED) return;
  const counted = count(read);
  if (bytes[1] !== 80) assert(counted <= bytes.length, `${bytes.length} bytes make ${counted} values`);
  assertEquals(decodeTerm(encodeTerm(read), MOST), read);
}

function payload(bytes: Uint8Array): void {
  const found = etfCodec.read(bytes, MOST);
  if (!(found instanceof Payload)) {
    assert(found.reason.length < 500);
    return;
  }
  assert(Number.isSafeInteger(found.op));
  const data = orRefused(() => found.data);
  assert(data !== REFUSED || found.op === 0, "What is no event turns out to be nothing");
  // It may hold something else beside, which nobody reads.
  const whole = orRefused(() => decodeTerm(bytes, MOST));
  if (data !== REFUSED && whole !== REFUSED) {
    assertEquals([found.op, data], [Object(whole).op, Object(whole).d]);
  }
}

const REFUSED = Symbol("refused");

function orRefused(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProtocolError) return REFUSED;
    throw error;
  }
}

/** Streams that are right, or wrong anywhere: we take what zlib takes, as long as it is as much as is said. */
function deflated(draw: Draw): void {
  const plain = draw.chance(0.5)
    ? draw.bytes(draw.integer(0, 300))
    : new TextEncoder().encode(draw.pick(["ab", "x", "time and again "]).repeat(draw.integer(0, 400)));
  const level = draw.pick([0, 1, 6, 9]);
  const strategy = draw.pick([0, 2, 3, 4]);
  const stream = Uint8Array.from(deflateSync(plain, { level, strategy }));
  const says = draw.chance(0.9) ? plain.length : draw.integer(0, 6_000);
  for (let changes = draw.pick([0, 0, 1, 3]); changes > 0; changes--) {
    stream[draw.integer(0, stream.length - 1)] = draw.integer(0, 255);
  }
  const cut = draw.chance(0.1) ? stream.subarray(0, draw.integer(0, stream.length)) : stream;
  let expected: Uint8Array | undefined;
  try {
    expected = Uint8Array.from(inflateSync(cut));
  } catch {
    // It is to be refused.
  }
  const got = orRefused(() => inflate(cut, says));
  if (got !== REFUSED) assertEquals(got, expected);
  else if (expected?.length === says) {
    assertEquals(cut.length, stream.length + 1, "zlib takes it, and we do not");
  }
}

function mutated(draw: Draw): Uint8Array {
  const known = writeEtf({
    t: draw.pick(["MESSAGE_CREATE", "READY", "SOMETHING_NEW", null]),
    s: draw.pick([1, null, 2 ** 40]),
    op: draw.pick([0, 0, 10, 11]),
    d: value(draw, 3),
  });
  const bytes = [...known];
  for (let changes = draw.integer(0, 3); changes > 0; changes--) {
    const at = draw.integer(1, bytes.length - 1);
    draw.pick([
      () => bytes[at] = draw.pick(TAGS),
      () => bytes[at] = draw.pick([0, 1, 127, 128, 255]),
      () => bytes.splice(at, draw.integer(0, 4)),
      () => bytes.splice(at, 0, ...any(draw, 2)),
    ])();
  }
  if (draw.chance(0.8)) return Uint8Array.from(bytes);
  const deflated = deflateSync(Uint8Array.from(bytes.slice(1)));
  const whole = new Uint8Array(6 + deflated.length);
  whole.set([131, 80]);
  new DataView(whole.buffer).setUint32(2, draw.chance(0.8) ? bytes.length - 1 : draw.integer(0, 2 ** 32 - 1));
  whole.set(deflated, 6);
  return whole;
}

const TAGS = [70, 77, 80, 97, 98, 99, 100, 104, 105, 106, 107, 108, 109, 110, 111, 115, 116, 118, 119, 131];

/** Bytes that are a term, or nearly. */
function any(draw: Draw, depth: number): number[] {
  const tag = draw.pick(TAGS);
  const count = draw.integer(0, 3);
  const inner = (of: number) => depth > 0 ? draw.list(of, () => any(draw, depth - 1)).flat() : [106];
  const long = draw.chance(0.95) ? [0, 0, 0, count] : [...draw.bytes(4)];
  switch (tag) {
    case 70:
      return [tag, ...draw.bytes(8)];
    case 97:
      return [tag, ...draw.bytes(1)];
    case 98:
      return [tag, ...draw.bytes(4)];
    case 100:
    case 107:
    case 118:
      return [tag, 0, count, ...draw.bytes(count)];
    case 104:
      return [tag, count, ...inner(count)];
    case 105:
      return [tag, ...long, ...inner(count)];
    case 108:
      return [tag, ...long, ...inner(count), draw.chance(0.9) ? 106 : 97];
    case 109:
      return [tag, ...long, ...draw.bytes(count)];
    case 110:
      return [tag, count, draw.integer(0, 1), ...draw.bytes(count)];
    case 111:
      return [tag, ...long, draw.integer(0, 2), ...draw.bytes(count)];
    case 115:
    case 119:
      return [tag, count, ...draw.bytes(count)];
    case 116:
      return [tag, ...long, ...inner(2 * count)];
    default:
      return [tag, ...draw.bytes(draw.integer(0, 31))];
  }
}

function value(draw: Draw, depth: number): unknown {
  const leaf = () =>
    draw.pick<() => unknown>([
      () => null,
      () => draw.chance(0.5),
      () => draw.integer(-300, 300),
      () => draw.pick([2 ** 31, -(2 ** 31), 2 ** 32, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER]),
      () => draw.number() * 1e9,
      () => draw.pick([1e300, 5e-324, 2 ** 53, 2 ** 64]),
      () => draw.text(draw.integer(0, 40)).toWellFormed(),
      () => String(draw.integer(1, 9)) + draw.list(18, () => draw.integer(0, 9)).join(""),
    ])();
  if (depth === 0 || draw.chance(0.3)) return leaf();
  const inner = () => value(draw, depth - 1);
  if (draw.chance(0.4)) return draw.list(draw.integer(0, 5), inner);
  const pairs = draw.list(
    draw.integer(0, 6),
    () => [draw.pick(["id", "guild_id", draw.text(6).toWellFormed()]), inner()] as const,
  );
  return Object.fromEntries(pairs);
}

/** How many values lie in one. */
function count(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce((sum: number, inner) => sum + count(inner), 1);
}
