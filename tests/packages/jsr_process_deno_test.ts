import { assertEquals, assertGreater } from "@std/assert";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import ts from "typescript";
import { FEATURES, testFeatures } from "./_features.ts";
import { LocalJsr } from "./_jsr.ts";
import { assertPrinted, pathOf, run } from "./_project.ts";

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
  const deno = (folder: string, ...args: string[]) => by(Deno.execPath(), folder, args);

  /** What the entries are called. */
  const entryNames = (): string[] =>
    Object.keys(JSON.parse(jsr.config("@parley/parley")).exports).map((entry) =>
      `@parley/parley${entry.slice(1)}`
    );

  /** An empty folder to which packages are added. */
  async function addTo(name: string, ...packages: string[]): Promise<string> {
    const folder = join(scratch, name);
    Deno.mkdirSync(folder);
    await deno(folder, "add", ...packages);
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

  it("deno add: brings nothing but discord-api-types, and every entry loads", async () => {
    const folder = await addTo("alone", "jsr:@parley/parley");
    await Deno.writeTextFile(
      join(folder, "all.ts"),
      entryNames().map((name) => `import "${name}";\n`).join(""),
    );
    await deno(folder, "run", "--no-prompt", "all.ts");
    const lock = JSON.parse(await Deno.readTextFile(join(folder, "deno.lock")));
    assertEquals(Object.keys(lock.jsr).map((name) => name.replace(/@[\d.]+$/, "")), ["@parley/parley"]);
    assertEquals(Object.keys(lock.npm ?? {}).map((name) => name.replace(/@[\d.]+$/, "")), [
      "discord-api-types",
    ]);
  });

  it("deno add: a bot on each network, against servers of @parley/testing", async () => {
    const folder = await addTo("both", "jsr:@parley/parley", "jsr:@parley/testing");
    await Deno.copyFile(join(programs, "bots.mjs"), join(folder, "bots.mjs"));
    const heard = "hello";
    assertPrinted(await deno(folder, "run", "-A", "bots.mjs"), [
      { heard, said: "over IRC" },
      { heard, said: "over Twitch" },
      { heard, said: "over Discord" },
      { said: "over HTTP" },
    ]);
  });

  /** A folder to which the package is added by this Deno, with the programs that use it; made once. */
  const ready = new Map<string | undefined, Promise<string>>();
  const folderOf = (path: string, version: string | undefined): Promise<string> => {
    const make = async () => {
      const folder = join(scratch, `by-${version ?? "newest"}`);
      Deno.mkdirSync(folder);
      await by(path, folder, ["add", "jsr:@parley/parley"]);
      for (const name of ["features.mjs", "clients.mjs"]) {
        Deno.copyFileSync(join(programs, name), join(folder, name));
      }
      return folder;
    };
    const made = ready.get(version) ?? make();
    ready.set(version, made);
    return made;
  };

  for (const version of ["2.5", undefined]) {
    const name = `deno ${version ?? "newest"}`;

    it(`${name}: deno add, and every entry loads`, async () => {
      const path = await pathOf("deno", version);
      const folder = await folderOf(path, version);
      await Deno.writeTextFile(
        join(folder, "all.ts"),
        `${entryNames().map((name) => `import "${name}";\n`).join("")}`,
      );
      await by(path, folder, ["run", "--no-prompt", "all.ts"]);
    });

    testFeatures(name, FEATURES, async (names, env) => {
      const path = await pathOf("deno", version);
      const args = ["run", "--no-prompt", "--allow-net", "--allow-env", "clients.mjs", ...names];
      const printed = await by(path, await folderOf(path, version), args, env);
      return JSON.parse(printed.trim().split("\n").at(-1) ?? "");
    });
  }
});
