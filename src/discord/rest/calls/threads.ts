import type {
  APIThreadChannel,
  APIThreadMember,
  RESTGetAPIGuildThreadsResult,
  RESTPostAPIChannelMessagesThreadsJSONBody,
  RESTPostAPIChannelMessagesThreadsResult,
  RESTPostAPIChannelThreadsJSONBody,
  RESTPostAPIChannelThreadsResult,
  RESTPostAPIGuildForumThreadsJSONBody,
} from "discord-api-types/v10";
import type { DiscordRequests } from "../methods/requests.ts";
import type { CallOptions, ReasonOptions, UploadOptions } from "../request.ts";
import { type ListOptions, pagesOf } from "./pages.ts";

/**
 * Starts a thread from a message; its ID is the message's.
 *
 * Source: Discord, "Channel", Start Thread from Message.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, startThreadFromMessage } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "846462639134605312", type: 11 })), // leave out to reach Discord
 * });
 * const thread = await startThreadFromMessage(rest, "81384788765712384", "846462639134605312", { name: "About that", auto_archive_duration: 1_440 }, { reason: "Getting long" });
 * thread.id; // "846462639134605312"
 * ```
 */
export function startThreadFromMessage(
  rest: DiscordRequests,
  channelId: string,
  messageId: string,
  body: RESTPostAPIChannelMessagesThreadsJSONBody,
  options: ReasonOptions = {},
): Promise<RESTPostAPIChannelMessagesThreadsResult> {
  return rest.request("POST /channels/{channel.id}/messages/{message.id}/threads", {
    ...options,
    params: { "channel.id": channelId, "message.id": messageId },
    body,
  });
}

/**
 * Starts a thread without a message: a private one, unless `type` says otherwise.
 *
 * Source: Discord, "Channel", Start Thread without Message.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, startThreadWithoutMessage } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "41771983429993937", type: 12 })), // leave out to reach Discord
 * });
 * const thread = await startThreadWithoutMessage(rest, "81384788765712384", { name: "Moderators", type: 12 });
 * thread.id; // "41771983429993937"
 * ```
 */
export function startThreadWithoutMessage(
  rest: DiscordRequests,
  channelId: string,
  body: RESTPostAPIChannelThreadsJSONBody,
  options: ReasonOptions = {},
): Promise<RESTPostAPIChannelThreadsResult> {
  return rest.request("POST /channels/{channel.id}/threads", {
    ...options,
    params: { "channel.id": channelId },
    body,
  });
}

/**
 * Starts a thread in a forum or media channel, with its first message, whose limits are checked before
 * anything is sent.
 *
 * Source: Discord, "Channel", Start Thread in Forum or Media Channel.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, startThreadInForum } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "41771983429993937", type: 11 })), // leave out to reach Discord
 * });
 * const thread = await startThreadInForum(rest, "81384788765712384", { name: "Help", message: { content: "It does not start" } }, { files: [{ name: "log.txt", data: "no power\n" }] });
 * thread.id; // "41771983429993937"
 * ```
 */
export function startThreadInForum(
  rest: DiscordRequests,
  channelId: string,
  body: RESTPostAPIGuildForumThreadsJSONBody,
  options: UploadOptions & ReasonOptions = {},
): Promise<RESTPostAPIChannelThreadsResult> {
  return rest.request("POST /channels/{channel.id}/threads", {
    ...options,
    params: { "channel.id": channelId },
    body,
  });
}

/**
 * Adds the bot to a thread.
 *
 * Source: Discord, "Channel", Join Thread.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable; `lost` if nobody can know whether it
 * took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, joinThread } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
 * });
 * await joinThread(rest, "81384788765712384");
 * ```
 */
export function joinThread(
  rest: DiscordRequests,
  threadId: string,
  options: CallOptions = {},
): Promise<void> {
  return rest.request("PUT /channels/{channel.id}/thread-members/@me", {
    ...options,
    params: { "channel.id": threadId },
  });
}

/**
 * Takes the bot out of a thread.
 *
 * Source: Discord, "Channel", Leave Thread.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable; `lost` if nobody can know whether it
 * took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, leaveThread } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
 * });
 * await leaveThread(rest, "81384788765712384");
 * ```
 */
export function leaveThread(
  rest: DiscordRequests,
  threadId: string,
  options: CallOptions = {},
): Promise<void> {
  return rest.request("DELETE /channels/{channel.id}/thread-members/@me", {
    ...options,
    params: { "channel.id": threadId },
  });
}

/**
 * Adds a member to a thread.
 *
 * Source: Discord, "Channel", Add Thread Member.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable; `lost` if nobody can know whether it
 * took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { addThreadMember, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
 * });
 * await addThreadMember(rest, "81384788765712384", "80351110224678912");
 * ```
 */
export function addThreadMember(
  rest: DiscordRequests,
  threadId: string,
  userId: string,
  options: CallOptions = {},
): Promise<void> {
  return rest.request("PUT /channels/{channel.id}/thread-members/{user.id}", {
    ...options,
    params: { "channel.id": threadId, "user.id": userId },
  });
}

/**
 * Takes a member out of a thread.
 *
 * Source: Discord, "Channel", Remove Thread Member.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable; `lost` if nobody can know whether it
 * took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, removeThreadMember } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
 * });
 * await removeThreadMember(rest, "81384788765712384", "80351110224678912");
 * ```
 */
export function removeThreadMember(
  rest: DiscordRequests,
  threadId: string,
  userId: string,
  options: CallOptions = {},
): Promise<void> {
  return rest.request("DELETE /channels/{channel.id}/thread-members/{user.id}", {
    ...options,
    params: { "channel.id": threadId, "user.id": userId },
  });
}

/**
 * Gets all active threads of a guild, and in which of them the bot is.
 *
 * Source: Discord, "Guild", List Active Guild Threads.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, listActiveGuildThreads } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ threads: [], members: [] })), // leave out to reach Discord
 * });
 * const { threads } = await listActiveGuildThreads(rest, "197038439483310086");
 * threads.length; // 0
 * ```
 */
export function listActiveGuildThreads(
  rest: DiscordRequests,
  guildId: string,
  options: CallOptions = {},
): Promise<RESTGetAPIGuildThreadsResult> {
  return rest.request("GET /guilds/{guild.id}/threads/active", {
    ...options,
    params: { "guild.id": guildId },
  });
}

/**
 * Goes through the members of a thread, by their IDs, a hundred in a request. The application needs the intent `GUILD_MEMBERS`.
 *
 * Source: Discord, "Channel", List Thread Members.
 *
 * @throws {CommandError} `invalid_command` if an ID or the limit is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, listThreadMembers } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json([{ user_id: "80351110224678912" }])), // leave out to reach Discord
 * });
 * for await (const member of listThreadMembers(rest, "81384788765712384")) {
 *   member.user_id; // "80351110224678912"
 * }
 * ```
 */
export function listThreadMembers(
  rest: DiscordRequests,
  threadId: string,
  options: ListOptions = {},
): AsyncIterable<APIThreadMember> {
  return pagesOf({
    most: 100,
    options,
    ask: (query, given) =>
      rest.request("GET /channels/{channel.id}/thread-members", {
        ...given,
        params: { "channel.id": threadId },
        // Discord gives pages only together with the members themselves.
        query: { ...query, with_member: true },
      }),
    idOf: ({ user_id }) => user_id ?? "",
  });
}

/**
 * Goes through the archived public threads of a channel, the one archived last first, a hundred in a request.
 *
 * Source: Discord, "Channel", List Public Archived Threads.
 *
 * @throws {CommandError} `invalid_command` if an ID or the limit is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, listPublicArchivedThreads } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({
 *     threads: [{
 *       id: "846462639134605312",
 *       name: "About that",
 *       thread_metadata: { archive_timestamp: "2030-01-01T00:00:00Z" },
 *     }],
 *     members: [],
 *     has_more: false,
 *   })), // leave out to reach Discord
 * });
 * for await (const thread of listPublicArchivedThreads(rest, "81384788765712384", { limit: 20 })) {
 *   thread.name; // "About that"
 * }
 * ```
 */
export function listPublicArchivedThreads(
  rest: DiscordRequests,
  channelId: string,
  options: Omit<ListOptions, "after"> = {},
): AsyncIterable<APIThreadChannel> {
  return pagesOf({
    most: 100,
    // Discord takes no fewer than two.
    least: 2,
    options,
    ask: async ({ after, limit }, given) => {
      const query = { before: after, limit };
      const params = { "channel.id": channelId };
      const page = await rest.request("GET /channels/{channel.id}/threads/archived/public", {
        ...given,
        params,
        query,
      });
      return page.threads as APIThreadChannel[];
    },
    idOf: ({ thread_metadata }) => thread_metadata?.archive_timestamp ?? "",
  });
}
