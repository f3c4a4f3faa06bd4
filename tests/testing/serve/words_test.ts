import { assertEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import { readPlan } from "../../../testing/serve/_plan.ts";
import { pairs, PromptError, read, words } from "../../../testing/serve/_words.ts";

test("words: are what is between spaces, or in quotation marks", () => {
  assertEquals(words(` one "two three"  four `), ["one", "two three", "four"]);
});

test("read: gives each parameter its word, and the last the rest of the line", () => {
  const verb = { usage: "says <channel> <text…>", does: "" };
  assertEquals(read(verb, "#deno hello, world"), { channel: "#deno", text: "hello, world" });
  assertEquals(read({ usage: "joins [guild]", does: "" }, ""), {});
  assertEquals(read({ usage: "joins [guild]", does: "" }, `"my guild"`), { guild: "my guild" });
  assertThrows(() => read(verb, "#deno"), PromptError, `"<text…>" is missing`);
  assertThrows(() => read({ usage: "cut", does: "" }, "off"), PromptError, `"off" is too much`);
});

test("pairs: are names and values, with spaces in quotation marks, which are told", () => {
  const read = (text: string, isQuoted: boolean) => isQuoted ? [text] : text;
  assertEquals(pairs(`name="Bob B." count=3 id="3" empty=`, read), {
    name: ["Bob B."],
    count: "3",
    id: ["3"],
    empty: "",
  });
  assertThrows(() => pairs("Bob", read), PromptError, `Cannot read "Bob": write name=value`);
  assertThrows(() => pairs("name=Bob B.", read), PromptError, `Cannot read "B."`);
});

test("readPlan: takes faults of a network and a server, and names those of a bot's own process", () => {
  const plan = [
    { kind: "reset", at: 5 },
    { kind: "server", at: 1, command: { kind: "reconnect" } },
  ] as const;
  assertEquals(readPlan(JSON.stringify(plan)), [...plan]);
  assertThrows(() => readPlan(`[{"kind":"restart","at":1}]`), RangeError, "fault 0");
  assertThrows(() => readPlan(`{}`), RangeError, "no array");
  assertThrows(
    () => readPlan(`[{"kind":"partition","at":1}]`),
    RangeError,
    `"partition" needs "at", "ms"`,
  );
  assertThrows(() => readPlan(`[{"kind":"server","at":1}]`), RangeError, `"server" needs "at", "command"`);
});
