import type fastCheck from "fast-check";
import type { Instant } from "@parley/parley/protocol";
import type { BreakCause, Direction, HttpTrouble, Network, Scope } from "./network/network.ts";
import type { Freeze, PartTrouble, Simulation } from "./simulation.ts";

/** Something that goes wrong with the network, as data: when, for how long, and to whom. Times in milliseconds. */
export type NetworkFault =
  /** Links break: both ends see them lost. */
  | { readonly kind: "reset"; readonly at: Instant; readonly cause?: BreakCause; readonly scope?: Scope }
  /** Nothing arrives for so long, and then everything. */
  | {
    readonly kind: "stall";
    readonly at: Instant;
    readonly ms: number;
    readonly directions: readonly Direction[];
    readonly scope?: Scope;
  }
  /** What travels vanishes, and neither end is told: for ever, or until the link then breaks. */
  | {
    readonly kind: "silence";
    readonly at: Instant;
    readonly ms?: number;
    readonly directions: readonly Direction[];
    readonly scope?: Scope;
  }
  /** Nothing gets through, dials included. */
  | { readonly kind: "partition"; readonly at: Instant; readonly ms: number; readonly scope?: Scope }
  /** Dials fail. */
  | {
    readonly kind: "refuse";
    readonly at: Instant;
    readonly ms: number;
    readonly cause: "refused" | "tls";
    readonly scope?: Scope;
  }
  /** Data travels longer. */
  | {
    readonly kind: "slow";
    readonly at: Instant;
    readonly ms: number;
    readonly latency: number;
    readonly scope?: Scope;
  }
  /** Links are read only so often, in milliseconds, and then all that has come in one piece. */
  | {
    readonly kind: "coalesce";
    readonly at: Instant;
    readonly ms: number;
    readonly every: number;
    readonly scope?: Scope;
  }
  /** Only so many bytes or characters travel in a second. */
  | {
    readonly kind: "narrow";
    readonly at: Instant;
    readonly ms: number;
    readonly perSecond: number;
    readonly scope?: Scope;
  }
  /** Something is wrong with what HTTP requests get. */
  | {
    readonly kind: "http";
    readonly at: Instant;
    readonly ms: number;
    readonly trouble: HttpTrouble;
    readonly scope?: Scope;
  };

/** Something that goes wrong with the process of a host, by the host's name, or with what it was given. */
export type ProcessFault =
  /** It stands still for so long. */
  | { readonly kind: "freeze"; readonly at: Instant; readonly ms: number; readonly client: string } & Freeze
  /** The clock on its wall is set so far ahead of the world's, or behind. */
  | { readonly kind: "skew"; readonly at: Instant; readonly ahead: number; readonly client: string }
  /** A store, permits or a provider, by its name, goes wrong: what `Simulation.unreliable` has made so. */
  | {
    readonly kind: "part";
    readonly at: Instant;
    readonly ms: number;
    readonly part: string;
    readonly trouble: PartTrouble;
  };

/** Something that a protocol's server does, or that its user wants, at a time. */
export interface ScriptedAct<Act> {
  readonly kind: "act";
  readonly at: Instant;
  readonly act: Act;
}

/** A fault or an act. A plan is a list of them: it can be printed, pasted into a test, and shrunk. */
export type Fault<Act = never> = NetworkFault | ProcessFault | ScriptedAct<Act>;

/** Lets everything in a plan happen at its time. `perform` does what only the world itself can do. */
export function scheduleFaults<Act>(
  world: Simulation,
  plan: readonly Fault<Act>[],
  perform: (act: Act) => void,
): void {
  for (const fault of plan) {
    world.clock.setTimer(fault.at, () => {
      if (fault.kind === "act") perform(fault.act);
      else happen(world, fault);
    });
  }
}

function happen(world: Simulation, fault: NetworkFault | ProcessFault): void {
  switch (fault.kind) {
    case "freeze":
      return world.freeze(fault.client, fault.ms, fault);
    case "part":
      return world.trouble(fault.part, fault.ms, fault.trouble);
    case "skew":
      return world.skew(fault.client, fault.ahead);
    default:
      return happenTo(world.network, fault);
  }
}

/** Lets a fault of a network happen, now. */
export function happenTo(network: Network, fault: NetworkFault): void {
  switch (fault.kind) {
    case "reset":
      return network.reset(fault.scope, fault.cause);
    case "stall":
      return network.stall(fault.scope ?? {}, fault.ms, fault.directions);
    case "silence":
      return network.silence(fault.scope ?? {}, fault.ms, fault.directions);
    case "partition":
      return network.partition(fault.scope ?? {}, fault.ms);
    case "refuse":
      return network.refuse(fault.scope ?? {}, fault.ms, fault.cause);
    case "slow":
      return network.slow(fault.scope ?? {}, fault.ms, fault.latency);
    case "coalesce":
      return network.coalesce(fault.scope ?? {}, fault.ms, fault.every);
    case "narrow":
      return network.narrow(fault.scope ?? {}, fault.ms, fault.perSecond);
    case "http":
      return network.troubleHttp(fault.scope ?? {}, fault.ms, fault.trouble);
  }
}

/** What plans to draw. */
export interface FaultPlanOptions<Act> {
  /** No fault begins or lasts beyond this, in milliseconds. */
  readonly until: Instant;
  /** The most there are in a plan. @default {8} */
  readonly most?: number;
  /** Acts of the protocol to mix in. @default none */
  readonly acts?: fastCheck.Arbitrary<Act>;
  /** The clients that a fault may be limited to. @default none: all faults are everybody's */
  readonly clients?: readonly string[];
  /** Which faults to draw beside those that every plan may have. @default {[]} */
  readonly also?: readonly AlsoFault[];
  /** What of the parts that were made unreliable may go wrong, by their names. @default none */
  readonly parts?: Readonly<Record<string, readonly PartTrouble[]>>;
}

/** A fault that is drawn only where it is asked for: who has no HTTP, no store or one process need none of it. */
export type AlsoFault = "coalesce" | "narrow" | "http" | "freeze" | "skew" | "causes";

/**
 * Plans as an arbitrary of fast-check, so that one which makes a test fail shrinks to the few faults that
 * matter. Takes fast-check itself, so that those who do not use this need not have it.
 *
 * @example
 * ```ts
 * import { faultPlans } from "@parley/testing";
 * import fc from "fast-check";
 *
 * const [plan] = fc.sample(faultPlans(fc, { until: 60_000 }), { seed: 1, numRuns: 1 });
 * console.log(JSON.stringify(plan));
 * ```
 */
export function faultPlans<Act = never>(
  fc: typeof fastCheck,
  options: FaultPlanOptions<Act>,
): fastCheck.Arbitrary<Fault<Act>[]> {
  const { until, most = 8, acts, clients = [], also = [], parts = {} } = options;
  const at = fc.nat(until);
  // Short and long alike: what lasts a moment is another thing than what outlasts every time-out.
  const ms = fc.oneof(fc.nat(2_000), fc.nat(Math.min(until, 120_000)));
  const scope = clients.length === 0
    ? fc.constant({})
    : fc.oneof(fc.constant({}), fc.constantFrom(...clients).map((client) => ({ scope: { client } })));
  const directions = fc.constantFrom<readonly Direction[]>(
    ["to client", "to server"],
    ["to client"],
    ["to server"],
  );
  const faults: fastCheck.Arbitrary<NetworkFault>[] = [
    fc.record({ kind: fc.constant("reset" as const), at }),
    fc.record({ kind: fc.constant("stall" as const), at, ms, directions }),
    fc.record({ kind: fc.constant("silence" as const), at, directions }),
    fc.record({ kind: fc.constant("silence" as const), at, ms, directions }),
    fc.record({ kind: fc.constant("partition" as const), at, ms }),
    fc.record({ kind: fc.constant("refuse" as const), at, ms, cause: fc.constantFrom("refused", "tls") }),
    fc.record({ kind: fc.constant("slow" as const), at, ms, latency: fc.nat(3_000) }),
  ];
  const others: Readonly<Record<AlsoFault, () => fastCheck.Arbitrary<NetworkFault | ProcessFault>>> = {
    coalesce: () => fc.record({ kind: fc.constant("coalesce" as const), at, ms, every: fc.nat(2_000) }),
    narrow: () =>
      fc.record({
        kind: fc.constant("narrow" as const),
        at,
        ms,
        perSecond: fc.integer({ min: 200, max: 20_000 }),
      }),
    http: () => fc.record({ kind: fc.constant("http" as const), at, ms, trouble: troublesOf(fc) }),
    freeze: () =>
      fc.record({
        kind: fc.constant("freeze" as const),
        at,
        ms,
        client: fc.constantFrom(...clients),
        first: fc.constantFrom("timers" as const, "links" as const),
        clockStands: fc.boolean(),
      }),
    // A clock that is set back stands for as long: not for so long that nothing comes right in time.
    skew: () =>
      fc.record({
        kind: fc.constant("skew" as const),
        at,
        ahead: fc.integer({ min: -600_000, max: 600_000 }),
        client: fc.constantFrom(...clients),
      }),
    causes: () =>
      fc.record({ kind: fc.constant("reset" as const), at, cause: fc.constantFrom("corrupt", "unknown") }),
  };
  const ofProcesses = also.filter((name) => name === "freeze" || name === "skew");
  if (ofProcesses.length > 0 && clients.length === 0) {
    throw new TypeError(
      `Cannot draw "${ofProcesses.join('", "')}": name the clients whose processes are meant`,
    );
  }
  const drawn = fc.oneof<fastCheck.Arbitrary<NetworkFault | ProcessFault>[]>(
    ...faults,
    ...also.map((name) => others[name]()),
    // However many there are, they take no more room than any other fault.
    ...(Object.keys(parts).length === 0 ? [] : [partsOf(fc, parts, at)]),
  );
  const scoped = fc.tuple(drawn, scope).map(([fault, limited]): NetworkFault | ProcessFault => {
    const within = withinTime(fault, until);
    return "client" in within || within.kind === "part" ? within : { ...within, ...limited };
  });
  const act = acts &&
    fc.tuple(at, acts).map(([when, what]): Fault<Act> => ({ kind: "act", at: when, act: what }));
  return fc.array<Fault<Act>>(act === undefined ? scoped : fc.oneof(scoped, act), { maxLength: most })
    .map((plan) => [...plan].sort((a, b) => a.at - b.at));
}

function partsOf(
  fc: typeof fastCheck,
  parts: Readonly<Record<string, readonly PartTrouble[]>>,
  at: fastCheck.Arbitrary<number>,
): fastCheck.Arbitrary<ProcessFault> {
  return fc.oneof(
    ...Object.entries(parts).map(([part, troubles]) =>
      fc.record({
        kind: fc.constant("part" as const),
        at,
        // Shorter ones would mostly fall where nobody asks.
        ms: fc.integer({ min: 5_000, max: 90_000 }),
        part: fc.constant(part),
        trouble: fc.constantFrom(...troubles),
      })
    ),
  );
}

function troublesOf(fc: typeof fastCheck): fastCheck.Arbitrary<HttpTrouble> {
  return fc.oneof<fastCheck.Arbitrary<HttpTrouble>[]>(
    fc.record({ kind: fc.constant("status" as const), status: fc.constantFrom(500, 502, 503, 504) }),
    fc.record({
      kind: fc.constant("status" as const),
      status: fc.constant(429),
      retryAfter: fc.nat(5),
    }),
    fc.record({ kind: fc.constant("slow" as const), ms: fc.nat(20_000) }),
    fc.record({ kind: fc.constantFrom("reset" as const, "wrong" as const) }),
  );
}

function withinTime<Some extends NetworkFault | ProcessFault>(fault: Some, until: Instant): Some {
  if (!("ms" in fault) || fault.ms === undefined) return fault;
  return { ...fault, ms: Math.min(fault.ms, until - fault.at) };
}
