import { test } from "node:test";
import process from "node:process";
import { assertEquals, assertMatch } from "@std/assert";
import { type Bounds, Exploration, type Plant } from "./_explored.ts";

const NONE: Bounds = { steps: 0, delays: 0, crashes: 0, suspensions: 0, unheard: 0, leaves: 0 };
/** What is walked is the same on every engine. */
const skip = process.versions.deno === undefined;

const walks: readonly [string, number, "begin" | "settled", Partial<Bounds>][] = [
  ["begin together", 1, "begin", { steps: 2 }],
  ["renew for eight steps", 2, "settled", { steps: 8 }],
  ["hear something late", 2, "settled", { steps: 4, delays: 1 }],
  ["lose one of them", 2, "settled", { steps: 4, crashes: 1 }],
  ["are suspended in between", 1, "settled", { steps: 2, suspensions: 1 }],
  ["do not hear what became of a write", 2, "settled", { steps: 2, unheard: 1 }],
  ["see one leave", 1, "settled", { steps: 2, leaves: 1 }],
];

for (const [what, slots, from, bounds] of walks) {
  test(
    `LeaseCore: two processes that ${what} never hold a slot twice, and hold all in the end, in every order`,
    { skip },
    (t) => {
      const exploration = new Exploration(slots);
      const { states, wrong } = exploration.walk(exploration[from]({ ...NONE, ...bounds }), 200_000);
      t.diagnostic(`${states} states`);
      assertEquals(wrong, undefined);
    },
  );
}

const plants: readonly [Plant, Partial<Bounds>, RegExp][] = [
  ["removes without comparing", { steps: 5, suspensions: 1 }, /held twice/],
  ["has a shorter lease than the other", { steps: 4 }, /held/],
];

for (const [plant, bounds, told] of plants) {
  test(`LeaseCore: that one ${plant} is noticed`, { skip }, () => {
    const exploration = new Exploration(1, plant);
    assertMatch(exploration.walk(exploration.settled({ ...NONE, ...bounds }), 200_000).wrong ?? "", told);
  });
}
