import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import {
  DiscordGateway,
  type DiscordGatewayOptions,
  MemorySessionStore,
  type SessionStore,
} from "../../../src/discord/gateway/mod.ts";
import type { Clock } from "../../../src/driver/clock/clock.ts";
import { API, GUILD, worldOf } from "./_world.ts";

/** A clock that knows which of its timers are open: each would keep a process. */
function counted(clock: Clock) {
  const open = new Set<string>();
  let count = 0;
  const counting: Clock = {
    now: () => clock.now(),
    wall: () => clock.wall(),
    setTimer(at, wake) {
      const id = `timer ${++count}, in ${at - clock.now()} ms`;
      if (at < Infinity) open.add(id);
      const undo = clock.setTimer(at, () => {
        open.delete(id);
        wake();
      });
      return () => {
        open.delete(id);
        undo();
      };
    },
  };
  return { clock: counting, open };
}

/** A bot of two shards whose API hangs once it is told to, and what it has under way. */
function bot(options: Partial<DiscordGatewayOptions> = {}) {
  const { world, core, server } = worldOf({ shards: 2, maxConcurrency: 2, limitMembers: true });
  const host = world.host("client");
  const { clock, open } = counted(host.clock);
  let hangs = false;
  const fetch: typeof host.fetch = async (input, init) => {
    if (!hangs) return await host.fetch(input, init);
    const request = `request of ${new URL(input).pathname}`;
    open.add(request);
    return await new Promise((_, reject) => {
      const abort = () => {
        open.delete(request);
        reject(init?.signal?.reason);
      };
      init?.signal?.addEventListener("abort", abort);
    });
  };
  const gateway = new DiscordGateway({
    token: "parley.test.token",
    intents: 33283,
    runtime: { ...host, clock, fetch },
    rest: { baseUrl: API },
    ...options,
  });
  return { world, core, server, gateway, open, hang: () => void (hangs = true) };
}

type Bot = ReturnType<typeof bot>;

/** What a bot may be in the middle of. */
const MOMENTS: Readonly<Record<string, (bot: Bot) => Promise<unknown> | void>> = {
  "it connects, and its API hangs": ({ gateway, hang }) => {
    hang();
    gateway.connect().catch(() => {});
  },
  "it asks how many sessions may be begun, and its API hangs": async (
    { world, server, gateway, hang, open },
  ) => {
    await world.until(gateway.connect());
    await world.run(120_000);
    hang();
    void server.command({ kind: "invalidate", resumable: false });
    for (let left = 100; left > 0 && ![...open].some((one) => one.startsWith("request")); left--) {
      await world.run(100);
    }
    assertEquals([...open].filter((one) => one.startsWith("request")), ["request of /api/v10/gateway/bot"]);
  },
  "members are listed": async ({ world, gateway }) => {
    await world.until(gateway.connect());
    for (let count = 0; count < 2; count++) gateway.guildMembers(GUILD).next().catch(() => {});
    await world.run(50);
  },
  "it is resharded": async ({ world, gateway }) => {
    await world.until(gateway.connect());
    gateway.reshard(4).catch(() => {});
    await world.run(3_000);
  },
  "it asks to be resharded, and its API hangs": async ({ world, gateway, hang }) => {
    await world.until(gateway.connect());
    hang();
    gateway.reshard("recommended").catch(() => {});
    await world.run(1_000);
  },
  "it looks how many shards are recommended, and its API hangs": async ({ world, gateway, hang }) => {
    await world.until(gateway.connect());
    hang();
    await world.run(61_000);
  },
  "a shard is waited for": async ({ world, server, gateway }) => {
    await world.until(gateway.connect());
    await server.command({ kind: "greet", with: "nothing" });
    gateway.shard(1).reconnect().catch(() => {});
    gateway.ready(1).catch(() => {});
    await world.run(1_000);
  },
};

/** A store that hangs from its so-many-th call on. */
function hanging(calls: number): SessionStore {
  const stored = new MemorySessionStore();
  const hangs = () => --calls < 0 && new Promise<never>(() => {});
  return {
    load: (shard) => hangs() || stored.load(shard),
    save: (shard) => hangs() || stored.save(shard),
  };
}

describe("DiscordGateway.close", () => {
  for (const calls of [0, 1, 2, 3, 4, 5, 6]) {
    it(`leaves nothing that keeps the process once its store was waited for, which hangs from call ${calls} on`, async () => {
      const one = bot({ store: hanging(calls) });
      one.gateway.on("error", () => {});
      one.gateway.connect().catch(() => {});
      await one.world.run(3_000);
      await one.world.until(one.gateway.close({ resumable: true }));
      // Consumers have 10 s to finish what they were given, and the store has 5 s each time it is asked.
      await one.world.run(20_000);
      assertEquals([...one.open], []);
    });
  }

  for (const [moment, begin] of Object.entries(MOMENTS)) {
    for (const resumable of [false, true]) {
      it(`leaves nothing that keeps the process while ${moment}${resumable ? " (resumable)" : ""}`, async () => {
        const one = bot({ checkShardsEvery: 60_000 });
        await begin(one);
        await one.world.until(one.gateway.close({ resumable }));
        await one.world.run(0);
        assertEquals([...one.open], []);
      });
    }
  }
});
