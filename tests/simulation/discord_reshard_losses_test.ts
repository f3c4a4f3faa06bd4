import { test } from "node:test";
import { assertEquals } from "@std/assert";
import type { DiscordServerLogEntry } from "../../testing/discord/server.ts";
import { type Known, unknowableLosses } from "./_discord_reshard_losses.ts";

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

function asks(at: number, link: number, session: string): DiscordServerLogEntry {
  return { kind: "received", at, link, op: 6, d: { session_id: session } };
}

/**
 * What nobody can know of a message that was said at 50, to a bot of one process or two, the second of which began at 15;
 * its sessions are called after their counts.
 */
function unknowableTo(processes: readonly Known[], ...log: DiscordServerLogEntry[]): string[] {
  const said = [{ text: TEXT, at: 50, shardOf: () => 0 }];
  const countOf = (session: string) => Number(/^\d+/.exec(session)?.[0]);
  return [...unknowableLosses(log, said, { countOf, processes, lag: 4, trip: 1 })];
}

function unknowable(...log: DiscordServerLogEntry[]): string[] {
  return unknowableTo([{ began: 0, found: new Set() }], ...log);
}

const lost = message(60, 0, "1", 2);

test("unknowableLosses: the last event of an old shard, lost before a new one begins, is one", () => {
  assertEquals(unknowable(begins(10, 1, "1"), lost, begins(70, 2, "4"), ends(90, 1)), [TEXT]);
});

test("unknowableLosses: what a number behind it shows is none", () => {
  const next = message(80, 1, "1", 3, "another");
  assertEquals(unknowable(begins(10, 1, "1"), lost, begins(70, 2, "4"), next, ends(90, 1)), []);
});

test("unknowableLosses: what another session was sent, or was away for, is none", () => {
  for (const link of [0, 2]) {
    const log = [begins(10, 1, "1"), begins(20, 2, "4"), lost, message(60, link, "4", 2), ends(90, 1)];
    assertEquals(unknowable(...log), []);
  }
});

test("unknowableLosses: what another session has lost, too, is one, unless that shows it or is not ended", () => {
  const log = (...entries: DiscordServerLogEntry[]) => [
    begins(10, 1, "1"),
    begins(20, 2, "4"),
    lost,
    message(60, 0, "4", 2),
    ...entries,
    ends(90, 1),
  ];
  assertEquals(unknowable(...log(ends(70, 2))), [TEXT]);
  assertEquals(unknowable(...log(message(65, 2, "4", 3, "another"), ends(70, 2))), []);
  assertEquals([unknowable(...log()), unknowable(...log(ends(70, 2, 4000)))], [[], []]);
});

test("unknowableLosses: what nobody got while a new shard had lost its session is none, unless it was given up", () => {
  const log = (code: number) => [
    begins(10, 1, "1"),
    begins(20, 2, "4"),
    ends(30, 2, code),
    asks(35, 5, "4"),
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

test("unknowableLosses: what was for a session of a dead process, too, is one, unless the next has found that session", () => {
  const dead = { kind: "closed", at: 12, link: 2, info: { ...BY_CLIENT, cause: "lost" } } as const;
  const log = [begins(10, 2, "4"), dead, begins(20, 1, "1"), lost, message(60, 0, "4", 2), ends(90, 1)];
  const since = (began: number, ...found: string[]) => [
    { began: 0, found: new Set<string>() },
    { began, found: new Set(found) },
  ];
  assertEquals(unknowableTo(since(15), ...log), [TEXT]);
  // It was its own, it has been taken up from the store, or who has died heard of what was lost.
  assertEquals([since(5), since(15, "4"), since(55)].map((all) => unknowableTo(all, ...log)), [[], [], []]);
});

test("unknowableLosses: a newer session of a dead process follows no other", () => {
  const log = [begins(10, 1, "1"), begins(12, 2, "4"), ends(13, 2, 4000), lost, ends(90, 1)];
  const since = (...found: string[]) => [
    { began: 0, found: new Set<string>() },
    { began: 15, found: new Set(found) },
  ];
  assertEquals(unknowableTo(since("1"), ...log), [TEXT]);
  assertEquals(unknowableTo(since("1", "4"), ...log), []);
});

test("unknowableLosses: what another session is not told though it is on its link is one", () => {
  const log = (...entries: DiscordServerLogEntry[]) => [
    begins(10, 1, "1"),
    begins(20, 2, "4"),
    lost,
    ...entries,
    ends(90, 1),
  ];
  // It gets the guild later, or is ended before it is told.
  assertEquals([unknowable(...log()), unknowable(...log(ends(52, 2)))], [[TEXT], [TEXT]]);
  assertEquals([unknowable(...log(ends(55, 2, 4000))), unknowable(...log(ends(54, 2, 4000)))], [[TEXT], []]);
  const back = { ...begins(50, 3, "4"), resumed: true };
  assertEquals(
    unknowable(begins(10, 1, "1"), begins(20, 2, "4"), ends(30, 2, 4000), back, lost, ends(90, 1)),
    [TEXT],
  );
});

test("unknowableLosses: what a number shows that crosses the client's close on its way is one", () => {
  const log = (at: number) => [begins(10, 1, "1"), lost, message(at, 1, "1", 3, "another"), ends(90, 1)];
  assertEquals([unknowable(...log(88)), unknowable(...log(89))], [[], [TEXT]]);
});

test("unknowableLosses: what was for a session of which its client never heard, too, is one", () => {
  const cut = { kind: "closed", at: 30, link: 2, info: { ...BY_CLIENT, code: 1006, cause: "lost" } } as const;
  const log = (off: DiscordServerLogEntry, ...entries: DiscordServerLogEntry[]) => [
    begins(10, 1, "1"),
    begins(20, 2, "4"),
    off,
    ...entries,
    begins(40, 3, "4, again"),
    lost,
    message(62, 0, "4", 6),
    ends(90, 1),
  ];
  assertEquals(unknowable(...log(cut)), [TEXT]);
  // It was asked for, or its client knows that it is over, or another process has begun the next.
  assertEquals(unknowable(...log(cut, asks(35, 4, "4"))), []);
  assertEquals(unknowable(...log({ kind: "sent", at: 30, link: 2, op: 9 })), []);
  const processes = [{ began: 0, found: new Set<string>() }, { began: 35, found: new Set(["1", "4"]) }];
  assertEquals(unknowableTo(processes, ...log(cut)), []);
});
