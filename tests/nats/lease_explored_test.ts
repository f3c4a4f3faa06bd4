import { test } from "node:test";
import process from "node:process";
import { assertEquals, assertMatch } from "@std/assert";
import { seededRandom } from "../../testing/world/random.ts";
import { freshBase } from "../../tools/shared/fresh_base.ts";
import { type Bounds, Exploration, type Plant } from "./_explored.ts";

const NONE: Bounds = { steps: 0, delays: 0, crashes: 0, suspensions: 0, unheard: 0, leaves: 0 };
/** What is walked is the same on every engine. */
const skip = process.versions.deno === undefined;

const walks: readonly [string, number, "begin" | "joining" | "settled", Partial<Bounds>][] = [
  ["begin together", 1, "begin", { steps: 2 }],
  ["begin one after the other, and hear late", 1, "joining", { steps: 2, delays: 1 }],
  ["renew for eight steps", 2, "settled", { steps: 8 }],
  ["hear something late", 2, "settled", { steps: 4, delays: 1 }],
  ["lose one of them", 2, "settled", { steps: 4, crashes: 1 }],
  ["are suspended in between", 1, "settled", { steps: 2, suspensions: 1 }],
  ["do not hear what became of a write", 2, "settled", { steps: 2, unheard: 1 }],
  ["see one leave", 1, "settled", { steps: 3, leaves: 1 }],
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

const ALL: Bounds = { steps: 30, delays: 8, crashes: 1, suspensions: 3, unheard: 4, leaves: 1 };

/** What is wrong on the first of so many ways that are drawn by a seed on which something is. */
function wrongOnSome(
  exploration: Exploration,
  bounds: Bounds,
  ways: number,
  seed: number,
): string | undefined {
  const from = exploration.settled(bounds);
  for (let way = 0; way < ways; way++) {
    const wrong = exploration.wander(from, seededRandom(seed + way, "ways"));
    if (wrong !== undefined) return `seed ${seed + way}: ${wrong}`;
  }
  return undefined;
}

test("LeaseCore: whatever goes wrong, nothing is held twice and all is held in the end, on ways that are drawn", () => {
  assertEquals(wrongOnSome(new Exploration(2), ALL, 200, freshBase()), undefined);
});

test("LeaseCore: processes of which one has twice the lease hold nothing twice, and all in the end", () => {
  assertEquals(wrongOnSome(new Exploration(2, { other: 24 }), ALL, 300, freshBase()), undefined);
});

test(
  "LeaseCore: of two processes that run different things only one holds some, in every order",
  { skip },
  (t) => {
    const exploration = new Exploration(2, { what: "others" });
    const { states, wrong } = exploration.walk(exploration.begin({ ...NONE, steps: 1 }), 200_000);
    t.diagnostic(`${states} states`);
    assertEquals(wrong, undefined);
  },
);

const plants: readonly Plant[] = [
  "removes without comparing",
  "looks at no clock",
  "has a longer lease than it says",
];

for (const plant of plants) {
  test(`LeaseCore: that one ${plant} is noticed`, { skip }, () => {
    assertMatch(
      wrongOnSome(new Exploration(1, { plant }), { ...NONE, steps: 30, suspensions: 3 }, 2_000, 1) ?? "",
      /held twice/,
    );
  });
}
