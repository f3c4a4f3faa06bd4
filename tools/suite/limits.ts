import process from "node:process";

/**
 * How long a single test may take that has no limit of its own, in milliseconds: what `PARLEY_TEST_LIMIT` says, or
 * a minute.
 */
export const TEST_LIMIT: number = Number(process.env.PARLEY_TEST_LIMIT) || 60_000;

/** How long what comes before or after tests may take that has no limit of its own: some of it packs and installs. */
export const HOOK_LIMIT: number = 5 * TEST_LIMIT;
