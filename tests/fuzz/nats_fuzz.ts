import { assert, assertEquals } from "@std/assert";
import { readChat } from "../../src/nats/chats/chat_message.ts";
import { HeardMark } from "../../src/nats/chats/heard_mark.ts";
import { systemClock } from "../../src/driver/clock/clock.ts";
import type { Grant } from "../../src/driver/permits.ts";
import { commandSubject } from "../../src/nats/commands/command_message.ts";
import { type Fleet, MemoryBuckets, NatsPermits } from "../../src/nats/mod.ts";
import { Opcode } from "../../src/discord/gateway/wire/opcodes.ts";
import { isRecord, jsonOf } from "../../src/protocol/data/json_value.ts";
import { CommandError, ConnectionError } from "../../src/protocol/errors.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { FanOut } from "../nats/_fan_out.ts";
import { NatsModel } from "../nats/_model.ts";
import type { Draw, Fuzzer } from "./_fuzzer.ts";
import { brokenJson } from "./_json.ts";

const GUILD = String((3n << 22n) + 1n);
const LEASE = 6_000;
/** How many shards there are, and how many partitions. */
const SLOTS = [2, 4];
const PRESENCE = { status: "idle", activities: [{ name: "chess", type: 0 }], since: null, afk: false };
/** More than an IDENTIFY can carry. */
const TOO_LARGE = { activities: [{ name: "a".repeat(5_000), type: 0 }] };
const SESSION = { sessionId: "s", sequence: 5, resumeUrl: "wss://gateway.test", at: 1 };

/** What a fleet keeps in NATS, by bucket and key. */
const ENTRIES = {
  "bot-leases": {
    "member.x-1": { renewal: 1, capacity: null, leaving: false, lease: LEASE },
    "slot.0": { holder: "x-1", ready: true },
    "slot.1": { holder: "y-2", ready: false },
    agreed: 2,
  },
  "workers-leases": {
    "member.x-1": { renewal: 1, capacity: 3, leaving: true },
    "slot.2": { holder: "x-1", ready: true },
  },
  "bot-sessions": {
    "shard.0": { application: "1", shard: [0, 2], session: SESSION, identifies: [1], holder: null },
    "presence.1": { all: PRESENCE, shards: [[1, PRESENCE]] },
  },
} as const;

/** What is kept of what slots show, by shard: each slot has one. */
const KEPT = [0, 1].map((shard) => [
  { all: PRESENCE, shards: [] },
  { shards: [[shard, PRESENCE]] },
  { all: PRESENCE, shards: [[shard, TOO_LARGE]] },
  { all: TOO_LARGE, shards: [] },
]);

/** What processes ask of each other. */
const REQUESTS = [
  {
    guild: GUILD,
    command: { kind: "voice_state", data: { guild_id: GUILD, channel_id: null } },
    within: 500,
  },
  {
    guild: GUILD,
    command: { kind: "request_guild_members", data: { guild_id: GUILD, query: "", limit: 0 } },
    within: 500,
  },
  { guild: GUILD, command: { kind: "request_soundboard_sounds", data: { guild_ids: [GUILD] } }, within: 500 },
  { shard: 1, command: { kind: "presence", data: PRESENCE }, within: 500 },
  { shard: 1, command: { kind: "send", op: 43, d: {} }, within: 500 },
  { within: 500 },
] as const;
const ANSWERS = [
  { slots: 2, shards: 2, done: true },
  { slots: 2, shards: 2, done: false, error: { code: "invalid_command", message: "Cannot" } },
] as const;

/** What gateways publish. */
const EVENTS = [
  {
    shard: 1,
    session: "s",
    replayed: false,
    payload: {
      op: 0,
      t: "MESSAGE_CREATE",
      s: 7,
      d: { id: "1", guild_id: GUILD, channel_id: "2", content: "1" },
    },
  },
  {
    shard: 0,
    session: "s",
    replayed: true,
    omitted: 2_000_000,
    payload: { op: 0, t: "GUILD_CREATE", s: 8, d: null },
  },
  { gap: { shard: 0, from: 1, to: 2, resumed: false, session: "s", sequence: 7, next: 1 } },
] as const;

/** A limit that processes share. */
const PERMIT = { scope: "twitch.join", key: "ada", limit: 3, per: 10_000 };

/** What holders of chats publish, and keep. */
const CHATS = [
  { slot: 0, name: "PRIVMSG", line: "@id=1 :a!a@a PRIVMSG #a :hello", at: 1, text: "hello" },
  { gap: { slot: 0, from: 1, to: 2 } },
] as const;

/**
 * What somebody who has got at the NATS of a fleet could write and send: entries, permits, requests, answers and events. Nothing
 * fails but by an error that says what is wrong, no request is left open, and once it is over the fleet does what it did
 * before: each slot is held, what is said is handled, and a command passes.
 */
export const natsFuzzer: Fuzzer = {
  name: "nats",
  inSuite: 20,
  async feed(draw) {
    for (let times = 0; times < 50; times++) readChat(brokenJson(draw, draw.pick(CHATS)));
    await feedMark(draw);
    await feedPermits(draw);
    const fleet = new HauntedFleet(draw);
    await fleet.begin();
    for (let step = draw.integer(10, 60); step > 0; step--) {
      fleet.haunt();
      await fleet.bot.world.run(draw.pick([0, 1, 50, 500]));
    }
    await fleet.recover();
  },
};

/** A mark that is none is as good as no mark. */
async function feedMark(draw: Draw): Promise<void> {
  const kv = await new MemoryBuckets().create("heard", { history: 1 });
  await kv.create("slot.0", brokenJson(draw, { at: 1 }));
  const told: unknown[] = [];
  const at = await new HeardMark({
    bucket: kv,
    slot: 0,
    clock: systemClock,
    failed: (error) => void told.push(error),
  }).load();
  assert(typeof at === "number" || told.length === 1, String(at));
}

/**
 * Whatever is written where permits are kept, whoever waits for one has it in the end, and no more are held than there may
 * be: who has lost a place to somebody knows of it before the limit's time has passed.
 */
async function feedPermits(draw: Draw): Promise<void> {
  const { limit, per } = PERMIT;
  const world = new Simulation({ seed: draw.integer(1, 1_000) });
  const nats = new NatsModel(world.clock);
  const processes = ["a", "b"].map((name) => {
    return new NatsPermits(nats.client(name, world.host(name)), world.host(name));
  });
  const kv = await world.until(
    nats.client("x", world.host("x")).create(`parley-permits-${per}`, { history: 1, ttl: per }),
  );
  const grants: Grant[] = [];
  const asked: Promise<void>[] = [];
  let isOver = false;
  /** When a place was taken away last. */
  let takenAt = -Infinity;
  const ask = (permits: NatsPermits) => {
    asked.push(
      permits.acquire(PERMIT).then((grant) => {
        if (isOver) grant.release(draw.chance(0.5));
        else grants.push(grant);
      }),
    );
  };
  const write = async () => {
    const key = `twitch_2e_join.ada.${draw.pick([0, 1, 2, 2, 3, -1, "x"])}`;
    const text = draw.chance(0.3) ? `${draw.pick(["held", "used"])} x` : brokenJson(draw, "held x");
    const removes = draw.chance(0.2);
    const { revision = 0, operation } = await kv.get(key) ?? {};
    if (operation === "PUT") takenAt = world.clock.now();
    if (removes) await kv.delete(key, { previousSeq: revision });
    else await (operation === "PUT" ? kv.update(key, text, revision) : kv.create(key, text));
  };
  for (let step = draw.integer(5, 40); step > 0; step--) {
    const choice = draw.number();
    if (choice < 0.4) ask(draw.pick(processes));
    else if (choice < 0.6 && grants.length > 0) draw.pick(grants).release(draw.chance(0.5));
    // What somebody else has written meanwhile counts.
    else write().catch(() => {});
    await world.run(draw.pick([0, 1, 100, 3_000, per]));
    const held = grants.filter((grant) => grant.isHeld()).length;
    assert(held <= limit || world.clock.now() < takenAt + per, `${held} permits are held`);
  }
  isOver = true;
  for (const grant of grants) grant.release(draw.chance(0.5));
  await world.until(Promise.all(asked), 20 * per);
}

/** A fleet, its workers, and somebody else at the same NATS. */
class HauntedFleet {
  readonly bot = new FanOut();
  readonly #draw: Draw;
  readonly #remote = this.bot.remote("r", { timeout: 2_000 });
  readonly #host = this.bot.world.host("x");
  readonly #nats = this.bot.nats.client("x", this.#host);
  readonly #streams = this.bot.nats.streams("x", this.#host);
  readonly #connection = this.bot.nats.connection("x", this.#host);
  readonly #fleets: Fleet[] = [];
  readonly #asked: Promise<void>[] = [];
  readonly #wrong: unknown[] = [];
  #undo = () => {};

  constructor(draw: Draw) {
    this.#draw = draw;
  }

  /** What Discord calls a message may have anything in it. */
  #worker(): Fleet {
    return this.bot.worker("w", {
      lease: LEASE,
      handle: (event, info) => {
        if (event.kind === "MESSAGE_CREATE" && isRecord(event.data)) this.bot.take("w", event, info);
      },
    });
  }

  async begin(): Promise<void> {
    const { bot } = this;
    const draw = this.#draw;
    const told = KEPT.map((kept) => brokenJson(draw, draw.pick(kept)));
    const write = async () => {
      const kv = await this.#nats.create("bot-sessions", { history: 1 });
      for (const [slot, text] of told.entries()) await kv.create(`presence.${slot}`, text);
    };
    await bot.world.until(write(), 1_000);
    this.#fleets.push(bot.gateway("g", { lease: LEASE }), this.#worker());
    const alone = draw.pick([0, 1_000, 20_000]);
    await bot.world.run(alone);
    if (alone === 0) return;
    const wrong = told.flatMap((text, slot) => isKept(text, slot) ? [] : [slot]);
    const said = (slot: number) => bot.errors.some((error) => error.includes(`what slot "${slot}" showed`));
    assertEquals(wrong.filter((slot) => !said(slot)), []);
  }

  /** All that Discord was to show. */
  #checkShown(): void {
    const shown = [
      ...this.bot.received(Opcode.Identify).map((d) => isRecord(d) ? d["presence"] : d),
      ...this.bot.received(Opcode.PresenceUpdate),
    ];
    const isShowable = (presence: unknown) => presence === undefined || isPresence(presence);
    assertEquals(shown.filter((presence) => !isShowable(presence)), []);
  }

  /** Does something that no part of the fleet does. */
  haunt(): void {
    const draw = this.#draw;
    const choice = draw.number();
    if (choice < 0.4) this.#write();
    else if (choice < 0.65) this.#publish();
    else if (choice < 0.9) this.#request();
    else if (choice < 0.95) this.#answer();
    else this.#ask();
  }

  #write(): void {
    const draw = this.#draw;
    const [bucket, entries] = draw.pick(Object.entries(ENTRIES));
    const [known, value] = draw.pick(Object.entries(entries));
    const key = draw.chance(0.1)
      ? draw.pick(["slot.99", "slot.-1", "slot.00", "slot.", "member.", "member.__proto__", "x"])
      : known;
    const text = brokenJson(draw, value);
    const write = async () => {
      const kv = await this.#nats.create(bucket, { history: 1 });
      const { revision = 0, operation } = await kv.get(key) ?? {};
      if (draw.chance(0.1)) await kv.delete(key);
      else await (operation === "PUT" ? kv.update(key, text, revision) : kv.create(key, text));
    };
    // What somebody else has written meanwhile counts.
    write().catch(() => {});
  }

  #publish(): void {
    const draw = this.#draw;
    const subject = `bot.1.${draw.integer(0, 3)}.MESSAGE_CREATE`;
    const text = brokenJson(draw, draw.pick(EVENTS));
    this.#streams.jetstream().publish(subject, text, { timeout: 1_000 }).catch(() => {});
  }

  #request(): void {
    const text = brokenJson(this.#draw, this.#draw.pick(REQUESTS));
    this.#connection.request(commandSubject("1", this.#draw.integer(0, 1)), text, { timeout: 1_000 })
      .catch(() => {});
  }

  /** Answers for a while in the place of who holds a slot. */
  #answer(): void {
    const draw = this.#draw;
    this.#undo();
    const subscription = this.#connection.subscribe(commandSubject("1", draw.integer(0, 1)));
    this.#undo = () => subscription.unsubscribe();
    const answer = async () => {
      for await (const request of subscription) request.respond(brokenJson(draw, draw.pick(ANSWERS)));
    };
    answer().catch((error) => this.#wrong.push(error));
  }

  #ask(): void {
    const calls = [
      () => this.#remote.shardCount(),
      () => this.#remote.updatePresence({ status: "dnd" }),
      () => this.#remote.requestGuildMembers({ guild_id: GUILD, query: "a", limit: 1 }),
    ];
    const isFair = (error: unknown) => error instanceof CommandError || error instanceof ConnectionError;
    const asked = this.#draw.pick(calls)().catch((error) => void (isFair(error) || this.#wrong.push(error)));
    this.#asked.push(asked.then(() => {}));
  }

  /** Whoever haunted it is gone: all goes on as if nobody had. */
  async recover(): Promise<void> {
    const { bot } = this;
    this.#undo();
    await bot.world.until(Promise.all(this.#asked), 5_000);
    // What is on its way still counts.
    await bot.world.run(1_000);
    // Who was said to live is given up, and who has failed takes slots again.
    for (
      let waited = 0;
      waited < 20 && this.#fleets.some(({ held }, index) => held.length < (SLOTS[index] ?? 0));
      waited++
    ) {
      await bot.world.run(LEASE);
    }
    assertEquals(this.#fleets.map(({ held }) => held.length), SLOTS);
    // Until the sessions are there, nobody hears what is said.
    await bot.world.run(40_000);
    const before = bot.handled.length;
    await bot.speak(2, 4);
    await bot.world.run(LEASE);
    assertEquals([bot.missing, bot.handled.length > before], [[], true]);
    await bot.world.until(
      bot.remote("s").requestGuildMembers({ guild_id: GUILD, query: "a", limit: 1 }),
      10_000,
    );
    const isOurs = (error: string) => /^(Type|Range|Syntax|Reference)Error/.test(error);
    assertEquals([bot.errors.filter(isOurs), this.#wrong], [[], []]);
    this.#checkShown();
    await bot.world.until(Promise.all(this.#fleets.map((fleet) => fleet.leave({ within: 1_000 }))), 60_000);
  }
}

/** Whether something is a presence as Discord has it, small enough for an IDENTIFY. */
function isPresence(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { status = "", activities = [], since = null, afk = false } = value;
  return typeof status === "string" && Array.isArray(activities) && activities.every(isRecord) &&
    (since === null || typeof since === "number") && typeof afk === "boolean" &&
    JSON.stringify(value).length < 4_096;
}

/** Whether it says what a slot's only shard is to show. */
function isKept(text: string, shard: number): boolean {
  const value = jsonOf(text);
  if (!isRecord(value) || !Array.isArray(value["shards"])) return false;
  const { all = {}, shards } = value;
  const last = shards.findLast((one) => Array.isArray(one) && one[0] === shard);
  return shards.every((one) =>
    Array.isArray(one) && one.length === 2 && Number.isSafeInteger(one[0]) && one[0] >= 0 && isRecord(one[1])
  ) && isPresence(all) && (last === undefined || isPresence(last[1]));
}
