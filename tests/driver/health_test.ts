import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { Client } from "../../src/driver/client/client.ts";
import { Driver } from "../../src/driver/driver.ts";
import { HealthTracker } from "../../src/driver/health/_health_tracker.ts";
import type { Health } from "../../src/driver/health/health.ts";
import { IrcClient } from "../../src/irc/client.ts";
import { TwitchClient } from "../../src/twitch/client.ts";
import { TWITCH_URL } from "../../src/twitch/session/options.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { FakeHost } from "./_fakes.ts";
import { ircServer } from "./_irc_server.ts";
import { Toy } from "./_toys.ts";
import { DiscordGateway } from "../../src/discord/gateway/mod.ts";
import { API, CHANNEL, worldOf } from "../discord/gateway/_world.ts";

const NOON = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;

/** What there is of one session. */
function only(health: Health) {
  assertEquals(health.sessions.length, 1);
  const [session] = health.sessions;
  assert(session !== undefined);
  return session;
}

/** That it is plain data: JSON gives the same. */
function plain(health: Health): Health {
  assertEquals<unknown>(JSON.parse(JSON.stringify(health)), health);
  return health;
}

function irc() {
  const world = new Simulation({ seed: 2 });
  world.clock.advance(NOON);
  const server = ircServer(world);
  const connect = (nick: string, mailbox = 4_096) =>
    world.until(
      new IrcClient({ url: "irc://irc.test", nick, channels: ["#a"], mailbox, runtime: world.host(nick) })
        .connect(),
    );
  return { world, server, connect };
}

test("health: of a client from before it connects until it has ended", async () => {
  const { world } = irc();
  const client = new IrcClient({
    url: "irc://irc.test",
    nick: "bot",
    password: "hunter2",
    runtime: world.host("bot"),
  });
  const before = plain(client.health());
  assertEquals([before.ok, before.state, before.since, before.problems], [false, "new", null, [
    "connect() was not called",
  ]]);
  const connecting = client.connect();
  const meanwhile = plain(client.health());
  assertEquals([meanwhile.ok, meanwhile.state, meanwhile.since], [true, "connecting", NOON]);
  await world.until(connecting);
  await world.run(MINUTE);
  const ready = plain(client.health());
  const { state, since, frameAge, latency, waiting, name } = only(ready);
  assertEquals([ready.ok, ready.state, state, name, waiting, ready.problems], [
    true,
    "ready",
    "ready",
    "",
    null,
    [],
  ]);
  assert(since !== null && since > NOON && since < NOON + 1_000 && since === ready.since, String(since));
  assert(frameAge !== null && frameAge >= 0 && frameAge <= MINUTE, String(frameAge));
  assert(latency === null || latency > 0);
  assertEquals(ready.lastError, null);
  assert(!JSON.stringify(ready).includes("hunter2"));
  await world.until(client.close());
  const after = plain(client.health());
  assertEquals([after.ok, after.state, after.problems, only(after).state], [false, "ended", [
    "The client has ended",
  ], "ended"]);
});

test("health: a session that is away is well for awayFor, and says what it waits for", async () => {
  const { world, connect } = irc();
  const client = await connect("bot");
  await world.run(1_000);
  world.network.refuse({}, 10 * MINUTE);
  world.cut();
  await world.run(20_000);
  const away = plain(client.health());
  assertEquals([away.ok, away.state], [true, "reconnecting"]);
  const { waiting, attempts, reconnects, lastLoss } = only(away);
  assert(attempts > 1 && reconnects === 1 && lastLoss !== null, JSON.stringify(away));
  assert(waiting === null || waiting.for === "the next attempt");
  assert(!client.health({ awayFor: 5_000 }).ok);
  await world.run(2 * MINUTE);
  const lost = plain(client.health());
  assert(
    !lost.ok &&
      /^It has had no session for 1[34]\d s, after \d+ attempts in vain: /.test(lost.problems[0] ?? ""),
  );
  await world.until(client.wait("ready"));
  assertEquals([client.health().ok, only(client.health()).attempts], [true, 0]);
  await world.until(client.close());
});

test("health: what nobody can know of and what slow consumers missed is counted, and errors are told", async () => {
  const { world, server, connect } = irc();
  const client = await connect("bot", 10);
  await world.run(1_000);
  client.on("PRIVMSG", () => {
    throw new TypeError("a bug");
  });
  const other = await connect("other");
  await world.until(other.privmsg("#a", "hello"));
  await world.run(1_000);
  assertEquals(client.health().lastError?.message, "TypeError: a bug");
  const slow = client[Symbol.asyncIterator]();
  // Each makes an event, and an error of its handler.
  for (let n = 0; n < 6; n++) await world.until(other.privmsg("#a", "hello"));
  assertEquals(client.health().lagged, 2);
  await slow.return?.();
  assertEquals(client.health().lagged, 2);
  void server.command({ kind: "freeze" });
  client.privmsg("#a", "into the dark").catch(() => {});
  await world.run(1_000);
  world.cut();
  await world.run(1_000);
  assertEquals(plain(client.health()).lost, 1);
  await world.until(client.close());
});

test("health: of Twitch has each connection", async () => {
  const world = new Simulation({ seed: 3 });
  const server = new Driver(new TwitchServer(), {
    host: world.host("server"),
    label: "server",
    deliver: () => {},
  });
  server.start();
  world.serve(TWITCH_URL, server);
  const options = { channels: ["#a", "#b"], channelsPerConnection: 1, runtime: world.host("client") };
  const chat = await world.until(new TwitchClient(options).connect());
  await world.run(30_000);
  const health = plain(chat.health());
  assertEquals([health.ok, health.state, health.sessions.map(({ name, state }) => [name, state])], [
    true,
    "ready",
    [
      ["connection 0", "ready"],
      ["connection 1", "ready"],
    ],
  ]);
  void server.command({ kind: "say", channel: "#a", login: "ronni", text: "hi" });
  await world.until(chat.wait("PRIVMSG"));
  await world.run(5_000);
  const { eventAge } = chat.health().sessions[0] ?? { eventAge: null };
  assert(eventAge !== null && eventAge >= 4_900 && eventAge < 6_000, String(eventAge));
  await world.until(chat.close());
});

test("health: of Discord has each shard, its latency and what is left of its limits", async () => {
  const { world, connect } = worldOf({ shards: 2, maxConcurrency: 2 });
  const gateway = await connect({ shards: { count: 2, ids: [0, 1] } });
  await world.run(2 * MINUTE);
  const health = plain(gateway.health());
  assertEquals(health.sessions.map(({ name, state, step }) => [name, state, step]), [
    ["shard 0", "ready", "ready"],
    ["shard 1", "ready", "ready"],
  ]);
  for (const { latency, acknowledgedAge, budgets, resumes } of health.sessions) {
    assert(latency !== null && acknowledgedAge !== null && acknowledgedAge < MINUTE);
    assert(Number(budgets.commands) > 0 && resumes === 0);
  }
  assert(Number(health.budgets.sessionStarts) > 0);
  const sessions = gateway.shards.map(({ resumePoint }) => resumePoint?.sessionId ?? "");
  for (const secret of [...sessions, "parley.test.token"]) assert(!JSON.stringify(health).includes(secret));
  world.cut();
  await world.until(gateway.wait("resumed"));
  await world.run(10_000);
  assertEquals(gateway.health().sessions.map(({ reconnects, resumes }) => [reconnects, resumes]), [[1, 1], [
    1,
    1,
  ]]);
  await world.until(gateway.close());
});

test("health: of Discord before it knows how many shards there are", async () => {
  const { world } = worldOf();
  const options = { token: "parley.test.token", intents: 1, rest: { baseUrl: API } } as const;
  const gateway = new DiscordGateway({ ...options, runtime: world.host("client") });
  const before = plain(gateway.health());
  assertEquals([before.state, before.since, before.sessions], ["new", null, []]);
  gateway.connect().catch(() => {});
  const meanwhile = plain(gateway.health());
  assertEquals([meanwhile.ok, meanwhile.state, meanwhile.sessions], [true, "connecting", []]);
  assertEquals(meanwhile.since, world.clock.wall());
  await gateway.close();
});

test("health: a link that acknowledges each heartbeat and delivers nothing is not well after deafAfter", async () => {
  const { world, server, connect } = worldOf();
  const gateway = await connect();
  const deafAfter = 10 * MINUTE;
  await server.command({ kind: "message", channel: CHANNEL, content: "hello" });
  await world.run(9 * MINUTE);
  assert(gateway.health({ deafAfter }).ok);
  await world.run(2 * MINUTE);
  const health = plain(gateway.health({ deafAfter }));
  const { acknowledgedAge, frameAge } = only(health);
  assert(acknowledgedAge !== null && acknowledgedAge < MINUTE && frameAge !== null && frameAge < MINUTE);
  assertEquals([health.ok, health.problems], [false, ["shard 0: No event has come for 660 s"]]);
  assert(gateway.health().ok);
  await server.command({ kind: "message", channel: CHANNEL, content: "hello" });
  await world.run(1_000);
  assert(gateway.health({ deafAfter }).ok);
  await world.until(gateway.close());
});

test("health: says when the next attempt is, after a link was lost", async () => {
  const { world, server, connect } = irc();
  const client = await connect("bot");
  const after = client.wait("reconnecting");
  await server.command({ kind: "drop" });
  const { after: wait } = await world.until(after);
  const waiting = only(plain(client.health())).waiting;
  assertEquals(waiting?.for, "the next attempt");
  assert(Number(wait) > 0);
  assertEquals(waiting?.until, world.clock.wall() + Number(wait));
});

test("HealthTracker: a loss of which a protocol does not say why is one all the same", () => {
  const tracker = new HealthTracker();
  tracker.began(0);
  tracker.told({ kind: "reconnecting" }, 5);
  assertEquals(tracker.session(0).loss, { at: 5, message: "the link was lost" });
  // Who was never let in does not come back.
  assertEquals(tracker.session(0).state, "connecting");
  tracker.told({ kind: "ready" }, 6);
  tracker.told({ kind: "reconnecting" }, 7);
  assertEquals(tracker.session(0).state, "reconnecting");
});

/** Waits for a permit for ever, and has said until when. */
class Waiter extends Toy<never, { readonly kind: "identify_waiting"; readonly until: number }> {
  readonly #until: number;

  constructor(until: number) {
    super();
    this.#until = until;
  }

  override start(): void {
    this.outputs.tell({ kind: "identify_waiting", until: this.#until });
    this.outputs.ask({ kind: "permit", permit: { scope: "s", key: "k", limit: 1, per: MINUTE } });
  }
}

class WaitingClient extends Client<{ readonly kind: "identify_waiting"; readonly until: number }> {
  constructor(host: FakeHost, until: number) {
    super(host, {}, "waiting");
    this.attach(new Waiter(until));
  }
}

test("health: says until when a limit has it wait, as long as that is to come", async () => {
  const host = new FakeHost();
  await host.permits.acquire({ scope: "s", key: "k", limit: 1, per: MINUTE });
  const until = host.clock.wall() + 10 * MINUTE;
  const client = new WaitingClient(host, until);
  client.connect().catch(() => {});
  const limits = [];
  for (const ms of [0, 10 * MINUTE - 1, 1, MINUTE]) {
    host.clock.advance(ms);
    limits.push(only(client.health()).waiting?.until);
  }
  assertEquals(limits, [until, until, null, null]);
  await client.close();
});

class Budgets extends Client<never> {
  constructor(host: FakeHost) {
    super(host, {}, "budgets");
  }
  protected override budgets() {
    return { starts: 3, lines: Infinity };
  }
}

test("health: what has no limit has no budget, for JSON has no number for that", () => {
  assertEquals(plain(new Budgets(new FakeHost()).health()).budgets, { starts: 3 });
});

/** Ends with an error when it is told anything, or takes its time to leave. */
class Part extends Toy<never, never> {
  override start(): void {
    this.outputs.dial({ url: "toy://server/" });
  }
  override receive(): void {
    this.inbox.push(() => void this.outputs.end(new Error("It died")));
  }
  override shutdown(): void {}
}

class TwoParts extends Client<never> {
  constructor(host: FakeHost) {
    super(host, {}, "two");
    for (let part = 0; part < 2; part++) this.attach(new Part());
  }
}

test("health: of a client of which one part has failed, and the other has not left yet, says why", () => {
  const host = new FakeHost();
  const client = new TwoParts(host);
  client.on("error", () => {});
  client.connect().catch(() => {});
  assertEquals(client.health().lastError, null);
  host.clock.advance(1_000);
  const at = host.clock.wall();
  host.links[0]?.open().events.receive("anything");
  host.clock.advance(1_000);
  assertEquals(plain(client.health()).lastError, { at, message: "It died" });
});
