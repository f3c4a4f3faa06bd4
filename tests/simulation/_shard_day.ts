/**
 * A day of four Discord shards in virtual time, of one version of this repository: prints what it took, as JSON. The first
 * day warms it up.
 *
 *     _shard_day.ts <folder> <seed> <checked|unchecked>
 *
 * @module
 */
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import type { Fault } from "../../testing/world/faults.ts";
import type { DiscordAct, DiscordSetup, runDiscord } from "./discord_world.ts";

const HOUR = 3_600_000;
const SHARDS = 4;
const HOURS = 24;

/** What a day has taken. */
export interface Day {
  readonly shardHours: number;
  readonly events: number;
  /** By the clock, in seconds. */
  readonly seconds: number;
  /** Of processors, in seconds. */
  readonly cpu: number;
}

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

const [folder = "", seed = "1", checked = "checked"] = process.argv.slice(2);
const setup: DiscordSetup = {
  seed: Number(seed),
  plan: Array.from({ length: HOURS }, (_, hour) => mildFault(hour)),
  shards: SHARDS,
  maxConcurrency: 1,
  heartbeatInterval: 41_250,
  resumeWindow: 180_000,
  bufferSize: 100_000,
  guilds: 2,
  talkEvery: 10_000,
  until: HOURS * HOUR,
  checked: checked === "checked",
};
const world: { readonly runDiscord: typeof runDiscord } = await import(
  pathToFileURL(join(folder, "tests/simulation/discord_world.ts")).href
);
await world.runDiscord(setup);
const [began, at] = [process.cpuUsage(), performance.now()];
const { violations, simulated, events } = await world.runDiscord(setup);
const { user, system } = process.cpuUsage(began);
const seconds = (performance.now() - at) / 1_000;
if (violations.length > 0) {
  throw new Error(`The day went wrong:\n${violations.map(({ message }) => message).join("\n")}`);
}
const day: Day = { shardHours: SHARDS * simulated / HOUR, events, seconds, cpu: (user + system) / 1_000_000 };
process.stdout.write(JSON.stringify(day));
