import fc from "fast-check";
import { Driver } from "../../src/driver/driver.ts";
import type { Instant } from "../../src/protocol/protocol.ts";
import { shardIdFor } from "../../src/discord/gateway/shards/shard_id.ts";
import {
  discordFleet,
  EventStream,
  Fleet,
  type NatsBuckets,
  RemoteGateway,
  type StreamedEvent,
} from "../../src/nats/mod.ts";
import { readEvent } from "../../src/nats/events/event_message.ts";
import { AGREED } from "../../src/nats/leases/records.ts";
import { CommandError, ConnectionError } from "../../src/protocol/errors.ts";
import { isRecord } from "../../src/protocol/json_value.ts";
import { discordServerFetch } from "../../testing/discord/fetch.ts";
import {
  DiscordServer,
  type DiscordServerCommand,
  type DiscordServerEvent,
} from "../../testing/discord/server.ts";
import { faultPlans } from "../../testing/world/faults.ts";
import { seededRandom } from "../../testing/world/random.ts";
import type { World, WorldReport } from "../../testing/world/search.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { TraceHash } from "../../testing/world/trace_hash.ts";
import type { Violation } from "../../testing/world/violation.ts";
import { NatsModel } from "../nats/_model.ts";
import { type FleetBug, fleetBugs, readerOf } from "./_fleet_bugs.ts";
import { running } from "./_running.ts";

/** What a plan can make of the processes of a fleet, and of the NATS between them. */
export type FleetAct =
  /** A process dies, and another is started a while later. */
  | { readonly kind: "crash"; readonly role: Role }
  /** Another process is started, and the oldest one leaves. */
  | { readonly kind: "deploy"; readonly role: Role }
  /** A process does not reach NATS. */
  | { readonly kind: "cutOff"; readonly role: Role; readonly ms: number }
  /** A process gives the bot another number of shards. */
  | { readonly kind: "reshard"; readonly count: number }
  /** Somebody who holds no shard sends a command for a guild. */
  | { readonly kind: "command"; readonly guild: number }
  /** NATS is away, loses its leader, or is slow. */
  | { readonly kind: "nats"; readonly how: "down" | "leaderless" | "slow"; readonly ms: number };

type Role = "gateway" | "worker";

/** A process, and what is known of it. */
interface Member {
  readonly name: string;
  readonly role: Role;
  readonly fleet: Fleet;
  readonly up: Set<number>;
  /** Gives the bot another number of shards; undefined: it has none. */
  readonly reshard: ((count: number) => Promise<void>) | undefined;
  /** How many shards each slot has that runs here. */
  readonly counts: Map<number, () => number>;
  crashed: boolean;
}

/** Something that was said in a guild, and where it was told. */
interface Said {
  readonly guild: string;
  readonly at: Instant;
  /** The sessions that it was told to: two, while the bot is resharded. */
  readonly told: readonly { readonly session: string; readonly sequence: number }[];
}

/** A time of which nothing is to be had, and when a worker was told. */
interface Gap {
  readonly event: Extract<StreamedEvent, { kind: "gap" }>;
  readonly at: Instant;
}

const GATEWAY = "wss://gateway.test";
const API = "https://discord.test";
const UNTIL = 40_000;
/** In which everything comes right again. */
const RECOVERY = 80_000;
/** So much longer if the bot is resharded: its sessions begin one after the other. */
const RESHARDING = 70_000;
const LEASE = 6_000;
const SHARDS = 2;
const PARTITIONS = 3;
const GUILDS = ["1", "2", "3", "4"].map((id) => String((BigInt(id) << 22n) + 7n));
/** How long a worker takes over an event, in milliseconds. */
const HANDLING = 800;
/** Discord takes an IDENTIFY in so many milliseconds. */
const APART = 5_000;

const roles = fc.constantFrom<Role>("gateway", "worker");
const ms = fc.oneof(fc.nat(2_000), fc.nat(20_000));
const acts: fc.Arbitrary<FleetAct> = fc.oneof(
  fc.record({ kind: fc.constant("crash" as const), role: roles }),
  fc.record({ kind: fc.constant("deploy" as const), role: roles }),
  fc.record({ kind: fc.constant("cutOff" as const), role: roles, ms }),
  fc.record({ kind: fc.constant("reshard" as const), count: fc.constantFrom(2 * SHARDS, 3 * SHARDS) }),
  fc.record({ kind: fc.constant("command" as const), guild: fc.nat(GUILDS.length - 1) }),
  fc.record({ kind: fc.constant("nats" as const), how: fc.constantFrom("down", "leaderless", "slow"), ms }),
);

/**
 * A bot of two shards whose gateways share them by leases and publish what they hear, and workers that share its
 * partitions and send commands, while processes die, stand still and are replaced, the bot is given more shards, clocks
 * are set, and NATS and Discord are out of reach.
 */
export const fleetWorld: World<FleetAct> = {
  name: "fleet",
  identifier: "fleetWorld",
  bugs: fleetBugs,
  until: UNTIL,
  plans: faultPlans(fc, {
    until: UNTIL,
    most: 6,
    acts,
    clients: ["gateway 1", "gateway 2", "worker 1", "worker 2"],
    also: ["freeze", "skew"],
  }),
  run: running((seed, _, bug = "") => new FleetWorld(seed, fleetBugs[bug])),
};

class FleetWorld {
  readonly world: Simulation;
  readonly #seed: number;
  readonly #bug: FleetBug | undefined;
  readonly #core = new DiscordServer({ url: GATEWAY, shards: SHARDS, heartbeatInterval: 8_000 });
  readonly #server: Driver<DiscordServerCommand, DiscordServerEvent>;
  readonly #nats: NatsModel;
  readonly #members: Member[] = [];
  readonly #leaving = new Set<Fleet>();
  readonly #said: Said[] = [];
  /** What was handled, when, and as which event: of two sessions that were told of it, while the bot is resharded. */
  readonly #handled = new Map<number, { readonly at: Instant; readonly id: string }>();
  /** Of each guild, what was handled last. */
  readonly #last = new Map<string, number>();
  readonly #gaps: Gap[] = [];
  /** The sessions that some process has begun, and those of which anything was stored: of others, no gap knows the name. */
  readonly #begun = new Set<string>();
  readonly #stored = new Set<string>();
  /** What became of commands. */
  readonly #commands: ("sent" | "not sent" | "unknown")[] = [];
  /** Whether the bot is to be given more shards, which happens once; whether it was, and how often that was written. */
  #reshards = false;
  #resharded = false;
  #changes = 0;
  readonly #remote: RemoteGateway;
  readonly #violations: Violation[] = [];
  readonly #trace = new TraceHash();
  #events = 0;

  constructor(seed: number, bug: FleetBug | undefined) {
    this.#seed = seed;
    this.#bug = bug;
    const world = this.world = new Simulation({ seed, latency: 40, jitter: 20 });
    this.#nats = new NatsModel(world.clock, seededRandom(seed, "nats"));
    this.#server = new Driver<DiscordServerCommand, DiscordServerEvent>(this.#core, {
      host: world.host("server"),
      label: "server",
      deliver: () => {},
    });
    this.#server.start();
    world.serve(GATEWAY, this.#server);
    world.serveHttp(API, (input, init) => discordServerFetch(this.#server)(input, init));
    for (const role of ["gateway", "worker"] as const) {
      for (let count = 0; count < 2; count++) this.#begin(role);
    }
    const host = world.host("commander");
    const real = this.#nats.connection("commander", host);
    const connection = bug?.connection?.(real) ?? real;
    this.#remote = new RemoteGateway({ connection, application: "1", runtime: host });
  }

  perform(act: FleetAct): void {
    if (act.kind === "nats") {
      if (act.how === "down") this.#nats.takeDown(act.ms);
      else if (act.how === "leaderless") this.#nats.loseLeader(act.ms);
      else this.#nats.slowDown(act.ms, 30);
      return;
    }
    if (act.kind === "command") return void this.#command(GUILDS[act.guild] ?? "");
    if (act.kind === "reshard") return void this.#reshard(act.count);
    const member = this.#members.find(({ role, crashed, fleet }) => {
      return role === act.role && !crashed && !this.#leaving.has(fleet);
    });
    if (member === undefined) return;
    if (act.kind === "cutOff") return this.#nats.cutOff(member.name, act.ms);
    const { clock } = this.world;
    if (act.kind === "crash") {
      member.crashed = true;
      this.world.freeze(member.name, 10 * (UNTIL + RECOVERY));
      clock.setTimer(clock.now() + 3_000, () => this.#begin(act.role));
    } else {
      this.#leaving.add(member.fleet);
      this.#begin(act.role);
      clock.setTimer(clock.now() + 2_000, () => void member.fleet.leave());
    }
  }

  async run(): Promise<WorldReport> {
    const { world } = this;
    const random = seededRandom(this.#seed, "people");
    const speak = () => {
      void this.#say(GUILDS[Math.floor(random() * GUILDS.length)] ?? "");
      const now = world.clock.now();
      if (now < UNTIL + RECOVERY / 2) world.clock.setTimer(now + 50 + 1_000 * random(), speak);
    };
    world.clock.setTimer(15_000, speak);
    let end = UNTIL + RECOVERY;
    while (world.clock.now() < end) {
      await world.run(250);
      if (this.#resharded) end = UNTIL + RECOVERY + RESHARDING;
      this.#checkHolders();
    }
    this.#checkEnd();
    this.#checkIdentifies();
    this.#checkCommands();
    const trace = `${world.trace} ${this.#trace.digest()}`;
    return { violations: this.#violations, trace, simulated: end, events: this.#events };
  }

  #begin(role: Role): void {
    const name = `${role} ${this.#members.filter((member) => member.role === role).length + 1}`;
    const sound = this.world.host(name);
    const host = this.#bug?.host?.(sound) ?? sound;
    const buckets = this.#nats.client(name, host);
    const nats = this.#noting(this.#bug?.buckets?.(buckets, name, host) ?? buckets);
    const over = this.#nats.streams(name, host);
    const streams = this.#bug?.streams?.(over) ?? over;
    const stream = new EventStream({ streams, application: "1", partitions: PARTITIONS, runtime: host });
    const up = new Set<number>();
    const counts = new Map<number, () => number>();
    const options = {
      nats,
      label: name,
      lease: LEASE,
      runtime: host,
      onEvent(event: { readonly kind: string; readonly slot?: number }) {
        if (event.kind === "slot_started") up.add(event.slot ?? -1);
        if (event.kind === "slot_stopped") up.delete(event.slot ?? -1);
      },
    };
    const gateways = role === "gateway"
      ? discordFleet({
        ...options,
        token: "parley.test.token",
        intents: 33_281,
        rest: { baseUrl: `${API}/api` },
        url: GATEWAY,
        shards: SHARDS,
        stream,
        commands: { connection: this.#nats.connection(name, host), application: "1" },
        name: "bot",
        setup: (gateway, slot) => {
          counts.set(slot, () => gateway.shardCount);
          gateway.on("ready", ({ session }) => void this.#begun.add(session));
          gateway.on("error", () => {});
        },
      })
      : undefined;
    const fleet: Fleet = gateways ?? new Fleet({
      ...options,
      name: "workers",
      slots: PARTITIONS,
      run: (partition, _, seat) =>
        readerOf({
          ...seat,
          stream,
          partition,
          read: readEvent,
          handle: (event, { repeated }) => this.#handle(fleet, partition, event, repeated, host.clock),
          atOnce: 16,
          tries: 3,
          clock: host.clock,
          random: host.random,
        }, this.#bug),
    });
    const reshard = gateways && ((count: number) => gateways.reshard(count));
    this.#members.push({ name, role, fleet, up, counts, reshard, crashed: false });
    fleet.join();
  }

  /** The same buckets, of which it is known what sessions were ever stored. */
  #noting(nats: NatsBuckets): NatsBuckets {
    const note = async (key: string, text: string, written: Promise<number>) => {
      const revision = await written;
      if (key === AGREED) this.#changes++;
      const session = /"sessionId":"([^"]+)"/.exec(text)?.[1];
      if (session !== undefined) this.#stored.add(session);
      return revision;
    };
    return {
      async create(bucket, options) {
        const kv = await nats.create(bucket, options);
        return {
          ...kv,
          create: (key, text) => note(key, text, kv.create(key, text)),
          update: (key, text, revision) => note(key, text, kv.update(key, text, revision)),
        };
      },
    };
  }

  async #say(guild: string): Promise<void> {
    const { log } = this.#core;
    const number = this.#said.length;
    const d = { id: String(number + 1), channel_id: "9", guild_id: guild, content: String(number) };
    // What follows at once is what comes of it.
    const from = log.length;
    const said = this.#server.command({ kind: "dispatch", t: "MESSAGE_CREATE", d });
    const told = log.slice(from).flatMap((entry) =>
      entry.kind === "dispatched" ? [{ session: entry.session, sequence: entry.s }] : []
    );
    this.#said.push({ guild, at: this.world.clock.now(), told });
    await said;
  }

  /** Every process that can is asked: one of them changes it. */
  async #reshard(count: number): Promise<void> {
    if (this.#reshards) return;
    this.#reshards = true;
    const all = this.#members.filter(({ crashed, fleet }) => !crashed && !this.#leaving.has(fleet));
    const asked = await Promise.allSettled(
      all.flatMap(({ reshard }) => reshard === undefined ? [] : [reshard(count)]),
    );
    if (asked.some(({ status }) => status === "fulfilled")) this.#resharded = true;
  }

  async #command(guild: string): Promise<void> {
    const number = this.#commands.push("unknown") - 1;
    try {
      await this.#remote.requestGuildMembers({
        guild_id: guild,
        query: "a",
        limit: 1,
        nonce: String(number),
      });
      this.#commands[number] = "sent";
    } catch (error) {
      const isKnown = error instanceof ConnectionError ||
        error instanceof CommandError && ["cancelled", "invalid_command"].includes(error.code);
      if (isKnown) this.#commands[number] = "not sent";
    }
  }

  async #handle(
    fleet: Fleet,
    partition: number,
    event: StreamedEvent,
    repeated: boolean,
    clock: { now(): Instant; setTimer(at: Instant, wake: () => void): () => void },
  ): Promise<void> {
    this.#events++;
    this.#trace.add([this.world.clock.now(), event.kind, partition]);
    if (event.kind === "gap") return void this.#gaps.push({ event, at: this.world.clock.now() });
    if (event.kind !== "MESSAGE_CREATE") return;
    if (!fleet.held.includes(partition)) {
      this.#violate(
        "handled_unheld",
        `"${event.data.content}" by a process that does not hold "${partition}"`,
      );
    }
    const number = Number(event.data.content);
    const { guild } = this.#said[number] ?? { guild: "" };
    const id = `${event.session}:${event.sequence}`;
    const before = this.#handled.get(number);
    // Of another session it can come but where a process has died while it was resharded.
    const isMarked = repeated || event.replayed && before?.id !== id;
    if (before !== undefined && !isMarked) {
      this.#violate("repeat_unmarked", `"${number}", handled at ${before.at}`);
    }
    const last = this.#last.get(guild) ?? -1;
    if (before === undefined && number < last) this.#violate("disorder", `"${number}" behind "${last}"`);
    this.#last.set(guild, Math.max(last, number));
    // It takes its time, and may die meanwhile.
    await new Promise<void>((resolve) => clock.setTimer(clock.now() + HANDLING, resolve));
    this.#handled.set(number, { at: this.world.clock.now(), id });
  }

  #violate(rule: string, message: string): void {
    this.#violations.push({ rule, message: `${message}, at ${this.world.clock.now()}` });
  }

  #checkHolders(): void {
    for (const [role, slots] of [["gateway", SHARDS], ["worker", PARTITIONS]] as const) {
      for (let slot = 0; slot < slots; slot++) {
        const holders = this.#members.filter((member) =>
          member.role === role && member.fleet.held.includes(slot)
        );
        if (holders.length < 2) continue;
        this.#violate("two_holders", `"${slot}" is held by ${holders.map(({ name }) => name).join(" and ")}`);
      }
    }
  }

  #checkEnd(): void {
    for (const [role, slots] of [["gateway", SHARDS], ["worker", PARTITIONS]] as const) {
      for (let slot = 0; slot < slots; slot++) {
        const isUp = this.#members.some((member) =>
          member.role === role && !member.crashed && member.up.has(slot)
        );
        if (!isUp) this.#violate("not_up", `Nobody runs "${slot}" of the ${role}s`);
      }
    }
    if (this.#changes > 1) {
      this.#violate("changed_twice", `The number of shards was changed "${this.#changes}" times`);
    }
    for (const { name, role, crashed, up, counts } of this.#members) {
      if (role === "worker" || crashed || !this.#resharded) continue;
      for (const slot of up) {
        const count = counts.get(slot)?.() ?? 0;
        if (count <= SHARDS) this.#violate("not_resharded", `"${name}" has "${count}" shards in "${slot}"`);
      }
    }
    for (const [number, { guild, at, told: all }] of this.#said.entries()) {
      // Who has not heard of its session has not begun yet.
      const told = all.filter(({ session }) => this.#begun.has(session));
      if (
        told.length === 0 || this.#handled.has(number) || told.some((one) => this.#isMissed(guild, at, one))
      ) continue;
      const [{ session, sequence } = { session: "", sequence: 0 }] = told;
      this.#violate("missed", `"${number}" of guild "${guild}", told at ${at} as ${session}:${sequence}`);
    }
  }

  /** Whether a gap tells of what a session was told. */
  #isMissed(guild: string, at: Instant, { session, sequence }: Said["told"][number]): boolean {
    return this.#gaps.some(({ event: gap, at: toldAt }) => {
      if (gap.session === session) return sequence > gap.sequence && sequence < (gap.next ?? Infinity);
      const isOfSlot = gap.shard % SHARDS === shardIdFor(guild, SHARDS);
      return isOfSlot && !this.#stored.has(session) && toldAt >= at;
    });
  }

  #checkCommands(): void {
    const received = this.#core.log.flatMap((entry) =>
      entry.kind === "received" && entry.op === 8 && isRecord(entry.d) ? [Number(entry.d["nonce"])] : []
    );
    for (const [number, outcome] of this.#commands.entries()) {
      const times = received.filter((one) => one === number).length;
      if (times > 1) this.#violate("sent_twice", `Command "${number}" was sent "${times}" times`);
      if (times > 0 && outcome === "not sent") this.#violate("sent_untold", `Command "${number}" was sent`);
    }
  }

  #checkIdentifies(): void {
    const sent = this.#core.log.flatMap((entry) =>
      entry.kind === "received" && entry.op === 2 ? [entry.at] : []
    );
    for (const [index, at] of sent.entries()) {
      const before = sent[index - 1] ?? -Infinity;
      if (at - before < APART) {
        this.#violate("identified_early", `An IDENTIFY at ${at}, one before at ${before}`);
      }
    }
  }
}
