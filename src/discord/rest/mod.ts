/**
 * A thin client for Discord's REST API: what bots must answer with, rate limits honoured.
 *
 * @example
 * ```ts
 * import { DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "2", content: "pong" })), // leave out to reach Discord
 * });
 * await rest.createMessage("81384788765712384", { content: "pong" });
 * ```
 *
 * @module
 */
export * from "./calls.ts";
export * from "./errors.ts";
export type { DiscordFile } from "./file.ts";
export * from "./interaction_calls.ts";
export type { ReactionEmoji } from "./message.ts";
export * from "./message_calls.ts";
export type { CallOptions, DiscordRequestOptions, UploadOptions } from "./request.ts";
export * from "./rest.ts";
export type { HttpMethod } from "./route.ts";
export * from "./webhook_calls.ts";
