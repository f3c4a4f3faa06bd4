/**
 * Measures how fast a day of four Discord shards passes in virtual time, with every checker on: 24 hours of
 * traffic, a message every 10 s in each of 8 guilds, heartbeats as often as Discord asks for them, and
 * one mild fault each hour. Prints shard-hours per second, the median of several runs, and how much longer a run takes
 * than one without checkers and what they look at.
 *
 *     deno task shards [runs]
 *
 * @module
 */
import process from "node:process";
import type { Fault } from "../../testing/world/faults.ts";
import { type DiscordAct, runDiscord } from "./discord_world.ts";

const HOUR = 3_600_000;
const SHARDS = 4;
const HOURS = 24;

/** What goes wrong in the middle of an hour. */
function mildFault(hour: number): Fault<DiscordAct> {
  const at = (hour + 0.5) * HOUR;
  const shard = hour % SHARDS;
  const scope = { client: `shard ${shard}` };
  const faults: readonly Fault<DiscordAct>[] = [
    { kind: "reset", at, scope },
    { kind: "act", at, act: { kind: "server", command: { kind: "reconnect", shard } } },
    { kind: "stall", at, ms: 20_000, directions: ["to client"], scope },
    { kind: "act", at, act: { kind: "server", command: { kind: "close", code: 4000, shard } } },
    { kind: "silence", at, directions: ["to client"], scope },
    { kind: "act", at, act: { kind: "server", command: { kind: "invalidate", resumable: false, shard } } },
  ];
  return faults[hour % faults.length] ?? { kind: "reset", at, scope };
}

const runs = Number(process.argv[2] ?? 5);
const plan = Array.from({ length: HOURS }, (_, hour) => mildFault(hour));
const figures: Readonly<Record<"checked" | "unchecked", number[]>> = { checked: [], unchecked: [] };
for (let run = 1; run <= runs; run++) {
  for (const checked of [true, false]) {
    const { shardHours, events, seconds } = await aDay(run, checked);
    figures[checked ? "checked" : "unchecked"].push(shardHours / seconds);
    print(
      `run ${run}, ${checked ? "with every checker on" : "without checkers"}: ${shardHours.toFixed(1)} ` +
        `shard-hours and ${events} events in ${seconds.toFixed(2)} s ` +
        `(${(shardHours / seconds).toFixed(1)} shard-hours per second)`,
    );
  }
}
const [checked, unchecked] = [median(figures.checked), median(figures.unchecked)];
print(
  `${checked.toFixed(1)} shard-hours per second, the median of ${runs} runs with every checker on; ` +
    `${unchecked.toFixed(1)} without checkers: ${(unchecked / checked).toFixed(2)} times as many`,
);

/** Runs the day, and checks it or not. */
async function aDay(
  seed: number,
  checked: boolean,
): Promise<{ readonly shardHours: number; readonly events: number; readonly seconds: number }> {
  const began = performance.now();
  const { violations, simulated, events } = await runDiscord({
    seed,
    plan,
    shards: SHARDS,
    maxConcurrency: 1,
    heartbeatInterval: 41_250,
    resumeWindow: 180_000,
    bufferSize: 100_000,
    guilds: 2,
    talkEvery: 10_000,
    until: HOURS * HOUR,
    checked,
  });
  const seconds = (performance.now() - began) / 1_000;
  if (violations.length > 0) {
    throw new Error(`The day went wrong:\n${violations.map(({ message }) => message).join("\n")}`);
  }
  return { shardHours: SHARDS * simulated / HOUR, events, seconds };
}

function median(figures: number[]): number {
  return figures.sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
