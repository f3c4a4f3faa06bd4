import { assertEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import { checkNamesAndKinds, checkTimeouts, type OptionKind } from "../../src/protocol/option_checks.ts";
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

const KINDS = {
  intents: ["number", "undefined"],
  events: ["array", "undefined"],
  store: ["object", "undefined"],
  shards: ["number", "undefined"],
  connectTimeout: ["number", "undefined"],
} as const satisfies Record<string, readonly OptionKind[]>;
type Some = { readonly [Name in keyof typeof KINDS]?: unknown };

test("checkNamesAndKinds: a name that is nearly that of an option which is not given is a misspelling", () => {
  const message = (options: Some & Record<string, unknown>) =>
    assertThrows(() => checkNamesAndKinds<Some>("try", options, KINDS), OptionError).message;
  for (
    const [wrong, right] of [
      ["intent", "intents"],
      ["INTENTS", "intents"],
      ["onEvents", "events"],
      ["evens", "events"],
      ["inetnts", "intents"],
      ["shard", "shards"],
      ["conectTimeot", "connectTimeout"],
      ["connecttimeout", "connectTimeout"],
    ] as const
  ) {
    assertEquals(
      message({ [wrong]: 1 }),
      `Cannot try: there is no option \`${wrong}\`; did you mean \`${right}\`?`,
    );
  }
  assertEquals(message({ intents: "1" }), "Cannot try: `intents` is a string; give a number");
});

test("checkNamesAndKinds: what is like no option may be there, as in a larger object of settings", () => {
  const given: Some & Record<string, unknown> = {
    intents: 1,
    prefix: "!",
    stories: [],
    agents: 3,
    // Beside the option itself it is no misspelling of that.
    intent: "to serve",
    shard: undefined,
  };
  checkNamesAndKinds<Some>("try", given, KINDS);
});
