import { type Host, hostWith } from "../driver/host.ts";
import { Unheard } from "../driver/client/_unheard.ts";
import { OptionError } from "../protocol/errors.ts";
import { dialer } from "../transport/dial.ts";
import type { NatsBuckets } from "./kv.ts";
import { fencedDial } from "./leases/fenced_dial.ts";
import { LeaseRunner } from "./leases/lease_runner.ts";
import { NatsPermits } from "./permits.ts";

/** What is told of a fleet, to this process. */
export type FleetEvent =
  /** This process holds a slot, and what runs there has come up. */
  | { readonly kind: "slot_started"; readonly slot: number }
  /** It has stopped there what runs, for another process is to, or its own lease is over. */
  | { readonly kind: "slot_stopped"; readonly slot: number }
  /** Another process was not heard of for a lease: its slots are taken over. */
  | { readonly kind: "member_lost"; readonly member: string }
  /** This process could not renew its lease, and has stopped all it ran. It goes on once NATS answers. */
  | { readonly kind: "lease_expired" }
  /** Something went wrong that the fleet survives; tried again. Printed if nobody listens. */
  | { readonly kind: "error"; readonly error: unknown };

/** What the fleet is to what runs in a slot. */
export interface Seat {
  /** Whether this process may run it, right now: for what goes over links that are not of `runtime`. */
  readonly isHeld: () => boolean;
  /** Tells that something went wrong there that is survived. */
  readonly failed: (error: unknown) => void;
}

/** What runs in a slot. */
export interface Seated {
  /** Resolves once it has come up. A rejection gives the slot to another process. */
  readonly ready: Promise<unknown>;
  /** Settles when it has ended by itself, which gives the slot to another process. @default it never does */
  readonly ended?: Promise<unknown>;
  /** Stops it, so that another process can go on where it was; resolves once it has stopped. */
  stop(): Promise<void>;
}

/** What {@linkcode Fleet} takes. */
export interface FleetOptions {
  /** What makes buckets: `new Kvm(connection)` of `@nats-io/kv`, of a connection that is yours. */
  readonly nats: NatsBuckets;
  /** What the fleet is called: its buckets' names begin with it. Letters, digits and `-`. */
  readonly name: string;
  /** How many slots there are in all, for every process alike: shards, accounts, networks. */
  readonly slots: number;
  /**
   * What they are, and whose, for every process alike: of processes that say otherwise here or by `slots` those that came
   * later take none until the others have left, and all tell an `error`.
   *
   * @default {"slots"}
   */
  readonly what?: string;
  /**
   * Begins what runs in a slot. `runtime` is to be given to it: its links are gone when the lease is, and its permits
   * are those of the whole fleet.
   */
  readonly run: (slot: number, runtime: Partial<Host>, seat: Seat) => Seated;
  /** How many slots this process can carry. @default any number */
  readonly capacity?: number;
  /**
   * After how many milliseconds without news of this process the others take its slots over, 1 000 or more. Those of
   * two processes may differ tenfold.
   *
   * @default {30_000}
   */
  readonly lease?: number;
  /** How long to wait until another process has taken up what was given away, in milliseconds. @default the lease */
  readonly patience?: number;
  /** Names this process to the others. @default {"process"} */
  readonly label?: string;
  /** Told of what happens. */
  readonly onEvent?: (event: FleetEvent) => void;
  /** Parts of the outside to replace. */
  readonly runtime?: Partial<Host>;
}

/**
 * Many processes that share what is to run once: each slot is run by one of them, evenly, whichever come and go. What
 * they know of each other is in NATS. A slot goes from one to another when a process joins (`join`), leaves (`leave`),
 * or is not heard of for a lease; never are there two that run it: a process counts its lease from before it renewed it,
 * the others from when they heard of that, and the links of one that is late are cut before anything passes them.
 *
 * @example
 * ```ts no-eval
 * import { Fleet, type NatsBuckets } from "@parley/parley/nats";
 * import { TwitchClient } from "@parley/parley/twitch";
 *
 * async function run(nats: NatsBuckets, networks: string[][]): Promise<void> { // nats: new Kvm(connection)
 *   await using fleet = new Fleet({
 *     nats,
 *     name: "readers",
 *     slots: networks.length,
 *     run(slot, runtime) {
 *       const chat = new TwitchClient({ channels: networks[slot] ?? [], runtime });
 *       return { ready: chat.connect(), ended: chat.closed, stop: () => chat.close() };
 *     },
 *   });
 *   fleet.join();
 *   await fleet.left;
 * }
 * ```
 */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #runner: LeaseRunner;
  readonly #host: Host;
  readonly #permits: NatsPermits;
  readonly #unheard: Unheard;
  readonly #seated = new Map<number, Seated>();
  readonly #lease: number;
  #joined = false;
  #leaving: Promise<void> | undefined;
  #resolveLeft: () => void = () => {};
  /** Resolves once this process has left. */
  readonly left: Promise<void>;

  /**
   * Takes the options.
   *
   * @throws {OptionError} if one is not acceptable.
   */
  constructor(options: FleetOptions) {
    const { nats, name, slots, what = "slots", capacity = null, label = "process" } = options;
    const { lease = 30_000, patience = lease } = options;
    if (!/^[A-Za-z0-9-]+$/.test(name)) {
      throw new OptionError(`Cannot name a fleet "${name}": its name is of letters, digits and "-"`);
    }
    checkCount("slots", slots);
    if (capacity !== null) checkCount("capacity", capacity);
    if (!(lease >= 1_000 && lease < Infinity)) {
      throw new OptionError(`Cannot lease for "${lease}" ms: \`lease\` must be 1,000 or more, and finite`);
    }
    if (!(patience >= 0 && patience < Infinity)) {
      throw new OptionError(`Cannot wait "${patience}" ms: \`patience\` must be 0 or more, and finite`);
    }
    this.#options = options;
    this.#lease = lease;
    this.#host = hostWith(dialer(), options.runtime);
    const { clock, random } = this.#host;
    this.#permits = new NatsPermits(nats, { name, clock, random });
    this.#unheard = new Unheard(this.#host, name);
    this.left = new Promise((resolve) => this.#resolveLeft = resolve);
    this.#runner = new LeaseRunner({
      options: { slots, what: `${slots} ${what}`, capacity, lease, patience },
      name: label,
      clock,
      random,
      open: () => nats.create(`${name}-leases`, { history: 1 }),
      start: (slot) => this.#start(slot),
      stop: (slot) => this.#stop(slot),
      agreed: (text) => this.agreed(text),
      tell: (event) => {
        if (event.kind === "lost") this.#tell({ kind: "member_lost", member: event.member });
        else if (event.kind === "expired") this.#tell({ kind: "lease_expired" });
        else if (event.kind === "failed") this.#tell({ kind: "error", error: event.error });
      },
    });
  }

  /** What this process is called among the others. */
  get id(): string {
    return this.#runner.id;
  }

  /** Which process holds each slot, as far as is known here. */
  get holders(): ReadonlyMap<number, string> {
    return this.#runner.holders;
  }

  /** The slots that run here. */
  get held(): readonly number[] {
    return [...this.#seated.keys()].filter((slot) => this.#runner.holds(slot));
  }

  /**
   * Joins: takes what is free, and its share of what others hold.
   *
   * @throws {OptionError} if it has joined before.
   */
  join(): void {
    if (this.#joined || this.#leaving !== undefined) {
      throw new OptionError("Cannot join a fleet again: make another one");
    }
    this.#joined = true;
    this.#runner.start();
  }

  /**
   * Leaves: gives one slot away after the other, each once the one before has been taken up elsewhere; resolves once
   * nothing runs here. After `within` milliseconds all that still runs is stopped.
   */
  leave({ within = 10 * this.#lease }: { readonly within?: number } = {}): Promise<void> {
    return this.#leaving ??= this.#leave(within);
  }

  async #leave(within: number): Promise<void> {
    if (this.#joined) await this.#runner.leave(within);
    await Promise.all([...this.#seated.keys()].map((slot) => this.#stop(slot)));
    this.#unheard.end();
    this.#resolveLeft();
  }

  /** Leaves. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.leave();
  }

  /** Told what all processes are to go by, by what is heard of {@linkcode Fleet.agree}. */
  protected agreed(_text: string): void {}

  /** Lets all processes go by something else, now and later; false if another has said otherwise at the same time. */
  protected agree(text: string): Promise<boolean> {
    return this.#runner.agree(text);
  }

  async #start(slot: number): Promise<void> {
    const isHeld = () => this.#runner.holds(slot);
    const seated = this.#options.run(slot, {
      ...this.#options.runtime,
      dial: fencedDial(this.#host.dial, isHeld),
      permits: this.#permits,
    }, { isHeld, failed: (error) => this.#tell({ kind: "error", error }) });
    this.#seated.set(slot, seated);
    seated.ended?.then(
      () => this.#ended(slot, seated, new Error(`What runs in slot "${slot}" has ended`)),
      (error: unknown) => this.#ended(slot, seated, error),
    );
    await seated.ready;
    if (this.#seated.get(slot) === seated) this.#tell({ kind: "slot_started", slot });
  }

  #ended(slot: number, seated: Seated, error: unknown): void {
    if (this.#seated.get(slot) === seated) void this.#runner.ended(slot, error);
  }

  async #stop(slot: number): Promise<void> {
    const seated = this.#seated.get(slot);
    if (seated === undefined) return;
    this.#seated.delete(slot);
    // What does not come up any more has nobody who waits for it.
    seated.ready.catch(() => {});
    try {
      await seated.stop();
    } catch (error) {
      this.#tell({ kind: "error", error });
    }
    this.#tell({ kind: "slot_stopped", slot });
  }

  #tell(event: FleetEvent): void {
    const { onEvent, name } = this.#options;
    if (onEvent === undefined) {
      if (event.kind === "error") {
        this.#unheard.survived(`The fleet "${name}" goes on after an error`, event.error);
      }
      return;
    }
    try {
      onEvent(event);
    } catch (error) {
      this.#unheard.survived(`\`onEvent\` of the fleet "${name}" has thrown`, error);
    }
  }
}

function checkCount(option: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new OptionError(`Cannot share out "${value}" ${option}: that must be a positive whole number`);
}
