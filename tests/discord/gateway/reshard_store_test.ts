import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { DiscordGateway, MemorySessionStore, type SessionStore } from "../../../src/discord/gateway/mod.ts";
import { killable } from "../../../testing/kit/bot/_killable.ts";
import { testOnce } from "../../_engines.ts";
import { API } from "./_world.ts";
import { GUILDS, reshardWorld } from "./_reshard.ts";

/** How many sessions a server has begun. */
function begun(log: readonly { readonly kind: string; readonly resumed?: boolean }[]): number {
  return log.filter((entry) => entry.kind === "session" && entry.resumed === false).length;
}

testOnce(
  "DiscordGateway: a process that dies while it is resharded takes up the old sessions or the new ones",
  async () => {
    const counts = new Set<number>();
    for (const [from, to] of [[2, 4], [4, 2]] as const) {
      // It is cut over some four seconds after the beginning.
      for (let after = 0; after < 8_000; after += after < 3_000 ? 1_501 : 397) {
        const shelf = new MemorySessionStore();
        // Each record takes its time, so that a process can die between any two.
        const store: SessionStore = {
          saveEvery: 1_000,
          load: (id) => shelf.load(id),
          save: (stored) =>
            new Promise((resolve) => {
              world.clock.setTimer(world.clock.now() + 100 + 150 * stored.shard[0], () => {
                if (!process.dead) shelf.save(stored);
                resolve();
              });
            }),
        };
        const { world, core, say } = await reshardWorld(from);
        // That world's own bot has begun its sessions, which would keep this one's away.
        await world.run(6_000);
        const said: string[][] = Array.from({ length: GUILDS }, () => []);
        const told: string[][] = said.map(() => []);
        const lives = { gaps: 0 };
        const life = (host = killable(world.host("bot"))) => {
          const gateway = new DiscordGateway({
            token: "parley.test.token",
            intents: 4609 | 32768,
            shards: from,
            rest: { baseUrl: API },
            store,
            holder: "bot",
            runtime: host.host,
          });
          gateway.on("MESSAGE_CREATE", ({ data }) => {
            const of = told[Number(data.channel_id) - 500];
            if (of?.includes(data.content) === false) of.push(data.content);
          });
          gateway.on("gap", ({ resumed }) => lives.gaps += resumed ? 0 : 1);
          return { gateway, host, connected: gateway.connect() };
        };
        let count = 0;
        const run = async (ms: number) => {
          for (const until = world.clock.now() + ms; world.clock.now() < until; count++) {
            const index = count % GUILDS;
            said[index]?.push(`${index} says ${count}`);
            say(index, `${index} says ${count}`);
            await world.run(Math.min(97, until - world.clock.now()));
          }
        };
        const first = life();
        let process = first.host;
        await world.until(first.connected);
        await world.run(6_000);
        first.gateway.reshard(to, { settle: 2_000 }).catch(() => {});
        await run(after);
        process.die();
        world.network.reset({ client: "bot" });
        const before = begun(core.log);
        await run(1_000);
        const second = life();
        process = second.host;
        await world.until(second.connected);
        await run(3_000);
        await world.run(3_000);
        counts.add(second.gateway.shardCount);
        const where = `${from} to ${to}, after ${after} ms: ${second.gateway.shardCount}`;
        assertEquals([begun(core.log), lives.gaps], [before, 0], where);
        assertEquals(told, said, where);
        await world.until(second.gateway.close());
      }
      assertEquals([...counts].sort(), [2, 4]);
      counts.clear();
    }
  },
);

test("DiscordGateway: a run that is set up as the one that was resharded goes on with what that made of it", async () => {
  for (const shards of ["recommended", 2] as const) {
    const store = new MemorySessionStore();
    const options = { store, holder: "bot", shards };
    const { world, core, connect, gateway } = await reshardWorld(2, {}, options);
    await world.until(gateway.reshard(4));
    await world.until(gateway.reshard(3));
    await world.until(gateway.close({ resumable: true }));
    // What belongs to no shard any more was given back.
    assertEquals(store.load(3)?.holder, null);
    const sessions = core.sessions.map(({ id }) => id).sort();
    const again = await connect(options);
    assertEquals(again.shards.map(({ resumePoint }) => resumePoint?.sessionId).sort(), sessions);
    await world.until(again.close({ resumable: true }));
    // Who sets it up otherwise wants it otherwise.
    const other = await connect({ ...options, shards: 1 });
    assertEquals(other.shardCount, 1);
    await world.until(other.close({ resumable: true }));
    const back = await connect({ ...options, shards: 2 });
    assertEquals(back.shardCount, 2);
    await world.until(back.close());
  }
});

test("DiscordGateway: a store that fails keeps no bot from being resharded", async () => {
  const shelf = new MemorySessionStore();
  let fails = false;
  const store: SessionStore = {
    load: (id) => shelf.load(id),
    save: (stored) => {
      if (fails) throw new Error("The disk is full");
      shelf.save(stored);
    },
  };
  const { world, core, gateway, told, say } = await reshardWorld(2, {}, { store });
  gateway.on("error", () => {});
  fails = true;
  await world.until(gateway.reshard(4), 60_000);
  say(1, "with the new ones");
  await world.run(1_000);
  assertEquals([told.at(-1), core.sessions.length], ["with the new ones", 4]);
  fails = false;
  await world.run(40_000);
  assertEquals([0, 1, 2, 3].map((id) => shelf.load(id)?.shard), [[0, 4], [1, 4], [2, 4], [3, 4]]);
  await world.until(gateway.close());
});

test("DiscordGateway: tells once that Discord recommends more shards, however often it asks", async () => {
  const { world, gateway } = await reshardWorld(3, { shards: 5 }, { shards: 3, checkShardsEvery: 60_000 });
  const due: unknown[] = [];
  gateway.on("reshard_due", ({ count, recommended }) => due.push([count, recommended]));
  await world.run(50_000);
  assertEquals(due, []);
  await world.run(3_600_000);
  assertEquals(due, [[3, 5]]);
  await world.until(gateway.reshard("recommended"));
  assertEquals(gateway.shardCount, 5);
  await world.run(3_600_000);
  assertEquals(due.length, 1);
  await world.until(gateway.close());
});
test("DiscordGateway: what an old shard turns out to lack after the new ones lead is told before the store has them lead", async () => {
  const store = new MemorySessionStore();
  const { world, server, gateway, say } = await reshardWorld(1, {}, { store });
  const held: { readonly kind: string; readonly done: () => void }[] = [];
  let isHolding = false;
  const consume = async () => {
    for await (const { event, done } of gateway.deliveries()) {
      if (isHolding && (event.kind === "MESSAGE_CREATE" || event.kind === "gap")) {
        held.push({ kind: event.kind, done });
      } else done();
    }
  };
  void consume();
  const resharded = gateway.wait("resharded", { where: () => true });
  void gateway.reshard(2, { settle: 1_000 });
  await world.run(1_000);
  isHolding = true;
  say(0, "before");
  await world.until(resharded, 60_000);
  // It is closed as soon as the store has the new ones lead.
  await server.command({ kind: "lose", kept: true, shard: 0, count: 1 });
  say(0, "lost to the old one");
  await world.run(500);
  say(0, "told to both");
  await world.run(500);
  assertEquals(held.filter(({ kind }) => kind === "gap").length, 1);
  for (const { kind, done } of held) if (kind !== "gap") done();
  await world.run(5_000);
  assertEquals(store.load(0)?.shard, [0, 1]);
  for (const { done } of held) done();
  await world.run(5_000);
  assertEquals(store.load(0)?.shard, [0, 2]);
  await world.until(gateway.close(), 10_000);
});
