import { test } from "node:test";
import { assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import {
  IrcServer,
  type IrcServerCommand,
  type IrcServerEvent,
  type IrcServerOptions,
} from "../../src/testing/irc_server.ts";
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
