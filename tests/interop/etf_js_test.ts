import { assertEquals } from "@std/assert";
import { pack, unpack } from "etf.js";
import { test } from "node:test";
import { decodeTerm } from "../../src/discord/gateway/wire/etf/etf.ts";
import { encodeTerm } from "../../src/discord/gateway/wire/etf/term_writer.ts";

/** What payloads hold, less floats: etf.js 1.0.1 has their bytes in the machine's order, which is not Erlang's. */
const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  255,
  256,
  -1,
  2 ** 31 - 1,
  1 - 2 ** 31,
  "",
  "naïve ☕ 😀",
  "x".repeat(63),
  "x".repeat(64),
  "ä".repeat(64),
  `${"x".repeat(63)}ä`,
  "y".repeat(70_000),
  [],
  ["a", [1, [null]]],
  {},
  { op: 3, d: { since: null, activities: [{ name: "parley", type: 0 }], status: "idle", afk: false } },
];

test("encodeTerm: what it writes, etf.js reads as it was", () => {
  for (const value of VALUES) assertEquals(unpack(encodeTerm(value)), value);
});

test("decodeTerm: what etf.js writes, it reads as it was", () => {
  for (const value of VALUES) assertEquals(decodeTerm(pack(value), 1_000_000), value);
});
