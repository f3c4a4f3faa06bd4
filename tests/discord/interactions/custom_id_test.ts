import { assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { test } from "node:test";
import { CustomId } from "../../../src/discord/interactions/mod.ts";
import { CommandError, OptionError } from "../../../src/protocol/errors.ts";

test("CustomId: carries values, whatever they hold", () => {
  const vote = new CustomId("vote:{poll}:{choice}");
  assertEquals(vote.build({ poll: "7", choice: "yes" }), "vote:7:yes");
  assertEquals(vote.build({ poll: "a:b", choice: "50%" }), "vote:a%3Ab:50%25");
  assertEquals(vote.match("vote:a%3Ab:50%25"), { poll: "a:b", choice: "50%" });
  assertEquals(vote.match("vote::"), { poll: "", choice: "" });
});

test("CustomId: matches nothing that it did not build", () => {
  const vote = new CustomId("vote:{poll}:{choice}");
  for (const id of ["", "vote", "vote:1", "vote:1:2:3", "Vote:1:2", "xvote:1:2", "vote:1:%", "vote:%ff:2"]) {
    assertEquals(vote.match(id), undefined, id);
  }
  assertEquals(new CustomId("plain").match("plain"), {});
  assertEquals(new CustomId("plain").match("plain2"), undefined);
  assertEquals(new CustomId("a.b").match("axb"), undefined);
});

test("CustomId: what was built comes back, and is no other pattern's", () => {
  const patterns = [
    new CustomId("vote:{a}:{b}"),
    new CustomId("vote:{a}"),
    new CustomId("{a}-{b}"),
    new CustomId("x[{a}]{b}^"),
    new CustomId("é{a}ü{b}"),
    new CustomId("a{a}b{b}"),
  ];
  const text = fc.oneof(
    fc.string({ maxLength: 8, unit: "grapheme" }),
    fc.string({ maxLength: 8, unit: fc.constantFrom(...":-[]^%ab$.\\éü\n") }),
  );
  fc.assert(
    fc.property(fc.constantFrom(...patterns), text, text, (pattern, a, b) => {
      const values: Readonly<Record<string, string>> = { a, b };
      const params = Object.fromEntries(pattern.names.map((name) => [name, values[name] ?? ""]));
      let id: string;
      try {
        // Each pattern has its own parameters, of which only the test knows.
        id = Reflect.apply(pattern.build, pattern, [params]);
      } catch (error) {
        return error instanceof CommandError && /characters|no text/.test(error.message);
      }
      assertEquals(pattern.match(id), params);
      return [...id].length <= 100;
    }),
    { numRuns: 2_000 },
  );
  const [two, one] = patterns;
  assertEquals(two?.match(one?.pattern.replace("{a}", "1") ?? ""), undefined);
});

test("CustomId: is held to 100 characters when built", () => {
  const id = new CustomId("x:{a}");
  assertEquals([...id.build({ a: "😀".repeat(98) })].length, 100);
  const error = assertThrows(() => id.build({ a: "y".repeat(99) }), CommandError, '"101" characters');
  assertEquals(error.code, "invalid_command");
  assertThrows(() => new CustomId("{a}").build({ a: "" }), CommandError, "empty");
  assertThrows(() => id.build({ a: "\ud800" }), CommandError, '"a" is no text');
});

test("CustomId: refuses patterns that tell nothing apart", () => {
  const bad = ["", "{a}{b}", "x{", "x}", "{a}:{a}", "{}", "{a b}", "{{a}}", "x".repeat(101)];
  for (const pattern of bad) assertThrows(() => new CustomId(pattern), OptionError, `"${pattern}"`);
});

test("CustomId: a parameter of a prototype's name is one like any other", () => {
  const id = new CustomId("x:{constructor}");
  assertThrows(() => Reflect.apply(id.build, id, [{}]), CommandError, '"constructor" is no text');
  assertEquals(id.match("x:1")?.constructor, "1");
});
