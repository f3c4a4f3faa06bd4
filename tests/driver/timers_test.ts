import { test } from "node:test";
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Timer, Timers } from "../../src/driver/clock/timers.ts";

test("Timers: takes out what is due, by time and then in the order it was set, but for what was removed", () => {
  const step = fc.oneof(
    fc.record({ set: fc.nat(50) }),
    fc.record({ remove: fc.nat(30) }),
    fc.record({ take: fc.nat(60), among: fc.oneof(fc.nat(40), fc.constant(Infinity)) }),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
    const timers = new Timers();
    const all: Timer[] = [];
    let left: { at: number; order: number }[] = [];
    const taken: number[] = [];
    for (const step of steps) {
      if ("set" in step) {
        const order = all.length;
        all.push(timers.set(step.set, () => void taken.push(order)));
        left.push({ at: step.set, order });
        left.sort((a, b) => a.at - b.at || a.order - b.order);
      } else if ("remove" in step) {
        const timer = all[step.remove];
        if (timer !== undefined) timers.remove(timer);
        left = left.filter(({ order }) => order !== step.remove);
      } else {
        const [next] = left;
        const isDue = next !== undefined && next.at <= step.take && next.order < step.among;
        timers.take(step.take, step.among)?.();
        if (isDue) assertEquals(taken.at(-1), left.shift()?.order);
      }
      assertEquals(timers.next, left[0]?.at ?? Infinity);
      assertEquals(timers.count, all.length);
    }
    assertEquals(taken.length, new Set(taken).size);
  }));
});
