import { assert, assertEquals, assertRejects } from "@std/assert";
import { test } from "node:test";
import { sleepUntil } from "../../../src/driver/clock/clock.ts";
import { ConnectionError } from "../../../src/protocol/errors.ts";
import {
  type DiscordGateway,
  type DiscordGatewayOptions,
  MemorySessionStore,
  type SessionStore,
} from "../../../src/discord/gateway/mod.ts";
import { CHANNEL, type GatewayWorld, worldOf } from "./_world.ts";

/** What somebody is told. */
interface Told {
  readonly messages: string[];
  readonly held: string[];
  readonly errors: string[];
}

/** Two processes of one bot, one of which begins while the other runs. */
async function twoOf(
  { world, connect }: GatewayWorld,
  options: Partial<DiscordGatewayOptions> & { readonly store: SessionStore },
) {
  const told: [Told, Told] = [{ messages: [], held: [], errors: [] }, { messages: [], held: [], errors: [] }];
  const begin = (which: 0 | 1) => {
    const name = ["old", "new"][which] ?? "";
    const { messages, held, errors } = told[which];
    const listen = (gateway: DiscordGateway) => {
      gateway.on("MESSAGE_CREATE", ({ data }) => messages.push(data.content));
      gateway.on("session_held", ({ shard, holder, until }) => held.push(`${shard} ${holder} ${until}`));
      gateway.on("error", ({ error }) => errors.push(String(error)));
    };
    return connect({ runtime: world.host(name), holder: name, ...options }, listen);
  };
  return { old: await begin(0), begin: () => begin(1), told };
}

const resumes = ({ core }: GatewayWorld) =>
  core.log.filter((entry) => entry.kind === "received" && entry.op === 6).length;

test("DiscordGateway: waits until another process gives its session back, and takes up where that was", async () => {
  const discord = worldOf({ shards: 2 });
  const { world, server } = discord;
  const { old, begin, told } = await twoOf(discord, { store: new MemorySessionStore() });
  const say = (content: string) => server.command({ kind: "message", channel: CHANNEL, content });
  await say("a");
  await world.run(100);
  const from = world.clock.now();
  // As a deployment does that ends the old once the new has begun.
  world.clock.setTimer(from + 5_000, () => void say("b").then(() => old.close({ resumable: true })));
  world.clock.setTimer(from + 5_100, () => void say("c"));
  const next = await begin();
  assert(world.clock.now() - from < 8_000, `took ${world.clock.now() - from} ms`);
  await world.run(1_000);
  const held = told[1].held.map((text) => text.split(" "));
  assertEquals(held.map(([shard, holder]) => [shard, holder]), [["0", "old"], ["1", "old"]]);
  assert(held.every(([, , until]) => Number(until) - from >= 15_000 && Number(until) - from < 15_500));
  assertEquals([told[0].messages, told[1].messages], [["a", "b"], ["c"]]);
  assertEquals([told[0].errors, told[1].errors, resumes(discord)], [[], [], 2]);
  await world.until(next.close());
});

test("DiscordGateway: takes a session over that is not given back, once; who had it ends and says so", async () => {
  const discord = worldOf({ shards: 2 });
  const { world, server, core } = discord;
  const { old, begin, told } = await twoOf(discord, { store: new MemorySessionStore() });
  const say = (content: string) => server.command({ kind: "message", channel: CHANNEL, content });
  const from = world.clock.now();
  const next = await begin();
  assert(world.clock.now() - from >= 15_000 && world.clock.now() - from < 20_000);
  const error = await assertRejects(() => world.until(old.closed), ConnectionError, 'process, "new"');
  assertEquals(error.code, "replaced");
  await say("a");
  await world.run(120_000);
  await say("b");
  await world.run(100);
  assertEquals(told[1].messages, ["a", "b"]);
  assertEquals([told[0].messages, told[0].errors.length, told[1].errors], [[], 1, []]);
  // Nobody took it back.
  assertEquals([resumes(discord), core.sessions.length], [2, 2]);
  await world.until(next.close());
});

test("DiscordGateway: a process that begins with the name of the last, or once that has died, waits for nothing", async () => {
  for (const [holder, away] of [["old", 0], ["new", 451_000]] as const) {
    const discord = worldOf({ resumeWindow: 600_000 });
    const { world } = discord;
    const store = new MemorySessionStore();
    const { old } = await twoOf(discord, { store });
    await world.run(2_000);
    const stored = store.load(0);
    world.network.refuse({ client: "old" }, 1e9);
    world.cut();
    await world.until(old.close({ resumable: true }));
    // What it would have saved last did not come to be.
    if (stored !== undefined) store.save(stored);
    await world.run(away);
    const from = world.clock.now();
    const next = await discord.connect({ store, runtime: world.host("new"), holder });
    assert(world.clock.now() - from < 1_000, `${holder} took ${world.clock.now() - from} ms`);
    assertEquals(resumes(discord), 1);
    await world.until(next.close());
  }
});

test("DiscordGateway: a process whose clock is minutes ahead takes one that lives for no dead one", async () => {
  const discord = worldOf();
  const { world } = discord;
  const { old, begin, told } = await twoOf(discord, { store: new MemorySessionStore() });
  world.skew("new", 290_000);
  const from = world.clock.now();
  world.clock.setTimer(from + 5_000, () => void old.close({ resumable: true }));
  const next = await begin();
  assertEquals([world.clock.now() - from >= 5_000, told[1].held.length, resumes(discord)], [true, 1, 1]);
  await world.until(next.close());
});

test("DiscordGateway: takes over at once where it is told to, and who was replaced writes nothing any more", async () => {
  const discord = worldOf();
  const { world, server } = discord;
  const memory = new MemorySessionStore();
  const names: (string | undefined)[] = [];
  const store: SessionStore = {
    saveEvery: 1_000,
    load: (shard) => memory.load(shard),
    save: (stored) => {
      names.push(stored.holder?.name);
      memory.save(stored);
    },
  };
  const { old, begin } = await twoOf(discord, { store, takeOverAfter: 0 });
  await world.run(2_000);
  names.length = 0;
  const next = await begin();
  const closed = assertRejects(() => old.closed, ConnectionError);
  for (let count = 0; count < 20; count++) {
    await server.command({ kind: "message", channel: CHANNEL, content: "a" });
    await world.run(1_000);
  }
  await closed;
  await world.until(old.close());
  assertEquals([...new Set(names)], ["new"]);
  assertEquals(memory.load(0)?.holder?.name, "new");
  await world.until(next.close({ resumable: true }));
  assertEquals(memory.load(0)?.holder, null);
});

test("DiscordGateway: a store that hangs while two processes use it leaves one of them there", async () => {
  const discord = worldOf();
  const { world } = discord;
  const memory = new MemorySessionStore();
  let hangs = false;
  const slow = async () => {
    if (hangs) await sleepUntil(world.clock, Infinity);
  };
  const store: SessionStore = {
    saveEvery: 1_000,
    load: async (shard) => (await slow(), memory.load(shard)),
    save: async (stored) => (await slow(), memory.save(stored)),
  };
  const { old, begin } = await twoOf(discord, { store });
  await world.run(5_000);
  const ends: string[] = [];
  old.closed.catch(() => ends.push("old"));
  const beginning = begin();
  hangs = true;
  world.clock.setTimer(world.clock.now() + 40_000, () => hangs = false);
  const next = await beginning;
  next.closed.catch(() => ends.push("new"));
  await world.run(120_000);
  assertEquals(ends.length, 1, ends.join());
  const left = ends[0] === "old" ? next : old;
  assertEquals(left.shards[0]?.state, "ready");
  const before = resumes(discord);
  await world.run(120_000);
  assertEquals(resumes(discord), before);
  await world.until(left.close());
});

test("DiscordGateway: giving up while another process holds the session leaves it to that", async () => {
  const discord = worldOf();
  const { world, connect } = discord;
  const store = new MemorySessionStore();
  const { old } = await twoOf(discord, { store });
  const controller = new AbortController();
  const given = assertRejects(
    () => connect({ store, runtime: world.host("new"), holder: "new", signal: controller.signal }),
    Error,
    "the signal was aborted while",
  );
  world.clock.setTimer(world.clock.now() + 5_000, () => controller.abort(new Error("enough")));
  await world.run(60_000);
  await given;
  assertEquals([store.load(0)?.holder?.name, old.shards[0]?.state, resumes(discord)], ["old", "ready", 0]);
  await world.until(old.close());
});

test("DiscordGateway: waits, too, for a shard whose first session another process is about to begin", async () => {
  const { world, core, connect } = worldOf({ shards: 2 });
  const store = new MemorySessionStore();
  const held: string[] = [];
  const begin = (holder: string) => {
    const gateway = Promise.withResolvers<DiscordGateway>();
    const connected = connect({ store, holder, runtime: world.host(holder) }, (made) => {
      made.on("session_held", (event) => held.push(`${event.shard} ${event.holder}`));
      gateway.resolve(made);
    });
    return { gateway: gateway.promise, connected };
  };
  const old = begin("old");
  // One IDENTIFY in 5 s: the second shard has no session yet.
  await world.run(1_000);
  const next = begin("new");
  await world.run(8_000);
  await world.until((await old.gateway).close({ resumable: true }));
  await next.connected;
  const received = (op: number) =>
    core.log.filter((entry) => entry.kind === "received" && entry.op === op).length;
  assertEquals([held, received(2), received(6)], [["0 old", "1 old"], 2, 2]);
  await old.connected;
  await world.until((await next.gateway).close());
});

test("DiscordGateway: of two that begin within 100 ms of each other on one store, one stays and one is told so", async () => {
  // Both may have looked at the store before either has saved there.
  for (const [apart, takes] of [[0, 0], [1, 30], [20, 200], [50, 30], [99, 0], [99, 200]] as const) {
    const discord = worldOf();
    const { world, server, core } = discord;
    const { clock } = world;
    const memory = new MemorySessionStore();
    const slowly = async <T>(then: () => T) => {
      await sleepUntil(clock, clock.now() + takes);
      return then();
    };
    const store: SessionStore = {
      saveEvery: 1_000,
      load: (shard) => slowly(() => memory.load(shard)),
      save: (stored) => slowly(() => memory.save(stored)),
    };
    const messages: string[] = [];
    const ends: string[] = [];
    const gateways = new Map<string, DiscordGateway>();
    const begin = async (name: string) => {
      await discord.connect({ store, runtime: world.host(name), holder: name }, (gateway) => {
        gateways.set(name, gateway);
        gateway.on("MESSAGE_CREATE", ({ data }) => messages.push(data.content));
        gateway.closed.catch((error) => {
          gateways.delete(name);
          ends.push(error instanceof ConnectionError ? error.code : String(error));
        });
      });
    };
    const began = Promise.allSettled([begin("one"), sleepUntil(clock, apart).then(() => begin("two"))]);
    await world.run(60_000);
    await server.command({ kind: "message", channel: CHANNEL, content: "to who is left" });
    await world.run(1_000);
    assertEquals(
      [ends, messages],
      [["replaced"], ["to who is left"]],
      `${apart} ms apart, ${takes} ms a call`,
    );
    assertEquals(core.sessions.map(({ connected }) => connected), [true]);
    assertEquals([...gateways.keys()], [memory.load(0)?.holder?.name]);
    await began;
    for (const gateway of gateways.values()) await world.until(gateway.close());
  }
});
