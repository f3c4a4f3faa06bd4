import { assertEquals } from "@std/assert";
import { test } from "node:test";
import type { Dial } from "../../../src/protocol/link.ts";
import { testOnce } from "../../_engines.ts";
import { worldOf } from "./_world.ts";

testOnce(
  "DiscordGateway: 1,000 shards come up within 5 % of the schedule that max_concurrency allows",
  async () => {
    const { world, core, connect } = worldOf({ shards: 1_000, maxConcurrency: 16 });
    const from = world.clock.now();
    const gateway = await connect();
    const took = world.clock.now() - from;
    // 63 in a bucket at most: 62 waits of 5 s.
    const schedule = Math.ceil(1_000 / 16 - 1) * 5_000;
    assertEquals(
      took >= schedule && took <= schedule * 1.05,
      true,
      `${took} ms, ${schedule} by the schedule`,
    );
    assertEquals(gateway.shards.every(({ state }) => state === "ready"), true);
    assertEquals(core.log.filter((entry) => entry.kind === "received" && entry.op === 2).length, 1_000);
    assertEquals(core.log.filter((entry) => entry.kind === "sent" && entry.op === 9), []);
    await world.until(gateway.close());
  },
);

test("DiscordGateway: a slow READY holds up no other shard's IDENTIFY, and one that never comes neither", async () => {
  for (const silent of [undefined, 0]) {
    const { world, connect } = worldOf({ shards: 8 });
    const host = world.host("client");
    const dial: Dial = (request, events) => {
      let shard: number | undefined;
      const link = host.dial(request, {
        ...events,
        opened: (info) => events.opened(info),
        closed: (info) => events.closed(info),
        receive(data) {
          const isReady = String(data).includes('"READY"');
          if (isReady && shard === silent) return;
          world.clock.setTimer(world.clock.now() + (isReady ? 3_000 : 0), () => events.receive(data));
        },
      });
      return {
        send(data) {
          const identify = /"shard":\[(\d+),/.exec(String(data));
          if (identify !== null) shard = Number(identify[1]);
          link.send(data);
        },
        close: (code, reason) => link.close(code, reason),
        abort: () => link.abort(),
      };
    };
    const from = world.clock.now();
    const ready = new Map<number, number>();
    const gateway = await connect({ runtime: { ...host, dial } }, (gateway) => {
      gateway.on("ready", ({ shard }) => ready.set(shard, world.clock.now() - from));
      if (silent !== undefined) void world.run(60_000).then(() => gateway.close());
    }).catch(() => undefined);
    const last = Math.max(...ready.values());
    // Seven waits of 5 s, READY's 3 s, and what links take.
    assertEquals([ready.size, last < 40_000], [silent === undefined ? 8 : 7, true], `${last}`);
    if (gateway !== undefined) await world.until(gateway.close());
  }
});

test("DiscordGateway: one slow consumer does not stall the heartbeats of any shard", async () => {
  const { world, core, connect } = worldOf({ shards: 4, maxConcurrency: 4 });
  const gateway = await connect();
  const told: string[] = [];
  gateway.on("reconnecting", ({ cause }) => told.push(cause));
  const slow = async () => {
    for await (const _ of gateway) {
      await new Promise<void>((resolve) => world.clock.setTimer(Infinity, resolve));
    }
  };
  void slow();
  await world.run(600_000);
  assertEquals(told, []);
  assertEquals(core.sessions.map(({ connected }) => connected), [true, true, true, true]);
  await world.until(gateway.close());
});

test("DiscordGateway: a shard's latencies are the last ten, over all its links", async () => {
  const { world, connect } = worldOf({ heartbeatInterval: 1_000 });
  const gateway = await connect();
  // That of the heartbeat behind IDENTIFY.
  await world.run(500);
  assertEquals(gateway.shards[0]?.latencies.length, 1);
  await world.run(3_000);
  const before = gateway.shards[0]?.latencies ?? [];
  assertEquals(before.length, 4);
  world.cut();
  await world.run(5_000);
  assertEquals(gateway.shards[0]?.latencies.slice(0, 4), before);
  await world.run(20_000);
  const [shard] = gateway.shards;
  assertEquals(shard?.latencies.length, 10);
  assertEquals(shard?.latency, shard?.latencies.at(-1));
  await world.until(gateway.close());
});

test("DiscordGateway: tells each shard's room for commands, and the session starts that are left", async () => {
  const { world, connect } = worldOf({ shards: 2, sessionStarts: 5 });
  const gateway = await connect();
  assertEquals(gateway.sessionStarts, { remaining: 3, nextAt: world.clock.now() });
  const before = gateway.shards[0]?.commandsLeft ?? 0;
  // 120 a minute, less IDENTIFY and what is kept for heartbeats.
  assertEquals(before > 100 && before < 119, true);
  for (let i = 0; i < before + 5; i++) void gateway.send(0, { kind: "send", op: 31, d: { guild_ids: [] } });
  const [first, second] = gateway.shards;
  assertEquals([first?.commandsLeft, first?.heldCommands, second?.heldCommands], [0, 5, 0]);
  await world.run(62_000);
  assertEquals(gateway.shards[0]?.heldCommands, 0);
  await world.until(gateway.close());
});
