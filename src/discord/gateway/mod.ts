/**
 * Discord's gateway: a session core that does no I/O, and the client that runs one for each shard.
 *
 * @example Answers "!ping"
 * ```ts
 * import { DiscordGateway, Intents } from "@parley/parley/discord";
 *
 * async function run(token: string): Promise<void> {
 *   const intents = Intents.Guilds | Intents.GuildMessages | Intents.MessageContent;
 *   await using gateway = new DiscordGateway({ token, intents });
 *   gateway.on("MESSAGE_CREATE", async ({ data }) => {
 *     if (data.content === "!ping") await gateway.rest.createMessage(data.channel_id, { content: "pong" });
 *   });
 *   await gateway.connect();
 *   await gateway.closed;
 * }
 * ```
 *
 * @module
 */
export * from "./client.ts";
export type { DiscordGatewayOptions } from "./options.ts";
export { type AfterClose, afterClose, type RefusedFor, ShardRefusedError } from "./wire/close_codes.ts";
export { encodeCommand, type GatewayCommand, type Presence } from "./wire/command.ts";
export * from "./codec.ts";
export type { Decompressor } from "./compression/inflaters.ts";
export type { CompressionOptions } from "./compression/load.ts";
export type { GatewayCodec, GatewayCompression, GatewayEncoding } from "./wire/encoding.ts";
export { DispatchEvent } from "./wire/dispatch_event.ts";
export { type DispatchData, type DispatchName, dispatchNames } from "./wire/dispatch_names.ts";
export * from "./wire/event.ts";
export { GuildCreateEvent } from "./wire/guild_create_event.ts";
export { deriveIntents, type WantedEvents } from "./wire/event_intents.ts";
export * from "./shards/store/file_session_store.ts";
export * from "./shards/store/kv_session_store.ts";
export type { GuildMembersChunk, GuildMembersOptions } from "./shards/guild_members.ts";
export type { KeptState } from "./kept_states.ts";
export * from "./voice_adapter.ts";
export * from "./wire/intents.ts";
export * from "./wire/opcodes.ts";
export type {
  GatewaySessionOptions,
  GatewayTimeouts,
  GatewayVersion,
  IdentifyProperties,
  ResumePoint,
} from "./session/options.ts";
export { type NoPayload, parsePayload, Payload } from "./wire/payload.ts";
export type { KeepingOptions } from "./shards/store/keeping.ts";
export type { Shards } from "./shards/shard_plan.ts";
export * from "./session/session.ts";
export * from "./shards/shard_id.ts";
export type { ReshardOptions } from "./shards/reshard.ts";
export { type CloseShardOptions, ShardControl } from "./shards/shard_control.ts";
export type { SendOptions, ShardInfo } from "./shards/shard_info.ts";
export * from "../helpers/cdn.ts";
export * from "../helpers/embed.ts";
export * from "../helpers/markdown.ts";
export * from "../helpers/mentions.ts";
export * from "../helpers/permissions.ts";
export * from "../helpers/timestamp.ts";
export * from "../snowflake.ts";
export * from "./session/state.ts";
export {
  MemorySessionStore,
  type SessionStore,
  WebSessionStore,
  type WebStorage,
} from "./shards/store/session_store.ts";
export type { NextShard, ShardHolder, StoredShard } from "./shards/store/stored_shard.ts";
