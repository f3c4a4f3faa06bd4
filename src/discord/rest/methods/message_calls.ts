import type {
  RESTGetAPIChannelMessageResult,
  RESTPatchAPIChannelMessageJSONBody,
  RESTPatchAPIChannelMessageResult,
  RESTPostAPIChannelMessageJSONBody,
  RESTPostAPIChannelMessageResult,
} from "discord-api-types/v10";
import type { CallOptions, ReasonOptions, UploadOptions } from "../request.ts";
import type { ReactionEmoji } from "../routes/path.ts";
import { DiscordRequests } from "./requests.ts";

/** Calls about messages and reactions. */
export abstract class MessageCalls extends DiscordRequests {
  /**
   * Gets a message of a channel.
   *
   * Source: Discord, "Message", Get Channel Message.
   *
   * @throws {CommandError} `invalid_command` if an ID is not acceptable.
   * @throws whatever {@linkcode DiscordRest.request} throws.
   */
  getMessage(
    channelId: string,
    messageId: string,
    options: CallOptions = {},
  ): Promise<RESTGetAPIChannelMessageResult> {
    const params = { "channel.id": channelId, "message.id": messageId };
    return this.request("GET /channels/{channel.id}/messages/{message.id}", { ...options, params });
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
  createMessage(
    channelId: string,
    body: RESTPostAPIChannelMessageJSONBody,
    options: UploadOptions = {},
  ): Promise<RESTPostAPIChannelMessageResult> {
    const params = { "channel.id": channelId };
    return this.request("POST /channels/{channel.id}/messages", { ...options, params, body });
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
  editMessage(
    channelId: string,
    messageId: string,
    body: RESTPatchAPIChannelMessageJSONBody,
    options: UploadOptions = {},
  ): Promise<RESTPatchAPIChannelMessageResult> {
    return this.request("PATCH /channels/{channel.id}/messages/{message.id}", {
      idempotent: options.files === undefined,
      ...options,
      params: { "channel.id": channelId, "message.id": messageId },
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
    const params = { "channel.id": channelId, "message.id": messageId };
    await this.request("DELETE /channels/{channel.id}/messages/{message.id}", { ...options, params });
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
    const params = { "channel.id": channelId, "message.id": messageId, "emoji.id": emoji };
    await this.request("PUT /channels/{channel.id}/messages/{message.id}/reactions/{emoji.id}/@me", {
      ...options,
      params,
    });
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
    const params = { "channel.id": channelId, "message.id": messageId, "emoji.id": emoji };
    await this.request("DELETE /channels/{channel.id}/messages/{message.id}/reactions/{emoji.id}/@me", {
      ...options,
      params,
    });
  }
}
