import type {
  APIMessage,
  APIMessagePin,
  APIUser,
  RESTPostAPIChannelMessageCrosspostResult,
  RESTPostAPIPollExpireResult,
} from "discord-api-types/v10";
import { snowflakeTime } from "../../snowflake.ts";
import type { DiscordRequests } from "../methods/requests.ts";
import type { CallOptions, ReasonOptions } from "../request.ts";
import type { ReactionEmoji } from "../routes/path.ts";
import { type ListOptions, type ListOptionsBothWays, pagesBefore, pagesOf } from "./pages.ts";

/**
 * Publishes a message of an announcement channel to the channels that follow it.
 *
 * Source: Discord, "Message", Crosspost Message.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable; `lost` if nobody can know whether it
 * took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { crosspostMessage, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "846462639134605312", flags: 1 })), // leave out to reach Discord
 * });
 * const message = await crosspostMessage(rest, "81384788765712384", "846462639134605312");
 * message.flags; // 1
 * ```
 */
export function crosspostMessage(
  rest: DiscordRequests,
  channelId: string,
  messageId: string,
  options: CallOptions = {},
): Promise<RESTPostAPIChannelMessageCrosspostResult> {
  return rest.request("POST /channels/{channel.id}/messages/{message.id}/crosspost", {
    ...options,
    params: { "channel.id": channelId, "message.id": messageId },
  });
}

/**
 * Pins a message. A channel has at most 250 pins.
 *
 * Source: Discord, "Message", Pin Message.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, pinMessage } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
 * });
 * await pinMessage(rest, "81384788765712384", "846462639134605312", { reason: "The rules" });
 * ```
 */
export function pinMessage(
  rest: DiscordRequests,
  channelId: string,
  messageId: string,
  options: ReasonOptions = {},
): Promise<void> {
  return rest.request("PUT /channels/{channel.id}/messages/pins/{message.id}", {
    ...options,
    params: { "channel.id": channelId, "message.id": messageId },
  });
}

/**
 * Takes a pin off a message.
 *
 * Source: Discord, "Message", Unpin Message.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, unpinMessage } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
 * });
 * await unpinMessage(rest, "81384788765712384", "846462639134605312");
 * ```
 */
export function unpinMessage(
  rest: DiscordRequests,
  channelId: string,
  messageId: string,
  options: ReasonOptions = {},
): Promise<void> {
  return rest.request("DELETE /channels/{channel.id}/messages/pins/{message.id}", {
    ...options,
    params: { "channel.id": channelId, "message.id": messageId },
  });
}

/**
 * Takes another's reaction off a message.
 *
 * Source: Discord, "Message", Delete User Reaction.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable; `lost` if nobody can know whether it
 * took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { deleteUserReaction, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
 * });
 * await deleteUserReaction(rest, "81384788765712384", "846462639134605312", "🔥", "80351110224678912");
 * ```
 */
export function deleteUserReaction(
  rest: DiscordRequests,
  channelId: string,
  messageId: string,
  emoji: ReactionEmoji,
  userId: string,
  options: CallOptions = {},
): Promise<void> {
  return rest.request("DELETE /channels/{channel.id}/messages/{message.id}/reactions/{emoji.id}/{user.id}", {
    ...options,
    params: { "channel.id": channelId, "message.id": messageId, "emoji.id": emoji, "user.id": userId },
  });
}

/**
 * Takes all reactions off a message.
 *
 * Source: Discord, "Message", Delete All Reactions.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable; `lost` if nobody can know whether it
 * took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { deleteAllReactions, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
 * });
 * await deleteAllReactions(rest, "81384788765712384", "846462639134605312");
 * ```
 */
export function deleteAllReactions(
  rest: DiscordRequests,
  channelId: string,
  messageId: string,
  options: CallOptions = {},
): Promise<void> {
  return rest.request("DELETE /channels/{channel.id}/messages/{message.id}/reactions", {
    ...options,
    params: { "channel.id": channelId, "message.id": messageId },
  });
}

/**
 * Takes all reactions with one emoji off a message.
 *
 * Source: Discord, "Message", Delete All Reactions for Emoji.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable; `lost` if nobody can know whether it
 * took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { deleteAllReactionsForEmoji, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
 * });
 * await deleteAllReactionsForEmoji(rest, "81384788765712384", "846462639134605312", "🔥");
 * ```
 */
export function deleteAllReactionsForEmoji(
  rest: DiscordRequests,
  channelId: string,
  messageId: string,
  emoji: ReactionEmoji,
  options: CallOptions = {},
): Promise<void> {
  return rest.request("DELETE /channels/{channel.id}/messages/{message.id}/reactions/{emoji.id}", {
    ...options,
    params: { "channel.id": channelId, "message.id": messageId, "emoji.id": emoji },
  });
}

/**
 * Ends a poll of the bot's own at once; its message is answered.
 *
 * Source: Discord, "Poll", End Poll.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable; `lost` if nobody can know whether it
 * took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, endPoll } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "846462639134605312", poll: { results: { is_finalized: false } } })), // leave out to reach Discord
 * });
 * const message = await endPoll(rest, "81384788765712384", "846462639134605312");
 * message.poll?.results?.is_finalized; // false: the votes are still being counted
 * ```
 */
export function endPoll(
  rest: DiscordRequests,
  channelId: string,
  messageId: string,
  options: CallOptions = {},
): Promise<RESTPostAPIPollExpireResult> {
  return rest.request("POST /channels/{channel.id}/polls/{message.id}/expire", {
    ...options,
    params: { "channel.id": channelId, "message.id": messageId },
  });
}

/** How messages are deleted at once. */
export interface BulkDeleteOptions extends ReasonOptions {
  /**
   * Whether messages older than two weeks are left out. Discord deletes none of them so, and with one among them nothing
   * at all. @default {false}
   */
  readonly skipOld?: boolean | undefined;
}

const TWO_WEEKS = 14 * 24 * 60 * 60_000;

/**
 * Deletes up to 100 messages at once, none of them older than two weeks. Where there are none nothing is asked.
 *
 * Source: Discord, "Message", Bulk Delete Messages, Delete Message.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable, or there are too many; `lost` if
 * nobody can know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { bulkDeleteMessages, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
 * });
 * await bulkDeleteMessages(rest, "81384788765712384", ["846462639134605312", "846462639134605313"], {
 *   reason: "Spam",
 * });
 * ```
 */
export function bulkDeleteMessages(
  rest: DiscordRequests,
  channelId: string,
  messageIds: readonly string[],
  { skipOld = false, ...options }: BulkDeleteOptions = {},
): Promise<void> {
  const isOld = (id: string) => Number(snowflakeTime(id)) < Date.now() - TWO_WEEKS;
  const messages = messageIds.filter((id) => !skipOld || !isOld(id));
  const [first] = messages;
  if (first === undefined) return Promise.resolve();
  if (messages.length === 1) {
    const params = { "channel.id": channelId, "message.id": first };
    return rest.request("DELETE /channels/{channel.id}/messages/{message.id}", { ...options, params });
  }
  return rest.request("POST /channels/{channel.id}/messages/bulk-delete", {
    // What is deleted already counts, and is no error.
    idempotent: true,
    ...options,
    params: { "channel.id": channelId },
    body: { messages },
  });
}

/**
 * Goes through the messages of a channel, a hundred in a request: from the latest, or from those `before` an ID, to the oldest; or from those `after` an ID to the latest.
 *
 * Source: Discord, "Message", Get Channel Messages.
 *
 * @throws {CommandError} `invalid_command` if an ID or the limit is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, listMessages } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json([{ id: "846462639134605312", content: "hello" }])), // leave out to reach Discord
 * });
 * for await (const message of listMessages(rest, "81384788765712384", { limit: 500 })) {
 *   message.content; // "hello"
 * }
 * ```
 */
export function listMessages(
  rest: DiscordRequests,
  channelId: string,
  options: ListOptionsBothWays = {},
): AsyncIterable<APIMessage> {
  return pagesBefore({
    most: 100,
    options,
    ask: (query, given) =>
      rest.request("GET /channels/{channel.id}/messages", {
        ...given,
        params: { "channel.id": channelId },
        query,
      }),
    idOf: ({ id }) => id,
  });
}

/**
 * Goes through the users who reacted to a message with an emoji, by their IDs, a hundred in a request.
 *
 * Source: Discord, "Message", Get Reactions.
 *
 * @throws {CommandError} `invalid_command` if an ID or the limit is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, listReactions } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json([{ id: "80351110224678912", username: "nelly" }])), // leave out to reach Discord
 * });
 * for await (const user of listReactions(rest, "81384788765712384", "846462639134605312", "🔥")) {
 *   user.username; // "nelly"
 * }
 * ```
 */
export function listReactions(
  rest: DiscordRequests,
  channelId: string,
  messageId: string,
  emoji: ReactionEmoji,
  options: ListOptions = {},
): AsyncIterable<APIUser> {
  const params = { "channel.id": channelId, "message.id": messageId, "emoji.id": emoji };
  return pagesOf({
    most: 100,
    options,
    ask: (query, given) =>
      rest.request("GET /channels/{channel.id}/messages/{message.id}/reactions/{emoji.id}", {
        ...given,
        params,
        query,
      }),
    idOf: ({ id }) => id,
  });
}

/**
 * Goes through the users who voted for an answer of a poll, by their IDs, a hundred in a request.
 *
 * Source: Discord, "Poll", Get Answer Voters.
 *
 * @throws {CommandError} `invalid_command` if an ID or the limit is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, listPollVoters } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ users: [{ id: "80351110224678912", username: "nelly" }] })), // leave out to reach Discord
 * });
 * for await (const user of listPollVoters(rest, "81384788765712384", "846462639134605312", 1)) {
 *   user.username; // "nelly"
 * }
 * ```
 */
export function listPollVoters(
  rest: DiscordRequests,
  channelId: string,
  messageId: string,
  answerId: number,
  options: ListOptions = {},
): AsyncIterable<APIUser> {
  const params = { "channel.id": channelId, "message.id": messageId, answer_id: answerId };
  return pagesOf({
    most: 100,
    options,
    ask: async (query, given) =>
      (await rest.request("GET /channels/{channel.id}/polls/{message.id}/answers/{answer_id}", {
        ...given,
        params,
        query,
      })).users,
    idOf: ({ id }) => id,
  });
}

/**
 * Goes through the pins of a channel, the latest first, fifty in a request.
 *
 * Source: Discord, "Message", Get Channel Pins.
 *
 * @throws {CommandError} `invalid_command` if an ID or the limit is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, listPins } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({
 *     items: [{ pinned_at: "2030-01-01T00:00:00Z", message: { id: "1", content: "The rules" } }],
 *     has_more: false,
 *   })), // leave out to reach Discord
 * });
 * for await (const pin of listPins(rest, "81384788765712384")) {
 *   pin.message.content; // "The rules"
 * }
 * ```
 */
export function listPins(
  rest: DiscordRequests,
  channelId: string,
  options: Omit<ListOptions, "after"> = {},
): AsyncIterable<APIMessagePin> {
  return pagesOf({
    most: 50,
    options,
    ask: async ({ after, limit }, given) => {
      const query = { before: after, limit };
      const params = { "channel.id": channelId };
      const page = await rest.request("GET /channels/{channel.id}/messages/pins", {
        ...given,
        params,
        query,
      });
      return page.items;
    },
    idOf: ({ pinned_at }) => pinned_at,
  });
}
