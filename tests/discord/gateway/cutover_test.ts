import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { Cutover } from "../../../src/discord/gateway/session/cutover.ts";

const SETTLE = 1_000;

/** One old shard that is ready, a new one that has begun with guilds, and one that is asked whether that is enough. */
function cutover(
  { guilds = ["g"], tellsGuilds = true, old = [0] } = {},
  doubts: ReadonlyMap<number, number> = new Map(),
): Cutover<string> {
  const cutover = new Cutover<string>({
    old: { count: 1, ids: [0], ready: old, doubts },
    count: 1,
    ids: [0],
    shardOf: () => 0,
    tellsGuilds,
    settle: SETTLE,
    now: 0,
  });
  cutover.identifying(0);
  cutover.began(0, guilds, 0);
  return cutover;
}

/** Whether the new set can lead, if all is here by then that either was sent. */
function isReady(one: Cutover<string>, now: number): boolean {
  one.proven("old", 0, now);
  one.proven("new", 0, now);
  return one.isReady(now);
}

test("Cutover: the new set does not lead before it has a session and every guild", () => {
  const without = new Cutover<string>({
    old: { count: 1, ids: [0], ready: [0] },
    count: 2,
    ids: [0, 1],
    shardOf: () => 0,
    tellsGuilds: true,
    settle: SETTLE,
    now: 0,
  });
  without.began(0, [], 0);
  assertEquals([isReady(without, 100_000), without.missing], [false, { shards: 1, guilds: 0 }]);
  const one = cutover();
  assertEquals([isReady(one, SETTLE), one.missing], [false, { shards: 0, guilds: 1 }]);
  assertEquals(one.has(0, "g", 0), true);
  assertEquals([isReady(one, SETTLE - 1), isReady(one, SETTLE)], [false, true]);
  // Without the intent nobody tells which guilds there are.
  assertEquals(isReady(cutover({ tellsGuilds: false }), SETTLE), true);
});

test("Cutover: a guild that never comes is waited for for a minute, and told of, whether the old set has told of it or not", () => {
  for (const busy of [false, true]) {
    const one = cutover();
    if (busy) one.old("g", "a", 10);
    assertEquals([isReady(one, 59_999), isReady(one, 60_000)], [false, true]);
    assertEquals([...one.switch(60_000).gaps], [0]);
  }
});

test("Cutover: a guild that both sets tell of leads to no wait, one of which only the new set tells does", () => {
  const one = cutover({ guilds: [] });
  one.fresh("g", "a", "a", 900);
  assertEquals([isReady(one, SETTLE), isReady(one, 900 + SETTLE)], [false, true]);
  one.old("g", "a", SETTLE);
  assertEquals(isReady(one, SETTLE), true);
  one.fresh("g", "b", "b", SETTLE);
  assertEquals(one.switch(SETTLE), { deliver: ["b"], gaps: new Set<number>() });
});

test("Cutover: what the old set has never brought is told behind a gap", () => {
  const one = cutover({ guilds: [] });
  one.fresh("g", "a", "a", 0);
  assertEquals(isReady(one, SETTLE), true);
  assertEquals(one.switch(SETTLE), { deliver: ["a"], gaps: new Set([0]) });
});

test("Cutover: an old shard that is away is waited for for a minute, and its gap told", () => {
  const one = cutover({ guilds: [] });
  one.away("old", 0, 500);
  assertEquals([isReady(one, SETTLE), isReady(one, 60_499), isReady(one, 60_500)], [false, false, true]);
  one.ready("old", 0);
  one.proven("old", 0, -Infinity);
  assertEquals([one.isReady(60_500), isReady(one, 60_500)], [false, true]);
  one.away("old", 0, 61_000);
  assertEquals([...one.switch(200_000).gaps], [0]);
});

test("Cutover: what the old set brought first is not told again by the new one, until its own", () => {
  const one = cutover({ guilds: [] });
  for (const event of ["a", "b", "c"]) one.old("g", event, 0);
  assertEquals(one.fresh("g", "a", "a", 0), false);
  assertEquals(isReady(one, SETTLE), true);
  assertEquals(one.switch(SETTLE).deliver, []);
  assertEquals([one.isOver, one.fresh("g", "b", "b", SETTLE)], [false, false]);
  assertEquals([one.fresh("g", "c", "c", SETTLE), one.isOver], [false, true]);
  assertEquals([one.fresh("g", "d", "d", SETTLE), one.fresh("h", "d", "d", SETTLE)], [true, true]);
});

test("Cutover: what only the old set has brought leaves no gap once the new one would have brought it", () => {
  const one = cutover({ guilds: [] });
  one.old("g", "a", 0);
  assertEquals(isReady(one, SETTLE), true);
  assertEquals(one.switch(SETTLE), { deliver: [], gaps: new Set<number>() });
});

test("Cutover: what the new set holds is in the order in which it came, whatever guild it is of", () => {
  const one = cutover({ guilds: [] });
  for (const [stream, event] of [["g", "1"], ["h", "2"], ["g", "3"], ["", "4"]] as const) {
    one.fresh(stream, event, event, 0);
  }
  assertEquals(one.heldOf(0), ["1", "2", "3", "4"]);
  one.old("g", "1", 0);
  assertEquals(one.heldOf(0), ["2", "3", "4"]);
});

test("Cutover: what the old set brings before the new one may is not remembered", () => {
  const one = new Cutover<string>({
    old: { count: 1, ids: [0], ready: [0] },
    count: 1,
    ids: [0],
    shardOf: () => 0,
    tellsGuilds: false,
    settle: SETTLE,
    now: 0,
  });
  one.old("g", "a", 0);
  one.identifying(0);
  one.began(0, [], 0);
  one.fresh("g", "b", "b", 0);
  one.old("g", "b", 0);
  assertEquals(isReady(one, SETTLE), true);
  assertEquals(one.switch(SETTLE), { deliver: [], gaps: new Set<number>() });
});

test("Cutover: a hole in the new set has it find out anew, and after it leads it looks out for no copies", () => {
  const one = cutover({ guilds: [] });
  one.old("g", "a", 0);
  one.fresh("g", "a", "a", 0);
  one.fresh("g", "b", "b", 0);
  one.broke("new", 0, 0);
  one.old("g", "b", 0);
  assertEquals(isReady(one, SETTLE), true);
  one.old("g", "c", SETTLE);
  one.switch(SETTLE);
  one.broke("new", 0, SETTLE);
  assertEquals([one.isOver, one.fresh("g", "c", "c", SETTLE)], [true, true]);
});

test("Cutover: an old shard that has told nothing since the new one had a hole may have the same, and its gap is told", () => {
  for (const at of [undefined, 499 + SETTLE, 500 + SETTLE]) {
    const one = cutover({ guilds: ["g"] });
    one.has(0, "g", 0);
    one.broke("new", 0, 500);
    if (at !== undefined) one.old("g", "a", at);
    if (at !== undefined) one.fresh("g", "a", "a", at);
    assertEquals(isReady(one, 500 + 2 * SETTLE), true);
    assertEquals([...one.switch(500 + 2 * SETTLE).gaps], at === 500 + SETTLE ? [] : [0]);
  }
  const told = cutover();
  told.has(0, "g", 0);
  told.broke("new", 0, 500);
  told.broke("old", 0, 500 + SETTLE);
  assertEquals([...told.switch(500 + 2 * SETTLE).gaps], []);
});

test("Cutover: it counts what links have proven to have brought, not how long they have been silent", () => {
  const one = cutover({ guilds: [] });
  assertEquals(one.isReady(1_000_000), false);
  one.proven("old", 0, SETTLE - 1);
  assertEquals(one.isReady(1_000_000), false);
  one.proven("old", 0, SETTLE);
  assertEquals(one.isReady(1_000_000), true);
  one.old("g", "a", 500);
  one.proven("old", 0, 1_000_000);
  assertEquals(one.isReady(1_000_000), false);
  one.proven("new", 0, 500 + SETTLE - 1);
  assertEquals(one.isReady(1_000_000), false);
  one.proven("new", 0, 500 + SETTLE);
  assertEquals(one.isReady(1_000_000), true);
  // A link that is new has proven nothing.
  one.old("h", "a", 2_000);
  one.away("new", 0, 2_000);
  one.ready("new", 0);
  assertEquals(one.isReady(1_000_000), false);
});

test("Cutover: a copy that is still to come is looked out for until its link has brought all from before", () => {
  const one = cutover({ guilds: [] });
  one.old("g", "a", 0);
  one.fresh("g", "a", "a", 0);
  one.old("g", "b", 0);
  one.switch(SETTLE);
  assertEquals(one.isOver, false);
  one.proven("new", 0, 2 * SETTLE - 1);
  assertEquals(one.isOver, false);
  one.proven("new", 0, 2 * SETTLE);
  assertEquals(one.isOver, true);
});

test("Cutover: what never fits together is waited for for a minute, and then told of", () => {
  const one = cutover({ guilds: [] });
  let now = 0;
  for (; now < 61_000; now += 500) {
    one.old("g", `told so at ${now}`, now);
    one.fresh("g", `told otherwise at ${now}`, `${now}`, now);
    if (isReady(one, now)) break;
  }
  assertEquals([now, [...one.switch(now).gaps]], [60_000, [0]]);
});

test("Cutover: a new shard that is a minute behind may bring yet what fits, and is waited for", () => {
  const one = cutover({ guilds: [] });
  // Behind a hole of its own, the old set has none of what the new one brings first.
  for (const text of ["a", "b"]) one.fresh("g", text, text, 100);
  for (const text of ["d", "e"]) one.old("g", text, 200);
  for (const side of ["old", "new"] as const) one.proven(side, 0, 50);
  one.proven("old", 0, 100_000);
  assertEquals(one.isReady(100_000), false);
  for (const text of ["d", "e", "f"]) one.fresh("g", text, text, 100_100);
  assertEquals(isReady(one, 102_000), true);
  assertEquals(one.switch(102_000).deliver, ["f"]);
});

test("Cutover: what does not fit is not given up while a link is minutes behind: what it brings then came twice", () => {
  const one = cutover({ guilds: [] });
  one.fresh("g", "a", "a", 0);
  let now = 0;
  for (; now < 300_000; now += 500) one.old("g", `told at ${now}`, now);
  one.proven("old", 0, now);
  one.proven("new", 0, 100_000);
  assertEquals(one.isReady(now), false);
  one.proven("new", 0, now - 5_000);
  assertEquals(one.isReady(now), true);
  assertEquals([...one.switch(now).gaps], [0]);
  // What it has yet to bring was told.
  assertEquals(one.fresh("g", `told at ${now - 1_000}`, "", now), false);
  assertEquals(one.fresh("g", "new", "", now), true);
  assertEquals(one.fresh("g", `told at ${now - 500}`, "", now), false);
  assertEquals(one.isOver, true);
});

test("Cutover: what the old set was sent before a late guild came to the new one is waited for", () => {
  const one = cutover();
  assertEquals(one.has(0, "g", 5_000), true);
  assertEquals([isReady(one, 5_000 + SETTLE - 1), isReady(one, 5_000 + SETTLE)], [false, true]);
});

test("Cutover: how long an old shard is away does not depend on what the new one does", () => {
  const one = cutover({ guilds: [] });
  one.away("old", 0, 500);
  one.ready("old", 0);
  one.away("new", 0, 1_000);
  one.ready("new", 0);
  one.away("old", 0, 2_000);
  assertEquals([isReady(one, 61_999), isReady(one, 62_000)], [false, true]);
});

test("Cutover: what an old shard may lack where one is given up, the next tells a gap of, unless that shard tells something", () => {
  const givenUp = (happens: (one: Cutover<string>) => void) => {
    const one = cutover();
    one.has(0, "g", 0);
    happens(one);
    one.giveUp(500);
    return one;
  };
  const all: readonly (readonly [isDoubtful: boolean, happens: (one: Cutover<string>) => void])[] = [
    [false, () => {}],
    // The new one has brought what the old one has not, or has had a hole, or is away and may have one.
    [true, (one) => one.fresh("g", "a", "a", 400)],
    [true, (one) => one.broke("new", 0, 500)],
    [true, (one) => one.away("new", 0, 400)],
    [false, (one) => [one.fresh("g", "a", "a", 400), one.old("g", "a", 400)]],
  ];
  for (const [isDoubtful, happens] of all) {
    const one = givenUp(happens);
    assertEquals([...one.doubts], isDoubtful ? [[0, 500]] : []);
    const next = cutover({}, one.doubts);
    next.has(0, "g", 1_000);
    assertEquals([...next.switch(5_000).gaps], isDoubtful ? [0] : []);
    // It goes on hearing what the old shards tell, and remembers nothing of that.
    one.old("g", "b", 499 + SETTLE);
    assertEquals(one.doubts.size, isDoubtful ? 1 : 0);
    one.old("g", "b", 500 + SETTLE);
    assertEquals([one.doubts.size, one.heldOf(0), one.isFull], [0, [], false]);
  }
});
