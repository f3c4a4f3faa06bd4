import type fastCheck from "fast-check";
import type { Fault } from "../../src/testing/faults.ts";
import type { Violation } from "../../src/testing/violation.ts";

/** What came of one simulated world. */
export interface Report {
  /** What the checkers have to say; empty if all was well. */
  readonly violations: readonly Violation[];
  /** A hash of everything observed. */
  readonly trace: string;
  /** How much time passed in it, in milliseconds. */
  readonly simulated: number;
  /** How many events the clients were given. */
  readonly events: number;
}

/** A wrong variant of what runs in a world. */
export interface PlantedBug {
  /** The rule that a checker must find broken; what else is said of it does not count. */
  readonly caught: string;
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
  /** The bugs that can be planted, by name. */
  readonly bugs: Readonly<Record<string, PlantedBug>>;
  /** Runs it. `bug` plants one. */
  run(seed: number, plan: readonly Fault<Act>[], bug?: string): Promise<Report>;
}

/** What to call a fault in a count of them. */
export function faultName(fault: Fault<unknown>): string {
  if (fault.kind !== "act") return fault.kind;
  const { act } = fault;
  return typeof act === "object" && act !== null && "kind" in act ? String(act.kind) : "act";
}
