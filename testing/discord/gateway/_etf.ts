import { isRecord } from "@parley/parley/internal";

/** Of what client programs may send; the rest is refused as Discord does. */
const tags = {
  newFloat: 70,
  small: 97,
  integer: 98,
  nil: 106,
  string: 107,
  list: 108,
  binary: 109,
  big: 110,
  map: 116,
};
const ATOMS: Readonly<Record<number, 1 | 2>> = { 100: 2, 115: 1, 118: 2, 119: 1 };

/**
 * Writes a payload as Erlang does that has it from Discord: the keys of maps are sorted, those of the payload itself are
 * atoms; lists of bytes are strings; what is called an ID is an integer.
 */
export function writeEtf(payload: unknown): Uint8Array {
  const out: number[] = [131];
  write(out, payload, "", true);
  return Uint8Array.from(out);
}

const utf8 = new TextEncoder();
const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function write(out: number[], value: unknown, key: string, outermost = false): void {
  if (value === null || value === undefined) return atom(out, "nil");
  if (typeof value === "boolean") return atom(out, String(value));
  if (typeof value === "number") return writeNumber(out, value);
  if (typeof value === "string") {
    return /(^|_)ids?$/.test(key) && /^[1-9]\d{15,18}$/.test(value) && BigInt(value) > 2n ** 53n
      ? big(out, BigInt(value))
      : binary(out, value);
  }
  if (Array.isArray(value)) {
    if (value.length === 0) return void out.push(tags.nil);
    if (value.every((item) => Number.isInteger(item) && item >= 0 && item < 256 && !Object.is(item, -0))) {
      return void out.push(tags.string, value.length >> 8, value.length & 255, ...value);
    }
    out.push(tags.list);
    length(out, value.length);
    for (const item of value) write(out, item, key);
    return void out.push(tags.nil);
  }
  if (!isRecord(value)) throw new TypeError(`Cannot write "${typeof value}" as a term`);
  const pairs = Object.entries(value).filter(([, value]) => value !== undefined).sort(([a], [b]) =>
    a < b ? -1 : 1
  );
  out.push(tags.map);
  length(out, pairs.length);
  for (const [name, inner] of pairs) {
    if (outermost) atom(out, name);
    else binary(out, name);
    write(out, inner, name);
  }
}

function writeNumber(out: number[], value: number): void {
  if (!Number.isSafeInteger(value)) {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value);
    return void out.push(tags.newFloat, ...bytes);
  }
  if (value >= 0 && value < 256) return void out.push(tags.small, value);
  if (Math.abs(value) >= 2 ** 31) return big(out, BigInt(value));
  out.push(tags.integer);
  length(out, value);
}

function big(out: number[], value: bigint): void {
  const digits: number[] = [];
  for (let rest = value < 0n ? -value : value; rest > 0n; rest >>= 8n) digits.push(Number(rest & 255n));
  out.push(tags.big, digits.length, value < 0n ? 1 : 0, ...digits);
}

function atom(out: number[], name: string): void {
  // Elixir's names of modules and fields are atoms in UTF-8, short ones with one byte for their length.
  const bytes = utf8.encode(name);
  out.push(119, bytes.length, ...bytes);
}

function binary(out: number[], value: string): void {
  const bytes = utf8.encode(value);
  out.push(tags.binary);
  length(out, bytes.length);
  for (const byte of bytes) out.push(byte);
}

function length(out: number[], value: number): void {
  out.push(value >>> 24 & 255, value >>> 16 & 255, value >>> 8 & 255, value & 255);
}

/**
 * Reads what a client sends. Throws where Discord says "Decode error": it takes no compressed terms, and no keys but
 * strings.
 */
export function readEtf(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 1;
  const take = (count: number): number => (at += count) - count;
  const string = (count: number): string => {
    const from = take(count);
    if (at > bytes.length) throw new RangeError("Cut short");
    return text.decode(bytes.subarray(from, at));
  };
  const key = (): string => {
    if (view.getUint8(take(1)) !== tags.binary) throw new TypeError("A key that is no string");
    return string(view.getUint32(take(4)));
  };
  const value = (): unknown => {
    const tag = view.getUint8(take(1));
    const sized = ATOMS[tag];
    if (sized !== undefined) {
      const name = string(sized === 1 ? view.getUint8(take(1)) : view.getUint16(take(2)));
      return { nil: null, true: true, false: false }[name];
    }
    switch (tag) {
      case tags.small:
        return view.getUint8(take(1));
      case tags.integer:
        return view.getInt32(take(4));
      case tags.newFloat:
        return view.getFloat64(take(8));
      case tags.big: {
        const size = view.getUint8(take(1));
        const negative = view.getUint8(take(1)) === 1;
        let number = 0n;
        for (let i = 0; i < size; i++) number |= BigInt(view.getUint8(take(1))) << BigInt(8 * i);
        return Number(negative ? -number : number);
      }
      case tags.binary:
        return string(view.getUint32(take(4)));
      case tags.nil:
        return [];
      case tags.list: {
        const items = Array.from({ length: view.getUint32(take(4)) }, value);
        if (view.getUint8(take(1)) !== tags.nil) throw new TypeError("An improper list");
        return items;
      }
      case tags.map:
        return Object.fromEntries(
          Array.from({ length: view.getUint32(take(4)) }, () => [key(), value()] as const),
        );
      default:
        throw new TypeError(`Tag ${tag}`);
    }
  };
  if (bytes[0] !== 131) throw new TypeError("Another version");
  const payload = value();
  if (at !== bytes.length) throw new RangeError("Something follows");
  return payload;
}
