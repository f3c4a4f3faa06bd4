import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type Clock, sleepUntil } from "../../src/driver/clock/clock.ts";
import { Driver } from "../../src/driver/driver.ts";
import { hostWith, type Observation } from "../../src/driver/host.ts";
import { IrcClient, type IrcClientOptions } from "../../src/irc/client.ts";
import { IrcTextEvent } from "../../src/irc/wire/events/event.ts";
import { parseMessage } from "../../src/irc/wire/messages/message.ts";
import { parseCtcp } from "../../src/irc/wire/texts/ctcp.ts";
import {
  AuthenticationError,
  CommandError,
  ConnectionError,
  OptionError,
  TimeoutError,
} from "../../src/protocol/errors.ts";
import { IrcServer, type IrcServerEvent, type IrcServerOptions } from "../../testing/irc/server.ts";
import { listenWebSocket } from "../../testing/world/network/listen.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { dialer } from "../../src/transport/dial.ts";
import { certificates } from "../transport/_harness.ts";
import { ScriptedServer } from "./_scripted.ts";
import { serveIrc } from "./_serve.ts";

const URL = "irc://irc.test";

function world(options: IrcServerOptions = {}) {
  const simulation = new Simulation({ seed: 3 });
  const seen: IrcServerEvent[] = [];
  const core = new IrcServer(options);
  const server = new Driver(core, {
    host: simulation.host("server"),
    label: "server",
    deliver: (event) => seen.push(event),
  });
  server.start();
  simulation.serve(URL, server);
  const connect = async (nick: string, more: Partial<IrcClientOptions> = {}) =>
    await simulation.until(
      new IrcClient({ url: URL, nick, runtime: simulation.host(nick), ...more }).connect(),
    );
  return { simulation, server, core, seen, connect };
}

test("IrcClient: two clients talk, and a third hears the channel by iterating", async () => {
  const { simulation, core, connect } = world();
  const ann = await connect("ann", { channels: ["#a"] });
  const bob = await connect("bob", { channels: ["#a"] });
  const heard: string[] = [];
  bob.on("PRIVMSG", (event) => {
    heard.push(`${event.source?.nick} in ${event.target}: ${event.text}`);
    return bob.privmsg(event.replyTarget, "and to you");
  });
  const eve = await connect("eve", { channels: ["#a"] });
  await simulation.run(1_000);
  assertEquals(core.members("#a"), ["ann", "bob", "eve"]);
  const reading = (async () => {
    const lines: string[] = [];
    for await (const event of eve) if (event.kind === "PRIVMSG") lines.push(event.text);
    return lines;
  })();
  await simulation.until(ann.privmsg("#a", "good morning"));
  await simulation.run(1_000);
  assertEquals(heard, ["ann in #a: good morning"]);
  await simulation.until(eve.close());
  assertEquals(await reading, ["good morning", "and to you"]);
});

test("IrcClient: handlers added before connect hear the registration", async () => {
  const { simulation } = world();
  const irc = new IrcClient({ url: URL, nick: "bot", runtime: simulation.host("bot") });
  const kinds: string[] = [];
  for (const kind of ["RPL_WELCOME", "ready", "RPL_ENDOFMOTD"] as const) {
    irc.on(kind, () => void kinds.push(kind));
  }
  const motd = irc.wait(["RPL_ENDOFMOTD", "ERR_NOMOTD"]);
  assertEquals(await simulation.until(irc.connect()), irc);
  assertEquals((await simulation.until(motd)).kind, "RPL_ENDOFMOTD");
  assertEquals(kinds, ["RPL_WELCOME", "ready", "RPL_ENDOFMOTD"]);
});

test("IrcClient.missedSince: a time that this machine's clock has not reached begins no gap behind its end", async () => {
  const { simulation } = world();
  const irc = new IrcClient({ url: URL, nick: "bot", channels: ["#a"], runtime: simulation.host("bot") });
  const at = simulation.clock.wall();
  irc.missedSince(at + 3_600_000);
  const told = irc.wait("gap");
  await simulation.until(irc.connect());
  const { from, to } = await simulation.until(told);
  assertEquals([from, from < to && to < at + 10_000], [at, true]);
});

test("IrcClient: survives a cut, tells the gap, and is in its channels again", async () => {
  const { simulation, server, core, connect } = world();
  const irc = await connect("bot", { channels: ["#a", "#b"] });
  const kinds: string[] = [];
  for (const kind of ["reconnecting", "ready", "gap"] as const) {
    irc.on(kind, (event) => void kinds.push(event.kind));
  }
  await simulation.run(1_000);
  kinds.length = 0;
  const said = irc.privmsg("#a", "into the dark");
  simulation.cut();
  const error = await assertRejects(() => simulation.until(said), CommandError);
  assertEquals(error.code, "lost");
  await simulation.run(5_000);
  assertEquals(kinds, ["reconnecting", "ready", "gap"]);
  assertEquals([core.members("#a"), core.members("#b")], [["bot"], ["bot"]]);
  await simulation.until(server.command({ kind: "freeze" }));
  await simulation.run(100_000);
  assertEquals(kinds.filter((kind) => kind === "gap").length, 2);
});

test("IrcClient: a handler that throws makes an error event and changes nothing else", async () => {
  const { simulation, server, connect } = world();
  const irc = await connect("bot", { channels: ["#a"] });
  const errors: unknown[] = [];
  irc.on("error", (event) => void errors.push([event.handling, String(event.error)]));
  irc.on("PRIVMSG", () => {
    throw new Error("sync");
  });
  irc.on("PRIVMSG", () => Promise.reject(new Error("async")));
  await simulation.run(1_000);
  for (const text of ["1", "2"]) {
    await simulation.until(server.command({ kind: "say", nick: "ann", channel: "#a", text }));
  }
  await simulation.run(1_000);
  assertEquals(errors.length, 4);
  assertEquals(errors.slice(0, 2), [["PRIVMSG", "Error: sync"], ["PRIVMSG", "Error: async"]]);
});

test("IrcClient: CTCP TIME is answered by the clock on the wall, whatever the other one says", async () => {
  const server = new ScriptedServer();
  server.world.skew("bot", 3_600_000);
  const irc = await server.connected();
  server.say(":dan!d@h PRIVMSG bot :\x01TIME\x01");
  await server.world.run(1_000);
  const { clock } = server.world.host("bot");
  const [said = ""] = server.lines(/NOTICE/);
  const told = Date.parse(parseCtcp(parseMessage(said).text)?.params ?? "");
  assert(Math.abs(told - clock.wall()) < 2_000, said);
  await server.world.until(irc.close());
});

test("IrcClient.trigger: hands out an event of one's own", async () => {
  const { simulation, connect } = world();
  const irc = await connect("bot");
  const waiting = irc.wait("PRIVMSG");
  irc.trigger(new IrcTextEvent("PRIVMSG", parseMessage(":dan!d@h PRIVMSG #a :hello"), "#a"));
  assertEquals((await simulation.until(waiting)).text, "hello");
});

test("IrcClient.connect: rejects with a typed error when it never can be", async () => {
  const { connect } = world({ password: "right" });
  await assertRejects(() => connect("bot", { password: "wrong" }), AuthenticationError);
  await assertRejects(() => connect("a b"), OptionError);
  assertEquals((await connect("bot", { password: "right" })).nick, "bot");
});

test("IrcClient.connect: gives up when its signal is aborted", async () => {
  const { simulation } = world();
  const controller = new AbortController();
  const runtime = simulation.host("bot");
  const connecting = new IrcClient({
    url: "irc://nobody.test",
    nick: "bot",
    runtime,
    signal: controller.signal,
  }).connect();
  await simulation.run(30_000);
  controller.abort(new Error("enough"));
  const error = await assertRejects(() => simulation.until(connecting), ConnectionError);
  const what = "the signal was aborted while waiting for the server to let us in";
  const last = 'what went wrong last, at "irc://nobody.test": nothing listens at that host and port';
  assertEquals([error.code, error.message], ["aborted", `Cannot connect: ${what}; ${last}`]);
  assert(error.cause instanceof Error && error.cause.message === "enough");
});

test("IrcClient.connect: gives up after 45 s without a link, and not at all if it is told so", async () => {
  const { simulation } = world();
  const options = { url: "irc://nobody.test", nick: "bot" };
  const begun = simulation.clock.now();
  const error = await assertRejects(
    () => simulation.until(new IrcClient({ ...options, runtime: simulation.host("bot") }).connect()),
    ConnectionError,
  );
  const why = "nothing listens at that host and port; check host and port, and that the server runs";
  assertEquals(error.message, `Cannot connect to "irc://nobody.test" within 45 s: ${why}`);
  assertEquals(simulation.clock.now() - begun, 45_000);
  const irc = new IrcClient({ ...options, connectTimeout: Infinity, runtime: simulation.host("other") });
  let settled = false;
  irc.connect().catch(() => {}).finally(() => settled = true);
  await simulation.run(3_600_000);
  assertEquals(settled, false);
  await simulation.until(irc.close());
});

test("IrcClient: a host with a port, or that is a URL, says how to write it", () => {
  const make = (host: string) => () => new IrcClient({ host, nick: "bot" });
  assertThrows(
    make("127.0.0.1:6667"),
    OptionError,
    'Cannot connect to "127.0.0.1:6667": a host has no port, give { host: "127.0.0.1", port: 6667 }',
  );
  assertThrows(make("[::1]:6667"), OptionError, 'give { host: "[::1]", port: 6667 }');
  assertThrows(make("ircs://irc.test"), OptionError, "give a URL as `url`, not as `host`");
  make("::1")();
});

test("IrcClient: await using leaves the network", async () => {
  const { simulation, core, seen, connect } = world();
  {
    const irc = await connect("bot", { channels: ["#a"] });
    await simulation.run(1_000);
    assertEquals(core.members("#a"), ["bot"]);
    const closing = irc[Symbol.asyncDispose]();
    await simulation.until(closing);
    await irc.closed;
  }
  assert(seen.some((event) => event.kind === "line" && event.message.command === "QUIT"));
  assertEquals(core.members("#a"), []);
});

test("IrcClient: its password shows up in no observation and no inspection", async () => {
  const { simulation, connect } = world({ password: "hunter2" });
  const seen: unknown[] = [];
  const runtime = {
    ...simulation.host("bot"),
    observe: (observation: unknown) => void seen.push(observation),
  };
  const irc = await connect("bot", { password: "hunter2", runtime });
  const { inspect } = await import("node:util");
  const text = JSON.stringify(seen) + inspect(irc, { depth: 10, showHidden: true }) + JSON.stringify(irc);
  assert(!text.includes("hunter2"));
  assert(text.includes("CAP LS 302"));
});

test("IrcClient: host and port, or a URL, but not both", () => {
  const nick = "bot";
  for (
    const options of [{ nick }, { nick, host: "a b" }, { nick, host: "a", port: 0 }, {
      nick,
      host: "a",
      url: URL,
    }]
  ) {
    assertThrows(() => new IrcClient(options), OptionError);
  }
});

test("IrcClient: trusts a server by its fingerprint over a WebSocket, too, and no other", async () => {
  const { server } = await certificates();
  const driver = new Driver(new IrcServer(), {
    host: hostWith(dialer()),
    label: "server",
    deliver: () => {},
  });
  driver.start();
  // A server that goes on would ask its clients by timers for ever.
  using _ends = { [Symbol.dispose]: () => driver.shutdown("end") };
  await using listener = await listenWebSocket(driver, { tls: server });
  const { fingerprint256 } = new X509Certificate(server.cert);
  const backoff = { attempts: 1 };
  const connect = (fingerprint: string) =>
    new IrcClient({
      url: listener.url,
      nick: "bot",
      tls: { fingerprints: [fingerprint] },
      backoff,
      signal: AbortSignal.timeout(30_000),
    }).connect();
  const irc = await connect(fingerprint256);
  assertEquals(irc.nick, "bot");
  await irc.close();
  await assertRejects(() => connect("ab".repeat(32)), ConnectionError, "fingerprint");
});

test("IrcClient: user and password of a URL show up in no observation, no event and no error", async () => {
  const { simulation, server, connect } = world();
  const seen: unknown[] = [];
  const runtime = {
    ...simulation.host("bot"),
    observe: (observation: unknown) => void seen.push(observation),
  };
  const url = "irc://me:hunter2@irc.test";
  const irc = await connect("bot", { url, runtime, backoff: { attempts: 1 } });
  const reading = (async () => {
    for await (const event of irc) seen.push(event);
  })();
  const failing = assertRejects(() => simulation.until(reading), ConnectionError, "Cannot connect to");
  server.shutdown("end");
  simulation.serve(URL, undefined);
  simulation.network.reset();
  seen.push(await failing);
  seen.push(assertThrows(() => new IrcClient({ url: "irc:me:hunter2@x", nick: "bot" }), OptionError));
  const { inspect } = await import("node:util");
  const shown = inspect(seen, { depth: 10 });
  assert(!shown.includes("hunter2"));
  assert(shown.includes("irc://irc.test"));
});

/** Never answers, which takes no real time. */
async function hang(clock: Clock): Promise<never> {
  await sleepUntil(clock, Infinity);
  throw new Error("Infinity has come");
}

/** A network whose server wants to be reached by TLS, and what connects to it with a store for that. */
function secureWorld(save: (clock: Simulation["clock"]) => Promise<void>) {
  const simulation = new Simulation({ seed: 3 });
  const core = new IrcServer({ capabilities: ["sts=duration=60,port=6697"] });
  serveIrc(simulation, "ircs://irc.test", core);
  const sts = { load: () => undefined, save: () => save(simulation.clock) };
  const runtime = simulation.host("bot");
  const options = { url: "ircs://irc.test", nick: "bot", sts, runtime };
  const irc = new IrcClient(options);
  return { simulation, irc, connect: () => simulation.until(irc.connect()) };
}

test("IrcClient: tells by an error event that a policy of STS could not be kept", async () => {
  const { simulation, irc, connect } = secureWorld(() => Promise.reject(new Error("the disk is full")));
  const told = irc.wait("error");
  await connect();
  const event = await simulation.until(told);
  assert(event.error instanceof Error);
  assertEquals(event.error.message, "the disk is full");
});

for (
  const [how, fails, why] of [
    ["throws", () => Promise.reject(new Error("the disk is gone")), "the disk is gone"],
    ["hangs", hang, 'No answer to "sts_load" came within 2 s'],
  ] as const
) {
  test(`IrcClient: a store for STS that ${how} at first keeps nobody out for ever`, async () => {
    const simulation = new Simulation({ seed: 3 });
    serveIrc(simulation, "irc://irc.test", new IrcServer());
    let broken = true;
    simulation.clock.setTimer(20_000, () => broken = false);
    const irc = new IrcClient({
      url: "irc://irc.test",
      nick: "bot",
      sts: { load: () => broken ? fails(simulation.clock) : undefined, save: () => {} },
      timeouts: { answer: 2_000 },
      runtime: simulation.host("bot"),
    });
    const errors: string[] = [];
    irc.on("error", ({ error }) => errors.push(error instanceof Error ? error.message : ""));
    await simulation.until(irc.connect());
    await simulation.run(1_000);
    assert(errors.length > 2 && errors.every((error) => error === why), errors.join());
    // By now it is known that nothing forbids it.
    broken = true;
    errors.length = 0;
    simulation.cut();
    await simulation.until(irc.wait("gap"));
    assertEquals(errors, [why]);
    await simulation.until(irc.close());
  });
}

test("IrcClient: times that nobody can wait are refused", () => {
  for (const timeouts of [{ dial: NaN }, { register: -1 }, { answer: Infinity }, { pong: 0 }]) {
    const [name = "", ms] = Object.entries(timeouts)[0] ?? [];
    assertThrows(
      () => new IrcClient({ host: "irc.test", nick: "bot", timeouts }),
      OptionError,
      `Cannot wait "${ms}" ms for \`timeouts.${name}\``,
    );
  }
});

test("IrcClient.close: waits until what is learnt of STS is kept", async () => {
  let saves = 0;
  const { simulation, connect } = secureWorld(async (clock) => {
    await sleepUntil(clock, clock.now() + 2_000);
    saves++;
  });
  const irc = await connect();
  await simulation.run(10_000);
  assertEquals(saves, 1);
  await simulation.until(irc.quit());
  assertEquals(saves, 2);
});

test("IrcClient.close: does not wait for ever for a store, and tells that it did not", async () => {
  const { simulation, connect } = secureWorld(() => new Promise(() => {}));
  const irc = await connect();
  const errors: unknown[] = [];
  irc.on("error", ({ error }) => void errors.push(error));
  await simulation.run(1_000);
  const from = simulation.clock.now();
  await simulation.until(irc.close());
  assertEquals(Math.round((simulation.clock.now() - from) / 1_000), 5);
  assert(errors.length === 1 && errors[0] instanceof TimeoutError);
});

test("IrcClient: the echo of what was said to a service is in no observation, and an event all the same", async () => {
  const { simulation, connect } = world();
  const seen: string[] = [];
  const decoder = new TextDecoder();
  const runtime = {
    ...simulation.host("bot"),
    observe: (observation: Observation) => {
      if (observation.kind !== "received" && observation.kind !== "sent") return;
      const { data = "" } = observation;
      seen.push(typeof data === "string" ? data : decoder.decode(data));
    },
  };
  await connect("NickServ");
  const irc = await connect("bot", { runtime });
  const echo = irc.wait("echo");
  void irc.privmsg("NickServ", "IDENTIFY hunter2");
  assertEquals((await simulation.until(echo)).text, "IDENTIFY hunter2");
  assert(seen.join("").includes("PRIVMSG NickServ *"));
  assert(!seen.join("").includes("hunter2"), seen.join(""));
});
