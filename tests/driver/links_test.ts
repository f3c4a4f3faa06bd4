import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { Attached, Links } from "../../src/driver/_links.ts";

const listener = { opened() {}, received() {}, closed() {} };

test("Links: finds each by its number, however many there are and whichever went first", () => {
  const [first, second, third] = [1, 2, -1].map((id) => new Attached(id, listener));
  assert(first && second && third);
  const links = new Links();
  assert(links.isEmpty);
  links.add(first);
  links.add(second);
  assertEquals(links.ids, [1, 2]);
  links.remove(1);
  assertStrictEquals(links.get(1), undefined);
  assertStrictEquals(links.get(2), second);
  assert(!links.isEmpty);
  links.add(third);
  assertStrictEquals(links.get(-1), third);
  assertStrictEquals(links.get(2), second);
  assertEquals(links.ids.toSorted(), [-1, 2]);
  links.remove(2);
  links.remove(7);
  assertEquals(links.ids, [-1]);
  links.remove(-1);
  assert(links.isEmpty);
});
