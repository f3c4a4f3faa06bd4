import type { ByBroadcaster, OneOrMore, Paged, TwitchList, TwitchPage } from "./shared.ts";

/** A reward that viewers redeem with a channel's points. */
export interface TwitchReward {
  readonly broadcaster_id: string;
  readonly broadcaster_login: string;
  readonly broadcaster_name: string;
  readonly id: string;
  readonly title: string;
  readonly prompt: string;
  readonly cost: number;
  readonly image: { readonly url_1x: string; readonly url_2x: string; readonly url_4x: string };
  readonly default_image: { readonly url_1x: string; readonly url_2x: string; readonly url_4x: string };
  readonly background_color: string;
  readonly is_enabled: boolean;
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
  readonly is_paused: boolean;
  readonly is_in_stock: boolean;
  readonly should_redemptions_skip_request_queue: boolean;
  readonly redemptions_redeemed_current_stream: number | null;
  readonly cooldown_expires_at: string | null;
}

/** A reward that was redeemed. */
export interface TwitchRedemption {
  readonly broadcaster_id: string;
  readonly broadcaster_login: string;
  readonly broadcaster_name: string;
  readonly id: string;
  readonly user_id: string;
  readonly user_name: string;
  readonly user_login: string;
  readonly reward: {
    readonly id: string;
    readonly title: string;
    readonly prompt: string;
    readonly cost: number;
  };
  readonly user_input: string;
  readonly status: "CANCELED" | "FULFILLED" | "UNFULFILLED";
  readonly redeemed_at: string;
}

/** What a reward is made of. */
export interface TwitchRewardInput {
  readonly title: string;
  readonly cost: number;
  readonly prompt?: string;
  readonly is_enabled?: boolean;
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

/** Channel points: what the endpoints take and answer. */
export interface TwitchRewardEndpoints {
  "POST /channel_points/custom_rewards": {
    query: ByBroadcaster;
    body: TwitchRewardInput;
    result: TwitchList<TwitchReward>;
  };
  "DELETE /channel_points/custom_rewards": {
    query: ByBroadcaster & { readonly id: string };
    result: undefined;
  };
  "GET /channel_points/custom_rewards": {
    query: ByBroadcaster & { readonly id?: OneOrMore; readonly only_manageable_rewards?: boolean };
    result: TwitchList<TwitchReward>;
  };
  "PATCH /channel_points/custom_rewards": {
    query: ByBroadcaster & { readonly id: string };
    body: Partial<TwitchRewardInput> & { readonly is_paused?: boolean };
    result: TwitchList<TwitchReward>;
  };
  "GET /channel_points/custom_rewards/redemptions": {
    query: ByBroadcaster & Paged & {
      readonly reward_id: string;
      readonly status?: "CANCELED" | "FULFILLED" | "UNFULFILLED";
      readonly id?: OneOrMore;
      readonly sort?: "OLDEST" | "NEWEST";
    };
    result: TwitchPage<TwitchRedemption>;
  };
  "PATCH /channel_points/custom_rewards/redemptions": {
    query: ByBroadcaster & { readonly id: OneOrMore; readonly reward_id: string };
    body: { readonly status: "CANCELED" | "FULFILLED" };
    result: TwitchList<TwitchRedemption>;
  };
}
