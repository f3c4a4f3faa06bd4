import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { KnownUser } from "../../src/irc/state/known_user.ts";
import { NickTable } from "../../src/irc/state/nick_table.ts";
import { foldCase } from "../../src/irc/wire/casemapping.ts";

class User extends KnownUser {
  get channels(): readonly string[] {
    return [];
  }
}

function added(table: NickTable, source: string): User {
  const user = new User(source, table.next());
  table.add(user);
  return user;
}

/** As the table does it, so that nicks can be chosen that come to stand in one place. */
function hashOf(nick: string): number {
  let hash = 0x811c9dc5;
  for (const letter of foldCase(nick, "rfc1459")) {
    hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  }
  return hash ^ hash >>> 15;
}

test("NickTable: finds a nick where it stands in a text, as the server folds it", () => {
  const table = new NickTable("rfc1459");
  const dan = added(table, "Dan[1]!d@h");
  const [eve, zoe] = [added(table, "eve"), added(table, "Zoë@h")];
  assertEquals([table.find("dan{1}"), table.find("@DAN{1}!x@y", 1, 7), table.find("dan")], [
    dan,
    dan,
    undefined,
  ]);
  assertEquals([table.find("EVE"), table.find("zoë"), table.find("ZOË"), table.find("")], [
    eve,
    zoe,
    undefined,
    undefined,
  ]);
  assertEquals(table.remap("ascii", eve), []);
  assertEquals([table.find("DAN[1]"), table.find("dan{1}")], [dan, undefined]);
});

test("NickTable: what other letters make the same is found once, and who is first for sure", () => {
  const table = new NickTable("ascii");
  const [bot, other, third] = [added(table, "a{"), added(table, "A["), added(table, "b")];
  assertEquals(table.remap("rfc1459", other), [bot]);
  assertEquals([table.find("a{"), table.find("B"), table.delete(bot), table.delete(bot)], [
    other,
    third,
    true,
    false,
  ]);
  assertEquals([table.find("a{"), table.size, [...table]], [other, 2, [other, third]]);
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
  test(`NickTable: knows all who are there and nobody else, of ${what}`, () => {
    const table = new NickTable("rfc1459");
    const model = new Map<string, User>();
    const nicks = nicksOf();
    const check = () => {
      assertEquals(table.size, model.size);
      for (const nick of nicks) assertEquals(table.find(nick.toUpperCase()), model.get(nick), nick);
    };
    const add = (nick: string) => model.set(nick, added(table, `${nick}!u@h`));
    const drop = (nick: string) => {
      const user = model.get(nick);
      if (user === undefined) return;
      assertEquals(table.delete(user), true);
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
      const user = model.get(nick);
      if (index % 3 !== 1 || user === undefined) continue;
      table.rename(user, () => user.become(`${nick}-away!u@h`));
      assertEquals([table.find(nick), table.find(`${nick}-AWAY`)], [undefined, user]);
      table.rename(user, () => user.become(`${nick}!u@h`));
    }
    check();
    assertEquals(new Set(table), new Set(model.values()));
    table.clear();
    model.clear();
    check();
  });
}
