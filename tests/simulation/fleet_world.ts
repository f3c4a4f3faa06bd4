import fc from "fast-check";
import { Driver } from "../../src/driver/driver.ts";
import type { Instant } from "../../src/protocol/protocol.ts";
import { shardIdFor } from "../../src/discord/gateway/shards/shard_id.ts";
import {
  discordFleet,
  type Fleet,
  type NatsBuckets,
  RemoteGateway,
  type StreamedEvent,
} from "../../src/nats/mod.ts";
import { partitionOf, readEvent } from "../../src/nats/events/event_message.ts";
import { AGREED } from "../../src/nats/leases/records.ts";
import { CommandError, ConnectionError } from "../../src/protocol/errors.ts";
import { isRecord } from "../../src/protocol/data/json_value.ts";
import { discordServerFetch } from "../../testing/discord/fetch.ts";
import {
  DiscordServer,
  type DiscordServerCommand,
  type DiscordServerEvent,
} from "../../testing/discord/server.ts";
import { type Fault, faultPlans } from "../../testing/world/faults.ts";
import { seededRandom } from "../../testing/world/random.ts";
import type { World, WorldReport } from "../../testing/world/checking/search.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { TraceHash } from "../../testing/world/trace_hash.ts";
import type { Violation } from "../../testing/world/checking/violation.ts";
import { type FleetBug, fleetBugs } from "./_fleet_bugs.ts";
import { Handled, type Handler, keepOf } from "./_fleet_handled.ts";
import {
  FleetProcesses,
  type Outside,
  type ProcessAct,
  processActs,
  type Reading,
  reading,
} from "./_fleet_processes.ts";
import { checkIdentifies, type Helpless, Identifies } from "./_identifies.ts";
import { running } from "./_running.ts";

/** What a plan can make of the processes of a fleet, and of the NATS between them. */
export type FleetAct =
  | ProcessAct<Role>
  /** A process gives the bot another number of shards. */
  | { readonly kind: "reshard"; readonly count: number }
  /** Somebody who holds no shard sends a command for a guild. */
  | { readonly kind: "command"; readonly guild: number };

type Role = "gateway" | "worker";

/** What is known of a process that holds shards. */
interface Gateway {
  /** Gives the bot another number of shards. */
  readonly reshard: (count: number) => Promise<void>;
  /** How many shards each slot has that runs here. */
  readonly counts: ReadonlyMap<number, () => number>;
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
const { crash, deploy, cutOff, nats } = processActs<Role>("gateway", "worker");
const acts: fc.Arbitrary<FleetAct> = fc.oneof(
  crash,
  deploy,
  cutOff,
  fc.record({ kind: fc.constant("reshard" as const), count: fc.constantFrom(2 * SHARDS, 3 * SHARDS) }),
  fc.record({ kind: fc.constant("command" as const), guild: fc.nat(GUILDS.length - 1) }),
  nats,
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
  run: running((seed, plan, bug = "") => new FleetWorld(seed, plan, fleetBugs[bug])),
};

class FleetWorld {
  readonly world: Simulation;
  readonly #seed: number;
  readonly #core = new DiscordServer({ url: GATEWAY, shards: SHARDS, heartbeatInterval: 8_000 });
  readonly #server: Driver<DiscordServerCommand, DiscordServerEvent>;
  readonly #processes: FleetProcesses<Role>;
  /** Those that hold shards, by their names. */
  readonly #gateways = new Map<string, Gateway>();
  readonly #said: Said[] = [];
  readonly #handled: Handled;
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
  readonly #identifies: Identifies;
  readonly #helpless: Helpless[] = [];
  readonly #violations: Violation[] = [];
  readonly #worker: Reading<StreamedEvent>;
  readonly #trace = new TraceHash();
  #events = 0;

  constructor(seed: number, plan: readonly Fault<FleetAct>[], bug: FleetBug | undefined) {
    this.#seed = seed;
    const world = this.world = new Simulation({ seed, latency: 40, jitter: 20 });
    this.#identifies = new Identifies(world.clock);
    for (const fault of plan) {
      if (fault.kind === "freeze") this.#isHelpless(fault.client, fault.at, fault.ms);
    }
    const keep = keepOf(seed);
    this.#handled = new Handled(() => world.clock.now(), keep);
    this.#worker = {
      partitions: PARTITIONS,
      bug,
      read: readEvent,
      handle: (event, repeated, by) => this.#handle(event, repeated, by),
    };
    this.#processes = new FleetProcesses({
      world,
      seed,
      bug,
      lease: LEASE,
      partitions: PARTITIONS,
      keep,
      slots: { gateway: SHARDS, worker: PARTITIONS },
      make: (role, outside) => role === "gateway" ? this.#gateway(outside) : reading(outside, this.#worker),
      hostOf: (name) => {
        const plain = world.host(name);
        return { ...plain, dial: this.#identifies.dialling(name, plain.dial) };
      },
      helpless: (client, from, ms) => this.#isHelpless(client, from, ms),
    });
    this.#server = new Driver<DiscordServerCommand, DiscordServerEvent>(this.#core, {
      host: world.host("server"),
      label: "server",
      deliver: () => {},
    });
    this.#server.start();
    world.serve(GATEWAY, this.#identifies.accepting(this.#server));
    world.serveHttp(API, (input, init) => discordServerFetch(this.#server)(input, init));
    for (const role of ["gateway", "worker"] as const) {
      for (let count = 0; count < 2; count++) this.#processes.begin(role);
    }
    const host = world.host("commander");
    const real = this.#processes.nats.connection("commander", host);
    const connection = bug?.connection?.(real) ?? real;
    this.#remote = new RemoteGateway({ connection, application: "1", runtime: host });
  }

  perform(act: FleetAct): void {
    if (act.kind === "command") return void this.#command(GUILDS[act.guild] ?? "");
    if (act.kind === "reshard") return void this.#reshard(act.count);
    this.#processes.perform(act);
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
      this.#processes.checkHolders();
    }
    this.#processes.checkUp();
    this.#checkEnd();
    this.#checkCommands();
    const violations = [
      ...this.#processes.violations,
      ...this.#handled.violations,
      ...this.#violations,
      ...checkIdentifies(this.#identifies.of(this.#core.log), this.#helpless),
    ];
    const trace = `${world.trace} ${this.#trace.digest()}`;
    return { violations, trace, simulated: end, events: this.#events };
  }

  /** A process, or all of them, cannot hold a permit for so long. */
  #isHelpless(client: string | undefined, from: Instant, ms: number): void {
    this.#helpless.push({ client, from, to: from + ms });
  }

  #gateway({ name, host, nats, stream, options }: Outside): Fleet {
    const counts = new Map<number, () => number>();
    const fleet = discordFleet({
      ...options,
      nats: this.#noting(nats),
      token: "parley.test.token",
      intents: 33_281,
      rest: { baseUrl: `${API}/api` },
      url: GATEWAY,
      shards: SHARDS,
      stream,
      commands: { connection: this.#processes.nats.connection(name, host), application: "1" },
      name: "bot",
      setup: (gateway, slot) => {
        counts.set(slot, () => gateway.shardCount);
        gateway.on("ready", ({ session }) => void this.#begun.add(session));
        gateway.on("error", () => {});
      },
    });
    this.#gateways.set(name, { counts, reshard: (count) => fleet.reshard(count) });
    return fleet;
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
    const asked = await Promise.allSettled(
      this.#processes.alive("gateway").map(({ name }) => this.#gateways.get(name)?.reshard(count)),
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
    event: StreamedEvent,
    repeated: boolean,
    by: Handler,
  ): Promise<void> {
    this.#events++;
    this.#trace.add([this.world.clock.now(), event.kind, by.partition]);
    if (event.kind === "gap") return void this.#gaps.push({ event, at: this.world.clock.now() });
    if (event.kind === "dropped") return this.#handled.drop(event.partition);
    if (event.kind !== "MESSAGE_CREATE") return;
    const number = Number(event.data.content);
    const id = `${event.session}:${event.sequence}`;
    await this.#handled.handle({
      ...by,
      number,
      lane: this.#said[number]?.guild ?? "",
      place: number,
      id,
      // Of another session it can come but where a process has died while it was resharded.
      isMarked: (before) => repeated || event.replayed && before !== id,
    });
  }

  #violate(rule: string, message: string): void {
    this.#violations.push({ rule, message: `${message}, at ${this.world.clock.now()}` });
  }

  #checkEnd(): void {
    if (this.#changes > 1) {
      this.#violate("changed_twice", `The number of shards was changed "${this.#changes}" times`);
    }
    for (const { name, crashed, up } of this.#processes.members) {
      const gateway = this.#gateways.get(name);
      if (gateway === undefined || crashed || !this.#resharded) continue;
      for (const slot of up) {
        const count = gateway.counts.get(slot)?.() ?? 0;
        if (count <= SHARDS) this.#violate("not_resharded", `"${name}" has "${count}" shards in "${slot}"`);
      }
    }
    const { dropped } = this.#processes.nats;
    const droppedGaps = dropped.flatMap((text) => {
      const event = readEvent(text)?.event;
      return event?.kind === "gap" ? [event] : [];
    });
    for (const [number, { guild, at, told: all }] of this.#said.entries()) {
      // Who has not heard of its session has not begun yet.
      const told = all.filter(({ session }) => this.#begun.has(session));
      const isGone = dropped.some((text) => text.includes(`"content":"${number}"`)) ||
        told.some((one) => droppedGaps.some((gap) => tells(gap, one)));
      const isKnown = this.#handled.has(number) || told.some((one) => this.#isMissed(guild, at, one)) ||
        isGone && this.#handled.isDropped(partitionOf(guild, PARTITIONS), at);
      if (told.length === 0 || isKnown) continue;
      const [{ session, sequence } = { session: "", sequence: 0 }] = told;
      this.#violate("missed", `"${number}" of guild "${guild}", told at ${at} as ${session}:${sequence}`);
    }
  }

  /** Whether a gap tells of what a session was told. */
  #isMissed(guild: string, at: Instant, { session, sequence }: Said["told"][number]): boolean {
    return this.#gaps.some(({ event: gap, at: toldAt }) => {
      if (gap.session === session) return tells(gap, { session, sequence });
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
}

/** Whether a gap tells of what a session was told. */
function tells({ session, sequence, next }: Gap["event"], told: Said["told"][number]): boolean {
  return session === told.session && told.sequence > sequence && told.sequence < (next ?? Infinity);
}
