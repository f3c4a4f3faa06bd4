import { first, invalid } from "./checks.ts";
import type { TwitchBan, TwitchChatSettings, TwitchRequestParts } from "./endpoints.ts";
import type { TwitchCallOptions } from "./request.ts";
import { TwitchEventSubCalls } from "./eventsub_calls.ts";

/** The longest time-out, in milliseconds: two weeks. */
const LONGEST_TIMEOUT = 1_209_600_000;

/** How somebody is banned, or silenced for a while. */
export interface TwitchBanOptions extends TwitchCallOptions {
  /** Why, at most 500 characters; moderators see it. @default {undefined} */
  readonly reason?: string | undefined;
}

/** What moderators do, by Twitch's API. */
export abstract class TwitchModerationCalls extends TwitchEventSubCalls {
  /**
   * Bans somebody from a channel; needs `moderator:manage:banned_users`.
   *
   * Source: Twitch API Reference, Ban User.
   *
   * @throws {TwitchScopeError} if the account has not granted that.
   * @throws whatever {@linkcode TwitchRequests.request} throws.
   *
   * @example
   * ```ts
   * import type { TwitchApi } from "@parley/parley/twitch/api";
   *
   * async function banLogin(api: TwitchApi, broadcasterId: string, login: string): Promise<void> {
   *   const user = await api.userByLogin(login);
   *   if (user !== undefined) await api.ban(broadcasterId, user.id, { reason: "spam" });
   * }
   * ```
   */
  async ban(broadcasterId: string, userId: string, options: TwitchBanOptions = {}): Promise<TwitchBan> {
    return await this.#ban(broadcasterId, { user_id: userId }, options);
  }

  /**
   * Silences somebody in a channel for a while; otherwise as {@linkcode TwitchModerationCalls.ban}.
   *
   * @param ms For how long, in milliseconds: 1 s to 14 days.
   * @throws {CommandError} `invalid_command` if it is another time.
   */
  async timeout(
    broadcasterId: string,
    userId: string,
    ms: number,
    options: TwitchBanOptions = {},
  ): Promise<TwitchBan> {
    if (!(ms >= 1_000 && ms <= LONGEST_TIMEOUT)) {
      throw invalid(`Cannot time out "${userId}" for "${ms}" ms: it must be 1 s to 14 days`);
    }
    return await this.#ban(broadcasterId, { user_id: userId, duration: Math.round(ms / 1_000) }, options);
  }

  /**
   * Ends a ban or a time-out; needs `moderator:manage:banned_users`.
   *
   * Source: Twitch API Reference, Unban User.
   *
   * @throws whatever {@linkcode TwitchRequests.request} throws.
   */
  async unban(broadcasterId: string, userId: string, { signal }: TwitchCallOptions = {}): Promise<void> {
    const query = await this.asModerator(broadcasterId, signal);
    await this.request("DELETE /moderation/bans", { query: { ...query, user_id: userId }, signal });
  }

  /**
   * Warns somebody, who has to acknowledge it before the next message; needs `moderator:manage:warnings`.
   *
   * Source: Twitch API Reference, Warn Chat User.
   *
   * @throws whatever {@linkcode TwitchRequests.request} throws.
   */
  async warn(
    broadcasterId: string,
    userId: string,
    reason: string,
    { signal }: TwitchCallOptions = {},
  ): Promise<void> {
    const query = await this.asModerator(broadcasterId, signal);
    await this.request("POST /moderation/warnings", {
      query,
      body: { data: { user_id: userId, reason } },
      signal,
    });
  }

  /**
   * Removes a message of the last six hours; needs `moderator:manage:chat_messages`.
   *
   * Source: Twitch API Reference, Delete Chat Messages.
   *
   * @throws whatever {@linkcode TwitchRequests.request} throws.
   */
  async deleteMessage(
    broadcasterId: string,
    messageId: string,
    { signal }: TwitchCallOptions = {},
  ): Promise<void> {
    // Without an id Twitch would remove all.
    if (messageId === "") throw invalid(`Cannot delete a message of "${broadcasterId}": its id is empty`);
    const query = await this.asModerator(broadcasterId, signal);
    await this.request("DELETE /moderation/chat", { query: { ...query, message_id: messageId }, signal });
  }

  /**
   * Removes all messages of a channel; needs `moderator:manage:chat_messages`.
   *
   * Source: Twitch API Reference, Delete Chat Messages.
   *
   * @throws whatever {@linkcode TwitchRequests.request} throws.
   */
  async clearChat(broadcasterId: string, { signal }: TwitchCallOptions = {}): Promise<void> {
    const query = await this.asModerator(broadcasterId, signal);
    await this.request("DELETE /moderation/chat", { query, signal });
  }

  /**
   * Changes who may say what in a channel; what is left out stays. Needs `moderator:manage:chat_settings`.
   *
   * Source: Twitch API Reference, Update Chat Settings.
   *
   * @throws whatever {@linkcode TwitchRequests.request} throws.
   */
  async updateChatSettings(
    broadcasterId: string,
    settings: TwitchRequestParts<"PATCH /chat/settings">["body"],
    { signal }: TwitchCallOptions = {},
  ): Promise<TwitchChatSettings> {
    const query = await this.asModerator(broadcasterId, signal);
    const options = { query, body: settings, signal, idempotent: true };
    return first((await this.request("PATCH /chat/settings", options)).data, "PATCH /chat/settings");
  }

  /**
   * Lets a message that AutoMod holds through, or not; needs `moderator:manage:automod`.
   *
   * Source: Twitch API Reference, Manage Held AutoMod Messages.
   *
   * @throws whatever {@linkcode TwitchRequests.request} throws.
   */
  async manageHeldMessage(
    messageId: string,
    action: "ALLOW" | "DENY",
    { signal }: TwitchCallOptions = {},
  ): Promise<void> {
    const body = { user_id: await this.userId(signal), msg_id: messageId, action };
    await this.request("POST /moderation/automod/message", { body, signal });
  }

  /** In which channel, and as whom: the account that asks. */
  protected async asModerator(
    broadcasterId: string,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly broadcaster_id: string; readonly moderator_id: string }> {
    return { broadcaster_id: broadcasterId, moderator_id: await this.userId(signal) };
  }

  async #ban(
    broadcasterId: string,
    who: { readonly user_id: string; readonly duration?: number },
    { reason, signal }: TwitchBanOptions,
  ): Promise<TwitchBan> {
    const query = await this.asModerator(broadcasterId, signal);
    const body = { data: { ...who, ...(reason !== undefined && { reason }) } };
    return first(
      (await this.request("POST /moderation/bans", { query, body, signal })).data,
      "POST /moderation/bans",
    );
  }
}
