import type {
  RESTGetAPIChannelMessageResult,
  RESTPatchAPIChannelMessageJSONBody,
  RESTPatchAPIChannelMessageResult,
  RESTPostAPIChannelMessageJSONBody,
  RESTPostAPIChannelMessageResult,
} from "discord-api-types/v10";
import { checkEmoji, checkMessage, checkSnowflake, type ReactionEmoji } from "./message.ts";
import type { CallOptions, DiscordRequestOptions, UploadOptions } from "./request.ts";
import type { HttpMethod } from "./route.ts";

/** What a call to delete or to change something may bring along. */
export interface ReasonOptions extends CallOptions {
  /** What the guild's audit log says about it, 1 to 512 characters. @default {undefined} */
  readonly reason?: string | undefined;
}

/** Calls about messages and reactions, made of any `request`. */
export abstract class MessageCalls {
  /** Makes any request of the API; see {@linkcode DiscordRest.request}. */
  abstract request<Result = unknown>(
    method: HttpMethod,
    path: string,
    options?: DiscordRequestOptions,
  ): Promise<Result>;

  /**
   * Gets a message of a channel.
   *
   * Source: Discord, "Message", Get Channel Message.
   *
   * @throws {CommandError} `invalid_command` if an ID is not acceptable.
   * @throws whatever {@linkcode DiscordRest.request} throws.
   */
  async getMessage(
    channelId: string,
    messageId: string,
    options: CallOptions = {},
  ): Promise<RESTGetAPIChannelMessageResult> {
    const path = messagePath("get a message", channelId, messageId);
    return await this.request<RESTGetAPIChannelMessageResult>("GET", path, options);
  }

  /**
   * Posts a message to a channel. Its limits are checked before anything is sent; messages to one channel
   * go out in the order of these calls.
   *
   * Source: Discord, "Message", Create Message.
   *
   * @throws {CommandError} `invalid_command` if the ID, the message or a file is not acceptable; `lost` if
   * nobody can know whether the message was created.
   * @throws whatever {@linkcode DiscordRest.request} throws.
   *
   * @example
   * ```ts
   * import { DiscordRest } from "@parley/parley/discord/rest";
   *
   * const rest = new DiscordRest({
   *   token: "a.bot.token",
   *   fetch: () => Promise.resolve(Response.json({ id: "2" })), // leave out to reach Discord
   * });
   * await rest.createMessage("81384788765712384", { content: "The log, as you asked" }, {
   *   files: [{ name: "log.txt", data: "all is well\n" }],
   * });
   * ```
   */
  async createMessage(
    channelId: string,
    body: RESTPostAPIChannelMessageJSONBody,
    options: UploadOptions = {},
  ): Promise<RESTPostAPIChannelMessageResult> {
    checkSnowflake("create a message", "channel", channelId);
    checkMessage("create a message", body, { files: options.files?.length });
    const path = `/channels/${channelId}/messages`;
    return await this.request<RESTPostAPIChannelMessageResult>("POST", path, { ...options, body });
  }

  /**
   * Changes a message; what is left out stays. Files are added to those it has, unless `attachments` lists
   * those to keep.
   *
   * Source: Discord, "Message", Edit Message.
   *
   * @throws {CommandError} `invalid_command` if an ID, the message or a file is not acceptable; `lost` if
   * nobody can know whether it was changed.
   * @throws whatever {@linkcode DiscordRest.request} throws.
   */
  async editMessage(
    channelId: string,
    messageId: string,
    body: RESTPatchAPIChannelMessageJSONBody,
    options: UploadOptions = {},
  ): Promise<RESTPatchAPIChannelMessageResult> {
    const path = messagePath("edit a message", channelId, messageId);
    checkMessage("edit a message", body, { isEdit: true });
    return await this.request<RESTPatchAPIChannelMessageResult>("PATCH", path, {
      idempotent: options.files === undefined,
      ...options,
      body,
    });
  }

  /**
   * Deletes a message.
   *
   * Source: Discord, "Message", Delete Message.
   *
   * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
   * know whether it was deleted.
   * @throws whatever {@linkcode DiscordRest.request} throws.
   */
  async deleteMessage(channelId: string, messageId: string, options: ReasonOptions = {}): Promise<void> {
    const path = messagePath("delete a message", channelId, messageId);
    await this.request("DELETE", path, options);
  }

  /**
   * Reacts to a message: with an emoji itself, `name:id`, or an emoji as an event has it.
   *
   * Source: Discord, "Message", Create Reaction.
   *
   * @throws {CommandError} `invalid_command` if an ID or the emoji is not acceptable; `lost` if nobody can
   * know whether it took effect.
   * @throws whatever {@linkcode DiscordRest.request} throws.
   */
  async createReaction(
    channelId: string,
    messageId: string,
    emoji: ReactionEmoji,
    options: CallOptions = {},
  ): Promise<void> {
    await this.request("PUT", reactionPath("create a reaction", channelId, messageId, emoji), options);
  }

  /**
   * Takes the bot's own reaction back.
   *
   * Source: Discord, "Message", Delete Own Reaction.
   *
   * @throws {CommandError} `invalid_command` if an ID or the emoji is not acceptable; `lost` if nobody can
   * know whether it took effect.
   * @throws whatever {@linkcode DiscordRest.request} throws.
   */
  async deleteOwnReaction(
    channelId: string,
    messageId: string,
    emoji: ReactionEmoji,
    options: CallOptions = {},
  ): Promise<void> {
    await this.request("DELETE", reactionPath("delete a reaction", channelId, messageId, emoji), options);
  }
}

function messagePath(action: string, channelId: string, messageId: string): string {
  checkSnowflake(action, "channel", channelId);
  checkSnowflake(action, "message", messageId);
  return `/channels/${channelId}/messages/${messageId}`;
}

function reactionPath(action: string, channelId: string, messageId: string, emoji: ReactionEmoji): string {
  return `${messagePath(action, channelId, messageId)}/reactions/${checkEmoji(action, emoji)}/@me`;
}
