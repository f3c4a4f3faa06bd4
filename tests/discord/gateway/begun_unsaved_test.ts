import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import type {
  DiscordGateway,
  GapEvent,
  SessionStore,
  StoredShard,
} from "../../../src/discord/gateway/mod.ts";
import { MemorySessionStore } from "../../../src/discord/gateway/mod.ts";
import { worldOf } from "./_world.ts";

/** A store that dies with its process: what is to be saved of a session gets no further. */
function losingSessions(inner: MemorySessionStore): SessionStore {
  return {
    load: (shard) => inner.load(shard),
    save(stored: StoredShard) {
      if (stored.session === null || stored.session.ended === true) return inner.save(stored);
      return new Promise<void>(() => {});
    },
  };
}

/** A bot whose processes come one after the other, and the gaps that each is told of. */
function bot() {
  const parts = worldOf();
  const gaps: GapEvent[] = [];
  const begin = (name: string, store: SessionStore): Promise<DiscordGateway> => {
    const runtime = parts.world.host(name);
    return parts.connect({ store, runtime, takeOverAfter: 0 }, (gateway) => {
      gateway.on("gap", (gap) => void gaps.push(gap));
      gateway.on("error", () => {});
    });
  };
  return { ...parts, gaps, begin };
}

test("DiscordGateway: a process that dies before its first session is saved leaves a gap to be told", async () => {
  const { world, gaps, begin } = bot();
  const store = new MemorySessionStore();
  await begin("first", losingSessions(store));
  const begunAt = world.clock.wall();
  await world.run(500);
  world.freeze("first", 3_600_000_000);
  assertEquals(gaps, []);
  await world.run(60_000);
  await begin("second", store);
  await world.run(1_000);
  const [gap] = gaps;
  assertEquals(gaps.length, 1);
  assert(gap !== undefined && gap.from <= begunAt && gap.to > begunAt + 60_000, JSON.stringify(gap));
  assertEquals([gap.session, gap.sequence, gap.resumed, gap.next], ["unknown", 0, false, undefined]);
  // It is told once.
  await world.run(60_000);
  await begin("third", store);
  await world.run(1_000);
  assertEquals(gaps.filter(({ resumed }) => !resumed).length, 1);
});

test("DiscordGateway: a process that ends its session, or has never begun one, leaves no gap", async () => {
  const { world, gaps, begin } = bot();
  const store = new MemorySessionStore();
  const first = await begin("first", store);
  await world.run(500);
  await world.until(first.close());
  await world.run(60_000);
  // Killed before it has said who it is.
  void begin("second", store).catch(() => {});
  world.freeze("second", 3_600_000_000);
  await world.run(60_000);
  await begin("third", store);
  await world.run(1_000);
  assertEquals(gaps, []);
});
