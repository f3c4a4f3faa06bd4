import { assertEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import { checkTimeouts } from "../../src/protocol/option_checks.ts";
import { OptionError } from "../../src/protocol/errors.ts";

test("checkTimeouts: takes any time that can be waited, however short", () => {
  const timeouts = { dial: 1, answer: 0.5, pong: undefined };
  assertEquals(checkTimeouts(timeouts), timeouts);
});

test("checkTimeouts: says what a time must be, which without an end it may be for some", () => {
  const message = (timeouts: object, endless: readonly string[] = []) =>
    assertThrows(() => checkTimeouts(timeouts, endless), OptionError).message;
  assertEquals(
    message({ pong: Infinity }, ["connect"]),
    'Cannot wait "Infinity" ms for `timeouts.pong`: it must be positive and finite',
  );
  assertEquals(
    message({ connect: 0 }, ["connect"]),
    'Cannot wait "0" ms for `timeouts.connect`: it must be positive',
  );
});
