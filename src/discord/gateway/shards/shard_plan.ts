import { CommandError, OptionError, ProtocolError } from "../../../protocol/errors.ts";
import { isRecord } from "../../../protocol/data/json_value.ts";
import type { SessionStartLimit } from "./identify/identify_budget.ts";
import type { StoredShard } from "./store/stored_shard.ts";

/** Which shards this process runs: that many, as many as Discord recommends, or some of them. */
export type Shards = number | "recommended" | { readonly count: number; readonly ids: readonly number[] };

/** Which shards run, and where. */
export interface ShardPlan {
  readonly url: string;
  readonly count: number;
  readonly ids: readonly number[];
  readonly concurrency: number;
  /** What Discord has said of session starts; undefined if it was not asked. */
  readonly limit: SessionStartLimit | undefined;
}

/** What `GET /gateway/bot` says. */
interface GatewayBot {
  readonly url: string;
  readonly shards: number;
  readonly session_start_limit: SessionStartLimit & { readonly max_concurrency: number };
}

/** Decides which shards to run, and where; asks Discord if something is left to it. */
export async function shardPlanOf(
  shards: Shards,
  url: string | undefined,
  ask: () => Promise<GatewayBot>,
): Promise<ShardPlan> {
  if (url !== undefined && shards !== "recommended") {
    // Nothing is left to ask; the smallest concurrency is always allowed.
    return { url, ...countAndIds(shards), concurrency: 1, limit: undefined };
  }
  const bot = await ask();
  const limit = bot.session_start_limit;
  return {
    url: url ?? bot.url,
    ...countAndIds(shards === "recommended" ? Math.max(1, bot.shards) : shards),
    concurrency: Math.max(1, limit.max_concurrency),
    limit,
  };
}

/** For so long, in milliseconds, Discord is sure to keep no session whose client is away. */
const SESSION_KEPT = 600_000;

/** With so many times as many shards as it would begin with, a bot goes on at most: anybody may have written what is stored. */
const MOST_TIMES = 16;

/** Why a bot does not go on with so many shards, as they are stored of one, that would begin with others; undefined: it does. */
export function whyNotAsStored([id, stored]: StoredShard["shard"], count: number): ProtocolError | undefined {
  if (stored <= MOST_TIMES * count) return undefined;
  return new ProtocolError(
    `Cannot go on with "${stored}" shards, as the store says of shard "${id}": ` +
      `it is more than ${MOST_TIMES} times the "${count}" that the bot begins with otherwise`,
  );
}

/**
 * How many shards to go on with, by what an earlier run has stored of shard 0: a bot that was resharded goes on with
 * those it has, and one that takes as many as Discord recommends does as long as it has sessions to resume. `refused` is
 * told of a number that is not believed.
 */
export function countAsStored(
  count: number,
  shards: Shards,
  { shard, session, setUpWith }: StoredShard,
  now: number,
  refused: (error: ProtocolError) => void,
): number {
  const lives = session !== null && !session.ended && now - (session.at ?? -Infinity) < SESSION_KEPT;
  const goesOn = shards === "recommended" ? lives : setUpWith === shards;
  if (!goesOn || shard[1] === 0) return count;
  const error = whyNotAsStored(shard, count);
  if (error === undefined) return shard[1];
  refused(error);
  return count;
}

/** The plan with so many shards, all of them of this process. */
export function withCount(plan: ShardPlan, count: number): ShardPlan {
  return { ...plan, ...countAndIds(count) };
}

/**
 * How many milliseconds lie between the attempts of shards that were lost together: 10 ms for each of the bot's, those
 * of other processes included, which have lost theirs, too; but 30 s for all of them.
 */
export function spacingOf({ count, ids }: Pick<ShardPlan, "count" | "ids">): number {
  return Math.min(10 * count, 30_000) / ids.length;
}

function countAndIds(shards: Exclude<Shards, string>): { count: number; ids: readonly number[] } {
  if (typeof shards !== "number") return { count: shards.count, ids: [...new Set(shards.ids)] };
  return { count: shards, ids: Array.from({ length: shards }, (_, id) => id) };
}

/**
 * Which of `count` shards have the guilds that some of `of` have: guilds go to shards by what remains of a division, so
 * that all shards with the same remainder by the greatest common divisor of both counts make way for those with that.
 *
 * @throws {CommandError} `invalid_command` if others have some of those guilds.
 */
export function idsInstead(ids: readonly number[], of: number, count: number): readonly number[] {
  const divisor = greatestCommonDivisor(of, count);
  const remainders = new Set(ids.map((id) => id % divisor));
  if (ids.length < remainders.size * (of / divisor)) {
    const why = `this process does not run all of the shards whose guilds go to the same of "${count}"`;
    throw new CommandError("invalid_command", `Cannot reshard: ${why}`);
  }
  return Array.from({ length: count }, (_, id) => id).filter((id) => remainders.has(id % divisor));
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Checks which shards are asked for. @throws {OptionError} if there can be no such. */
export function checkShards(shards: Shards): void {
  if (shards === "recommended") return;
  if (typeof shards !== "number" && !(isRecord(shards) && Array.isArray(shards.ids))) {
    throw new OptionError('Cannot run these shards: give a number, "recommended", or { count, ids }');
  }
  const { count, ids } = typeof shards === "number" ? { count: shards, ids: [0] } : shards;
  if (!(Number.isSafeInteger(count) && count > 0)) {
    throw new OptionError(`Cannot run "${count}" shards: the count must be a positive whole number`);
  }
  if (ids.length === 0) throw new OptionError("Cannot run no shards: give at least one id");
  for (const id of ids) {
    if (!(Number.isSafeInteger(id) && id >= 0 && id < count)) {
      throw new OptionError(`Cannot run shard "${id}" of "${count}": the id must be below the count, from 0`);
    }
  }
}
