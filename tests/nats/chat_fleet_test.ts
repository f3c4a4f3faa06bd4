import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { Driver } from "../../src/driver/driver.ts";
import { IrcClient } from "../../src/irc/client.ts";
import {
  type ChatEvent,
  chatFleet,
  type ChatFleetOptions,
  chatWorkers,
  EventStream,
  type Fleet,
  type NatsStreams,
  type StreamedGap,
} from "../../src/nats/mod.ts";
import { readChat } from "../../src/nats/chats/chat_message.ts";
import { HeardMark } from "../../src/nats/chats/heard_mark.ts";
import type { NatsKv, NatsKvEntry } from "../../src/nats/kv.ts";
import { TwitchClient } from "../../src/twitch/client.ts";
import { typedMessage } from "../../src/twitch/mod.ts";
import { TWITCH_URL } from "../../src/twitch/session/options.ts";
import { IrcServer } from "../../testing/irc/server.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { NatsModel } from "./_model.ts";

const ACCOUNTS = { bot: "abc123", other: "xyz789" };
const CHANNELS = ["#a", "#b"];
const LEASE = 6_000;

/** Two accounts of Twitch, a channel each, which processes share, and who handles what they hear. */
function chats() {
  const world = new Simulation({ seed: 1, latency: 30 });
  const core = new TwitchServer({ accounts: ACCOUNTS });
  const server = new Driver(core, { host: world.host("server"), label: "server", deliver: () => {} });
  server.start();
  world.serve(TWITCH_URL, server);
  const nats = new NatsModel(world.clock);
  const handled: { readonly event: ChatEvent; readonly repeated: boolean }[] = [];
  const gaps: StreamedGap[] = [];
  /** What a process is set up with, whatever it does. */
  const processOf = (label: string) => {
    const runtime = world.host(label);
    const streams = nats.streams(label, runtime);
    const stream = new EventStream({ streams, application: "c", partitions: 2, runtime });
    return { nats: nats.client(label, runtime), label, lease: LEASE, runtime, stream, onEvent: () => {} };
  };
  const join = (name: string, more: Partial<ChatFleetOptions> = {}): Fleet => {
    const fleet = chatFleet({
      ...processOf(name),
      name: "chats",
      clients: Object.entries(ACCOUNTS).map(([login, token], slot) => (runtime) =>
        new TwitchClient({ login, token, channels: [CHANNELS[slot] ?? ""], runtime })
      ),
      onGap: (gap) => void gaps.push(gap),
      ...more,
    });
    fleet.join();
    return fleet;
  };
  const work = (name: string): Fleet => {
    const workers = chatWorkers({
      ...processOf(name),
      name: "workers",
      handle: (event, { repeated }) => void handled.push({ event, repeated }),
    });
    workers.join();
    return workers;
  };
  const said: { readonly slot: number; readonly text: string; readonly at: number }[] = [];
  const talk = async (seconds: number) => {
    for (let times = 0; times < 4 * seconds; times++) {
      for (const [slot, channel] of CHANNELS.entries()) {
        const text = String(said.length);
        said.push({ slot, text, at: world.clock.wall() });
        void server.command({ kind: "say", channel, login: "ronni", text });
      }
      await world.run(250);
    }
  };
  const texts = () =>
    handled.flatMap(({ event }) => event.kind === "line" && event.name === "PRIVMSG" ? [event.text] : []);
  /** What was said, handled by nobody and in no gap that was told to workers. */
  const missing = () => {
    const heard = new Set(texts());
    const told = handled.flatMap(({ event }) => event.kind === "gap" ? [event] : []);
    return said.filter(({ slot, text, at }) =>
      !heard.has(text) && !told.some((gap) => gap.slot === slot && gap.from <= at + 100 && at <= gap.to)
    );
  };
  return { world, core, nats, join, work, talk, texts, said, missing, handled, gaps };
}

test("chatFleet: accounts are shared, each line is handled once, in order, and the time between two holders is a gap", async () => {
  const { world, join, work, talk, texts, missing, handled, gaps } = chats();
  const [g, h] = [join("g"), join("h")];
  work("w");
  await world.run(30_000);
  assertEquals([g, h].map((fleet) => fleet?.held.length), [1, 1]);
  // The first has held both.
  gaps.length = 0;
  await talk(10);
  assertEquals([texts().length, gaps], [80, []]);
  world.freeze("g", 3_600_000);
  await talk(20);
  await world.run(5_000);
  assertEquals([h?.held.length, missing()], [2, []]);
  const [gap] = gaps;
  assert(
    gap !== undefined && gap.to - gap.from >= LEASE && gap.to - gap.from < 3 * LEASE,
    JSON.stringify(gap),
  );
  assertEquals(new Set(texts()).size, texts().length);
  for (const channel of [0, 1]) {
    const own = texts().map(Number).filter((number) => number % 2 === channel);
    assertEquals(own, own.toSorted((a, b) => a - b));
  }
  // What a worker gets is what the client has told.
  const line = handled.find(({ event }) => event.kind === "line" && event.name === "PRIVMSG")?.event;
  assert(line?.kind === "line");
  const typed = typedMessage(line.message);
  assertEquals([typed.kind, typed.kind === "PRIVMSG" && typed.sender.login], ["PRIVMSG", "ronni"]);
});

test("chatFleet: a process that leaves hands its accounts over, and what nobody heard is a short gap", async () => {
  const { world, join, work, talk, missing, gaps } = chats();
  const [g] = [join("g"), join("h")];
  work("w");
  await world.run(30_000);
  gaps.length = 0;
  await talk(5);
  const left = g?.leave();
  await talk(10);
  await world.until(left ?? Promise.reject(new Error()), 10_000);
  await world.run(6_000);
  assertEquals(missing(), []);
  assertEquals(gaps.length, 1);
  assert(gaps.every(({ from, to }) => to - from < 3_000), JSON.stringify(gaps));
});

test("chatFleet: clocks that differ by more than a gap lasts change nothing of it", async () => {
  for (const [ofOld, ofNew] of [[20_000, -20_000], [-20_000, 20_000], [0, -2_000], [2_000, 0]] as const) {
    const { world, join, work, talk, texts, said, gaps } = chats();
    world.skew("g", ofOld);
    world.skew("h", ofNew);
    const g = join("g");
    await world.run(20_000);
    const h = join("h", { capacity: 2 });
    await world.run(10_000);
    work("w");
    gaps.length = 0;
    await talk(5);
    // One account each: that which the first has left goes to the second.
    const [slot] = g.held;
    world.freeze("g", 3_600_000);
    await talk(20);
    await world.run(5_000);
    assertEquals(h.held.length, 2);
    const heard = new Set(texts());
    const unheard = said.filter((one) => one.slot === slot && !heard.has(one.text)).map(({ at }) => at);
    const [gap] = gaps.map(({ from, to }) => ({ from: from - ofNew, to: to - ofNew }));
    assert(gap !== undefined && unheard.length > 10, `${unheard.length}`);
    const [first = 0, last = 0] = [Math.min(...unheard), Math.max(...unheard)];
    const what = JSON.stringify({ ofOld, ofNew, gap, first, last });
    assert(gap.from <= first && gap.from > first - 4_000 && last <= gap.to && gap.to < last + 1_000, what);
  }
});

test("chatFleet: workers are told of a gap though `onGap` throws", async () => {
  const { world, join, work, talk, missing, handled } = chats();
  const errors: string[] = [];
  for (const name of ["g", "h"]) {
    join(name, {
      onGap: () => {
        throw new Error("onGap has thrown");
      },
      onEvent: (event) => void (event.kind === "error" && errors.push(String(event.error))),
    });
  }
  work("w");
  await world.run(30_000);
  handled.length = 0;
  world.freeze("g", 3_600_000);
  await talk(20);
  await world.run(5_000);
  assertEquals(missing(), []);
  assertEquals([handled.some(({ event }) => event.kind === "gap"), new Set(errors)], [
    true,
    new Set(["Error: onGap has thrown"]),
  ]);
});

test("chatFleet: who cannot look up since when an account is missed does so once NATS answers, and keeps it", async () => {
  const { world, nats, join } = chats();
  const refusing = nats.client("h", world.host("h"));
  let refuses = true;
  join("g");
  await world.run(10_000);
  const h = join("h", {
    nats: {
      async create(name, options) {
        const kv = await refusing.create(name, options);
        const isRefused = () => refuses && name === "chats-heard";
        return { ...kv, get: (key) => isRefused() ? Promise.reject(new Error("refused")) : kv.get(key) };
      },
    },
  });
  await world.run(10_000);
  refuses = false;
  // What this once was: given back, and none taken for ten leases.
  await world.run(5_000);
  assertEquals(h.held.length, 1);
});

test("chatFleet: what is said while an account comes up for the first time is in a gap, if its process dies", async () => {
  const { world, join, work, talk, missing } = chats();
  world.network.partition({ client: "g" }, 3_600_000);
  join("g");
  await world.run(3_000);
  await talk(1);
  world.freeze("g", 3_600_000);
  join("h");
  work("w");
  await talk(20);
  await world.run(10_000);
  assertEquals(missing(), []);
});

test("HeardMark: what a server that is behind answers is asked for again", async () => {
  const world = new Simulation({ seed: 1 });
  const { clock } = world.host("g");
  const kv = await world.until(
    new NatsModel(world.clock).client("g", { clock }).create("h", { history: 1 }),
    1_000,
  );
  let known: NatsKvEntry | null = null;
  let late = 0;
  const behind: NatsKv = {
    ...kv,
    get: async (key) => --late < 0 ? known = await kv.get(key) : known,
    create: (key, text) => (late = 2, kv.create(key, text)),
    update: (key, text, version) => (late = 2, kv.update(key, text, version)),
  };
  const failed: unknown[] = [];
  const markOf = () =>
    new HeardMark({
      bucket: behind,
      slot: 0,
      clock,
      failed: (error) => failed.push(error),
    });
  const mark = markOf();
  assertEquals(await world.until(mark.load(), 5_000), undefined);
  await world.run(1_000);
  const heard = clock.wall();
  await world.until(mark.save(clock.now()), 1_000);
  await world.run(3_000);
  late = 0;
  const at = await world.until(markOf().load(), 5_000);
  assert(at !== undefined && at <= heard && at > heard - 100, `${at} of ${heard}`);
  assertEquals(failed, []);
});

test("chatFleet: a network of IRC is held by one process, whose nick nobody else takes", async () => {
  const world = new Simulation({ seed: 3 });
  const core = new IrcServer();
  const server = new Driver(core, { host: world.host("server"), label: "server", deliver: () => {} });
  server.start();
  world.serve("irc://irc.test", server);
  const nats = new NatsModel(world.clock);
  const heard: string[] = [];
  const fleets = ["g", "h"].map((name) => {
    const host = world.host(name);
    const fleet = chatFleet({
      nats: nats.client(name, host),
      name: "networks",
      label: name,
      lease: LEASE,
      runtime: host,
      clients: [(runtime) => {
        const irc = new IrcClient({ url: "irc://irc.test", nick: "parley", channels: ["#a"], runtime });
        irc.on("PRIVMSG", ({ text }) => void heard.push(`${name} ${text}`));
        return irc;
      }],
      onEvent: () => {},
    });
    fleet.join();
    return fleet;
  });
  await world.run(20_000);
  assertEquals(core.members("#a"), ["parley"]);
  const holder = fleets.findIndex(({ held }) => held.length === 1);
  await world.until(fleets[holder]?.leave() ?? Promise.reject(new Error()), 30_000);
  await world.run(10_000);
  assertEquals([core.members("#a"), fleets[1 - holder]?.held], [["parley"], [0]]);
});

test("chatFleet: a line without an id is handled once, though the answer to its publishing was lost", async () => {
  const world = new Simulation({ seed: 3 });
  const host = world.host("g");
  const server = new Driver(new IrcServer({ capabilities: [] }), {
    host: world.host("server"),
    label: "server",
    deliver: () => {},
  });
  server.start();
  world.serve("irc://irc.test", server);
  const nats = new NatsModel(world.clock);
  const streams = nats.streams("g", host);
  const lost = new Set<string>();
  const losing: NatsStreams = {
    ...streams,
    jetstream() {
      const real = streams.jetstream();
      return {
        ...real,
        async publish(subject, payload, options) {
          const answer = await real.publish(subject, payload, options);
          if (lost.has(payload)) return answer;
          lost.add(payload);
          throw new Error("timeout");
        },
      };
    },
  };
  const streamOf = (streams: NatsStreams) => {
    return new EventStream({ streams, application: "c", partitions: 1, runtime: host });
  };
  const shared = { nats: nats.client("g", host), lease: LEASE, runtime: host, onEvent: () => {} };
  chatFleet({
    ...shared,
    name: "networks",
    stream: streamOf(losing),
    clients: [
      (runtime) => new IrcClient({ url: "irc://irc.test", nick: "parley", channels: ["#a"], runtime }),
    ],
  }).join();
  const handled: string[] = [];
  chatWorkers({
    ...shared,
    name: "workers",
    stream: streamOf(streams),
    handle: (event) => void (event.kind === "line" && event.name === "PRIVMSG" && handled.push(event.text)),
  }).join();
  await world.run(20_000);
  for (const text of ["one", "two", "two"]) {
    void server.command({ kind: "say", nick: "ronni", channel: "#a", text });
    await world.run(5_000);
  }
  assertEquals(handled, ["one", "two", "two"]);
});

test("chatWorkers: what is no line of a chat is none", () => {
  for (
    const text of ["", "[]", "{}", '{"slot":0,"name":"PRIVMSG","line":"","at":1}', '{"gap":{"slot":"x"}}']
  ) {
    assertEquals(readChat(text), undefined);
  }
});
