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
export type { DiscordFile } from "./routes/table/entry.ts";
export * from "./calls/channels.ts";
export * from "./calls/entitlements.ts";
export * from "./calls/events.ts";
export * from "./calls/expressions.ts";
export * from "./calls/guilds.ts";
export * from "./calls/members.ts";
export * from "./calls/messages.ts";
export * from "./calls/roles.ts";
export * from "./calls/threads.ts";
export * from "./calls/users.ts";
export * from "./calls/webhooks.ts";
export type { ListOptions, ListOptionsBothWays } from "./calls/pages.ts";
export * from "./errors.ts";
export * from "./methods/calls.ts";
export * from "./methods/interaction_calls.ts";
export * from "./methods/message_calls.ts";
export * from "./methods/requests.ts";
export * from "./methods/webhook_calls.ts";
export type { RestObservation } from "./observation.ts";
export type { DiscordRestOptions, RestSettings } from "./options.ts";
export type {
  CallOptions,
  RawRequestOptions,
  ReasonOptions,
  RequestSettings,
  RouteArguments,
  RouteOptions,
  UploadOptions,
} from "./request.ts";
export * from "./rest.ts";
export type { ReactionEmoji } from "./routes/path.ts";
export type { HttpMethod } from "./routes/route.ts";
export type { DiscordRoutes } from "./routes/table/routes.ts";
export type { DiscordRoute, RouteParams, RouteParts, RouteResult } from "./routes/typed.ts";
