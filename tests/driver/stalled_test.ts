import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { DiscordGateway } from "../../src/discord/gateway/client.ts";
import { Driver } from "../../src/driver/driver.ts";
import type { Observation } from "../../src/driver/host.ts";
import { IrcClient } from "../../src/irc/client.ts";
import type { Data, Instant } from "../../src/protocol/protocol.ts";
import { TWITCH_URL, TwitchClient } from "../../src/twitch/mod.ts";
import { DiscordServer } from "../../testing/discord/server.ts";
import { IrcServer } from "../../testing/irc/server.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";
import { type Freeze, Simulation } from "../../testing/world/simulation.ts";
import { Toy } from "./_toys.ts";

/** Has to have heard of the server every ten seconds. */
class Impatient extends Toy<string, { readonly kind: "heard" }> {
  #due: Instant = Infinity;
  /** What it was told, and when. */
  readonly told: string[] = [];

  override start(now: Instant): void {
    this.outputs.dial({ url: "ws://server.test/" });
    this.#due = now + 10_000;
  }
  override receive(_link: number, data: Data, now: Instant): void {
    this.told.push(`${now} ${data}`);
    this.inbox.push(() => ({ kind: "heard" }));
  }
  override tick(now: Instant): void {
    if (now < this.#due) return;
    this.told.push(`${now} tick`);
    this.#due = now + 10_000;
  }
  stalled(since: Instant, now: Instant): void {
    this.told.push(`${now} stalled since ${since}`);
  }
  override deadline(): Instant {
    return this.#due;
  }
  /** Finds now that it was due by then. */
  override command(_command: string, ticket: number, now: Instant): void {
    this.#due = now - 5_000;
    this.outputs.done(ticket);
  }
}

async function impatient(block: (world: Simulation) => void = () => {}) {
  const world = new Simulation({ latency: 10 });
  const core = new Impatient();
  const stalled: number[] = [];
  const observe = (observation: Observation) => {
    if (observation.kind === "stalled") stalled.push(observation.ms);
  };
  let say: (data: Data) => void = () => {};
  world.serve("ws://server.test/", {
    accept(_info, attach) {
      const link = attach({ opened() {}, receive() {}, receiveBatch() {}, closed() {} });
      say = (data) => link.send(data);
      return -1;
    },
  });
  const host = world.host("client", { observe });
  const driver = new Driver(core, { host, label: "client", deliver: () => block(world) });
  driver.start();
  await world.run(100);
  return { world, core, driver, stalled, say: (data: Data) => say(data) };
}

test("Driver: a process that wakes a second late has not stood still, and later than that it has", async () => {
  for (const late of [1_000, 1_001]) {
    const { world, stalled } = await impatient();
    // It looks at the clock every five seconds.
    world.freeze("client", 4_900 + late);
    await world.run(10_000);
    assertEquals(stalled, late > 1_000 ? [late] : []);
  }
});

test("Driver: what has arrived while the process stood still counts before a tick that is late", async () => {
  for (const first of ["timers", "links"] as const) {
    const { world, core, stalled, say } = await impatient();
    world.freeze("client", 15_000, { first });
    say("a");
    await world.run(5_000);
    say("b");
    await world.run(15_000);
    assertEquals(core.told, ["15100 stalled since 20", "15100 a", "15100 b", "15350 tick"], first);
    assertEquals(stalled, [10_100]);
  }
});

test("Driver: a tick that is late waits until no more comes, and a second at the most", async () => {
  const { world, core, say } = await impatient();
  world.freeze("client", 15_000);
  await world.run(15_000);
  for (let at = 0; at < 5_000; at += 40) {
    say(".");
    await world.run(40);
  }
  assertEquals(core.told.filter((line) => !line.endsWith(".")), ["15100 stalled since 20", "16100 tick"]);
});

test("Driver: a handler that blocks at every line does not keep its core from ticking", async () => {
  // The second line of a run is read once the process goes on again.
  const { world, core, say } = await impatient((world) => world.freeze("client", 3_000));
  for (let at = 0; at < 60_000; at += 3_200) {
    say(".");
    await world.run(3_200);
  }
  const ticks = core.told.filter((line) => line.endsWith("tick")).map((line) => parseInt(line));
  const waits = ticks.map((at, index) => at - (ticks[index - 1] ?? 0));
  assert(ticks.length >= 3 && Math.max(...waits) < 20_000, `it ticked at ${ticks}`);
});

test("Driver: a process that stands still again while the backlog is read is told of once for each time", async () => {
  const { world, stalled, say } = await impatient();
  world.freeze("client", 15_000);
  await world.run(15_100);
  world.freeze("client", 5_000, { first: "links" });
  for (const line of ["a", "b", "c"]) say(line);
  await world.run(6_000);
  assertEquals(stalled.length, 2, `it stood still for ${stalled}`);
});

test("Driver: a wake-up that is little late, or early, is none to speak of", async () => {
  const { world, core, stalled } = await impatient();
  await world.run(9_500);
  world.freeze("client", 1_000);
  await world.run(10_000);
  assertEquals([core.told, stalled], [["10600 tick"], []]);
});

test("Driver: what a core finds due that was due before does not mean that the process stood still", async () => {
  const { world, core, driver, stalled } = await impatient();
  await world.run(7_900);
  void driver.command("late");
  await world.run(1_000);
  assertEquals([core.told, stalled], [["8000 tick"], []]);
});

test("Driver: a clock that stood while that on the wall went on means that the process stood still", async () => {
  const { world, core, stalled, say } = await impatient();
  world.freeze("client", 600_000, { clockStands: true });
  say("a");
  // Which is looked at once a second.
  await world.run(601_000);
  say("b");
  await world.run(1_000);
  assertEquals([core.told, stalled], [["100 a", "1110 stalled since 20", "1110 b"], [600_000]]);
});

test("Driver.wallTime: knows of a step of the wall clock before anything has made it look", async () => {
  const { world, driver } = await impatient();
  const { clock } = world.host("client");
  world.skew("client", 2_107);
  assertEquals(driver.wallTime(clock.now()), clock.wall());
  // Of what was before nobody knows by which of both it was.
  assertEquals(driver.wallTime(5), 5);
});

test("Driver.wallSpan: is the wider where a wall clock was set forward", async () => {
  const { world, driver } = await impatient();
  const now = world.host("client").clock.now();
  assertEquals(driver.wallSpan(5, now), { from: 5, to: now });
  world.skew("client", 2_107);
  // By which of both clocks it was is not known of either.
  assertEquals(driver.wallSpan(5, 10), { from: 5, to: 10 + 2_107 });
  world.skew("client", -11_000);
  assertEquals(driver.wallSpan(5, 10), { from: 5 - 11_000, to: 10 - 11_000 });
});

test("Driver.wallTime: knows of a wall clock that is set back after the other one stood", async () => {
  const { world, driver, say } = await impatient();
  world.freeze("client", 80_000, { clockStands: true });
  await world.run(82_000);
  say("a");
  await world.run(2_000);
  assertEquals(driver.wallTime(5), 5);
  // What was before counts by the clock as it is set now.
  world.skew("client", -11_000);
  assertEquals(driver.wallTime(5), 5 - 11_000);
  say("a");
  await world.run(2_000);
  assertEquals(driver.wallTime(5), 5 - 11_000);
  // It was wrong, or a machine slept: the earlier of both.
  world.skew("client", 0);
  assertEquals(driver.wallTime(5), 5 - 11_000);
});

test("Driver: a wall clock that is set right little by little, or set back, means nothing", async () => {
  const { world, core, stalled, say } = await impatient();
  for (const ahead of [400, 800, 1_200, -600_000]) {
    world.skew("client", ahead);
    say("a");
    await world.run(2_000);
  }
  assertEquals([core.told.length, stalled], [4, []]);
});

type Protocol = "irc" | "twitch" | "discord";

/** What a client misses and is told, of which its server gives up the link while its process stands still. */
async function away(
  protocol: Protocol,
  how: Freeze,
  skew: { readonly before: number; readonly after: number },
) {
  const world = new Simulation({ latency: 40 });
  const common = { host: world.host("server"), label: "server", deliver: () => {} };
  world.skew("bot", skew.before);
  const runtime = world.host("bot");
  const gaps: { readonly from: number; readonly to: number }[] = [];
  const heard = new Set<string>();
  let say: (text: string) => void;
  if (protocol === "irc") {
    const server = new Driver(new IrcServer(), common);
    server.start();
    world.serve("irc://irc.test", server);
    const irc = await world.until(
      new IrcClient({ url: "irc://irc.test", nick: "bot", channels: ["#a"], runtime }).connect(),
    );
    irc.on("gap", ({ from, to }) => gaps.push({ from, to }));
    irc.on("PRIVMSG", ({ text }) => heard.add(text));
    say = (text) => void server.command({ kind: "say", nick: "ann", channel: "#a", text });
  } else if (protocol === "twitch") {
    const server = new Driver(new TwitchServer(), common);
    server.start();
    world.serve(TWITCH_URL, server);
    const chat = await world.until(new TwitchClient({ channels: ["a"], runtime }).connect());
    chat.on("gap", ({ from, to }) => gaps.push({ from, to }));
    chat.on("PRIVMSG", ({ text }) => heard.add(text));
    say = (text) => void server.command({ kind: "say", login: "ann", channel: "#a", text });
  } else {
    const guilds = [{ id: "1", name: "guild", channels: [{ id: "2", name: "general" }] }];
    const server = new Driver(new DiscordServer({ guilds, resumeWindow: 20_000 }), common);
    server.start();
    world.serve("wss://gateway.test", server);
    const options = {
      token: "parley.test.token",
      intents: 33281,
      url: "wss://gateway.test",
      shards: 1,
      runtime,
    } as const;
    const gateway = await world.until(new DiscordGateway(options).connect());
    gateway.on("gap", ({ from, to }) => gaps.push({ from, to }));
    gateway.on("MESSAGE_CREATE", ({ data }) => heard.add(data.content));
    say = (text) => void server.command({ kind: "message", channel: "2", content: text });
  }
  await world.run(1_000);
  const said: number[] = [];
  const talk = () => {
    const at = world.clock.now();
    said.push(at);
    say(`said at ${at}`);
    world.clock.setTimer(at + 500, talk);
  };
  talk();
  world.clock.setTimer(60_300, () => world.freeze("bot", 180_000, how));
  // Long before the client moves again its server has had enough.
  world.clock.setTimer(80_000, () => world.cut());
  world.clock.setTimer(240_000, () => world.skew("bot", skew.after));
  await world.run(400_000);
  const missed = said.filter((at) => at < world.clock.now() - 1_000 && !heard.has(`said at ${at}`));
  return { gaps, missed };
}

for (const protocol of ["irc", "twitch", "discord"] as const) {
  for (
    const [name, how, skew] of [
      ["its clock goes on", {}, { before: 0, after: 0 }],
      ["its links are read first", { first: "links" }, { before: 0, after: 0 }],
      ["its clock stands", { clockStands: true }, { before: 0, after: 0 }],
      ["its wall clock is wrong before", {}, { before: 500_000, after: 0 }],
      ["its wall clock is wrong afterwards", {}, { before: 0, after: 500_000 }],
    ] as const
  ) {
    test(`Client: after its process stood still, the gap of ${protocol} holds all that was missed, where ${name}`, async () => {
      const { gaps, missed } = await away(protocol, how, skew);
      const [gap, more] = gaps;
      assert(gap !== undefined && more === undefined && missed.length > 100);
      const [first = 0, last = 0] = [missed[0], missed.at(-1)];
      // By the wall clock as it was then, or as it is now.
      assert(gap.from <= first && gap.to >= last + skew.after, `${JSON.stringify({ gap, first, last })}`);
      // And little more: from the last PING that was answered before it stood still.
      assert(gap.from >= 60_300 - 45_000 && gap.to <= last + skew.after + 5_000);
    });
  }
}
