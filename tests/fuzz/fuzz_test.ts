import { describe, it } from "node:test";
import { freshBase } from "../../tools/fresh_base.ts";
import { fuzz } from "./_fuzzer.ts";
import { fuzzers } from "./fuzzers.ts";

describe("fuzzers", () => {
  for (const fuzzer of fuzzers) {
    it(`${fuzzer.name}: whatever comes, nothing throws, hangs or grows`, async () => {
      // Those that are always the same have found what they could.
      for (const [from, share] of [[1, 0.1], [freshBase(), 0.5]] as const) {
        const found = await fuzz(fuzzer, from, Math.ceil(fuzzer.inSuite * share));
        if (found === undefined) continue;
        const again = `deno task fuzz --only ${fuzzer.name} --from ${found.seed} --inputs 1`;
        throw new Error(`Input ${found.seed} goes wrong: ${again}`, { cause: found.error });
      }
    });
  }
});
