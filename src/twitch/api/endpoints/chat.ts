import type {
  ByBroadcaster,
  ByModerator,
  OneOrMore,
  Paged,
  TwitchApiUserName,
  TwitchList,
  TwitchPage,
} from "./shared.ts";

/** An emote of all of Twitch. */
export interface TwitchGlobalEmote {
  readonly id: string;
  readonly name: string;
  readonly images: { readonly url_1x: string; readonly url_2x: string; readonly url_4x: string };
  readonly format: readonly ("animated" | "static")[];
  readonly scale: readonly ("1.0" | "2.0" | "3.0")[];
  readonly theme_mode: readonly ("dark" | "light")[];
}

/** An emote of a set. */
export interface TwitchSetEmote extends TwitchGlobalEmote {
  readonly emote_type: "bitstier" | "follower" | "subscriptions";
  readonly emote_set_id: string;
  readonly owner_id: string;
}

/** An emote of a channel. */
export interface TwitchChannelEmote extends TwitchGlobalEmote {
  readonly tier: string;
  readonly emote_type: "bitstier" | "follower" | "subscriptions";
  readonly emote_set_id: string;
}

/** An emote of a channel, a set, or all of Twitch. */
export type TwitchApiEmote = TwitchGlobalEmote | TwitchChannelEmote | TwitchSetEmote;

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

/** Who may say what in a channel. */
export interface TwitchChatSettings {
  readonly broadcaster_id: string;
  readonly emote_mode: boolean;
  readonly follower_mode: boolean;
  /** In minutes; null where it is off. */
  readonly follower_mode_duration: number | null;
  /** With a moderator's token only, as the delay is. */
  readonly moderator_id?: string;
  readonly non_moderator_chat_delay?: boolean;
  readonly non_moderator_chat_delay_duration?: number | null;
  readonly slow_mode: boolean;
  /** In seconds; null where it is off. */
  readonly slow_mode_wait_time: number | null;
  readonly subscriber_mode: boolean;
  readonly unique_chat_mode: boolean;
}

/** The color of somebody's name. */
export interface TwitchUserChatColor extends TwitchApiUserName {
  /** `#9146FF`; empty where none was chosen. */
  readonly color: string;
}

/** What became of a message that was sent. */
export interface TwitchSentMessage {
  readonly message_id: string;
  readonly is_sent: boolean;
  /** Why it was not. */
  readonly drop_reason?: { readonly code: string; readonly message: string } | null;
}

/** Chat: what the endpoints take and answer. */
export interface TwitchChatEndpoints {
  "GET /chat/chatters": {
    query: ByModerator & Paged;
    result: TwitchPage<TwitchApiUserName> & { readonly total: number };
  };
  "GET /chat/emotes": {
    query: ByBroadcaster;
    result: TwitchList<TwitchChannelEmote> & { readonly template: string };
  };
  "GET /chat/emotes/global": { result: TwitchList<TwitchGlobalEmote> & { readonly template: string } };
  "GET /chat/emotes/set": {
    query: { readonly emote_set_id: OneOrMore };
    result: TwitchList<TwitchSetEmote> & { readonly template: string };
  };
  "GET /chat/badges": { query: ByBroadcaster; result: TwitchList<TwitchBadgeSet> };
  "GET /chat/badges/global": { result: TwitchList<TwitchBadgeSet> };
  "GET /chat/settings": {
    query: ByBroadcaster & { readonly moderator_id?: string };
    result: TwitchList<TwitchChatSettings>;
  };
  "PATCH /chat/settings": {
    query: ByModerator;
    body: {
      readonly emote_mode?: boolean;
      readonly follower_mode?: boolean;
      readonly follower_mode_duration?: number;
      readonly non_moderator_chat_delay?: boolean;
      readonly non_moderator_chat_delay_duration?: number;
      readonly slow_mode?: boolean;
      readonly slow_mode_wait_time?: number;
      readonly subscriber_mode?: boolean;
      readonly unique_chat_mode?: boolean;
    };
    result: TwitchList<TwitchChatSettings>;
  };
  "GET /shared_chat/session": {
    query: ByBroadcaster;
    result: TwitchList<
      {
        readonly session_id: string;
        readonly host_broadcaster_id: string;
        readonly participants: readonly { readonly broadcaster_id: string }[];
        readonly created_at: string;
        readonly updated_at: string;
      }
    >;
  };
  "GET /chat/emotes/user": {
    query: { readonly user_id: string; readonly after?: string; readonly broadcaster_id?: string };
    result:
      & TwitchPage<
        {
          readonly id: string;
          readonly name: string;
          readonly emote_type: string;
          readonly emote_set_id: string;
          readonly owner_id: string;
          readonly format: readonly string[];
          readonly scale: readonly string[];
          readonly theme_mode: readonly string[];
        }
      >
      & { readonly template: string };
  };
  "POST /chat/announcements": {
    query: ByModerator;
    body: {
      readonly message: string;
      readonly color?: "blue" | "green" | "orange" | "purple" | "primary";
      readonly for_source_only?: boolean;
    };
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
  "GET /chat/color": { query: { readonly user_id: OneOrMore }; result: TwitchList<TwitchUserChatColor> };
  "PUT /chat/color": { query: { readonly user_id: string; readonly color: string }; result: undefined };
}
