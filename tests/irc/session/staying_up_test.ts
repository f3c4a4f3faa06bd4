import { test } from "node:test";
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { IrcSessionOptions } from "../../../src/irc/session/options.ts";
import { ConnectionError } from "../../../src/protocol/errors.ts";
import { IrcHand } from "../_registering.ts";

/** Let in, with what was sent for that out of the way. */
function ready(options: Partial<IrcSessionOptions> = {}, nick = "bot"): IrcHand {
  const hand = new IrcHand(options).start().offers("").lines(
    `:s 001 ${nick} :Welcome`,
    `:s 422 ${nick} :No MOTD`,
  );
  hand.sent();
  hand.told();
  return hand;
}

/** The answers to the PINGs in what was sent. */
function pongs(sent: readonly string[]): string[] {
  return sent.filter((line) => line.startsWith("PING ")).map((line) => `:s PONG s ${line.slice(5)}`);
}

function dials(hand: IrcHand): string[] {
  return hand.actions.flatMap((action) => action.kind === "dial" ? [action.url] : []);
}

test("IrcSession: servers are tried in turn, and one that had let us in is tried first again", () => {
  const hand = new IrcHand({ url: ["ircs://one", "ircs://two", "wss://three/irc"] }).start();
  for (let n = 0; n < 2; n++) hand.close({ cause: "refused" }).pass(7_000);
  // Two dials, since it may have been for the subprotocols.
  hand.close({ cause: "refused" }).close({ cause: "refused" }).pass(7_000);
  assertEquals(dials(hand), ["ircs://one", "ircs://two", "wss://three/irc", "wss://three/irc", "ircs://one"]);
  hand.offers("").lines(":s 001 bot :hi", ":s 422 bot :No MOTD").pass(10_000).close().pass(7_000);
  assertEquals(dials(hand).at(-1), "ircs://one");
});

test("IrcSession: a server that lets us in and throws us out at once gives way to the next", () => {
  const hand = new IrcHand({ url: ["ircs://one", "ircs://two"] }).start();
  for (let n = 0; n < 4; n++) {
    hand.offers("").lines(":s 001 bot :hi", ":s 422 bot :No MOTD").pass(5_000).close().pass(7_000);
  }
  assertEquals(dials(hand), ["ircs://one", "ircs://two", "ircs://one", "ircs://two", "ircs://one"]);
});

test("IrcSession: a ban by one server leaves the others, and by all of them ends it", () => {
  const hand = new IrcHand({ url: ["ircs://one", "ircs://two", "ircs://three"] }).start();
  hand.open().lines(":s 465 * :You are banned").close({ cause: "peer" }).pass(7_000);
  const kinds = hand.told().filter(({ kind }) => kind === "reconnecting").length;
  assertEquals([kinds, hand.failure], [1, undefined]);
  for (let n = 0; n < 3; n++) hand.close({ cause: "refused" }).pass(7_000);
  assertEquals(dials(hand), ["one", "two", "three", "two", "three"].map((name) => `ircs://${name}`));
  for (let n = 0; n < 2; n++) {
    hand.open().lines("ERROR :Closing Link: h (K-Lined: spam)").close({ cause: "peer" }).pass(10_000);
  }
  assert(hand.failure instanceof ConnectionError);
  assertEquals(hand.failure.code, "not_permitted");
});

test("IrcSession: a WebSocket is asked for text or binary, and without where that fails, at once", () => {
  const hand = new IrcHand({ url: "wss://irc.test" }).start();
  const protocols = ["text.ircv3.net", "binary.ircv3.net"];
  const maxMessage = 262_144;
  assertEquals(hand.taken(), [{ kind: "dial", link: 1, url: "wss://irc.test", protocols, maxMessage }]);
  hand.close({ cause: "refused" });
  assertEquals(hand.taken(), [{ kind: "dial", link: 2, url: "wss://irc.test", maxMessage }]);
  assertEquals(hand.told(), []);
  hand.open().lines(":s CAP * LS :");
  // "servers and clients MUST NOT include trailing \r or \n characters in the message."
  assertEquals(hand.taken().flatMap((action) => action.kind === "send" ? [action.data] : []), [
    "CAP LS 302",
    "NICK bot",
    "USER bot 0 * bot",
    "CAP END",
  ]);
  hand.close().pass(1_000);
  assertEquals(hand.taken().at(-1), { kind: "dial", link: 3, url: "wss://irc.test", maxMessage });
  const untrusted = new IrcHand({ url: "wss://irc.test" }).start().close({ cause: "tls" });
  assertEquals(untrusted.told().map(({ kind }) => kind), ["reconnecting"]);
});

test("IrcSession: sends bytes where binary.ircv3.net was agreed on", () => {
  const hand = new IrcHand({ url: "wss://irc.test", realname: "é" }).start();
  hand.session.opened(1, { url: "wss://irc.test", protocol: "binary.ircv3.net" }, 0);
  const sent = hand.pass(0).lines("PING x").taken().flatMap((action) =>
    action.kind === "send" ? [action.data] : []
  );
  assert(sent.length > 0 && sent.every((data) => data instanceof Uint8Array));
  assertEquals(new TextDecoder().decode(sent[2] as Uint8Array), "USER bot 0 * é");
});

test("IrcSession: a line costs as its bytes do, and one too long for the burst goes when all else is paid", () => {
  const hand = ready({ flood: { line: 1_000, byte: 10, ahead: 4_000 } });
  hand.command({ kind: "PRIVMSG", target: "#a", text: "x".repeat(400) });
  hand.command({ kind: "PRIVMSG", target: "#a", text: "y" });
  assertEquals(hand.sent().length, 1);
  // 413 bytes with the ending: 1000 + 4130; then 14 more, within 4000 less a line.
  const wait = 5_130 + 1_140 - 3_000;
  hand.pass(wait - 1);
  assertEquals(hand.sent(), []);
  assertEquals(hand.pass(1).sent(), ["PRIVMSG #a y", "PING :parley-1"]);
});

test("IrcSession: many lines at once are proven by few PINGs", () => {
  const hand = ready({ flood: { line: 10 } });
  for (let n = 0; n < 20; n++) hand.command({ kind: "PRIVMSG", target: "#a", text: String(n) });
  let pings = 0;
  for (let n = 0; n < 50; n++) {
    const answers = pongs(hand.sent());
    pings += answers.length;
    hand.lines(...answers).pass(50);
  }
  assertEquals([...hand.outcomes.values()].filter(({ kind }) => kind === "done").length, 20);
  assert(pings <= 5, String(pings));
});

test("IrcSession: what was sent before somebody in between answered a PING is proven by the server itself", () => {
  const hand = ready();
  const said = hand.command({ kind: "PRIVMSG", target: "#a", text: "hello" });
  const asked = hand.pass(500).sent();
  assertEquals(asked, ["PRIVMSG #a hello", "PING :parley-1"]);
  hand.lines(":bouncer.example PONG bouncer.example :parley-1").pass(10_000);
  assertEquals([hand.outcome(said), hand.sent()], [undefined, ["WHO parley-w1"]]);
  hand.lines(":s 315 bot parley-w1 :End of /WHO list");
  assertEquals(hand.outcome(said), "done");
});

test("IrcSession.lag: is how long the last PONG took, and is measured once a minute even on a busy link", () => {
  const hand = ready();
  assertEquals(hand.session.lag, undefined);
  hand.command({ kind: "PRIVMSG", target: "#a", text: "x" });
  hand.pass(500 + 70).lines(":s PONG s :parley-1");
  assertEquals(hand.session.lag, 70);
  hand.sent();
  for (let n = 0; n < 6; n++) hand.pass(10_000).lines(":a!b@c PRIVMSG #a :busy");
  assertEquals(hand.sent(), ["PING :parley-2"]);
  hand.pass(180).lines(":s PONG s parley-2");
  assertEquals(hand.session.lag, 250);
  hand.close();
  assertEquals(hand.session.lag, undefined);
});

test("IrcSession: timeouts.idle and timeouts.pong hold, however long", () => {
  const hand = ready({ timeouts: { idle: 600_000, pong: 300_000 } });
  assertEquals(hand.pass(599_999).sent(), []);
  assertEquals(hand.pass(1).sent(), ["PING :parley-1"]);
  hand.pass(299_999);
  assertEquals([hand.taken(), hand.told()], [[], []]);
  hand.pass(1);
  assertEquals(hand.taken(), [{ kind: "abort", link: 1 }]);
  assertEquals(hand.kinds(), ["reconnecting"]);
});

test("IrcSession: timeouts.ping is how often a busy link is asked, and a PONG may come late where lines do not", () => {
  const hand = ready({ timeouts: { ping: 30_000 } });
  for (let n = 0; n < 6; n++) hand.pass(5_000).lines(":a!b@c PRIVMSG #a :busy");
  assertEquals(hand.sent(), ["PING :parley-1"]);
  // The second PING is due while the first is under way; what is said excuses its PONG for a minute, and no longer.
  for (let n = 0; n < 11; n++) hand.pass(5_000).lines(":a!b@c PRIVMSG #a :busy");
  assertEquals(hand.kinds().includes("reconnecting"), false);
  hand.lines(":s PONG s :parley-1", ":s PONG s :parley-2");
  for (let n = 0; n < 4; n++) hand.pass(1).lines(":a!b@c PRIVMSG #a :busy");
  hand.pass(20_000);
  assertEquals(hand.kinds().includes("reconnecting"), false);
});

test("IrcSession: a server that talks but does not listen counts as dead", () => {
  const hand = ready();
  for (let n = 0; n < 12; n++) hand.pass(10_000).lines(":a!b@c PRIVMSG #a :busy");
  const last = hand.told().at(-1);
  assert(last?.kind === "reconnecting", last?.kind);
  assertEquals([last.reason, last.said], ["no PONG came", undefined]);
});

test("IrcSession: a ban ends it with a ConnectionError, by numeric or by the words of ERROR, at any time", () => {
  const bans = [
    ":s 465 bot :You are banned from this server",
    "ERROR :Closing Link: 1.2.3.4 (K-Lined: spam)",
    "ERROR :Closing link: (bot@1.2.3.4) [G-Lined: 1 day]",
    "ERROR :Closing Link: bot[h] (Z:Lined)",
    "ERROR :Closing Link: bot[1.2.3.4] (User has been banned from the network)",
  ];
  for (const line of bans) {
    for (const hand of [ready(), new IrcHand().start().open()]) {
      hand.lines(line, "ERROR :Closing Link").close({ cause: "peer" });
      assert(hand.failure instanceof ConnectionError, line);
      assertEquals(hand.failure.code, "not_permitted");
      assertMatch(hand.failure.message, /^The server has banned us: "/);
    }
  }
});

test("IrcSession: any other ERROR is told with what the server said, and it connects again", () => {
  const errors = [
    "Closing Link: h (Killed (op (K-Lined next time)))",
    "Closing Link: h (Ping timeout: 240 seconds)",
    "Closing Link: h (aligned with nothing)",
  ];
  for (const text of errors) {
    const hand = ready().lines(`ERROR :${text}`);
    // It does not wait for a server that says goodbye and stays.
    assertEquals(hand.taken().at(-1)?.kind, "close");
    hand.pass(3_000);
    const told = hand.told().at(-1);
    assert(told?.kind === "reconnecting");
    assertEquals(told.said, text);
  }
});

test("IrcSession: does not wake for lines that wait while the server ends the link", () => {
  const hand = ready({ flood: { line: 1_000, ahead: 2_000 } });
  for (let n = 0; n < 5; n++) hand.command({ kind: "PRIVMSG", target: "#a", text: "x" });
  hand.lines("ERROR :Closing Link: h (Ping timeout)");
  let wakes = 0;
  const { tick } = hand.core;
  hand.core.tick = (now) => {
    wakes++;
    tick.call(hand.core, now);
  };
  hand.pass(2_900);
  assertEquals(wakes, 0);
});

test("IrcSession: a forwarded JOIN is done where it led, and asked for as it was wanted after a loss", () => {
  const hand = ready();
  const ticket = hand.command({ kind: "JOIN", channel: "#old" });
  hand.lines(":s 470 bot #old #new :Forwarding to another channel", ":bot!b@h JOIN #new");
  assertEquals([hand.outcome(ticket), hand.session.channels], ["done", ["#new"]]);
  hand.lines(":s PONG s :parley-1").close().pass(1_000).sent();
  hand.offers("").lines(":s 001 bot :hi", ":s 422 bot :No MOTD");
  const back = hand.sent();
  assertEquals(back.filter((line) => line.startsWith("JOIN")), ["JOIN #old"]);
  hand.lines(":s 470 bot #old #new :Forwarding", ":bot!b@h JOIN #new", ...pongs(back));
  // Parted by either name, it is left for good.
  const part = hand.command({ kind: "PART", channel: "#old" });
  const sent = hand.sent();
  assert(sent.includes("PART #new"));
  hand.lines(":bot!b@h PART #new", ...pongs(sent)).lines(...pongs(hand.sent()));
  assertEquals([hand.outcome(part), hand.session.channels], ["done", []]);
});

test("IrcSession: a JOIN that is forwarded to where we are, or are kicked from, is refused", () => {
  const hand = ready();
  hand.command({ kind: "JOIN", channel: "#new" });
  hand.lines(":bot!b@h JOIN #new");
  const ticket = hand.command({ kind: "JOIN", channel: "#old" });
  hand.lines(":s 470 bot #old #new :Forwarding");
  assertEquals([hand.outcome(ticket), hand.session.channels], ["failed", ["#new"]]);
});

test("IrcSession: a JOIN that was forwarded is not what a refusal of the name that it had means", () => {
  const hand = ready();
  hand.command({ kind: "JOIN", channel: "#old" });
  hand.lines(":s 470 bot #old #new :Forwarding", ":bot!b@h JOIN #new");
  hand.command({ kind: "PART", channel: "#old" });
  hand.lines(":bot!b@h PART #new").told();
  hand.command({ kind: "JOIN", channel: "#old" });
  hand.lines(":s 471 bot #old :Channel is full (+l)");
  assertEquals(hand.kinds(), ["ERR_CHANNELISFULL", "join_failed"]);
  // Nothing is left of which nobody knows what became.
  hand.pass(31_000);
  assertEquals(hand.kinds().filter((kind) => kind === "join_failed"), []);
});

test("IrcSession: a JOIN that is given up is not what the refusal of the next means, if the server had handled it", () => {
  const hand = ready({ timeouts: { idle: Infinity, ping: Infinity } });
  hand.command({ kind: "JOIN", channel: "#a" });
  hand.command({ kind: "PRIVMSG", target: "#b", text: "hello" });
  hand.lines(":s 404 bot #b :Cannot send to channel").pass(30_000);
  assertEquals(hand.kinds().filter((kind) => kind === "join_failed").length, 1);
  hand.sent();
  hand.pass(15_000);
  assertEquals(hand.sent().filter((line) => !line.startsWith("PING")), ["JOIN #a"]);
  hand.lines(":s 471 bot #a :Channel is full (+l)");
  assertEquals(hand.kinds(), ["ERR_CHANNELISFULL", "join_failed"]);
  assertEquals(hand.pass(30_000).kinds(), []);
});

test("IrcSession: a channel that is refused before we are let in is told of", () => {
  const hand = new IrcHand({ channels: ["#a", "#b"] }).start().offers("").lines(":s 001 bot :Welcome");
  hand.told();
  hand.lines(":s 403 bot #a :No such channel", ":s 422 bot :No MOTD");
  assertEquals(hand.kinds(), ["ERR_NOSUCHCHANNEL", "join_failed", "ERR_NOMOTD", "ready"]);
  assertEquals(hand.sent().filter((line) => line.startsWith("JOIN")), ["JOIN #b"]);
});

test("IrcSession: what is refused in a channel leaves us there, a PART that is refused does not", () => {
  const hand = ready({ channels: ["#a"] }).lines(":bot!b@h JOIN #a");
  const topic = hand.command({ kind: "send", command: "TOPIC", params: ["#a", "x"] });
  hand.lines(":s 482 bot #a :You're not channel operator");
  assertEquals([hand.outcome(topic), hand.session.channels], ["failed", ["#a"]]);
  const part = hand.command({ kind: "PART", channel: "#a" });
  hand.lines(":s 442 bot #a :You're not on that channel");
  assertEquals([hand.outcome(part), hand.session.channels], ["failed", []]);
});

test("IrcSession: asks for its nick again as soon as the holder is seen to leave it", () => {
  for (const left of [":BOT!x@y QUIT :bye", ":bot!x@y NICK other"]) {
    const hand = ready({}, "bot_").lines(left);
    assertEquals(hand.sent()[0], "NICK bot", left);
    hand.lines(":bot_!b@h NICK bot");
    assertEquals(hand.session.nick, "bot");
    assertEquals(hand.lines(":bot!x@y QUIT :odd").sent().includes("NICK bot"), false);
  }
  const kept = ready({ regainNick: false }, "bot_").lines(":bot!x@y QUIT :bye").pass(120_000);
  assertEquals(kept.sent().filter((line) => /NICK|ISON|MONITOR/.test(line)), []);
});

test("IrcSession: asks by MONITOR where the server has it, and only once", () => {
  const hand = ready({}, "bot_").lines(
    ":s 005 bot_ MONITOR=100 :are supported",
    ":s 005 bot_ X=1 MONITOR :x",
  );
  assertEquals(hand.sent()[0], "MONITOR + bot");
  hand.lines(":s PONG s :parley-1", ":s 730 bot_ :bot!x@y").pass(55_000);
  assertEquals(hand.sent(), []);
  hand.lines(":s 731 bot_ :other,bot");
  assertEquals(hand.sent()[0], "NICK bot");
  hand.lines(":bot_!b@h NICK bot", ":s PONG s :parley-2").pass(5_000);
  assert(hand.sent().includes("MONITOR - bot"));
});

test("IrcSession: asks by MONITOR as soon as it is let in where the server has said before that it has that", () => {
  const hand = new IrcHand().start().offers("").lines(
    ":s 001 bot_ :Welcome",
    ":s 005 bot_ MONITOR=100 :are supported",
    ":s 422 bot_ :No MOTD",
  );
  assert(hand.sent().includes("MONITOR + bot"));
});

test("IrcSession: asks by ISON once a minute where the server has no MONITOR, or no room there", () => {
  const hand = ready({}, "bot_").pass(60_000);
  assert(hand.sent().includes("ISON bot"));
  hand.lines(":s PONG s parley-1", ":s PONG s :parley-2", ":s 303 bot_ :bot").pass(30_000);
  assertEquals(hand.sent(), []);
  hand.pass(30_000).lines(":s PONG s parley-3", ":s PONG s :parley-4", ":s 303 bot_ :");
  assert(hand.sent().includes("NICK bot"));
  const full = ready({}, "bot_").lines(":s 005 bot_ MONITOR=1 :x", ":s 734 bot_ 1 bot :list is full").pass(0);
  assert(full.sent().includes("ISON bot"));
});

test("IrcSession: a list of MONITOR that is full, which it has not asked for, says nothing of its nick", () => {
  const hand = ready({}, "bot_").pass(1_000);
  hand.sent();
  hand.lines(":s 734 bot_ 1 bot :list is full");
  assertEquals(hand.sent(), []);
});

test("IrcSession: the nick to have is the one the user asked for last, not what services make of us", () => {
  const hand = ready().lines(":bot!b@h NICK Guest123");
  hand.command({ kind: "NICK", nick: "robot" });
  hand.lines(":Guest123!b@h NICK robot").close().pass(1_000).sent();
  hand.open();
  assertEquals(hand.sent()[1], "NICK robot");
  hand.lines(":s 001 robot :hi", ":s 422 robot :No MOTD", ":robot!b@h NICK Guest9").close().pass(2_000)
    .sent();
  hand.open();
  assertEquals(hand.sent()[1], "NICK robot");
});

test("IrcSession: renamed by others later, it gets its nick back once that is free", () => {
  const timeouts = { idle: Infinity, ping: Infinity };
  const hand = ready({ timeouts }).lines(":bot!b@h NICK Guest9").pass(60_000);
  assert(hand.sent().includes("ISON bot"));
  hand.lines(":s 303 Guest9 :");
  assert(hand.sent().includes("NICK bot"));
  hand.lines(":Guest9!b@h NICK bot").pass(600_000);
  assertEquals(hand.sent().filter((line) => /NICK|ISON/.test(line)), []);
  const monitoring = ready().lines(":s 005 bot MONITOR=100 :x", ":bot!b@h NICK Guest9");
  assertEquals(monitoring.sent(), ["MONITOR + bot"]);
  const kept = ready({ timeouts, regainNick: false }).lines(":bot!b@h NICK Guest9").pass(600_000);
  assertEquals(kept.sent().filter((line) => /NICK|ISON/.test(line)), []);
});

test("IrcSession: what the user asks by ISON brings no NICK about", () => {
  const hand = ready({}, "bot_");
  hand.command({ kind: "send", command: "ISON", params: ["dan"] });
  hand.lines(":s 303 bot_ :");
  assertEquals(hand.sent(), ["ISON dan"]);
});

test("IrcSession: a nick the server cuts short is what there is to have", () => {
  const hand = ready({ nick: "averylongnick" }, "averylong").pass(120_000);
  assertEquals(hand.sent().filter((line) => /NICK|ISON/.test(line)), []);
});

test("IrcSession: a channel we never were in does not hold up the end of the gap", () => {
  const hand = ready({ channels: ["#were"] });
  hand.lines(":bot!b@h JOIN #were");
  hand.command({ kind: "JOIN", channel: "#never" });
  hand.close().pass(1_000);
  hand.offers("").lines(":s 001 bot :hi", ":s 422 bot :No MOTD");
  assertEquals(hand.kinds().includes("gap"), false);
  hand.lines(":bot!b@h JOIN #were");
  assertEquals(hand.kinds(), ["JOIN", "gap"]);
});

test("IrcSession: a channel that is parted on the way back does not hold up the end of the gap", () => {
  const hand = ready({ channels: ["#a", "#b"] }).lines(":bot!b@h JOIN #a", ":bot!b@h JOIN #b");
  hand.close().pass(1_000);
  hand.offers("").lines(":s 001 bot :hi", ":s 422 bot :No MOTD", ":bot!b@h JOIN #a");
  assertEquals(hand.kinds().includes("gap"), false);
  hand.command({ kind: "PART", channel: "#b" });
  assertEquals(hand.kinds(), ["gap"]);
});

test("IrcSession: who quits or is renamed without a name frees no nick", () => {
  const hand = ready({ nick: "bot" }, "bot_");
  hand.lines("QUIT :bye", "NICK other", ":irc.test QUIT :bye").sent();
  hand.lines(":bot!x@y QUIT :bye");
  assertEquals(hand.sent(), ["NICK bot"]);
});

test("IrcSession: who has much to say asks for proof before all of it is said", () => {
  const hand = ready({ flood: { line: 1_000, ahead: 2_000 } });
  for (let n = 0; n < 12; n++) hand.command({ kind: "PRIVMSG", target: "#a", text: String(n) });
  const sent = hand.pass(60_000).sent();
  const ping = sent.findIndex((line) => line.startsWith("PING "));
  assertEquals([sent.slice(0, ping).length, sent.filter((line) => /^PRIVMSG/.test(line)).length], [8, 12]);
});

test("IrcSession: what waited with tags goes without them to a server that takes none", () => {
  const hand = new IrcHand({ flood: { line: 10_000, ahead: 20_000 } }).start();
  const letIn = (capabilities: string) => {
    hand.offers(capabilities);
    for (const line of hand.sent()) {
      if (line.startsWith("CAP REQ")) hand.lines(`:s CAP * ACK :${line.slice("CAP REQ ".length)}`);
    }
    hand.lines(":s 001 bot :hi", ":s 422 bot :No MOTD");
  };
  letIn("message-tags");
  for (const text of ["a", "b", "c"]) {
    hand.command({ kind: "PRIVMSG", target: "#a", text, tags: { "+reply": "7" } });
  }
  assertEquals(hand.sent(), ["CAP END", "@+reply=7 PRIVMSG #a a"]);
  hand.close().pass(60_000);
  letIn("server-time");
  const sent = [...hand.sent(), ...hand.pass(60_000).sent()];
  assertEquals(sent.filter((line) => line.includes("PRIVMSG")), ["PRIVMSG #a b", "PRIVMSG #a c"]);
});
