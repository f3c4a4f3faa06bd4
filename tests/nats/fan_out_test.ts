import { testOnce as test } from "../_engines.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { MemorySessionStore } from "../../src/discord/gateway/mod.ts";
import type { GapEvent } from "../../src/discord/gateway/wire/event.ts";
import { discordMessage } from "../../src/nats/events/event_message.ts";
import { EventPublisher } from "../../src/nats/events/publisher.ts";
import { discordWorkers, EventStream } from "../../src/nats/mod.ts";
import { OptionError, ParleyError } from "../../src/protocol/errors.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { CHANNEL, worldOf } from "../discord/gateway/_world.ts";
import { FanOut } from "./_fan_out.ts";
import { NatsModel } from "./_model.ts";

test("discordWorkers: what gateways publish is handled once, in order for each guild, by workers that share it", async () => {
  const bot = new FanOut();
  bot.gateway("g");
  const workers = ["a", "b"].map((name) => bot.worker(name));
  await bot.world.run(30_000);
  await bot.speak(10);
  await bot.world.run(2_000);
  assertEquals([bot.missing, bot.wrong, bot.repeats, bot.errors], [[], [], 0, []]);
  assertEquals(workers.map(({ held }) => held.length), [2, 2]);
  assertEquals(new Set(bot.handled.map(({ worker }) => worker)), new Set(["a", "b"]));
});

test("discordWorkers: workers of two names are told everything each, and take nothing from each other", async () => {
  const bot = new FanOut();
  bot.gateway("g");
  const logged: number[] = [];
  bot.worker("a");
  bot.worker("b", {
    name: "loggers",
    handle(event, { repeated }) {
      if (event.kind === "MESSAGE_CREATE" && !repeated) logged.push(Number(event.data.content));
    },
  });
  await bot.world.run(30_000);
  await bot.speak(10);
  await bot.world.run(5_000);
  assertEquals([bot.missing, bot.wrong, bot.repeats, bot.errors], [[], [], 0, []]);
  assertEquals(
    logged.toSorted((one, other) => one - other),
    [...bot.said.values()].flat().toSorted((a, b) => a - b),
  );
});

test("discordWorkers: what a worker has taken that dies is handled by another, marked as repeated", async () => {
  const bot = new FanOut();
  bot.gateway("g");
  const hangs = async (name: string, ms: number) => {
    const { clock } = bot.world.host(name);
    await new Promise<void>((resolve) => clock.setTimer(clock.now() + ms, resolve));
  };
  bot.worker("a", {
    async handle(event, info) {
      bot.take("a", event, info);
      await hangs("a", 200);
    },
  });
  await bot.world.run(20_000);
  bot.worker("b");
  await bot.world.run(20_000);
  await bot.speak(3);
  bot.world.freeze("a", 3_600_000);
  await bot.speak(20);
  await bot.world.run(10_000);
  assertEquals([bot.missing, bot.wrong], [[], []]);
  assert(bot.repeats > 0 && bot.repeats < 30, String(bot.repeats));
});

test("discordWorkers: one that stood still for longer than its lease handles nothing of what others have taken over", async () => {
  const bot = new FanOut();
  bot.gateway("g");
  const workers = ["a", "b"].map((name) => bot.worker(name));
  await bot.world.run(30_000);
  await bot.speak(2);
  bot.world.freeze("a", 20_000);
  await bot.speak(30);
  await bot.world.run(20_000);
  assertEquals([bot.missing, bot.wrong], [[], []]);
  assertEquals(workers.map(({ held }) => held.length), [2, 2]);
});

test("discordWorkers: one that leaves hands its partitions over, and nothing is repeated", async () => {
  const bot = new FanOut();
  bot.gateway("g");
  const [a] = ["a", "b"].map((name) => bot.worker(name));
  await bot.world.run(30_000);
  await bot.speak(2);
  const left = a?.leave();
  await bot.speak(10);
  await bot.world.until(left ?? Promise.reject(new Error()), 10_000);
  await bot.world.run(5_000);
  assertEquals([bot.missing, bot.wrong, bot.repeats], [[], [], 0]);
});

test("discordFleet: a gateway that dies is taken over, and workers get each event once", async () => {
  const bot = new FanOut();
  ["g", "h"].map((name) => bot.gateway(name));
  bot.worker("a");
  await bot.world.run(60_000);
  await bot.speak(5);
  bot.world.freeze("g", 3_600_000);
  await bot.speak(20);
  await bot.world.run(10_000);
  assertEquals([bot.missing, bot.wrong, bot.repeats], [[], [], 0]);
  assert(bot.core.log.some((entry) => entry.kind === "received" && entry.op === 6));
});

test("discordFleet: NATS that is away, or has lost its leader, holds events up and loses none, nor their order", async () => {
  const bot = new FanOut();
  bot.gateway("g");
  bot.worker("a");
  await bot.world.run(30_000);
  await bot.speak(2);
  bot.nats.takeDown(3_000);
  await bot.speak(8);
  bot.nats.loseLeader(3_000);
  await bot.speak(10);
  bot.nats.takeDown(40_000);
  await bot.speak(60);
  await bot.world.run(60_000);
  assertEquals([bot.missing, bot.wrong], [[], []]);
});

test("discordFleet: where NATS has lost all that it kept, shards begin anew, and workers are told what comes then", async () => {
  const bot = new FanOut();
  const g = bot.gateway("g");
  const a = bot.worker("a");
  await bot.world.run(30_000);
  await bot.speak(2);
  bot.nats.lose();
  await bot.world.run(60_000);
  assertEquals([g.held.length, a.held.length], [2, 4], bot.errors.join());
  const sent = bot.handled.length;
  await bot.speak(2);
  await bot.world.run(10_000);
  assertEquals([bot.handled.length - sent, bot.missing, bot.wrong], [40, [], []]);
  // Nobody knows what was there and not handled.
  assertEquals(bot.dropped, [0, 1, 2, 3]);
  // What is kept since is there for the next.
  const h = bot.gateway("h");
  await bot.world.run(10_000);
  void g.leave();
  await bot.world.run(20_000);
  assertEquals([h.held.length, bot.received(2).length], [2, 2]);
});

test("discordWorkers: what the stream has not kept until a worker came is told to be gone, once, and the rest handled", async () => {
  const bot = new FanOut();
  bot.keep = 60_000;
  bot.gateway("g");
  bot.worker("a");
  await bot.world.run(30_000);
  await bot.speak(2);
  bot.world.freeze("a", 3_600_000);
  await bot.speak(20);
  await bot.world.run(50_000);
  const gone = bot.missing;
  await bot.speak(2);
  await bot.world.run(15_000);
  const from = bot.world.clock.wall();
  bot.worker("b");
  await bot.world.run(30_000);
  assertEquals([bot.dropped, bot.wrong, bot.repeats], [[0, 1, 2, 3], [], 0]);
  // What was said in the last seconds before was kept.
  assert(bot.missing.length > 300 && bot.missing.every((content) => gone.includes(content)));
  for (const event of bot.others) assert(event.kind !== "dropped" || event.until >= from);
  // Nothing more comes into three of them.
  await bot.speak(120, 1);
  bot.world.freeze("b", 3_600_000);
  await bot.speak(2);
  await bot.speak(90, 1);
  bot.worker("c");
  await bot.speak(120, 1);
  assertEquals(bot.dropped, [0, 0, 1, 1, 2, 2, 3, 3]);
});

test("discordWorkers: where nothing was said for longer than it is kept, nothing is told to be gone", async () => {
  const bot = new FanOut();
  bot.keep = 60_000;
  bot.gateway("g");
  bot.worker("a");
  await bot.world.run(30_000);
  await bot.speak(2);
  // One guild alone.
  await bot.speak(200, 1);
  await bot.speak(2);
  await bot.speak(200, 1);
  bot.world.freeze("a", 3_600_000);
  await bot.speak(10, 1);
  bot.worker("b");
  await bot.speak(20, 1);
  // A new name begins with what there is.
  const told: string[] = [];
  bot.worker("c", { name: "loggers", handle: ({ kind }) => void told.push(kind) });
  await bot.speak(20);
  await bot.world.run(10_000);
  assertEquals([bot.dropped, bot.missing, bot.wrong, bot.errors], [[], [], [], []]);
  assert(told.includes("MESSAGE_CREATE") && !told.includes("dropped"));
});

test("discordWorkers: a worker that is too slow for what is kept is told what it has missed", async () => {
  const bot = new FanOut();
  bot.keep = 20_000;
  bot.gateway("g");
  const { clock } = bot.world.host("w");
  let pace = 1_500;
  bot.worker("w", {
    atOnce: 1,
    async handle(event, info) {
      if (event.kind === "MESSAGE_CREATE") {
        await new Promise<void>((resolve) => clock.setTimer(clock.now() + pace, resolve));
      }
      bot.take("w", event, info);
    },
  });
  await bot.world.run(30_000);
  await bot.speak(40);
  assertEquals(new Set(bot.dropped), new Set([0, 1, 2, 3]));
  pace = 0;
  await bot.world.run(30_000);
  assert(bot.missing.length > 200, String(bot.missing.length));
  const told = bot.dropped.length;
  await bot.speak(10);
  await bot.world.run(10_000);
  assertEquals([bot.dropped.length, bot.wrong], [told, []]);
});

test("discordWorkers: an event whose handling fails is handled again, and given up after so many tries, told each time", async () => {
  const bot = new FanOut();
  bot.gateway("g");
  const failures: number[] = [];
  bot.worker("a", {
    tries: 3,
    handle(event, info) {
      if (event.kind === "MESSAGE_CREATE" && event.data.content === "2") {
        failures.push(info.failures);
        throw new Error("Not this one");
      }
      bot.take("a", event, info);
    },
  });
  await bot.world.run(30_000);
  await bot.speak(1);
  await bot.world.run(10_000);
  assertEquals([failures, bot.missing, bot.wrong], [[0, 1, 2], [2], []]);
  assertEquals(bot.errors, ["Error: Not this one", "Error: Not this one", "Error: Not this one"]);
});

test("discordWorkers: what takes longer than a minute is told, and repeats nothing of what others have said meanwhile", async () => {
  const bot = new FanOut();
  bot.gateway("g");
  const slow = async (ms: number) => {
    const { clock } = bot.world.host("w");
    await new Promise<void>((resolve) => clock.setTimer(clock.now() + ms, resolve));
  };
  bot.worker("w", {
    async handle(event, info) {
      if (event.kind === "MESSAGE_CREATE" && event.data.content === "2") await slow(150_000);
      bot.take("w", event, info);
    },
  });
  await bot.world.run(30_000);
  // Two guilds of one partition.
  await bot.speak(2, 8);
  await bot.world.run(130_000);
  assertEquals([new Set(bot.missing.map((content) => content % 8)), bot.wrong], [new Set([2]), []]);
  assertEquals(bot.errors.map((error) => error.replace(/Message "\d+"/, "Message")), [
    'TimeoutError: Message of a stream is not handled after "60" s: what is to come after it waits',
  ]);
  await bot.speak(2, 8);
  await bot.world.run(60_000);
  assertEquals([bot.missing, bot.wrong, bot.repeats, bot.errors.length], [[], [], 0, 1]);
});

test("discordWorkers: whose lease was over while an event was handled for ever goes on with what it may have", async () => {
  const bot = new FanOut();
  bot.gateway("g");
  let isStuck = true;
  const w = bot.worker("w", {
    handle(event, info) {
      if (isStuck && event.kind === "MESSAGE_CREATE" && event.data.content === "2") {
        return new Promise(() => isStuck = false);
      }
      bot.take("w", event, info);
    },
  });
  await bot.world.run(30_000);
  await bot.speak(1);
  assertEquals([isStuck, bot.missing.length > 0], [false, true]);
  bot.nats.cutOff("w", 20_000);
  await bot.world.run(20_000);
  assertEquals(w.held, []);
  await bot.world.run(90_000);
  assertEquals([w.held.length, bot.missing, bot.wrong], [4, [], []]);
});

test("EventStream: one event is under its partition and name, with the session and number as its id", async () => {
  const { world, connect, server } = worldOf();
  const nats = new NatsModel(world.clock);
  const host = world.host("client");
  const real = nats.streams("client", host);
  const sent: (readonly [subject: string, id: string, body: unknown])[] = [];
  const streams = {
    ...real,
    jetstream: () => ({
      ...real.jetstream(),
      publish(subject: string, payload: string, { msgID = "" }: { msgID?: string }) {
        sent.push([subject, msgID, JSON.parse(payload)]);
        return Promise.resolve({ duplicate: false });
      },
    }),
  };
  const stream = new EventStream({
    streams,
    application: "1",
    partitions: 8,
    maxPayload: 300,
    runtime: host,
  });
  let published = Promise.resolve();
  let session = "";
  const gateway = await connect({ intents: 33_281 }, (gateway) => {
    published = stream.publish(gateway);
    gateway.on("ready", (ready) => void (session = ready.session));
  });
  const guild_id = String((9n << 22n) + 5n);
  const d = { id: "5", channel_id: CHANNEL, guild_id, content: "hello" };
  await server.command({ kind: "dispatch", t: "MESSAGE_CREATE", d });
  await server.command({ kind: "dispatch", t: "MESSAGE_CREATE", d: { ...d, content: "x".repeat(400) } });
  // NATS counts bytes.
  await server.command({ kind: "dispatch", t: "MESSAGE_CREATE", d: { ...d, content: "語".repeat(100) } });
  await server.command({ kind: "dispatch", t: "SOMETHING_.NEW", d: { id: "7" } });
  await world.run(1_000);
  await world.until(gateway.close());
  await world.until(published);
  const head = { shard: 0, session, replayed: false };
  const byId = sent.slice(-4).toSorted(([, one], [, other]) => one < other ? -1 : 1);
  assertEquals(byId, [
    ["bot.1.1.MESSAGE_CREATE", `${session}:3`, {
      ...head,
      payload: { op: 0, t: "MESSAGE_CREATE", s: 3, d },
    }],
    ["bot.1.1.MESSAGE_CREATE", `${session}:4`, {
      ...head,
      omitted: 518,
      payload: { op: 0, t: "MESSAGE_CREATE", s: 4, d: null },
    }],
    ["bot.1.1.MESSAGE_CREATE", `${session}:5`, {
      ...head,
      omitted: 218,
      payload: { op: 0, t: "MESSAGE_CREATE", s: 5, d: null },
    }],
    ["bot.1.0.SOMETHING_5f__2e_NEW", `${session}:6`, {
      ...head,
      payload: { op: 0, t: "SOMETHING_.NEW", s: 6, d: { id: "7" } },
    }],
  ]);
});

test("EventStream: a time of which nothing is to be had is told in every partition", async () => {
  const bot = new FanOut();
  bot.gateway("g");
  bot.worker("a");
  await bot.world.run(30_000);
  await bot.speak(1);
  await bot.server.command({ kind: "invalidate", resumable: false });
  await bot.world.run(30_000);
  const gaps = bot.others.filter(({ kind }) => kind === "gap");
  assertEquals(gaps.length % 4, 0);
  assert(gaps.length > 0);
});

test("EventStream: a gateway that is too far ahead of NATS is closed so that what it missed can be had again", async () => {
  const { world, connect, server } = worldOf();
  const nats = new NatsModel(world.clock);
  const host = world.host("client");
  const stream = new EventStream({ streams: nats.streams("client", host), application: "1", runtime: host });
  nats.takeDown(3_600_000);
  let published = Promise.resolve();
  const errors: unknown[] = [];
  const gateway = await connect({}, (gateway) => {
    published = stream.publish(gateway, { onError: (error) => void errors.push(error) });
    published.catch(() => {});
  });
  await world.run(10_000);
  for (let at = 0; at < 9_000; at++) {
    const d = { id: String(at), channel_id: CHANNEL, guild_id: "5", content: "" };
    await server.command({ kind: "dispatch", t: "MESSAGE_CREATE", d });
  }
  const error = await world.until(assertRejects(() => published, ParleyError, "NATS is too slow"), 60_000);
  assertEquals(error.code, "lost");
  await world.until(gateway.closed);
  assert(errors.length > 0);
});

test("EventPublisher: whose lease is in doubt for a moment publishes what came meanwhile once it is not", async () => {
  const world = new Simulation();
  const nats = new NatsModel(world.clock);
  const host = world.host("client");
  const stream = new EventStream({ streams: nats.streams("client", host), application: "1", runtime: host });
  let held = false;
  const publisher = new EventPublisher({
    stream,
    write: discordMessage,
    clock: host.clock,
    random: () => 0.5,
    isHeld: () => held,
    failed: () => {},
  });
  let done = 0;
  const gap: GapEvent = {
    kind: "gap",
    shard: 0,
    from: 0,
    to: 1,
    resumed: false,
    session: "s",
    sequence: 1,
    next: undefined,
  };
  async function* deliveries() {
    yield { event: gap, done: () => void done++ };
  }
  const published = publisher.run(deliveries());
  await world.run(1_000);
  assertEquals(done, 0);
  held = true;
  await world.until(published, 10_000);
  assertEquals(done, 1);
});

test("EventStream: an event that is no JSON is told, and holds up nothing", async () => {
  const { world, connect, server } = worldOf();
  const host = world.host("client");
  const nats = new NatsModel(world.clock);
  const stream = new EventStream({ streams: nats.streams("client", host), application: "1", runtime: host });
  const errors: string[] = [];
  let published = Promise.resolve();
  const store = new MemorySessionStore();
  const gateway = await connect({ store }, (gateway) => {
    published = stream.publish(gateway, { onError: (error) => void errors.push(String(error)) });
  });
  await world.run(1_000);
  const next = (gateway.shards[0]?.resumePoint?.sequence ?? 0) + 1;
  await server.command({ kind: "send", text: `{"t":"MESSAGE_CREATE","s":${next},"op":0,"d":{"id":}}` });
  await world.run(5_000);
  assertEquals(store.load(0)?.session?.sequence, next);
  assertEquals(errors, [
    'ProtocolError: Cannot read the data of "MESSAGE_CREATE": what Discord sent is not a payload',
  ]);
  await world.until(gateway.close());
  await world.until(published);
});

test("EventStream: another number of partitions than the stream has is refused, and so are options that make no sense", async () => {
  const bot = new FanOut();
  await bot.world.until(bot.streamOf("a", 4).open());
  await bot.world.until(assertRejects(() => bot.streamOf("b", 8).open(), OptionError, 'has "4" partitions'));
  const streams = bot.nats.streams("a", bot.world.host("a"));
  for (
    const wrong of [{ application: "" }, { partitions: 0 }, { keep: 1 }, { replicas: 0.5 }, { maxPayload: 0 }]
  ) {
    assertThrows(() => new EventStream({ streams, application: "1", ...wrong }), OptionError, "Cannot");
  }
  const nats = bot.nats.client("a", bot.world.host("a"));
  for (const wrong of [{ tries: 0 }, { atOnce: 0.5 }]) {
    const options = { nats, name: "w", stream: bot.streamOf("a"), handle: () => {}, ...wrong };
    assertThrows(() => discordWorkers(options), OptionError, "Cannot");
  }
});
