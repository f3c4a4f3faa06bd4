/**
 * Twitch's API (Helix): every endpoint of its reference, typed, within Twitch's limits.
 *
 * @example Silence somebody for ten minutes
 * ```ts
 * import type { TwitchAuth } from "@parley/parley/twitch";
 * import { TwitchApi } from "@parley/parley/twitch/api";
 *
 * async function silence(auth: TwitchAuth, channel: string, login: string): Promise<void> {
 *   const api = new TwitchApi({ auth });
 *   const [broadcaster, user] = await Promise.all([api.userByLogin(channel), api.userByLogin(login)]);
 *   if (broadcaster && user) await api.timeout(broadcaster.id, user.id, 600_000, { reason: "spam" });
 * }
 * ```
 *
 * @module
 */
export * from "./api.ts";
export * from "./calls.ts";
export type { TwitchChatByApi, TwitchChatByApiParts, TwitchSayByApiOptions } from "./chat_by_api.ts";
export * from "./dropped_error.ts";
export type * from "./endpoints.ts";
export * from "./errors.ts";
export * from "./eventsub_calls.ts";
export * from "./grants.ts";
export * from "./moderation_calls.ts";
export * from "./pictures.ts";
export type * from "./request.ts";
export * from "./requests.ts";
