import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { type Grant, LocalPermits } from "../../src/driver/permits.ts";
import { VirtualClock } from "../../testing/world/time/virtual_clock.ts";
import { turn } from "./_fakes.ts";

const permit = { scope: "s", key: "k", limit: 2, per: 1_000 };

function permits() {
  const clock = new VirtualClock();
  const local = new LocalPermits(clock);
  const granted: { name: string; at: number; grant: Grant }[] = [];
  const ask = (name: string, signal?: AbortSignal, wanted = permit) => {
    const asking = local.acquire(wanted, signal);
    asking.then((grant) => granted.push({ name, at: clock.now(), grant }), () => {});
    return asking;
  };
  const pass = async (ms: number) => {
    await turn();
    for (const until = clock.now() + ms; clock.next() <= until;) {
      clock.step();
      await turn();
    }
    clock.advance(0);
  };
  return { clock, local, granted, ask, pass };
}

test("LocalPermits: grants up to the limit, then when what was used leaves the window", async () => {
  const { clock, granted, ask, pass } = permits();
  for (const name of ["a", "b", "c", "d"]) void ask(name);
  await turn();
  assertEquals(granted.map(({ name }) => name), ["a", "b"]);
  clock.advance(100);
  granted[0]?.grant.release(true);
  clock.advance(200);
  granted[1]?.grant.release(true);
  await pass(5_000);
  assertEquals(granted.map(({ name, at }) => [name, at]), [["a", 0], ["b", 0], ["c", 1_100], ["d", 1_300]]);
});

test("LocalPermits: a grant is held until it is released", async () => {
  const { local } = permits();
  const grant = await local.acquire(permit);
  assertEquals(grant.isHeld(), true);
  grant.release(false);
  assertEquals(grant.isHeld(), false);
});

test("LocalPermits: what was not used frees its place at once, and only once", async () => {
  const { granted, ask } = permits();
  for (const name of ["a", "b", "c", "d"]) void ask(name);
  await turn();
  granted[0]?.grant.release(false);
  granted[0]?.grant.release(false);
  await turn();
  assertEquals(granted.map(({ name }) => name), ["a", "b", "c"]);
});

test("LocalPermits: who gives up waiting holds nobody up", async () => {
  const { granted, ask } = permits();
  const controller = new AbortController();
  void ask("a");
  void ask("b");
  const gone = ask("gone", controller.signal);
  void ask("c");
  controller.abort(new Error("enough"));
  await assertRejects(() => gone, Error, "enough");
  granted[0]?.grant.release(false);
  await turn();
  assertEquals(granted.map(({ name }) => name), ["a", "b", "c"]);
  await assertRejects(() => ask("late", AbortSignal.abort(new Error("no"))), Error, "no");
});

test("LocalPermits: keys do not share", async () => {
  const { granted, ask } = permits();
  for (const key of ["a", "a", "a", "b"]) void ask(key, undefined, { ...permit, key });
  await turn();
  assertEquals(granted.map(({ name }) => name), ["a", "a", "b"]);
});

test("LocalPermits: never more than the limit in any window, however they are used and let go", async () => {
  const use = fc.record({ wait: fc.nat(800), hold: fc.nat(1_500), used: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(use, { maxLength: 30 }), async (uses) => {
      const { clock, local } = permits();
      const effects: number[] = [];
      const done = uses.map(async ({ wait, hold, used }) => {
        await new Promise<void>((resolve) => clock.setTimer(wait, resolve));
        const grant = await local.acquire(permit);
        if (used) effects.push(clock.now());
        await new Promise<void>((resolve) => clock.setTimer(clock.now() + hold, resolve));
        grant.release(used);
      });
      for (await turn(); clock.step();) await turn();
      await Promise.all(done);
      effects.sort((a, b) => a - b);
      effects.forEach((at, index) => {
        const next = effects[index + permit.limit];
        assert(next === undefined || next - at >= permit.per, `${effects}`);
      });
    }),
    { numRuns: 50 },
  );
});
