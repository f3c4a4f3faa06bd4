/**
 * Twitch's EventSub: what happens in channels, over a WebSocket or by webhooks.
 *
 * @example Greet who follows
 * ```ts
 * import type { TwitchApi } from "@parley/parley/twitch/api";
 * import { TwitchEventSub } from "@parley/parley/twitch/eventsub";
 *
 * async function greet(api: TwitchApi, channel: string): Promise<void> {
 *   const condition = { broadcaster_user_id: channel, moderator_user_id: await api.userId() };
 *   const events = new TwitchEventSub({ api, subscriptions: [{ type: "channel.follow", condition }] });
 *   events.on("channel.follow", ({ data }) => console.log(`Hello, ${data.user_name}`));
 *   await events.connect();
 * }
 * ```
 *
 * @module
 */
export type { DeliveryOptions } from "../../http/deliveries.ts";
export type { BodyLimits } from "../../http/read_body.ts";
export * from "./chat.ts";
export * from "./client.ts";
export type * from "./session/outputs.ts";
export { EventSubPool, type EventSubPoolOptions } from "./session/pool.ts";
export { EVENTSUB_URL, EventSubSession, type EventSubSessionOptions } from "./session/session.ts";
export * from "./webhook.ts";
export { EventSubNotification, type EventSubSource, type EventSubTypedNotification } from "./wire/message.ts";
export type { EventSubWanted } from "./wire/subscription.ts";
export type * from "./wire/chat_types.ts";
export type * from "./wire/common_types.ts";
export type { EventSubTypes } from "./wire/types.ts";
export { EVENTSUB_VERSIONS } from "./wire/versions.ts";
