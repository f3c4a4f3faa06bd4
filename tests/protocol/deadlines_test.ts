import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { test } from "node:test";
import { Deadlines } from "../../src/protocol/core/deadlines.ts";

test("Deadlines: each is set, moved, taken back and comes due on its own", () => {
  const deadlines = new Deadlines<"dial" | "ping" | "close">();
  assertEquals([deadlines.next, deadlines.due(Infinity)], [Infinity, undefined]);
  deadlines.set("dial", 10);
  deadlines.set("ping", 5);
  deadlines.set("close", 20);
  assertEquals([deadlines.next, deadlines.at("close")], [5, 20]);
  deadlines.set("ping", 15);
  assertEquals(deadlines.next, 10);
  deadlines.clear("dial");
  assertEquals([deadlines.next, deadlines.at("dial"), deadlines.due(14)], [15, Infinity, undefined]);
  assertEquals([deadlines.due(30), deadlines.due(30), deadlines.due(30)], ["ping", "close", undefined]);
  deadlines.set("dial", 1);
  deadlines.clearAll();
  assertEquals([deadlines.next, deadlines.due(2)], [Infinity, undefined]);
});

test("Deadlines: may be for things instead of names", () => {
  const [one, other] = [{}, {}];
  const deadlines = new Deadlines<object>();
  deadlines.set(one, 5);
  deadlines.set(other, 3);
  assertEquals([deadlines.next, deadlines.due(9) === other, deadlines.next], [3, true, 5]);
});

test("Deadlines: whatever is set and taken back, the next is the least, and what is due comes in order of time", () => {
  const name = fc.constantFrom("a", "b", "c", "d");
  const step = fc.tuple(name, fc.oneof(fc.nat(100), fc.constant(Infinity)));
  fc.assert(fc.property(fc.array(step), fc.nat(100), (steps, now) => {
    const deadlines = new Deadlines<string>();
    const model = new Map<string, number>();
    for (const [name, at] of steps) {
      deadlines.set(name, at);
      model.set(name, at);
      assertEquals(deadlines.next, Math.min(...model.values()));
    }
    const due: number[] = [];
    for (let name = deadlines.due(now); name !== undefined; name = deadlines.due(now)) {
      due.push(model.get(name) ?? -1);
    }
    assertEquals(due, [...model.values()].filter((at) => at <= now).sort((a, b) => a - b));
  }));
});
