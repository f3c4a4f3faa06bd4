import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { Driver } from "../../src/driver/driver.ts";
import { IrcClient } from "../../src/irc/client.ts";
import {
  type ChatEvent,
  chatFleet,
  chatWorkers,
  EventStream,
  type Fleet,
  type StreamedGap,
} from "../../src/nats/mod.ts";
import { readChat } from "../../src/nats/chats/chat_message.ts";
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
  const join = (name: string): Fleet => {
    const fleet = chatFleet({
      ...processOf(name),
      name: "chats",
      clients: Object.entries(ACCOUNTS).map(([login, token], slot) => (runtime) =>
        new TwitchClient({ login, token, channels: [CHANNELS[slot] ?? ""], runtime })
      ),
      onGap: (gap) => void gaps.push(gap),
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
  return { world, core, join, work, talk, texts, missing, handled, gaps };
}

test("chatFleet: accounts are shared, each line is handled once, in order, and the time between two holders is a gap", async () => {
  const { world, join, work, talk, texts, missing, handled, gaps } = chats();
  const [g, h] = ["g", "h"].map(join);
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
  const [g] = ["g", "h"].map(join);
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

test("chatWorkers: what is no line of a chat is none", () => {
  for (
    const text of ["", "[]", "{}", '{"slot":0,"name":"PRIVMSG","line":"","at":1}', '{"gap":{"slot":"x"}}']
  ) {
    assertEquals(readChat(text), undefined);
  }
});
