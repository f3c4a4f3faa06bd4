import { assert, assertMatch } from "@std/assert";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { emptyProject, pack, pathOf, run } from "./_project.ts";

const examples = join(import.meta.dirname ?? "", "../../examples/testing");
const BOTS = ["discord_bot", "irc_bot", "twitch_bot"] as const;

/** What breaks each bot: what it has, and what it gets instead. */
const BROKEN: Readonly<Record<typeof BOTS[number], readonly [from: string, to: string]>> = {
  discord_bot: ["Hello, ", "Goodbye, "],
  irc_bot: [`username: "parleybot"`, `username: "somebody"`],
  twitch_bot: ["sender.moderates", `sender.name !== ""`],
};

/** How each runner runs tests, and what its test files must be called. */
const RUNNERS: Readonly<Record<string, { readonly suffix: string; command(): Promise<readonly string[]> }>> =
  {
    "deno test": {
      suffix: "_test.ts",
      command: () =>
        Promise.resolve([Deno.execPath(), "test", "-A", "--no-check", "--node-modules-dir=manual"]),
    },
    "bun test": { suffix: "_test.ts", command: async () => [await pathOf("bun"), "test"] },
    "node --test": { suffix: "_test.ts", command: async () => [await pathOf("node"), "--test"] },
    vitest: {
      suffix: ".test.ts",
      command: async () => [await pathOf("node"), "node_modules/vitest/vitest.mjs", "run"],
    },
  };

describe("@parley/testing", () => {
  let scratch = "";
  let project = "";

  before(async () => {
    scratch = await Deno.makeTempDir({ prefix: "parley-" });
    const packed = await pack(scratch);
    project = emptyProject(scratch, "bots");
    const args = ["install", "--prefer-offline", "--no-audit", packed.parley, packed.testing, "vitest@4"];
    await run("npm", args, project);
    for (const bot of BOTS) {
      const [from, to] = BROKEN[bot];
      const text = Deno.readTextFileSync(join(examples, `${bot}.ts`));
      assert(text.includes(from), bot);
      const test = Deno.readTextFileSync(join(examples, `${bot}_test.ts`));
      for (const [folder, source] of [["whole", text], ["broken", text.replaceAll(from, to)]] as const) {
        Deno.mkdirSync(join(project, folder), { recursive: true });
        Deno.writeTextFileSync(join(project, folder, `${bot}.ts`), source);
        Deno.writeTextFileSync(join(project, folder, `${bot}_test.ts`), test);
        const forVitest = test.replace(`from "node:test"`, `from "vitest"`);
        Deno.writeTextFileSync(join(project, folder, `${bot}.test.ts`), forVitest);
      }
    }
  });

  after(() => Deno.remove(scratch, { recursive: true }));

  /** Runs the tests of some bots. */
  async function test(runner: string, folder: string, bots: readonly string[]): Promise<void> {
    const { suffix, command } = RUNNERS[runner] ?? { suffix: "", command: () => Promise.resolve([]) };
    const [path = "", ...args] = await command();
    await run(path, [...args, ...bots.map((bot) => `./${folder}/${bot}${suffix}`)], project);
  }

  for (const runner of Object.keys(RUNNERS)) {
    it(`${runner}: three bots pass the tests that a newcomer writes`, () => test(runner, "whole", BOTS));

    for (const bot of BOTS) {
      it(`${runner}: ${bot} fails its test once it is broken`, async () => {
        const failed = await test(runner, "broken", [bot]).then(() => "", String);
        assert(/WorldError|AssertionError|SASL|authenticat/.test(failed), failed || "It passed");
      });
    }
  }

  it("npx: serves a network and plays what it is told", async () => {
    const script = `printf 'ada says #deno hello\n' | npx --offline @parley/testing serve irc`;
    // npx runs it by the Node that is found first.
    const PATH = `${dirname(await pathOf("node"))}:${Deno.env.get("PATH")}`;
    assertMatch(
      await run("sh", ["-c", script], project, { PATH }),
      /^IRC irc:\/\/127.+\nada joins #deno\nada says in #deno: hello$/m,
    );
  });

  for (const bot of BOTS) {
    it(`${bot}: its test has no more than 20 lines`, () => {
      const lines = Deno.readTextFileSync(join(examples, `${bot}_test.ts`)).trimEnd().split("\n");
      assert(lines.length <= 20, `${lines.length}`);
    });
  }
});
