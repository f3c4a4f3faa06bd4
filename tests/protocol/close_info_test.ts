import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { isCloseInfo } from "../../src/protocol/protocol.ts";

test("isCloseInfo: takes what has all of one, and nothing else", () => {
  const info = { code: 1006, reason: "", clean: false, cause: "lost" };
  assertEquals(isCloseInfo(info), true);
  for (const name of Object.keys(info)) {
    const without = Object.fromEntries(Object.entries(info).filter(([key]) => key !== name));
    assertEquals(isCloseInfo(without), false, name);
  }
  assertEquals(isCloseInfo({ ...info, cause: new Error("lost") }), false);
  for (const other of [undefined, null, "lost", 1006]) assertEquals(isCloseInfo(other), false);
});
