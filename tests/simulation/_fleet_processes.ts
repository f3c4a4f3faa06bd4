import fc from "fast-check";
import type { Host } from "../../src/driver/host.ts";
import type { Instant } from "../../src/protocol/protocol.ts";
import {
  type DroppedEvent,
  PartitionReader,
  type PartitionReaderParts,
} from "../../src/nats/events/partition_reader.ts";
import { EventStream, Fleet, type FleetOptions, type NatsBuckets } from "../../src/nats/mod.ts";
import { seededRandom } from "../../testing/world/random.ts";
import type { Simulation } from "../../testing/world/simulation.ts";
import type { Violation } from "../../testing/world/checking/violation.ts";
import { NatsModel } from "../nats/_model.ts";
import type { Handler } from "./_fleet_handled.ts";
import type { ProcessBug } from "./_process_bugs.ts";

/** What a plan can make of the processes of a fleet, each of a role, and of the NATS between them. */
export type ProcessAct<Role extends string> =
  /** A process dies, and another is started a while later. */
  | { readonly kind: "crash"; readonly role: Role }
  /** Another process is started, and the oldest one leaves. */
  | { readonly kind: "deploy"; readonly role: Role }
  /** A process does not reach NATS. */
  | { readonly kind: "cutOff"; readonly role: Role; readonly ms: number }
  /** NATS is away, loses its leader, or is slow. */
  | { readonly kind: "nats"; readonly how: "down" | "leaderless" | "slow"; readonly ms: number };

const ms = fc.oneof(fc.nat(2_000), fc.nat(20_000));

/** Draws what happens to processes of these roles. */
export function processActs<Role extends string>(
  ...roles: Role[]
): Readonly<Record<"crash" | "deploy" | "cutOff" | "nats", fc.Arbitrary<ProcessAct<Role>>>> {
  const role = fc.constantFrom(...roles);
  return {
    crash: fc.record({ kind: fc.constant("crash" as const), role }),
    deploy: fc.record({ kind: fc.constant("deploy" as const), role }),
    cutOff: fc.record({ kind: fc.constant("cutOff" as const), role, ms }),
    nats: fc.record({
      kind: fc.constant("nats" as const),
      how: fc.constantFrom("down", "leaderless", "slow"),
      ms,
    }),
  };
}

/** What a process is made of that has just been started. */
export interface Outside {
  readonly name: string;
  readonly host: Host;
  readonly nats: NatsBuckets;
  readonly stream: EventStream;
  /** What each kind of a fleet takes. */
  readonly options: Pick<FleetOptions, "label" | "lease" | "runtime" | "onEvent">;
}

/** A process, and what is known of it. */
export interface Member<Role extends string> {
  readonly name: string;
  readonly role: Role;
  readonly fleet: Fleet;
  /** The slots in which something has come up. */
  readonly up: ReadonlySet<number>;
  crashed: boolean;
  leaving: boolean;
}

/** What workers read. */
export interface Reading<Event> {
  readonly partitions: number;
  readonly bug: ProcessBug | undefined;
  readonly read: PartitionReaderParts<Event>["read"];
  readonly handle: (event: Event | DroppedEvent, repeated: boolean, by: Handler) => unknown;
}

/** A process that handles what others publish, together with others like it. */
export function reading<Event>({ host, nats, stream, options }: Outside, what: Reading<Event>): Fleet {
  const { partitions, bug, read, handle } = what;
  const { clock, random } = host;
  const fleet: Fleet = new Fleet({
    ...options,
    nats,
    name: "workers",
    slots: partitions,
    run(partition, _, seat) {
      const parts: PartitionReaderParts<Event> = {
        ...seat,
        stream,
        name: "workers",
        partition,
        read,
        handle: (event, { repeated }) => handle(event, repeated, { fleet, partition, clock }),
        atOnce: 16,
        tries: 3,
        clock,
        random,
      };
      const reader = new PartitionReader({ ...parts, ...bug?.reader?.(parts) });
      return { ready: reader.start(), stop: () => reader.stop() };
    },
  });
  return fleet;
}

/** What the processes of a fleet need. */
export interface FleetProcessesParts<Role extends string> {
  readonly world: Simulation;
  readonly seed: number;
  readonly bug: ProcessBug | undefined;
  readonly lease: number;
  readonly partitions: number;
  /** For how long its events are kept, in milliseconds. */
  readonly keep: number;
  /** How many slots those of a role share. */
  readonly slots: Readonly<Record<Role, number>>;
  /** Makes what a process runs. */
  readonly make: (role: Role, outside: Outside) => Fleet;
  /** The outside as a process finds it. @default that of the world */
  readonly hostOf?: (name: string) => Host;
  /** Told that a process, or all of them, cannot reach NATS or does nothing for so long. */
  readonly helpless?: (name: string | undefined, from: Instant, ms: number) => void;
}

/** Nobody who has crashed comes back in a world. */
const FOR_EVER = 1_200_000;

/** The processes of several fleets at one NATS: they die, are replaced and cut off. */
export class FleetProcesses<Role extends string> {
  readonly nats: NatsModel;
  readonly members: Member<Role>[] = [];
  readonly violations: Violation[] = [];
  readonly #parts: FleetProcessesParts<Role>;

  constructor(parts: FleetProcessesParts<Role>) {
    this.#parts = parts;
    this.nats = new NatsModel(parts.world.clock, seededRandom(parts.seed, "nats"));
  }

  /** Those of a role that live and do not leave. */
  alive(role: Role): Member<Role>[] {
    return this.members.filter((member) => member.role === role && !member.crashed && !member.leaving);
  }

  perform(act: ProcessAct<Role>): void {
    const { world: { clock } } = this.#parts;
    const now = clock.now();
    if (act.kind === "nats") {
      this.#parts.helpless?.(undefined, now, act.ms);
      if (act.how === "down") this.nats.takeDown(act.ms);
      else if (act.how === "leaderless") this.nats.loseLeader(act.ms);
      else this.nats.slowDown(act.ms, 30);
      return;
    }
    const [member] = this.alive(act.role);
    if (member === undefined) return;
    if (act.kind === "cutOff") {
      this.#parts.helpless?.(member.name, now, act.ms);
      this.nats.cutOff(member.name, act.ms);
    } else if (act.kind === "crash") {
      member.crashed = true;
      this.#parts.helpless?.(member.name, now, Infinity);
      this.#parts.world.freeze(member.name, FOR_EVER);
      clock.setTimer(now + 3_000, () => this.begin(act.role));
    } else {
      member.leaving = true;
      this.begin(act.role);
      clock.setTimer(now + 2_000, () => void member.fleet.leave());
    }
  }

  /** Starts another process. */
  begin(role: Role): void {
    const { world, bug, lease, partitions, keep, make, hostOf = (name) => world.host(name) } = this.#parts;
    const name = `${role} ${this.members.filter((member) => member.role === role).length + 1}`;
    const sound = hostOf(name);
    const host = bug?.host?.(sound) ?? sound;
    const buckets = this.nats.client(name, host);
    const nats = bug?.buckets?.(buckets, name, host) ?? buckets;
    const over = this.nats.streams(name, host);
    const streams = bug?.streams?.(over) ?? over;
    const stream = new EventStream({ streams, application: "1", partitions, keep, runtime: host });
    const up = new Set<number>();
    const options: Outside["options"] = {
      label: name,
      lease,
      runtime: host,
      onEvent(event) {
        if (event.kind === "slot_started") up.add(event.slot);
        if (event.kind === "slot_stopped") up.delete(event.slot);
      },
    };
    const fleet = make(role, { name, host, nats, stream, options });
    this.members.push({ name, role, fleet, up, crashed: false, leaving: false });
    fleet.join();
  }

  /** Checks that no slot is held by two, now. */
  checkHolders(): void {
    this.#eachSlot((role, slot) => {
      const holders = this.members.filter((member) =>
        member.role === role && member.fleet.held.includes(slot)
      );
      if (holders.length < 2) return;
      const names = holders.map(({ name }) => name).join(" and ");
      const at = this.#parts.world.clock.now();
      this.violations.push({ rule: "two_holders", message: `"${slot}" is held by ${names}, at ${at}` });
    });
  }

  /** Checks that each slot runs somewhere, now. */
  checkUp(): void {
    this.#eachSlot((role, slot) => {
      const isUp = this.members.some((member) =>
        member.role === role && !member.crashed && member.up.has(slot)
      );
      if (!isUp) this.violations.push({ rule: "not_up", message: `Nobody runs "${slot}" of the ${role}s` });
    });
  }

  #eachSlot(see: (role: Role, slot: number) => void): void {
    const { slots } = this.#parts;
    for (const role in slots) for (let slot = 0; slot < slots[role]; slot++) see(role, slot);
  }
}
