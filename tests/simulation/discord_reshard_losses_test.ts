import { test } from "node:test";
import { assertEquals } from "@std/assert";
import type { DiscordServerLogEntry } from "../../testing/discord/server.ts";
import { unknowableLosses } from "./_discord_reshard_losses.ts";

const TEXT = "what was lost";
const BY_CLIENT = { code: 1000, reason: "", clean: true, cause: "peer" } as const;

function begins(at: number, link: number, session: string): DiscordServerLogEntry {
  return { kind: "session", at, link, session, shard: 0, resumed: false };
}

function message(
  at: number,
  link: number,
  session: string,
  s: number,
  content = TEXT,
): DiscordServerLogEntry {
  return { kind: "dispatched", at, link, session, s, t: "MESSAGE_CREATE", d: { content } };
}

function ends(at: number, link: number, code = 1000): DiscordServerLogEntry {
  return { kind: "closed", at, link, info: { ...BY_CLIENT, code } };
}

/** What nobody can know of a message that was said at 50, to a bot of sessions that are called after their counts. */
function unknowable(...log: DiscordServerLogEntry[]): string[] {
  const said = [{ text: TEXT, at: 50, shardOf: () => 0 }];
  return [...unknowableLosses(log, (session) => Number(/^\d+/.exec(session)?.[0]), said)];
}

const lost = message(60, 0, "1", 2);

test("unknowableLosses: the last event of an old shard, lost before a new one begins, is one", () => {
  assertEquals(unknowable(begins(10, 1, "1"), lost, begins(70, 2, "4"), ends(90, 1)), [TEXT]);
});

test("unknowableLosses: what a number behind it shows is none", () => {
  const next = message(80, 1, "1", 3, "another");
  assertEquals(unknowable(begins(10, 1, "1"), lost, begins(70, 2, "4"), next, ends(90, 1)), []);
});

test("unknowableLosses: what was for another session, too, is none", () => {
  for (const link of [0, 2]) {
    const log = [begins(10, 1, "1"), begins(20, 2, "4"), lost, message(60, link, "4", 2), ends(90, 1)];
    assertEquals(unknowable(...log), []);
  }
});

test("unknowableLosses: what nobody got while a new shard had lost its session is none, unless it was given up", () => {
  const log = (code: number) => [
    begins(10, 1, "1"),
    begins(20, 2, "4"),
    ends(30, 2, code),
    lost,
    begins(70, 3, "4, again"),
    ends(90, 1),
  ];
  assertEquals([unknowable(...log(4000)), unknowable(...log(1000))], [[], [TEXT]]);
});

test("unknowableLosses: what came while the client was away, or its session was over, is none", () => {
  const away = { kind: "closed", at: 40, link: 1, info: { ...BY_CLIENT, cause: "lost" } } as const;
  const over = { kind: "sent", at: 55, link: 1, op: 9 } as const;
  for (const entry of [away, over]) {
    assertEquals(unknowable(begins(10, 1, "1"), entry, lost, begins(70, 2, "4"), ends(90, 1)), []);
  }
});

test("unknowableLosses: what a session has lost that its client did not end is none", () => {
  assertEquals(unknowable(begins(10, 1, "1"), lost, begins(70, 2, "4"), ends(90, 1, 4000)), []);
  assertEquals(unknowable(begins(10, 1, "1"), lost, begins(70, 2, "4")), []);
});
