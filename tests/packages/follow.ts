/**
 * Follows the README and the pages of `docs/` literally, each in an empty folder with Node and npm alone: writes the programs
 * that name their file (`// bot.mjs`), and runs each shell block, line by line. The packages come from a registry on loopback.
 *
 * A block that is marked `outside` wants a service of somebody else's. What of it runs a program among ours can be run
 * among servers of our own, under the names of the real ones, is; the rest is told, not run.
 *
 * ```sh
 * deno task follow [pages...]
 * ```
 *
 * @module
 */
import { basename, join } from "node:path";
import { LocalNpm } from "./_npm.ts";
import { pack, pathOf, run } from "./_project.ts";
import { AMONG_NAMES, canUnshare, hostsFile, SET_UP, STAGE } from "./_among_names.ts";
import { root } from "../../tools/config.ts";
import { walk } from "../../tools/files.ts";

/** A step of a page. */
export type Step =
  | { readonly kind: "write"; readonly file: string; readonly text: string }
  | { readonly kind: "run"; readonly command: string }
  | { readonly kind: "outside"; readonly command: string };

/** What a page tells its reader to do, in order. */
export function stepsOf(page: string): Step[] {
  return [...page.matchAll(/^```(\w+)([^\n]*)\n(.*?)^```$/gms)].flatMap(
    ([, language, marks = "", text = ""]): Step[] => {
      if (language === "sh") {
        const kind = marks.includes("outside") ? "outside" : "run";
        const lines = text.replaceAll("\\\n", "").split("\n").map((line) => line.replace(/(^|\s+)# .*$/, ""));
        return lines.filter((line) => line.trim() !== "").map((command) => ({ kind, command }));
      }
      const [, file] = /^(?:\/\/|#) ([\w./-]+\.\w+|Dockerfile)(?=[:\s])/.exec(text) ?? [];
      return file === undefined ? [] : [{ kind: "write", file, text }];
    },
  );
}

/** What the program of a command is there for, so that it can be seen among our servers; undefined: it cannot. */
function purposeOf(command: string, written: ReadonlyMap<string, string>): string | undefined {
  const [, file = ""] = /^(?:\w+=\S+ )*node (\S+\.mjs)$/.exec(command) ?? [];
  const text = written.get(file) ?? "";
  if (/registerCommands/.test(text)) return "slash";
  if (/!ping/.test(text) && /"@parley\/parley\/discord"/.test(text)) return "discord";
  if (/new IrcClient/.test(text) && /"pong"/.test(text)) return "irc";
  if (/new TwitchClient\(\{ channels/.test(text)) return "twitch";
  return undefined;
}

if (import.meta.main) {
  const scratch = await Deno.makeTempDir({ prefix: "parley-" });
  const told = { ran: 0, among: 0, left: 0 };
  try {
    await using npm = new LocalNpm((await run("npm", ["config", "get", "registry"], scratch)).trim());
    const packed = await pack(scratch);
    for (const [name, archive] of [["parley", packed.parley], ["testing", packed.testing]] as const) {
      npm.publish(archive, JSON.parse(await Deno.readTextFile(join(scratch, "npm", name, "package.json"))));
    }
    const bin = join(scratch, "bin");
    await Deno.mkdir(bin);
    await Deno.symlink(await pathOf("node", "24"), join(bin, "node"));
    const env = { ...npm.env, PATH: `${bin}:${Deno.env.get("PATH")}`, npm_config_yes: "true" };
    const hosts = await hostsFile(scratch);
    const pages = Deno.args.length > 0 ? Deno.args : ["README.md", ...walk("docs")];
    for (const path of pages.filter((path) => path.endsWith(".md"))) {
      const steps = stepsOf(await Deno.readTextFile(join(root, path)));
      if (!steps.some(({ kind }) => kind !== "write")) continue;
      const folder = join(scratch, basename(path, ".md"));
      await Deno.mkdir(folder);
      const written = new Map<string, string>();
      for (const step of steps) {
        if (step.kind === "write") {
          written.set(step.file, step.text);
          await Deno.mkdir(join(folder, step.file, ".."), { recursive: true });
          await Deno.writeTextFile(join(folder, step.file), step.text);
          continue;
        }
        const { kind, command } = step;
        const what = kind === "outside" ? purposeOf(command, written) : undefined;
        if (kind === "run") {
          await run("sh", ["-c", command], folder, env);
          told.ran++;
        } else if (what !== undefined && canUnshare) {
          const config = ["--config", join(root, "deno.offline.json"), "--no-lock", "--cached-only"];
          const bare = command.replace(/^(\w+=\S+ )+/, "");
          const args = ["run", "-A", "--no-check", ...config, STAGE, what, folder, bare, JSON.stringify(env)];
          await run("unshare", [...AMONG_NAMES, SET_UP, hosts, Deno.execPath(), ...args], root);
          told.among++;
        } else {
          told.left++;
        }
        const how = kind === "run" ? "ok" : what === undefined ? "not here" : "ok, among our servers";
        console.log(`${path.padEnd(32)} ${how.padEnd(22)} ${command}`);
      }
    }
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
  console.log(
    `${told.ran} commands run, ${told.among} among our servers, ${told.left} that want somebody else's`,
  );
}
