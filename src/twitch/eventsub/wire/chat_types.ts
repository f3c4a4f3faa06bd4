import type {
  EventSubAccount,
  EventSubAmount,
  EventSubBadge,
  EventSubBroadcaster,
  EventSubMaybeAccount,
  EventSubModerator,
  EventSubText,
} from "./common_types.ts";

/** Who said it. */
export interface EventSubChatter extends EventSubAccount<"chatter_"> {
  readonly color: string;
  readonly badges: readonly EventSubBadge[];
}

/** Where it was said first, in a chat that several channels share; null elsewhere. */
export interface EventSubSharedChat extends EventSubMaybeAccount<"source_broadcaster_"> {
  readonly source_message_id: string | null;
  readonly source_badges: readonly EventSubBadge[] | null;
}

/** A message in a channel's chat. */
export interface EventSubChatMessage extends EventSubBroadcaster, EventSubChatter, EventSubSharedChat {
  readonly message_id: string;
  readonly message: EventSubText;
  readonly message_type:
    | "text"
    | "channel_points_highlighted"
    | "channel_points_sub_only"
    | "user_intro"
    | "power_ups_message_effect"
    | "power_ups_gigantified_emote";
  readonly cheer: { readonly bits: number } | null;
  readonly reply:
    | (EventSubAccount<"parent_"> & EventSubAccount<"thread_"> & {
      readonly parent_message_id: string;
      readonly parent_message_body: string;
      readonly thread_message_id: string;
    })
    | null;
  readonly channel_points_custom_reward_id: string | null;
  readonly channel_points_animation_id: string | null;
  readonly is_source_only: boolean | null;
}

interface Gifter extends EventSubMaybeAccount<"gifter_"> {
  readonly gifter_is_anonymous: boolean;
}

/** What is told of what happened, by its name; all but one are null. */
interface NoticeDetails {
  readonly sub: { readonly sub_tier: string; readonly is_prime: boolean; readonly duration_months: number };
  readonly resub: Partial<Gifter> & {
    readonly cumulative_months: number;
    readonly duration_months: number;
    readonly streak_months: number | null;
    readonly sub_tier: string;
    readonly is_prime: boolean;
    readonly is_gift: boolean;
  };
  readonly sub_gift: EventSubAccount<"recipient_"> & {
    readonly duration_months: number;
    readonly cumulative_total: number | null;
    readonly sub_tier: string;
    readonly community_gift_id: string | null;
  };
  readonly community_sub_gift: {
    readonly id: string;
    readonly total: number;
    readonly sub_tier: string;
    readonly cumulative_total: number | null;
  };
  readonly gift_paid_upgrade: Gifter;
  readonly prime_paid_upgrade: { readonly sub_tier: string };
  readonly pay_it_forward: Gifter;
  readonly raid: EventSubAccount & { readonly viewer_count: number; readonly profile_image_url: string };
  readonly announcement: { readonly color: string };
  readonly unraid: Readonly<Record<string, never>>;
  readonly bits_badge_tier: { readonly tier: number };
  readonly charity_donation: { readonly charity_name: string; readonly amount: EventSubAmount };
}

/** Something that happened in a chat and is no message: a subscription, a raid, an announcement, … */
export type EventSubChatNotice =
  & EventSubBroadcaster
  & EventSubChatter
  & Partial<EventSubSharedChat>
  & {
    readonly chatter_is_anonymous: boolean;
    readonly system_message: string;
    readonly message_id: string;
    readonly message: EventSubText;
    /** What happened, and under what name more is told. */
    readonly notice_type: keyof NoticeDetails | `shared_chat_${keyof NoticeDetails}`;
  }
  & { readonly [Name in keyof NoticeDetails]: NoticeDetails[Name] | null }
  & { readonly [Name in keyof NoticeDetails as `shared_chat_${Name}`]?: NoticeDetails[Name] | null };

/** What is told of what a moderator did, by its name; all but one are null. */
interface ModerationDetails {
  readonly followers: { readonly follow_duration_minutes: number };
  readonly slow: { readonly wait_time_seconds: number };
  readonly vip: EventSubAccount;
  readonly unvip: EventSubAccount;
  readonly mod: EventSubAccount;
  readonly unmod: EventSubAccount;
  readonly ban: EventSubAccount & { readonly reason: string | null };
  readonly unban: EventSubAccount;
  readonly timeout: EventSubAccount & { readonly reason: string | null; readonly expires_at: string };
  readonly untimeout: EventSubAccount;
  readonly raid: EventSubAccount & { readonly viewer_count: number };
  readonly unraid: EventSubAccount;
  readonly delete: EventSubAccount & { readonly message_id: string; readonly message_body: string };
  readonly automod_terms: {
    readonly action: "add" | "remove";
    readonly list: "blocked" | "permitted";
    readonly terms: readonly string[];
    readonly from_automod: boolean;
  };
  readonly unban_request: EventSubAccount & {
    readonly is_approved: boolean;
    readonly moderator_message: string;
  };
}

/** What is told so of what moderators do in a chat that several channels share. */
type SharedModeration = "ban" | "unban" | "timeout" | "untimeout" | "delete";

/** Something that a moderator did. */
export type EventSubModeration =
  & EventSubBroadcaster
  & EventSubModerator
  & Partial<EventSubMaybeAccount<"source_broadcaster_">>
  & {
    /** What was done, and under what name more is told, if there is more. */
    readonly action:
      | keyof ModerationDetails
      | `shared_chat_${SharedModeration}`
      | "warn"
      | "clear"
      | "emoteonly"
      | "emoteonlyoff"
      | "followersoff"
      | "slowoff"
      | "subscribers"
      | "subscribersoff"
      | "uniquechat"
      | "uniquechatoff"
      | "add_blocked_term"
      | "add_permitted_term"
      | "remove_blocked_term"
      | "remove_permitted_term"
      | "approve_unban_request"
      | "deny_unban_request";
    /** Of version 2. */
    readonly warn?:
      | (EventSubAccount & {
        readonly reason: string | null;
        readonly chat_rules_cited: readonly string[] | null;
      })
      | null;
  }
  & { readonly [Name in keyof ModerationDetails]: ModerationDetails[Name] | null }
  & { readonly [Name in SharedModeration as `shared_chat_${Name}`]?: ModerationDetails[Name] | null };
