/**
 * State on request: what the gateway's events say of guilds, and who may do what in them. Nothing is kept unless a
 * {@linkcode GuildState} is handed to `gateway.keep`.
 *
 * @example
 * ```ts
 * import { GuildState } from "@parley/parley/discord/state";
 *
 * const state = new GuildState();
 * state.guild("197038439483310086")?.data.name; // undefined: nothing is known yet
 * ```
 *
 * @module
 */
export * from "./guild_state.ts";
export type {
  GuildData,
  GuildLimits,
  KeptChannel,
  KeptGuild,
  KeptMember,
  KeptPresence,
  KeptThread,
} from "./kept_guild.ts";
export {
  type ChannelLike,
  computePermissions,
  type GuildLike,
  type MemberLike,
  type PermissionQuestion,
  type RoleLike,
} from "./permissions.ts";
export type { ShardSnapshot } from "./session_places.ts";
