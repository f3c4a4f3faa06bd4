/**
 * Measures how fast a day of four Discord shards passes in virtual time, with every checker on: 24 hours of
 * traffic, a message every 10 s in each of 8 guilds, heartbeats as often as Discord asks for them, and
 * one mild fault each hour. Prints shard-hours per second, and how much more a run takes than one without checkers and
 * what they look at, each the median of several runs.
 *
 *     deno task shards [runs] [--beside FOLDER]
 *
 * With `--beside`, another version of this repository is measured in turn with this one, which is there with its
 * `node_modules`. What is compared is the time of processors: the clock counts what else a machine does, too.
 *
 * @module
 */
import { join, resolve } from "node:path";
import process from "node:process";
import { parseArgs, promisify } from "node:util";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Day } from "./_shard_day.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const { values: { beside }, positionals: [count = "5"] } = parseArgs({
  options: { beside: { type: "string" } },
  allowPositionals: true,
});

const KINDS = ["checked", "unchecked", ...(beside === undefined ? [] : ["beside" as const])] as const;
const WORDS = {
  checked: "with every checker on",
  unchecked: "without checkers",
  beside: `with every checker on, at ${beside}`,
};
const days: Readonly<Record<typeof KINDS[number], Day[]>> = { checked: [], unchecked: [], beside: [] };
for (let run = 1; run <= Number(count); run++) {
  for (const kind of KINDS) {
    const day = await aDay(kind === "beside" ? resolve(beside ?? "") : ROOT, run, kind !== "unchecked");
    days[kind].push(day);
    const { shardHours, events, seconds, cpu } = day;
    print(
      `run ${run}, ${WORDS[kind]}: ${shardHours.toFixed(1)} shard-hours and ${events} events in ` +
        `${seconds.toFixed(2)} s, ${cpu.toFixed(2)} s of processors`,
    );
  }
}
const cpu = (kind: typeof KINDS[number]) => median(days[kind].map(({ cpu, shardHours }) => cpu / shardHours));
const perSecond = median(days.checked.map(({ shardHours, seconds }) => shardHours / seconds));
print(
  `${
    perSecond.toFixed(1)
  } shard-hours per second, the median of ${count} runs with every checker on; of processors ` +
    `${(cpu("checked") / cpu("unchecked")).toFixed(2)} times what it takes without checkers` +
    (beside === undefined
      ? ""
      : `, ${(cpu("checked") / cpu("beside")).toFixed(2)} times what it takes there`),
);

/** Runs the day in a process of its own. */
async function aDay(folder: string, seed: number, checked: boolean): Promise<Day> {
  const args = [
    "run",
    "-A",
    "--no-check",
    "--no-lock",
    "--quiet",
    "--config",
    join(folder, "deno.offline.json"),
  ];
  const day = [join(import.meta.dirname ?? "", "_shard_day.ts"), folder, String(seed)];
  const kind = checked ? "checked" : "unchecked";
  const { stdout } = await promisify(execFile)(process.execPath, [...args, ...day, kind], { cwd: folder });
  return JSON.parse(stdout);
}

function median(figures: number[]): number {
  return figures.sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
