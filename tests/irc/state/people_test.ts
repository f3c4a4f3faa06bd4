import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { NOBODY, People } from "../../../src/irc/state/people.ts";
import { foldCase } from "../../../src/irc/wire/support/casemapping.ts";

/** As the table does it, so that nicks can be chosen that come to stand in one place. */
function hashOf(nick: string): number {
  let hash = 0x811c9dc5;
  for (const letter of foldCase(nick, "rfc1459")) {
    hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  }
  return hash ^ hash >>> 15;
}

test("People: finds a nick where it stands in a text, as the server folds it", () => {
  const people = new People("rfc1459");
  const dan = people.add("Dan[1]!d@h");
  const [eve, zoe] = [people.add("eve"), people.add("Zoë@h")];
  assertEquals([people.find("dan{1}"), people.find("@DAN{1}!x@y", 1, 7), people.find("dan")], [
    dan,
    dan,
    NOBODY,
  ]);
  assertEquals([people.find("EVE"), people.find("zoë"), people.find("ZOË"), people.find("")], [
    eve,
    zoe,
    NOBODY,
    NOBODY,
  ]);
  assertEquals(people.remap("ascii", eve), []);
  assertEquals([people.find("DAN[1]"), people.find("dan{1}")], [dan, NOBODY]);
});

test("People: what other letters make the same is found once, and who is first for sure", () => {
  const people = new People("ascii");
  const [bot, other, third] = [people.add("a{"), people.add("A["), people.add("b")];
  assertEquals(people.remap("rfc1459", other), [bot]);
  assertEquals([people.find("a{"), people.find("B"), people.delete(bot), people.delete(bot)], [
    other,
    third,
    true,
    false,
  ]);
  assertEquals([people.find("a{"), people.size, [...people]], [other, 2, [other, third]]);
});

/** Nicks of which the places are drawn, and those that all are to stand in one. */
const NICKS: Readonly<Record<string, () => string[]>> = {
  "any nicks": () => Array.from({ length: 3_000 }, (_, n) => `Nick${(n * 7_919).toString(36)}`),
  "nicks that a hostile server has chosen": () => {
    const nicks: string[] = [];
    for (let n = 0; nicks.length < 200; n++) {
      const nick = `n${n.toString(36)}`;
      if ((hashOf(nick) & 1_023) === 0) nicks.push(nick);
    }
    return nicks;
  },
};

for (const [what, nicksOf] of Object.entries(NICKS)) {
  test(`People: knows all who are there and nobody else, of ${what}`, () => {
    const people = new People("rfc1459");
    const model = new Map<string, number>();
    const nicks = nicksOf();
    const check = () => {
      assertEquals(people.size, model.size);
      for (const nick of nicks) {
        assertEquals(people.find(nick.toUpperCase()), model.get(nick) ?? NOBODY, nick);
      }
    };
    const add = (nick: string) => model.set(nick, people.add(`${nick}!u@h`));
    const drop = (nick: string) => {
      const number = model.get(nick);
      if (number === undefined) return;
      assertEquals(people.delete(number), true);
      model.delete(nick);
    };
    nicks.forEach(add);
    check();
    nicks.forEach((nick, n) => n % 3 !== 0 && drop(nick));
    check();
    // Their numbers and places are given to others.
    nicks.forEach((nick, n) => n % 3 === 1 && add(nick));
    check();
    for (const [index, nick] of nicks.entries()) {
      const number = model.get(nick);
      if (index % 3 !== 1 || number === undefined) continue;
      people.rename(number, `${nick}-away!u@h`);
      assertEquals([people.find(nick), people.find(`${nick}-AWAY`)], [NOBODY, number]);
      people.rename(number, `${nick}!u@h`);
    }
    check();
    assertEquals(new Set(people), new Set(model.values()));
    people.clear();
    model.clear();
    check();
  });
}

test("People: some stand in one text, and each is found by the nick that ends there", () => {
  const people = new People("rfc1459");
  const text = "dan!d@h da dan2@h";
  const [dan, da, dan2] = [people.add(text, 0, 7), people.add(text, 8, 10), people.add(text, 11, 17)];
  assertEquals(["DAN", "da", "dan2", "da dan2", "d"].map((nick) => people.find(nick)), [
    dan,
    da,
    dan2,
    NOBODY,
    NOBODY,
  ]);
  assertEquals([dan, da, dan2].map((number) => people.sourceOf(number).raw), ["dan!d@h", "da", "dan2@h"]);
  assertEquals([dan, da, dan2].map((number) => people.hasHost(number)), [true, false, true]);
  assertEquals([dan, da, dan2].map((number) => people.lengthOf(number)), [7, 2, 6]);
  people.separate();
  assertEquals([people.find("dan"), people.sourceOf(da).raw, people.hasHost(da)], [dan, "da", false]);
});
