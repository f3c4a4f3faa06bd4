/**
 * Discord's gateway: a session core that does no I/O, and the client that runs one for each shard.
 *
 * @example Answers "!ping"
 * ```ts
 * import { DiscordGateway, Intents } from "@parley/parley/discord";
 *
 * async function run(token: string): Promise<void> {
 *   const intents = Intents.Guilds | Intents.GuildMessages | Intents.MessageContent;
 *   await using gateway = await DiscordGateway.connect({ token, intents });
 *   gateway.on("MESSAGE_CREATE", async ({ data }) => {
 *     if (data.content === "!ping") await gateway.rest.createMessage(data.channel_id, { content: "pong" });
 *   });
 *   await gateway.closed;
 * }
 * ```
 *
 * @module
 */
export * from "./client.ts";
export { type AfterClose, afterClose } from "./close_codes.ts";
export { encodeCommand, type GatewayCommand, type Presence } from "./command.ts";
export { DispatchEvent } from "./dispatch_event.ts";
export { type DispatchData, type DispatchName, dispatchNames } from "./dispatch_names.ts";
export * from "./event.ts";
export { deriveIntents, type WantedEvents } from "./event_intents.ts";
export * from "./file_store.ts";
export type { GuildMembersChunk, GuildMembersOptions } from "./guild_members.ts";
export * from "./intents.ts";
export * from "./opcodes.ts";
export type {
  GatewaySessionOptions,
  GatewayTimeouts,
  GatewayVersion,
  IdentifyProperties,
  ResumePoint,
} from "./options.ts";
export { type NoPayload, parsePayload, Payload } from "./payload.ts";
export type { Shards } from "./plan.ts";
export * from "./session.ts";
export * from "./shard_id.ts";
export type { SendOptions, ShardInfo } from "./shard_info.ts";
export * from "./state.ts";
export {
  MemorySessionStore,
  type SessionStore,
  type StoredShard,
  WebSessionStore,
  type WebStorage,
} from "./store.ts";
