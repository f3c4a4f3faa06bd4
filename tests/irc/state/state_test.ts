import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { IrcState, type IrcStateOptions } from "../../../src/irc/state/irc_state.ts";
import { MOST_REMAPS } from "../../../src/irc/wire/bounds.ts";
import { parseMessage } from "../../../src/irc/wire/messages/message.ts";
import { OptionError } from "../../../src/protocol/errors.ts";
import { logged } from "../../_logged.ts";
import { ScriptedServer } from "../_scripted.ts";

const SUPPORT = "CASEMAPPING=rfc1459 CHANTYPES=# PREFIX=(qaohv)~&@%+ CHANMODES=b,k,l,imnst STATUSMSG=@+";

function fed(lines: readonly string[], options: IrcStateOptions = {}): IrcState {
  const state = new IrcState({ nick: "bot", ...options });
  for (const line of [`:s 001 bot :hi`, `:s 005 bot ${SUPPORT} :are supported`, ...lines]) {
    state.take(parseMessage(line));
  }
  return state;
}

const JOINED = [
  ":bot!b@h JOIN #a",
  ":s 332 bot #a :News",
  ":s 333 bot #a dan!d@h 1700000000",
  ":s 353 bot = #a :~@dan!d@h.example +eve[1]!e@i bot",
  ":s 366 bot #a :End",
  ":s 324 bot #a +ntkl sesame 12",
  ":s 329 bot #a 1600000000",
];

test("IrcState: a channel has its topic, modes and members", () => {
  const state = fed(JOINED);
  const channel = state.channels.get("#A");
  assert(channel !== undefined);
  assertEquals(channel.topic, { text: "News", setBy: "dan!d@h", setAt: 1_700_000_000_000 });
  assertEquals([...channel.modes], [["n", true], ["t", true], ["k", "sesame"], ["l", "12"]]);
  assertEquals([channel.createdAt, channel.isSynced], [1_600_000_000_000, true]);
  assertEquals(
    Array.from(channel.members, ({ user, prefix, modes }) => [prefix, user.nick, modes]).sort(),
    [["+", "eve[1]", "v"], ["", "bot", ""], ["~", "dan", "qo"]],
  );
  assertEquals(channel.members.get("EVE{1}")?.user.mask, "eve[1]!e@i");
  assertEquals([state.channels.names, state.channels.has("#b"), state.users.size], [["#a"], false, 3]);
});

test("IrcMember.isAtLeast: goes by PREFIX, and by strength for what the server does not have", () => {
  const state = fed([
    ":s 005 bot PREFIX=(Yov)!@+ :are supported",
    ":bot!b@h JOIN #a",
    ":s 353 bot = #a :!ann @dan +eve fay",
  ]);
  const which = (mode: string) =>
    [...state.channels.get("#a")?.members ?? []].filter((member) => member.isAtLeast(mode))
      .map(({ user }) => user.nick);
  assertEquals([which("v"), which("h"), which("o"), which("q"), which("Y")], [
    ["ann", "dan", "eve"],
    ["ann", "dan"],
    ["ann", "dan"],
    [],
    ["ann"],
  ]);
});

test("IrcState: what tells of people is known of them, and they are shared by channels", () => {
  const state = fed([
    ...JOINED,
    ":dan!d@h.example JOIN #b",
    ":bot!b@h JOIN #b",
    ":s 353 bot = #b :dan bot",
    ":dan!d@h.example ACCOUNT daniel",
    ":dan!d@h.example AWAY :at lunch",
    ":dan!d@h.example SETNAME :Dan D",
    ":dan!d@h.example CHGHOST dd cloak.example",
    "@bot :dan!dd@cloak.example PRIVMSG #a :hello",
  ]);
  const dan = state.users.get("DAN");
  assert(dan !== undefined && dan === state.channels.get("#b")?.members.get("dan")?.user);
  assertEquals([dan.account, dan.away, dan.realname, dan.mask, dan.isBot, dan.channels], [
    "daniel",
    "at lunch",
    "Dan D",
    "dan!dd@cloak.example",
    true,
    ["#a", "#b"],
  ]);
  const before = state.take(parseMessage(":dan!dd@cloak.example PART #a"));
  assertEquals([before?.member?.modes, dan.channels], ["qo", ["#b"]]);
  assertEquals(state.take(parseMessage(":dan!dd@cloak.example NICK Daniel"))?.channels, ["#b"]);
  assertEquals([dan.nick, state.users.has("dan"), state.users.get("daniel") === dan], [
    "Daniel",
    false,
    true,
  ]);
  state.take(parseMessage(":Daniel!dd@cloak.example AWAY"));
  assertEquals(dan.away, false);
  state.take(parseMessage(":s KICK #b Daniel :out"));
  assertEquals([state.users.has("Daniel"), dan.channels], [false, []]);
});

test("IrcState: WHO, WHOX, WHOIS and USERHOST tell of those who are known, and of nobody else", () => {
  const state = fed([
    ":s 005 bot BOT=B WHOX :are supported",
    ":bot!b@h JOIN #a",
    ":s 353 bot = #a :ann dan eve fay",
    ":s 352 bot #a a h.a s ann GB@ :0 Ann A",
    ":s 354 bot 712 #a d h.d dan H daniel :Dan D",
    ":s 354 bot 712 #a e h.e eve G 0 :Eve E",
    ":s 354 bot 42 #a x x x x x :of another question",
    ":s 352 bot * x h.x s xyz H :0 X",
    ":s 311 bot fay f h.f * :Fay F",
    ":s 330 bot fay fayth :is logged in as",
    ":s 301 bot fay :sleeping",
    ":s 302 bot :xyz=+x@h.x dan=-d2@h.d2",
  ]);
  const of = (nick: string) => {
    const { mask, realname, account, away, isBot } = state.users.get(nick) ?? {};
    return [mask, realname, account, away, isBot];
  };
  assertEquals(of("ann"), ["ann!a@h.a", "Ann A", undefined, true, true]);
  assertEquals(of("dan"), ["dan!d2@h.d2", "Dan D", "daniel", true, false]);
  assertEquals(of("eve"), ["eve!e@h.e", "Eve E", null, true, false]);
  assertEquals(of("fay"), ["fay!f@h.f", "Fay F", "fayth", "sleeping", undefined]);
  assertEquals(state.users.has("xyz"), false);
});

test("IrcState: extended-join and account-tag tell of accounts", () => {
  const state = fed([
    ":bot!b@h JOIN #a * :Bot",
    ":dan!d@h JOIN #a daniel :Dan D",
    ":eve!e@h JOIN #a * :Eve",
    ":fay!f@h JOIN #a",
    "@account=fayth :fay!f@h PRIVMSG #a :hello",
  ]);
  assertEquals(["bot", "dan", "eve", "fay"].map((nick) => state.users.get(nick)?.account), [
    null,
    "daniel",
    null,
    "fayth",
  ]);
  assertEquals(state.users.get("dan")?.realname, "Dan D");
});

test("IrcState.me: knows our modes, host, account and whether we are away", () => {
  const state = fed([
    ":s 221 bot +iw",
    ":bot MODE bot :+x-w",
    ":s 396 bot b@cloak.example :is now your host",
    ":s 900 bot bot!b@cloak.example robot :You are logged in",
    ":s 306 bot :away",
  ]);
  const { nick, modes, mask, account, away } = state.me;
  assertEquals([nick, [...modes].sort().join(""), mask, account, away], [
    "bot",
    "ix",
    "bot!b@cloak.example",
    "robot",
    true,
  ]);
  state.take(parseMessage(":bot!b@cloak.example NICK robot"));
  assertEquals([state.me.nick, state.users.get("robot") === state.me, state.users.has("bot")], [
    "robot",
    true,
    false,
  ]);
});

test("IrcState: whom MONITOR tells of is known as long as it does", () => {
  const state = fed([":s 730 bot :dan!d@h,eve!e@h", ":dan!d@h AWAY :lunch"]);
  assertEquals([state.users.get("dan")?.away, state.users.get("dan")?.channels], ["lunch", []]);
  state.take(parseMessage(":s 731 bot dan"));
  assertEquals([state.users.has("dan"), state.users.has("eve")], [false, true]);
  state.sent(parseMessage("MONITOR - eve"));
  assertEquals(state.users.has("eve"), false);
  state.take(parseMessage(":s 730 bot :dan!d@h"));
  state.sent(parseMessage("MONITOR C"));
  assertEquals(state.users.size, 1);
});

test("IrcState: without others only we and our channels are known", () => {
  const state = fed([...JOINED, ":dan!d@h JOIN #a", ":s 730 bot :eve!e@h"], { others: false });
  assertEquals([state.channels.names, state.channels.get("#a")?.members.size, state.users.size], [
    ["#a"],
    0,
    1,
  ]);
  state.take(parseMessage(":s KICK #a bot :out"));
  assertEquals(state.channels.size, 0);
});

test("IrcState: can be logged and turned into JSON", () => {
  const state = fed(JOINED);
  assert(logged(state.channels.get("#a")).includes("News"));
  assert(logged(state.channels.get("#a")?.members.get("dan")).includes("h.example"));
  assert(JSON.stringify([...state.channels]).includes('"nick":"eve[1]"'));
  assert(logged(state.channels).includes("#a"));
});

test("IrcState: a hostile server cannot make it keep more than so much, nor fold all names again and again", () => {
  const state = fed([":bot!b@h JOIN #a"], { limits: { members: 100, text: 3_000 } });
  const names = Array.from({ length: 200 }, (_, index) => `p${index}`);
  state.take(parseMessage(`:s 353 bot = #a :${names.join(" ")}`));
  state.take(parseMessage(`:s 730 bot :q1,q2`));
  assertEquals([state.channels.get("#a")?.members.size, state.users.size, state.leftOut], [100, 100, 103]);
  for (const nick of names) state.take(parseMessage(`:${nick}!u@h SETNAME :${"x".repeat(400)}`));
  const told = [...state.users].reduce((sum, { realname = "" }) => sum + realname.length, 0);
  assert(told > 2_000 && told <= 3_400, `${told} characters`);
  // What is gone makes room.
  for (const nick of names) state.take(parseMessage(`:${nick}!u@h QUIT`));
  state.take(parseMessage(":new!u@h JOIN #a"));
  assertEquals([...state.users].map(({ nick }) => nick), ["bot", "new"]);
  const { leftOut } = state;
  for (let n = 0; n < 20; n++) {
    for (const line of [":bot!b@h JOIN #c", `:s 332 bot #c :${"x".repeat(400)}`, ":bot!b@h PART #c"]) {
      state.take(parseMessage(line));
    }
  }
  assertEquals(state.leftOut, leftOut);
  state.clear();
  assertEquals([state.users.size, state.channels.size], [1, 0]);
  for (let n = 0; n < 10 * MOST_REMAPS; n++) {
    state.take(parseMessage(`:s 005 bot CASEMAPPING=${n % 2 === 0 ? "ascii" : "rfc1459"} :are supported`));
  }
  state.take(parseMessage(":s 005 bot CASEMAPPING=ascii :are supported"));
  state.take(parseMessage(":bot!b@h JOIN #b["));
  assertEquals(state.channels.names, ["#b["]);
  // As the last that was heeded has it.
  assert(state.channels.has("#B{"));
});

test("IrcClient: by the option state, events say where and who, as of before them", async () => {
  const server = new ScriptedServer({
    capabilities: "message-tags multi-prefix",
    support: SUPPORT,
    on: ({ command, params }, say) => {
      if (command === "MODE") return say(":s 324 bot #a +nt", ":s 329 bot #a 1600000000"), true;
      if (command !== "JOIN") return false;
      say(
        `:bot!b@h JOIN ${params[0]}`,
        `:s 353 bot = ${params[0]} :bot @dan!d@h eve`,
        `:s 366 bot ${params[0]} :End`,
      );
      return true;
    },
  });
  const irc = await server.connected({ channels: ["#a"], state: "names" });
  assertEquals([irc.channels.get("#a")?.modes.size, server.lines(/^(?:MODE|WHO)/)], [2, ["MODE #a"]]);
  const told: unknown[] = [];
  irc.on(
    "PRIVMSG",
    ({ nick, member, channel, status }) =>
      void told.push([nick, member?.prefix, member?.isAtLeast("o"), channel, status]),
  );
  irc.on("NICK", ({ oldNick, nick, channels }) => void told.push([oldNick, nick, channels]));
  irc.on("QUIT", ({ nick, channels }) => void told.push([nick, channels, irc.users.has(nick)]));
  irc.on("CHGHOST", ({ nick, host, channels }) => void told.push([nick, host, channels]));
  irc.on("PART", ({ member }) => void told.push([member?.user.nick, member?.modes]));
  irc.on("reconnecting", () => void told.push([irc.channels.get("#a")?.members.size]));
  server.say(
    ":dan!d@h PRIVMSG @#a :psst",
    ":dan!d@h NICK Daniel",
    ":Daniel!d@h CHGHOST d cloak",
    ":eve!e@h QUIT :bye",
    ":Daniel!d@cloak PART #a",
  );
  await server.world.run(1_000);
  server.cut();
  await server.world.run(100);
  assertEquals(told, [
    ["dan", "@", true, "#a", "@"],
    ["dan", "Daniel", ["#a"]],
    ["Daniel", "cloak", ["#a"]],
    ["eve", ["#a"], false],
    ["Daniel", "o"],
    [1],
  ]);
  assertEquals([irc.channels.size, irc.me.nick], [0, "bot"]);
});

test('IrcClient: with state "who" asks by WHOX for each channel, one after the other', async () => {
  const server = new ScriptedServer({
    support: `${SUPPORT} WHOX`,
    on: ({ command, params: [channel = ""] }, say) => {
      if (command === "JOIN") {
        for (const name of channel.split(",")) {
          say(`:bot!b@h JOIN ${name}`, `:s 353 bot = ${name} :bot dan`, `:s 366 bot ${name} :End`);
        }
      } else if (command === "WHO") {
        say(`:s 354 bot 712 ${channel} d h dan G daniel :Dan D`, `:s 315 bot ${channel} :End`);
      } else if (command === "MODE") say(`:s 324 bot ${channel} +nt`);
      else return false;
      return true;
    },
  });
  const irc = await server.connected({ channels: ["#a", "#b"], state: "who", flood: false });
  assertEquals(server.lines(/^(?:MODE|WHO)/), [
    "MODE #a",
    "WHO #a %tcuhnfar,712",
    "MODE #b",
    "WHO #b %tcuhnfar,712",
  ]);
  const { account, realname, away } = irc.users.get("dan") ?? {};
  assertEquals([account, realname, away], ["daniel", "Dan D", true]);
  assertThrows(() => server.client({ state: "all" as "who" }), OptionError, 'Cannot keep the state "all"');
});

test("IrcClient: what was said before we came changes nothing of who is there now", async () => {
  const server = new ScriptedServer({
    capabilities: "batch message-tags",
    on: ({ command, params: [channel] }, say) => {
      if (command !== "JOIN") return false;
      say(`:bot!b@h JOIN ${channel}`, `:s 353 bot = ${channel} :bot dan`, `:s 366 bot ${channel} :End`);
      return true;
    },
  });
  const irc = await server.connected({ channels: ["#a"], state: "names" });
  server.say(
    "BATCH +1 chathistory #a",
    "@batch=1 :dan!d@h QUIT :long ago",
    "@batch=1 :old!o@h JOIN #a",
    "BATCH -1",
  );
  await server.world.run(1_000);
  assertEquals([irc.users.has("dan"), irc.users.has("old")], [true, false]);
});

test("IrcTextEvent.reply: says it where it was said, and elsewhere it cannot", async () => {
  const server = new ScriptedServer({ support: SUPPORT });
  const irc = await server.connected({ channels: ["#a"] });
  irc.on("PRIVMSG", (event) => event.reply(`${event.nick}: yes`));
  server.say(":dan!d@h PRIVMSG #a :bot?", ":eve!e@h PRIVMSG bot :bot?", ":fay!f@h PRIVMSG @#a :bot?");
  await server.world.run(20_000);
  assertEquals(server.lines(/^PRIVMSG/), [
    "PRIVMSG #a :dan: yes",
    "PRIVMSG eve :eve: yes",
    "PRIVMSG @#a :fay: yes",
  ]);
});
