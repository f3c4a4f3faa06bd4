import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import { VirtualClock } from "../../testing/world/time/virtual_clock.ts";

test("VirtualClock: says so where a timer is set again and again for now, and time would never move", () => {
  const clock = new VirtualClock();
  const again = () => void clock.setTimer(clock.now(), again);
  clock.setTimer(5, again);
  assertThrows(() => clock.advance(10), RangeError, "Cannot go on from 5");
});

test("VirtualClock: wakes any number of timers as long as time moves", () => {
  const clock = new VirtualClock();
  let woken = 0;
  // Two at each time.
  const again = () => {
    clock.setTimer(clock.now() + ++woken % 2, again);
  };
  clock.setTimer(0, again);
  clock.advance(100_000);
  assertEquals(woken, 200_001);
});
