import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { DiscordRest } from "../../src/discord/rest/mod.ts";
import { LocalPermits, type Permits } from "../../src/driver/permits.ts";
import { NatsPermits } from "../../src/nats/mod.ts";
import { ConnectionError } from "../../src/protocol/errors.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { NatsModel } from "./_model.ts";

/** Processes of one bot that make requests, and when each came. */
function bot(permitsOf: (name: string) => Permits | undefined, world = new Simulation({ seed: 4 })) {
  const times: number[] = [];
  const restOf = (name: string) => {
    const permits = permitsOf(name);
    return new DiscordRest({
      token: "a.secret.token",
      clock: world.host(name).clock,
      globalLimit: 10,
      fetch: () => {
        times.push(world.clock.now());
        return Promise.resolve(Response.json({}));
      },
      ...(permits && { permits }),
    });
  };
  /** How many came within a second at most. */
  const most = () =>
    Math.max(...times.map((at) => times.filter((one) => one >= at && one < at + 1_000).length));
  return { world, times, restOf, most };
}

function requests(rest: DiscordRest, count: number): Promise<unknown> {
  return Promise.all(Array.from({ length: count }, (_, at) => rest.raw("GET", `/channels/${at + 1}`)));
}

test("DiscordRest: processes that share permits keep the bot's limit on requests together", async () => {
  const world = new Simulation({ seed: 4 });
  const nats = new NatsModel(world.clock);
  const { times, restOf, most } = bot(
    (name) => new NatsPermits(nats.client(name, world.host(name)), world.host(name)),
    world,
  );
  const all = ["a", "b", "c"].map((name) => requests(restOf(name), 20));
  await world.until(Promise.all(all), 60_000);
  assertEquals(times.length, 60);
  assert(most() <= 10, `${most()} within a second`);
  // Five requests by a permit.
  assert((times.at(-1) ?? 0) < 15_000, `${times.at(-1)} ms`);
});

test("DiscordRest: alone with its permits it is as fast as the limit, and interactions ask for none", async () => {
  let asked = 0;
  const world = new Simulation({ seed: 4 });
  const local = new LocalPermits(world.clock);
  const counting: Permits = {
    acquire(permit, signal) {
      asked++;
      return local.acquire(permit, signal);
    },
  };
  const { times, restOf, most } = bot(() => counting, world);
  const rest = restOf("a");
  await world.until(requests(rest, 40), 60_000);
  assertEquals([most(), asked], [10, 8]);
  assert((times.at(-1) ?? 0) < 4_500, `${times.at(-1)} ms`);
  await world.until(
    rest.raw("POST", "/interactions/1/token/callback", { body: { type: 1 }, auth: false }),
    1_000,
  );
  assertEquals(asked, 8);
});

test("DiscordRest: where no permit can be had, nothing is sent, and it says so", async () => {
  const { world, times, restOf } = bot(() => ({ acquire: () => Promise.reject(new Error("NATS is away")) }));
  const failed = assertRejects(() => restOf("a").raw("GET", "/channels/1"), ConnectionError, "no permit");
  assertEquals((await world.until(failed, 1_000)).code, "unreachable");
  assertEquals(times, []);
});

test("DiscordRest: by a permit that was lost meanwhile no more requests go", async () => {
  const released: boolean[] = [];
  const held = new Set<number>();
  let asked = 0;
  const permits: Permits = {
    acquire() {
      const number = ++asked;
      held.add(number);
      const release = (used: boolean) => void (held.delete(number), released.push(used));
      return Promise.resolve({ release, isHeld: () => held.has(number) });
    },
  };
  const { world, times, restOf } = bot(() => permits);
  const rest = restOf("a");
  await world.until(requests(rest, 1), 1_000);
  await world.until(requests(rest, 1), 1_000);
  assertEquals([asked, times.length], [1, 2]);
  // The process stood still for so long that others have it.
  held.clear();
  await world.until(requests(rest, 1), 1_000);
  assertEquals([asked, times.length, released], [2, 3, [true]]);
});
