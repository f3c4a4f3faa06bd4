import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { within } from "../_within.ts";
import { LocalJsr } from "./_jsr.ts";
import { LocalNpm } from "./_npm.ts";
import { emptyProject, installed, pack, pathOf, run } from "./_project.ts";
import { type Servers, startServers } from "./_servers.ts";

/** How a program is run: what starts it, with what before its own arguments, and what else is set. */
interface Way {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const MAIN = "node_modules/@parley/cli/main.js";

describe("@parley/cli", () => {
  let scratch = "";
  let project = "";
  let servers: Servers;
  let npm: LocalNpm;
  let published: Promise<LocalJsr> | undefined;

  before(async () => {
    scratch = await Deno.makeTempDir({ prefix: "parley-" });
    const packed = await pack(scratch, { cli: true });
    npm = new LocalNpm((await run("npm", ["config", "get", "registry"], scratch)).trim());
    for (const name of ["parley", "testing", "cli"] as const) {
      const manifest = await Deno.readTextFile(join(scratch, "npm", name, "package.json"));
      npm.publish(packed[name], JSON.parse(manifest));
    }
    project = emptyProject(scratch, "by-npm");
    await run("npm", ["install", "--prefer-offline", "--no-audit", "@parley/cli"], project, npm.env);
    servers = await startServers();
    // Three packages are compiled.
  }, { timeout: 300_000 });

  after(async () => {
    for (const one of [servers, npm, await published]) await one?.[Symbol.asyncDispose]();
    await Deno.remove(scratch, { recursive: true });
  });

  /** All three packages on a registry like JSR. */
  async function onJsr(): Promise<LocalJsr> {
    const jsr = new LocalJsr(scratch);
    for (const folder of ["", "testing", "cli"]) await jsr.publish(folder);
    return jsr;
  }

  /** What it is run by, wherever it comes from. */
  const WAYS: Readonly<Record<string, () => Promise<Way>>> = {
    "npx, newest Node": async () => {
      const path = `${dirname(await pathOf("node"))}:${Deno.env.get("PATH")}`;
      return {
        command: "npx",
        args: ["--yes", "@parley/cli"],
        env: { ...npm.env, npm_config_cache: join(scratch, "npx"), PATH: path },
      };
    },
    "npm install, Node 22.15": async () => ({ command: await pathOf("node", "22.15"), args: [MAIN] }),
    "npm install, Node 24": async () => ({ command: await pathOf("node"), args: [MAIN] }),
    bunx: async () => ({
      command: await pathOf("bun"),
      args: ["x", "--bun", "@parley/cli"],
      env: { ...npm.env, BUN_INSTALL_CACHE_DIR: join(scratch, "bunx") },
    }),
    "npm install, Bun 1.2.18": async () => ({ command: await pathOf("bun", "1.2.18"), args: [MAIN] }),
    "npm install, Bun": async () => ({ command: await pathOf("bun"), args: [MAIN] }),
    "npm install, Deno": () =>
      Promise.resolve({ command: Deno.execPath(), args: ["run", "-A", "--node-modules-dir=manual", MAIN] }),
    "deno run jsr:@parley/cli": async () => {
      const jsr = await (published ??= onJsr());
      return {
        command: Deno.execPath(),
        args: ["run", "-A", "--quiet", "--node-modules-dir=none", "jsr:@parley/cli"],
        env: { ...jsr.env, DENO_DIR: join(scratch, "cache") },
      };
    },
  };

  /** Starts it, and reads what it writes. */
  function start(way: Way, args: readonly string[]) {
    const child = new Deno.Command(way.command, {
      args: [...way.args, ...args],
      cwd: way.args.includes(MAIN) ? project : scratch,
      env: { NO_COLOR: "1", HOME: scratch, ...way.env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    let written = "";
    let more = () => {};
    const reading = [child.stdout, child.stderr].map((stream) =>
      stream.pipeThrough(new TextDecoderStream()).pipeTo(
        new WritableStream({
          write(text) {
            written += text;
            more();
          },
        }),
      )
    );
    const ended = Promise.all([child.status, ...reading]).then(([{ code }]) => code);
    const seen = () => written;
    return {
      child,
      ended: () => within("the end", ended, seen),
      writes: async (text: string) => {
        const until = async () => {
          while (!written.includes(text)) await new Promise<void>((resolve) => more = resolve);
        };
        await within(`"${text}"`, Promise.race([until(), ended]), seen);
        assertStringIncludes(written, text);
      },
      seen,
    };
  }

  for (const [name, wayOf] of Object.entries(WAYS)) {
    it(`${name}: says its version, and what is wrong`, async () => {
      const way = await wayOf();
      const version = start(way, ["--version"]);
      assertEquals(await version.ended(), 0);
      // What installs it may have something to say before.
      assertEquals(version.seen().trim().split("\n").at(-1), "0.1.0");
      const wrong = start(way, ["tail", "twitch"]);
      assertEquals(await wrong.ended(), 2);
      assertMatch(wrong.seen(), /missing required argument 'channel'/);
      const doctor = start(way, ["doctor", "irc", servers.env.IRC_PLAIN ?? ""]);
      assertEquals(await doctor.ended(), 0, doctor.seen());
      assertMatch(doctor.seen(), /^ok +irc +\S+ has let us in as parley\d+$/m);
      const sick = start(way, ["doctor", "irc", servers.env.IRC ?? ""]);
      assertEquals(await sick.ended(), 1);
      assertMatch(sick.seen(), /→ if this is the server you mean, trust it by /);
    });

    // At Ctrl-C a terminal tells npx and bunx and what they have started; here is none.
    if (/^(npx|bunx)/.test(name)) continue;

    it(`${name}: shows a channel until Ctrl-C`, async () => {
      const way = await wayOf();
      const tail = start(way, ["tail", "twitch", "dallas", "--url", servers.env.TWITCH ?? ""]);
      await tail.writes("#dallas <ann> hello");
      tail.child.kill("SIGINT");
      assertEquals(await tail.ended(), 130);
    });
  }

  it("npm install: brings its flags, and the other two packages with what they need", () => {
    assertEquals(installed(project).filter((name) => /parley|commander/.test(name)), [
      "@commander-js/extra-typings",
      "@parley/cli",
      "@parley/parley",
      "@parley/testing",
      "commander",
    ]);
  });

  it("node 20: is told that it is too old, and what to do", async () => {
    const doctor = start({ command: await pathOf("node", "20"), args: [MAIN] }, ["doctor"]);
    assertEquals(await doctor.ended(), 1);
    assertMatch(doctor.seen(), /^FAILED +runtime +Node 20\.\S+ is too old: parley needs 22\.15 or later$/m);
    assertMatch(doctor.seen(), /→ install the newest LTS from https:\/\/nodejs\.org/);
  });
});
