import { assertEquals } from "@std/assert";
import { test } from "node:test";
import type { Action, Protocol } from "../../src/protocol/protocol.ts";
import { DiscordServer } from "../../testing/discord/server.ts";
import { IrcServer } from "../../testing/irc/server.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";

// "What links bring, answers and ticks count in the order in which they came."

type Server = Pick<Protocol<never, never>, "start" | "opened" | "receive" | "tick" | "deadline"> & {
  poll(): Action | { readonly kind: "event" } | undefined;
};

/** What a server does and tells, in words. */
function took(server: Server): string[] {
  const words: string[] = [];
  for (let output = server.poll(); output !== undefined; output = server.poll()) {
    words.push(output.kind === "send" ? String(output.data).trim() : output.kind);
  }
  return words;
}

function opened<T extends Server>(server: T, url: string): T {
  server.start(0);
  server.opened(-1, { url, protocol: "" }, 0);
  took(server);
  return server;
}

test("TwitchServer: a tick does not overtake the PONG that came before it", () => {
  const server = opened(new TwitchServer({ pingInterval: 60_000 }), "wss://tmi.test");
  server.tick(60_000);
  assertEquals(took(server), ["PING :tmi.twitch.tv"]);
  assertEquals(server.deadline(), 90_000);
  server.receive(-1, "PONG :tmi.twitch.tv\r\n", 90_000);
  server.tick(90_000);
  assertEquals(took(server), ["event"]);
  assertEquals(server.deadline(), 120_000);
});

test("IrcServer: a tick does not overtake the PONG that came before it", () => {
  const server = opened(new IrcServer({ pingInterval: 60_000 }), "ircs://irc.test");
  server.tick(60_000);
  assertEquals(took(server), ["PING :irc.test"]);
  assertEquals(server.deadline(), 120_000);
  server.receive(-1, "PONG :irc.test\r\n", 120_000);
  server.tick(120_000);
  assertEquals(took(server), ["event"]);
  assertEquals(server.deadline(), 180_000);
});

test("DiscordServer: a tick does not overtake the heartbeat that came before it", () => {
  const server = opened(new DiscordServer({ heartbeatInterval: 40_000 }), "wss://gateway.test/?v=10");
  assertEquals(server.deadline(), 60_000);
  server.receive(-1, '{"op":1,"d":null}', 60_000);
  server.tick(60_000);
  assertEquals(took(server), ['{"t":null,"s":null,"op":11}']);
  assertEquals(server.deadline(), 120_000);
});

test("IrcServer, TwitchServer, DiscordServer: what came before a link was closed is read first", () => {
  const gone = { code: 1006, reason: "", clean: false, cause: "lost" } as const;
  const servers = [
    [new IrcServer(), "PING :a\r\n"],
    [new TwitchServer(), "PING :a\r\n"],
    [new DiscordServer(), '{"op":1,"d":null}'],
  ] as const;
  for (const [server, text] of servers) {
    opened(server, "wss://server.test/?v=10");
    server.receive(-1, text, 10);
    server.closed(-1, gone, 10);
    assertEquals(took(server).length, 2);
    assertEquals([server.deadline(), took(server)], [Infinity, []]);
  }
});
