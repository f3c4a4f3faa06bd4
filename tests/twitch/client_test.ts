import { test } from "node:test";
import { inspect } from "node:util";
import { assert, assertEquals, assertFalse, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type Clock, sleepUntil } from "../../src/driver/clock/clock.ts";
import { Driver } from "../../src/driver/driver.ts";
import type { Observation } from "../../src/driver/host.ts";
import type { Permits } from "../../src/driver/permits.ts";
import {
  AuthenticationError,
  CommandError,
  ConnectionError,
  OptionError,
  TimeoutError,
} from "../../src/protocol/errors.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";
import type { TwitchServerOptions } from "../../testing/twitch/server_types.ts";
import { TwitchClient, type TwitchClientOptions } from "../../src/twitch/client.ts";
import type { TwitchEvent } from "../../src/twitch/wire/event.ts";
import type { TwitchLoginError } from "../../src/twitch/session/login/login.ts";
import { TWITCH_URL } from "../../src/twitch/session/options.ts";

const ACCOUNTS = { bot: "abc123", other: "xyz789" };

function twitch(options: TwitchServerOptions = {}, seed = 1) {
  const world = new Simulation({ seed });
  const core = new TwitchServer({ accounts: ACCOUNTS, ...options });
  const server = new Driver(core, { host: world.host("server"), label: "server", deliver: () => {} });
  server.start();
  world.serve(TWITCH_URL, server);
  const connect = (options: TwitchClientOptions = {}, name = "client") =>
    world.until(new TwitchClient({ runtime: world.host(name), ...options }).connect());
  const say = (text: string, channel = "#a") =>
    void server.command({ kind: "say", channel, login: "ronni", text });
  return { world, core, server, connect, say };
}

const BOT = { login: "bot", token: "abc123" };

/** Keeps what a client is told; each text once for each time it is told. */
function listen(client: TwitchClient) {
  const texts: string[] = [];
  const events: TwitchEvent[] = [];
  client.on("PRIVMSG", (event) => texts.push(event.text));
  for (const kind of ["gap", "ready", "reconnecting", "join_failed", "RECONNECT"] as const) {
    client.on(kind, (event) => events.push(event));
  }
  return { texts, events };
}

test("TwitchClient.missedSince: a time that this machine's clock has not reached begins no gap behind its end", async () => {
  const { world } = twitch();
  const chat = new TwitchClient({ channels: ["#a"], runtime: world.host("bot") });
  const at = world.clock.wall();
  chat.missedSince(at + 3_600_000);
  const told = chat.wait("gap");
  await world.until(chat.connect());
  const { from, to } = await world.until(told);
  assertEquals([from, from < to && to < at + 10_000], [at, true]);
});

test("TwitchClient: reads a channel's chat anonymously", async () => {
  const { world, connect, say } = twitch();
  const chat = await connect({ channels: ["#forsen"] });
  assert(/^justinfan[0-9]{5}$/.test(chat.login));
  await world.run(100);
  assertEquals(chat.channels, ["#forsen"]);
  say("Kappa", "#forsen");
  say("elsewhere", "#other");
  const event = await world.until(chat.wait("PRIVMSG"));
  assertEquals([event.sender.name, event.text, event.channel], ["ronni", "Kappa", "#forsen"]);
  await assertRejects(() => chat.say("#forsen", "hello"), CommandError, "anonymous");
  await world.until(chat.close());
});

test("TwitchClient: two of them hear each other, and not themselves", async () => {
  const { world, connect } = twitch();
  const [one, two] = [
    await connect({ ...BOT, channels: ["#a"] }, "one"),
    await connect({ login: "Other", token: () => "oauth:xyz789", channels: ["#a"] }, "two"),
  ];
  const [heardByOne, heardByTwo] = [listen(one), listen(two)];
  await world.run(100);
  const heard = world.until(two.wait("PRIVMSG"));
  const { id } = await world.until(one.say("#a", "hello"));
  const { id: reply } = await world.until(two.reply(await heard, "/me waves"));
  await world.run(100);
  assert(id !== undefined && reply !== undefined && id !== reply);
  assertEquals([heardByOne.texts, heardByTwo.texts], [["/me waves"], ["hello"]]);
  await world.until(Promise.all([one.close(), two.close()]));
});

test("TwitchClient: a wrong token rejects connect, without showing it", async () => {
  const { connect } = twitch();
  const error = await assertRejects(() => connect({ login: "bot", token: "wrong1" }), AuthenticationError);
  assertFalse(inspect(error).includes("wrong1"));
});

/** Never answers, which takes no real time. */
async function hang(clock: Clock): Promise<never> {
  await sleepUntil(clock, Infinity);
  throw new Error("Infinity has come");
}

test("TwitchClient: a provider that says that there is no token to be had rejects connect", async () => {
  const { connect } = twitch();
  const token = () => Promise.reject(new AuthenticationError("revoked"));
  await assertRejects(() => connect({ login: "bot", token }), AuthenticationError, "no token");
});

for (
  const [how, fails, why] of [
    ["throws", () => Promise.reject(new Error("no network")), "no network"],
    ["hangs", hang, 'No answer to "token" came within 10 s'],
  ] as const
) {
  test(`TwitchClient: a provider that ${how} is told of and asked again, at first and when the link is lost`, async () => {
    const { world, server } = twitch();
    let broken = true;
    let token = "abc123";
    const provider = () => broken ? fails(world.clock) : Promise.resolve(token);
    world.clock.setTimer(30_000, () => broken = false);
    const runtime = world.host("client");
    const chat = new TwitchClient({ login: "bot", token: provider, channels: ["#a"], runtime });
    const errors: string[] = [];
    chat.on("error", ({ error }) => errors.push(error instanceof Error ? error.message : ""));
    await world.until(chat.connect());
    assert(world.clock.now() >= 30_000 && world.clock.now() < 60_000);
    await world.run(1_000);
    assert(errors.length > 0 && errors.every((error) => error === why));
    // The token that was good is taken for good.
    broken = true;
    errors.length = 0;
    world.cut();
    await world.until(chat.wait("gap"));
    assertEquals([errors, chat.channels], [[why], ["#a"]]);
    // Until it is not.
    errors.length = 0;
    token = "fresh1";
    void server.command({ kind: "token", login: "bot", token });
    world.cut();
    await world.run(60_000);
    assert(errors.length > 1);
    broken = false;
    await world.run(120_000);
    assertEquals(chat.channels, ["#a"]);
    await world.until(chat.close());
  });
}

test("TwitchClient: permits that throw for a while cost no channel and no message", async () => {
  const { world, connect } = twitch();
  const host = world.host("client");
  let broken = true;
  const acquire: Permits["acquire"] = (permit, signal) =>
    broken ? Promise.reject(new Error("the permits are down")) : host.permits.acquire(permit, signal);
  world.clock.setTimer(20_000, () => broken = false);
  const chat = await connect({ ...BOT, channels: ["#a"], runtime: { ...host, permits: { acquire } } });
  await world.run(10_000);
  const errors: string[] = [];
  chat.on("error", ({ error }) => errors.push(String(error)));
  broken = true;
  const joined = chat.join("#b");
  const said = chat.say("#a", "hello");
  await world.run(60_000);
  assert(errors.length > 0 && errors.every((error) => error === "Error: the permits are down"));
  broken = false;
  await world.until(Promise.all([joined, said]));
  assertEquals(chat.channels, ["#a", "#b"]);
  await world.until(chat.close());
});

test("TwitchClient: times that nobody can wait are refused", () => {
  for (
    const timeouts of [{ say: NaN }, { dial: -1 }, { answer: Infinity }, { pong: 0 }, { join: Infinity }]
  ) {
    const [name = "", ms] = Object.entries(timeouts)[0] ?? [];
    assertThrows(
      () => new TwitchClient({ timeouts }),
      OptionError,
      `Cannot wait "${ms}" ms for \`timeouts.${name}\``,
    );
  }
});

test("TwitchClient: gives up connecting when told so, or after its attempts", async () => {
  const { world } = twitch();
  const reason = new Error("enough");
  const options = { url: "wss://nobody.test", runtime: world.host("client") };
  const signal = AbortSignal.abort(reason);
  const aborted = await assertRejects(
    () => world.until(new TwitchClient({ ...options, signal }).connect()),
    ConnectionError,
  );
  assertEquals([aborted.code, aborted.cause], ["aborted", reason]);
  await assertRejects(
    () => world.until(new TwitchClient({ ...options, backoff: { attempts: 3 } }).connect()),
    ConnectionError,
    "3 attempts",
  );
});

test("TwitchClient: a token is in no observation and no inspection", async () => {
  const { world, connect } = twitch();
  const seen: Observation[] = [];
  const runtime = world.host("client", { observe: (observation) => void seen.push(observation) });
  const chat = await connect({ ...BOT, channels: ["#a"], runtime });
  await world.run(1_000);
  assert(seen.some(({ kind }) => kind === "sent"));
  assertFalse(inspect(seen, { depth: 9 }).includes("abc123"));
  assertFalse(inspect(chat, { depth: 9, showHidden: true }).includes("abc123"));
  await world.until(chat.close());
});

test("TwitchClient: joins settle truly", async () => {
  const { world, server, connect } = twitch({ channels: ["#a", "#b", "#c"], suspended: ["#c"] });
  const chat = await connect(BOT);
  void server.command({ kind: "ban", channel: "#b", login: "bot" });
  await world.until(chat.join("#a"));
  await assertRejects(() => world.until(chat.join("#b")), CommandError, "msg_banned");
  await assertRejects(() => world.until(chat.join("#c")), CommandError, "msg_channel_suspended");
  await assertRejects(() => world.until(chat.join("#nobody")), TimeoutError, "#nobody");
  await world.until(chat.part("#a"));
  assertEquals(chat.channels, []);
  await world.until(chat.close());
});

test("TwitchClient: says are refused with the id of the NOTICE", async () => {
  const { world, server, connect } = twitch();
  const chat = await connect({ ...BOT, channels: ["#a"], bypassDuplicates: false });
  await world.until(chat.say("#a", "same"));
  await assertRejects(() => world.until(chat.say("#a", "same")), CommandError, "msg_duplicate");
  void server.command({ kind: "ban", channel: "#a", login: "bot" });
  await assertRejects(() => world.until(chat.say("#a", "hello")), CommandError, "msg_banned");
  await world.until(chat.close());
});

test("TwitchClient: says the same again, what is long, and with /me", async () => {
  const { world, connect } = twitch();
  const chat = await connect({ ...BOT, channels: ["#a"] });
  const other = await connect({ channels: ["#a"] }, "other");
  const { texts } = listen(other);
  await world.run(100);
  await world.until(Promise.all([chat.say("#a", "same"), chat.say("#a", "same"), chat.me("#a", "waves")]));
  const long = await world.until(chat.say("#a", `${"x".repeat(300)} ${"y".repeat(300)}`));
  assertEquals(long.messages.map(({ text }) => text.length), [300, 300]);
  await world.run(100);
  assertEquals(texts, ["same", "same \u{E0000}", "waves", "x".repeat(300), "y".repeat(300)]);
  await world.until(Promise.all([chat.close(), other.close()]));
});

test("TwitchClient: keeps to slow mode, and is told when Twitch drops a message in silence", async () => {
  const { world, core, server, connect } = twitch();
  const chat = await connect({ ...BOT, channels: ["#a"] });
  await world.run(100);
  void server.command({ kind: "slow", channel: "#a", seconds: 20 });
  void server.command({ kind: "swallow", channel: "#a", count: 1 });
  await world.run(100);
  const error = await assertRejects(() => world.until(chat.say("#a", "dropped")), CommandError);
  assertEquals(error.code, "unconfirmed");
  const from = world.clock.now();
  await world.until(Promise.all([chat.say("#a", "one"), chat.say("#a", "two")]));
  assert(world.clock.now() - from >= 20_000);
  assertEquals(core.log.filter(({ kind }) => kind === "limited"), []);
  await world.until(chat.close());
});

test("TwitchClient: spreads its channels over connections, with one place for limits", async () => {
  const { world, core, connect, say } = twitch();
  const channels = Array.from({ length: 60 }, (_, index) => `#c${index}`);
  const chat = await connect({ ...BOT, channels, channelsPerConnection: 25 });
  const { texts } = listen(chat);
  await world.run(60_000);
  assertEquals(chat.connections.map(({ channels }) => channels.length), [25, 25, 10]);
  assertEquals(core.log.filter(({ kind }) => kind === "limited"), []);
  for (const channel of ["#c0", "#c30", "#c59"]) {
    say(`to ${channel}`, channel);
    await world.run(100);
  }
  assertEquals(texts, ["to #c0", "to #c30", "to #c59"]);
  assert((await world.until(chat.ping())) > 0);
  assert((chat.latency ?? 0) > 0);
  await world.until(chat.close());
});

test("TwitchClient: reads two hundred channels anonymously, each connection within a limit of its own", async () => {
  const { world, core, server, connect } = twitch();
  const channels = Array.from({ length: 200 }, (_, index) => `#c${index}`);
  const chat = await connect({ channels, channelsPerConnection: 50 });
  const begun = world.clock.now();
  while (chat.channels.length < 200) await world.run(1_000);
  // 50 channels by 20 in ten seconds.
  assert(world.clock.now() - begun <= 31_000);
  const gaps: number[] = [];
  chat.on("gap", ({ from, to }) => void gaps.push(to - from));
  void server.command({ kind: "reconnect" });
  await world.run(120_000);
  // As long as it takes to join 50 channels, which Twitch's old links do not wait for.
  assert(gaps.length === 4 && gaps.every((gap) => gap < 21_000), String(gaps));
  assertEquals(chat.channels.length, 200);
  assertEquals(core.log.filter(({ kind }) => kind === "limited"), []);
  await world.until(chat.close());
});

test("TwitchClient: a token that expires is refreshed by its provider, which is told why", async () => {
  const { world, server, connect } = twitch();
  const reasons: (string | undefined)[] = [];
  const token = (_signal: AbortSignal, refused?: TwitchLoginError) => {
    reasons.push(refused?.reason);
    return refused === undefined ? "abc123" : "fresh";
  };
  const chat = await connect({ login: "bot", token, channels: ["#a"] });
  await world.run(100);
  void server.command({ kind: "token", login: "bot", token: "fresh" });
  world.cut();
  await world.until(chat.wait("gap"));
  assertEquals(reasons, [undefined, undefined, "expired"]);
  assertEquals([...chat.channels], ["#a"]);
  await world.until(chat.close());
});

test("TwitchClient: a say under way when the link is cut is lost", async () => {
  const { world, connect } = twitch();
  const chat = await connect({ ...BOT, channels: ["#a"] });
  await world.run(100);
  const said = chat.say("#a", "hello");
  await world.run(10);
  world.cut();
  const error = await assertRejects(() => world.until(said), CommandError);
  assertEquals(error.code, "lost");
  await world.until(chat.close());
});

test("TwitchClient: keeps to the limits of the account, whatever is asked of it", async () => {
  const { world, core, connect } = twitch();
  const channels = Array.from({ length: 60 }, (_, index) => `#c${index}`);
  // Two clients of one account share its limits.
  const one = await connect({ ...BOT, channels: channels.slice(0, 40) }, "one");
  const two = await connect({ ...BOT, channels: channels.slice(40) }, "two");
  const says = Array.from({ length: 50 }, (_, index) => one.say("#c0", `message ${index}`));
  await world.until(Promise.all(says));
  await world.run(60_000);
  assertEquals([one.channels.length, two.channels.length], [40, 20]);
  assertEquals(core.log.filter(({ kind }) => kind === "limited"), []);
  await world.until(Promise.all([one.close(), two.close()]));
});

test("TwitchClient: after a cut it is back in its channels, and tells the gap", async () => {
  const { world, connect, say } = twitch();
  const chat = await connect({ channels: ["#a", "#b"] });
  const { texts, events } = listen(chat);
  await world.run(100);
  say("one");
  await world.run(100);
  world.cut();
  say("unheard");
  await world.run(5_000);
  say("two");
  await world.run(100);
  assertEquals(texts, ["one", "two"]);
  assertEquals(events.map(({ kind }) => kind), ["reconnecting", "ready", "gap"]);
  assertEquals([...chat.channels].sort(), ["#a", "#b"]);
  await world.until(chat.close());
});

test("TwitchClient: RECONNECT neither loses nor doubles a message", async () => {
  const { world, core, server, connect, say } = twitch();
  const chat = await connect({ ...BOT, channels: ["#a", "#b"] });
  const { texts, events } = listen(chat);
  await world.run(1_000);
  const said: string[] = [];
  for (let index = 0; index < 200; index++) {
    if (index === 50) void server.command({ kind: "reconnect" });
    said.push(`message ${index}`);
    say(`message ${index}`, index % 2 === 0 ? "#a" : "#b");
    await world.run(7);
  }
  await world.run(1_000);
  assertEquals(texts, said);
  assertEquals(events.map(({ kind }) => kind), ["RECONNECT"]);
  assertEquals(core.log.filter(({ kind }) => kind === "opened").length, 2);
  assertEquals(core.log.filter(({ kind }) => kind === "closed").length, 1);
  assertEquals([...core.members("#a")], ["bot"]);
  await world.until(chat.close());
});

test("TwitchClient: a server that falls silent is noticed", async () => {
  const { world, server, connect } = twitch();
  const chat = await connect({ channels: ["#a"] });
  const { events } = listen(chat);
  await world.run(100);
  void server.command({ kind: "freeze" });
  await world.run(90_000);
  assertEquals(events.map(({ kind }) => kind), ["reconnecting", "ready", "gap"]);
  await world.until(chat.close());
});

test("TwitchClient: whatever goes wrong, each message comes at most once, in order, and gaps tell the rest", async () => {
  const fault = fc.record({
    at: fc.nat(30_000),
    kind: fc.constantFrom("cut" as const, "reconnect" as const, "drop" as const),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fault, { maxLength: 6 }), fc.nat(1_000), async (faults, seed) => {
      const { world, core, server, connect, say } = twitch({}, seed);
      const chat = await connect({ ...BOT, channels: ["#a"] });
      const { texts, events } = listen(chat);
      await world.run(500);
      for (const { at, kind } of faults) {
        world.clock.setTimer(world.clock.now() + at, () => {
          if (kind === "cut") world.cut();
          else void server.command({ kind });
        });
      }
      const sent = new Map<string, number>();
      let outcomes = 0;
      for (let index = 0; index < 120; index++) {
        sent.set(`message ${index}`, world.clock.now());
        say(`message ${index}`);
        if (index % 10 === 0) chat.say("#a", `own ${index}`).then(() => outcomes++, () => outcomes++);
        await world.run(300);
      }
      await world.run(60_000);
      const order = texts.map((text) => Number(text.slice(8)));
      assertEquals(order, [...new Set(order)].sort((a, b) => a - b));
      const gaps = events.flatMap((event) => event.kind === "gap" ? [event] : []);
      for (const [text, at] of sent) {
        if (texts.includes(text)) continue;
        // The latency of a link is 20 ms.
        const told = gaps.some(({ from, to }) => from - 20 <= at && at <= to);
        assert(told, `${text}, sent at ${at}, was neither told nor within a gap`);
      }
      assertEquals(outcomes, 12);
      assertEquals([...chat.channels], ["#a"]);
      assertEquals(core.log.filter(({ kind }) => kind === "limited"), []);
      await world.until(chat.close());
      await world.run(60_000);
      assertEquals(core.members("#a"), []);
    }),
    { numRuns: 40 },
  );
});

test("TwitchClient: a state that throws is told as an error, and takes its event from no handler", async () => {
  const { world, say } = twitch();
  const errors: unknown[] = [];
  const take = ({ kind }: { readonly kind: string }) => {
    if (kind === "PRIVMSG" || kind === "error") throw new Error(`no ${kind}`);
  };
  const chat = new TwitchClient({ channels: ["#a"], runtime: world.host("bot"), state: { take } });
  chat.on("error", ({ error }) => void errors.push(String(error)));
  const { texts } = listen(chat);
  await world.until(chat.connect());
  await world.run(1_000);
  say("hello");
  await world.run(1_000);
  assertEquals([texts, errors], [["hello"], ["Error: no PRIVMSG"]]);
  await world.until(chat.close());
});
