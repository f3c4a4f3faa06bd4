import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { test } from "node:test";
import { type Clock, sleepUntil } from "../../../src/driver/clock/clock.ts";
import { OptionError } from "../../../src/protocol/errors.ts";
import {
  DiscordGateway,
  type DiscordGatewayOptions,
  MemorySessionStore,
  type SessionStore,
} from "../../../src/discord/gateway/mod.ts";
import { CHANNEL, worldOf } from "./_world.ts";

/** Never answers, which takes no real time. */
async function hang(clock: Clock): Promise<never> {
  await sleepUntil(clock, Infinity);
  throw new Error("Infinity has come");
}

/** Identifies and resumes, as the server saw them. */
function begun(core: { readonly log: readonly { kind: string }[] }): string[] {
  return core.log.flatMap((entry) =>
    entry.kind === "received" && "op" in entry && (entry.op === 2 || entry.op === 6)
      ? [entry.op === 2 ? "identify" : "resume"]
      : []
  );
}

for (
  const [how, fails, why] of [
    ["throws", () => Promise.reject(new Error("disk full")), "disk full"],
    ["hangs", hang, "the store did not answer within 5 s"],
  ] as const
) {
  for (const what of ["load", "save"] as const) {
    test(`DiscordGateway: a store whose \`${what}\` ${how} keeps no session back, and is told of once`, async () => {
      const { world, core, server, connect } = worldOf({ shards: 2 });
      const memory = new MemorySessionStore();
      let broken = true;
      const store: SessionStore = {
        saveEvery: 1_000,
        load: (shard) => broken && what === "load" ? fails(world.clock) : memory.load(shard),
        save: (stored) => broken ? fails(world.clock) : memory.save(stored),
      };
      const errors: string[] = [];
      const gateway = await connect(
        { store },
        (gateway) => gateway.on("error", ({ error }) => errors.push(String(error))),
      );
      assert(world.clock.now() < 30_000, `connected at ${world.clock.now()}`);
      for (let count = 0; count < 100; count++) {
        await server.command({ kind: "message", channel: CHANNEL, content: "a" });
        await world.run(1_000);
      }
      assertEquals([begun(core), errors.length], [["identify", "identify"], 1]);
      assert(errors[0]?.includes(why), errors[0]);
      const hung = gateway.close({ resumable: true });
      const from = world.clock.now();
      await world.until(hung);
      assert(world.clock.now() - from <= 10_000, `took ${world.clock.now() - from} ms`);
      // Well again, it is told of again.
      broken = false;
      const next = await connect({ store });
      assertEquals(begun(core).length, 4);
      await world.run(5_000);
      broken = true;
      errors.length = 0;
      next.on("error", ({ error }) => errors.push(String(error)));
      await server.command({ kind: "message", channel: CHANNEL, content: "b" });
      await world.run(30_000);
      assertEquals(errors.length, 1);
      await world.until(next.close());
    });
  }
}

test("DiscordGateway: a store that holds something else rejects connect()", async () => {
  const { connect } = worldOf();
  const store: SessionStore = {
    load: () => Promise.reject(new OptionError("the file holds something else")),
    save: () => {},
  };
  await assertRejects(() => connect({ store }), OptionError, "something else");
});

test("DiscordGateway: a store is told when nobody waits for it any more", async () => {
  const { world, connect } = worldOf();
  const aborted: string[] = [];
  const note = (what: string, signal?: AbortSignal) =>
    signal?.addEventListener("abort", () => aborted.push(`${what} ${world.clock.now()}`));
  const store: SessionStore = {
    load: (_, signal) => {
      note("load", signal);
      return undefined;
    },
    save: (_, signal) => {
      note("save", signal);
      return hang(world.clock);
    },
  };
  const gateway = await connect({ store, timeouts: { answer: 300 } });
  await world.run(1_000);
  assertEquals(aborted[0]?.startsWith("load"), true, aborted.join());
  assertEquals(aborted.some((one) => one.startsWith("save")), true, aborted.join());
  await world.until(gateway.close());
});

test("DiscordGateway: what is saved later than it was waited for is not taken for saved", async () => {
  const { world, core, server, connect } = worldOf({ heartbeatInterval: 1_000 });
  const memory = new MemorySessionStore();
  const store: SessionStore = {
    load: (shard) => memory.load(shard),
    save: async (stored) => {
      await sleepUntil(world.clock, world.clock.now() + 2_000);
      memory.save(stored);
    },
  };
  const gateway = await connect({ store, saveEvery: 1_000, timeouts: { answer: 1_000 } });
  for (let count = 0; count < 10; count++) {
    await server.command({ kind: "message", channel: CHANNEL, content: "a" });
    await world.run(1_000);
  }
  const acknowledged = core.log.flatMap((entry) =>
    entry.kind === "received" && entry.op === 1 && entry.d !== null ? [entry.d] : []
  );
  assertEquals([...new Set(acknowledged)], [1]);
  await world.until(gateway.close());
});

test("DiscordGateway: a store that says nothing of it is written to twice a minute at most, and a session is saved at once", async () => {
  const { world, server, connect } = worldOf({ heartbeatInterval: 41_250 });
  const memory = new MemorySessionStore();
  let saves = 0;
  const store: SessionStore = {
    load: (shard) => memory.load(shard),
    save: (stored) => {
      saves++;
      memory.save(stored);
    },
  };
  const gateway = await connect({ store });
  await world.run(2_000);
  assertEquals(memory.load(0)?.session?.sessionId, "session-1");
  saves = 0;
  for (let at = 0; at < 600_000; at += 5_000) {
    await server.command({ kind: "message", channel: CHANNEL, content: String(at) });
    await world.run(5_000);
  }
  assert(saves >= 18 && saves <= 21, String(saves));
  saves = 0;
  await server.command({ kind: "invalidate", resumable: false });
  await world.run(10_000);
  assertEquals(memory.load(0)?.session?.sessionId, "session-2");
  await world.until(gateway.close({ resumable: true }));
  assertEquals(memory.load(0)?.session?.sequence, gateway.shards[0]?.resumePoint?.sequence);
});

test("DiscordGateway: refuses how sessions cannot be kept", () => {
  const store = new MemorySessionStore();
  const cases: [Partial<DiscordGatewayOptions>, string][] = [
    [{ saveEvery: 0 }, 'Cannot save every "0" ms'],
    [{ saveEvery: NaN }, 'Cannot save every "NaN" ms'],
    [{ saveEvery: Infinity }, 'Cannot save every "Infinity" ms'],
    [{ takeOverAfter: -1 }, 'Cannot take over after "-1" ms'],
    [{ takeOverAfter: Infinity }, 'Cannot take over after "Infinity" ms'],
    [{ holder: "" }, "`holder` must be a text"],
    [{ timeouts: { answer: NaN } }, 'Cannot wait "NaN" ms for `timeouts.answer`'],
    [{ timeouts: { ready: Infinity } }, 'Cannot wait "Infinity" ms for `timeouts.ready`'],
  ];
  for (const [options, message] of cases) {
    assertThrows(
      () => new DiscordGateway({ token: "a.b.c", intents: 0, store, ...options }),
      OptionError,
      message,
    );
  }
});
