import { test } from "node:test";
import { assertEquals, assertMatch } from "@std/assert";
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
