import type { NetworkFault } from "../world/faults.ts";

/** Something that goes wrong beside a bot that is not ours: `at` so many milliseconds after it has logged in. */
export type ServeFault =
  | NetworkFault
  | { readonly kind: "server"; readonly at: number; readonly command: Readonly<Record<string, unknown>> };

const KINDS = [
  "reset",
  "stall",
  "silence",
  "partition",
  "refuse",
  "slow",
  "coalesce",
  "narrow",
  "http",
  "server",
];

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
    throw new RangeError(
      `Cannot read fault ${index} of the plan: its kind must be one of ${
        KINDS.join(", ")
      }, and "at" a number`,
    );
  });
}

function isFault(value: unknown): value is ServeFault {
  return typeof value === "object" && value !== null && "kind" in value &&
    KINDS.includes(String(value.kind)) &&
    "at" in value && typeof value.at === "number";
}
