import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { MemorySessionStore, type SessionStore } from "../../../src/discord/gateway/mod.ts";
import { seededRandom } from "../../../testing/world/random.ts";
import { killable } from "../../../testing/kit/bot/_killable.ts";
import { dealtSeeds } from "../../_engines.ts";
import { worldOf } from "./_world.ts";

const guilds = [0, 1, 2, 3].map((shard) => ({
  id: String(BigInt(shard + 4) << 22n),
  name: `guild ${shard}`,
  channels: [{ id: String(900 + shard), name: "general" }],
}));

for (const seed of dealtSeeds(20)) {
  test(`SessionStore: however often the process dies, every message is consumed, in order (seed ${seed})`, async () => {
    const random = seededRandom(seed, "restarts");
    const { world, core, server, connect } = worldOf({
      shards: 4,
      maxConcurrency: 1 + seed % 4,
      guilds,
      heartbeatInterval: 5_000,
      resumeWindow: 3_600_000,
    });
    const memory = new MemorySessionStore();
    const said: string[] = [];
    const consumed: { readonly at: string; readonly content: string }[] = [];
    const sleep = (ms: number) =>
      new Promise<void>((resolve) => world.clock.setTimer(world.clock.now() + ms, resolve));
    const say = async (count: number) => {
      for (let i = 0; i < count; i++) {
        const content = String(said.length);
        said.push(content);
        await server.command({ kind: "message", channel: String(900 + Math.floor(random() * 4)), content });
        await world.run(random() * 300);
      }
    };
    for (let life = 0; life < 8; life++) {
      let alive = true;
      const store: SessionStore = {
        saveEvery: 1_000,
        load: (shard) => memory.load(shard),
        save: async (stored) => {
          await sleep(random() * 200);
          if (alive) memory.save(stored);
        },
      };
      const process = killable(world.host(`life ${life}`));
      const gateway = await connect({ store, runtime: process.host, shards: 4 });
      const slow = random() < 0.5;
      const consume = async () => {
        for await (const event of gateway) {
          if (slow) await sleep(random() * 400);
          if (alive && event.kind === "MESSAGE_CREATE") {
            consumed.push({ at: `${event.session} ${event.sequence}`, content: event.data.content });
          }
        }
      };
      void consume();
      await say(30);
      if (random() < 0.3) world.cut();
      if (random() < 0.3) await server.command({ kind: "reconnect" });
      await say(10);
      if (life === 7) {
        await world.run(60_000);
        await world.until(gateway.close());
        break;
      }
      if (random() < 0.3) await world.until(gateway.close({ resumable: true }));
      // Dies, in the midst of whatever it is doing.
      alive = false;
      process.die();
      world.cut();
      await world.run(random() * 20_000);
      await say(10);
    }
    const first = new Map(consumed.map(({ at, content }) => [at, content]));
    assertEquals(consumed.every(({ at, content }) => first.get(at) === content), true);
    assertEquals([...new Set(first.values())].sort(), [...said].sort());
    assertEquals(first.size, said.length);
    for (const session of new Set(consumed.map(({ at }) => at.split(" ")[0]))) {
      const numbers = [...first.keys()].filter((at) => at.startsWith(`${session} `)).map((at) =>
        Number(at.split(" ")[1])
      );
      assertEquals(numbers, [...numbers].sort((a, b) => a - b));
    }
    assertEquals(core.log.filter((entry) => entry.kind === "received" && entry.op === 2).length, 4);
  });
}
