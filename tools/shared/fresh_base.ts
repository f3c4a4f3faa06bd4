import process from "node:process";

/** The environment variable that gives the seeds that tests begin with, in place of ones that nobody has run. */
export const BASE_VARIABLE = "PARLEY_SEED_BASE";

/**
 * The first of the seeds that no run before has had: the one given by {@linkcode BASE_VARIABLE}, or drawn.
 *
 * @throws {RangeError} if what is given is no positive whole number.
 */
export function freshBase(): number {
  const given = process.env[BASE_VARIABLE];
  if (given === undefined || given === "") return 1 + Math.floor(Math.random() * 1_000_000_000);
  const base = Number(given);
  if (Number.isSafeInteger(base) && base > 0) return base;
  throw new RangeError(`${BASE_VARIABLE} must be a positive whole number, not "${given}"`);
}
