import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { Driver } from "../../src/driver/driver.ts";
import type { Link } from "../../src/protocol/link.ts";
import { IrcClient } from "../../src/irc/client.ts";
import type { Data } from "../../src/protocol/protocol.ts";
import { type Fault, scheduleFaults } from "../../testing/world/faults.ts";
import { IrcServer } from "../../testing/irc/server.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";
import { TWITCH_URL, TwitchClient } from "../../src/twitch/mod.ts";

const decoder = new TextDecoder();
const textOf = (data: Data) => typeof data === "string" ? data : decoder.decode(data);

/** A link from a client to a server, either end's side of it, and what goes wrong. */
async function link(plan: readonly Fault[], url = "ws://server.test/") {
  const world = new Simulation({ seed: 5, latency: 10 });
  const told: string[] = [];
  const host = world.host("client");
  const tell = (what: string) => void told.push(`${Math.round(world.clock.now())} ${what}`);
  let server: Link | undefined;
  world.serve(url, {
    accept(_info, attach) {
      server = attach({
        opened() {},
        receive() {},
        receiveBatch() {},
        closed: ({ cause }) => tell(`server: ${cause}`),
      });
      return -1;
    },
  });
  host.dial({ url }, {
    opened: () => tell("opened"),
    receive: (data) => tell(textOf(data)),
    receiveBatch: (batch) => tell(batch.map(textOf).join("+")),
    closed: ({ cause }) => tell(cause),
  });
  await world.run(20);
  told.length = 0;
  scheduleFaults(world, plan, () => {});
  return { world, host, told, tell, send: (data: Data) => server?.send(data) };
}

test("freeze: afterwards timers are due and links full at once, in one order or the other", async () => {
  const run = async (first: "timers" | "links") => {
    const { world, host, told, tell, send } = await link([
      { kind: "freeze", at: 100, ms: 60_000, client: "client", first },
    ]);
    await world.run(80);
    host.clock.setTimer(30_000, () => tell("timer"));
    host.clock.setTimer(20_000, () => {
      tell("earlier timer");
      host.clock.setTimer(25_000, () => tell("timer set late"));
    });
    host.clock.setTimer(10_000, () => tell("undone"))();
    send("a");
    await world.run(40_000);
    send("b");
    await world.run(40_000);
    return told;
  };
  const timers = ["60100 earlier timer", "60100 timer"];
  const links = ["60100 a", "60100 b"];
  assertEquals(await run("timers"), [...timers, ...links, "60100 timer set late"]);
  assertEquals(await run("links"), [...links, ...timers, "60100 timer set late"]);
});

test("freeze: a clock that stands meanwhile goes on from there, and so do its timers", async () => {
  const { world, host, told, tell } = await link([
    { kind: "freeze", at: 100, ms: 60_000, client: "client", clockStands: true },
  ]);
  host.clock.setTimer(30_000, () => tell(`timer at ${host.clock.now()}`));
  await world.run(30_000);
  assertEquals([host.clock.now(), host.clock.wall()], [100, 30_020]);
  await world.run(120_000);
  assertEquals(told, ["90000 timer at 30000"]);
  assertEquals(world.clock.now() - host.clock.now(), 60_000);
});

test("freeze: what a request brings waits, too", async () => {
  const { world, host, told, tell } = await link([{ kind: "freeze", at: 100, ms: 5_000, client: "client" }]);
  world.serveHttp("https://api.test", () => Promise.resolve(new Response("ok")));
  await world.run(79);
  void host.fetch("https://api.test/").then(({ status }) => tell(String(status)));
  await world.run(10_000);
  assertEquals(told, ["5100 200"]);
});

test("skew: the clocks on the walls of hosts differ and step, and those that timers go by do not", async () => {
  const { world, host, told, tell } = await link([
    { kind: "skew", at: 1_000, client: "client", ahead: 60_000 },
    { kind: "skew", at: 2_000, client: "client", ahead: -500 },
  ]);
  const clocks = () => [host.clock, world.host("other").clock].map((clock) => [clock.now(), clock.wall()]);
  host.clock.setTimer(2_500, () => tell("woken"));
  await world.run(980);
  assertEquals(clocks(), [[1_000, 61_000], [1_000, 1_000]]);
  await world.run(2_000);
  assertEquals([clocks(), told], [[[3_000, 2_500], [3_000, 3_000]], ["2500 woken"]]);
});

test("coalesce: what has come since the last read is read in one piece", async () => {
  const run = async (url: string) => {
    const { world, told, send } = await link([{ kind: "coalesce", at: 20, ms: 10_000, every: 100 }], url);
    await world.run(5);
    for (const text of ["a", "b", "c"]) {
      send(text);
      await world.run(30);
    }
    await world.run(60_000);
    send("d");
    send("e");
    await world.run(60_000);
    return told;
  };
  assertEquals(await run("ws://server.test/"), ["35 a", "135 b+c", "60125 d", "60125 e"]);
  assertEquals(await run("irc://server.test/"), ["35 a", "135 bc", "60125 d", "60125 e"]);
});

test("coalesce: what a stall held back comes at once, and is read so", async () => {
  const { world, told, send } = await link([
    { kind: "coalesce", at: 20, ms: 10_000, every: 0 },
    { kind: "stall", at: 20, ms: 1_000, directions: ["to client"] },
  ]);
  await world.run(1);
  for (const text of ["a", "b", "c"]) send(text);
  await world.run(2_000);
  assertEquals(told, ["1020 a+b+c"]);
});

test("narrow: what is sent takes its time by its length, behind what was sent before", async () => {
  const { world, told, send } = await link([{ kind: "narrow", at: 20, ms: 10_000, perSecond: 100 }]);
  await world.run(1);
  send("x".repeat(100));
  send("y".repeat(50));
  await world.run(20_000);
  send("z");
  await world.run(1_000);
  assertEquals(told.map((text) => text.slice(0, 8)), ["1031 xxx", "1531 yyy", "20031 z"]);
});

test("reset: its cause is what the client is told", async () => {
  for (const cause of ["lost", "corrupt", "unknown"] as const) {
    const { world, told } = await link([{ kind: "reset", at: 50, cause }]);
    await world.run(1_000);
    assertEquals(told, [`50 ${cause}`, "50 server: lost"]);
  }
});

test("part: a store, permits or a provider throws, hangs, is slow, or tells what was so before", async () => {
  const { world } = await link([
    { kind: "part", at: 1_000, ms: 1_000, part: "store", trouble: "throw" },
    { kind: "part", at: 2_000, ms: 1_000, part: "store", trouble: "hang" },
    { kind: "part", at: 3_000, ms: 1_000, part: "store", trouble: "stale" },
    { kind: "part", at: 4_000, ms: 1_000, part: "store", trouble: "slow" },
  ]);
  let kept = "old";
  const store = world.unreliable("store", {
    load: (_signal?: AbortSignal): Promise<string> => Promise.resolve(kept),
    save: (text: string): void => void (kept = text),
  });
  const provide = world.unreliable("store", (): Promise<string> => store.load());
  const loaded = async () => {
    let how = "nothing";
    for (const promise of [store.load(), provide()]) promise.then((text) => how = text, () => how = "thrown");
    await world.run(1);
    return how;
  };
  assertEquals(await loaded(), "old");
  await world.run(1_000);
  assertEquals(await loaded(), "thrown");
  await world.run(1_000);
  assertEquals(await loaded(), "nothing");
  const controller = new AbortController();
  const given = store.load(controller.signal).then(() => "", String);
  controller.abort(new Error("given up"));
  assertEquals(await world.until(given), "Error: given up");
  await world.run(1_000);
  store.save("new");
  assertEquals(await loaded(), "old");
  await world.run(1_000);
  assertEquals(await loaded(), "nothing");
  const slow = store.load().then((text) => `${text} at ${world.clock.now()}`);
  await world.run(1_000);
  assertEquals([await slow, await loaded()], ["new at 5000", "new"]);
});

/** What becomes of something said a moment before its process stands still. */
async function frozenAfterSaying(protocol: "irc" | "twitch", seconds: number): Promise<readonly string[]> {
  const world = new Simulation({ seed: 1, latency: 40 });
  const url = protocol === "irc" ? "irc://irc.test" : TWITCH_URL;
  const options = { host: world.host("server"), label: "server", deliver: () => {} };
  const server = protocol === "irc"
    ? new Driver(new IrcServer(), options)
    : new Driver(new TwitchServer({ accounts: { bot: "t" } }), options);
  server.start();
  world.serve(url, server);
  const runtime = world.host("bot");
  const bot = protocol === "irc"
    ? await world.until(new IrcClient({ url, nick: "bot", channels: ["#a"], runtime }).connect())
    : await world.until(new TwitchClient({ login: "bot", token: "t", channels: ["a"], runtime }).connect());
  await world.run(30_000);
  const told: string[] = [];
  if (bot instanceof IrcClient) bot.on("reconnecting", () => told.push("reconnecting"));
  else bot.on("reconnecting", () => told.push("reconnecting"));
  const saying = bot instanceof IrcClient ? bot.privmsg("#a", "hi") : bot.say("a", "hi");
  const outcome = saying.then(() => "said", (error) => String(error.code));
  await world.run(10);
  world.freeze("bot", seconds * 1_000);
  told.push(await world.until(outcome));
  await world.run(30_000);
  await world.until(bot.close());
  return told;
}

for (const [name, protocol] of [["IrcClient", "irc"], ["TwitchClient", "twitch"]] as const) {
  for (const seconds of [5, 12, 45, 65]) {
    test(`${name}: what it said before it stood still for ${seconds} s was said`, async () => {
      assertEquals(await frozenAfterSaying(protocol, seconds), ["said"]);
    });
  }
}

test("freeze: a permit waits, too, and what waits for it meanwhile does not hold the world's clock in real time", async () => {
  const { world, host, told, tell } = await link([{ kind: "freeze", at: 100, ms: 60_000, client: "client" }]);
  const permit = { scope: "test", key: "one", limit: 1, per: 1_000 };
  const first = await host.permits.acquire(permit);
  const work = host.work?.("a timer", () => new Promise<void>((wake) => void host.clock.setTimer(500, wake)));
  void work?.then(() => tell("work done"));
  void host.permits.acquire(permit).then(() => tell("granted"));
  await world.run(100);
  first.release(true);
  const began = performance.now();
  await world.run(59_000);
  assertEquals(told, []);
  await world.run(10_000);
  assertEquals(told.toSorted(), ["60100 granted", "60100 work done"]);
  assert(performance.now() - began < 500, "It stood for something real");
});
