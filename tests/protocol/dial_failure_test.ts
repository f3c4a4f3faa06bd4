import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { reasonOf } from "../../src/protocol/connection/dial_failure.ts";

test("reasonOf: of attempts that failed together, without a word of their own, says what the first said", () => {
  const [first, second] = [new Error("connect ECONNREFUSED ::1:6667"), new Error("connect ETIMEDOUT")];
  assertEquals(reasonOf(new AggregateError([first, second])), "connect ECONNREFUSED ::1:6667");
  assertEquals(reasonOf(new AggregateError([first, second], "All of\n them failed")), "All of them failed");
});
