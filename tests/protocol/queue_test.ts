import { test } from "node:test";
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Queue } from "../../src/protocol/core/queue.ts";

test("Queue: does what an array does, however pushes and shifts alternate", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.nat(5_000), fc.constant("shift" as const), fc.constant("clear" as const))),
      (steps) => {
        const queue = new Queue<number>();
        let model: number[] = [];
        for (const step of steps) {
          if (step === "clear") {
            queue.clear();
            model = [];
          } else if (step === "shift") {
            assertEquals([queue.peek(), queue.shift()], [model[0], model.shift()]);
          } else {
            for (let n = 0; n < step; n++) queue.push(n);
            for (let n = 0; n < step; n++) model.push(n);
            for (let n = 0; n < step * 0.7; n++) assertEquals(queue.shift(), model.shift());
          }
          assertEquals(queue.length, model.length);
          const middle = model.length >> 1;
          for (const index of [0, middle, -1, -middle, model.length, -model.length - 1]) {
            assertEquals(queue.at(index), model.at(index));
          }
        }
      },
    ),
    { numRuns: 20 },
  );
});

test("Queue: shows its items from the front on without taking them", () => {
  const queue = new Queue<number>();
  for (let i = 0; i < 3_000; i++) queue.push(i);
  for (let i = 0; i < 2_500; i++) queue.shift();
  assertEquals([...queue].length, 500);
  assertEquals([...queue].at(0), 2_500);
  assertEquals(queue.length, 500);
});
