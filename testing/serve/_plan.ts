import { wrongIn } from "../kit/_fault_needs.ts";
import type { NetworkFault } from "../world/faults.ts";

/** Something that goes wrong beside a bot that is not ours: `at` so many milliseconds after it has logged in. */
export type ServeFault =
  | NetworkFault
  | { readonly kind: "server"; readonly at: number; readonly command: Readonly<Record<string, unknown>> };

/** What happens to a process, which is for whoever runs it. */
const OF_PROCESSES = ["freeze", "restart"];

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
    throw new RangeError(`Cannot read fault ${index} of the plan: ${wrongIn(fault, OF_PROCESSES)}`);
  });
}

function isFault(value: unknown): value is ServeFault {
  return wrongIn(value, OF_PROCESSES) === undefined;
}
