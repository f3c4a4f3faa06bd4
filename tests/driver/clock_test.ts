import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { sleepUntil, systemClock, within } from "../../src/driver/clock.ts";
import { VirtualClock } from "../../src/testing/virtual_clock.ts";

test("systemClock: a wait longer than 2³¹ ms does not fire at once, and can be undone", async () => {
  let woken = false;
  const undo = systemClock.setTimer(systemClock.now() + 2 ** 31 + 10_000, () => woken = true);
  await sleepUntil(systemClock, systemClock.now() + 20);
  undo();
  assertEquals(woken, false);
});

test("systemClock: wakes not before its time, and never within the call", async () => {
  const at = systemClock.now() + 15;
  let woken = 0;
  await new Promise<void>((resolve) => {
    systemClock.setTimer(at, () => {
      woken = systemClock.now();
      resolve();
    });
    assertEquals(woken, 0);
  });
  assert(woken >= at);
});

test("systemClock: wakes each once, earliest first, but none that was undone meanwhile", async () => {
  const now = systemClock.now();
  const woken: string[] = [];
  systemClock.setTimer(now + 9, () => woken.push("last"));
  systemClock.setTimer(now + 3, () => {
    woken.push("first");
    undo();
    // However early it is due, it is not woken within this call.
    systemClock.setTimer(now, () => woken.push("set meanwhile"));
    assertEquals(woken, ["first"]);
  });
  const undo = systemClock.setTimer(now + 6, () => woken.push("undone"));
  await sleepUntil(systemClock, now + 20);
  await sleepUntil(systemClock, systemClock.now() + 1);
  assertEquals(woken[0], "first");
  assertEquals(woken.toSorted(), ["first", "last", "set meanwhile"]);
});

test("sleepUntil: gives up when its signal is aborted", async () => {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const sleeping = sleepUntil(clock, 1_000, controller.signal);
  controller.abort(new Error("enough"));
  await assertRejects(() => sleeping, Error, "enough");
  assertEquals(clock.next(), Infinity);
});

test("within: resolves when the work does or the time is over, and rejects as the work does", async () => {
  const clock = new VirtualClock();
  await within(clock, 1_000, Promise.resolve(7));
  await assertRejects(() => within(clock, 1_000, Promise.reject(new Error("broken"))), Error, "broken");
  assertEquals(clock.next(), Infinity);
  const waiting = within(clock, 1_000, new Promise(() => {}));
  assertEquals(clock.next(), 1_000);
  clock.advance(1_000);
  await waiting;
});
