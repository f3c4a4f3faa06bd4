import fc from "fast-check";
import { Driver } from "../../src/driver/driver.ts";
import type { Instant } from "../../src/protocol/protocol.ts";
import {
  discordFleet,
  EventStream,
  Fleet,
  type NatsBuckets,
  type StreamedEvent,
} from "../../src/nats/mod.ts";
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
  /** NATS is away, loses its leader, or is slow. */
  | { readonly kind: "nats"; readonly how: "down" | "leaderless" | "slow"; readonly ms: number };

type Role = "gateway" | "worker";

/** A process, and what is known of it. */
interface Member {
  readonly name: string;
  readonly role: Role;
  readonly fleet: Fleet;
  readonly up: Set<number>;
  crashed: boolean;
}

/** Something that was said in a guild, and where it was told. */
interface Said {
  readonly guild: string;
  readonly at: Instant;
  /** Of the session that it was told to; undefined: there was none. */
  readonly session: string | undefined;
  readonly sequence: number;
}

const GATEWAY = "wss://gateway.test";
const API = "https://discord.test";
const UNTIL = 40_000;
/** In which everything comes right again. */
const RECOVERY = 80_000;
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
  fc.record({ kind: fc.constant("nats" as const), how: fc.constantFrom("down", "leaderless", "slow"), ms }),
);

/**
 * A bot of two shards whose gateways share them by leases and publish what they hear, and workers that share its
 * partitions, while processes die, stand still and are replaced, clocks are set, and NATS and Discord are out of reach.
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
  readonly #handled = new Map<number, number>();
  /** Of each guild, what was handled last. */
  readonly #last = new Map<string, number>();
  readonly #gaps: Extract<StreamedEvent, { kind: "gap" }>[] = [];
  /** What has ever been stored of: who dies before that leaves nothing to tell a gap by. */
  readonly #stored = new Set<string>();
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
  }

  perform(act: FleetAct): void {
    if (act.kind === "nats") {
      if (act.how === "down") this.#nats.takeDown(act.ms);
      else if (act.how === "leaderless") this.#nats.loseLeader(act.ms);
      else this.#nats.slowDown(act.ms, 30);
      return;
    }
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
    const end = UNTIL + RECOVERY;
    while (world.clock.now() < end) {
      await world.run(250);
      this.#checkHolders();
    }
    this.#checkEnd();
    this.#checkIdentifies();
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
    const fleet: Fleet = role === "gateway"
      ? discordFleet({
        ...options,
        token: "parley.test.token",
        intents: 33_281,
        rest: { baseUrl: `${API}/api` },
        url: GATEWAY,
        shards: SHARDS,
        stream,
        name: "bot",
        setup: (gateway) => void gateway.on("error", () => {}),
      })
      : new Fleet({
        ...options,
        name: "workers",
        slots: PARTITIONS,
        run: (partition, _, seat) =>
          readerOf({
            ...seat,
            stream,
            partition,
            handle: (event, { repeated }) => this.#handle(fleet, partition, event, repeated, host.clock),
            atOnce: 16,
            tries: 3,
            clock: host.clock,
            random: host.random,
          }, this.#bug),
      });
    this.#members.push({ name, role, fleet, up, crashed: false });
    fleet.join();
  }

  /** The same buckets, of which it is known what sessions were ever stored. */
  #noting(nats: NatsBuckets): NatsBuckets {
    const note = async (text: string, written: Promise<number>) => {
      const revision = await written;
      const session = /"sessionId":"([^"]+)"/.exec(text)?.[1];
      if (session !== undefined) this.#stored.add(session);
      return revision;
    };
    return {
      async create(bucket, options) {
        const kv = await nats.create(bucket, options);
        return {
          ...kv,
          create: (key, text) => note(text, kv.create(key, text)),
          update: (key, text, revision) => note(text, kv.update(key, text, revision)),
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
    const told = log.slice(from).find((entry) => entry.kind === "dispatched");
    const at = this.world.clock.now();
    const isTold = told?.kind === "dispatched";
    this.#said.push({
      guild,
      at,
      session: isTold ? told.session : undefined,
      sequence: isTold ? told.s : 0,
    });
    await said;
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
    if (event.kind === "gap") return void this.#gaps.push(event);
    if (event.kind !== "MESSAGE_CREATE") return;
    if (!fleet.held.includes(partition)) {
      this.#violate(
        "handled_unheld",
        `"${event.data.content}" by a process that does not hold "${partition}"`,
      );
    }
    const number = Number(event.data.content);
    const { guild } = this.#said[number] ?? { guild: "" };
    const before = this.#handled.get(number);
    if (before !== undefined && !repeated) {
      this.#violate("repeat_unmarked", `"${number}", handled at ${before}`);
    }
    const last = this.#last.get(guild) ?? -1;
    if (before === undefined && number < last) this.#violate("disorder", `"${number}" behind "${last}"`);
    this.#last.set(guild, Math.max(last, number));
    // It takes its time, and may die meanwhile.
    await new Promise<void>((resolve) => clock.setTimer(clock.now() + HANDLING, resolve));
    this.#handled.set(number, this.world.clock.now());
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
    for (const [number, { guild, at, session, sequence }] of this.#said.entries()) {
      if (session === undefined || !this.#stored.has(session) || this.#handled.has(number)) continue;
      const isTold = this.#gaps.some((gap) =>
        gap.session === session && sequence > gap.sequence && sequence < (gap.next ?? Infinity)
      );
      if (!isTold) {
        this.#violate("missed", `"${number}" of guild "${guild}", told at ${at} as ${session}:${sequence}`);
      }
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
