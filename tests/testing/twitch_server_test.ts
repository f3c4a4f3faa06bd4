import { test } from "node:test";
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { parseMessage } from "../../src/irc/wire/messages/message.ts";
import { CommandError } from "../../src/protocol/errors.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";
import type {
  TwitchServerCommand,
  TwitchServerEvent,
  TwitchServerOptions,
} from "../../testing/twitch/server_types.ts";
import { Hand } from "../_hand.ts";

const CAP = "CAP REQ :twitch.tv/tags twitch.tv/commands twitch.tv/membership";

/** A Twitch server driven by hand, whose clients are links from −1 down. */
class Server extends Hand<TwitchServerCommand, TwitchServerEvent> {
  readonly server: TwitchServer;

  constructor(options: TwitchServerOptions = {}) {
    const server = new TwitchServer({ accounts: { bot: "abc123", other: "xyz789" }, ...options });
    super(server);
    this.server = server;
  }

  /** A client sends lines. */
  from(link: number, ...lines: string[]): this {
    return this.receive(lines.map((line) => `${line}\r\n`).join(""), link);
  }

  /** What was sent to one link since this was last asked, line by line. */
  to(link: number): string[] {
    return this.taken().flatMap((action) =>
      action.kind === "send" && action.link === link ? String(action.data).trimEnd().split("\r\n") : []
    );
  }

  /** A client of an account, or an anonymous one, that is logged in. */
  login(link: number, login: "bot" | "other" | "justinfan123" = "justinfan123"): this {
    const token = { bot: "abc123", other: "xyz789", justinfan123: "" }[login];
    this.open(link).from(link, CAP, ...(token === "" ? [] : [`PASS oauth:${token}`]), `NICK ${login}`);
    this.taken();
    return this;
  }
}

test("TwitchServer: lets an anonymous client in", () => {
  const server = new Server().open(-1).from(-1, CAP, "NICK justinfan123");
  assertEquals(server.to(-1), [
    ":tmi.twitch.tv CAP * ACK :twitch.tv/tags twitch.tv/commands twitch.tv/membership",
    ":tmi.twitch.tv 001 justinfan123 :Welcome, GLHF!",
    ":tmi.twitch.tv 002 justinfan123 :Your host is tmi.twitch.tv",
    ":tmi.twitch.tv 003 justinfan123 :This server is rather new",
    ":tmi.twitch.tv 004 justinfan123 :-",
    ":tmi.twitch.tv 375 justinfan123 :-",
    ":tmi.twitch.tv 372 justinfan123 :You are in a maze of twisty passages, all alike.",
    ":tmi.twitch.tv 376 justinfan123 :>",
  ]);
  assertEquals(server.kinds(), ["line", "registered", "line"]);
});

test("TwitchServer: refuses what it does not know by CAP NAK", () => {
  const server = new Server().open(-1).from(-1, "CAP REQ :twitch.tv/tags twitch.tv/nothing", "CAP LS 302");
  assertEquals(server.to(-1), [
    ":tmi.twitch.tv CAP * NAK :twitch.tv/tags twitch.tv/nothing",
    ":tmi.twitch.tv CAP * LS :twitch.tv/tags twitch.tv/commands twitch.tv/membership",
  ]);
});

for (
  const [lines, text] of [
    [["PASS oauth:abc123", "NICK bot"], undefined],
    [["PASS oauth:wrong", "NICK bot"], "Login authentication failed"],
    [["PASS oauth:abc123", "NICK nobody"], "Login authentication failed"],
    [["PASS abc123", "NICK bot"], "Improperly formatted auth"],
    [["NICK bot", "PASS oauth:abc123"], "Improperly formatted auth"],
    [["PASS oauth:x", "NICK constructor"], "Login authentication failed"],
    [["PASS oauth:abc123", "NICK b-t"], "Invalid NICK"],
  ] as const
) {
  test(`TwitchServer: ${lines.join(", ")}: ${text ?? "let in"}`, () => {
    const server = new Server().open(-1).from(-1, ...lines);
    const closed = server.actions.some(({ kind }) => kind === "close");
    assertEquals(closed, text !== undefined);
    const [first = ""] = server.to(-1);
    if (text === undefined) assertMatch(first, / 001 bot /);
    else assertEquals(first, `:tmi.twitch.tv NOTICE * :${text}`);
  });
}

test("TwitchServer: tokens are not in its log", () => {
  const server = new Server().login(-1, "bot");
  assertEquals(JSON.stringify(server.server.log).includes("abc123"), false);
  assertEquals(server.server.log.map(({ kind, text }) => kind === "line" ? text : kind), [
    "opened",
    CAP,
    "PASS",
    "NICK bot",
  ]);
});

test("TwitchServer: a JOIN is echoed, with names, user state and room state", () => {
  const server = new Server().login(-1, "other").login(-2, "bot").from(-1, "JOIN #dallas");
  server.taken();
  server.from(-2, "JOIN #Dallas");
  const taken = server.taken();
  const sent = (link: number) =>
    taken.flatMap((action) =>
      action.kind === "send" && action.link === link ? String(action.data).split("\r\n") : []
    );
  const lines = sent(-2).filter((line) => line !== "").map(parseMessage);
  assertEquals(lines.map(({ command }) => command), ["JOIN", "353", "366", "USERSTATE", "ROOMSTATE"]);
  assertEquals(lines[0]?.raw, ":bot!bot@bot.tmi.twitch.tv JOIN #dallas");
  assertEquals(lines[3]?.tag("id"), undefined);
  assertMatch(lines[4]?.tag("room-id") ?? "", /^[0-9]+$/);
  assertEquals(sent(-1), [":bot!bot@bot.tmi.twitch.tv JOIN #dallas", ""]);
  assertEquals(server.server.members("dallas"), ["other", "bot"]);
  server.from(-2, "PART #dallas");
  assertEquals(server.to(-2), [":bot!bot@bot.tmi.twitch.tv PART #dallas"]);
});

test("TwitchServer: says nothing about channels that do not exist, and why it refuses others", () => {
  const server = new Server({ channels: ["#a", "#gone"], suspended: ["#gone"] }).login(-1, "bot");
  assertEquals(server.from(-1, "JOIN #nobody", "JOIN #not-a-name", "PRIVMSG #nobody :hello").to(-1), []);
  assertEquals(server.from(-1, "JOIN #gone").to(-1), [
    "@msg-id=msg_channel_suspended :tmi.twitch.tv NOTICE #gone " +
    ":This channel does not exist or has been suspended.",
  ]);
  server.command({ kind: "ban", channel: "#a", login: "bot" });
  assertMatch(server.from(-1, "JOIN #a").to(-1)[0] ?? "", /^@msg-id=msg_banned :tmi\.twitch\.tv NOTICE #a :/);
  server.command({ kind: "suspend", channel: "#a" });
  assertMatch(server.from(-1, "PRIVMSG #a :hello").to(-1)[0] ?? "", /^@msg-id=msg_channel_suspended /);
});

test("TwitchServer: what a client says goes to all others, its own other links too, with tags", () => {
  const server = new Server().login(-1, "bot").login(-2, "bot").login(-3);
  for (const link of [-1, -2, -3]) server.from(link, "JOIN #a");
  server.taken();
  server.pass(1_234).from(-1, "@client-nonce=n1;reply-parent-msg-id=p1 PRIVMSG #a :Kappa; Keepo");
  const taken = server.taken().flatMap((action) =>
    action.kind === "send" ? [{ link: action.link, message: parseMessage(String(action.data)) }] : []
  );
  assertEquals(taken.map(({ link, message }) => [link, message.command]), [
    [-2, "PRIVMSG"],
    [-3, "PRIVMSG"],
    [-1, "USERSTATE"],
  ]);
  const message = taken[0]?.message;
  const state = taken[2]?.message;
  assertEquals(message?.text, "Kappa; Keepo");
  assertEquals(message?.source?.raw, "bot!bot@bot.tmi.twitch.tv");
  assertMatch(message?.tag("id") ?? "", /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assertEquals(message?.tag("id"), state?.tag("id"));
  assertEquals([message?.tag("client-nonce"), state?.tag("client-nonce")], ["n1", "n1"]);
  assertEquals([message?.tag("tmi-sent-ts"), message?.tag("reply-parent-msg-id")], ["1234", "p1"]);
  assertMatch(message?.tag("color") ?? "", /^#[0-9A-F]{6}$/);
  // As Twitch writes them: the equals sign stays where the value is empty.
  assert(message?.raw.includes(";emotes=;"));
});

test("TwitchServer: clients without capabilities get lines without tags", () => {
  const server = new Server().open(-1).from(-1, "NICK justinfan5", "JOIN #a");
  server.taken();
  server.command({ kind: "say", channel: "#a", login: "ronni", text: "hello" });
  assertEquals(server.to(-1), [":ronni!ronni@ronni.tmi.twitch.tv PRIVMSG #a :hello"]);
});

test("TwitchServer: /me is an action, other commands are not known, anonymous clients are not heard", () => {
  const server = new Server().login(-1, "bot").login(-2).from(-2, "JOIN #a");
  server.taken();
  assert(server.from(-1, "PRIVMSG #a :/me waves").to(-2)[0]?.endsWith(" :\u0001ACTION waves\u0001"));
  assertMatch(
    server.pass(1_000).from(-1, "PRIVMSG #a :/ban ronni").to(-1)[0] ?? "",
    /^@msg-id=unrecognized_cmd /,
  );
  server.from(-1, "JOIN #a").taken();
  assertEquals(server.from(-2, "PRIVMSG #a :hello").taken(), []);
});

test("TwitchServer: refuses the same message twice within 30 seconds", () => {
  const server = new Server().login(-1, "bot").from(-1, "PRIVMSG #a :same");
  server.taken();
  assertMatch(server.pass(1_000).from(-1, "PRIVMSG #a :same").to(-1)[0] ?? "", /^@msg-id=msg_duplicate /);
  assertMatch(server.from(-1, "PRIVMSG #b :same").to(-1)[0] ?? "", / USERSTATE #b$/);
  assertMatch(server.pass(30_000).from(-1, "PRIVMSG #a :same").to(-1)[0] ?? "", / USERSTATE #a$/);
});

test("TwitchServer: the 21st message in 30 seconds silences an account for 30 minutes, on all its links", () => {
  const server = new Server().login(-1, "bot").login(-2, "bot");
  for (let index = 0; index < 20; index++) {
    server.from(index % 2 === 0 ? -1 : -2, `PRIVMSG #a${index} :message ${index}`);
  }
  server.taken();
  assertMatch(server.pass(29_999).from(-1, "PRIVMSG #a :more").to(-1)[0] ?? "", /^@msg-id=msg_ratelimit /);
  assertEquals(server.pass(60_000).from(-2, "PRIVMSG #a :hello?").to(-2), []);
  assertEquals(server.server.log.filter(({ kind }) => kind === "limited").map(({ text }) => text), [
    "message",
    "message",
  ]);
  server.pass(1_800_000).open(-3).from(-3, CAP, "PASS oauth:abc123", "NICK bot");
  server.taken();
  assertMatch(server.from(-3, "PRIVMSG #a :back").to(-3)[0] ?? "", / USERSTATE #a$/);
});

test("TwitchServer: who moderates may say a hundred things, and as fast as it likes", () => {
  const server = new Server().login(-1, "bot");
  server.command({ kind: "stand", channel: "#a", login: "bot", as: "moderator" });
  for (let index = 0; index < 100; index++) server.from(-1, "PRIVMSG #a :same");
  const states = server.taken().flatMap((action) => action.kind === "send" ? [String(action.data)] : []);
  assertEquals(states.filter((line) => / USERSTATE #a\r\n$/.test(line)).length, 100);
  assertMatch(states.at(-1) ?? "", /badges=moderator\/1;.*;mod=1;/);
  assertMatch(server.from(-1, "PRIVMSG #a :more").to(-1)[0] ?? "", /^@msg-id=msg_ratelimit /);
});

test("TwitchServer: keeps messages of the others a second apart, or by slow mode", () => {
  const server = new Server().login(-1, "bot").from(-1, "JOIN #a", "PRIVMSG #a :one");
  server.taken();
  assertMatch(server.pass(999).from(-1, "PRIVMSG #a :two").to(-1)[0] ?? "", /^@msg-id=msg_ratelimit /);
  assertMatch(server.pass(1).from(-1, "PRIVMSG #a :two").to(-1)[0] ?? "", / USERSTATE #a$/);
  server.command({ kind: "slow", channel: "#a", seconds: 30 });
  assertMatch(server.to(-1)[0] ?? "", /^@room-id=[0-9]+;slow=30 :tmi\.twitch\.tv ROOMSTATE #a$/);
  const refused = server.pass(10_000).from(-1, "PRIVMSG #a :three").to(-1)[0] ?? "";
  assertMatch(refused, /^@msg-id=msg_slowmode .* talk again in 20 seconds\.$/);
  server.command({ kind: "stand", channel: "#a", login: "bot", as: "vip" });
  assertMatch(server.from(-1, "PRIVMSG #a :three").to(-1)[0] ?? "", / USERSTATE #a$/);
});

test("TwitchServer: throws everybody out of a channel that is suspended", () => {
  const server = new Server().login(-1, "bot").from(-1, "JOIN #a");
  server.taken();
  server.command({ kind: "suspend", channel: "#a" });
  assertMatch(server.to(-1)[0] ?? "", /^@msg-id=msg_channel_suspended /);
  assertEquals(server.server.members("#a"), []);
});

test("TwitchServer: forgets who is in a channel, and lets nobody in whose JOIN it echoes", () => {
  const server = new Server().login(-1, "bot").from(-1, "JOIN #a");
  server.taken();
  server.command({ kind: "forget", channel: "#a" });
  assertEquals([server.to(-1), server.server.members("#a")], [[], []]);
  server.command({ kind: "ghost", channel: "#a", count: 1 });
  assertEquals(server.from(-1, "JOIN #a").to(-1), [":bot!bot@bot.tmi.twitch.tv JOIN #a"]);
  server.command({ kind: "say", channel: "#a", login: "ronni", text: "hello" });
  assertEquals(server.to(-1), []);
  const said = server.told().find(({ kind }) => kind === "said");
  assertEquals(said?.kind === "said" && [said.links, said.forgotten], [[], [-1]]);
  assertMatch(server.from(-1, "JOIN #a").to(-1).at(-1) ?? "", / ROOMSTATE #a$/);
});

test("TwitchServer: echoes the JOIN of who is there already only if so set up", () => {
  for (const echoesAll of [false, true]) {
    const server = new Server({ echoesAll }).login(-1, "bot").from(-1, "JOIN #a");
    server.taken();
    const [echo] = server.from(-1, "JOIN #a").to(-1);
    assertEquals(echo, echoesAll ? ":bot!bot@bot.tmi.twitch.tv JOIN #a" : undefined);
    assertEquals(server.server.members("#a"), ["bot"]);
  }
});

test("TwitchServer: drops messages in silence, and accepts no token that has expired", () => {
  const server = new Server().login(-1, "bot");
  server.command({ kind: "swallow", channel: "#a", count: 1 });
  assertEquals(server.from(-1, "PRIVMSG #a :one").to(-1), []);
  assertMatch(server.from(-1, "PRIVMSG #a :two").to(-1)[0] ?? "", / USERSTATE #a$/);
  server.command({ kind: "token", login: "bot", token: "new" });
  server.taken();
  assertEquals(server.open(-2).from(-2, "PASS oauth:abc123", "NICK bot").to(-2), [
    ":tmi.twitch.tv NOTICE * :Login authentication failed",
  ]);
  assertMatch(server.open(-3).from(-3, "PASS oauth:new", "NICK bot").to(-3)[0] ?? "", / 001 bot /);
});

test("TwitchServer: lets nobody into more channels than the limit, but where they moderate", () => {
  const server = new Server({ limits: { channels: 2 } }).login(-1, "bot").from(-1, "JOIN #a", "JOIN #b");
  server.taken();
  assertEquals(server.from(-1, "JOIN #c").to(-1), []);
  assert(server.from(-1, "JOIN #bot").to(-1).length > 0);
});

test("TwitchServer: the 21st JOIN in 10 seconds goes unanswered, the 21st login is thrown out", () => {
  const server = new Server().login(-1, "bot");
  for (let index = 0; index < 20; index++) server.from(-1, `JOIN #c${index}`);
  server.taken();
  assertEquals(server.from(-1, "JOIN #c20").to(-1), []);
  assert(server.pass(10_000).from(-1, "JOIN #c20").to(-1).length > 0);
  for (let link = -2; link >= -21; link--) server.login(link, "other");
  server.open(-22).from(-22, "PASS oauth:xyz789", "NICK other");
  assertEquals(server.taken().at(-1), { kind: "close", link: -22, code: 1000, reason: "" });
});

test("TwitchServer: answers PING, asks by PING, and drops who does not answer", () => {
  const server = new Server({ pingInterval: 60_000 }).login(-1).login(-2);
  assertEquals(server.from(-1, "PING :x", "PING").to(-1), [":tmi.twitch.tv PONG tmi.twitch.tv :x", "PONG"]);
  server.pass(60_000);
  assertEquals(server.to(-1), ["PING :tmi.twitch.tv"]);
  server.from(-1, "PONG :tmi.twitch.tv").pass(30_000);
  assertEquals(server.taken(), [{ kind: "abort", link: -2 }]);
});

test("TwitchServer: asks clients to reconnect, and drops who stays", () => {
  const server = new Server({ reconnectGrace: 5_000 }).login(-1, "bot").login(-2).login(-3, "other");
  server.command({ kind: "reconnect", login: "bot" });
  assertEquals(server.to(-1), [":tmi.twitch.tv RECONNECT"]);
  server.command({ kind: "reconnect" });
  server.close({}, -2).pass(5_000);
  assertEquals(server.taken().filter(({ kind }) => kind === "abort"), [
    { kind: "abort", link: -1 },
    { kind: "abort", link: -3 },
  ]);
  assertEquals(server.told().filter(({ kind }) => kind === "left").length, 3);
});

test("TwitchServer: drops links, and tells the others that they are gone", () => {
  const server = new Server().login(-1, "bot").login(-2).from(-1, "JOIN #a").from(-2, "JOIN #a");
  server.taken();
  server.command({ kind: "drop", login: "bot" });
  const taken = server.taken();
  assertEquals(taken[0], { kind: "abort", link: -1 });
  assertEquals(taken.at(-1), { kind: "send", link: -2, data: ":bot!bot@bot.tmi.twitch.tv PART #a\r\n" });
  assertEquals(server.server.members("#a"), ["justinfan123"]);
});

test("TwitchServer: freezes, and neither hears nor answers", () => {
  const server = new Server().login(-1, "bot");
  server.command({ kind: "freeze" });
  server.taken();
  assertEquals(server.from(-1, "JOIN #a", "PING :x").to(-1), []);
  assert(server.login(-2, "bot").from(-2, "PING :x").to(-2).length > 0);
});

test("TwitchServer: raw lines go where they are told to, and must be lines", () => {
  const server = new Server().login(-1, "bot").login(-2).from(-1, "JOIN #a");
  server.taken();
  const line = ":tmi.twitch.tv HOSTTARGET #a :xyz 10";
  server.command({ kind: "raw", line, channel: "#a" });
  assertEquals(server.taken().filter(({ kind }) => kind === "send"), [
    { kind: "send", link: -1, data: `${line}\r\n` },
  ]);
  assertThrows(() => server.command({ kind: "raw", line: "a\r\nb" }), CommandError, "CR, LF");
  assertThrows(() => server.command({ kind: "say", channel: "#a", login: "x", text: "a\nb" }), CommandError);
});

test("TwitchServer: shutdown closes every link and ends", () => {
  const server = new Server().login(-1, "bot").shutdown();
  assertEquals(server.taken(), [{ kind: "close", link: -1, code: 1000, reason: "" }, { kind: "end" }]);
});

test("TwitchServer: nothing that comes makes it throw", () => {
  const word = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("#a", "REQ", "oauth:abc123", "bot", ":", "\r"),
  );
  const line = fc.tuple(
    fc.constantFrom(
      "CAP",
      "PASS",
      "NICK",
      "JOIN",
      "PART",
      "PRIVMSG #a",
      "PING",
      "PONG",
      "QUIT",
      "@id=1",
      "MODE",
    ),
    fc.array(word),
  ).map(([command, words]) => `${command} ${words.join(" ")}\r\n`);
  const data = fc.oneof(line, fc.string({ unit: "binary" }), fc.uint8Array());
  fc.assert(fc.property(fc.array(fc.tuple(data, fc.nat(400_000))), fc.boolean(), (received, early) => {
    const server = new Server().open(-2);
    if (early) server.open(-1);
    else server.login(-1, "bot").from(-1, "JOIN #a");
    server.login(-3).from(-3, "JOIN #a");
    for (const [piece, wait] of received) server.receive(piece, -1).pass(wait);
    server.close({}, -1).shutdown();
  }));
});
