import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { OptionError } from "../../../src/protocol/errors.ts";
import {
  type DiscordGateway,
  type DiscordGatewayOptions,
  FileSessionStore,
  MemorySessionStore,
  type SessionStore,
  type StoredShard,
  WebSessionStore,
} from "../../../src/discord/gateway/mod.ts";
import { applicationOf } from "../../../src/discord/gateway/shards/identity.ts";
import { API, CHANNEL, type GatewayWorld, worldOf } from "./_world.ts";

const stored = (id: number, sequence = 7): StoredShard => ({
  application: "1",
  shard: [id, 4],
  session: { sessionId: "one", sequence, resumeUrl: "wss://gateway-us-east1-b.discord.gg", at: 12.5 },
  identifies: [1, 2.5],
});

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "parley-"));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("MemorySessionStore: gives back what it was given", () => {
  const store = new MemorySessionStore();
  store.save(stored(1));
  assertEquals([store.load(0), store.load(1)], [undefined, stored(1)]);
});

test("WebSessionStore: keeps an entry for each shard, and refuses what is none", () => {
  const items = new Map<string, string>();
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  };
  const store = new WebSessionStore(storage, "bot.");
  store.save(stored(1));
  assertEquals([...items.keys()], ["bot.1"]);
  assertEquals([store.load(0), new WebSessionStore(storage, "bot.").load(1)], [undefined, stored(1)]);
  for (const text of ["", "{}", "null", JSON.stringify({ ...stored(1), shard: [1] })]) {
    items.set("bot.1", text);
    assertThrows(() => store.load(1), OptionError, 'the entry "bot.1"');
  }
});

test("FileSessionStore: another instance reads what was saved, and no other file is left", () =>
  inFolder(async (folder) => {
    const path = join(folder, "sessions.json");
    const store = new FileSessionStore(path);
    assertEquals(await store.load(0), undefined);
    await Promise.all([0, 1, 2, 3].map((id) => store.save(stored(id))));
    await store.save(stored(2, 8));
    const other = new FileSessionStore(path);
    assertEquals(await other.load(1), stored(1));
    assertEquals(await other.load(2), stored(2, 8));
    assertEquals(await readdir(folder), ["sessions.json"]);
  }));

test("FileSessionStore: saves that overlap all arrive, the latest last", () =>
  inFolder(async (folder) => {
    const path = join(folder, "sessions.json");
    const store = new FileSessionStore(path);
    await Promise.all(
      Array.from({ length: 100 }, (_, sequence) => store.save(stored(sequence % 3, sequence))),
    );
    const shards: StoredShard[] = JSON.parse(await readFile(path, "utf8"));
    assertEquals(shards.map(({ session }) => session?.sequence), [99, 97, 98]);
  }));

test("FileSessionStore: refuses a file that holds something else, and tells what cannot be written", () =>
  inFolder(async (folder) => {
    const path = join(folder, "sessions.json");
    await writeFile(path, "[1]");
    await assertRejects(() => new FileSessionStore(path).load(0), OptionError, "holds something else");
    await assertRejects(() => new FileSessionStore(join(folder, "missing", "file")).save(stored(0)), Error);
  }));

/** Identifies and resumes, as the server saw them. */
function begun(core: { readonly log: readonly { kind: string }[] }): string[] {
  return core.log.flatMap((entry) =>
    entry.kind === "received" && "op" in entry && (entry.op === 2 || entry.op === 6)
      ? [entry.op === 2 ? "identify" : "resume"]
      : []
  );
}

const restart = async (
  second: Partial<DiscordGatewayOptions>,
  first: Partial<DiscordGatewayOptions> = {},
): Promise<string[]> => {
  const { world, core, connect } = worldOf();
  const store = new MemorySessionStore();
  const before = await connect({ store, ...first });
  await world.until(before.close({ resumable: true }));
  const after = await connect({ store, ...second });
  const how = begun(core);
  await world.until(after.close());
  return how;
};

test("DiscordGateway: resumes what the store holds, unless the shard count is another", async () => {
  assertEquals(await restart({}), ["identify", "resume"]);
  assertEquals(await restart({ shards: 2 }), ["identify", "identify", "identify"]);
  assertEquals(await restart({ store: new MemorySessionStore() }), ["identify", "identify"]);
});

test("DiscordGateway: where Discord recommends more shards than before, a bot goes on with those whose sessions live", async () => {
  for (const [away, expected] of [[1_000, 2], [700_000, 3]] as const) {
    const { world, core, connect } = worldOf({ shards: 2 });
    const store = new MemorySessionStore();
    const before = await connect({ store });
    await world.until(before.close({ resumable: true }));
    await world.run(away);
    const host = world.host("client");
    const fetch: typeof host.fetch = async (input, init) => {
      const answer = await host.fetch(input, init);
      return Response.json({ ...await answer.json(), shards: 3 });
    };
    const after = await connect({ store, rest: { baseUrl: API, fetch } });
    assertEquals(after.shardCount, expected);
    const first = ["identify", "identify"];
    assertEquals(begun(core), [...first, ...Array(expected).fill(expected === 2 ? "resume" : "identify")]);
    await world.until(after.close());
  }
});

test("DiscordGateway: does not resume a session of another application", async () => {
  const store = new MemorySessionStore();
  store.save({ ...stored(0), application: "100000000000000001", shard: [0, 1] });
  assertEquals(await restart({ store }), ["identify", "identify"]);
});

test("DiscordGateway: close() without `resumable` leaves nothing to resume, not even while waiting", async () => {
  const { world, core, connect } = worldOf();
  const store = new MemorySessionStore();
  const gateway = await connect({ store });
  await world.run(2_000);
  assertEquals(store.load(0)?.session?.sessionId, "session-1");
  world.network.refuse({ client: "client" }, 60_000);
  world.cut();
  await world.run(5_000);
  await world.until(gateway.close());
  assertEquals(store.load(0)?.session, null);
  assertEquals(begun(core), ["identify"]);
});

test("DiscordGateway: close() leaves nothing to resume though somebody is not told yet what they missed", async () => {
  const { world, server, connect } = worldOf();
  const store = new MemorySessionStore();
  const gateway = await connect({ store, mailbox: 1 });
  const events = gateway[Symbol.asyncIterator]();
  for (const content of ["a", "b"]) await server.command({ kind: "message", channel: CHANNEL, content });
  await world.run(3_000);
  // Nothing was saved before: all of the session comes again.
  assertEquals(store.load(0)?.session?.sequence, 1);
  await world.until(gateway.close());
  assertEquals(store.load(0)?.session, null);
  assertEquals((await events.next()).value?.kind, "lagged");
});

test("DiscordGateway: after a second close() the sessions are still to be resumed", async () => {
  const { world, connect } = worldOf();
  const store = new MemorySessionStore();
  const gateway = await connect({ store });
  await world.until(gateway.close({ resumable: true }));
  await world.until(gateway.close());
  assertEquals(store.load(0)?.session?.sessionId, "session-1");
});

test("DiscordGateway: giving up connecting leaves the sessions that are kept", async () => {
  const { world, server, core, connect } = worldOf();
  const store = new MemorySessionStore();
  const first = await connect({ store });
  await world.until(first.close({ resumable: true }));
  await server.command({ kind: "greet", with: "nothing" });
  const controller = new AbortController();
  const connecting = connect({ store, signal: controller.signal });
  const gone = assertRejects(() => connecting, Error, "the signal was aborted while");
  await world.run(1_000);
  controller.abort(new Error("enough"));
  await world.run(10_000);
  await gone;
  assertEquals(store.load(0)?.session?.sessionId, "session-1");
  await server.command({ kind: "greet", with: "hello" });
  const second = await connect({ store });
  assertEquals(begun(core), ["identify", "resume"]);
  await world.until(second.close());
});

test("DiscordGateway: saves at most as often as it is told to for each shard, and never while nothing happens", async () => {
  const { world, server, connect } = worldOf({ shards: 2 });
  const saves: number[] = [];
  const memory = new MemorySessionStore();
  const store: SessionStore = {
    load: (shard) => memory.load(shard),
    save: (shard) => {
      saves.push(shard.shard[0]);
      memory.save(shard);
    },
  };
  const gateway = await connect({ store, saveEvery: 1_000 });
  await world.run(10_000);
  saves.length = 0;
  for (let i = 0; i < 100; i++) {
    await server.command({ kind: "message", channel: CHANNEL, content: String(i) });
    await world.run(50);
  }
  assertEquals(saves.length >= 4 && saves.length <= 6, true);
  await world.run(2_000);
  saves.length = 0;
  await world.run(30_000);
  // The times of the last sign of life, once a minute.
  assertEquals(saves.length <= 2, true);
  await world.until(gateway.close());
});

test("DiscordGateway: a `for await` has consumed an event once it asks for the next", async () => {
  const { world, server, connect } = worldOf();
  const store = new MemorySessionStore();
  const gateway = await connect({ store });
  await world.run(2_000);
  const before = store.load(0)?.session?.sequence ?? 0;
  const events = gateway[Symbol.asyncIterator]();
  for (const content of ["a", "b", "c"]) await server.command({ kind: "message", channel: CHANNEL, content });
  const saved = async () => {
    await world.run(3_000);
    return (store.load(0)?.session?.sequence ?? 0) - before;
  };
  assertEquals(await saved(), 0);
  await events.next();
  assertEquals(await saved(), 0);
  await events.next();
  assertEquals(await saved(), 1);
  await events.next();
  assertEquals(await saved(), 2);
  await world.until(gateway.close({ resumable: true }));
  assertEquals((store.load(0)?.session?.sequence ?? 0) - before, 2);
  // What is left can still be taken, and counts.
  while (!(await events.next()).done);
  assertEquals(await saved(), 3);
});

test("DiscordGateway.deliveries: an event is consumed once that is said, in whatever order, also by a consumer that has left", async () => {
  const { world, server, connect } = worldOf();
  const store = new MemorySessionStore();
  const gateway = await connect({ store });
  await world.run(2_000);
  const before = store.load(0)?.session?.sequence ?? 0;
  const deliveries = gateway.deliveries();
  for (const content of ["a", "b", "c"]) await server.command({ kind: "message", channel: CHANNEL, content });
  const saved = async () => {
    await world.run(3_000);
    return (store.load(0)?.session?.sequence ?? 0) - before;
  };
  const done: (() => void)[] = [];
  await world.run(1_000);
  while (done.length < 3) {
    const { value } = await deliveries.next();
    if (value?.event.kind === "MESSAGE_CREATE") done.push(value.done);
    else value?.done();
  }
  assertEquals(await saved(), 0);
  done[1]?.();
  assertEquals(await saved(), 0);
  done[0]?.();
  assertEquals(await saved(), 2);
  await deliveries.return?.();
  assertEquals(await saved(), 2);
  done[2]?.();
  done[2]?.();
  assertEquals(await saved(), 3);
  await world.until(gateway.close());
});

test("DiscordGateway: a consumer that leaves holds nothing back", async () => {
  const { world, server, connect } = worldOf();
  const store = new MemorySessionStore();
  const gateway = await connect({ store });
  const events = gateway[Symbol.asyncIterator]();
  for (const content of ["a", "b", "c"]) await server.command({ kind: "message", channel: CHANNEL, content });
  await world.run(3_000);
  await events.return?.();
  await world.run(3_000);
  assertEquals(store.load(0)?.session?.sequence, gateway.shards[0]?.resumePoint?.sequence);
  await world.until(gateway.close());
});

test("DiscordGateway: heartbeats acknowledge no more than is stored", async () => {
  const { world, core, server, connect } = worldOf({ heartbeatInterval: 1_000 });
  const store = new MemorySessionStore();
  const gateway = await connect({ store });
  await world.run(3_000);
  const events = gateway[Symbol.asyncIterator]();
  const before = store.load(0)?.session?.sequence;
  await server.command({ kind: "message", channel: CHANNEL, content: "a" });
  const from = core.log.length;
  await world.run(5_000);
  const acknowledged = core.log.slice(from).flatMap((entry) =>
    entry.kind === "received" && entry.op === 1 ? [entry.d] : []
  );
  assertEquals([...new Set(acknowledged)], [before]);
  await events.return?.();
  await world.until(gateway.close());
});

interface Gap {
  readonly session: string;
  readonly sequence: number;
  readonly resumed: boolean;
}

/** Stops as a process does that is killed: nothing of it is saved any more, and its links are gone. */
function kill(world: GatewayWorld["world"], store: MemorySessionStore): MemorySessionStore {
  const left = new MemorySessionStore();
  const stored = store.load(0);
  if (stored !== undefined) left.save(stored);
  world.network.refuse({ client: "client" }, 200_000_000);
  world.cut();
  return left;
}

/** Starts another process, and returns the gaps it is told of. */
async function gapsOf(
  { world, connect }: GatewayWorld,
  options: Partial<DiscordGatewayOptions>,
): Promise<Gap[]> {
  const gaps: Gap[] = [];
  const gateway = await connect({ runtime: world.host("another"), ...options }, (gateway) => {
    gateway.on("gap", ({ session, sequence, resumed }) => gaps.push({ session, sequence, resumed }));
  });
  await world.run(100);
  await world.until(gateway.close());
  return gaps;
}

test("DiscordGateway: what was lost with a session is told by the next run, if this one dies before it can", async () => {
  const discord = worldOf();
  const { world, server, connect } = discord;
  const store = new MemorySessionStore();
  await connect({ store });
  await world.run(2_000);
  await server.command({ kind: "greet", with: "nothing" });
  await server.command({ kind: "invalidate", resumable: false });
  await world.run(10_000);
  assertEquals(store.load(0)?.session?.ended, true);
  const left = kill(world, store);
  await server.command({ kind: "greet", with: "hello" });
  assertEquals(await gapsOf(discord, { store: left }), [{
    session: "session-1",
    sequence: 2,
    resumed: false,
  }]);
  assertEquals(begun(discord.core), ["identify", "identify"]);
});

test("DiscordGateway: a loss that no consumer has heard of is told again by the next run", async () => {
  const discord = worldOf();
  const { world, server, connect } = discord;
  const store = new MemorySessionStore();
  const gateway = await connect({ store });
  await world.run(2_000);
  const events = gateway[Symbol.asyncIterator]();
  // The consumer is still at the first event when the session is lost, and another begins.
  void events.next();
  await server.command({ kind: "invalidate", resumable: false });
  await world.run(20_000);
  assertEquals(store.load(0)?.session?.ended, true);
  assertEquals(await gapsOf(discord, { store: kill(world, store) }), [
    { session: "session-1", sequence: 2, resumed: false },
  ]);
});

test("DiscordGateway: a hole that no consumer has heard of is told again by the next run", async () => {
  const discord = worldOf();
  const { world, server, connect } = discord;
  const store = new MemorySessionStore();
  const gateway = await connect({ store });
  await world.run(2_000);
  const events = gateway[Symbol.asyncIterator]();
  void events.next();
  await server.command({ kind: "lose", kept: false });
  for (const content of ["a", "b"]) await server.command({ kind: "message", channel: CHANNEL, content });
  await world.run(20_000);
  assertEquals(store.load(0)?.session?.sequence, 2);
  const gaps = await gapsOf(discord, { store: kill(world, store) });
  assertEquals(gaps.find(({ resumed }) => !resumed), { session: "session-1", sequence: 2, resumed: false });
});

test("DiscordGateway: what a consumer missed comes again in the next run, if this one dies before it is told", async () => {
  for (const told of [false, true]) {
    const discord = worldOf();
    const { world, server, connect } = discord;
    const store = new MemorySessionStore();
    const gateway = await connect({ store, mailbox: 2 });
    await world.run(2_000);
    const events = gateway[Symbol.asyncIterator]();
    const say = (content: string) => server.command({ kind: "message", channel: CHANNEL, content });
    for (const content of ["a", "b", "c", "d"]) await say(content);
    await world.run(3_000);
    const first = told ? await events.next() : undefined;
    assertEquals(first?.value?.kind, told ? "lagged" : undefined);
    // Who has asked for more has been told.
    if (told) await events.next();
    await world.run(3_000);
    const left = kill(world, store);
    const heard: string[] = [];
    const next = await connect({ runtime: world.host("another"), store: left }, (next) => {
      next.on("MESSAGE_CREATE", ({ data }) => void heard.push(data.content));
    });
    await world.run(1_000);
    assertEquals(heard, told ? ["c", "d"] : ["a", "b", "c", "d"]);
    await world.until(next.close());
  }
});

test("DiscordGateway: with another shard count, the time away is told as lost", async () => {
  const discord = worldOf({ shards: 2 });
  const store = new MemorySessionStore();
  const first = await discord.connect({ store, shards: 1 });
  await discord.world.until(first.close({ resumable: true }));
  assertEquals(await gapsOf(discord, { store, shards: 2 }), [
    { session: "session-1", sequence: 2, resumed: false },
  ]);
});

test("DiscordGateway: what came while it could not connect is left to the next run", async () => {
  const { world, server, connect } = worldOf({ shards: 2, maxConcurrency: 1 });
  const store = new MemorySessionStore();
  const controller = new AbortController();
  const rejected = assertRejects(
    () => connect({ store, signal: controller.signal }),
    Error,
    "the signal was aborted while",
  );
  // The first shard has its session, and the second waits for its turn.
  await world.run(1_000);
  await server.command({ kind: "message", channel: CHANNEL, content: "early" });
  await world.run(1_000);
  controller.abort(new Error("enough"));
  await world.run(20_000);
  await rejected;
  const [stored] = [0, 1].flatMap((shard) => store.load(shard)?.session ?? []);
  assertEquals([stored?.sessionId, stored?.sequence], ["session-1", 1]);
});

test("DiscordGateway: what is consumed while the end is saved is saved, too", async () => {
  const { world, server, connect } = worldOf();
  const memory = new MemorySessionStore();
  const store: SessionStore = {
    load: (shard) => memory.load(shard),
    save: (stored) =>
      new Promise((resolve) => {
        world.clock.setTimer(world.clock.now() + 200, () => {
          memory.save(stored);
          resolve();
        });
      }),
  };
  const gateway = await connect({ store });
  await world.run(2_000);
  const events = gateway[Symbol.asyncIterator]();
  for (const content of ["a", "b"]) await server.command({ kind: "message", channel: CHANNEL, content });
  await world.run(2_000);
  await events.next();
  await events.next();
  const closed = gateway.close({ resumable: true });
  // Finishes with the second message while that it had finished with the first is being saved.
  world.clock.setTimer(world.clock.now() + 150, () => void events.next());
  await world.until(closed);
  assertEquals(memory.load(0)?.session?.sequence, 4);
});

test("DiscordGateway: what a store makes up is told, and not resumed", async () => {
  const { world, core, connect } = worldOf();
  const made: SessionStore = { load: () => JSON.parse('{"shard":"?"}'), save: () => {} };
  const told: string[] = [];
  const gateway = await connect({ store: made }, (gateway) => {
    gateway.on("error", ({ error }) => told.push(String(error)));
  });
  assertEquals(told, ['ProtocolError: Cannot resume shard "0": what the store holds is not a session']);
  assertEquals(begun(core), ["identify"]);
  await world.until(gateway.close());
});

test("DiscordGateway: begins no more shards than 16 times as many as it would, whatever a store says, and tells that", async () => {
  for (const shards of ["recommended", 1] as const) {
    for (const [count, begins] of [[16, 16], [17, 1], [1_024, 1], [Number.MAX_SAFE_INTEGER, 1]] as const) {
      const { world, core, connect } = worldOf({ maxConcurrency: 16 });
      const store = new MemorySessionStore();
      const at = world.clock.wall();
      const resumeUrl = "wss://gateway-us-east1-b.discord.gg";
      const session = { sessionId: "made up", sequence: 7, resumeUrl, at };
      store.save({
        application: applicationOf("parley.test.token"),
        shard: [0, count],
        session,
        identifies: [],
        setUpWith: 1,
      });
      const told: string[] = [];
      const gateway = await connect({ store, shards }, (gateway) => {
        gateway.on("error", ({ error }) => told.push(String(error)));
      });
      assertEquals([gateway.shardCount, gateway.shards.length], [begins, begins]);
      const why = `ProtocolError: Cannot go on with "${count}" shards, as the store says of shard "0": ` +
        'it is more than 16 times the "1" that the bot begins with otherwise';
      assertEquals(told, begins === count ? [] : [why]);
      assertEquals(begun(core).filter((how) => how === "identify").length, begins);
      await world.until(gateway.close());
    }
  }
});

test("DiscordGateway: the token is in no store", async () => {
  const { world, connect } = worldOf();
  const store = new MemorySessionStore();
  const gateway: DiscordGateway = await connect({ store });
  await world.until(gateway.close({ resumable: true }));
  assertEquals(JSON.stringify(store.load(0)).includes("parley.test.token"), false);
});
