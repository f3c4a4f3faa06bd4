import type {
  RESTDeleteAPIChannelResult,
  RESTDeleteAPIInviteResult,
  RESTGetAPIChannelInvitesResult,
  RESTGetAPIChannelResult,
  RESTGetAPIGuildChannelsResult,
  RESTGetAPIGuildInvitesResult,
  RESTPatchAPIChannelJSONBody,
  RESTPatchAPIChannelResult,
  RESTPostAPIChannelInviteJSONBody,
  RESTPostAPIChannelInviteResult,
  RESTPostAPIGuildChannelJSONBody,
  RESTPostAPIGuildChannelResult,
  RESTPutAPIChannelPermissionJSONBody,
} from "discord-api-types/v10";
import type { DiscordRequests } from "../methods/requests.ts";
import type { CallOptions, ReasonOptions } from "../request.ts";

/**
 * Gets a channel or a thread.
 *
 * Source: Discord, "Channel", Get Channel.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, getChannel } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "81384788765712384", type: 0, name: "general" })), // leave out to reach Discord
 * });
 * const channel = await getChannel(rest, "81384788765712384");
 * channel.name; // "general"
 * ```
 */
export function getChannel(
  rest: DiscordRequests,
  channelId: string,
  options: CallOptions = {},
): Promise<RESTGetAPIChannelResult> {
  return rest.request("GET /channels/{channel.id}", { ...options, params: { "channel.id": channelId } });
}

/**
 * Gets all channels of a guild, without its threads.
 *
 * Source: Discord, "Guild", Get Guild Channels.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, getGuildChannels } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json([{ id: "81384788765712384", type: 0, name: "general" }])), // leave out to reach Discord
 * });
 * const channels = await getGuildChannels(rest, "197038439483310086");
 * channels.length; // 1
 * ```
 */
export function getGuildChannels(
  rest: DiscordRequests,
  guildId: string,
  options: CallOptions = {},
): Promise<RESTGetAPIGuildChannelsResult> {
  return rest.request("GET /guilds/{guild.id}/channels", { ...options, params: { "guild.id": guildId } });
}

/**
 * Creates a channel in a guild.
 *
 * Source: Discord, "Guild", Create Guild Channel.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { createGuildChannel, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "81384788765712384", type: 0, name: "reading-club" })), // leave out to reach Discord
 * });
 * const channel = await createGuildChannel(rest, "197038439483310086", { name: "reading-club" }, { reason: "As voted" });
 * channel.id; // "81384788765712384"
 * ```
 */
export function createGuildChannel(
  rest: DiscordRequests,
  guildId: string,
  body: RESTPostAPIGuildChannelJSONBody,
  options: ReasonOptions = {},
): Promise<RESTPostAPIGuildChannelResult> {
  return rest.request("POST /guilds/{guild.id}/channels", {
    ...options,
    params: { "guild.id": guildId },
    body,
  });
}

/**
 * Changes a channel or a thread: its name (twice in ten minutes), topic, slow mode, whether a thread is
 * archived. What is left out stays. It sets values only, so that it is repeated when Discord fails.
 *
 * Source: Discord, "Channel", Modify Channel.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, modifyChannel } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "81384788765712384", type: 0, rate_limit_per_user: 10 })), // leave out to reach Discord
 * });
 * const channel = await modifyChannel(rest, "81384788765712384", { rate_limit_per_user: 10 }, { reason: "Calm down" });
 * channel.id;
 * ```
 */
export function modifyChannel(
  rest: DiscordRequests,
  channelId: string,
  body: RESTPatchAPIChannelJSONBody,
  options: ReasonOptions = {},
): Promise<RESTPatchAPIChannelResult> {
  return rest.request("PATCH /channels/{channel.id}", {
    idempotent: true,
    ...options,
    params: { "channel.id": channelId },
    body,
  });
}

/**
 * Deletes a channel or a thread, or closes a direct message, and gives it once more.
 *
 * Source: Discord, "Channel", Delete/Close Channel.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { deleteChannel, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "81384788765712384", type: 0, name: "reading-club" })), // leave out to reach Discord
 * });
 * const channel = await deleteChannel(rest, "81384788765712384", { reason: "The event is over" });
 * channel.id;
 * ```
 */
export function deleteChannel(
  rest: DiscordRequests,
  channelId: string,
  options: ReasonOptions = {},
): Promise<RESTDeleteAPIChannelResult> {
  return rest.request("DELETE /channels/{channel.id}", { ...options, params: { "channel.id": channelId } });
}

/**
 * Sets what a role (`type` 0) or a member (`type` 1) may do in a channel.
 *
 * Source: Discord, "Channel", Edit Channel Permissions.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, editChannelPermissions } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
 * });
 * await editChannelPermissions(rest, "81384788765712384", "41771983423143936", { type: 0, deny: "2048" }, { reason: "Read only" });
 * ```
 */
export function editChannelPermissions(
  rest: DiscordRequests,
  channelId: string,
  overwriteId: string,
  body: RESTPutAPIChannelPermissionJSONBody,
  options: ReasonOptions = {},
): Promise<void> {
  return rest.request("PUT /channels/{channel.id}/permissions/{overwrite.id}", {
    ...options,
    params: { "channel.id": channelId, "overwrite.id": overwriteId },
    body,
  });
}

/**
 * Takes back what was set for a role or a member in a channel.
 *
 * Source: Discord, "Channel", Delete Channel Permission.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { deleteChannelPermission, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
 * });
 * await deleteChannelPermission(rest, "81384788765712384", "41771983423143936");
 * ```
 */
export function deleteChannelPermission(
  rest: DiscordRequests,
  channelId: string,
  overwriteId: string,
  options: ReasonOptions = {},
): Promise<void> {
  return rest.request("DELETE /channels/{channel.id}/permissions/{overwrite.id}", {
    ...options,
    params: { "channel.id": channelId, "overwrite.id": overwriteId },
  });
}

/**
 * Shows that the bot is typing, for 10 s or until it writes.
 *
 * Source: Discord, "Channel", Trigger Typing Indicator.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable; `lost` if nobody can know whether it
 * took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, triggerTypingIndicator } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
 * });
 * await triggerTypingIndicator(rest, "81384788765712384");
 * ```
 */
export function triggerTypingIndicator(
  rest: DiscordRequests,
  channelId: string,
  options: CallOptions = {},
): Promise<void> {
  return rest.request("POST /channels/{channel.id}/typing", {
    idempotent: true,
    ...options,
    params: { "channel.id": channelId },
  });
}

/**
 * Creates an invite to a channel, by default for 24 hours and any number of uses.
 *
 * Source: Discord, "Channel", Create Channel Invite.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { createChannelInvite, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ code: "0vCdhLbwjZZTWZLD" })), // leave out to reach Discord
 * });
 * const invite = await createChannelInvite(rest, "81384788765712384", { max_age: 3_600, max_uses: 1, unique: true }, { reason: "For a friend" });
 * `https://discord.gg/${invite.code}`; // "https://discord.gg/0vCdhLbwjZZTWZLD"
 * ```
 */
export function createChannelInvite(
  rest: DiscordRequests,
  channelId: string,
  body: RESTPostAPIChannelInviteJSONBody = {},
  options: ReasonOptions = {},
): Promise<RESTPostAPIChannelInviteResult> {
  return rest.request("POST /channels/{channel.id}/invites", {
    ...options,
    params: { "channel.id": channelId },
    body,
  });
}

/**
 * Gets the invites to a channel.
 *
 * Source: Discord, "Channel", Get Channel Invites.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, getChannelInvites } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json([{ code: "0vCdhLbwjZZTWZLD", uses: 1 }])), // leave out to reach Discord
 * });
 * const invites = await getChannelInvites(rest, "81384788765712384");
 * invites[0]?.uses; // 1
 * ```
 */
export function getChannelInvites(
  rest: DiscordRequests,
  channelId: string,
  options: CallOptions = {},
): Promise<RESTGetAPIChannelInvitesResult> {
  return rest.request("GET /channels/{channel.id}/invites", {
    ...options,
    params: { "channel.id": channelId },
  });
}

/**
 * Gets the invites to a guild, with how often each was used.
 *
 * Source: Discord, "Guild", Get Guild Invites.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, getGuildInvites } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json([{ code: "0vCdhLbwjZZTWZLD", uses: 1 }])), // leave out to reach Discord
 * });
 * const invites = await getGuildInvites(rest, "197038439483310086");
 * invites[0]?.uses; // 1
 * ```
 */
export function getGuildInvites(
  rest: DiscordRequests,
  guildId: string,
  options: CallOptions = {},
): Promise<RESTGetAPIGuildInvitesResult> {
  return rest.request("GET /guilds/{guild.id}/invites", { ...options, params: { "guild.id": guildId } });
}

/**
 * Takes an invite back, and gives it once more.
 *
 * Source: Discord, "Invite", Delete Invite.
 *
 * @throws {CommandError} `invalid_command` if a parameter or the reason is not acceptable; `lost` if nobody
 * can know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { deleteInvite, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ code: "0vCdhLbwjZZTWZLD" })), // leave out to reach Discord
 * });
 * const invite = await deleteInvite(rest, "0vCdhLbwjZZTWZLD", { reason: "It leaked" });
 * invite.code;
 * ```
 */
export function deleteInvite(
  rest: DiscordRequests,
  code: string,
  options: ReasonOptions = {},
): Promise<RESTDeleteAPIInviteResult> {
  return rest.request("DELETE /invites/{invite.code}", { ...options, params: { "invite.code": code } });
}
