import type { Draw } from "./_fuzzer.ts";

const LEAVES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  0.5,
  2 ** 31,
  Number.MAX_SAFE_INTEGER,
  1e308,
  "",
  "0",
  "__proto__",
  "constructor",
  "toString",
  "\u0000\r\n",
  [],
  {},
];

/** What somebody could write in the place of JSON that is as it should be: mostly the same with some parts replaced. */
export function brokenJson(draw: Draw, value: unknown): string {
  const choice = draw.number();
  if (choice < 0.05) return draw.text(draw.integer(0, 40));
  if (choice < 0.1) return `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
  const text = JSON.stringify(draw.chance(0.1) ? leaf(draw) : broken(draw, value));
  return choice < 0.2 ? text.slice(0, draw.integer(0, text.length)) : text;
}

function broken(draw: Draw, value: unknown): unknown {
  if (draw.chance(0.08)) return leaf(draw);
  if (Array.isArray(value)) {
    const items = value.flatMap((item) => draw.chance(0.05) ? [] : [broken(draw, item)]);
    return draw.chance(0.05) ? draw.list(draw.integer(0, 300), () => items[0] ?? leaf(draw)) : items;
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, one]) =>
    draw.chance(0.05) ? [] : [[draw.chance(0.02) ? String(leaf(draw)) : key, broken(draw, one)] as const]
  );
  return Object.fromEntries(entries);
}

function leaf(draw: Draw): unknown {
  return draw.chance(0.2) ? draw.text(draw.integer(0, 40)) : draw.pick(LEAVES);
}
