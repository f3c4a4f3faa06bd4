import { OptionError } from "./errors.ts";

/**
 * Checks an option `timeouts`: each a positive number of milliseconds, and finite unless it is one of the `endless`,
 * which may be waited for for ever.
 *
 * @throws {OptionError} naming the first that is not.
 */
export function checkTimeouts<Timeouts extends object>(
  timeouts: Timeouts,
  endless: readonly string[] = [],
): Timeouts {
  for (const [name, ms] of Object.entries(timeouts)) {
    const most = endless.includes(name) ? Infinity : Number.MAX_VALUE;
    if (ms === undefined || typeof ms === "number" && ms > 0 && ms <= most) continue;
    const finite = most < Infinity ? " and finite" : "";
    throw new OptionError(`Cannot wait "${ms}" ms for \`timeouts.${name}\`: it must be positive${finite}`);
  }
  return timeouts;
}
