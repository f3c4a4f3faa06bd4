import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { Isupport } from "../../../src/irc/wire/support/isupport.ts";
import { parseModeChanges } from "../../../src/irc/wire/support/mode_changes.ts";

function told(...tokens: string[]): Isupport {
  const isupport = new Isupport();
  isupport.take(["bot", ...tokens, "are supported by this server"]);
  return isupport;
}

test("Isupport: has the values to be assumed before the server tells any", () => {
  const isupport = new Isupport();
  assertEquals(isupport.casemapping, "rfc1459");
  assertEquals(isupport.prefix, [{ mode: "o", prefix: "@" }, { mode: "v", prefix: "+" }]);
  assertEquals(isupport.chanTypes, "#&");
  assertEquals(isupport.modes, 3);
  assertEquals(isupport.network, undefined);
  assertEquals([isupport.nickLen, isupport.channelLen, isupport.topicLen], [9, 200, Infinity]);
  assertEquals([isupport.targMax("JOIN"), isupport.targMax("PRIVMSG")], [Infinity, 1]);
  assertEquals([isupport.monitor, isupport.whox, isupport.excepts], [0, false, undefined]);
});

test("Isupport: reads what the server tells, by type", () => {
  const isupport = told(
    "CASEMAPPING=ascii",
    "PREFIX=(qaohv)~&@%+",
    "CHANMODES=beI,kfL,lj,psmntirRcOAQKVCuzNSMTGZ",
    "CHANTYPES=#",
    "CHANLIMIT=#:70,&:",
    "MODES=12",
    "MAXLIST=beI:100,q:50",
    "TARGMAX=NAMES:1,privmsg:4,ACCEPT:",
    "STATUSMSG=@+",
    "NICKLEN=30",
    "CHANNELLEN=64",
    "TOPICLEN=307",
    "KICKLEN=255",
    "AWAYLEN=200",
    "USERLEN=12",
    "HOSTLEN=63",
    "EXCEPTS",
    "INVEX=J",
    "MONITOR=100",
    "WHOX",
  );
  assertEquals(isupport.casemapping, "ascii");
  assertEquals(isupport.prefix.map(({ mode, prefix }) => mode + prefix), ["q~", "a&", "o@", "h%", "v+"]);
  assertEquals(isupport.chanModes, {
    list: "beI",
    always: "kfL",
    whenSet: "lj",
    never: "psmntirRcOAQKVCuzNSMTGZ",
  });
  assertEquals([isupport.chanTypes, isupport.isChannel("#a"), isupport.isChannel("&a")], ["#", true, false]);
  assertEquals([isupport.chanLimit("#"), isupport.chanLimit("&"), isupport.chanLimit("!")], [
    70,
    Infinity,
    Infinity,
  ]);
  assertEquals([isupport.modes, isupport.maxList("I"), isupport.maxList("q")], [12, 100, 50]);
  assertEquals([isupport.targMax("PRIVMSG"), isupport.targMax("ACCEPT"), isupport.targMax("KICK")], [
    4,
    Infinity,
    1,
  ]);
  assertEquals([isupport.statusMsg, isupport.nickLen, isupport.channelLen], ["@+", 30, 64]);
  assertEquals([isupport.topicLen, isupport.kickLen, isupport.awayLen], [307, 255, 200]);
  assertEquals([isupport.userLen, isupport.hostLen], [12, 63]);
  assertEquals([isupport.excepts, isupport.invex, isupport.monitor, isupport.whox], ["e", "J", 100, true]);
});

test("Isupport: unescapes values, and takes back what is negated", () => {
  const isupport = told("NETWORK=Example\\x20Network\\x3d\\", "WHOX", "nicklen=5");
  assertEquals(isupport.network, "Example Network=\\");
  assertEquals(isupport.get("NickLen"), "5");
  isupport.take(["bot", "-WHOX", "-NICKLEN", "TOPICLEN=9", "are supported"]);
  assertEquals([isupport.whox, isupport.nickLen, isupport.topicLen], [false, 9, 9]);
  isupport.clear();
  assertEquals([...isupport.entries()], []);
});

test("Isupport: makes sense of nonsense, and does not grow for ever", () => {
  const isupport = told(
    "PREFIX=",
    "CHANMODES=b",
    "MODES=many",
    "NICKLEN=-3",
    "CASEMAPPING=rfc7613",
    "=x",
    "",
  );
  assertEquals([isupport.prefix, isupport.chanModes.never, isupport.modes], [[], "", Infinity]);
  assertEquals([isupport.nickLen, isupport.casemapping], [9, "ascii"]);
  for (let i = 0; i < 3_000; i++) isupport.take(["bot", `X${i}=1`, "are supported"]);
  assertEquals([...isupport.entries()].length, 1_000);
});

test("Isupport: compares nicks and channels as the server does", () => {
  assertEquals(new Isupport().isSame("Dan[a]~", "dan{A}^"), true);
  assertEquals(told("CASEMAPPING=rfc1459-strict").isSame("Dan[a]~", "dan{A}^"), false);
  assertEquals(told("CASEMAPPING=rfc1459-strict").isSame("Dan[a]", "dan{A}"), true);
  assertEquals(told("CASEMAPPING=strict-rfc1459").isSame("Dan[a]~", "dan{A}^"), false);
  assertEquals(told("CASEMAPPING=strict-rfc1459").isSame("Dan[a]", "dan{A}"), true);
  assertEquals(told("CASEMAPPING=ascii").isSame("Dan[a]", "dan{A}"), false);
});

test("parseModeChanges: gives each mode its argument", () => {
  const isupport = told("PREFIX=(ov)@+", "CHANMODES=beI,k,l,imnpst");
  const flat = (modes: string, ...args: string[]) =>
    parseModeChanges(modes, args, isupport).map(({ sign, mode, argument }) =>
      `${sign}${mode} ${argument ?? ""}`.trim()
    );
  assertEquals(flat("+o-v+l-l", "dan", "eve", "10"), ["+o dan", "-v eve", "+l 10", "-l"]);
  assertEquals(flat("b"), ["+b"]);
  assertEquals(flat("+imk-k", "key", "key"), ["+i", "+m", "+k key", "-k key"]);
  assertEquals(flat("+b-e", "*!*@a", "*!*@b"), ["+b *!*@a", "-e *!*@b"]);
});

test("Isupport: tells what IRCv3 has there, and what is to be assumed where it does not", () => {
  const isupport = new Isupport();
  assertEquals([isupport.bot, isupport.utf8Only, isupport.chatHistory], [undefined, false, Infinity]);
  assertEquals(isupport.msgRefTypes, ["msgid", "timestamp"]);
  isupport.take([
    "bot",
    "BOT=b",
    "UTF8ONLY",
    "CHATHISTORY=50",
    "MSGREFTYPES=timestamp,other",
    "are supported",
  ]);
  assertEquals([isupport.bot, isupport.utf8Only, isupport.chatHistory], ["b", true, 50]);
  assertEquals(isupport.msgRefTypes, ["timestamp"]);
  isupport.take(["bot", "CHATHISTORY=0", "BOT=", "are supported"]);
  assertEquals([isupport.chatHistory, isupport.bot], [Infinity, undefined]);
});

test("Isupport.passesTag: knows which client-only tags the server leaves out", () => {
  const passed = (value?: string) => {
    const isupport = new Isupport();
    if (value !== undefined) isupport.take(["bot", `CLIENTTAGDENY${value}`, "are supported"]);
    return ["+foo", "+example/bar", "+typing"].filter((tag) => isupport.passesTag(tag));
  };
  const all = ["+foo", "+example/bar", "+typing"];
  for (const value of [undefined, "", "="]) assertEquals(passed(value), all);
  assertEquals(passed("=*"), []);
  assertEquals(passed("=*,-foo,-example/bar"), ["+foo", "+example/bar"]);
  assertEquals(passed("=foo,example/bar"), ["+typing"]);
});
