import { describe, it } from "node:test";
import { freshBase } from "../../tools/fresh_base.ts";
import { fuzz } from "./_fuzzer.ts";
import { fuzzers } from "./fuzzers.ts";

describe("fuzzers", () => {
  for (const fuzzer of fuzzers) {
    it(`${fuzzer.name}: whatever comes, nothing throws, hangs or grows`, async () => {
      for (const from of [1, freshBase()]) {
        const found = await fuzz(fuzzer, from, fuzzer.inSuite / 2);
        if (found === undefined) continue;
        const again = `deno task fuzz --only ${fuzzer.name} --from ${found.seed} --inputs 1`;
        throw new Error(`Input ${found.seed} goes wrong: ${again}`, { cause: found.error });
      }
    });
  }
});
