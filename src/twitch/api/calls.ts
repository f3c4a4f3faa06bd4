import { CommandError, ProtocolError } from "../../protocol/errors.ts";
import type {
  TwitchApiChannel,
  TwitchApiStream,
  TwitchApiUser,
  TwitchBadgeSet,
  TwitchBan,
  TwitchChatSettings,
  TwitchCheermote,
  TwitchEndpoint,
  TwitchItem,
  TwitchPagedEndpoint,
  TwitchPoll,
  TwitchPrediction,
  TwitchResult,
  TwitchSentMessage,
} from "./endpoints.ts";
import { TwitchDroppedError } from "./dropped_error.ts";
import type { TwitchCallOptions, TwitchRawOptions, TwitchRequestArguments } from "./request.ts";

/** The longest time-out, in milliseconds: two weeks. */
const LONGEST_TIMEOUT = 1_209_600_000;

/** How somebody is banned, or silenced for a while. */
export interface TwitchBanOptions extends TwitchCallOptions {
  /** Why, at most 500 characters; moderators see it. @default {undefined} */
  readonly reason?: string | undefined;
}

/** How a message is sent. */
export interface TwitchSendOptions extends TwitchCallOptions {
  /** The id of the message that it answers. @default none */
  readonly replyTo?: string | undefined;
}

/** What may be asked of Twitch's API, made of one way to send a request. */
export abstract class TwitchCalls {
  /** Makes any request; see {@linkcode TwitchApi.raw}. */
  abstract raw(method: string, path: string, options?: TwitchRawOptions): Promise<unknown>;

  /** The id of the account that asks; see {@linkcode TwitchApi.userId}. */
  abstract userId(signal?: AbortSignal): Promise<string>;

  /** Checks that the account has granted a scope. */
  protected abstract needs(scope: string, signal?: AbortSignal): Promise<void>;

  /**
   * Makes a request to one of Twitch's endpoints, as its reference writes them; what it takes and what it answers are
   * types, and nothing but types.
   *
   * @typeParam Endpoint Which endpoint it is, as the first argument says.
   * @returns What the reference says the answer is; it is not checked. `undefined` where there is none.
   *
   * @throws whatever {@linkcode TwitchApi.raw} throws.
   */
  async request<Endpoint extends TwitchEndpoint>(
    endpoint: Endpoint,
    ...[options]: TwitchRequestArguments<Endpoint>
  ): Promise<TwitchResult<Endpoint>> {
    const [method = "GET", path = ""] = endpoint.split(" ");
    return await this.raw(method, path, options) as TwitchResult<Endpoint>;
  }

  /**
   * All of a list, a hundred at a time, as the loop goes on.
   *
   * @throws whatever {@linkcode TwitchApi.raw} throws.
   *
   * @example
   * ```ts
   * import type { TwitchApi } from "@parley/parley/twitch/api";
   *
   * async function isVip(api: TwitchApi, broadcaster_id: string, login: string): Promise<boolean> {
   *   for await (const vip of api.all("GET /channels/vips", { query: { broadcaster_id } })) {
   *     if (vip.user_login === login) return true;
   *   }
   *   return false;
   * }
   * ```
   */
  async *all<Endpoint extends TwitchPagedEndpoint>(
    endpoint: Endpoint,
    ...[options]: TwitchRequestArguments<Endpoint>
  ): AsyncGenerator<TwitchItem<Endpoint>, void, undefined> {
    const [method = "GET", path = ""] = endpoint.split(" ");
    const given: TwitchRawOptions = options ?? {};
    let after: string | undefined;
    do {
      const query = { first: 100, ...given.query, ...(after !== undefined && { after }) };
      const page = await this.raw(method, path, { ...given, query }) as {
        readonly data: readonly TwitchItem<Endpoint>[];
        readonly pagination?: { readonly cursor?: string };
      };
      yield* page.data;
      // Twitch may give the same cursor again at the end of a list.
      const { cursor } = page.pagination ?? {};
      after = cursor === after || page.data.length === 0 ? undefined : cursor;
    } while (after !== undefined && after !== "");
  }

  /**
   * Who has a login; undefined if nobody has.
   *
   * Source: Twitch API Reference, Get Users.
   *
   * @throws whatever {@linkcode TwitchApi.raw} throws.
   */
  async userByLogin(login: string, options: TwitchCallOptions = {}): Promise<TwitchApiUser | undefined> {
    const { data } = await this.request("GET /users", { ...options, query: { login } });
    return data[0];
  }

  /**
   * A channel's title, category and language; undefined if there is none.
   *
   * Source: Twitch API Reference, Get Channel Information.
   *
   * @throws whatever {@linkcode TwitchApi.raw} throws.
   */
  async channel(
    broadcasterId: string,
    options: TwitchCallOptions = {},
  ): Promise<TwitchApiChannel | undefined> {
    const query = { broadcaster_id: broadcasterId };
    return (await this.request("GET /channels", { ...options, query })).data[0];
  }

  /**
   * A channel's stream; undefined while it is offline.
   *
   * Source: Twitch API Reference, Get Streams.
   *
   * @throws whatever {@linkcode TwitchApi.raw} throws.
   */
  async stream(broadcasterId: string, options: TwitchCallOptions = {}): Promise<TwitchApiStream | undefined> {
    return (await this.request("GET /streams", { ...options, query: { user_id: broadcasterId } })).data[0];
  }

  /**
   * Says something in a channel; needs `user:write:chat`. Sent with an application's token, it has a chat bot's badge.
   *
   * Source: Twitch API Reference, Send Chat Message.
   *
   * @param senderId Who says it. @default the account that asks
   * @throws {TwitchDroppedError} if Twitch does not let others see it, with why.
   * @throws {CommandError} `invalid_command` if the text is blank or longer than 500 characters.
   * @throws whatever {@linkcode TwitchApi.raw} throws.
   */
  async sendMessage(
    broadcasterId: string,
    text: string,
    { replyTo, signal, senderId }: TwitchSendOptions & { readonly senderId?: string } = {},
  ): Promise<TwitchSentMessage> {
    const length = [...text].length;
    if (text.trim() === "" || length > 500) {
      throw invalid(
        `Cannot say to "${broadcasterId}": the text has ${length} characters, and may have 1 to 500`,
      );
    }
    await this.needs("user:write:chat", signal);
    const { data } = await this.request("POST /chat/messages", {
      signal,
      body: {
        broadcaster_id: broadcasterId,
        sender_id: senderId ?? await this.userId(signal),
        message: text,
        ...(replyTo !== undefined && { reply_parent_message_id: replyTo }),
      },
    });
    const sent = first(data, "POST /chat/messages");
    if (!sent.is_sent) throw new TwitchDroppedError(broadcasterId, sent.drop_reason ?? undefined);
    return sent;
  }

  /**
   * Announces something in a channel; needs `moderator:manage:announcements`.
   *
   * Source: Twitch API Reference, Send Chat Announcement.
   *
   * @throws whatever {@linkcode TwitchApi.raw} throws.
   */
  async announce(
    broadcasterId: string,
    message: string,
    { color, signal }: TwitchCallOptions & {
      readonly color?: "blue" | "green" | "orange" | "purple" | "primary";
    } = {},
  ): Promise<void> {
    const query = await this.#asModerator(broadcasterId, "moderator:manage:announcements", signal);
    const body = { message, ...(color !== undefined && { color }) };
    await this.request("POST /chat/announcements", { query, body, signal });
  }

  /**
   * Recommends another channel; needs `moderator:manage:shoutouts`.
   *
   * Source: Twitch API Reference, Send a Shoutout.
   *
   * @throws whatever {@linkcode TwitchApi.raw} throws.
   */
  async shoutout(
    broadcasterId: string,
    toBroadcasterId: string,
    options: TwitchCallOptions = {},
  ): Promise<void> {
    const { moderator_id } = await this.#asModerator(
      broadcasterId,
      "moderator:manage:shoutouts",
      options.signal,
    );
    const query = { from_broadcaster_id: broadcasterId, to_broadcaster_id: toBroadcasterId, moderator_id };
    await this.request("POST /chat/shoutouts", { ...options, query });
  }

  /**
   * Bans somebody from a channel; needs `moderator:manage:banned_users`.
   *
   * Source: Twitch API Reference, Ban User.
   *
   * @throws {TwitchScopeError} if the account has not granted that.
   * @throws whatever {@linkcode TwitchApi.raw} throws.
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
   * Silences somebody in a channel for a while; otherwise as {@linkcode TwitchCalls.ban}.
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
   * @throws whatever {@linkcode TwitchApi.raw} throws.
   */
  async unban(broadcasterId: string, userId: string, { signal }: TwitchCallOptions = {}): Promise<void> {
    const query = await this.#asModerator(broadcasterId, "moderator:manage:banned_users", signal);
    await this.request("DELETE /moderation/bans", { query: { ...query, user_id: userId }, signal });
  }

  /**
   * Warns somebody, who has to acknowledge it before the next message; needs `moderator:manage:warnings`.
   *
   * Source: Twitch API Reference, Warn Chat User.
   *
   * @throws whatever {@linkcode TwitchApi.raw} throws.
   */
  async warn(
    broadcasterId: string,
    userId: string,
    reason: string,
    { signal }: TwitchCallOptions = {},
  ): Promise<void> {
    const query = await this.#asModerator(broadcasterId, "moderator:manage:warnings", signal);
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
   * @throws whatever {@linkcode TwitchApi.raw} throws.
   */
  async deleteMessage(
    broadcasterId: string,
    messageId: string,
    { signal }: TwitchCallOptions = {},
  ): Promise<void> {
    // Without an id Twitch would remove all.
    if (messageId === "") throw invalid(`Cannot delete a message of "${broadcasterId}": its id is empty`);
    const query = await this.#asModerator(broadcasterId, "moderator:manage:chat_messages", signal);
    await this.request("DELETE /moderation/chat", { query: { ...query, message_id: messageId }, signal });
  }

  /**
   * Removes all messages of a channel; needs `moderator:manage:chat_messages`.
   *
   * Source: Twitch API Reference, Delete Chat Messages.
   *
   * @throws whatever {@linkcode TwitchApi.raw} throws.
   */
  async clearChat(broadcasterId: string, { signal }: TwitchCallOptions = {}): Promise<void> {
    const query = await this.#asModerator(broadcasterId, "moderator:manage:chat_messages", signal);
    await this.request("DELETE /moderation/chat", { query, signal });
  }

  /**
   * Changes who may say what in a channel; what is left out stays. Needs `moderator:manage:chat_settings`.
   *
   * Source: Twitch API Reference, Update Chat Settings.
   *
   * @throws whatever {@linkcode TwitchApi.raw} throws.
   */
  async updateChatSettings(
    broadcasterId: string,
    settings: Partial<Omit<TwitchChatSettings, "broadcaster_id">>,
    { signal }: TwitchCallOptions = {},
  ): Promise<TwitchChatSettings> {
    const query = await this.#asModerator(broadcasterId, "moderator:manage:chat_settings", signal);
    const options = { query, body: settings, signal, idempotent: true };
    return first((await this.request("PATCH /chat/settings", options)).data, "PATCH /chat/settings");
  }

  /**
   * Lets a message that AutoMod holds through, or not; needs `moderator:manage:automod`.
   *
   * Source: Twitch API Reference, Manage Held AutoMod Messages.
   *
   * @throws whatever {@linkcode TwitchApi.raw} throws.
   */
  async manageHeldMessage(
    messageId: string,
    action: "ALLOW" | "DENY",
    { signal }: TwitchCallOptions = {},
  ): Promise<void> {
    await this.needs("moderator:manage:automod", signal);
    const body = { user_id: await this.userId(signal), msg_id: messageId, action };
    await this.request("POST /moderation/automod/message", { body, signal });
  }

  /**
   * The badges of a channel, and those of all of Twitch where it has none of its own.
   *
   * Source: Twitch API Reference, Get Channel Chat Badges, Get Global Chat Badges.
   *
   * @throws whatever {@linkcode TwitchApi.raw} throws.
   */
  async badges(broadcasterId: string, options: TwitchCallOptions = {}): Promise<readonly TwitchBadgeSet[]> {
    const query = { broadcaster_id: broadcasterId };
    const [own, all] = await Promise.all([
      this.request("GET /chat/badges", { ...options, query }),
      this.request("GET /chat/badges/global", options),
    ]);
    const names = new Set(own.data.map(({ set_id }) => set_id));
    return [...own.data, ...all.data.filter(({ set_id }) => !names.has(set_id))];
  }

  /**
   * The cheermotes that can be used in a channel.
   *
   * Source: Twitch API Reference, Get Cheermotes.
   *
   * @throws whatever {@linkcode TwitchApi.raw} throws.
   */
  async cheermotes(
    broadcasterId: string,
    options: TwitchCallOptions = {},
  ): Promise<readonly TwitchCheermote[]> {
    const query = { broadcaster_id: broadcasterId };
    return (await this.request("GET /bits/cheermotes", { ...options, query })).data;
  }

  /**
   * Takes the viewers to another channel; needs `channel:manage:raids`.
   *
   * Source: Twitch API Reference, Start a raid.
   *
   * @throws whatever {@linkcode TwitchApi.raw} throws.
   */
  async raid(
    fromBroadcasterId: string,
    toBroadcasterId: string,
    { signal }: TwitchCallOptions = {},
  ): Promise<void> {
    await this.needs("channel:manage:raids", signal);
    const query = { from_broadcaster_id: fromBroadcasterId, to_broadcaster_id: toBroadcasterId };
    await this.request("POST /raids", { query, signal });
  }

  /**
   * Begins to make a clip of the last seconds; needs `clips:edit`. It is there some seconds later, or was not made.
   *
   * Source: Twitch API Reference, Create Clip.
   *
   * @throws whatever {@linkcode TwitchApi.raw} throws.
   */
  async createClip(
    broadcasterId: string,
    { signal }: TwitchCallOptions = {},
  ): Promise<{ readonly id: string; readonly edit_url: string }> {
    await this.needs("clips:edit", signal);
    const { data } = await this.request("POST /clips", { query: { broadcaster_id: broadcasterId }, signal });
    return first(data, "POST /clips");
  }

  /**
   * Marks this moment of a stream; needs `channel:manage:broadcast`.
   *
   * Source: Twitch API Reference, Create Stream Marker.
   *
   * @throws whatever {@linkcode TwitchApi.raw} throws.
   */
  async createMarker(
    userId: string,
    { description, signal }: TwitchCallOptions & { readonly description?: string } = {},
  ): Promise<void> {
    await this.needs("channel:manage:broadcast", signal);
    const body = { user_id: userId, ...(description !== undefined && { description }) };
    await this.request("POST /streams/markers", { body, signal });
  }

  /**
   * Begins a poll; needs `channel:manage:polls`.
   *
   * Source: Twitch API Reference, Create Poll.
   *
   * @param ms How long it lasts, in milliseconds: 15 s to 30 minutes.
   * @throws whatever {@linkcode TwitchApi.raw} throws.
   */
  async createPoll(
    broadcasterId: string,
    title: string,
    choices: readonly string[],
    ms: number,
    { signal }: TwitchCallOptions = {},
  ): Promise<TwitchPoll> {
    await this.needs("channel:manage:polls", signal);
    const body = {
      broadcaster_id: broadcasterId,
      title,
      choices: choices.map((title) => ({ title })),
      duration: Math.round(ms / 1_000),
    };
    return first((await this.request("POST /polls", { body, signal })).data, "POST /polls");
  }

  /**
   * Begins a prediction; needs `channel:manage:predictions`.
   *
   * Source: Twitch API Reference, Create Prediction.
   *
   * @param ms How long one may predict, in milliseconds: 30 s to 30 minutes.
   * @throws whatever {@linkcode TwitchApi.raw} throws.
   */
  async createPrediction(
    broadcasterId: string,
    title: string,
    outcomes: readonly string[],
    ms: number,
    { signal }: TwitchCallOptions = {},
  ): Promise<TwitchPrediction> {
    await this.needs("channel:manage:predictions", signal);
    const body = {
      broadcaster_id: broadcasterId,
      title,
      outcomes: outcomes.map((title) => ({ title })),
      prediction_window: Math.round(ms / 1_000),
    };
    return first((await this.request("POST /predictions", { body, signal })).data, "POST /predictions");
  }

  async #ban(
    broadcasterId: string,
    who: { readonly user_id: string; readonly duration?: number },
    { reason, signal }: TwitchBanOptions,
  ): Promise<TwitchBan> {
    const query = await this.#asModerator(broadcasterId, "moderator:manage:banned_users", signal);
    const body = { data: { ...who, ...(reason !== undefined && { reason }) } };
    return first(
      (await this.request("POST /moderation/bans", { query, body, signal })).data,
      "POST /moderation/bans",
    );
  }

  async #asModerator(
    broadcasterId: string,
    scope: string,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly broadcaster_id: string; readonly moderator_id: string }> {
    await this.needs(scope, signal);
    return { broadcaster_id: broadcasterId, moderator_id: await this.userId(signal) };
  }
}

function first<Item>(data: readonly Item[], endpoint: string): Item {
  const [item] = data;
  if (item !== undefined) return item;
  throw new ProtocolError(`Cannot use the answer to ${endpoint}: it is empty`);
}

function invalid(message: string): CommandError {
  return new CommandError("invalid_command", message);
}
