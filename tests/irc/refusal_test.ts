import { describe, test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import type { IrcClient } from "../../src/irc/client.ts";
import { IrcRefusedError } from "../../src/irc/wire/outcomes/refusal.ts";
import { ScriptedServer } from "./_scripted.ts";

type Act = (irc: IrcClient) => Promise<unknown>;

/** What is asked, and what the server answers: in the formats of solanum, InspIRCd, Modern IRC and IRCv3. */
const REFUSALS: readonly (readonly [what: string, act: Act, answer: string])[] = [
  ["KICK", (irc) => irc.kick("#a", "ghost"), "441 bot ghost #A :They aren't on that channel"],
  ["KICK", (irc) => irc.kick("#a", "ghost"), "401 bot Ghost :No such nick"],
  ["KICK", (irc) => irc.kick("#a", "dan"), "482 bot #a :You're not a channel operator"],
  ["KICK", (irc) => irc.kick("#a", "dan"), "442 bot #a :You're not on that channel"],
  ["MODE", (irc) => irc.mode("#a", "+o", "ghost"), "441 bot ghost #a :They aren't on that channel"],
  ["MODE", (irc) => irc.mode("#a", "+o", "ghost"), "401 bot ghost :No such nick"],
  ["MODE", (irc) => irc.mode("#a", "-t"), "742 bot #a t nt :MODE cannot be set due to MLOCK"],
  ["MODE", (irc) => irc.mode("#a", "+k", "x:y"), "696 bot #a k x:y :Invalid key"],
  ["MODE", (irc) => irc.mode("#a", "+Z"), "472 bot Z :is an unknown mode char to me"],
  ["MODE", (irc) => irc.mode("#a", "+b", "x!*@*"), "478 bot #a x!*@* :Channel ban list is full"],
  ["INVITE", (irc) => irc.invite("dan", "#a"), "482 bot #a :You're not a channel operator"],
  ["INVITE", (irc) => irc.invite("dan", "#a"), "442 bot #a :You're not on that channel"],
  ["INVITE", (irc) => irc.invite("dan", "#a"), "443 bot dan #a :is already on channel"],
  ["NICK", (irc) => irc.setNick("other"), "433 bot other :Nickname is already in use"],
  ["NICK", (irc) => irc.setNick("other"), "435 bot other #a :Cannot change nickname while banned"],
  ["NICK", (irc) => irc.setNick("other"), "438 bot bot other :Nick change too fast"],
  ["NICK", (irc) => irc.setNick("other"), "437 bot #a :Cannot change nickname while banned on channel"],
  ["PRIVMSG", (irc) => irc.privmsg("#a", "x"), "404 bot #A :Cannot send to channel"],
  ["PRIVMSG", (irc) => irc.privmsg("@#a", "x"), "404 bot #a :Cannot send to channel"],
  ["PRIVMSG", (irc) => irc.privmsg("dan", "x"), "401 bot dan :No such nick"],
  ["PRIVMSG", (irc) => irc.privmsg("dan", "x"), "716 bot dan :is in +g mode"],
  ["NOTICE", (irc) => irc.notice("dan", "x"), "531 bot dan :You are not permitted to send private messages"],
  ["SETNAME", (irc) => irc.setname("x"), "FAIL SETNAME INVALID_REALNAME :Realname is not valid"],
  ["REDACT", (irc) => irc.send("REDACT", ["#a", "id"]), "FAIL REDACT UNKNOWN_MSGID #a id :No such message"],
  ["MONITOR", (irc) => irc.monitor("+", "dan"), "734 bot 10 dan :Monitor list is full"],
  ["OPER", (irc) => irc.oper("a", "b"), "491 bot :No O-lines for your host"],
  ["OPER", (irc) => irc.oper("a", "b"), "464 bot :Password incorrect"],
  ["KILL", (irc) => irc.kill("dan", "x"), "481 bot :Permission Denied"],
  ["KILL", (irc) => irc.kill("dan", "x"), "723 bot kill :Insufficient oper privileges"],
  ["WHO", (irc) => irc.who("#a"), "263 bot WHO :Please wait a while and try again"],
  ["WHOIS", (irc) => irc.whois("dan"), "401 bot dan :No such nick"],
  ["WHOIS", (irc) => irc.whois("dan", "far"), "402 bot far :No such server"],
  ["LIST", (irc) => Array.fromAsync(irc.list()), "263 bot LIST :Please wait a while and try again"],
  ["TOPIC", (irc) => irc.topic("#a", "x"), "482 bot #a :You're not a channel operator"],
  ["PART", (irc) => irc.part("#b"), "442 bot #b :You're not on that channel"],
  ["FOO", (irc) => irc.send("FOO", ["#a"]), "421 bot FOO :Unknown command"],
  ["FOO", (irc) => irc.send("FOO", ["#a"]), "482 bot #a :You're not a channel operator"],
  ["FOO", (irc) => irc.send("FOO", ["#a"]), "999 bot FOO :Who knows"],
];

describe("IrcClient: a refusal is told with its numeric", () => {
  for (const [what, act, answer] of REFUSALS) {
    test(`${what}: ${answer}`, async () => {
      let armed = false;
      const server = new ScriptedServer({
        on: ({ command }, say) => armed && command === what && (say(`:s ${answer}`), true),
      });
      const irc = await server.connected({ channels: ["#a"] });
      armed = true;
      const [numeric] = answer.split(" ");
      assertEquals(await server.outcome(act(irc)), `refused ${numeric}`);
    });
  }
});

test("IrcRefusedError: has the numeric, its name and its parameters, and no key of a channel", async () => {
  const server = new ScriptedServer({
    on: ({ command }, say) => {
      if (command === "MODE") say(":s 696 bot #a k s3same :Invalid key s3same");
      if (command === "SETNAME") say("FAIL SETNAME INVALID_REALNAME :Realname is not valid");
    },
  });
  const irc = await server.connected({ channels: ["#a"] });
  const failed = async (doing: Promise<void>) => {
    const error = await server.world.until(doing.catch((error: unknown) => error));
    assert(error instanceof IrcRefusedError);
    return error;
  };
  const key = await failed(irc.mode("#a", "+k", "s3same"));
  assertEquals([key.numeric, key.reply, key.params], ["696", "ERR_INVALIDMODEPARAM", [
    "#a",
    "k",
    "…",
    "Invalid key …",
  ]]);
  assertEquals(key.message, 'The server refuses MODE: "Invalid key …" (696)');
  assert(!JSON.stringify(key).includes("s3same"));
  const name = await failed(irc.setname("x"));
  assertEquals([name.numeric, name.reply], ["FAIL", "INVALID_REALNAME"]);
});

test("IrcClient: of several commands at once the one that is refused is blamed, and no other", async () => {
  const server = new ScriptedServer({
    on: ({ command }, say) =>
      command === "TOPIC" && (say(":s 482 bot #a :You're not a channel operator"), true),
  });
  const irc = await server.connected({ channels: ["#a"] });
  const doing = [irc.privmsg("#a", "one"), irc.privmsg("#a", "two"), irc.topic("#a", "news")];
  assertEquals(await Promise.all(doing.map((one) => server.outcome(one))), ["done", "done", "refused 482"]);
});

test("IrcClient: each nick of a KICK is answered for itself, and what answers one is no other command's", async () => {
  const server = new ScriptedServer({
    support: "CASEMAPPING=rfc1459 CHANTYPES=# TARGMAX=KICK:4",
    on: ({ command, params }, say) => {
      if (command !== "KICK") return;
      for (const nick of params[1]?.split(",") ?? []) {
        if (nick === "dan{") say(`:s 441 bot DAN[ ${params[0]} :They aren't on that channel`);
        else say(`:bot!u@h KICK ${params[0]} ${nick}`);
      }
    },
  });
  const irc = await server.connected({ channels: ["#a"] });
  const doing = [irc.kick("#a", ["eve", "dan{"]), irc.kick("#a", ["fay", "gus"]), irc.kick("#a", "dan{")];
  assertEquals(await Promise.all(doing.map((one) => server.outcome(one))), [
    "refused 441",
    "done",
    "refused 441",
  ]);
});

test("IrcClient: asks for standard replies, so that what has no numeric is refused, and not told by a NOTICE", async () => {
  let isAsked = false;
  const server = new ScriptedServer({
    capabilities: "standard-replies",
    on: ({ command, text }, say) => {
      if (command === "CAP" && text === "standard-replies") isAsked = true;
      if (command !== "PRIVMSG") return false;
      say(isAsked ? ":s FAIL PRIVMSG BLOCKED #a :No links" : ":s NOTICE bot :No links");
      return true;
    },
  });
  const irc = await server.connected();
  assertEquals(await server.outcome(irc.privmsg("#a", "https://x")), "refused FAIL");
});

test("IrcClient: a WHOIS of nobody is refused, and its end is not the next one's", async () => {
  const server = new ScriptedServer({
    on: ({ command, params }, say, { got }) => {
      if (command !== "WHOIS") return;
      const isFirst = got.filter(({ line }) => line.startsWith("WHOIS")).length === 1;
      if (isFirst) say(`:s 401 bot ${params[0]} :No such nick`, `:s 318 bot ${params[0]} :End`);
      else {server.after(300, () =>
          say(`:s 401 bot ${params[0]} :No such nick`, `:s 318 bot ${params[0]} :End`));}
    },
  });
  const irc = await server.connected();
  const doing = [irc.whois("dan"), irc.whois("dan")];
  assertEquals(await Promise.all(doing.map((one) => server.outcome(one))), ["refused 401", "refused 401"]);
});

test("IrcClient: what comes with a JOIN ends no command behind it, and proves nothing of those before", async () => {
  const server = new ScriptedServer({
    on: ({ command, params }, say, { after }) => {
      if (command === "JOIN") {
        say(":bot!u@h JOIN #a", ":s 332 bot #a :news", ":s 353 bot = #a :@bot", ":s 366 bot #a :End");
        return true;
      }
      const answers = {
        KICK: ":s 441 bot ghost #a :They aren't on that channel",
        TOPIC: ":s 442 bot #a :You're not on that channel",
        NAMES: ":s 366 bot #a :End",
      };
      const answer: unknown = Reflect.get(answers, command);
      if (typeof answer !== "string" || params[0] !== "#a") return;
      after.call(server, 300, () => server.say(answer));
      return true;
    },
  });
  const irc = await server.connected();
  const doing = [irc.join("#a"), irc.kick("#a", "ghost"), irc.topic("#a"), irc.names("#a")];
  assertEquals(await Promise.all(doing.map((one) => server.outcome(one))), [
    "done",
    "refused 441",
    "refused 442",
    "done",
  ]);
});
