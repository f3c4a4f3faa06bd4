import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { sleepUntil, systemClock } from "../../src/driver/clock.ts";
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

test("sleepUntil: gives up when its signal is aborted", async () => {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const sleeping = sleepUntil(clock, 1_000, controller.signal);
  controller.abort(new Error("enough"));
  await assertRejects(() => sleeping, Error, "enough");
  assertEquals(clock.next(), Infinity);
});
