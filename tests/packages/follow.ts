/**
 * Follows the README and the pages of `docs/` literally, each in an empty folder with Node and npm, and with Deno and Bun for
 * what is said of those: writes the programs, and runs each shell block, line by line. The packages come from registries on
 * loopback.
 *
 * A block that is marked `outside` wants a service of somebody else's. What of it can be run among servers of our own, under
 * the names of the real ones, is; the rest is told, not run, and so is what is marked `clone`, which is for a clone of this
 * repository, and what CI runs there.
 *
 * ```sh
 * deno task follow [pages...]
 * ```
 *
 * @module
 */
import { basename, dirname, join } from "node:path";
import { AMONG_NAMES, canUnshare, hostsFile, SET_UP, STAGE } from "./_among_names.ts";
import { LocalJsr } from "./_jsr.ts";
import { LocalNpm } from "./_npm.ts";
import { pack, pathOf, run } from "./_project.ts";
import { projectOf, sceneOf, stepsOf } from "./_steps.ts";
import { root } from "../../tools/shared/config.ts";
import { walk } from "../../tools/shared/files.ts";

/** How many pages are followed at a time: most of it is waiting. */
const AT_ONCE = 3;
const PACKAGES = ["parley", "testing", "cli"] as const;

const scratch = await Deno.makeTempDir({ prefix: "parley-" });
const told = { ran: 0, among: 0, left: 0, clone: 0 };
const failed: string[] = [];

/** What asks a registry of somebody else's, which may stutter: that says nothing of the page, and is tried once more. */
const ASKS = /^(npm install|npx --yes|deno add|bun add)\b/;

/** What a command finds around it on the machine that is acted out. */
async function environment(npm: LocalNpm, jsr: LocalJsr): Promise<Readonly<Record<string, string>>> {
  const bin = join(scratch, "bin");
  await Deno.mkdir(bin);
  for (const runtime of ["node", "deno", "bun"] as const) {
    await Deno.symlink(await pathOf(runtime), join(bin, runtime));
  }
  const own = {
    // Where `npm install --global` installs.
    npm_config_prefix: join(scratch, "global"),
    // A connection that stands still is another's fault; npm would wait for five minutes.
    npm_config_fetch_timeout: "30000",
    npm_config_fetch_retries: "4",
    npm_config_fetch_retry_mintimeout: "1000",
    // In the user's own there are packages of the same name and version, of other days.
    DENO_DIR: join(scratch, "deno"),
    BUN_INSTALL_CACHE_DIR: join(scratch, "bun"),
    XDG_CONFIG_HOME: join(scratch, "config"),
  };
  const path = `${join(scratch, "global", "bin")}:${bin}:${Deno.env.get("PATH")}`;
  return { ...npm.env, ...jsr.env, ...own, PATH: path, npm_config_yes: "true" };
}

/** Does what a page says. */
async function follow(page: string, env: Readonly<Record<string, string>>, hosts: string): Promise<void> {
  const steps = stepsOf(await Deno.readTextFile(join(root, page)));
  const written = new Map<string, string>();
  const folders = new Map<string, string>();
  /** The folder of a project, with what the page has had written before. */
  async function folderOf(project: string): Promise<string> {
    const folder = folders.get(project) ?? join(scratch, basename(page, ".md"), project);
    if (!folders.has(project)) {
      folders.set(project, folder);
      await Deno.mkdir(folder, { recursive: true });
      for (const [file, text] of written) await write(folder, file, text);
    }
    return folder;
  }
  for (const step of steps) {
    if (step.kind === "write") {
      written.set(step.file, step.text);
      for (const folder of folders.values()) await write(folder, step.file, step.text);
      continue;
    }
    const { kind, command } = step;
    const scene = kind === "outside" && canUnshare ? sceneOf(command, written) : undefined;
    const from = performance.now();
    let how = "";
    if (kind === "run") {
      const cwd = await folderOf(projectOf(command));
      const once = () => run("sh", ["-c", command], cwd, env);
      how = "ok";
      await once().catch(async (error: unknown) => {
        if (!ASKS.test(command)) throw error;
        console.log(`${page.padEnd(32)} tried again, after: ${error}`);
        how = "ok, once tried again";
        await once();
      });
      told.ran++;
    } else if (scene !== undefined) {
      const bare = command.replace(/^(\w+=\S+ )+/, "");
      const args = [scene, await folderOf(projectOf(command)), bare, JSON.stringify(env)];
      const config = ["--config", join(root, "deno.offline.json"), "--no-lock", "--cached-only"];
      const stage = [Deno.execPath(), "run", "-A", "--no-check", ...config, STAGE, ...args];
      await run("unshare", [...AMONG_NAMES, SET_UP, hosts, ...stage], root);
      told.among++;
      how = "ok, among our servers";
    } else if (kind === "clone") {
      told.clone++;
      how = "in a clone";
    } else {
      told.left++;
      how = "not here";
    }
    const seconds = ((performance.now() - from) / 1_000).toFixed(1);
    console.log(`${page.padEnd(32)} ${how.padEnd(22)} ${seconds.padStart(5)} s  ${command}`);
  }
}

async function write(folder: string, file: string, text: string): Promise<void> {
  await Deno.mkdir(dirname(join(folder, file)), { recursive: true });
  await Deno.writeTextFile(join(folder, file), text);
}

try {
  await using npm = new LocalNpm((await run("npm", ["config", "get", "registry"], scratch)).trim());
  await using jsr = new LocalJsr(scratch);
  const publishing = (async () => {
    for (const folder of ["", "testing", "cli"]) await jsr.publish(folder);
  })();
  const packed = await pack(scratch, { cli: true });
  for (const name of PACKAGES) {
    npm.publish(
      packed[name],
      JSON.parse(await Deno.readTextFile(join(scratch, "npm", name, "package.json"))),
    );
  }
  await publishing;
  const env = await environment(npm, jsr);
  const hosts = await hostsFile(scratch);
  const pages = Deno.args.length > 0
    ? Deno.args
    : ["README.md", ...walk("docs")].filter((path) => path.endsWith(".md"));
  const left = pages.values();
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (const page of left) {
      await follow(page, env, hosts).catch((error: unknown) => {
        failed.push(`${page}: ${error}`);
      });
    }
  }));
} finally {
  await Deno.remove(scratch, { recursive: true });
}
console.log(
  `${told.ran} commands run, ${told.among} among our servers, ${told.left} that want somebody else's, ` +
    `${told.clone} for a clone`,
);
for (const why of failed) console.error(`FAILED: ${why}`);
Deno.exit(failed.length === 0 ? 0 : 1);
