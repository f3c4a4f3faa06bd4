import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { root } from "../../tools/shared/config.ts";
import { findExamples } from "../../tools/shared/examples.ts";
import type { Runtime } from "../../tools/shared/runtimes.ts";
import { AMONG_NAMES, canUnshare, hostsFile, SET_UP, STAGE } from "./_among_names.ts";
import { LocalJsr } from "./_jsr.ts";
import { LocalNpm } from "./_npm.ts";
import { installed, locked, pack, pathOf, run } from "./_project.ts";

const readme = Deno.readTextFileSync(join(root, "README.md"));
const programs = findExamples(readme).map(({ code }) => code);

/** What each program is there for, by what it imports. */
const PROGRAMS = { twitch: "/twitch", irc: "/irc", discord: "/discord", hono: "/hono" } as const;

/** Who installs, and what runs what is installed. */
const ENGINES: readonly [installer: string, runtime: Runtime, version?: string][] = [
  ["deno add", "deno"],
  ["npm install", "node", "22.15"],
  ["npm install", "node", "24"],
  ["bun add", "bun"],
];

/** The part of the README behind a text, and its first command that begins and goes on so. */
function commandBehind(text: string, begins: string, has: RegExp): string {
  const lines = readme.slice(readme.indexOf(text)).split("\n");
  const line = lines.find((line) => line.startsWith(`${begins} `) && has.test(line));
  if (line === undefined) throw new Error(`README.md has no command that begins with "${begins}"`);
  return line.replace(/ +# .*$/, "");
}

describe("the README's programs, by the commands that it gives", () => {
  let scratch = "";
  let hosts = "";
  const cleanup = new AsyncDisposableStack();
  const env: Record<string, string> = {};

  before(async () => {
    scratch = await Deno.makeTempDir({ prefix: "parley-" });
    cleanup.defer(() => Deno.remove(scratch, { recursive: true }));
    const jsr = cleanup.use(new LocalJsr(scratch));
    for (const folder of ["", "testing"]) await jsr.publish(folder);
    const npm = cleanup.use(new LocalNpm((await run("npm", ["config", "get", "registry"], scratch)).trim()));
    const { parley } = await pack(scratch);
    npm.publish(parley, JSON.parse(await Deno.readTextFile(join(scratch, "npm/parley/package.json"))));

    Object.assign(env, jsr.env, npm.env, { DENO_DIR: join(scratch, "cache") });
    hosts = await hostsFile(scratch);
  });

  after(() => cleanup.disposeAsync());

  for (const [installer, runtime, version] of ENGINES) {
    const name = `${runtime} ${version ?? "newest"}`;
    describe(name, { skip: !canUnshare }, () => {
      const folder = () => join(scratch, name.replace(" ", "-"));
      let path = "";

      before(async () => {
        await Deno.mkdir(folder());
        const bin = `${folder()}-bin`;
        await Deno.mkdir(bin);
        await Deno.symlink(await pathOf(runtime, version), join(bin, runtime));
        path = `${bin}:${Deno.env.get("PATH") ?? ""}`;
      });

      const sh = (command: string) => run("sh", ["-c", command], folder(), { ...env, PATH: path });

      it(`${name}: "${installer}" in an empty folder brings nothing but discord-api-types`, async () => {
        await sh(commandBehind("## Four bots", installer, /parley/));
        const names = runtime === "deno" ? locked(folder()) : installed(folder());
        assertEquals(names, ["@parley/parley", "discord-api-types"]);
      });

      for (const [what, entry] of Object.entries(PROGRAMS)) {
        it(`${name}: its program for ${entry.slice(1)} runs, unchanged`, async () => {
          const program = programs.find((code) => code.includes(`"@parley/parley${entry}"`)) ?? "";
          if (what === "hono") await sh(commandBehind(program, installer, /hono/));
          const then = commandBehind(program, runtime, /bot\.mjs/);
          await Deno.writeTextFile(join(folder(), "bot.mjs"), program);
          const config = ["--config", join(root, "deno.offline.json"), "--no-lock", "--cached-only"];
          const args = [what, folder(), then, JSON.stringify(env)];
          const stage = [Deno.execPath(), "run", "-A", "--no-check", ...config, STAGE, ...args];
          await run("unshare", [...AMONG_NAMES, SET_UP, hosts, ...stage], root, { PATH: path });
        });
      }
    });
  }
});
