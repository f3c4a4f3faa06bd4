import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { Repeats } from "../../src/twitch/eventsub/session/repeats.ts";

test("Repeats: knows a message again for ten minutes", () => {
  const repeats = new Repeats();
  assertEquals(repeats.has("one", 0), false);
  assertEquals(repeats.has("one", 599_999), true);
  assertEquals(repeats.has("one", 600_000), false);
});

test("Repeats: keeps ten thousand, and forgets the oldest first", () => {
  const repeats = new Repeats();
  for (let n = 0; n <= 10_000; n++) repeats.has(`${n}`, 0);
  assertEquals(repeats.has("10000", 0), true);
  assertEquals(repeats.has("0", 0), false);
});

test("Repeats: keeps ids of a million characters, however few they are", () => {
  const repeats = new Repeats();
  for (const id of ["a", "b", "c"]) assertEquals(repeats.has(id.repeat(400_000), 0), false);
  assertEquals(repeats.has("c".repeat(400_000), 0), true);
  assertEquals(repeats.has("a".repeat(400_000), 0), false);
});
