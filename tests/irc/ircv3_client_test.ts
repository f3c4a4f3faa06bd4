import { test } from "node:test";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Driver } from "../../src/driver/driver.ts";
import { IrcClient, type IrcClientOptions } from "../../src/irc/client.ts";
import type { HistoryOptions } from "../../src/irc/history.ts";
import { CommandError, OptionError } from "../../src/protocol/errors.ts";
import {
  IrcServer,
  type IrcServerCommand,
  type IrcServerEvent,
  type IrcServerOptions,
} from "../../testing/irc/server.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { ScriptedServer } from "./_scripted.ts";

const CAPABILITIES = [
  "account-tag",
  "away-notify",
  "batch",
  "draft/account-registration",
  "draft/channel-rename",
  "draft/chathistory",
  "draft/message-redaction",
  "draft/multiline=max-bytes=4096,max-lines=24",
  "draft/read-marker",
  "echo-message",
  "extended-monitor",
  "invite-notify",
  "labeled-response",
  "message-tags",
  "no-implicit-names",
  "server-time",
  "setname",
];
const DRAFTS = ["draft/account-registration", "draft/multiline", "draft/read-marker"];

/** A server with IRCv3, on which people talk. */
class Network {
  readonly world: Simulation = new Simulation({ seed: 3 });
  readonly core: IrcServer;
  readonly lines: string[] = [];
  readonly #server: Driver<IrcServerCommand, IrcServerEvent>;
  #clients = 0;

  constructor(options: IrcServerOptions = {}) {
    this.core = new IrcServer({ capabilities: CAPABILITIES, monitor: 10, ...options });
    this.#server = new Driver<IrcServerCommand, IrcServerEvent>(this.core, {
      host: this.world.host("server"),
      label: "server",
      deliver: (event) => void (event.kind === "line" && this.lines.push(event.message.raw)),
    });
    this.#server.start();
    this.world.serve("irc://s", this.#server);
  }

  async client(nick = "bot", options: Partial<IrcClientOptions> = {}): Promise<IrcClient> {
    const irc = new IrcClient({
      url: "irc://s",
      nick,
      channels: ["#a"],
      capabilities: DRAFTS,
      flood: false,
      runtime: this.world.host(`${nick}${++this.#clients}`),
      ...options,
    });
    await this.world.until(irc.connect());
    await this.world.run(20_000);
    return irc;
  }

  async do(command: IrcServerCommand): Promise<void> {
    await this.world.until(this.#server.command(command));
    await this.world.run(1_000);
  }

  say(text: string, channel = "#a"): Promise<void> {
    return this.do({ kind: "say", nick: "ann", channel, text });
  }

  async history(irc: IrcClient, options?: HistoryOptions): Promise<string> {
    const texts: string[] = [];
    for await (const { text } of this.through(irc.history("#a", options))) texts.push(text);
    return texts.join(" ");
  }

  /** Iterates while time passes in the world. */
  async *through<Value>(iterable: AsyncIterator<Value>): AsyncGenerator<Value> {
    for (;;) {
      const next = await this.world.until(iterable.next());
      if (next.done === true) return;
      yield next.value;
    }
  }
}

for (const without of ["nothing", "labeled-response", "message-tags"]) {
  const name = without === "nothing" ? "" : `, without ${without}`;
  test(`IrcClient.history: is what was said, in its order, page by page${name}`, async () => {
    const network = new Network({
      history: 2,
      capabilities: CAPABILITIES.filter((name) => name !== without),
    });
    const irc = await network.client();
    const events: { readonly id: string | undefined; readonly time: number | undefined }[] = [];
    irc.on("PRIVMSG", ({ id, time }) => void events.push({ id, time }));
    for (let n = 1; n <= 5; n++) await network.say(String(n));
    const [first, second, , , last] = events;
    assertEquals(await network.history(irc), "1 2 3 4 5");
    assertEquals(await network.history(irc, { limit: 3 }), "3 4 5");
    assertEquals(await network.history(irc, { before: last, limit: 3 }), "2 3 4");
    assertEquals(await network.history(irc, { after: second, limit: Infinity }), "3 4 5");
    assertEquals(await network.history(irc, { after: first, limit: 1 }), "2");
    assertEquals(await network.history(irc, { after: first?.time, before: last?.time }), "2 3 4");
    // Nothing of it came as news.
    assertEquals(events.length, 5);
  });
}

test("IrcClient.history: what was taken back is left out, and what else is played back changes nothing", async () => {
  const server = new ScriptedServer({
    capabilities: "batch draft/chathistory",
    on: ({ command, params }, say) => {
      if (command !== "CHATHISTORY") return false;
      const lines = [
        "@batch=1;msgid=1 :ann!a@h PRIVMSG #a :one",
        "@batch=1 :ben!b@h JOIN #a",
        "@batch=1 :ann!a@h REDACT #a 1",
        "@batch=1;msgid=2 :ann!a@h PRIVMSG #a :two",
      ];
      say(":s BATCH +1 chathistory #a", ...(params[0] === "LATEST" ? lines : []), ":s BATCH -1");
      return true;
    },
  });
  const irc = await server.connected();
  const told: string[] = [];
  irc.on("playback", ({ event }) => void told.push(event.kind));
  irc.on("JOIN", () => void told.push("came"));
  const history = irc.history("#a");
  const first = await server.world.until(history.next());
  assertEquals([first.value?.text, (await server.world.until(history.next())).done], ["two", true]);
  assertEquals(told, ["JOIN", "REDACT"]);
});

test("IrcClient.history: goes on behind a page that has no text, from what is played back there", async () => {
  const server = new ScriptedServer({
    capabilities: "batch draft/chathistory draft/event-playback",
    support: "MSGREFTYPES=msgid CHATHISTORY=2",
    on: ({ command, params: [subcommand = "", , from] }, say) => {
      if (command !== "CHATHISTORY") return false;
      const said = [
        ":ann!a@h PRIVMSG #a :one",
        ":ben!b@h JOIN #a",
        ":ben!b@h PART #a",
        ":ann!a@h PRIVMSG #a :two",
      ].map((line, at) => `@batch=1;msgid=${at} ${line}`);
      const at = Number(from?.slice("msgid=".length));
      const page = subcommand === "AFTER"
        ? said.slice(at + 1).slice(0, 2)
        : said.slice(0, subcommand === "LATEST" ? said.length : at).slice(-2);
      say(":s BATCH +1 chathistory #a", ...page, ":s BATCH -1");
      return true;
    },
  });
  const irc = await server.connected({ capabilities: ["draft/event-playback"], flood: false });
  const texts = async (options?: HistoryOptions) => {
    const history = await server.world.until(Array.fromAsync(irc.history("#a", options)));
    return history.map(({ text }) => text);
  };
  assertEquals(await texts(), ["one", "two"]);
  assertEquals(await texts({ after: "0" }), ["two"]);
});

test("IrcClient.history: what a later page takes back is left out of an earlier one", async () => {
  const server = new ScriptedServer({
    capabilities: "batch draft/chathistory",
    support: "MSGREFTYPES=msgid CHATHISTORY=2",
    on: ({ command, params: [subcommand, , from] }, say) => {
      if (command !== "CHATHISTORY") return false;
      const page = subcommand === "LATEST"
        ? ["@batch=1;msgid=3 :ann!a@h PRIVMSG #a :three", "@batch=1;msgid=4 :ann!a@h REDACT #a 1"]
        : from === "msgid=3"
        ? ["@batch=1;msgid=1 :ann!a@h PRIVMSG #a :one", "@batch=1;msgid=2 :ann!a@h PRIVMSG #a :two"]
        : [];
      say(":s BATCH +1 chathistory #a", ...page, ":s BATCH -1");
      return true;
    },
  });
  const irc = await server.connected({ flood: false });
  const history = await server.world.until(Array.fromAsync(irc.history("#a", { limit: 3 })));
  assertEquals(history.map(({ text }) => text), ["two", "three"]);
});

test("IrcClient.history: hears its signal while it waits for its page, or for another's", async () => {
  const server = new ScriptedServer({
    capabilities: "batch draft/chathistory",
    on: ({ command }) => command === "CHATHISTORY",
  });
  const irc = await server.connected({ flood: false });
  const given = [new AbortController(), new AbortController()];
  const began = server.world.clock.now();
  const [asking, waiting] = given.map(({ signal }) =>
    assertRejects(() => Array.fromAsync(irc.history("#a", { signal })), Error, "enough")
  );
  await server.world.run(1_000);
  given[1]?.abort(new Error("enough"));
  await server.world.until(waiting ?? Promise.reject(new Error("None waits")));
  given[0]?.abort(new Error("enough"));
  await server.world.until(asking ?? Promise.reject(new Error("None asks")));
  assertEquals(server.world.clock.now() - began, 1_000);
  // The first is still under way, and what answers it is no other's.
  assertEquals(server.lines(/CHATHISTORY/).length, 1);
});

test("IrcClient.history: a page is there once its batch has ended, and no PING is spent on that", async () => {
  const server = new ScriptedServer({
    capabilities: "batch draft/chathistory",
    on: ({ command }, say, scripted) => {
      if (command !== "CHATHISTORY") return false;
      say(":s BATCH +1 chathistory #a");
      scripted.after(1_000, () => say(":s BATCH -1"));
      return true;
    },
  });
  const irc = await server.connected();
  const before = [server.lines(/^PING/).length, server.world.clock.now()] as const;
  await server.world.until(irc.history("#a").next());
  const took = server.world.clock.now() - before[1];
  await server.world.run(10_000);
  assertEquals([server.lines(/^PING/).length, took < 1_100], [before[0], true]);
});

test("IrcClient.history: rejects what the server refuses or does not have, and a limit that is none", async () => {
  const network = new Network();
  const irc = await network.client();
  const refused = await assertRejects(
    () => network.world.until(irc.history("#elsewhere").next()),
    CommandError,
  );
  assertEquals([refused.code, Reflect.get(refused, "reply")], ["refused", "INVALID_TARGET"]);
  assertThrows(() => irc.history("#a", { limit: 0 }), OptionError, 'Cannot ask for "0" messages');
  assertThrows(() => irc.history("#a", { limit: Infinity }), OptionError, "finite");
  const bare = await new Network({ capabilities: [] }).client();
  await assertRejects(
    () => bare.history("#a").next(),
    CommandError,
    'Cannot send CHATHISTORY: the capability "draft/chathistory" is not in force',
  );
});

test("IrcClient.historyTargets: tells where something was said between two times", async () => {
  const network = new Network();
  const irc = await network.client();
  await network.world.until(irc.join("#b"));
  await network.say("one");
  await network.say("two", "#b");
  const found = await network.world.until(irc.historyTargets({ after: 1, before: 3_600_000 }));
  assertEquals(found.map(({ target, time = 0 }) => [target, time > 1_000]), [["#a", true], ["#b", true]]);
});

const LINES = "one\n\ntwo\r\nthree";

test("IrcClient.privmsg: a text of several lines says what sends it, and sends nothing", async () => {
  const network = new Network();
  const irc = await network.client();
  await assertRejects(() => irc.privmsg("#a", LINES), CommandError, "{ lines: true }");
  await assertRejects(() => irc.privmsg("#a", "\n\n", { lines: true }), CommandError, "blank lines only");
  await assertRejects(() => irc.privmsg("#a", "a\n\0", { lines: true }), CommandError, "NUL");
  assertEquals(network.lines.filter((line) => /PRIVMSG|BATCH/.test(line)), []);
});

test("IrcClient.privmsg: a text of several lines that waits when its link is lost fails where the next takes none, and nothing of it is sent", async () => {
  let capabilities = "batch message-tags draft/multiline=max-bytes=4096";
  const server = new ScriptedServer({
    on: ({ command, params: [subcommand] }, say) =>
      command === "CAP" && subcommand === "LS" && (say(`:s CAP * LS :${capabilities}`), true),
  });
  const irc = await server.connected({ capabilities: ["draft/multiline"] });
  capabilities = "message-tags";
  for (let n = 0; n < 8; n++) irc.privmsg("#b", String(n)).catch(() => {});
  // It waits for its turn as the batch that it would have been.
  const [many, one] = [irc.privmsg("#a", "one\ntwo", { lines: true }), irc.privmsg("#a", "three")];
  await server.world.run(100);
  server.cut();
  assertEquals([await server.outcome(many), await server.outcome(one)], ["lost", "done"]);
  assertEquals(server.lines(/BATCH|PRIVMSG #a/), ["PRIVMSG #a three"]);
});

test("IrcClient.privmsg: sends each line as one text where draft/multiline is on, else one by one", async () => {
  const network = new Network();
  const [irc, other] = [await network.client(), await network.client("other")];
  const bare = await network.client("bare", { capabilities: ["-batch"] });
  const heard: string[] = [];
  for (const client of [irc, other, bare]) {
    for (const kind of ["echo", "PRIVMSG"] as const) {
      client.on(kind, ({ text }) => void heard.push(`${client.nick} ${kind} ${JSON.stringify(text)}`));
    }
  }
  network.lines.length = 0;
  await network.world.until(irc.privmsg("#a", LINES, { lines: true, replyTo: "7" }));
  await network.world.run(1_000);
  assertEquals(network.lines.map((line) => line.replace(/label=[^; ]+;/, "")), [
    "@+reply=7;+draft/reply=7 BATCH +parley-1 draft/multiline #a",
    "@batch=parley-1 PRIVMSG #a one",
    "@batch=parley-1 PRIVMSG #a :",
    "@batch=parley-1 PRIVMSG #a two",
    "@batch=parley-1 PRIVMSG #a three",
    "BATCH -parley-1",
  ]);
  assertEquals(heard.sort(), [
    'bare PRIVMSG "one"',
    'bare PRIVMSG "three"',
    'bare PRIVMSG "two"',
    'bot echo "one\\n\\ntwo\\nthree"',
    'other PRIVMSG "one\\n\\ntwo\\nthree"',
  ]);
  network.lines.length = 0;
  await network.world.until(bare.privmsg("#a", LINES, { lines: true }));
  await network.world.until(irc.action("#a", "waves\nbows", { lines: true }));
  // No password said to a service is in a batch, of which an observation would show it.
  const service = bare.privmsg("NickServ", "a\nb", { lines: true });
  service.catch(() => {});
  await network.world.run(5_000);
  assertEquals(network.lines.map((line) => line.replace(/^@\S+ /, "").replaceAll("\x01", "|")), [
    "PRIVMSG #a one",
    "PRIVMSG #a two",
    "PRIVMSG #a three",
    "PRIVMSG #a :|ACTION waves|",
    "PRIVMSG #a :|ACTION bows|",
    "PRIVMSG NickServ a",
    "PRIVMSG NickServ b",
  ]);
});

test("IrcClient.privmsg: a text that is too long for one batch goes as several, and all of it arrives", async () => {
  const network = new Network();
  const [irc, other] = [await network.client(), await network.client("other")];
  const heard: string[] = [];
  other.on("PRIVMSG", ({ text }) => void heard.push(text));
  const text = Array.from({ length: 30 }, (_, n) => `${n} ${"ß 早 ".repeat(n * 5)}`).join("\n");
  await network.world.until(irc.privmsg("#a", text, { lines: true }));
  await network.world.run(1_000);
  // What ends at a limit ends with its line, or within one that was too long.
  assertEquals(
    heard.join("\n").replaceAll("\n", "").replaceAll(" ", ""),
    text.replaceAll("\n", "").replaceAll(" ", ""),
  );
  assertEquals(heard.length > 1, true);
  assertEquals(network.lines.filter((line) => /FAIL/.test(line)), []);
});

test("IrcClient.privmsg: a text of several lines that is refused rejects, by its label, its echo or FAIL", async () => {
  for (const without of ["", "labeled-response", "echo-message"]) {
    const network = new Network({ capabilities: CAPABILITIES.filter((name) => name !== without) });
    const irc = await network.client();
    const outcome = async (target: string) => {
      try {
        await network.world.until(irc.privmsg(target, LINES, { lines: true }));
        return "done";
      } catch (error) {
        return Reflect.get(Object(error), "numeric");
      }
    };
    assertEquals([await outcome("#a"), await outcome("ghost")], ["done", "401"], without);
    await network.do({ kind: "mode", channel: "#a", modes: "+m" });
    await network.do({ kind: "mode", channel: "#a", modes: "-o", args: ["bot"] });
    assertEquals(await outcome("#a"), "404", without);
  }
});

test("IrcSession: nothing goes between the lines of a batch, and PONG goes before or after", async () => {
  const network = new Network();
  const irc = await network.client();
  network.lines.length = 0;
  const saying = irc.privmsg("#a", LINES, { lines: true });
  const others = [irc.privmsg("#a", "other"), irc.topic("#a", "news")];
  await network.do({ kind: "raw", line: "PING :x" });
  await network.world.until(Promise.all([saying, ...others]));
  const begins = network.lines.findIndex((line) => line.includes("BATCH +"));
  const ends = network.lines.findIndex((line) => line.includes("BATCH -"));
  assertEquals(ends - begins, 5);
});

test("IrcClient.redact: takes back what was said, and refuses as the server does", async () => {
  const network = new Network();
  const [irc, other] = [await network.client(), await network.client("other")];
  const ids: string[] = [];
  irc.on("echo", ({ id = "" }) => void ids.push(id));
  const told: unknown[] = [];
  other.on("REDACT", ({ source, target, id, reason }) => void told.push([source?.nick, target, id, reason]));
  await network.world.until(irc.privmsg("#a", "an example"));
  const [id = ""] = ids;
  const forbidden = await assertRejects(() => network.world.until(other.redact("#a", id)), CommandError);
  assertEquals(Reflect.get(forbidden, "reply"), "REDACT_FORBIDDEN");
  await network.world.until(irc.redact("#a", id, "bad example"));
  await network.world.run(1_000);
  assertEquals(told, [["bot", "#a", id, "bad example"]]);
  assertEquals(await network.history(irc), "");
});

test("IrcClient.markRead: tells how far is read, and readMarker what is known of it", async () => {
  const network = new Network();
  const irc = await network.client();
  const told: unknown[] = [];
  irc.on("MARKREAD", ({ target, time }) => void told.push([target, time]));
  const { world } = network;
  assertEquals(await world.until(irc.readMarker("#a")), undefined);
  await world.until(irc.markRead("#a", { time: 1_546_612_406_123 }));
  assertEquals(await world.until(irc.readMarker("#A")), 1_546_612_406_123);
  await world.until(irc.part("#a"));
  await world.until(irc.join("#a"));
  await world.run(1_000);
  assertEquals([told.length, told.at(-1)], [4, ["#a", 1_546_612_406_123]]);
  await assertRejects(() => irc.markRead("#a", {}), CommandError, "the message has no time");
});

test("IrcClient.typing: is told at most once in three seconds, and not where the server passes it on to nobody", async () => {
  const network = new Network();
  const [irc, other] = [await network.client(), await network.client("other")];
  const told: unknown[] = [];
  other.on("TAGMSG", ({ source, target, typing }) => void told.push([source?.nick, target, typing]));
  const { world } = network;
  for (let n = 0; n < 7; n++) {
    await world.until(irc.typing("#a"));
    await world.run(1_000);
  }
  await world.until(irc.typing("other", "done"));
  await world.run(1_000);
  assertEquals(told, [...Array(3).fill(["bot", "#a", "active"]), ["bot", "other", "done"]]);
  await network.do({ kind: "raw", line: ":s 005 bot CLIENTTAGDENY=*,-draft/react :are supported" });
  await assertRejects(() => irc.typing("#a"), CommandError, 'Cannot send the tag "+typing"');
});

test("IrcClient.react: reacts to a message, which both read as what it is", async () => {
  const network = new Network();
  const [irc, other] = [await network.client(), await network.client("other")];
  const told: unknown[] = [];
  other.on("TAGMSG", ({ replyTo, reaction, unreaction }) => void told.push([replyTo, reaction, unreaction]));
  other.on("PRIVMSG", ({ replyTo, text }) => void told.push([replyTo, text]));
  const { world } = network;
  await world.until(irc.react("#a", "123", "👋; \\"));
  await world.until(irc.unreact("#a", "123", "👋"));
  await world.until(irc.privmsg("#a", "to you, too", { replyTo: "123" }));
  await world.run(1_000);
  assertEquals(told, [["123", "👋; \\", undefined], ["123", undefined, "👋"], ["123", "to you, too"]]);
  // Who takes no tags is told the text alone.
  const bare = await new Network({ capabilities: [] }).client();
  const saying = bare.privmsg("#a", "hi", { replyTo: "1" });
  await assertRejects(() => bare.react("#a", "1", "x"), CommandError, '"message-tags" is not in force');
  saying.catch(() => {});
});

test("IrcClient.rename: gives a channel another name, in which we are and stay", async () => {
  const network = new Network();
  const [irc, other] = [await network.client(), await network.client("other")];
  const bare = await network.client("bare", { capabilities: ["-draft/channel-rename"] });
  const told: unknown[] = [];
  other.on("RENAME", ({ channel, name, reason }) => void told.push([channel, name, reason]));
  const { world } = network;
  const outcome = await assertRejects(() => world.until(other.rename("#a", "#b")), CommandError);
  assertEquals(Reflect.get(outcome, "numeric"), "482");
  await world.until(irc.rename("#a", "#b", "Typo fix"));
  await world.run(5_000);
  assertEquals(told, [["#a", "#b", "Typo fix"]]);
  await network.do({ kind: "drop" });
  await world.run(60_000);
  for (const client of [irc, other, bare]) assertEquals(client.channels.names, ["#b"], client.nick);
});

test("IrcClient.join: a channel that has another name is joined by that, with its key", async () => {
  const network = new Network({ keys: { "#new": "k" } });
  const keeper = await network.client("keeper", { channels: [{ name: "#new", key: "k" }] });
  await network.world.until(keeper.rename("#new", "#old"));
  await network.world.until(keeper.rename("#old", "#new"));
  const irc = await network.client("bot", { channels: [] });
  await network.world.until(irc.join("#old", { key: "k" }));
  assertEquals(irc.channels.names, ["#new"]);
});

test("IrcSession: a channel that is renamed again and again is refused, and tried again later", async () => {
  let joins = 0;
  const server = new ScriptedServer({
    on: ({ command, params }, say) => {
      if (command !== "JOIN") return false;
      const [name = ""] = params;
      say(`:s FAIL JOIN CHANNEL_RENAMED ${name} #b${++joins} :The channel has been renamed`);
      return true;
    },
  });
  const irc = await server.connected();
  irc.on("join_failed", () => {});
  assertEquals(await server.outcome(irc.join("#b0")), "refused FAIL");
  assertEquals(joins, 6);
});

test("IrcClient.register: registers an account, with a code where the server wants one", async () => {
  for (const verification of [undefined, "39gv"]) {
    const network = new Network(verification === undefined ? {} : { verification });
    const shown: string[] = [];
    const irc = await network.client("bot", {
      runtime: network.world.host("bot", { observe: (one) => void shown.push(JSON.stringify(one)) }),
    });
    const { world } = network;
    const weak = await assertRejects(() => world.until(irc.register("*", "*", "abc")), CommandError);
    assertEquals(Reflect.get(weak, "reply"), "WEAK_PASSWORD");
    const status = await world.until(irc.register("*", "bot@example.org", "hunter2 x"));
    assertEquals(status, verification === undefined ? "SUCCESS" : "VERIFICATION_REQUIRED");
    if (verification !== undefined) {
      const wrong = await assertRejects(() => world.until(irc.verify("bot", "other")), CommandError);
      assertEquals(Reflect.get(wrong, "reply"), "INVALID_CODE");
      await world.until(irc.verify("bot", verification));
    }
    assertEquals(shown.filter((line) => /hunter2|39gv/.test(line)), []);
  }
});

test("IrcClient: a watched nick that we share no channel with tells of being away", async () => {
  const network = new Network();
  const [irc, other] = [await network.client(), await network.client("other", { channels: [] })];
  const told: unknown[] = [];
  for (const kind of ["AWAY", "SETNAME"] as const) {
    irc.on(kind, ({ source, params }) => void told.push([kind, source?.nick, ...params]));
  }
  const { world } = network;
  await world.until(irc.monitor("+", "other"));
  await world.until(other.away("at lunch"));
  await world.until(other.setname("O. Ther"));
  await world.run(1_000);
  assertEquals(told, [["AWAY", "other", "at lunch"], ["SETNAME", "other", "O. Ther"]]);
});

test("IrcClient: is in a channel that names nobody unasked, and is told of invitations", async () => {
  const network = new Network();
  const [irc] = [await network.client("bot", { capabilities: ["no-implicit-names"] })];
  const other = await network.client("other", { channels: [] });
  const told: unknown[] = [];
  irc.on("INVITE", ({ source, nick, channel }) => void told.push([source?.nick, nick, channel]));
  irc.on("RPL_NAMREPLY", () => void told.push("names"));
  const { world } = network;
  await world.until(irc.join("#b"));
  assertEquals(irc.channels.names, ["#a", "#b"]);
  await world.until(other.join("#b"));
  await world.until(other.invite("ghost", "#b").catch(() => {}));
  await network.do({ kind: "mode", channel: "#b", modes: "+o", args: ["other"] });
  const third = await network.client("third", { channels: [] });
  await world.until(other.invite("third", "#b"));
  await world.run(1_000);
  assertEquals([told, third.channels.names], [[["other", "third", "#b"]], []]);
});

test("IrcClient: says by its mode that it is a bot, where the server has one for that", async () => {
  const network = new Network();
  const [irc, other] = [await network.client("bot", { bot: true }), await network.client("other")];
  const told: unknown[] = [];
  for (const client of [irc, other]) {
    client.on("PRIVMSG", ({ nick, bot }) => void told.push([nick, bot]));
    client.on("echo", ({ nick, bot }) => void told.push([nick, bot]));
  }
  await network.world.until(irc.privmsg("#a", "beep"));
  await network.world.until(other.privmsg("#a", "hello"));
  await network.world.run(1_000);
  assertEquals(told.sort(), [["bot", true], ["bot", true], ["other", false], ["other", false]]);
  // It says so on each link.
  await network.do({ kind: "drop" });
  await network.world.run(60_000);
  assertEquals(network.lines.filter((line) => line === "MODE bot +B").length, 2);
  const hostile = new ScriptedServer({ support: "BOT=\\x0d\\x0aQUIT" });
  await hostile.connected({ bot: true });
  assertEquals(hostile.lines(/QUIT|MODE/), []);
});

test("IrcClient: what is not in force says so by its name", async () => {
  const irc = await new Network({ capabilities: [] }).client();
  const calls: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["draft/message-redaction", () => irc.redact("#a", "1")],
    ["draft/read-marker", () => irc.markRead("#a", 1)],
    ["draft/read-marker", () => irc.readMarker("#a")],
    ["message-tags", () => irc.typing("#a")],
    ["draft/chathistory", () => irc.historyTargets({ after: 0, before: 1 })],
    ["draft/account-registration", () => irc.register("*", "*", "secret")],
    ["draft/account-registration", () => irc.verify("*", "secret")],
  ];
  for (const [capability, call] of calls) {
    await assertRejects(call, CommandError, `the capability "${capability}" is not in force`);
  }
});

test("IrcClient: behind a bouncer, what waits to be paid for makes nobody wake again and again", async () => {
  const network = new Network({ bouncer: 150, capabilities: [] });
  const irc = await network.client("bot", { flood: { line: 2_000, ahead: 20_000 } });
  // More at once than can be paid for, and than are left unproven for long.
  const said = Array.from({ length: 20 }, (_, n) => irc.privmsg("#a", String(n)));
  await network.world.until(Promise.all(said));
  assertEquals(network.lines.filter((line) => line.startsWith("PRIVMSG")).length, 20);
});
