import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { isCount, isRecord } from "../../src/protocol/data/json_value.ts";

const VALUES: readonly unknown[] = [null, true, 0, 1.5, -1, 2 ** 53, "0", [], {}, undefined, NaN];

test("isRecord: takes objects, and neither null nor arrays", () => {
  assertEquals(VALUES.filter(isRecord), [{}]);
});

test("isCount: takes whole numbers from 0 on, as far as they are exact", () => {
  assertEquals(VALUES.filter(isCount), [0]);
  assertEquals(isCount(2 ** 53 - 1), true);
});
