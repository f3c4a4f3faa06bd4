import { test } from "node:test";
import { assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import {
  IrcServer,
  type IrcServerCommand,
  type IrcServerEvent,
  type IrcServerOptions,
} from "../../testing/irc/server.ts";
import { Hand } from "../_hand.ts";

/** An IRC server driven by hand, with one client. */
class Server extends Hand<IrcServerCommand, IrcServerEvent> {
  constructor(options: IrcServerOptions = {}) {
    super(new IrcServer(options));
    this.start().open(-1).taken();
  }

  /** What it answers to lines of the client's. */
  answers(...lines: string[]): string[] {
    this.lines(...lines);
    return this.sent();
  }
}

test("IrcServer: acknowledges the capabilities that were asked for, and no others", () => {
  const server = new Server();
  assertEquals(server.answers("CAP LS 302", "NICK parley", "USER parley 0 * parley"), [
    ":irc.test CAP * LS :message-tags server-time echo-message multi-prefix",
  ]);
  assertEquals(server.answers("CAP REQ :message-tags server-time"), [
    ":irc.test CAP parley ACK :message-tags server-time",
  ]);
  assertEquals(server.answers("CAP REQ :multi-prefix sasl"), [":irc.test CAP parley NAK :multi-prefix sasl"]);
  assertEquals(server.answers("CAP REQ echo-message", "CAP REQ -message-tags"), [
    ":irc.test CAP parley ACK :echo-message",
    ":irc.test CAP parley ACK :-message-tags",
  ]);
  assertEquals(server.answers("CAP LIST"), [":irc.test CAP parley LIST :server-time echo-message"]);
});

test("IrcServer: tags what it sends as was agreed", () => {
  const server = new Server();
  server.lines("CAP REQ :server-time message-tags", "NICK parley", "USER parley 0 * parley", "CAP END");
  server.lines("JOIN #a").taken();
  server.command({ kind: "say", nick: "ann", channel: "#a", text: "hello" });
  assertMatch(
    server.sent().at(-1) ?? "",
    /^@msgid=\d+;time=1970-01-01T00:00:00.000Z :ann!ann@people.test PRIVMSG #a (:)?hello$/,
  );
});

/** Lets a client in, and leaves its registration out of what is asked for next. */
function registered(options: IrcServerOptions = {}): Server {
  const server = new Server({ capabilities: [], ...options });
  server.answers("NICK bot", "USER bot 0 * bot");
  return server;
}

test("IrcServer: asks for the key of a channel that has one", () => {
  const server = registered({ keys: { "#Key": "k" } });
  assertEquals(server.answers("JOIN #key x"), [":irc.test 475 bot #key :Cannot join channel (+k) - bad key"]);
  assertEquals(server.answers("JOIN #key,#a k")[0], ":bot!bot@client.test JOIN #key");
});

test("IrcServer: who comes first may set modes, throw out and invite, and nobody else", () => {
  const server = registered();
  server.answers("JOIN #a");
  server.command({ kind: "say", nick: "ann", channel: "#a", text: "hello" });
  server.taken();
  const told = (line: string) => server.answers(line).map((answer) => answer.replace(/^:\S+ /, ""));
  assertEquals(told("MODE #a"), ["324 bot #a +nt"]);
  assertEquals(told("MODE #a +vk-n ann sesame"), ["MODE #a +v+k-n ann sesame"]);
  assertEquals(told("MODE #a +v ghost"), ["441 bot ghost #a :They aren't on that channel"]);
  assertEquals(told("MODE #a +Z"), ["472 bot Z :is an unknown mode char to me"]);
  assertEquals(told("MODE #a +b"), ["368 bot #a :End of channel ban list"]);
  assertEquals(told("NAMES #a"), ["353 bot = #a :@bot +ann", "366 bot #a :End of /NAMES list"]);
  assertEquals(told("KICK #a ghost"), ["441 bot ghost #a :They aren't on that channel"]);
  assertEquals(told("KICK #a ann out"), ["KICK #a ann :out"]);
  assertEquals(told("INVITE ghost #a"), ["401 bot ghost :No such nick"]);
  server.command({ kind: "mode", channel: "#a", modes: "-o", args: ["bot"] });
  server.taken();
  for (const line of ["MODE #a +m", "KICK #a bot", "TOPIC #a :news"]) {
    assertEquals(told(line), ["482 bot #a :You're not a channel operator"]);
  }
  server.command({ kind: "mode", channel: "#a", modes: "+m" });
  server.taken();
  assertEquals(told("PRIVMSG #a :hello"), ["404 bot #a :Cannot send to channel"]);
});

test("IrcServer: refuses what it is told to refuse, by a numeric or FAIL", () => {
  const server = registered();
  server.command({ kind: "refuse", channel: "#a", numeric: "437", ms: 1_000 });
  server.command({ kind: "fail", command: "TOPIC", code: "NOT_NOW" });
  assertEquals(server.answers("JOIN #A", "TOPIC #b x"), [
    ":irc.test 437 bot #A :Cannot join channel now",
    ":irc.test FAIL TOPIC NOT_NOW #b :It cannot be",
  ]);
  server.pass(1_000);
  assertEquals(server.answers("JOIN #A").length, 3);
});

test("IrcServer: answers a label by ACK, by one message or by a batch", () => {
  const server = registered({ capabilities: ["batch", "labeled-response"] });
  server.answers("CAP REQ :batch labeled-response");
  assertEquals(server.answers("@label=1 PONG x"), ["@label=1 :irc.test ACK"]);
  assertEquals(server.answers("@label=2 FOO"), ["@label=2 :irc.test 421 bot FOO :Unknown command"]);
  assertEquals(server.answers("@label=3 JOIN #a"), [
    "@label=3 :irc.test BATCH +label1 labeled-response",
    "@batch=label1 :bot!bot@client.test JOIN #a",
    "@batch=label1 :irc.test 353 bot = #a @bot",
    "@batch=label1 :irc.test 366 bot #a :End of /NAMES list",
    ":irc.test BATCH -label1",
  ]);
});

test("IrcServer: a person who is banned is out, and stays out", () => {
  const server = registered();
  server.answers("JOIN #a");
  server.command({ kind: "ban", channel: "#A", nick: "BOT" });
  assertEquals(server.sent(), [":oper!oper@irc.test KICK #a BOT :banned"]);
  assertEquals(server.answers("JOIN #a"), [
    ":irc.test 474 bot #a :Cannot join channel (+b) - you are banned",
  ]);
});

test("IrcServer: who was split off comes back", () => {
  const server = registered();
  server.answers("JOIN #a");
  server.command({ kind: "say", nick: "Ann", channel: "#a", text: "hi" });
  server.sent();
  server.command({ kind: "netsplit", ms: 5_000 });
  assertEquals(server.sent(), [":Ann!ann@people.test QUIT :irc.test split.test"]);
  server.pass(5_000);
  assertEquals(server.sent(), [":Ann!ann@people.test JOIN #a"]);
});

test("IrcServer: a client that answers nothing is asked, then closed", () => {
  const server = registered({ pingInterval: 10_000 });
  server.pass(10_000);
  assertEquals(server.sent(), ["PING :irc.test"]);
  server.pass(10_000);
  assertEquals(server.taken().map(({ kind }) => kind), ["send", "close"]);
  assertEquals(server.told().at(-1)?.kind, "left");
});

test("IrcServer: nothing received makes it throw, on any of its links", () => {
  const line = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      "NICK a",
      "NICK b",
      "USER u",
      "JOIN #a",
      "PART #a",
      "PRIVMSG #a :x",
      "PRIVMSG a x",
      "MODE #a",
    ),
    fc.constantFrom(
      "CAP LS",
      "CAP REQ :x",
      "CAP END",
      "QUIT",
      "TOPIC #a :t",
      "NAMES #a",
      "WHO #a",
      "PONG",
      "PING",
    ),
  ).map((text) => `${text}\r\n`);
  const step = fc.tuple(fc.constantFrom(-1, -2), fc.oneof({ weight: 3, arbitrary: line }, fc.uint8Array()));
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const server = new Server();
    server.open(-2);
    for (const [link, data] of steps) server.receive(data, link);
    server.close({}, -1).pass(1_000_000);
  }));
});

test("IrcServer: lets in by SASL PLAIN who knows the password, and nobody else", () => {
  const server = new Server({ capabilities: [], accounts: { ann: "sesame" }, mechanisms: ["PLAIN"] });
  assertEquals(server.answers("CAP LS 302", "CAP REQ sasl"), [
    ":irc.test CAP * LS :sasl=PLAIN",
    ":irc.test CAP * ACK :sasl",
  ]);
  assertEquals(server.answers("AUTHENTICATE EXTERNAL"), [
    ":irc.test 908 * PLAIN :are available SASL mechanisms",
    ":irc.test 904 * :SASL authentication failed",
  ]);
  const login = (password: string) =>
    server.answers("AUTHENTICATE PLAIN", `AUTHENTICATE ${btoa(`ann\0ann\0${password}`)}`);
  assertEquals(login("open barley"), ["AUTHENTICATE +", ":irc.test 904 * :SASL authentication failed"]);
  assertEquals(login("sesame").slice(1).map((line) => line.split(" ")[1]), ["900", "903"]);
  server.lines("NICK ann", "USER ann 0 * ann", "CAP END");
  assertEquals(server.told().at(-1), { kind: "registered", link: -1, nick: "ann", account: "ann", at: 0 });
});

test("IrcServer: offers no SASL while its services are away, and tells who takes news", () => {
  const server = new Server({ capabilities: [], accounts: { ann: "sesame" }, mechanisms: ["PLAIN"] });
  server.answers("CAP LS 302", "CAP REQ sasl");
  server.command({ kind: "services", up: false });
  assertEquals(server.sent(), [":irc.test CAP * DEL :sasl"]);
  assertEquals(server.answers("CAP REQ sasl", "AUTHENTICATE PLAIN"), [
    ":irc.test CAP * NAK :sasl",
    ":irc.test 904 * :SASL authentication failed",
  ]);
  server.command({ kind: "services", up: true });
  assertEquals(server.sent(), [":irc.test CAP * NEW :sasl=PLAIN"]);
});

test("IrcServer: reads no faster than lines are paid for, and throws out who has too many waiting", () => {
  const server = registered({ flood: { line: 2_000, ahead: 4_000, queue: 40 } });
  server.pass(100_000).sent();
  const asked = ["PING 1", "PING 2", "PING 3", "PING 4"];
  assertEquals(server.answers(...asked).length, 3);
  server.pass(1_999);
  assertEquals(server.sent(), []);
  server.pass(1);
  assertEquals(server.sent(), [":irc.test PONG irc.test :4"]);
  // The next one waits again, and is too long to.
  server.lines(`PING ${"x".repeat(40)}`);
  assertMatch(server.sent().at(-1) ?? "", /^ERROR :.*Excess Flood/);
});

test("IrcServer: who is banned for good is thrown out, and turned away", () => {
  const server = registered();
  server.command({ kind: "kline", nick: "bot", reason: "spam" });
  assertEquals(server.sent(), [
    ":irc.test 465 bot :You are banned from this server",
    "ERROR :Closing Link: bot (K-Lined: spam)",
  ]);
  server.open(-2).receive("NICK other\r\nUSER bot 0 * bot\r\n", -2);
  assertMatch(server.sent().at(-1) ?? "", /K-Lined/);
});

test("IrcServer: a nick that is taken is there by ISON, until it is free", () => {
  const server = registered({ taken: ["Ann"] });
  assertEquals(server.answers("ISON ann eve BOT"), [":irc.test 303 bot :ann BOT"]);
  server.command({ kind: "free", nick: "ann" });
  assertEquals(server.answers("ISON :ann eve"), [":irc.test 303 bot :"]);
});

test("IrcServer: takes names to be the same as its case mapping says, and says which", () => {
  for (const [casemapping, answer] of [["rfc1459", "433"], ["ascii", "001"]] as const) {
    const server = new Server({ casemapping, taken: ["bot[1]"], capabilities: [] });
    const answers = server.answers("NICK bot{1}", "USER bot 0 * bot");
    assertEquals(answers[0]?.split(" ")[1], answer);
  }
  for (const [casemapping, members] of [["rfc1459", ["bot"]], ["ascii", []]] as const) {
    const core = new IrcServer({ casemapping, capabilities: [] });
    const server = new Hand<IrcServerCommand, IrcServerEvent>(core);
    server.start().open(-1).lines("NICK bot", "USER bot 0 * bot", "JOIN #A[]");
    assertEquals(core.members("#a{}"), members);
    assertEquals(server.sent().some((line) => line.includes(` CASEMAPPING=${casemapping} `)), true);
  }
});

test("IrcServer: tells who watches a nick whether it is on, and when it comes and goes", () => {
  const server = registered({ monitor: 10, taken: ["Ann"] });
  assertEquals(server.answers("MONITOR + ann,bob"), [
    ":irc.test 730 bot ann!ann@people.test",
    ":irc.test 731 bot bob",
  ]);
  server.command({ kind: "free", nick: "ann" });
  assertEquals(server.sent(), [":irc.test 731 bot ann"]);
  server.open(-2).receive("NICK Bob\r\nUSER b 0 * b\r\n", -2);
  assertEquals(
    server.taken().flatMap((action) => action.kind === "send" && action.link === -1 ? [action.data] : []),
    [
      ":irc.test 730 bot Bob!b@client.test\r\n",
    ],
  );
  server.close({}, -2);
  assertEquals(server.sent(), [":irc.test 731 bot bob"]);
  assertEquals(server.answers("MONITOR S"), [":irc.test 731 bot ann,bob"]);
  assertEquals(server.answers("MONITOR - ann", "MONITOR L"), [
    ":irc.test 732 bot bob",
    ":irc.test 733 bot :End of MONITOR list",
  ]);
  server.command({ kind: "say", nick: "ann", channel: "#a", text: "hi" });
  assertEquals(server.sent(), []);
});

test("IrcServer: lets only so many nicks be watched, or none where it has no MONITOR", () => {
  const server = registered({ monitor: 2 });
  assertEquals(server.answers("MONITOR + a,b,A,c,d"), [
    ":irc.test 731 bot a,b",
    ":irc.test 734 bot 2 c,d :Monitor list is full.",
  ]);
  assertEquals(server.answers("MONITOR C", "MONITOR + c"), [":irc.test 731 bot c"]);
  assertEquals(registered().answers("MONITOR + a"), [":irc.test 421 bot MONITOR :Unknown command"]);
});

test("IrcServer: a link that is frozen stays open until its client leaves", () => {
  const server = registered({ pingInterval: 1_000 });
  server.command({ kind: "freeze" });
  server.taken();
  server.pass(3_600_000).lines("PING x");
  assertEquals(server.taken(), []);
  server.close();
  assertEquals(server.kinds().at(-1), "left");
});
