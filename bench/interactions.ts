/**
 * Measures what answering Discord over HTTP takes beyond what no bot can do without. A signed use of a
 * command is given to endpoints behind Hono, in process, one after another: to parley's and to other
 * libraries', and to a floor that has no framework, no router and no check, only the runtime's Ed25519 and
 * `JSON.parse`. Every contender runs in a process of its own, on Deno, Bun and Node 24, turn by turn; what
 * they answer to a command, a PING and a forged request must be the same. Of each run the lower quartile of
 * its batches counts, as others on the machine can only slow them. Printed are ratios to the floor of the same
 * round, medians over the rounds, and whether the targets hold; then, how large each package's entry is when
 * minified and gzipped, without what it loads only when it is needed, and how long it takes to load. Like is
 * compared with like: discord-interactions verifies and has nothing more; discord-hono routes and replies,
 * but checks nothing that it sends.
 *
 *     deno task bench interactions [--rounds N] [--requests N] [--warm-up N] [--in-flight N]
 *                                  [--runtime NAME]... [--only NAME]...
 *
 * @module
 */
import { join } from "node:path";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { root } from "../tools/config.ts";
import { find, RUNTIMES } from "../tools/runtimes.ts";
import { type Command, commands, contend, median, verdict } from "./_harness.ts";
import type { Run } from "./_interactions_contender.ts";
import type { Load } from "./_interactions_load.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    rounds: { type: "string", default: "7" },
    requests: { type: "string", default: "10000" },
    "warm-up": { type: "string", default: "4000" },
    "in-flight": { type: "string", default: "1" },
    runtime: { type: "string", multiple: true, default: [...RUNTIMES] },
    only: { type: "string", multiple: true },
  },
});
const rounds = Number(values.rounds);

const FLOOR = "floor";
const OURS = "parley";
const contenders = [
  FLOOR,
  OURS,
  "discord-hono",
  "discord-interactions",
  "discord-interactions, imported",
].filter((name) => name === FLOOR || (values.only?.some((part) => name.includes(part)) ?? true));

/** The least speed against the floor, at which the target holds. */
const LEAST_SPEED = 0.85;
const CONTENDER = "_interactions_contender.ts";

const scratch = await Deno.makeTempDir({ prefix: "parley-" });

async function measureRequests(runtimes: readonly Command[]): Promise<boolean> {
  console.log(
    `${rounds} rounds of ${values.requests} requests, ${values["in-flight"]} in flight, after ${
      values["warm-up"]
    } to warm up`,
  );
  const results = new Map<string, Run[]>();
  let expected: Run["answers"] | undefined;
  for (let round = 0; round < rounds; round++) {
    for (const runtime of runtimes) {
      // There and back again, so that nobody always runs first.
      for (const name of round % 2 === 0 ? contenders : contenders.toReversed()) {
        const args = [name, values["warm-up"], values.requests, values["in-flight"]];
        const run = await contend<Run>(runtime, CONTENDER, args);
        expected ??= run.answers;
        if (!isDeepStrictEqual(run.answers, expected)) {
          throw new Error(`${name} on ${runtime.name} answers otherwise: ${JSON.stringify(run.answers)}`);
        }
        const key = `${runtime.name} ${name}`;
        results.set(key, [...results.get(key) ?? [], run]);
      }
    }
  }
  let held = true;
  for (const runtime of runtimes) {
    const of = (name: string) => results.get(`${runtime.name} ${name}`) ?? [];
    const rows = contenders.map((name) => {
      const runs = of(name);
      const ratio = (figure: (run: Run) => number) =>
        median(runs.map((run, i) => figure(run) / figure(of(FLOOR)[i] ?? run)));
      return {
        name,
        speed: 1 / ratio(({ seconds }) => seconds),
        cpu: ratio(({ cpuSeconds }) => cpuSeconds),
        each: median(runs.map(({ cpuSeconds }) => cpuSeconds * 1e6)),
        rate: median(runs.map(({ seconds }) => 1 / seconds)),
      };
    });
    console.log(`\n${runtime.name} ${runtime.version}`);
    console.log(
      `  ${"".padEnd(32)}${"requests/s, to floor".padStart(22)}${"CPU, to floor".padStart(15)}` +
        `${"µs CPU each".padStart(13)}${"per s".padStart(9)}`,
    );
    for (const { name, speed, cpu, each, rate } of rows) {
      console.log(
        `  ${name.padEnd(32)}${speed.toFixed(2).padStart(22)}${cpu.toFixed(2).padStart(15)}` +
          `${each.toFixed(1).padStart(13)}${rate.toFixed(0).padStart(9)}`,
      );
    }
    const ours = rows.find(({ name }) => name === OURS);
    if (ours === undefined) continue;
    held = verdict(`at least ${LEAST_SPEED} of the floor`, ours.speed >= LEAST_SPEED) && held;
    for (const { name, cpu } of rows) {
      if (name === FLOOR || name === OURS) continue;
      held = verdict(`parley takes no more CPU per request than ${name}`, ours.cpu <= cpu) && held;
    }
  }
  return held;
}

/** What is bundled: a package's entry as a whole, or the least that does something. */
interface Bundle {
  readonly name: string;
  /** What it can do, to compare like with like. */
  readonly does: string;
  readonly source: string;
}

const local = (path: string) => JSON.stringify(join(root, path));
const npm = (name: string) => JSON.stringify(join(root, "node_modules", name));

const VERIFY = "verify a request";
const ENTRY = "the entry for Hono";
const BOT = "a bot that answers ping";

const bundles: readonly Bundle[] = [
  {
    name: OURS,
    does: VERIFY,
    source: `export { verifyRequest } from ${local("src/discord/interactions/endpoint/endpoint.ts")};`,
  },
  {
    name: "discord-interactions",
    does: VERIFY,
    source: `export { verifyKey } from ${npm("discord-interactions")};`,
  },
  { name: OURS, does: ENTRY, source: `export * from ${local("src/hono/mod.ts")};` },
  { name: "discord-hono", does: ENTRY, source: `export * from ${npm("discord-hono")};` },
  {
    name: OURS,
    does: BOT,
    source: `import { command, InteractionRouter } from ${local("src/discord/interactions/mod.ts")};
      import { interactions } from ${local("src/hono/mod.ts")};
      const router = new InteractionRouter().add(command("ping", "Answers pong", (i) => i.reply("pong")));
      export default interactions({ publicKey: (c) => c.env.PUBLIC_KEY, router });`,
  },
  {
    name: "discord-hono",
    does: BOT,
    source: `import { DiscordHono } from ${npm("discord-hono")};
      export default new DiscordHono().command("ping", (c) => c.res("pong"));`,
  },
];

async function measureEntries(runtimes: readonly Command[]): Promise<boolean> {
  const bun = await find("bun");
  if (bun === undefined) throw new Error("Cannot find bun, which bundles");
  console.log(
    `\n${"minified, gzipped, and loaded in ms".padEnd(50)}${"bytes".padStart(8)}` +
      runtimes.map(({ name }) => name.padStart(8)).join(""),
  );
  const sizes = new Map<string, number>();
  for (const [at, { name, does, source }] of bundles.entries()) {
    const entry = join(scratch, `entry${at}.ts`);
    const folder = join(scratch, `bundle${at}`);
    await Deno.writeTextFile(entry, source);
    // In pieces, so that what is loaded only when it is needed is not counted.
    const args = [
      "build",
      "--minify",
      "--target=node",
      "--format=esm",
      "--splitting",
      entry,
      `--outdir=${folder}`,
    ];
    const { success, stderr } = await new Deno.Command(bun.path, { args, cwd: root }).output();
    if (!success) throw new Error(`Cannot bundle ${name}:\n${new TextDecoder().decode(stderr)}`);
    const bundle = join(folder, `entry${at}.js`);
    const size = gzipSync(await loadedWith(bundle), { level: 9 }).length;
    sizes.set(`${does}, ${name}`, size);
    const loads: string[] = [];
    for (const runtime of runtimes) {
      const runs: number[] = [];
      for (let round = 0; round < rounds; round++) {
        runs.push((await contend<Load>(runtime, "_interactions_load.ts", [bundle])).milliseconds);
      }
      loads.push(median(runs).toFixed(1).padStart(8));
    }
    console.log(`  ${`${does}, ${name}`.padEnd(48)}${String(size).padStart(8)}${loads.join("")}`);
  }
  const size = (does: string, name: string) => sizes.get(`${does}, ${name}`) ?? NaN;
  let held = true;
  for (const { name, does } of bundles) {
    if (name === OURS) continue;
    held = verdict(`${does}: parley is not larger than ${name}`, size(does, OURS) <= size(does, name)) &&
      held;
  }
  return held;
}

/** The text of a bundle and of all pieces that it imports at once. */
async function loadedWith(bundle: string, seen: Set<string> = new Set()): Promise<string> {
  if (seen.has(bundle)) return "";
  seen.add(bundle);
  let text = await Deno.readTextFile(bundle);
  for (const [, piece = ""] of text.matchAll(/\b(?:from|import)"(\.\/[^"]+)"/g)) {
    text += await loadedWith(join(bundle, "..", piece), seen);
  }
  return text;
}

let held = false;
try {
  const runtimes = await commands(values.runtime, scratch);
  held = await measureRequests(runtimes);
  held = await measureEntries(runtimes) && held;
} finally {
  await Deno.remove(scratch, { recursive: true });
}
Deno.exit(held ? 0 : 1);
