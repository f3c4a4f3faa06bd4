import type { Fuzzer } from "./_fuzzer.ts";

/** Every fuzzer there is. */
export const fuzzers: readonly Fuzzer[] = [];
