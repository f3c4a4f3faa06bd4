import type { ByBroadcaster, OneOrMore, Paged, TwitchApiUserName, TwitchList, TwitchPage } from "./shared.ts";

/** Somebody among those who have cheered most. */
export interface TwitchBitsLeaderboard extends TwitchApiUserName {
  readonly rank: number;
  readonly score: number;
}

/** A cheermote and its tiers. */
export interface TwitchCheermote {
  readonly prefix: string;
  readonly tiers: readonly ({
    readonly min_bits: number;
    readonly id: "1" | "100" | "500" | "1000" | "5000" | "10000" | "100000";
    readonly color: string;
    readonly images: TwitchCheermoteImages;
    readonly can_cheer: boolean;
    readonly show_in_bits_card: boolean;
  })[];
  readonly type:
    | "global_first_party"
    | "global_third_party"
    | "channel_custom"
    | "display_only"
    | "sponsored";
  readonly order: number;
  readonly last_updated: string;
  readonly is_charitable: boolean;
}

/** The pictures of a cheermote, by theme. */
export interface TwitchCheermoteImages {
  readonly light?: TwitchCheermoteImageTheme;
  readonly dark?: TwitchCheermoteImageTheme;
}

/** The pictures of a cheermote, that move and that do not. */
export interface TwitchCheermoteImageTheme {
  readonly animated?: TwitchCheermoteImageFormat;
  readonly static?: TwitchCheermoteImageFormat;
}

/** The pictures of a cheermote, by size. */
export interface TwitchCheermoteImageFormat {
  readonly "1"?: string;
  readonly "2"?: string;
  readonly "3"?: string;
  readonly "4"?: string;
  readonly "1.5"?: string;
}

/** Something that was bought in an extension. */
export interface TwitchExtensionTransaction {
  readonly id: string;
  readonly timestamp: string;
  readonly broadcaster_id: string;
  readonly broadcaster_login: string;
  readonly broadcaster_name: string;
  readonly user_id: string;
  readonly user_login: string;
  readonly user_name: string;
  readonly product_type: "BITS_IN_EXTENSION";
  readonly product_data: {
    readonly sku: string;
    readonly domain: string;
    readonly cost: { readonly amount: number; readonly type: "bits" };
    readonly inDevelopment: boolean;
    readonly displayName: string;
    readonly expiration: string;
    readonly broadcast: boolean;
  };
}

/** A campaign for a charity. */
export interface TwitchCharityCampaign {
  readonly id: string;
  readonly broadcaster_id: string;
  readonly broadcaster_login: string;
  readonly broadcaster_name: string;
  readonly charity_name: string;
  readonly charity_description: string;
  readonly charity_logo: string;
  readonly charity_website: string;
  readonly current_amount: {
    readonly value: number;
    readonly decimal_places: number;
    readonly currency: string;
  };
  readonly target_amount: {
    readonly value: number;
    readonly decimal_places: number;
    readonly currency: string;
  };
}

/** What somebody has given to a campaign. */
export interface TwitchCharityCampaignDonation {
  readonly id: string;
  readonly campaign_id: string;
  readonly user_id: string;
  readonly user_login: string;
  readonly user_name: string;
  readonly amount: { readonly value: number; readonly decimal_places: number; readonly currency: string };
}

/** A goal of a channel. */
export interface TwitchCreatorGoal {
  readonly id: string;
  readonly broadcaster_id: string;
  readonly broadcaster_name: string;
  readonly broadcaster_login: string;
  readonly type:
    | "follower"
    | "subscription"
    | "subscription_count"
    | "new_subscription"
    | "new_subscription_count";
  readonly description: string;
  readonly current_amount: number;
  readonly target_amount: number;
  readonly created_at: string;
}

/** A power-up that a channel has made for itself. */
export interface TwitchCustomPowerUp extends ByBroadcaster {
  readonly broadcaster_login: string;
  readonly broadcaster_name: string;
  readonly id: string;
  readonly title: string;
  readonly prompt: string;
  readonly bits: number;
  readonly image: { readonly url_1x: string; readonly url_2x: string; readonly url_4x: string } | null;
  readonly default_image: { readonly url_1x: string; readonly url_2x: string; readonly url_4x: string };
  readonly background_color: string;
  readonly is_enabled: boolean;
  readonly is_paused: boolean;
  readonly is_in_stock: boolean;
  readonly is_user_input_required: boolean;
  readonly max_per_stream_setting: { readonly is_enabled: boolean; readonly max_per_stream: number };
  readonly max_per_user_per_stream_setting: {
    readonly is_enabled: boolean;
    readonly max_per_user_per_stream: number;
  };
  readonly global_cooldown_setting: {
    readonly is_enabled: boolean;
    readonly global_cooldown_seconds: number;
  };
  readonly redemptions_redeemed_current_stream: number | null;
  readonly cooldown_expires_at: string | null;
}

/** The best that a channel's hype trains have reached. */
export interface TwitchHypeTrainRecord {
  readonly level: number;
  readonly total: number;
  readonly achieved_at: string;
}

/** How a channel's hype train is. */
export interface TwitchHypeTrainStatus {
  /** Null where there is none. */
  readonly current: {
    readonly id: string;
    readonly broadcaster_user_id: string;
    readonly broadcaster_user_login: string;
    readonly broadcaster_user_name: string;
    readonly level: number;
    readonly total: number;
    readonly progress: number;
    readonly goal: number;
    readonly top_contributions: readonly (TwitchApiUserName & {
      readonly type: string;
      readonly total: number;
    })[];
    readonly shared_train_participants:
      | readonly {
        readonly broadcaster_user_id: string;
        readonly broadcaster_user_login: string;
        readonly broadcaster_user_name: string;
      }[]
      | null;
    readonly started_at: string;
    readonly expires_at: string;
    readonly type: "treasure" | "golden_kappa" | "regular";
    readonly is_shared_train: boolean;
  } | null;
  readonly all_time_high: TwitchHypeTrainRecord | null;
  readonly shared_all_time_high: TwitchHypeTrainRecord | null;
}

/** Bits, charity, goals and hype trains: what the endpoints take and answer. */
export interface TwitchBitsEndpoints {
  "GET /bits/leaderboard": {
    query?: {
      readonly count?: number;
      readonly period?: "day" | "week" | "month" | "year" | "all";
      readonly started_at?: string;
      readonly user_id?: string;
    };
    result: TwitchList<TwitchBitsLeaderboard> & {
      readonly date_range: { readonly started_at: string; readonly ended_at: string };
      readonly total: number;
    };
  };
  "GET /bits/cheermotes": {
    query?: { readonly broadcaster_id?: string };
    result: TwitchList<TwitchCheermote>;
  };
  "GET /bits/custom_power_ups": {
    query: ByBroadcaster & { readonly id?: OneOrMore };
    result: TwitchList<TwitchCustomPowerUp>;
  };
  "GET /extensions/transactions": {
    query: Paged & { readonly extension_id: string; readonly id?: OneOrMore };
    result: TwitchPage<TwitchExtensionTransaction>;
  };
  "GET /charity/campaigns": { query: ByBroadcaster; result: TwitchList<TwitchCharityCampaign> };
  "GET /charity/donations": {
    query: ByBroadcaster & Paged;
    result: TwitchPage<TwitchCharityCampaignDonation>;
  };
  "GET /goals": { query: ByBroadcaster; result: TwitchList<TwitchCreatorGoal> };
  "GET /hypetrain/status": {
    query: ByBroadcaster;
    result: TwitchList<TwitchHypeTrainStatus>;
  };
}
