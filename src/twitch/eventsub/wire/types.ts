import type { EventSubChatMessage, EventSubChatNotice, EventSubModeration } from "./chat_types.ts";
import type {
  EventSubAccount as Account,
  EventSubAmount as Amount,
  EventSubBroadcaster as Broadcaster,
  EventSubMaybeAccount as MaybeAccount,
  EventSubModerator as Moderator,
  EventSubText as Message,
} from "./common_types.ts";

interface SubscriptionMessage {
  readonly text: string;
  readonly emotes: readonly { readonly begin: number; readonly end: number; readonly id: string }[] | null;
}

interface Poll extends Broadcaster {
  readonly id: string;
  readonly title: string;
  readonly choices: readonly {
    readonly id: string;
    readonly title: string;
    readonly bits_votes?: number;
    readonly channel_points_votes?: number;
    readonly votes?: number;
  }[];
  /** Twitch has it no more: it is off. */
  readonly bits_voting: { readonly is_enabled: boolean; readonly amount_per_vote: number };
  readonly channel_points_voting: { readonly is_enabled: boolean; readonly amount_per_vote: number };
  readonly started_at: string;
}

interface Prediction extends Broadcaster {
  readonly id: string;
  readonly title: string;
  readonly outcomes: readonly {
    readonly id: string;
    readonly title: string;
    readonly color: "pink" | "blue";
    readonly users?: number;
    readonly channel_points?: number;
    readonly top_predictors?:
      | readonly (Account & {
        readonly channel_points_won: number | null;
        readonly channel_points_used: number;
      })[]
      | null;
  }[];
  readonly started_at: string;
}

interface HypeTrain extends Broadcaster {
  readonly id: string;
  readonly level: number;
  readonly total: number;
  readonly top_contributions: readonly (Account & { readonly type: string; readonly total: number })[] | null;
  readonly started_at: string;
  readonly type: "treasure" | "golden_kappa" | "regular";
  readonly is_shared_train: boolean;
  readonly shared_train_participants: readonly Broadcaster[] | null;
}

interface HypeTrainProgress extends HypeTrain {
  readonly progress: number;
  readonly goal: number;
  readonly expires_at: string;
}

interface Goal extends Broadcaster {
  readonly id: string;
  readonly type: string;
  readonly description: string;
  readonly current_amount: number;
  readonly target_amount: number;
  readonly started_at: string;
}

interface Charity {
  readonly broadcaster_id: string;
  readonly broadcaster_login: string;
  readonly broadcaster_name: string;
  readonly id: string;
  readonly charity_name: string;
  readonly charity_description: string;
  readonly charity_logo: string;
  readonly charity_website: string;
  readonly current_amount: Amount;
  readonly target_amount: Amount;
}

interface Images {
  readonly url_1x: string;
  readonly url_2x: string;
  readonly url_4x: string;
}

interface Reward extends Broadcaster {
  readonly max_per_stream: { readonly is_enabled: boolean; readonly value: number };
  readonly max_per_user_per_stream: { readonly is_enabled: boolean; readonly value: number };
  readonly global_cooldown: { readonly is_enabled: boolean; readonly seconds: number };
  readonly cooldown_expires_at: string | null;
  readonly redemptions_redeemed_current_stream: number | null;
  readonly image: Images | null;
  readonly default_image: Images;
  readonly id: string;
  readonly is_enabled: boolean;
  readonly is_paused: boolean;
  readonly is_in_stock: boolean;
  readonly title: string;
  readonly cost: number;
  readonly prompt: string;
  readonly is_user_input_required: boolean;
  readonly should_redemptions_skip_request_queue: boolean;
  readonly background_color: string;
}

interface Redemption extends Broadcaster, Account {
  readonly id: string;
  readonly user_input: string;
  readonly status: "unknown" | "unfulfilled" | "fulfilled" | "canceled";
  readonly reward: {
    readonly id: string;
    readonly title: string;
    readonly cost: number;
    readonly prompt: string;
  };
  readonly redeemed_at: string;
}

interface AutomaticRedemption extends Broadcaster, Account {
  readonly id: string;
  readonly reward: {
    readonly type: string;
    /** Of version 2, as the emote is. */
    readonly channel_points?: number;
    readonly emote?: { readonly id: string; readonly name: string } | null;
    /** Of version 1, as the unlocked emote is. */
    readonly cost?: number;
    readonly unlocked_emote?: { readonly id: string; readonly name: string } | null;
  };
  readonly message: {
    readonly text: string;
    /** Of version 2. */
    readonly fragments?: Message["fragments"];
    /** Of version 1. */
    readonly emotes?: SubscriptionMessage["emotes"];
  } | null;
  /** Of version 1. */
  readonly user_input?: string;
  readonly redeemed_at: string;
}

interface Span {
  readonly start_pos: number;
  readonly end_pos: number;
}

interface HeldMessage extends Broadcaster, Account {
  readonly message_id: string;
  readonly message: Message;
  readonly held_at: string;
  /** Of version 1, as the level is. */
  readonly category?: string;
  readonly level?: number;
  /** Of version 2, as what follows is. */
  readonly reason?: "automod" | "blocked_term";
  readonly automod?: {
    readonly category: string;
    readonly level: number;
    readonly boundaries: readonly Span[];
  } | null;
  readonly blocked_term?: {
    readonly terms_found: readonly (Account<"owner_broadcaster_"> & {
      readonly term_id: string;
      readonly boundary: Span;
    })[];
  } | null;
}

interface AdBreak extends Broadcaster, Account<"requester_"> {
  readonly duration_seconds: number;
  readonly started_at: string;
  readonly is_automatic: boolean;
}

interface SuspiciousUser extends Broadcaster, Account {
  readonly low_trust_status: "none" | "active_monitoring" | "restricted";
}

interface UnbanRequest extends Broadcaster, Account {
  readonly id: string;
}

interface ShieldMode extends Broadcaster, Moderator {}

interface SharedChatSession extends Broadcaster, Account<"host_broadcaster_"> {
  readonly session_id: string;
}

interface CustomPowerUp extends Broadcaster, Account {
  readonly id: string;
  readonly user_input: string;
  readonly status: Redemption["status"];
  readonly custom_power_up: {
    readonly id: string;
    readonly title: string;
    readonly bits: number;
    readonly prompt: string;
  };
  readonly redeemed_at: string;
}

/**
 * What is told of each type of event.
 *
 * Source: [EventSub subscription types](https://dev.twitch.tv/docs/eventsub/eventsub-subscription-types/), as of
 * November 2026.
 */
export interface EventSubTypes {
  "automod.message.hold": HeldMessage;
  "automod.message.update": HeldMessage & Moderator & { readonly status: "Approved" | "Denied" | "Expired" };
  "automod.settings.update": Broadcaster & Moderator & {
    readonly overall_level: number | null;
    readonly aggression: number;
    readonly bullying: number;
    readonly disability: number;
    readonly misogyny: number;
    readonly race_ethnicity_or_religion: number;
    readonly sex_based_terms: number;
    readonly sexuality_sex_or_gender: number;
    readonly swearing: number;
  };
  "automod.terms.update": Broadcaster & Moderator & {
    readonly action: string;
    readonly from_automod: boolean;
    readonly terms: readonly string[];
  };
  "channel.bits.use": Broadcaster & Account & {
    readonly bits: number;
    readonly type: "cheer" | "power_up" | "custom_power_up";
    readonly message: Message | null;
    readonly power_up: {
      readonly type: string;
      readonly emote: { readonly id: string; readonly name: string } | null;
      readonly message_effect_id: string | null;
    } | null;
  };
  "channel.update": Broadcaster & {
    readonly title: string;
    readonly language: string;
    readonly category_id: string;
    readonly category_name: string;
    readonly content_classification_labels: readonly string[];
  };
  "channel.follow": Broadcaster & Account & { readonly followed_at: string };
  "channel.ad_break.begin": AdBreak;
  "channel.chat.clear": Broadcaster;
  "channel.chat.clear_user_messages": Broadcaster & Account<"target_">;
  "channel.chat.message": EventSubChatMessage;
  "channel.chat.message_delete": Broadcaster & Account<"target_"> & { readonly message_id: string };
  "channel.chat.notification": EventSubChatNotice;
  "channel.chat_settings.update": Broadcaster & {
    readonly emote_mode: boolean;
    readonly follower_mode: boolean;
    readonly follower_mode_duration_minutes: number | null;
    readonly slow_mode: boolean;
    readonly slow_mode_wait_time_seconds: number | null;
    readonly subscriber_mode: boolean;
    readonly unique_chat_mode: boolean;
  };
  "channel.chat.user_message_hold": Broadcaster & Account & {
    readonly message_id: string;
    readonly message: Message;
  };
  "channel.chat.user_message_update": Broadcaster & Account & {
    readonly status: "approved" | "denied" | "invalid";
    readonly message_id: string;
    readonly message: Message;
  };
  "channel.shared_chat.begin": SharedChatSession & { readonly participants: readonly Broadcaster[] };
  "channel.shared_chat.update": SharedChatSession & { readonly participants: readonly Broadcaster[] };
  "channel.shared_chat.end": SharedChatSession;
  "channel.subscribe": Broadcaster & Account & { readonly tier: string; readonly is_gift: boolean };
  "channel.subscription.end": Broadcaster & Account & { readonly tier: string; readonly is_gift: boolean };
  "channel.subscription.gift": Broadcaster & MaybeAccount & {
    readonly total: number;
    readonly tier: string;
    readonly cumulative_total: number | null;
    readonly is_anonymous: boolean;
  };
  "channel.subscription.message": Broadcaster & Account & {
    readonly tier: string;
    readonly message: SubscriptionMessage;
    readonly cumulative_months: number;
    readonly streak_months: number | null;
    readonly duration_months: number;
  };
  "channel.cheer": Broadcaster & MaybeAccount & {
    readonly is_anonymous: boolean;
    readonly message: string;
    readonly bits: number;
  };
  "channel.raid": Account<"from_broadcaster_"> & Account<"to_broadcaster_"> & { readonly viewers: number };
  "channel.ban": Broadcaster & Account & Moderator & {
    readonly reason: string;
    readonly banned_at: string;
    readonly ends_at: string | null;
    readonly is_permanent: boolean;
  };
  "channel.unban": Broadcaster & Account & Moderator;
  "channel.unban_request.create": UnbanRequest & { readonly text: string; readonly created_at: string };
  "channel.unban_request.resolve": UnbanRequest & MaybeAccount<"moderator_"> & {
    readonly resolution_text: string | null;
    readonly status: "approved" | "denied" | "canceled";
  };
  "channel.moderate": EventSubModeration;
  "channel.moderator.add": Broadcaster & Account;
  "channel.moderator.remove": Broadcaster & Account;
  "channel.guest_star_session.begin": Broadcaster & Moderator & {
    readonly session_id: string;
    readonly started_at: string;
  };
  "channel.guest_star_session.end": Broadcaster & Account<"host_"> & MaybeAccount<"moderator_"> & {
    readonly session_id: string;
    readonly started_at: string;
    readonly ended_at: string;
  };
  "channel.guest_star_guest.update":
    & Broadcaster
    & Account<"host_">
    & MaybeAccount<"moderator_">
    & MaybeAccount<"guest_">
    & {
      readonly session_id: string;
      readonly slot_id: string | null;
      readonly state: string | null;
      readonly host_video_enabled: boolean | null;
      readonly host_audio_enabled: boolean | null;
      readonly host_volume: number | null;
    };
  "channel.guest_star_settings.update": Broadcaster & {
    readonly is_moderator_send_live_enabled: boolean;
    readonly slot_count: number;
    readonly is_browser_source_audio_enabled: boolean;
    readonly group_layout:
      | "tiled"
      | "screenshare"
      | "horizontal_top"
      | "horizontal_bottom"
      | "vertical_left"
      | "vertical_right";
  };
  "channel.channel_points_automatic_reward_redemption.add": AutomaticRedemption;
  "channel.channel_points_custom_reward.add": Reward;
  "channel.channel_points_custom_reward.update": Reward;
  "channel.channel_points_custom_reward.remove": Reward;
  "channel.channel_points_custom_reward_redemption.add": Redemption;
  "channel.channel_points_custom_reward_redemption.update": Redemption;
  "channel.custom_power_up_redemption.add": CustomPowerUp;
  "channel.poll.begin": Poll & { readonly ends_at: string };
  "channel.poll.progress": Poll & { readonly ends_at: string };
  "channel.poll.end": Poll & {
    readonly status: "completed" | "archived" | "terminated";
    readonly ended_at: string;
  };
  "channel.prediction.begin": Prediction & { readonly locks_at: string };
  "channel.prediction.progress": Prediction & { readonly locks_at: string };
  "channel.prediction.lock": Prediction & { readonly locked_at: string };
  "channel.prediction.end": Prediction & {
    readonly winning_outcome_id: string | null;
    readonly status: "resolved" | "canceled";
    readonly ended_at: string;
  };
  "channel.suspicious_user.message": SuspiciousUser & {
    readonly shared_ban_channel_ids: readonly string[] | null;
    readonly types: readonly string[];
    readonly ban_evasion_evaluation: "unknown" | "possible" | "likely";
    readonly message: Message & { readonly message_id: string };
  };
  "channel.suspicious_user.update": SuspiciousUser & Moderator;
  "channel.vip.add": Broadcaster & Account;
  "channel.vip.remove": Broadcaster & Account;
  "channel.warning.acknowledge": Broadcaster & Account;
  "channel.warning.send": Broadcaster & Account & Moderator & {
    readonly reason: string | null;
    readonly chat_rules_cited: readonly string[] | null;
  };
  "channel.charity_campaign.donate": Broadcaster & Account & {
    readonly id: string;
    readonly campaign_id: string;
    readonly charity_name: string;
    readonly charity_description: string;
    readonly charity_logo: string;
    readonly charity_website: string;
    readonly amount: Amount;
  };
  "channel.charity_campaign.start": Charity & { readonly started_at: string };
  "channel.charity_campaign.progress": Charity;
  "channel.charity_campaign.stop": Charity & { readonly stopped_at: string };
  "channel.goal.begin": Goal;
  "channel.goal.progress": Goal;
  "channel.goal.end": Goal & { readonly is_achieved: boolean; readonly ended_at: string };
  "channel.hype_train.begin": HypeTrainProgress & {
    readonly all_time_high_level: number;
    readonly all_time_high_total: number;
  };
  "channel.hype_train.progress": HypeTrainProgress;
  "channel.hype_train.end": HypeTrain & { readonly ended_at: string; readonly cooldown_ends_at: string };
  "channel.shield_mode.begin": ShieldMode & { readonly started_at: string };
  "channel.shield_mode.end": ShieldMode & { readonly ended_at: string };
  "channel.shoutout.create": Broadcaster & Moderator & Account<"to_broadcaster_"> & {
    readonly started_at: string;
    readonly viewer_count: number;
    readonly cooldown_ends_at: string;
    readonly target_cooldown_ends_at: string;
  };
  "channel.shoutout.receive": Broadcaster & Account<"from_broadcaster_"> & {
    readonly viewer_count: number;
    readonly started_at: string;
  };
  "conduit.shard.disabled": {
    readonly conduit_id: string;
    readonly shard_id: string;
    readonly status: string;
    readonly transport: Readonly<Record<string, unknown>>;
  };
  "drop.entitlement.grant": Account & {
    readonly organization_id: string;
    readonly category_id: string;
    readonly category_name: string;
    readonly campaign_id: string;
    readonly entitlement_id: string;
    readonly benefit_id: string;
    readonly created_at: string;
  };
  "extension.bits_transaction.create": Broadcaster & Account & {
    readonly extension_client_id: string;
    readonly id: string;
    readonly product: {
      readonly name: string;
      readonly sku: string;
      readonly bits: number;
      readonly in_development: boolean;
    };
  };
  "stream.online": Broadcaster & { readonly id: string; readonly type: string; readonly started_at: string };
  "stream.offline": Broadcaster;
  "user.authorization.grant": Account & { readonly client_id: string };
  "user.authorization.revoke": MaybeAccount & { readonly client_id: string; readonly user_id: string };
  "user.update": Account & {
    readonly email?: string;
    readonly email_verified: boolean;
    readonly description: string;
  };
  "user.whisper.message": Account<"from_"> & Account<"to_"> & {
    readonly whisper_id: string;
    readonly whisper: { readonly text: string };
  };
}
