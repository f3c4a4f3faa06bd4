import { isRecord } from "@parley/parley/internal";
import type { NetworkFault } from "../world/faults.ts";

/** Something that goes wrong beside a bot that is not ours: `at` so many milliseconds after it has logged in. */
export type ServeFault =
  | NetworkFault
  | { readonly kind: "server"; readonly at: number; readonly command: Readonly<Record<string, unknown>> };

/** What there is, and what each needs beside `at`: numbers, and else what is a list or an object. */
const NEEDS: Readonly<Record<ServeFault["kind"], readonly string[]>> = {
  reset: [],
  stall: ["ms", "directions"],
  silence: ["directions"],
  partition: ["ms"],
  refuse: ["ms"],
  slow: ["ms", "latency"],
  coalesce: ["ms", "every"],
  narrow: ["ms", "perSecond"],
  http: ["ms", "trouble"],
  server: ["command"],
};
const OBJECTS: ReadonlySet<string> = new Set(["directions", "trouble", "command"]);

/**
 * Reads a plan of faults: a JSON array of them, as `property` prints them. Those of a bot's own process are for whoever
 * runs it.
 *
 * @throws {RangeError} if it is none.
 */
export function readPlan(text: string): ServeFault[] {
  const plan: unknown = JSON.parse(text);
  if (!Array.isArray(plan)) throw new RangeError("Cannot read the plan: it is no array of faults");
  return plan.map((fault: unknown, index) => {
    if (isFault(fault)) return fault;
    throw new RangeError(`Cannot read fault ${index} of the plan: ${needsOf(fault)}`);
  });
}

function isFault(value: unknown): value is ServeFault {
  return isRecord(value) && needed(value.kind)?.every((name) => isGiven(name, value[name])) === true;
}

/** What a fault of this kind needs; undefined: there is none. */
function needed(kind: unknown): readonly string[] | undefined {
  const needs = new Map<unknown, readonly string[]>(Object.entries(NEEDS)).get(kind);
  return needs && ["at", ...needs];
}

function isGiven(name: string, value: unknown): boolean {
  if (OBJECTS.has(name)) return typeof value === "object" && value !== null;
  return typeof value === "number" && value >= 0;
}

function needsOf(fault: unknown): string {
  const { kind } = isRecord(fault) ? fault : {};
  const needs = needed(kind);
  if (needs === undefined) return `its kind must be one of ${Object.keys(NEEDS).join(", ")}`;
  return `"${kind}" needs ${needs.map((name) => OBJECTS.has(name) ? name : `a number "${name}"`).join(", ")}`;
}
