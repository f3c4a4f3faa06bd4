import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { PooledClock } from "../../src/driver/clock/_pooled_clock.ts";
import { sleepUntil, systemClock, within } from "../../src/driver/clock/clock.ts";
import { TimeoutError } from "../../src/protocol/errors.ts";
import { VirtualClock } from "../../testing/world/time/virtual_clock.ts";
import { turn } from "./_fakes.ts";

test("systemClock: has the runtime wake it once, when it is time", () => {
  const { setTimeout } = globalThis;
  const waits: unknown[] = [];
  try {
    Object.assign(globalThis, { setTimeout: (_: unknown, ms: number) => void waits.push(ms) });
    const now = systemClock.now();
    for (const at of [now + 10_000, now - 10_000, Infinity]) systemClock.setTimer(at, () => {});
  } finally {
    Object.assign(globalThis, { setTimeout });
  }
  const [wait, none] = waits;
  assert(typeof wait === "number" && wait > 9_000 && wait <= 10_000, String(wait));
  assertEquals([none, waits.length], [0, 2]);
});

for (const [name, clock] of Object.entries({ systemClock, PooledClock: new PooledClock(systemClock) })) {
  test(`${name}: a wait longer than 2³¹ ms does not fire at once, and can be undone`, async () => {
    let woken = false;
    const undo = clock.setTimer(clock.now() + 2 ** 31 + 10_000, () => woken = true);
    await sleepUntil(clock, clock.now() + 20);
    undo();
    assertEquals(woken, false);
  });

  test(`${name}: wakes not before its time, and never within the call`, async () => {
    const at = clock.now() + 15;
    let woken = 0;
    await new Promise<void>((resolve) => {
      clock.setTimer(at, () => {
        woken = clock.now();
        resolve();
      });
      assertEquals(woken, 0);
    });
    assert(woken >= at);
  });

  test(`${name}: wakes each once, earliest first, but none that was undone meanwhile`, async () => {
    const now = clock.now();
    const woken: string[] = [];
    clock.setTimer(now + 9, () => woken.push("last"));
    clock.setTimer(now + 3, () => {
      woken.push("first");
      undo();
      // However early it is due, it is not woken within this call.
      clock.setTimer(now, () => woken.push("set meanwhile"));
      assertEquals(woken, ["first"]);
    });
    const undo = clock.setTimer(now + 6, () => woken.push("undone"));
    await sleepUntil(clock, now + 20);
    await sleepUntil(clock, clock.now() + 1);
    assertEquals(woken[0], "first");
    assertEquals(woken.toSorted(), ["first", "last", "set meanwhile"]);
  });
}

test("systemClock: wakes for an earlier timer though a later one was set before, and for a later one alone", async () => {
  const woken: string[] = [];
  const clock = systemClock;
  const undo = clock.setTimer(clock.now() + 4, () => woken.push("first"));
  clock.setTimer(clock.now() + 8, () => woken.push("second"));
  undo();
  await sleepUntil(clock, clock.now() + 20);
  assertEquals(woken, ["second"]);
});

test("PooledClock: has one timer of the other clock's, and none when nothing is waited for", () => {
  const clock = new VirtualClock();
  let set = 0;
  let undone = 0;
  const pooled = new PooledClock({
    now: () => clock.now(),
    wall: () => clock.wall(),
    setTimer(at, wake) {
      set++;
      const undo = clock.setTimer(at, wake);
      return () => {
        undone++;
        undo();
      };
    },
  });
  const woken: number[] = [];
  const undos = [30, 20, 40].map((at) => pooled.setTimer(at, () => woken.push(at)));
  assertEquals([set, undone, clock.next()], [2, 1, 20]);
  clock.advance(30);
  assertEquals(woken, [20, 30]);
  for (const undo of undos) undo();
  assertEquals(clock.next(), Infinity);
});

test("PooledClock: one that throws keeps none back", () => {
  const clock = new VirtualClock();
  const pooled = new PooledClock(clock);
  const woken: string[] = [];
  pooled.setTimer(10, () => {
    throw new Error("broken");
  });
  pooled.setTimer(10, () => woken.push("second"));
  assertThrows(() => clock.advance(10), Error, "broken");
  clock.advance(1);
  assertEquals(woken, ["second"]);
});

test("sleepUntil: gives up when its signal is aborted", async () => {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const sleeping = sleepUntil(clock, 1_000, controller.signal);
  controller.abort(new Error("enough"));
  await assertRejects(() => sleeping, Error, "enough");
  assertEquals(clock.next(), Infinity);
});

test("within: gives the answer, rejects as the work does, and gives up when its time is over or its signal aborted", async () => {
  const clock = new VirtualClock();
  const hang = () => new Promise<never>(() => {});
  assertEquals(await within(clock, 1_000, "Nobody came", () => 7), 7);
  for (const broken of [() => Promise.reject(new Error("broken")), () => fail(new Error("broken"))]) {
    await assertRejects(() => within(clock, 1_000, "Nobody came", broken), Error, "broken");
  }
  await turn();
  assertEquals(clock.next(), Infinity);
  let signal: AbortSignal | undefined;
  const waiting = within(clock, 1_500, "Nobody came", (given) => {
    signal = given;
    return hang();
  });
  assertEquals([clock.next(), signal?.aborted], [1_500, false]);
  clock.advance(1_500);
  await assertRejects(() => waiting, TimeoutError, "Nobody came within 1.5 s");
  assertEquals(signal?.aborted, true);
  const controller = new AbortController();
  const aborted = within(clock, 1_000, "Nobody came", hang, controller.signal);
  controller.abort(new Error("enough"));
  await assertRejects(() => aborted, Error, "enough");
  await assertRejects(() => within(clock, 1_000, "", hang, controller.signal), Error, "enough");
  assertEquals(clock.next(), Infinity);
});

function fail(error: Error): never {
  throw error;
}
