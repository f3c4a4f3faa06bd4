import { test } from "node:test";
import { assertEquals, assertRejects } from "@std/assert";
import type { IrcClient } from "../../src/irc/client.ts";
import { IrcRefusedError } from "../../src/irc/wire/outcomes/refusal.ts";
import { MOST_ANSWERED } from "../../src/irc/wire/bounds.ts";
import { sleepUntil } from "../../src/driver/clock/clock.ts";
import { CommandError } from "../../src/protocol/errors.ts";
import { type Say, ScriptedServer } from "./_scripted.ts";

const SUPPORT =
  "CASEMAPPING=rfc1459 CHANTYPES=# PREFIX=(ov)@+ CHANMODES=beIq,k,l,imnst MODES=2 MONITOR=9 EXCEPTS INVEX";

/** What answers each line, in the order in which a server says it. */
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  "WHOIS dan": [
    "311 bot Dan d h.example * :Dan D",
    "319 bot Dan :@#a +#b #c",
    "312 bot Dan irc.x :a server",
    "313 bot Dan :is an operator",
    "671 bot Dan :is using a secure connection",
    "330 bot Dan daniel :is logged in as",
    "335 bot Dan :is a bot",
    "301 bot Dan :at lunch",
    "317 bot Dan 12 1700000000 :seconds idle, signon time",
    "318 bot dan :End of WHOIS",
  ],
  "WHOIS ghost": ["401 bot ghost :No such nick", "318 bot ghost :End of WHOIS"],
  "WHO #a": [
    "352 bot #a d h irc.x Dan G*@ :2 Dan D",
    "352 bot #a e i irc.x eve H :0 Eve",
    "315 bot #a :End of WHO",
  ],
  "NAMES #a": ["353 bot = #a :@Dan +eve!e@i", "353 bot = #a :bot", "366 bot #a :End of NAMES"],
  "LIST": ["321 bot Channel :Users Name", "322 bot #a 12 :A topic", "322 bot #b 3 :", "323 bot :End of LIST"],
  "MODE #a": ["324 bot #a +ntk sesame", "329 bot #a 1600000000"],
  "MODE #a +b": ["367 bot #a *!*@spam dan!d@h 1700000000", "367 bot #a x!*@*", "368 bot #a :End of bans"],
  "MODE #a +e": ["348 bot #a *!*@good", "349 bot #a :End"],
  "MODE #a +I": ["346 bot #a *!*@guest", "347 bot #a :End"],
  "TOPIC #a": ["332 bot #a :News", "333 bot #a dan!d@h 1700000000"],
  "TOPIC #b": ["331 bot #b :No topic is set"],
  "MOTD": ["375 bot :- s -", "372 bot :- one", "372 bot :- two", "376 bot :End"],
  "LINKS": ["364 bot irc.y irc.x :1 another", "365 bot * :End"],
  "MONITOR L": ["732 bot dan,eve", "733 bot :End"],
  "MONITOR S": ["730 bot :dan!d@h", "731 bot eve"],
};

function answering(capabilities = ""): ScriptedServer {
  let batches = 0;
  return new ScriptedServer({
    support: SUPPORT,
    capabilities,
    on: (message, say) => {
      const line = message.raw.replace(/^@\S+ /, "");
      const answers = ANSWERS[line]?.map((answer) => `:s ${answer}`);
      if (answers === undefined) return false;
      const label = message.tag("label");
      if (label === undefined) say(...answers);
      else {
        const reference = `b${++batches}`;
        say(
          `@label=${label} :s BATCH +${reference} labeled-response`,
          ...answers.map((answer) => `@batch=${reference} ${answer}`),
          `:s BATCH -${reference}`,
        );
      }
      return true;
    },
  });
}

const DAN = {
  nick: "Dan",
  user: "d",
  host: "h.example",
  realname: "Dan D",
  server: "irc.x",
  account: "daniel",
  away: "at lunch",
  channels: [{ name: "#a", prefix: "@" }, { name: "#b", prefix: "+" }, { name: "#c", prefix: "" }],
  isOperator: true,
  isSecure: true,
  isBot: true,
  idle: 12_000,
  signedOnAt: 1_700_000_000_000,
};

for (const capabilities of ["", "batch labeled-response message-tags"]) {
  const how = capabilities === "" ? "by its end" : "by its label";
  test(`IrcClient: what is asked is answered, known ${how}`, async () => {
    const server = answering(capabilities);
    const irc = await server.connected({ flood: false });
    const until = <T>(asked: Promise<T>) => server.world.until(asked);
    const { messages, ...dan } = await until(irc.whois("dan"));
    assertEquals([dan, messages.length], [DAN, capabilities === "" ? 9 : 10]);
    const who = await until(irc.who("#a"));
    assertEquals(
      who.map((
        { nick, host, isAway, isOperator, realname, hops },
      ) => [nick, host, isAway, isOperator, realname, hops]),
      [["Dan", "h", true, true, "Dan D", 2], ["eve", "i", false, false, "Eve", 0]],
    );
    assertEquals((await until(irc.names("#a"))).map(({ prefix, nick, host }) => [prefix, nick, host]), [
      ["@", "Dan", undefined],
      ["+", "eve", "i"],
      ["", "bot", undefined],
    ]);
    assertEquals(await until(Array.fromAsync(irc.list())), [
      { name: "#a", users: 12, topic: "A topic" },
      { name: "#b", users: 3, topic: "" },
    ]);
    const { modes, createdAt } = await until(irc.mode("#a"));
    assertEquals([[...modes], createdAt], [[["n", true], ["t", true], ["k", "sesame"]], 1_600_000_000_000]);
    assertEquals(await until(irc.bans("#a")), [
      { mask: "*!*@spam", setBy: "dan!d@h", setAt: 1_700_000_000_000 },
      { mask: "x!*@*", setBy: undefined, setAt: undefined },
    ]);
    assertEquals((await until(irc.excepts("#a"))).map(({ mask }) => mask), ["*!*@good"]);
    assertEquals((await until(irc.invites("#a"))).map(({ mask }) => mask), ["*!*@guest"]);
    assertEquals(await until(irc.topic("#a")), { text: "News", setBy: "dan!d@h", setAt: 1_700_000_000_000 });
    assertEquals(await until(irc.topic("#b")), undefined);
    assertEquals(await until(irc.motd()), ["- one", "- two"]);
    assertEquals(await until(irc.links()), [{ server: "irc.y", behind: "irc.x", hops: 1, info: "another" }]);
    assertEquals(await until(irc.monitor("L")), ["dan", "eve"]);
    const { online, offline } = await until(irc.monitor("S"));
    assertEquals([online.map(({ raw }) => raw), offline], [["dan!d@h"], ["eve"]]);
    await assertRejects(() => until(irc.whois("ghost")), IrcRefusedError, "No such nick");
  });
}

test("IrcClient.bans: two who ask at once get an answer each, and each a whole one", async () => {
  let asked = 0;
  const server = new ScriptedServer({
    support: SUPPORT,
    on: ({ raw }, say, server) => {
      if (!/^MODE #a [+]b/i.test(raw)) return false;
      // In the order in which they were asked for, as servers do.
      asked++;
      server.after(asked === 1 ? 0 : 70, () => say(":s 367 bot #a one!*@*"));
      server.after(100, () => say(":s 367 bot #a two!*@*", ":s 368 bot #a :End"));
      return true;
    },
  });
  const irc = await server.connected({ flood: false });
  const first = irc.bans("#a");
  await server.world.run(50);
  const second = irc.bans("#A");
  const masks = (await server.world.until(Promise.all([first, second]))).map((bans) =>
    bans.map(({ mask }) => mask)
  );
  assertEquals(masks.map((list) => list.length), [2, 2]);
});

test("IrcClient.who: asks by WHOX where the server has it, and knows its own answer", async () => {
  const server = new ScriptedServer({
    support: `${SUPPORT} WHOX`,
    on: ({ command, params }, say) => {
      if (command !== "WHO") return false;
      const token = params[1]?.split(",")[1];
      say(
        ":s 354 bot 712 #a x x x H 0 :of another question",
        `:s 354 bot ${token} #a d h irc.x Dan G 2 60 daniel :Dan D`,
        `:s 354 bot ${token} #a e i irc.x eve H 0 5 0 :Eve`,
        ":s 315 bot #a :End",
      );
      return true;
    },
  });
  const irc = await server.connected();
  const who = await server.world.until(irc.who("#a"));
  assertEquals(server.lines(/^WHO/), ["WHO #a %tcuhsnfdlar,1"]);
  assertEquals(who.map(({ nick, account, idle, isAway }) => [nick, account, idle, isAway]), [
    ["Dan", "daniel", 60_000, true],
    ["eve", null, 5_000, false],
  ]);
});

test("IrcClient: what is never answered is unconfirmed after 30 s, and a signal ends the waiting earlier", async () => {
  const server = new ScriptedServer({ support: SUPPORT, on: ({ command }) => command === "WHOIS" });
  const irc = await server.connected();
  const began = server.world.clock.now();
  const error = await server.world.until(irc.whois("dan").then(() => undefined, (error: unknown) => error));
  assertEquals([error instanceof CommandError && error.code, server.world.clock.now() - began >= 30_000], [
    "unconfirmed",
    true,
  ]);
  const stop = new AbortController();
  const asked = irc.whois("dan", undefined, { signal: stop.signal });
  await server.world.run(5_000);
  stop.abort();
  await assertRejects(() => server.world.until(asked), DOMException);
});

test("IrcClient: an answer that is left alone and refused is told as undelivered, and ends nothing", async () => {
  const server = answering();
  const irc = await server.connected();
  const told: unknown[] = [];
  irc.on("undelivered", ({ command, outcome }) => void told.push([command, outcome]));
  irc.whois("ghost");
  irc.kickban("#a", "");
  await server.world.run(60_000);
  assertEquals(told, [["kickban", "failed"], ["whois", "failed"]]);
});

test("IrcClient.list: each is there as it comes, and a second waits for the end of the first", async () => {
  let ended: Say = () => {};
  const server = new ScriptedServer({
    support: SUPPORT,
    on: ({ command }, say) => {
      if (command !== "LIST") return false;
      ended = say;
      say(":s 322 bot #a 12 :A topic");
      return true;
    },
  });
  const irc = await server.connected({ flood: false });
  const first = irc.list();
  const next = await server.world.until(first.next());
  assertEquals([next.done, next.value?.name], [false, "#a"]);
  const second = Array.fromAsync(irc.list());
  await server.world.run(5_000);
  assertEquals(server.lines(/^LIST/).length, 1);
  ended(":s 323 bot :End");
  assertEquals((await server.world.until(first.next())).done, true);
  await server.world.run(1_000);
  ended(":s 323 bot :End");
  assertEquals((await server.world.until(second)).length, 1);
});

test("IrcClient.list: one that waits for another hears its signal, and lets none go before its turn", async () => {
  let ended: Say = () => {};
  const server = new ScriptedServer({
    support: SUPPORT,
    on: ({ command }, say) => command === "LIST" && (ended = say, true),
  });
  const irc = await server.connected({ flood: false });
  const first = Array.fromAsync(irc.list());
  const given = new AbortController();
  const second = assertRejects(() => Array.fromAsync(irc.list("#b", undefined, given)), Error, "enough");
  const third = Array.fromAsync(irc.list("#c"));
  await server.world.run(1_000);
  given.abort(new Error("enough"));
  await server.world.until(second);
  await server.world.run(1_000);
  assertEquals(server.lines(/LIST/), ["LIST"]);
  ended(":s 323 bot :End");
  await server.world.until(first);
  await server.world.run(1_000);
  assertEquals(server.lines(/LIST/), ["LIST", "LIST #c"]);
  ended(":s 323 bot :End");
  await server.world.until(third);
});

/** The lines that come of a call. */
async function moded(support: string, act: (irc: IrcClient) => Promise<unknown>): Promise<readonly string[]> {
  const server = new ScriptedServer({
    support: `CASEMAPPING=ascii CHANTYPES=# ${support}`,
    on: ({ command, params: [channel] }, say) =>
      command === "JOIN" &&
      (say(`:bot!b@h JOIN ${channel}`, `:s 353 bot = ${channel} :bot eve!e@e.example`), true),
  });
  const irc = await server.connected({ channels: ["#a"], state: "names", flood: false });
  const before = server.lines(/^(?:MODE|KICK)/).length;
  act(irc).catch(() => {});
  await server.world.run(5_000);
  return server.lines(/^(?:MODE|KICK)/).slice(before);
}

test("IrcClient.op, voice, ban, kickban: obey MODES and PREFIX, and ban hosts where they are known", async () => {
  const support = "PREFIX=(ov)@+ CHANMODES=b,k,l,imnst MODES=2";
  assertEquals(await moded(support, (irc) => irc.op("#a", ["dan", "eve", "fay"])), [
    "MODE #a +oo dan eve",
    "MODE #a +o fay",
  ]);
  assertEquals(await moded(support, (irc) => irc.devoice("#a", "dan")), ["MODE #a -v dan"]);
  assertEquals(await moded(support, (irc) => irc.ban("#a", ["eve", "dan", "*!*@x"])), [
    "MODE #a +bb *!*@e.example dan!*@*",
    "MODE #a +b *!*@x",
  ]);
  assertEquals(await moded(support, (irc) => irc.kickban("#a", "eve", "spam")), [
    "MODE #a +b *!*@e.example",
    "KICK #a eve spam",
  ]);
  assertEquals(await moded("PREFIX=(o)@ CHANMODES=b,k,l,imnst", (irc) => irc.voice("#a", "dan")), []);
  assertEquals(await moded(support, (irc) => irc.op("#a", [])), []);
});

test("IrcClient.quiet: by the mode q, or by the kind of ban that the server has", async () => {
  const quiet = (irc: IrcClient) => irc.quiet("#a", "eve");
  assertEquals(await moded("PREFIX=(ov)@+ CHANMODES=bq,k,l,imnst", quiet), ["MODE #a +q *!*@e.example"]);
  assertEquals(await moded("PREFIX=(qov)~@+ CHANMODES=b,k,l,imnst EXTBAN=,mR", quiet), [
    "MODE #a +b m:*!*@e.example",
  ]);
  assertEquals(await moded("PREFIX=(qov)~@+ CHANMODES=b,k,l,imnst EXTBAN=~,qnj", quiet), [
    "MODE #a +b ~q:*!*@e.example",
  ]);
  assertEquals(await moded("PREFIX=(qov)~@+ CHANMODES=b,k,l,imnst", quiet), []);
});

test("IrcClient.list: an answer without an end comes to an error, and takes no more than its room meanwhile", async () => {
  const topic = "x".repeat(8_600);
  const lines = Array.from({ length: MOST_ANSWERED / topic.length + 1 }, () => `:s 322 bot #a 1 :${topic}`);
  const server: ScriptedServer = new ScriptedServer({
    on: ({ command }, say) => {
      if (command !== "LIST") return false;
      say(lines.join("\r\n"));
      const more = () => {
        say(":s 322 bot #more 1 :x");
        if (server.world.clock.now() < 300_000) server.after(10_000, more);
      };
      server.after(10_000, more);
      return true;
    },
  });
  const irc = await server.connected();
  const listed: string[] = [];
  const listing = (async () => {
    for await (const { name } of irc.list()) {
      if (listed.push(name) === 1) await sleepUntil(server.world.clock, server.world.clock.now() + 100_000);
    }
  })();
  assertEquals(await server.outcome(listing), "unconfirmed");
  assertEquals([listed.includes("#more"), server.world.clock.now() < 150_000], [false, true]);
});
