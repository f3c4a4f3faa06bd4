import type {
  RESTGetAPIChannelWebhooksResult,
  RESTPatchAPIWebhookJSONBody,
  RESTPatchAPIWebhookResult,
  RESTPostAPIChannelWebhookJSONBody,
  RESTPostAPIChannelWebhookResult,
} from "discord-api-types/v10";
import type { DiscordRequests } from "../methods/requests.ts";
import type { CallOptions, ReasonOptions } from "../request.ts";

/**
 * Creates a webhook of a channel; its `token` lets anyone post by it.
 *
 * Source: Discord, "Webhook", Create Webhook.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { createWebhook, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "41771983429993937", token: "secret" })), // leave out to reach Discord
 * });
 * const webhook = await createWebhook(rest, "81384788765712384", { name: "Build bot" });
 * await rest.executeWebhook(webhook.id, webhook.token ?? "", { content: "Built" });
 * ```
 */
export function createWebhook(
  rest: DiscordRequests,
  channelId: string,
  body: RESTPostAPIChannelWebhookJSONBody,
  options: ReasonOptions = {},
): Promise<RESTPostAPIChannelWebhookResult> {
  return rest.request("POST /channels/{channel.id}/webhooks", {
    ...options,
    params: { "channel.id": channelId },
    body,
  });
}

/**
 * Gets the webhooks of a channel.
 *
 * Source: Discord, "Webhook", Get Channel Webhooks.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, getChannelWebhooks } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json([{ id: "41771983429993937", name: "Build bot" }])), // leave out to reach Discord
 * });
 * const webhooks = await getChannelWebhooks(rest, "81384788765712384");
 * webhooks[0]?.name; // "Build bot"
 * ```
 */
export function getChannelWebhooks(
  rest: DiscordRequests,
  channelId: string,
  options: CallOptions = {},
): Promise<RESTGetAPIChannelWebhooksResult> {
  return rest.request("GET /channels/{channel.id}/webhooks", {
    ...options,
    params: { "channel.id": channelId },
  });
}

/**
 * Changes a webhook. It sets values only, so that it is repeated when Discord fails.
 *
 * Source: Discord, "Webhook", Modify Webhook.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, modifyWebhook } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "41771983429993937", name: "Release bot" })), // leave out to reach Discord
 * });
 * const webhook = await modifyWebhook(rest, "41771983429993937", { name: "Release bot" });
 * webhook.name; // "Release bot"
 * ```
 */
export function modifyWebhook(
  rest: DiscordRequests,
  webhookId: string,
  body: RESTPatchAPIWebhookJSONBody,
  options: ReasonOptions = {},
): Promise<RESTPatchAPIWebhookResult> {
  return rest.request("PATCH /webhooks/{webhook.id}", {
    idempotent: true,
    ...options,
    params: { "webhook.id": webhookId },
    body,
  });
}

/**
 * Deletes a webhook.
 *
 * Source: Discord, "Webhook", Delete Webhook.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { deleteWebhook, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
 * });
 * await deleteWebhook(rest, "41771983429993937", { reason: "It leaked" });
 * ```
 */
export function deleteWebhook(
  rest: DiscordRequests,
  webhookId: string,
  options: ReasonOptions = {},
): Promise<void> {
  return rest.request("DELETE /webhooks/{webhook.id}", { ...options, params: { "webhook.id": webhookId } });
}
