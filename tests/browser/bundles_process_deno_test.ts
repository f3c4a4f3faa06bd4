import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { BROWSER_PROGRAMS, weigh } from "../../bench/_browser_programs.ts";
import { bundle, bundleForBrowsers, loadedAtOnce } from "../../tools/shared/bundle.ts";
import { IN_BROWSERS } from "../../tools/shared/in_browsers.ts";

const { exports }: { exports: Record<string, string> } = JSON.parse(
  readFileSync(new URL("../../deno.json", import.meta.url), "utf8"),
);

/** What opens TCP. */
const TCP = /transport\/(streams\/(streams|\w+_net)|websocket\/(stream_websocket|_frames)|proxy\/\w+_tunnel)/;

describe("entries", () => {
  // ./internal has what listens, for servers in tests.
  for (const [entry, path] of Object.entries(exports).filter(([entry]) => entry !== "./internal")) {
    it(`${entry}: bundles for browsers, and loads no TCP there`, async () => {
      const program = `export * from "${path}";`;
      bundle(program);
      const loaded = loadedAtOnce(bundle(program, { splitting: true })).flatMap(({ sources }) => sources);
      assertEquals(loaded.filter((source) => TCP.test(source)), []);
      const { inputs } = await bundleForBrowsers(program);
      assertEquals(Object.keys(inputs).filter((source) => TCP.test(source)), []);
    });
  }

  for (const [path, other] of Object.entries(IN_BROWSERS)) {
    it(`${other}: exports all that ${path} does, whose place it takes in bundles for browsers`, async () => {
      const namesOf = async (path: string) => Object.keys(await import(`../../${path}`));
      const missing = new Set(await namesOf(path)).difference(new Set(await namesOf(other)));
      assertEquals([...missing], []);
    });
  }
});

describe("programs in a browser", () => {
  for (const { name, program, most } of BROWSER_PROGRAMS) {
    it(`${name}: is no larger than what was reached`, async () => {
      const { size } = await weigh(program);
      assert(size <= most, `it has ${size} bytes, minified and gzipped, and may have ${most}`);
    });
  }
});
