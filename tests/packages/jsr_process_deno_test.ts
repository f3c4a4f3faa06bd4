import { assertEquals, assertGreater, assertMatch } from "@std/assert";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import ts from "typescript";
import { FEATURES, testFeatures } from "./_features.ts";
import { LocalJsr } from "./_jsr.ts";
import { assertPrinted, lastLine, locked, pathOf, run } from "./_project.ts";

const programs = join(import.meta.dirname ?? "", "programs");

describe("packages for JSR", () => {
  let scratch = "";
  let jsr: LocalJsr;

  before(async () => {
    scratch = await Deno.makeTempDir({ prefix: "parley-" });
    jsr = new LocalJsr(scratch);
    for (const folder of ["", "testing"]) await jsr.publish(folder);
  });

  after(async () => {
    await jsr[Symbol.asyncDispose]();
    await Deno.remove(scratch, { recursive: true });
  });

  /** Runs a Deno in a folder, with a cache of its own. */
  const by = (
    path: string,
    folder: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ) => run(path, args, folder, { ...jsr.env, DENO_DIR: join(scratch, "cache"), ...env });

  /** An empty folder to which a Deno adds packages. */
  async function addTo(name: string, path: string, ...packages: string[]): Promise<string> {
    const folder = join(scratch, name);
    Deno.mkdirSync(folder);
    await by(path, folder, ["add", ...packages]);
    return folder;
  }

  it("deno publish: names other packages by npm: and jsr:, and this one's own files by their paths", () => {
    const named = new Set<string>();
    for (const name of ["@parley/parley", "@parley/testing"]) {
      const modules = jsr.modules(name);
      assertGreater(modules.size, 20);
      for (const text of modules.values()) {
        for (const { fileName } of ts.preProcessFile(text).importedFiles) {
          if (!/^(\.|node:)/.test(fileName)) {
            named.add(`${name} → ${fileName.replace(/@[\^\d.]+(\/.*)?$/, "")}`);
          }
        }
      }
    }
    assertEquals([...named].sort(), [
      "@parley/parley → npm:/discord-api-types",
      "@parley/testing → jsr:@parley/parley",
      "@parley/testing → npm:/discord-api-types",
      "@parley/testing → npm:fast-check",
      "@parley/testing → npm:selfsigned",
      "@parley/testing → npm:ws",
    ]);
  });

  it("deno add: a bot on each network, against servers of @parley/testing", async () => {
    const folder = await addTo("both", Deno.execPath(), "jsr:@parley/parley", "jsr:@parley/testing");
    await Deno.copyFile(join(programs, "bots.mjs"), join(folder, "bots.mjs"));
    const heard = "hello";
    assertPrinted(await by(Deno.execPath(), folder, ["run", "-A", "bots.mjs"]), [
      { heard, said: "over IRC" },
      { heard, said: "over Twitch" },
      { heard, said: "over Discord" },
      { said: "over HTTP" },
    ]);
    const help = await by(Deno.execPath(), folder, ["run", "-A", "jsr:@parley/testing/serve", "--help"]);
    assertMatch(help, /^Usage: /);
  });

  for (const version of ["2.5", undefined]) {
    const name = `deno ${version ?? "newest"}`;
    const path = () => pathOf("deno", version);
    let added: Promise<string> | undefined;
    const folder = () =>
      added ??= path().then((deno) => addTo(name.replace(" ", "-"), deno, "jsr:@parley/parley"));

    it(`${name}: deno add brings nothing but discord-api-types, and every entry loads`, async () => {
      const { exports } = JSON.parse(jsr.config("@parley/parley"));
      const all = Object.keys(exports).map((entry) => `import "@parley/parley${entry.slice(1)}";\n`);
      await Deno.writeTextFile(join(await folder(), "all.ts"), all.join(""));
      await by(await path(), await folder(), ["run", "--no-prompt", "all.ts"]);
      // Deno 2.5 does not even take what is only types.
      const others = locked(await folder()).filter((name) => name !== "discord-api-types");
      assertEquals(others, ["@parley/parley"]);
    });

    testFeatures(name, FEATURES, async (names, env) => {
      for (const program of ["features.mjs", "clients.mjs"]) {
        Deno.copyFileSync(join(programs, program), join(await folder(), program));
      }
      const args = ["run", "--no-prompt", "--allow-net", "--allow-env", "clients.mjs", ...names];
      return lastLine(await by(await path(), await folder(), args, env));
    });
  }
});
