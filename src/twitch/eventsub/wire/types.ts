/** An account: `user_id`, `user_login` and `user_name`, each behind a prefix. */
export type EventSubAccount<Prefix extends string = ""> = {
  readonly [Name in `${Prefix}user_id` | `${Prefix}user_login` | `${Prefix}user_name`]: string;
};

type Account<Prefix extends string = ""> = EventSubAccount<Prefix>;
type Broadcaster = Account<"broadcaster_">;
type Moderator = Account<"moderator_">;
type MaybeAccount<Prefix extends string = ""> = {
  readonly [Name in keyof Account<Prefix>]: string | null;
};

interface Amount {
  /** In the smallest unit that `decimal_places` makes. */
  readonly value: number;
  readonly decimal_places: number;
  readonly currency: string;
}

interface Fragment {
  readonly type: "text" | "cheermote" | "emote" | "mention";
  readonly text: string;
  readonly cheermote: { readonly prefix: string; readonly bits: number; readonly tier: number } | null;
  readonly emote: {
    readonly id: string;
    readonly emote_set_id: string;
    readonly owner_id?: string;
    readonly format?: readonly string[];
  } | null;
  readonly mention?: Account | null;
}

interface Message {
  readonly text: string;
  readonly fragments: readonly Fragment[];
}

interface Badge {
  readonly set_id: string;
  readonly id: string;
  readonly info: string;
}

interface Chatter extends Account<"chatter_"> {
  readonly color: string;
  readonly badges: readonly Badge[];
}

interface SharedChat {
  readonly source_broadcaster_user_id: string | null;
  readonly source_broadcaster_user_login: string | null;
  readonly source_broadcaster_user_name: string | null;
  readonly source_message_id: string | null;
  readonly source_badges: readonly Badge[] | null;
}

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
  readonly type?: string;
  readonly is_shared_train?: boolean;
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

interface Charity extends Broadcaster {
  readonly id: string;
  readonly charity_name: string;
  readonly charity_description: string;
  readonly charity_logo: string;
  readonly charity_website: string;
  readonly current_amount: Amount;
  readonly target_amount: Amount;
}

interface Reward extends Broadcaster {
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
  readonly reward: { readonly type: string; readonly channel_points?: number; readonly cost?: number };
  readonly message: { readonly text: string } | null;
  readonly redeemed_at: string;
}

interface HeldMessage extends Broadcaster, Account {
  readonly message_id: string;
  readonly message: Message;
  readonly held_at: string;
  readonly category?: string;
  readonly level?: number;
  /** Of version 2. */
  readonly reason?: "automod" | "blocked_term";
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

interface ChatNotice extends Broadcaster, Chatter, Partial<SharedChat> {
  readonly chatter_is_anonymous: boolean;
  readonly system_message: string;
  readonly message_id: string;
  readonly message: Message;
  /** What happened, and under what name more is told: `sub`, `raid`, `announcement`, … */
  readonly notice_type: string;
  readonly [detail: string]: unknown;
}

interface Moderation extends Broadcaster, Moderator {
  /** What was done, and under what name more is told: `ban`, `timeout`, `delete`, `slow`, … */
  readonly action: string;
  readonly source_broadcaster_user_id?: string | null;
  readonly [detail: string]: unknown;
}

interface CustomPowerUp extends Broadcaster, Account {
  readonly id: string;
  readonly [detail: string]: unknown;
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
  "automod.settings.update": Broadcaster & Moderator & { readonly overall_level: number | null };
  "automod.terms.update": Broadcaster & Moderator & {
    readonly action: string;
    readonly from_automod: boolean;
    readonly terms: readonly string[];
  };
  "channel.bits.use": Broadcaster & Account & {
    readonly bits: number;
    readonly type: "cheer" | "power_up" | "custom_power_up";
    readonly message: Message | null;
    readonly power_up: { readonly type: string } | null;
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
  "channel.chat.message": Broadcaster & Chatter & SharedChat & {
    readonly message_id: string;
    readonly message: Message;
    readonly message_type: string;
    readonly cheer: { readonly bits: number } | null;
    readonly reply:
      | (Account<"parent_"> & Account<"thread_"> & {
        readonly parent_message_id: string;
        readonly parent_message_body: string;
        readonly thread_message_id: string;
      })
      | null;
    readonly channel_points_custom_reward_id: string | null;
    readonly channel_points_animation_id: string | null;
    readonly is_source_only: boolean | null;
  };
  "channel.chat.message_delete": Broadcaster & Account<"target_"> & { readonly message_id: string };
  "channel.chat.notification": ChatNotice;
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
  "channel.moderate": Moderation;
  "channel.moderator.add": Broadcaster & Account;
  "channel.moderator.remove": Broadcaster & Account;
  "channel.guest_star_session.begin": Broadcaster & {
    readonly session_id: string;
    readonly started_at: string;
  };
  "channel.guest_star_session.end": Broadcaster & {
    readonly session_id: string;
    readonly started_at: string;
    readonly ended_at: string;
  };
  "channel.guest_star_guest.update": Broadcaster & {
    readonly session_id: string;
    readonly slot_id: string | null;
    readonly state: string | null;
  };
  "channel.guest_star_settings.update": Broadcaster & {
    readonly is_moderator_send_live_enabled: boolean;
    readonly slot_count: number;
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
  "channel.hype_train.begin": HypeTrainProgress;
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
  "drop.entitlement.grant": Readonly<Record<string, unknown>>;
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
