import type fastCheck from "fast-check";
import type { Fault } from "../../src/testing/faults.ts";

/** What came of one simulated world. */
export interface Report {
  /** What the checkers have to say; empty if all was well. */
  readonly violations: readonly string[];
  /** A hash of everything observed. */
  readonly trace: string;
  /** How much time passed in it, in milliseconds. */
  readonly simulated: number;
  /** How many events the clients were given. */
  readonly events: number;
}

/** A kind of world: a server, clients, people who talk, and what may go wrong. */
export interface World<Act> {
  readonly name: string;
  /** The name under which a failing plan imports it. */
  readonly identifier: string;
  /** When the last fault is over; what must come right afterwards then has its time. */
  readonly until: number;
  /** What may go wrong. */
  readonly plans: fastCheck.Arbitrary<Fault<Act>[]>;
  /** Runs it. `bug` plants a bug, by name, in the cores. */
  run(seed: number, plan: readonly Fault<Act>[], bug?: string): Promise<Report>;
}

/** What to call a fault in a count of them. */
export function faultName(fault: Fault<unknown>): string {
  if (fault.kind !== "act") return fault.kind;
  const { act } = fault;
  return typeof act === "object" && act !== null && "kind" in act ? String(act.kind) : "act";
}
