import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Cooldowns } from "../../src/commands/_cooldowns.ts";
import { readArguments } from "../../src/commands/_arguments.ts";
import {
  type ChatMessage,
  command,
  type CommandRefusal,
  CommandRouter,
  type CommandRouterOptions,
  option,
} from "../../src/commands/mod.ts";
import { Driver } from "../../src/driver/driver.ts";
import { OptionError } from "../../src/protocol/errors.ts";
import { TwitchClient } from "../../src/twitch/client.ts";
import { TWITCH_URL } from "../../src/twitch/session/options.ts";
import type { TwitchPrivmsgEvent } from "../../src/twitch/wire/events/privmsg.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";
import { Simulation } from "../../testing/world/simulation.ts";

interface Said extends ChatMessage {
  readonly mod?: boolean;
}

/** A router of which the time is set, and what people say to it. */
function chat(options: CommandRouterOptions<Said> = {}) {
  const time = { now: 0 };
  const answers: string[] = [];
  const router = new CommandRouter<Said>({ clock: { now: () => time.now }, ...options });
  const say = async (text: string, more: Partial<Said> = {}) =>
    await router.handle({
      kind: "PRIVMSG",
      text,
      own: false,
      channel: "#a",
      nick: "ronni",
      reply: (text) => Promise.resolve(answers.push(text)),
      ...more,
    });
  return { time, router, say, answers };
}

test("CommandRouter: runs the command that a message is, by its name or an alias, in any case", async () => {
  const { router, say, answers } = chat();
  router.add(command("ping", "Answers", (i) => i.reply(`${i.name}:${i.rest}`), { aliases: ["P"] }));
  await say("!ping");
  await say("!PING  one two  \u{E0000}");
  await say("!p x");
  for (const text of ["ping", "!pingx", "! ping", "!", "hello !ping", "!constructor", "?ping"]) {
    await say(text);
  }
  assertEquals(answers, ["ping:", "ping:one two", "ping:x"]);
});

test("CommandRouter: several prefixes, of which the longest counts", async () => {
  const { router, say, answers } = chat({ prefix: ["!", "!!", "parley, "] });
  router.add(command("ping", "Answers", (i) => i.reply("pong")));
  for (const text of ["!ping", "!!ping", "parley, ping", "!!!ping"]) await say(text);
  assertEquals(answers.length, 3);
});

test("CommandRouter: what we say ourselves, and what comes from another channel, is no command", async () => {
  const { router, say, answers } = chat();
  router.add(command("ping", "Answers", (i) => i.reply("!ping")));
  await say("!ping", { own: true });
  await say("!ping", { sharedChat: { isCopy: true } });
  await say("!ping", { sharedChat: { isCopy: false } });
  assertEquals(answers.length, 1);
});

test("option: each reads what it is, and refuses what it is not", () => {
  const cases: readonly (readonly [
    { read(text: string): unknown },
    readonly string[],
    readonly unknown[],
    readonly string[],
  ])[] = [
    [option.string("x"), ["a"], ["a"], []],
    [option.string("x", { choices: ["Red", "blue"] }), ["red", "BLUE"], ["Red", "blue"], ["green"]],
    [option.integer("x", { min_value: 2, max_value: 20 }), ["2", "+20"], [2, 20], [
      "1",
      "21",
      "2.5",
      "x",
      "",
      "1e1",
    ]],
    [option.number("x", { min_value: 0 }), ["2.5", ".5", "7"], [2.5, 0.5, 7], [
      "-1",
      "1e9",
      "NaN",
      "Infinity",
      ".",
    ]],
    [option.boolean("x"), ["on", "NO", "1"], [true, false, true], ["maybe"]],
    [option.user("x"), ["@Ronni", "ronni,", "[x]"], ["ronni", "ronni", "[x]"], ["#a", "@", "a!b"]],
    [option.duration("x", { max_value: 86_400_000 }), ["90", "90s", "1h30m", "1d"], [
      90_000,
      90_000,
      5_400_000,
      86_400_000,
    ], [
      "1d1s",
      "m",
      "",
      "ten",
      "1m1h",
    ]],
  ];
  for (const [option, given, values, wrong] of cases) {
    assertEquals(given.map((text) => option.read(text)), values);
    assertEquals(wrong.map((text) => option.read(text)), wrong.map(() => undefined));
  }
});

test("readArguments: words, quoted ones, the rest, and what is left out", () => {
  const options = {
    who: option.user("Who", { required: true }),
    what: option.string("What"),
    why: option.text("Why"),
  };
  const read = (rest: string) => {
    const given = readArguments(options, rest);
    return given.kind === "given" ? given.values : [given.option, given.expected];
  };
  assertEquals(read("@Ronni"), { who: "ronni" });
  assertEquals(read('ronni "two words"  and  the rest '), {
    who: "ronni",
    what: "two words",
    why: "and  the rest",
  });
  assertEquals(read('ronni "open word'), { who: "ronni", what: '"open', why: "word" });
  assertEquals(read(""), ["who", "somebody's name"]);
  assertEquals(read("#nobody"), ["who", "somebody's name"]);
  const named = readArguments({ ["__proto__"]: option.string("x"), toString: option.string("x") }, "");
  assertEquals(named, { kind: "given", values: {} });
});

test("CommandRouter: says how a command is used to whom does not know", async () => {
  const { router, say, answers } = chat();
  const used: unknown[] = [];
  router.add(
    command("roll", "Rolls", {
      sides: option.integer("How many", { required: true, min_value: 2 }),
      colour: option.string("Which"),
    }, (i) => {
      used.push(i.options);
    }),
  );
  await say("!roll");
  await say("!roll one");
  await say("!roll 6 red and more");
  assertEquals(answers, Array(2).fill("!roll <sides> [colour]: sides is a whole number"));
  assertEquals(used, [{ sides: 6, colour: "red" }]);
  assertEquals(router.commands, [{
    name: "roll",
    aliases: [],
    description: "Rolls",
    usage: "!roll <sides> [colour]",
  }]);
});

test("CommandRouter: who may not use a command does not, and no cooldown begins by it", async () => {
  const refusals: CommandRefusal<Said>[] = [];
  const { router, say, answers } = chat({ onRefusal: (refusal) => void refusals.push(refusal) });
  router.add(
    command("title", "Sets", (i) => i.reply("set"), {
      allow: ({ mod }) => Promise.resolve(mod === true),
      cooldown: { channel: 5_000 },
    }),
  );
  await say("!title");
  await say("!title", { mod: true });
  assertEquals(refusals.map(({ why, name }) => [why, name]), [["denied", "title"]]);
  assertEquals(answers, ["set"]);
});

test("CommandRouter: cools down for a user, and for a channel, and is silent about it", async () => {
  const { time, router, say, answers } = chat();
  router.add(
    command("ping", "Answers", (i) => i.reply(`${time.now}`), { cooldown: { user: 10_000, channel: 1_000 } }),
  );
  const at = async (now: number, more: Partial<Said>) => {
    time.now = now;
    await say("!ping", more);
  };
  await at(0, { nick: "a" });
  await at(500, { nick: "b" }); // too soon for the channel
  await at(600, { nick: "b", channel: "#b" });
  await at(1_000, { nick: "b" });
  await at(9_999, { nick: "a" }); // too soon for a
  await at(10_000, { nick: "A" });
  await at(10_001, { nick: "c", channel: undefined });
  await at(10_002, { nick: "d", channel: undefined }); // a place of its own
  assertEquals(answers, ["0", "600", "1000", "10000", "10001", "10002"]);
});

test("CommandRouter: knows users by account or id, whatever they are called", async () => {
  const { router, say, answers } = chat();
  router.add(command("ping", "Answers", (i) => i.reply("pong"), { cooldown: { user: 10_000 } }));
  await say("!ping", { account: "ronni", nick: "one" });
  await say("!ping", { account: "ronni", nick: "two" });
  await say("!ping", { sender: { id: "7", login: "one" } });
  await say("!ping", { sender: { id: "7", login: "two" } });
  assertEquals(answers.length, 2);
});

test("Cooldowns: remembers so many at most, and what is over not at all", () => {
  const cooldowns = new Cooldowns(100);
  for (let at = 0; at < 1_000; at++) cooldowns.use(`a${at}`, 1_000_000, at);
  assertEquals(cooldowns.size, 100);
  assertEquals([cooldowns.left("a899", 1_000), cooldowns.left("a999", 1_000)], [0, 999_999]);
  for (let at = 0; at < 50; at++) cooldowns.use(`b${at}`, 10, 2_000_000 + at * 100);
  assertEquals(cooldowns.size, 1);
});

test("CommandRouter: middlewares run around handlers, the first outermost", async () => {
  const { router, say } = chat();
  const order: string[] = [];
  router.use(async (use, next) => {
    order.push(`before ${use.name}`);
    await next();
    order.push("after");
  }, (use, next) => use.rest === "no" ? undefined : next());
  router.add(command("ping", "Answers", () => void order.push("ping")));
  await say("!ping");
  await say("!ping no");
  assertEquals(order, ["before ping", "ping", "after", "before ping", "after"]);
});

test("CommandRouter: what a handler throws is told to onError, or rejects", async () => {
  const thrown = new Error("broken");
  const fails = command("fail", "Fails", () => {
    throw thrown;
  });
  const told: unknown[] = [];
  const heard = chat({ onError: (error, { name, event }) => void told.push([error, name, event.text]) });
  heard.router.add(fails);
  await heard.say("!fail");
  assertEquals(told, [[thrown, "fail", "!fail"]]);
  const unheard = chat();
  unheard.router.add(fails);
  await assertRejects(() => unheard.say("!fail"), Error, "broken");
});

test("CommandRouter: what nobody was told of is the client's error, and printed where nobody listens", async () => {
  const world = new Simulation();
  const core = new TwitchServer({ accounts: { bot: "tok1" } });
  const server = new Driver(core, { host: world.host("server"), label: "server", deliver: () => {} });
  server.start();
  world.serve(TWITCH_URL, server);
  const printed: string[] = [];
  const runtime = {
    ...world.host("bot"),
    console: { error: (...what: unknown[]) => void printed.push(what.join(" ")) },
  };
  const chat = new TwitchClient({ login: "bot", token: "tok1", channels: ["#a"], runtime });
  const router = new CommandRouter<TwitchPrivmsgEvent>({ clock: world.clock }).add(
    command("hello", "Greets", (i) => i.reply(`Hello, ${i.event.sender.name}`)),
    command("fail", "Fails", () => Promise.reject(new Error("broken"))),
  );
  chat.on("PRIVMSG", router.handle);
  await world.until(chat.connect());
  await world.run(2_000);
  const say = (text: string) => server.command({ kind: "say", channel: "#a", login: "ronni", text });
  void say("!hello");
  void say("!fail");
  await world.run(5_000);
  const said = core.log.filter(({ kind, text }) => kind === "line" && text.includes("PRIVMSG"));
  assertEquals(
    said.map(({ text }) => text.includes("reply-parent-msg-id") && text.endsWith(":Hello, ronni")),
    [true],
  );
  assert(printed[0]?.includes("broken"), printed.join("\n"));
  assertEquals(printed.length, 1);
  await world.until(chat.close());
});

test("command: what cannot be meant is refused at once", () => {
  const handler = () => {};
  assertThrows(() => command("two words", "x", handler), OptionError, '"two words"');
  assertThrows(() => command("a", "x", handler, { aliases: [""] }), OptionError, '""');
  assertThrows(() => command("a", "x", handler, { cooldown: { user: -1 } }), OptionError, '"-1" ms per user');
  const optional = option.string("x");
  const required = option.string("x", { required: true });
  assertThrows(
    () => command("a", "x", { optional, required }, handler),
    OptionError,
    '"required" must be given',
  );
  assertThrows(
    () => command("a", "x", { text: option.text("x"), optional }, handler),
    OptionError,
    "only its last",
  );
  // What a program without types may do.
  const untyped: (...given: readonly never[]) => unknown = command;
  assertThrows(() => Reflect.apply(untyped, undefined, ["a", "x", {}]), OptionError, "no handler");
  const router = new CommandRouter().add(command("a", "x", handler, { aliases: ["b", "A"] }));
  assertThrows(() => router.add(command("B", "x", handler)), OptionError, 'another is called "b"');
  assertThrows(() => new CommandRouter({ prefix: "" }), OptionError, "prefix");
  assertThrows(() => new CommandRouter({ prefix: [] }), OptionError, "prefix");
  assertThrows(() => new CommandRouter({ capacity: 0 }), OptionError, "capacity");
});
