import { assertEquals, assertObjectMatch } from "@std/assert";
import * as fc from "fast-check";
import { test } from "node:test";
import type { Outcome } from "../../src/protocol/protocol.ts";
import { discordServerFetch } from "../../testing/discord/fetch.ts";
import {
  DiscordServer,
  type DiscordServerCommand,
  type DiscordServerOptions,
} from "../../testing/discord/server.ts";

const TOKEN = "parley.test.token";
const CHANNEL = "81384788765712384";
const GUILD = "197038439483310086";
const GUILDS = 1;
const GUILD_MEMBERS = 1 << 1;
const GUILD_PRESENCES = 1 << 8;
const GUILD_MESSAGES = 1 << 9;
const DIRECT_MESSAGES = 1 << 12;
const MESSAGE_CONTENT = 1 << 15;
const ALL = GUILDS | GUILD_MESSAGES | MESSAGE_CONTENT;

interface Sent {
  readonly op: number;
  readonly s: number | null;
  readonly t: string | null;
  readonly d: unknown;
}

function contentOf(d: unknown): unknown {
  return Object(d).content;
}

/** A server driven by hand, and what came out of it, by link. */
class Room {
  readonly core: DiscordServer;
  now = 1_700_000_000_000;
  readonly sent = new Map<number, Sent[]>();
  readonly closed = new Map<number, number>();
  readonly dropped: number[] = [];
  readonly outcomes: Outcome[] = [];
  ended = false;
  #links = 0;
  #tickets = 0;

  constructor(options: DiscordServerOptions = {}) {
    this.core = new DiscordServer(options);
    this.core.start(this.now);
  }

  open(query = "?v=10&encoding=json"): number {
    const link = --this.#links;
    this.sent.set(link, []);
    this.core.opened(link, { url: `ws://127.0.0.1:8080/${query}`, protocol: "" }, this.now);
    this.drain();
    return link;
  }

  /** Opens a link and identifies on it; what comes of that is left out. */
  client(intents = ALL, shard: readonly [number, number] = [0, 1]): number {
    const link = this.open();
    this.identify(link, { intents, shard });
    this.take(link);
    return link;
  }

  identify(link: number, d: Record<string, unknown> = {}): void {
    this.say(link, 2, { token: TOKEN, intents: ALL, properties: {}, shard: [0, 1], ...d });
  }

  resume(link: number, session: string, seq: unknown, token = TOKEN): void {
    this.say(link, 6, { token, session_id: session, seq });
  }

  say(link: number, op: unknown, d?: unknown): void {
    this.raw(link, JSON.stringify({ op, d }));
  }

  raw(link: number, data: string | Uint8Array): void {
    this.core.receive(link, data, this.now);
    this.drain();
  }

  gone(link: number, code = 1006): void {
    const cause = code === 1006 ? "lost" : "peer";
    this.core.closed(link, { code, reason: "", clean: cause === "peer", cause }, this.now);
    this.drain();
  }

  tell(command: DiscordServerCommand): unknown {
    this.core.command(command, ++this.#tickets, this.now);
    this.drain();
    const outcome = this.outcomes.at(-1);
    return outcome?.kind === "done" ? outcome.value : outcome;
  }

  wait(ms: number): void {
    const until = this.now + ms;
    for (let at = this.core.deadline(); at <= until; at = this.core.deadline()) {
      this.now = Math.max(this.now, at);
      this.core.tick(this.now);
      this.drain();
    }
    this.now = until;
  }

  /** What was sent on a link since this was last asked. */
  take(link: number): Sent[] {
    return this.sent.get(link)?.splice(0) ?? [];
  }

  /** The same in short: the event's name, or the opcode. */
  heard(link: number): (string | number)[] {
    return this.take(link).map(({ op, t }) => t ?? op);
  }

  drain(): void {
    for (let output = this.core.poll(); output !== undefined; output = this.core.poll()) {
      if (output.kind === "send") this.sent.get(output.link)?.push(JSON.parse(String(output.data)));
      if (output.kind === "close") this.closed.set(output.link, output.code);
      if (output.kind === "abort") this.dropped.push(output.link);
      if (output.kind === "settle") this.outcomes.push(output.outcome);
      if (output.kind === "end") this.ended = true;
    }
  }
}

test("DiscordServer: greets, acknowledges, and begins a session", () => {
  const room = new Room({ heartbeatInterval: 45_000 });
  const link = room.open();
  assertEquals(room.take(link), [{ t: null, s: null, op: 10, d: { heartbeat_interval: 45_000 } }]);
  room.say(link, 1, null);
  assertEquals(room.heard(link), [11]);
  room.identify(link);
  const [ready, guild] = room.take(link);
  assertEquals([ready?.t, ready?.s, guild?.t, guild?.s], ["READY", 1, "GUILD_CREATE", 2]);
  assertObjectMatch(Object(ready?.d), {
    resume_gateway_url: "ws://127.0.0.1:8080",
    guilds: [{ id: GUILD, unavailable: true }],
    application: { id: "1000000000000000001" },
  });
  assertObjectMatch(Object(guild?.d), { channels: [{ id: CHANNEL }] });
});

test("DiscordServer: the log says what arrived when, and no token", () => {
  const room = new Room();
  room.client();
  assertEquals(room.core.log.map(({ kind }) => kind), [
    "opened",
    "sent",
    "received",
    "session",
    "dispatched",
    "dispatched",
  ]);
  assertEquals(JSON.stringify(room.core.log).includes(TOKEN), false);
});

const refusals: readonly (readonly [why: string, code: number, act: (room: Room, link: number) => void])[] = [
  ["what is no JSON", 4002, (room, link) => room.raw(link, "nonsense")],
  ["a binary message", 4002, (room, link) => room.raw(link, new Uint8Array([1, 2]))],
  ["more than 4096 bytes", 4002, (room, link) => room.say(link, 1, "é".repeat(2_100))],
  ["an unknown opcode", 4001, (room, link) => room.say(link, 99)],
  ["an opcode of the server's", 4001, (room, link) => room.say(link, 10)],
  ["a command before IDENTIFY", 4003, (room, link) => room.say(link, 3, {})],
  ["IDENTIFY without properties", 4002, (room, link) => room.say(link, 2, { token: TOKEN })],
  ["a wrong token", 4004, (room, link) => room.identify(link, { token: "wrong" })],
  ["a wrong token to resume", 4004, (room, link) => room.resume(link, "session-1", 1, "wrong")],
  ["a shard not below the count", 4010, (room, link) => room.identify(link, { shard: [1, 1] })],
  ["a shard that is none", 4010, (room, link) => room.identify(link, { shard: ["0", 1] })],
  ["an intent that is none", 4013, (room, link) => room.identify(link, { intents: 1 << 19 })],
  ["intents that are no number", 4013, (room, link) => room.identify(link, { intents: "1" })],
];

for (const [why, code, act] of refusals) {
  test(`DiscordServer: refuses ${why} with ${code}`, () => {
    const room = new Room();
    const link = room.open();
    act(room, link);
    assertEquals(room.closed.get(link), code);
  });
}

test("DiscordServer: refuses intents that are not allowed, and shard counts that are not", () => {
  const room = new Room({ allowedIntents: GUILDS, shardMultiple: 2 });
  const [one, two, three] = [room.open(), room.open(), room.open()];
  room.identify(one, { intents: ALL, shard: [0, 2] });
  room.identify(two, { intents: GUILDS, shard: [0, 1] });
  room.identify(three, { intents: GUILDS, shard: [0, 3] });
  assertEquals([...room.closed.values()], [4014, 4011, 4010]);
});

test("DiscordServer: refuses URLs that ask for what it does not speak", () => {
  const room = new Room();
  const queries = ["?v=8", "", "?v=10&encoding=xml", "?v=10&compress=br-stream"];
  const codes = queries.map((query) => room.closed.get(room.open(query)));
  assertEquals(codes, [4012, 4012, 4002, 4002]);
});

test("DiscordServer: refuses to authenticate twice", () => {
  const room = new Room();
  const [one, two] = [room.client(), room.open()];
  room.identify(one);
  room.wait(6_000);
  room.identify(two);
  room.resume(two, "session-2", 1);
  assertEquals([...room.closed.values()], [4005, 4005]);
});

test("DiscordServer: two IDENTIFYs of a bucket within 5 s are one too many", () => {
  const room = new Room({ maxConcurrency: 2 });
  const [one, two, three] = [room.open(), room.open(), room.open()];
  room.identify(one, { shard: [0, 4] });
  room.identify(two, { shard: [1, 4] });
  room.identify(three, { shard: [2, 4] });
  assertEquals([room.heard(one)[1], room.heard(two)[1]], ["READY", "READY"]);
  assertEquals(room.take(three).at(-1), { t: null, s: null, op: 9, d: false });
  room.wait(5_000);
  room.identify(three, { shard: [2, 4] });
  assertEquals(room.heard(three)[0], "READY");
});

test("DiscordServer: too many IDENTIFYs in a day reset the token", () => {
  const room = new Room({ sessionStarts: 2 });
  const links = [1, 2, 3].map(() => {
    room.wait(6_000);
    return room.client();
  });
  assertEquals(links.map((link) => room.closed.get(link)), [4004, 4004, 4004]);
  const link = room.open();
  room.identify(link);
  assertEquals(room.closed.get(link), 4004);
});

test("DiscordServer: 121 payloads within 60 s are one too many, 120 are not", () => {
  const room = new Room();
  const link = room.client();
  for (let n = 1; n < 120; n++) room.say(link, 1, null);
  assertEquals(room.closed.get(link), undefined);
  room.wait(59_999);
  room.say(link, 1, null);
  assertEquals(room.closed.get(link), 4008);
});

test("DiscordServer: who sends no heartbeat is closed, and may resume", () => {
  const room = new Room({ heartbeatInterval: 10_000 });
  const link = room.client();
  room.wait(14_000);
  room.say(link, 1, 2);
  room.wait(14_000);
  assertEquals(room.closed.get(link), undefined);
  room.wait(2_000);
  assertEquals(room.closed.get(link), 4000);
  assertEquals(room.core.sessions, [{ id: "session-1", shard: 0, count: 1, connected: false }]);
});

test("DiscordServer: a resume replays what was missed, in order, and then says RESUMED", () => {
  const room = new Room();
  const link = room.client();
  room.tell({ kind: "message", channel: CHANNEL, content: "a" });
  room.gone(link);
  for (const content of ["b", "c"]) room.tell({ kind: "message", channel: CHANNEL, content });
  const again = room.open();
  room.take(again);
  room.resume(again, "session-1", 2);
  assertEquals(room.take(again).map(({ t, s, d }) => [t, s, contentOf(d)]), [
    ["MESSAGE_CREATE", 3, "a"],
    ["MESSAGE_CREATE", 4, "b"],
    ["MESSAGE_CREATE", 5, "c"],
    ["RESUMED", 5, undefined],
  ]);
  room.tell({ kind: "message", channel: CHANNEL, content: "d" });
  assertEquals(room.take(again).map(({ s }) => s), [6]);
});

test("DiscordServer: a resume that cannot be is told so", () => {
  const room = new Room({ resumeWindow: 60_000, bufferSize: 2 });
  const late = room.client();
  room.gone(late);
  room.wait(60_000);
  const link = room.open();
  room.resume(link, "session-1", 2);
  assertEquals(room.take(link).at(-1)?.d, false);
  const overflown = room.client();
  room.gone(overflown);
  for (const content of ["a", "b", "c"]) room.tell({ kind: "message", channel: CHANNEL, content });
  room.resume(link, "session-2", 2);
  assertEquals(room.take(link).at(-1)?.op, 9);
  room.wait(6_000);
  room.gone(room.client());
  room.resume(link, "session-3", 3);
  assertEquals(room.closed.get(link), 4007);
});

test("DiscordServer: a client that is back before it was missed takes its session over", () => {
  const room = new Room();
  const [old, again] = [room.client(), room.open()];
  room.resume(again, "session-1", 2);
  assertEquals(room.closed.get(old), 4000);
  room.gone(old);
  assertEquals(room.core.sessions, [{ id: "session-1", shard: 0, count: 1, connected: true }]);
});

test("DiscordServer: a client that closes with 1000 or 1001 ends its session, with 4000 it does not", () => {
  for (const [code, sessions] of [[1000, 0], [1001, 0], [4000, 1], [1006, 1]] as const) {
    const room = new Room();
    room.gone(room.client(), code);
    assertEquals(room.core.sessions.length, sessions, `${code}`);
  }
});

test("DiscordServer: intents decide what a session is told", () => {
  const room = new Room({ maxConcurrency: 10 });
  const count = 10;
  const shard = Number((BigInt(GUILD) >> 22n) % BigInt(count));
  const all = room.client(ALL, [shard, count]);
  const other = room.client(ALL, [(shard + 1) % count, count]);
  room.wait(6_000);
  const blind = room.client(GUILD_MESSAGES, [shard, count]);
  room.wait(6_000);
  const none = room.client(GUILDS, [shard, count]);
  room.wait(6_000);
  const direct = room.client(DIRECT_MESSAGES, [0, count]);
  room.tell({ kind: "message", channel: CHANNEL, content: "hello" });
  room.tell({ kind: "message", channel: CHANNEL, content: "hello <@1000000000000000001>" });
  const contents = (link: number) => room.take(link).map(({ d }) => contentOf(d));
  assertEquals(contents(all), ["hello", "hello <@1000000000000000001>"]);
  // Without the intent, content is only for who is spoken to.
  assertEquals(contents(blind), ["", "hello <@1000000000000000001>"]);
  assertEquals([contents(other), contents(none), contents(direct)], [[], [], []]);
  room.tell({ kind: "dispatch", t: "MESSAGE_CREATE", d: { id: "1", channel_id: "2", content: "psst" } });
  assertEquals(contents(direct), ["psst"]);
});

test("DiscordServer: does what it is told to links and sessions", () => {
  const room = new Room();
  const link = room.client();
  room.tell({ kind: "heartbeat" });
  room.tell({ kind: "acks", on: false });
  room.say(link, 1, null);
  room.tell({ kind: "reconnect" });
  assertEquals(room.heard(link), [1, 7]);
  room.wait(5_000);
  assertEquals(room.closed.get(link), 4000);
  room.wait(5_000);
  assertEquals(room.dropped, [link]);

  const second = room.client();
  room.tell({ kind: "invalidate", resumable: true });
  assertEquals(room.take(second).at(-1)?.d, true);
  assertEquals(room.core.sessions.length, 2);
  room.resume(second, "session-2", 2);
  room.tell({ kind: "invalidate", resumable: false });
  assertEquals(room.core.sessions.map(({ id }) => id), ["session-1"]);
  room.tell({ kind: "drop" });
  assertEquals(room.dropped, [link, second]);

  room.tell({ kind: "greet", with: "reconnect" });
  const third = room.open();
  assertEquals(room.heard(third), [7]);
  room.tell({ kind: "close", code: 4009 });
  assertEquals(room.closed.get(third), 4009);
});

test("DiscordServer: answers what clients ask for by the gateway", () => {
  const room = new Room();
  const link = room.client(GUILD_MEMBERS);
  room.say(link, 8, { guild_id: GUILD, query: "", limit: 0, nonce: "n" });
  room.say(link, 31, { guild_ids: [GUILD] });
  room.say(link, 43, { guild_id: GUILD, fields: ["status"] });
  room.say(link, 3, { status: "idle" });
  const answers = room.take(link);
  assertEquals(answers.map(({ t }) => t), ["GUILD_MEMBERS_CHUNK", "SOUNDBOARD_SOUNDS", "CHANNEL_INFO"]);
  assertObjectMatch(Object(answers[0]?.d), { nonce: "n", members: [{ user: { username: "parley" } }] });
});

test("DiscordServer: members are listed as the intents allow", () => {
  const room = new Room();
  const chunks = (link: number, d: Record<string, unknown>) => {
    room.say(link, 8, { guild_id: GUILD, ...d });
    return room.take(link).map(({ t, d }) => [t, Object(d).members.length, Object(d).presences]);
  };
  const all = room.client(GUILDS | GUILD_MEMBERS | GUILD_PRESENCES);
  room.wait(6_000);
  const few = room.client(GUILDS);
  const everybody = { query: "", limit: 0, presences: true };
  assertEquals(chunks(all, { ...everybody, presences: false }), [["GUILD_MEMBERS_CHUNK", 1, undefined]]);
  const [[, , presences] = []] = chunks(all, everybody);
  assertEquals(presences.map(({ status }: { status: unknown }) => status), ["online"]);
  // "`GUILD_MEMBERS` intent is required to request the entire member list"
  assertEquals([chunks(few, everybody), chunks(few, { query: "", limit: 1 })], [[], []]);
  // "`GUILD_PRESENCES` intent is required to set `presences = true`. Otherwise, it will always be false"
  const some = { query: "par", limit: 1, presences: true };
  assertEquals(chunks(few, some), [["GUILD_MEMBERS_CHUNK", 1, undefined]]);
});

test("DiscordServer: shuts down with 1001 once every link is gone", () => {
  const room = new Room();
  const [one, two] = [room.client(), room.open()];
  room.core.shutdown("end", room.now);
  room.drain();
  assertEquals([room.closed.get(one), room.closed.get(two)], [1001, 1001]);
  room.gone(one);
  assertEquals(room.ended, false);
  room.wait(5_000);
  assertEquals([room.dropped, room.ended], [[two], true]);
});

const fetchOf = (room: Room) =>
  discordServerFetch({ command: (command) => Promise.resolve(room.tell(command)) });
const authorization = `Bot ${TOKEN}`;

test("discordServerFetch: GET /gateway/bot says where, and how many sessions may be started", async () => {
  const room = new Room({ shards: 4, maxConcurrency: 2 });
  room.client();
  const response = await fetchOf(room)("http://127.0.0.1:9/api/v10/gateway/bot", {
    headers: { authorization },
  });
  assertEquals(await response.json(), {
    url: "ws://127.0.0.1:9",
    shards: 4,
    session_start_limit: { total: 1_000, remaining: 999, reset_after: 86_400_000, max_concurrency: 2 },
  });
});

test("discordServerFetch: refuses who it does not know, and what is not there", async () => {
  const fetch = fetchOf(new Room());
  const base = "http://127.0.0.1/api/v10";
  const post = (path: string, body: string) =>
    fetch(base + path, { method: "POST", headers: { authorization }, body });
  assertEquals((await fetch(`${base}/gateway/bot`)).status, 401);
  assertEquals((await fetch(`${base}/gateway`)).status, 200);
  assertEquals((await fetch(`${base}/nowhere`, { headers: { authorization } })).status, 404);
  assertEquals((await (await post("/channels/1/messages", "{}")).json()).code, 10003);
  assertEquals((await (await post(`/channels/${CHANNEL}/messages`, "{}")).json()).code, 50006);
  assertEquals((await post(`/channels/${CHANNEL}/messages`, "nonsense")).status, 400);
  const long = JSON.stringify({ content: "x".repeat(2_001) });
  assertEquals((await (await post(`/channels/${CHANNEL}/messages`, long)).json()).code, 50035);
});

test("discordServerFetch: a message that is created is dispatched, once for its enforced nonce", async () => {
  const room = new Room();
  const link = room.client();
  const create = async (body: unknown) => {
    const init = { method: "POST", headers: { authorization }, body: JSON.stringify(body) };
    return await (await fetchOf(room)(`http://127.0.0.1/api/v10/channels/${CHANNEL}/messages`, init)).json();
  };
  const first = await create({ content: "hello", nonce: "1", enforce_nonce: true });
  const second = await create({ content: "hello", nonce: "1", enforce_nonce: true });
  assertEquals([first.content, first.author.bot, first.channel_id], ["hello", true, CHANNEL]);
  assertEquals(second.id, first.id);
  assertEquals((await create({ content: "hello", nonce: "1" })).id === first.id, false);
  assertEquals(room.heard(link), ["MESSAGE_CREATE", "MESSAGE_CREATE"]);
  room.wait(180_000);
  assertEquals((await create({ content: "hello", nonce: "1", enforce_nonce: true })).id === first.id, false);
});

test("DiscordServer: nothing that is received throws", () => {
  const nearlyRight = fc.record({
    op: fc.oneof(fc.constantFrom(1, 2, 3, 4, 6, 8, 31, 43), fc.jsonValue()),
    d: fc.oneof(
      fc.record({
        token: fc.constantFrom(TOKEN, "x"),
        properties: fc.constant({}),
        intents: fc.oneof(fc.constant(ALL), fc.jsonValue()),
        shard: fc.oneof(fc.constant([0, 1]), fc.jsonValue()),
        session_id: fc.constantFrom("session-1", "x"),
        seq: fc.jsonValue(),
        guild_id: fc.oneof(fc.constant(GUILD), fc.jsonValue()),
        guild_ids: fc.jsonValue(),
        nonce: fc.jsonValue(),
      }, { requiredKeys: [] }),
      fc.jsonValue(),
    ),
  }, { requiredKeys: [] }).map((payload) => JSON.stringify(payload));
  const frame = fc.oneof(nearlyRight, fc.string({ unit: "binary" }), fc.json(), fc.uint8Array());
  fc.assert(fc.property(fc.boolean(), fc.array(frame, { maxLength: 20 }), (identified, frames) => {
    const room = new Room();
    const link = identified ? room.client() : room.open();
    for (const data of frames) room.raw(link, data);
    room.gone(link);
    room.core.shutdown("end", room.now);
    room.drain();
    assertEquals(room.ended, true);
  }));
});
