/** A list, as Twitch's API answers with it. */
export interface TwitchList<Item> {
  readonly data: readonly Item[];
}

/** A part of a list, and how to go on. */
export interface TwitchPage<Item> extends TwitchList<Item> {
  /** `cursor` is what `after` takes; there is none at the end. */
  readonly pagination?: { readonly cursor?: string };
  readonly total?: number;
}

/** Which part of a list. */
interface Paged {
  /** How many at most, 1 to 100. */
  readonly first?: number;
  /** The cursor of the part before. */
  readonly after?: string;
}

interface ByBroadcaster {
  readonly broadcaster_id: string;
}

interface ByModerator extends ByBroadcaster {
  readonly moderator_id: string;
}

/** An account. */
export interface TwitchApiUser {
  readonly id: string;
  readonly login: string;
  readonly display_name: string;
  readonly type: "" | "admin" | "global_mod" | "staff";
  readonly broadcaster_type: "" | "affiliate" | "partner";
  readonly description: string;
  readonly profile_image_url: string;
  readonly offline_image_url: string;
  readonly created_at: string;
  /** With the scope `user:read:email` only. */
  readonly email?: string;
}

/** An account, as lists name it. */
export interface TwitchApiUserName {
  readonly user_id: string;
  readonly user_login: string;
  readonly user_name: string;
}

/** What became of a message that was sent. */
export interface TwitchSentMessage {
  readonly message_id: string;
  readonly is_sent: boolean;
  /** Why it was not. */
  readonly drop_reason?: { readonly code: string; readonly message: string } | null;
}

/** A ban or a time-out. */
export interface TwitchBan extends ByModerator {
  readonly user_id: string;
  readonly created_at: string;
  /** Null for a ban. */
  readonly end_time: string | null;
}

/** Who may say what in a channel. */
export interface TwitchChatSettings {
  readonly broadcaster_id: string;
  readonly emote_mode: boolean;
  readonly follower_mode: boolean;
  /** In minutes; null where it is off. */
  readonly follower_mode_duration: number | null;
  readonly slow_mode: boolean;
  /** In seconds; null where it is off. */
  readonly slow_mode_wait_time: number | null;
  readonly subscriber_mode: boolean;
  readonly unique_chat_mode: boolean;
  /** To moderators only. */
  readonly non_moderator_chat_delay?: boolean;
  readonly non_moderator_chat_delay_duration?: number | null;
}

/** A channel. */
export interface TwitchApiChannel {
  readonly broadcaster_id: string;
  readonly broadcaster_login: string;
  readonly broadcaster_name: string;
  readonly broadcaster_language: string;
  readonly game_id: string;
  readonly game_name: string;
  readonly title: string;
  readonly delay: number;
  readonly tags: readonly string[];
  readonly content_classification_labels: readonly string[];
  readonly is_branded_content: boolean;
}

/** A stream that is live. */
export interface TwitchApiStream extends TwitchApiUserName {
  readonly id: string;
  readonly game_id: string;
  readonly game_name: string;
  readonly type: "live" | "";
  readonly title: string;
  readonly tags: readonly string[];
  readonly viewer_count: number;
  readonly started_at: string;
  readonly language: string;
  readonly thumbnail_url: string;
  readonly is_mature: boolean;
}

/** The versions of a badge. */
export interface TwitchBadgeSet {
  readonly set_id: string;
  readonly versions: readonly {
    readonly id: string;
    readonly image_url_1x: string;
    readonly image_url_2x: string;
    readonly image_url_4x: string;
    readonly title: string;
    readonly description: string;
    readonly click_action: string | null;
    readonly click_url: string | null;
  }[];
}

/** An emote of a channel, a set, or all of Twitch. */
export interface TwitchApiEmote {
  readonly id: string;
  readonly name: string;
  readonly format: readonly ("static" | "animated")[];
  readonly scale: readonly ("1.0" | "2.0" | "3.0")[];
  readonly theme_mode: readonly ("light" | "dark")[];
  readonly emote_type?: string;
  readonly emote_set_id?: string;
  readonly owner_id?: string;
  readonly tier?: string;
}

/** A cheermote and its tiers. */
export interface TwitchCheermote {
  readonly prefix: string;
  readonly tiers: readonly {
    readonly min_bits: number;
    readonly id: string;
    readonly color: string;
    readonly images: Record<string, Record<string, Record<string, string>>>;
    readonly can_cheer: boolean;
    readonly show_in_bits_card: boolean;
  }[];
  readonly type: string;
  readonly order: number;
  readonly last_updated: string;
  readonly is_charitable: boolean;
}

/** A reward that viewers redeem with a channel's points. */
export interface TwitchReward {
  readonly id: string;
  readonly broadcaster_id: string;
  readonly title: string;
  readonly prompt: string;
  readonly cost: number;
  readonly is_enabled: boolean;
  readonly is_paused: boolean;
  readonly is_in_stock: boolean;
  readonly is_user_input_required: boolean;
  readonly background_color: string;
}

/** What a reward is made of. */
export interface TwitchRewardInput {
  readonly title: string;
  readonly cost: number;
  readonly prompt?: string;
  readonly is_enabled?: boolean;
  readonly is_paused?: boolean;
  readonly background_color?: string;
  readonly is_user_input_required?: boolean;
  readonly is_max_per_stream_enabled?: boolean;
  readonly max_per_stream?: number;
  readonly is_max_per_user_per_stream_enabled?: boolean;
  readonly max_per_user_per_stream?: number;
  readonly is_global_cooldown_enabled?: boolean;
  readonly global_cooldown_seconds?: number;
  readonly should_redemptions_skip_request_queue?: boolean;
}

/** A reward that was redeemed. */
export interface TwitchRedemption extends TwitchApiUserName {
  readonly id: string;
  readonly broadcaster_id: string;
  readonly user_input: string;
  readonly status: "UNFULFILLED" | "FULFILLED" | "CANCELED";
  readonly redeemed_at: string;
  readonly reward: Pick<TwitchReward, "id" | "title" | "prompt" | "cost">;
}

/** A poll. */
export interface TwitchPoll {
  readonly id: string;
  readonly broadcaster_id: string;
  readonly title: string;
  readonly choices: readonly {
    readonly id: string;
    readonly title: string;
    readonly votes: number;
    readonly channel_points_votes: number;
  }[];
  readonly status: "ACTIVE" | "COMPLETED" | "TERMINATED" | "ARCHIVED" | "MODERATED" | "INVALID";
  readonly duration: number;
  readonly started_at: string;
  readonly ended_at: string | null;
}

/** A prediction. */
export interface TwitchPrediction {
  readonly id: string;
  readonly broadcaster_id: string;
  readonly title: string;
  readonly winning_outcome_id: string | null;
  readonly outcomes: readonly {
    readonly id: string;
    readonly title: string;
    readonly users: number;
    readonly channel_points: number;
    readonly color: string;
  }[];
  readonly prediction_window: number;
  readonly status: "ACTIVE" | "LOCKED" | "RESOLVED" | "CANCELED";
  readonly created_at: string;
  readonly ended_at: string | null;
  readonly locked_at: string | null;
}

/** A clip. */
export interface TwitchClip {
  readonly id: string;
  readonly url: string;
  readonly embed_url: string;
  readonly broadcaster_id: string;
  readonly broadcaster_name: string;
  readonly creator_id: string;
  readonly creator_name: string;
  readonly video_id: string;
  readonly game_id: string;
  readonly language: string;
  readonly title: string;
  readonly view_count: number;
  readonly created_at: string;
  readonly thumbnail_url: string;
  readonly duration: number;
}

/** How a subscription's events come. */
export type TwitchEventSubTransport =
  | { readonly method: "websocket"; readonly session_id: string }
  | { readonly method: "webhook"; readonly callback: string; readonly secret: string }
  | { readonly method: "conduit"; readonly conduit_id: string };

/** A subscription to events. */
export interface TwitchEventSubSubscription {
  readonly id: string;
  readonly status: string;
  readonly type: string;
  readonly version: string;
  readonly condition: Readonly<Record<string, string>>;
  readonly created_at: string;
  readonly transport: Readonly<Record<string, string>>;
  readonly cost: number;
}

/** All subscriptions, and what they cost. */
export interface TwitchEventSubPage extends TwitchPage<TwitchEventSubSubscription> {
  readonly total: number;
  readonly total_cost: number;
  readonly max_total_cost: number;
}

/**
 * What endpoints take and answer; a `body` is sent as JSON.
 *
 * Source: [Twitch API Reference](https://dev.twitch.tv/docs/api/reference/), as of November 2026.
 */
export interface TwitchEndpoints {
  "GET /users": {
    query?: { readonly id?: string | readonly string[]; readonly login?: string | readonly string[] };
    result: TwitchList<TwitchApiUser>;
  };
  "PUT /users": { query: { readonly description: string }; result: TwitchList<TwitchApiUser> };
  "GET /channels": {
    query: { readonly broadcaster_id: string | readonly string[] };
    result: TwitchList<TwitchApiChannel>;
  };
  "PATCH /channels": {
    query: ByBroadcaster;
    body: {
      readonly game_id?: string;
      readonly broadcaster_language?: string;
      readonly title?: string;
      readonly delay?: number;
      readonly tags?: readonly string[];
      readonly is_branded_content?: boolean;
    };
    result: undefined;
  };
  "GET /channels/followers": {
    query: ByBroadcaster & Paged & { readonly user_id?: string };
    result: TwitchPage<TwitchApiUserName & { readonly followed_at: string }>;
  };
  "GET /channels/vips": {
    query: ByBroadcaster & Paged & { readonly user_id?: string | readonly string[] };
    result: TwitchPage<TwitchApiUserName>;
  };
  "POST /channels/vips": { query: ByBroadcaster & { readonly user_id: string }; result: undefined };
  "DELETE /channels/vips": { query: ByBroadcaster & { readonly user_id: string }; result: undefined };
  "GET /streams": {
    query?: Paged & {
      readonly user_id?: string | readonly string[];
      readonly user_login?: string | readonly string[];
      readonly game_id?: string | readonly string[];
      readonly type?: "all" | "live";
      readonly language?: string | readonly string[];
    };
    result: TwitchPage<TwitchApiStream>;
  };
  "POST /streams/markers": {
    body: { readonly user_id: string; readonly description?: string };
    result: TwitchList<{
      readonly id: string;
      readonly created_at: string;
      readonly description: string;
      readonly position_seconds: number;
    }>;
  };
  "GET /clips": {
    query: Paged & {
      readonly broadcaster_id?: string;
      readonly game_id?: string;
      readonly id?: string | readonly string[];
      readonly started_at?: string;
      readonly ended_at?: string;
      readonly is_featured?: boolean;
    };
    result: TwitchPage<TwitchClip>;
  };
  "POST /clips": {
    query: ByBroadcaster & { readonly title?: string; readonly duration?: number };
    result: TwitchList<{ readonly id: string; readonly edit_url: string }>;
  };
  "POST /raids": {
    query: { readonly from_broadcaster_id: string; readonly to_broadcaster_id: string };
    result: TwitchList<{ readonly created_at: string; readonly is_mature: boolean }>;
  };
  "DELETE /raids": { query: ByBroadcaster; result: undefined };
  "GET /chat/chatters": { query: ByModerator & Paged; result: TwitchPage<TwitchApiUserName> };
  "POST /chat/messages": {
    body: {
      readonly broadcaster_id: string;
      readonly sender_id: string;
      readonly message: string;
      readonly reply_parent_message_id?: string;
      readonly for_source_only?: boolean;
    };
    result: TwitchList<TwitchSentMessage>;
  };
  "POST /chat/announcements": {
    query: ByModerator;
    body: { readonly message: string; readonly color?: "blue" | "green" | "orange" | "purple" | "primary" };
    result: undefined;
  };
  "POST /chat/shoutouts": {
    query: {
      readonly from_broadcaster_id: string;
      readonly to_broadcaster_id: string;
      readonly moderator_id: string;
    };
    result: undefined;
  };
  "GET /chat/settings": {
    query: ByBroadcaster & { readonly moderator_id?: string };
    result: TwitchList<TwitchChatSettings>;
  };
  "PATCH /chat/settings": {
    query: ByModerator;
    body: Partial<Omit<TwitchChatSettings, "broadcaster_id">>;
    result: TwitchList<TwitchChatSettings>;
  };
  "GET /chat/badges": { query: ByBroadcaster; result: TwitchList<TwitchBadgeSet> };
  "GET /chat/badges/global": { result: TwitchList<TwitchBadgeSet> };
  "GET /chat/emotes": {
    query: ByBroadcaster;
    result: TwitchList<TwitchApiEmote> & { readonly template: string };
  };
  "GET /chat/emotes/global": { result: TwitchList<TwitchApiEmote> & { readonly template: string } };
  "GET /chat/emotes/set": {
    query: { readonly emote_set_id: string | readonly string[] };
    result: TwitchList<TwitchApiEmote> & { readonly template: string };
  };
  "GET /chat/color": {
    query: { readonly user_id: string | readonly string[] };
    result: TwitchList<TwitchApiUserName & { readonly color: string }>;
  };
  "PUT /chat/color": { query: { readonly user_id: string; readonly color: string }; result: undefined };
  "GET /bits/cheermotes": {
    query?: { readonly broadcaster_id?: string };
    result: TwitchList<TwitchCheermote>;
  };
  "GET /moderation/banned": {
    query: ByBroadcaster & Paged & { readonly user_id?: string | readonly string[] };
    result: TwitchPage<
      TwitchApiUserName & {
        readonly expires_at: string;
        readonly created_at: string;
        readonly reason: string;
        readonly moderator_id: string;
        readonly moderator_login: string;
        readonly moderator_name: string;
      }
    >;
  };
  "POST /moderation/bans": {
    query: ByModerator;
    body: {
      readonly data: { readonly user_id: string; readonly duration?: number; readonly reason?: string };
    };
    result: TwitchList<TwitchBan>;
  };
  "DELETE /moderation/bans": { query: ByModerator & { readonly user_id: string }; result: undefined };
  "POST /moderation/warnings": {
    query: ByModerator;
    body: { readonly data: { readonly user_id: string; readonly reason: string } };
    result: TwitchList<ByModerator & { readonly user_id: string; readonly reason: string }>;
  };
  "DELETE /moderation/chat": { query: ByModerator & { readonly message_id?: string }; result: undefined };
  "GET /moderation/moderators": {
    query: ByBroadcaster & Paged & { readonly user_id?: string | readonly string[] };
    result: TwitchPage<TwitchApiUserName>;
  };
  "POST /moderation/moderators": { query: ByBroadcaster & { readonly user_id: string }; result: undefined };
  "DELETE /moderation/moderators": { query: ByBroadcaster & { readonly user_id: string }; result: undefined };
  "GET /moderation/channels": {
    query: Paged & { readonly user_id: string };
    result: TwitchPage<{
      readonly broadcaster_id: string;
      readonly broadcaster_login: string;
      readonly broadcaster_name: string;
    }>;
  };
  "GET /moderation/blocked_terms": {
    query: ByModerator & Paged;
    result: TwitchPage<
      ByModerator & { readonly id: string; readonly text: string; readonly expires_at: string | null }
    >;
  };
  "POST /moderation/blocked_terms": {
    query: ByModerator;
    body: { readonly text: string };
    result: TwitchList<ByModerator & { readonly id: string; readonly text: string }>;
  };
  "DELETE /moderation/blocked_terms": { query: ByModerator & { readonly id: string }; result: undefined };
  "POST /moderation/automod/message": {
    body: { readonly user_id: string; readonly msg_id: string; readonly action: "ALLOW" | "DENY" };
    result: undefined;
  };
  "GET /moderation/shield_mode": {
    query: ByModerator;
    result: TwitchList<{ readonly is_active: boolean; readonly last_activated_at: string }>;
  };
  "PUT /moderation/shield_mode": {
    query: ByModerator;
    body: { readonly is_active: boolean };
    result: TwitchList<{ readonly is_active: boolean; readonly last_activated_at: string }>;
  };
  "POST /whispers": {
    query: { readonly from_user_id: string; readonly to_user_id: string };
    body: { readonly message: string };
    result: undefined;
  };
  "GET /channel_points/custom_rewards": {
    query: ByBroadcaster & {
      readonly id?: string | readonly string[];
      readonly only_manageable_rewards?: boolean;
    };
    result: TwitchList<TwitchReward>;
  };
  "POST /channel_points/custom_rewards": {
    query: ByBroadcaster;
    body: TwitchRewardInput;
    result: TwitchList<TwitchReward>;
  };
  "PATCH /channel_points/custom_rewards": {
    query: ByBroadcaster & { readonly id: string };
    body: Partial<TwitchRewardInput>;
    result: TwitchList<TwitchReward>;
  };
  "DELETE /channel_points/custom_rewards": {
    query: ByBroadcaster & { readonly id: string };
    result: undefined;
  };
  "GET /channel_points/custom_rewards/redemptions": {
    query: ByBroadcaster & Paged & {
      readonly reward_id: string;
      readonly status?: TwitchRedemption["status"];
      readonly id?: string | readonly string[];
      readonly sort?: "OLDEST" | "NEWEST";
    };
    result: TwitchPage<TwitchRedemption>;
  };
  "PATCH /channel_points/custom_rewards/redemptions": {
    query: ByBroadcaster & { readonly reward_id: string; readonly id: string | readonly string[] };
    body: { readonly status: "FULFILLED" | "CANCELED" };
    result: TwitchList<TwitchRedemption>;
  };
  "GET /polls": {
    query: ByBroadcaster & Paged & { readonly id?: string | readonly string[] };
    result: TwitchPage<TwitchPoll>;
  };
  "POST /polls": {
    body: {
      readonly broadcaster_id: string;
      readonly title: string;
      readonly choices: readonly { readonly title: string }[];
      readonly duration: number;
      readonly channel_points_voting_enabled?: boolean;
      readonly channel_points_per_vote?: number;
    };
    result: TwitchList<TwitchPoll>;
  };
  "PATCH /polls": {
    body: {
      readonly broadcaster_id: string;
      readonly id: string;
      readonly status: "TERMINATED" | "ARCHIVED";
    };
    result: TwitchList<TwitchPoll>;
  };
  "GET /predictions": {
    query: ByBroadcaster & Paged & { readonly id?: string | readonly string[] };
    result: TwitchPage<TwitchPrediction>;
  };
  "POST /predictions": {
    body: {
      readonly broadcaster_id: string;
      readonly title: string;
      readonly outcomes: readonly { readonly title: string }[];
      readonly prediction_window: number;
    };
    result: TwitchList<TwitchPrediction>;
  };
  "PATCH /predictions": {
    body: {
      readonly broadcaster_id: string;
      readonly id: string;
      readonly status: "RESOLVED" | "CANCELED" | "LOCKED";
      readonly winning_outcome_id?: string;
    };
    result: TwitchList<TwitchPrediction>;
  };
  "GET /subscriptions": {
    query: ByBroadcaster & Paged & { readonly user_id?: string | readonly string[] };
    result:
      & TwitchPage<
        TwitchApiUserName & {
          readonly tier: "1000" | "2000" | "3000";
          readonly plan_name: string;
          readonly is_gift: boolean;
          readonly gifter_id: string;
        }
      >
      & { readonly points: number };
  };
  "GET /eventsub/subscriptions": {
    query?: {
      readonly status?: string;
      readonly type?: string;
      readonly user_id?: string;
      readonly subscription_id?: string;
      readonly after?: string;
    };
    result: TwitchEventSubPage;
  };
  "POST /eventsub/subscriptions": {
    body: {
      readonly type: string;
      readonly version: string;
      readonly condition: Readonly<Record<string, string>>;
      readonly transport: TwitchEventSubTransport;
    };
    result: TwitchEventSubPage;
  };
  "DELETE /eventsub/subscriptions": { query: { readonly id: string }; result: undefined };
  "GET /eventsub/conduits": { result: TwitchList<{ readonly id: string; readonly shard_count: number }> };
  "POST /eventsub/conduits": {
    body: { readonly shard_count: number };
    result: TwitchList<{ readonly id: string; readonly shard_count: number }>;
  };
  "PATCH /eventsub/conduits": {
    body: { readonly id: string; readonly shard_count: number };
    result: TwitchList<{ readonly id: string; readonly shard_count: number }>;
  };
  "DELETE /eventsub/conduits": { query: { readonly id: string }; result: undefined };
}

/** An endpoint, as Twitch's reference writes it. */
export type TwitchEndpoint = keyof TwitchEndpoints;

/** What a request to an endpoint takes. */
export type TwitchRequestParts<Endpoint extends TwitchEndpoint> = Omit<TwitchEndpoints[Endpoint], "result">;

/** What an endpoint answers. */
export type TwitchResult<Endpoint extends TwitchEndpoint> = TwitchEndpoints[Endpoint]["result"];

/** The endpoints that answer with a part of a list. */
export type TwitchPagedEndpoint = {
  [Endpoint in TwitchEndpoint]: TwitchResult<Endpoint> extends TwitchPage<unknown>
    ? TwitchEndpoints[Endpoint] extends { query?: { readonly after?: string } } ? Endpoint : never
    : never;
}[TwitchEndpoint];

/** What is in such a list. */
export type TwitchItem<Endpoint extends TwitchPagedEndpoint> = TwitchResult<Endpoint> extends
  TwitchList<infer Item> ? Item : never;
