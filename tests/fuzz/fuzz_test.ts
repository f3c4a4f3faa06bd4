import { describe, it } from "node:test";
import { freshBase } from "../../tools/shared/fresh_base.ts";
import { engineIndex } from "../_engines.ts";
import { fuzz } from "./_fuzzer.ts";
import { fuzzers } from "./fuzzers.ts";

describe("fuzzers", () => {
  for (const fuzzer of fuzzers) {
    it(`${fuzzer.name}: whatever comes, nothing throws, hangs or grows`, async () => {
      // Those that are always the same have found what they could. Each engine has fresh ones of its own.
      for (const [first, share] of [[1, 0.03], [freshBase(), 0.1]] as const) {
        const count = Math.ceil(fuzzer.inSuite * share);
        const found = await fuzz(fuzzer, first + engineIndex * count, count);
        if (found === undefined) continue;
        const again = `deno task fuzz --only ${fuzzer.name} --from ${found.seed} --inputs 1`;
        throw new Error(`Input ${found.seed} goes wrong: ${again}`, { cause: found.error });
      }
    });
  }
});
