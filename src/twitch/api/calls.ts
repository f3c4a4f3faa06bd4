import { first, invalid } from "./checks.ts";
import { TwitchDroppedError } from "./dropped_error.ts";
import type {
  TwitchApiChannel,
  TwitchApiEmote,
  TwitchApiStream,
  TwitchApiUser,
  TwitchBadgeSet,
  TwitchCheermote,
  TwitchPoll,
  TwitchPrediction,
  TwitchRedemption,
  TwitchReward,
  TwitchSentMessage,
} from "./endpoints.ts";
import { TwitchModerationCalls } from "./moderation_calls.ts";
import type { TwitchCallOptions } from "./request.ts";

/** How a message is sent. */
export interface TwitchSendOptions extends TwitchCallOptions {
  /** The id of the message that it answers. @default none */
  readonly replyTo?: string | undefined;
}

/** What bots often ask of Twitch's API, by name. */
export abstract class TwitchCalls extends TwitchModerationCalls {
  /**
   * Who has a login; undefined if nobody has.
   *
   * Source: Twitch API Reference, Get Users.
   *
   * @throws whatever {@linkcode TwitchRequests.request} throws.
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
   * @throws whatever {@linkcode TwitchRequests.request} throws.
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
   * @throws whatever {@linkcode TwitchRequests.request} throws.
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
   * @throws whatever {@linkcode TwitchRequests.request} throws.
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
   * @throws whatever {@linkcode TwitchRequests.request} throws.
   */
  async announce(
    broadcasterId: string,
    message: string,
    { color, signal }: TwitchCallOptions & {
      readonly color?: "blue" | "green" | "orange" | "purple" | "primary";
    } = {},
  ): Promise<void> {
    const query = await this.asModerator(broadcasterId, signal);
    const body = { message, ...(color !== undefined && { color }) };
    await this.request("POST /chat/announcements", { query, body, signal });
  }

  /**
   * Recommends another channel; needs `moderator:manage:shoutouts`.
   *
   * Source: Twitch API Reference, Send a Shoutout.
   *
   * @throws whatever {@linkcode TwitchRequests.request} throws.
   */
  async shoutout(
    broadcasterId: string,
    toBroadcasterId: string,
    options: TwitchCallOptions = {},
  ): Promise<void> {
    const { moderator_id } = await this.asModerator(broadcasterId, options.signal);
    const query = { from_broadcaster_id: broadcasterId, to_broadcaster_id: toBroadcasterId, moderator_id };
    await this.request("POST /chat/shoutouts", { ...options, query });
  }

  /**
   * The badges of a channel, and those of all of Twitch where it has none of its own.
   *
   * Source: Twitch API Reference, Get Channel Chat Badges, Get Global Chat Badges.
   *
   * @throws whatever {@linkcode TwitchRequests.request} throws.
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
   * @throws whatever {@linkcode TwitchRequests.request} throws.
   */
  async cheermotes(
    broadcasterId: string,
    options: TwitchCallOptions = {},
  ): Promise<readonly TwitchCheermote[]> {
    const query = { broadcaster_id: broadcasterId };
    return (await this.request("GET /bits/cheermotes", { ...options, query })).data;
  }

  /**
   * The emotes of a channel, and those of all of Twitch.
   *
   * Source: Twitch API Reference, Get Channel Emotes, Get Global Emotes.
   *
   * @throws whatever {@linkcode TwitchRequests.request} throws.
   */
  async emotes(broadcasterId: string, options: TwitchCallOptions = {}): Promise<readonly TwitchApiEmote[]> {
    const query = { broadcaster_id: broadcasterId };
    const [own, all] = await Promise.all([
      this.request("GET /chat/emotes", { ...options, query }),
      this.request("GET /chat/emotes/global", options),
    ]);
    return [...own.data, ...all.data];
  }

  /**
   * The rewards of the account's own channel; needs `channel:read:redemptions`.
   *
   * Source: Twitch API Reference, Get Custom Reward.
   *
   * @throws whatever {@linkcode TwitchRequests.request} throws.
   */
  async rewards(broadcasterId: string, options: TwitchCallOptions = {}): Promise<readonly TwitchReward[]> {
    const query = { broadcaster_id: broadcasterId };
    return (await this.request("GET /channel_points/custom_rewards", { ...options, query })).data;
  }

  /**
   * Says that a redemption of a reward was fulfilled, or gives its points back; needs `channel:manage:redemptions`, and a
   * reward that the same application has made.
   *
   * Source: Twitch API Reference, Update Redemption Status.
   *
   * @throws whatever {@linkcode TwitchRequests.request} throws.
   */
  async endRedemption(
    broadcasterId: string,
    rewardId: string,
    redemptionId: string,
    status: "CANCELED" | "FULFILLED",
    { signal }: TwitchCallOptions = {},
  ): Promise<TwitchRedemption> {
    const query = { broadcaster_id: broadcasterId, reward_id: rewardId, id: redemptionId };
    const endpoint = "PATCH /channel_points/custom_rewards/redemptions";
    return first((await this.request(endpoint, { query, body: { status }, signal })).data, endpoint);
  }

  /**
   * Takes the viewers to another channel; needs `channel:manage:raids`.
   *
   * Source: Twitch API Reference, Start a raid.
   *
   * @throws whatever {@linkcode TwitchRequests.request} throws.
   */
  async raid(
    fromBroadcasterId: string,
    toBroadcasterId: string,
    { signal }: TwitchCallOptions = {},
  ): Promise<void> {
    const query = { from_broadcaster_id: fromBroadcasterId, to_broadcaster_id: toBroadcasterId };
    await this.request("POST /raids", { query, signal });
  }

  /**
   * Calls a raid off that has not begun; needs `channel:manage:raids`.
   *
   * Source: Twitch API Reference, Cancel a raid.
   *
   * @throws whatever {@linkcode TwitchRequests.request} throws.
   */
  async cancelRaid(broadcasterId: string, { signal }: TwitchCallOptions = {}): Promise<void> {
    await this.request("DELETE /raids", { query: { broadcaster_id: broadcasterId }, signal });
  }

  /**
   * Begins to make a clip of the last seconds; needs `clips:edit`. It is there some seconds later, or was not made.
   *
   * Source: Twitch API Reference, Create Clip.
   *
   * @throws whatever {@linkcode TwitchRequests.request} throws.
   */
  async createClip(
    broadcasterId: string,
    { signal }: TwitchCallOptions = {},
  ): Promise<{ readonly id: string; readonly edit_url: string }> {
    const { data } = await this.request("POST /clips", { query: { broadcaster_id: broadcasterId }, signal });
    return first(data, "POST /clips");
  }

  /**
   * Marks this moment of a stream; needs `channel:manage:broadcast`.
   *
   * Source: Twitch API Reference, Create Stream Marker.
   *
   * @throws whatever {@linkcode TwitchRequests.request} throws.
   */
  async createMarker(
    userId: string,
    { description, signal }: TwitchCallOptions & { readonly description?: string } = {},
  ): Promise<void> {
    const body = { user_id: userId, ...(description !== undefined && { description }) };
    await this.request("POST /streams/markers", { body, signal });
  }

  /**
   * Begins a poll; needs `channel:manage:polls`.
   *
   * Source: Twitch API Reference, Create Poll.
   *
   * @param ms How long it lasts, in milliseconds: 15 s to 30 minutes.
   * @throws whatever {@linkcode TwitchRequests.request} throws.
   */
  async createPoll(
    broadcasterId: string,
    title: string,
    choices: readonly string[],
    ms: number,
    { signal }: TwitchCallOptions = {},
  ): Promise<TwitchPoll> {
    const body = {
      broadcaster_id: broadcasterId,
      title,
      choices: choices.map((title) => ({ title })),
      duration: Math.round(ms / 1_000),
    };
    return first((await this.request("POST /polls", { body, signal })).data, "POST /polls");
  }

  /**
   * Ends a poll; needs `channel:manage:polls`.
   *
   * Source: Twitch API Reference, End Poll.
   *
   * @param status `TERMINATED`: its result is shown; `ARCHIVED`: it is hidden.
   * @throws whatever {@linkcode TwitchRequests.request} throws.
   */
  async endPoll(
    broadcasterId: string,
    pollId: string,
    status: "ARCHIVED" | "TERMINATED",
    { signal }: TwitchCallOptions = {},
  ): Promise<TwitchPoll> {
    const body = { broadcaster_id: broadcasterId, id: pollId, status };
    return first((await this.request("PATCH /polls", { body, signal })).data, "PATCH /polls");
  }

  /**
   * Begins a prediction; needs `channel:manage:predictions`.
   *
   * Source: Twitch API Reference, Create Prediction.
   *
   * @param ms How long one may predict, in milliseconds: 30 s to 30 minutes.
   * @throws whatever {@linkcode TwitchRequests.request} throws.
   */
  async createPrediction(
    broadcasterId: string,
    title: string,
    outcomes: readonly string[],
    ms: number,
    { signal }: TwitchCallOptions = {},
  ): Promise<TwitchPrediction> {
    const body = {
      broadcaster_id: broadcasterId,
      title,
      outcomes: outcomes.map((title) => ({ title })),
      prediction_window: Math.round(ms / 1_000),
    };
    return first((await this.request("POST /predictions", { body, signal })).data, "POST /predictions");
  }

  /**
   * Ends a prediction, or locks it; needs `channel:manage:predictions`.
   *
   * Source: Twitch API Reference, End Prediction.
   *
   * @param end Which outcome has come true, by its id; or `CANCELED`: points are given back, `LOCKED`: nobody can predict
   * any more.
   * @throws whatever {@linkcode TwitchRequests.request} throws.
   */
  async endPrediction(
    broadcasterId: string,
    predictionId: string,
    end: "CANCELED" | "LOCKED" | { readonly outcome: string },
    { signal }: TwitchCallOptions = {},
  ): Promise<TwitchPrediction> {
    const body = {
      broadcaster_id: broadcasterId,
      id: predictionId,
      ...(typeof end === "string"
        ? { status: end }
        : { status: "RESOLVED" as const, winning_outcome_id: end.outcome }),
    };
    return first((await this.request("PATCH /predictions", { body, signal })).data, "PATCH /predictions");
  }
}
