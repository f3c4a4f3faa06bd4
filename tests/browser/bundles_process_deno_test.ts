import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { BROWSER_PROGRAMS, weigh } from "../../bench/_browser_programs.ts";
import { bundle, loadedAtOnce } from "../../tools/bundle.ts";

const { exports }: { exports: Record<string, string> } = JSON.parse(
  readFileSync(new URL("../../deno.json", import.meta.url), "utf8"),
);

describe("entries", () => {
  // ./internal has what listens, for servers in tests.
  for (const [entry, path] of Object.entries(exports).filter(([entry]) => entry !== "./internal")) {
    it(`${entry}: bundles for browsers, and loads no TCP there`, () => {
      const program = `export * from "${path}";`;
      bundle(program);
      const loaded = loadedAtOnce(bundle(program, { splitting: true })).flatMap(({ sources }) => sources);
      assertEquals(
        loaded.filter((source) => /transport\/(\w+_net|stream_websocket|_frames)/.test(source)),
        [],
      );
    });
  }
});

describe("programs in a browser", () => {
  for (const { name, program, most } of BROWSER_PROGRAMS) {
    it(`${name}: is no larger than what was reached`, () => {
      const { size } = weigh(program);
      assert(size <= most, `it has ${size} bytes, minified and gzipped, and may have ${most}`);
    });
  }
});
