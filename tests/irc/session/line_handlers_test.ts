import { test } from "node:test";
import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { IrcClient } from "../../../src/irc/client.ts";
import {
  type LineDirection,
  type LineHandler,
  LineHandlers,
} from "../../../src/irc/session/line_handlers.ts";
import { parseMessage } from "../../../src/irc/wire/messages/message.ts";
import { IrcSession } from "../../../src/irc/session/session.ts";
import { CommandError } from "../../../src/protocol/errors.ts";
import { Simulation } from "../../../testing/world/simulation.ts";
import { Hand } from "../../_hand.ts";
import { serveIrc } from "../_serve.ts";

const URL = "irc://irc.test";

function session(handlers: readonly LineHandler[], password?: string) {
  const errors: unknown[] = [];
  const core = new IrcSession({
    url: "ircs://irc.test",
    nick: "bot",
    random: () => 0.5,
    handlers: new LineHandlers(handlers, (error) => errors.push(error)),
    ...(password !== undefined && { password }),
  });
  return { hand: new Hand(core).start().open(), errors };
}

test("LineHandlers: see every line in both directions, registration and PING included, but no secret", () => {
  const seen: [LineDirection, string][] = [];
  const { hand } = session([(message, next, direction) => {
    seen.push([direction, message.raw]);
    next();
  }], "hunter2");
  hand.lines(":s CAP * LS :", ":s 001 bot :Welcome", ":s 422 bot :No MOTD", "PING :x", "AUTHENTICATE +");
  assertEquals(seen, [
    ["out", "CAP LS 302"],
    ["out", "NICK bot"],
    ["out", "USER bot 0 * bot"],
    ["in", ":s CAP * LS :"],
    ["out", "CAP END"],
    ["in", ":s 001 bot :Welcome"],
    ["in", ":s 422 bot :No MOTD"],
    ["in", "PING :x"],
    ["out", "PONG :x"],
  ]);
  assertEquals(hand.sent().slice(0, 2), ["CAP LS 302", "PASS hunter2"]);
});

test("LineHandlers: change, drop and multiply lines before the session looks at them", () => {
  const { hand } = session([
    (message, next) => {
      if (message.command === "PING") return;
      if (message.command === "001") next(message.raw.replace("bot", "robot"));
      else next();
    },
    (message, next, direction) => {
      next(message);
      if (direction === "in" && message.command === "JOIN") next(":eve!e@h JOIN #b");
      if (direction === "out" && message.command === "NICK") next("AWAY :soon here");
    },
  ]);
  hand.lines(":s CAP * LS :", ":s 001 bot :Welcome", ":s 422 bot :No MOTD", "PING :x", ":robot!b@h JOIN #a");
  assertEquals(hand.sent(), ["CAP LS 302", "NICK bot", "AWAY :soon here", "USER bot 0 * bot", "CAP END"]);
  assertEquals(hand.kinds(), ["CAP", "RPL_WELCOME", "ERR_NOMOTD", "ready", "JOIN", "JOIN"]);
  const core = hand.core as IrcSession;
  assertEquals([core.nick, core.channels], ["robot", ["#a"]]);
});

test("LineHandlers: one that throws changes nothing, and its error is told", () => {
  const { hand, errors } = session([(message) => {
    throw new Error(message.command);
  }]);
  hand.lines(":s CAP * LS :");
  assertEquals(hand.sent(), ["CAP LS 302", "NICK bot", "USER bot 0 * bot", "CAP END"]);
  assertEquals(errors.map(String), ["Error: CAP", "Error: NICK", "Error: USER", "Error: CAP", "Error: CAP"]);
});

test("LineHandlers: nothing gets through that is no line, and nothing after the handler has returned", () => {
  const errors: unknown[] = [];
  let late = () => {};
  const handlers = new LineHandlers([(_message, next) => {
    late = next;
    next("PRIVMSG #a :x\r\nQUIT");
  }], (error) => errors.push(error));
  const message = parseMessage("PING :x");
  assertStrictEquals(handlers.run(message, "in")[0], message);
  assert(errors[0] instanceof CommandError);
  assertThrows(() => late(), CommandError);
});

test("LineHandlers.use: adds behind the others, and returns what removes one", () => {
  const handlers = new LineHandlers();
  assert(handlers.isEmpty);
  const twice: LineHandler = (message, next) => next(`${message.raw}!`);
  const undo = handlers.use(twice);
  handlers.use(twice);
  const made = () => handlers.run(parseMessage("X a"), "in").map(({ raw }) => raw);
  assertEquals(made(), ["X a!!"]);
  undo();
  undo();
  assertEquals(made(), ["X a!"]);
});

test("LineHandlers: work the same over a WebSocket, and on bytes", () => {
  for (const protocol of ["text.ircv3.net", "binary.ircv3.net"]) {
    const core = new IrcSession({
      url: "ws://irc.test",
      nick: "bot",
      random: () => 0.5,
      handlers: new LineHandlers([(message, next) => next(message.raw.replace("bot", "robot"))]),
    });
    core.start(0);
    core.poll();
    core.opened(1, { url: "ws://irc.test", protocol }, 0);
    const sent: string[] = [];
    for (let output = core.poll(); output !== undefined; output = core.poll()) {
      if (output.kind !== "send") continue;
      assertEquals(typeof output.data === "string", protocol === "text.ircv3.net");
      sent.push(typeof output.data === "string" ? output.data : new TextDecoder().decode(output.data));
    }
    assertEquals(sent, ["CAP LS 302", "NICK robot", "USER robot 0 * bot"]);
  }
});

test("IrcClient.use: sees what is said, can say more, and its errors are events", async () => {
  const simulation = new Simulation({ seed: 4 });
  const server = serveIrc(simulation, URL);
  const first: string[] = [];
  const irc = await simulation.until(new IrcClient({
    url: URL,
    nick: "bot",
    channels: ["#a"],
    runtime: simulation.host("bot"),
    use: [(message, next, direction) => {
      first.push(`${direction} ${message.command}`);
      next();
    }],
  }).connect());
  assertEquals(first.slice(0, 2), ["out CAP", "out NICK"]);
  await simulation.run(1_000);
  const errors: unknown[] = [];
  irc.on("error", ({ error }) => void errors.push(String(error)));
  const heard: string[] = [];
  irc.on("PRIVMSG", ({ text }) => void heard.push(text));
  const undo = irc.use((message, next, direction) => {
    if (direction === "in" && message.text === "again") {
      void irc.privmsg("#a", "said from within");
      next(message.raw.replace("again", "changed"));
      throw new Error("after that");
    }
    next();
  });
  await simulation.until(server.command({ kind: "say", nick: "dan", channel: "#a", text: "again" }));
  await simulation.run(10_000);
  undo();
  await simulation.until(server.command({ kind: "say", nick: "dan", channel: "#a", text: "again" }));
  await simulation.run(1_000);
  assertEquals([heard, errors], [["changed", "again"], ["Error: after that"]]);
  assert(first.includes("out PRIVMSG"));
  await simulation.until(irc.close());
});
