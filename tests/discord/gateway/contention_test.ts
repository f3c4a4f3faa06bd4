import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { DiscordGateway } from "../../../src/discord/gateway/mod.ts";
import { Contention } from "../../../src/discord/gateway/shards/identify/contention.ts";
import { type Grant, LocalPermits, type Permits } from "../../../src/driver/permits.ts";
import { ParleyError } from "../../../src/protocol/errors.ts";
import type { Permit } from "../../../src/protocol/permit.ts";
import { API, GATEWAY, worldOf } from "./_world.ts";

const TOKEN = "parley.test.token";

/** Eight processes that run four shards each, and what became of it. */
async function eight(permitsOf?: (world: ReturnType<typeof worldOf>["world"]) => Permits) {
  const { world, core } = worldOf({ shards: 32 });
  const shared = permitsOf?.(world);
  const errors: unknown[] = [];
  const from = world.clock.now();
  const gateways = Array.from({ length: 8 }, (_, at) => {
    const host = world.host(`process ${at}`);
    const gateway = new DiscordGateway({
      token: TOKEN,
      intents: 1,
      url: GATEWAY,
      rest: { baseUrl: API },
      shards: { count: 32, ids: [0, 1, 2, 3].map((id) => 4 * at + id) },
      runtime: { ...host, permits: shared ?? new LocalPermits(world.clock) },
    });
    gateway.on("error", ({ error }) => errors.push(error));
    return gateway;
  });
  await Promise.all(gateways.map((gateway) => world.until(gateway.connect(), 3_600_000)));
  const took = world.clock.now() - from;
  const sent = core.log.filter((entry) => entry.kind === "received" && entry.op === 2).length;
  await Promise.all(gateways.map((gateway) => world.until(gateway.close())));
  return { took, sent, errors };
}

test("DiscordGateway: processes that share no permits are told so, and leave each other room", async () => {
  const { took, sent, errors } = await eight();
  // Of 32 that are needed; it took 141, and 236 s, when each shard waited by itself.
  assertEquals([sent < 100, took < 600_000], [true, true], `${sent} IDENTIFYs, ${took} ms`);
  assertEquals(errors.length > 0, true);
  for (const error of errors) {
    assertEquals(error instanceof ParleyError && error.code === "rate_limited", true, String(error));
    assertEquals(/other processes .* share `runtime.permits`/.test(String(error)), true, String(error));
  }
});

test("DiscordGateway: processes that share their permits send no IDENTIFY too many, and permits are data", async () => {
  const asked: Permit[] = [];
  const { sent, errors } = await eight(({ clock }) => {
    const permits = new LocalPermits(clock);
    return {
      acquire(permit: Permit, signal?: AbortSignal): Promise<Grant> {
        asked.push(permit);
        return permits.acquire(permit, signal);
      },
    };
  });
  assertEquals([sent, errors], [32, []]);
  const told = asked.map(({ of }) => of);
  assertEquals(new Set(told.map((of) => of?.shard)).size, 32);
  assertEquals(told.every((of) => of?.bucket === 0 && of.application === told[0]?.application), true);
});

test("Contention: forgets others once nothing is refused any more", () => {
  const felt = new Contention(() => 0.5);
  assertEquals([felt.isFelt, felt.refused(), felt.refused()], [false, 2_500, 6_250]);
  const waits = Array.from({ length: 8 }, () => felt.accepted());
  assertEquals([waits.at(-1), felt.isFelt], [0, false]);
  assertEquals(waits.every((wait, at) => at === 0 || wait <= waits[at - 1]!), true);
});
