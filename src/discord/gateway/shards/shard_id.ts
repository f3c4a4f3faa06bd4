import { CommandError } from "../../../protocol/errors.ts";

/**
 * Which shard receives the events of a guild.
 *
 * @throws {CommandError} if the guild's id is not a number.
 *
 * @see https://discord.com/developers/docs/events/gateway#sharding
 *
 * @example
 * ```ts
 * import { shardIdFor } from "@parley/parley/discord";
 *
 * shardIdFor("197038439483310086", 16); // 2
 * ```
 */
export function shardIdFor(guildId: string, count: number): number {
  if (!/^\d{1,20}$/.test(guildId)) {
    throw new CommandError("invalid_command", `Cannot find the shard of guild "${guildId}": not an id`);
  }
  // "shard_id = (guild_id >> 22) % num_shards"
  return Number((BigInt(guildId) >> 22n) % BigInt(count));
}
