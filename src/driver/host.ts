import { isServer } from "../is_server.ts";
import type { HostCrypto } from "../protocol/host_crypto.ts";
import type { Dial } from "../protocol/link.ts";
import type { CloseInfo, Data, Instant, OpenInfo, Outcome } from "../protocol/protocol.ts";
import { processClock } from "./clock/_process_clock.ts";
import { type Clock, systemClock } from "./clock/clock.ts";
import { LocalPermits, type Permits } from "./permits.ts";

/** What can be observed of a core at work: where logging, metrics and recordings start. */
export type Observation =
  & {
    /** Which client or server, as its options name it. */
    readonly label: string;
    /** When. */
    readonly at: Instant;
  }
  & (
    | { readonly kind: "dial"; readonly link: number; readonly url: string }
    | { readonly kind: "opened"; readonly link: number; readonly info: OpenInfo }
    /** `data` is undefined where it is secret, or without what is. */
    | { readonly kind: "received"; readonly link: number; readonly data: Data | undefined }
    /** The same. */
    | { readonly kind: "sent"; readonly link: number; readonly data: Data | undefined }
    | { readonly kind: "close"; readonly link: number; readonly code: number; readonly reason: string }
    | { readonly kind: "abort"; readonly link: number }
    | { readonly kind: "closed"; readonly link: number; readonly info: CloseInfo }
    /** `ask`: the scope of a permit, or the kind of another ask. */
    | { readonly kind: "ask"; readonly id: number; readonly ask: string }
    | { readonly kind: "answered"; readonly id: number; readonly answer: string }
    /** A permit was asked for and is not granted, which is told once a minute: its limit is used up, or it hangs. */
    | { readonly kind: "waiting"; readonly id: number; readonly for: string; readonly since: Instant }
    | { readonly kind: "released"; readonly id: number; readonly used: boolean }
    | { readonly kind: "settled"; readonly ticket: number; readonly outcome: string }
    | { readonly kind: "event"; readonly event: string }
    /**
     * The process stood still, for at least so many milliseconds: a handler blocked it, it was stopped, or its machine
     * slept; or the wall clock was set ahead by as much. `since`: when it was last seen that it had not.
     */
    | { readonly kind: "stalled"; readonly since: Instant; readonly ms: number }
    /** What nobody else was told of: an error in an `error` handler, say. */
    | { readonly kind: "error"; readonly error: unknown }
    | { readonly kind: "end"; readonly error: Error | undefined }
  );

/** Everything outside: what a driver and a client need of the world, each part replaceable. */
export interface Host {
  /** Tells the time and wakes up. */
  readonly clock: Clock;
  /** Randomness in [0, 1). */
  readonly random: () => number;
  /** Opens links. */
  readonly dial: Dial;
  /** HTTP. */
  readonly fetch: (input: string, init?: RequestInit) => Promise<Response>;
  /** Limits shared wider than one core. */
  readonly permits: Permits;
  /** Cryptography, and random bytes for it. */
  readonly crypto: HostCrypto;
  /**
   * Does what takes real time: a simulation lets its clock stand meanwhile. `what` names it in errors.
   *
   * @default calls `run`
   */
  readonly work?: (<T>(what: string, run: () => Promise<T>) => Promise<T>) | undefined;
  /** Where that is printed which goes wrong and nobody listens for. @default the runtime's own */
  readonly console?: { error(...what: readonly unknown[]): void } | undefined;
  /**
   * Takes an error that nobody may miss, and nobody would hear of.
   *
   * @default throws it where nobody can catch it, which ends the process on Deno, Bun and Node
   */
  readonly uncaught?: ((error: unknown) => void) | undefined;
  /** Sees everything that happens, with secrets left out. Must be quick; what it throws is ignored. */
  readonly observe?: ((observation: Observation) => void) | undefined;
  /**
   * Sees every event that a client is told, whole and before its handlers do, with the client's label: what a test
   * compares with what the server sent. An event may hold what is secret, as an interaction does its token.
   */
  readonly told?: ((event: { readonly kind: string }, label: string) => void) | undefined;
  /**
   * Sees how every command has ended that a client was given, whole, with the client's label: what a test compares with
   * what the server heard. A command may hold what is secret, too.
   */
  readonly settled?: ((command: unknown, outcome: Outcome["kind"], label: string) => void) | undefined;
}

/** The names of all parts. */
export const hostNames: Readonly<Record<keyof Host, 1>> = {
  clock: 1,
  random: 1,
  dial: 1,
  fetch: 1,
  permits: 1,
  crypto: 1,
  work: 1,
  console: 1,
  uncaught: 1,
  observe: 1,
  told: 1,
  settled: 1,
};

/** What the clients of a server process share: timers, and permits, whose limits are those of accounts. */
const ofProcess: Pick<Host, "clock" | "permits"> | undefined = isServer()
  ? sharedBy(processClock())
  : undefined;

function sharedBy(clock: Clock): Pick<Host, "clock" | "permits"> {
  return { clock, permits: new LocalPermits(clock) };
}

/**
 * The runtime's own host with the given dial, and with whatever parts of it the caller replaces. On Deno, Bun and
 * Node its permits are those of the process; elsewhere, where requests and objects share an isolate and must share
 * nothing else, each host has its own.
 *
 * @example
 * ```ts
 * import { hostWith } from "@parley/parley/driver";
 * import { dialer } from "@parley/parley/transport";
 *
 * const host = hostWith(dialer(), { observe: (observation) => console.debug(observation) });
 * host.clock.now();
 * ```
 */
export function hostWith(dial: Dial, parts: Partial<Host> = {}): Host {
  const { clock = ofProcess?.clock ?? systemClock } = parts;
  return {
    clock,
    random: Math.random,
    dial,
    fetch: (input, init) => globalThis.fetch(input, init),
    permits: ofProcess?.clock === clock ? ofProcess.permits : new LocalPermits(clock),
    crypto: globalThis.crypto,
    ...parts,
  };
}
