import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { Alignment } from "../../../src/discord/gateway/session/alignment.ts";

/** Which session brings its next event. */
type Turn = "old" | "fresh";

/** Every order in which so many events of the one and of the other can come. */
function* orders(old: number, fresh: number): Generator<Turn[]> {
  if (old + fresh === 0) return yield [];
  if (old > 0) { for (const rest of orders(old - 1, fresh)) yield ["old", ...rest]; }
  if (fresh > 0) { for (const rest of orders(old, fresh - 1)) yield ["fresh", ...rest]; }
}

/**
 * What is told if the new session, which has begun behind `before` events, takes over after so many turns: with
 * `settle`, once nothing has come for long; undefined if it cannot.
 */
function toldBy(
  events: readonly string[],
  before: number,
  turns: readonly Turn[],
  at: number,
  settle: boolean,
): readonly string[] | undefined {
  const alignment = new Alignment<string>();
  const told: string[] = [];
  let [old, fresh] = [0, before];
  for (const turn of turns.slice(0, at)) {
    const event = events[turn === "old" ? old++ : fresh++] ?? "";
    if (turn === "fresh") alignment.fresh(event, event);
    else {
      told.push(event);
      alignment.old(event);
    }
  }
  if (settle && !alignment.settle() || !alignment.isKnown) return undefined;
  told.push(...alignment.ahead);
  for (const turn of turns.slice(at)) {
    if (turn !== "fresh") continue;
    const event = events[fresh++] ?? "";
    if (alignment.isNews(event)) told.push(event);
  }
  return told;
}

test("Alignment: whenever it is known how two sessions lie, the new one can take over, in every order there is", () => {
  let known = 0;
  for (let length = 1; length <= 6; length++) {
    const events = Array.from({ length }, (_, index) => `event ${index}`);
    for (let before = 0; before <= length; before++) {
      for (const turns of orders(length, length - before)) {
        for (let at = 0; at <= turns.length; at++) {
          const told = toldBy(events, before, turns, at, false);
          if (told === undefined) continue;
          known++;
          assertEquals(told, events, `${before} before, ${turns}, after ${at}`);
        }
      }
    }
  }
  assertEquals(known > 10_000, true, `${known} cases`);
});

test("Alignment: once both have brought all that happened, nothing that is quiet is lost or told twice", () => {
  for (let length = 0; length <= 6; length++) {
    const events = Array.from({ length }, (_, index) => `event ${index}`);
    for (let before = 0; before <= length; before++) {
      for (const turns of orders(length, length - before)) {
        assertEquals(toldBy(events, before, turns, turns.length, true), events);
      }
    }
  }
});

test("Alignment: events that look the same are not taken for each other as long as that is in doubt", () => {
  // Three that look the same before the new session began, and one after.
  const alignment = new Alignment<string>();
  for (const event of ["a", "a", "a"]) alignment.old(event);
  alignment.fresh("a", "the fourth");
  assertEquals(alignment.isKnown, false);
  alignment.old("a");
  alignment.old("b");
  assertEquals(alignment.isKnown, false);
  alignment.fresh("b", "the fifth");
  assertEquals([alignment.isKnown, alignment.ahead, alignment.behind], [true, [], 0]);
});

test("Alignment: what contradicts what was found out has it found out anew", () => {
  const alignment = new Alignment<string>();
  alignment.old("a");
  alignment.fresh("a", "a");
  alignment.fresh("b", "b");
  assertEquals([alignment.isKnown, alignment.ahead], [true, ["b"]]);
  alignment.old("c");
  assertEquals(alignment.isKnown, false);
  alignment.fresh("c", "c");
  assertEquals([alignment.isKnown, alignment.ahead, alignment.behind], [true, [], 0]);
});

test("Alignment: behind a hole nothing counts that was before it, on either side", () => {
  const alignment = new Alignment<string>();
  for (const event of ["a", "b"]) alignment.fresh(event, event);
  alignment.old("a");
  assertEquals([alignment.isKnown, alignment.ahead], [true, ["b"]]);
  alignment.oldBroke();
  assertEquals([alignment.isKnown, alignment.ahead], [false, []]);
  for (const event of ["c", "d"]) alignment.fresh(event, event);
  alignment.old("d");
  assertEquals([alignment.isKnown, alignment.ahead, alignment.behind], [true, [], 0]);
  alignment.old("e");
  alignment.freshBroke();
  alignment.old("f");
  alignment.fresh("f", "f");
  assertEquals([alignment.isKnown, alignment.ahead, alignment.behind], [true, [], 0]);
});

test("Alignment: what the old session brought before a hole is no news when the new one brings it behind that", () => {
  const alignment = new Alignment<string>();
  for (const event of ["a", "b"]) alignment.old(event);
  alignment.oldBroke();
  for (const event of ["b", "c"]) alignment.fresh(event, event);
  assertEquals(alignment.ahead, ["c"]);
});

test("Alignment: what the old session has never brought is no more than doubtful", () => {
  const alignment = new Alignment<string>();
  alignment.old("told otherwise");
  alignment.fresh("told", "told");
  assertEquals(alignment.settle(), false);
  alignment.giveUp();
  assertEquals([alignment.isKnown, alignment.ahead], [true, []]);
  const silent = new Alignment<string>();
  silent.fresh("told", "told");
  silent.giveUp();
  assertEquals(silent.ahead, ["told"]);
});

test("Alignment: where it is given up, what the old session has brought is no news, whatever comes in between", () => {
  const alignment = new Alignment<string>();
  for (const event of ["a", "b"]) alignment.old(event);
  alignment.oldBroke();
  for (const event of ["d", "e"]) alignment.old(event);
  alignment.fresh("x", "x");
  alignment.giveUp();
  assertEquals(["b", "c", "d", "e", "f"].map((event) => alignment.isNews(event)), [
    false,
    true,
    false,
    false,
    true,
  ]);
  assertEquals([alignment.ahead, alignment.behind], [[], 0]);
});

test("Alignment: what was told before the old session had a hole is not told again, from the first on", () => {
  const alignment = new Alignment<string>();
  for (const event of ["a", "b", "c"]) alignment.old(event);
  alignment.oldBroke();
  for (const event of ["a", "b", "c", "d"]) alignment.fresh(event, event);
  assertEquals([...alignment.ahead], ["d"]);
});

test("Alignment.settle: of several ways in which they fit, the one in which they have most in common", () => {
  const alignment = new Alignment<string>();
  for (const event of ["a", "b", "a", "b"]) alignment.old(event);
  for (const event of ["a", "b", "a", "b"]) alignment.fresh(event, event);
  assertEquals([alignment.isKnown, alignment.settle()], [false, true]);
  assertEquals([alignment.ahead, alignment.behind], [[], 0]);
});

test("Alignment.size: counts what is remembered of both", () => {
  const alignment = new Alignment<string>();
  for (const event of ["a", "b"]) alignment.old(event);
  for (const event of ["x", "y", "z"]) alignment.fresh(event, event);
  assertEquals(alignment.size, 5);
});
