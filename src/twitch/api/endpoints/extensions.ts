import type { ByBroadcaster, OneOrMore, Paged, TwitchList, TwitchPage } from "./shared.ts";

/** Where the report of an extension can be downloaded. */
export interface TwitchExtensionAnalytics {
  readonly extension_id: string;
  readonly URL: string;
  readonly type: string;
  readonly date_range: { readonly started_at: string; readonly ended_at: string };
}

/** Where the report of a game can be downloaded. */
export interface TwitchGameAnalytics {
  readonly game_id: string;
  readonly URL: string;
  readonly type: string;
  readonly date_range: { readonly started_at: string; readonly ended_at: string };
}

/** What somebody has won by watching. */
export interface TwitchDropsEntitlement {
  readonly id: string;
  readonly benefit_id: string;
  readonly timestamp: string;
  readonly user_id: string;
  readonly game_id: string;
  readonly fulfillment_status: "CLAIMED" | "FULFILLED";
  readonly last_updated: string;
}

/** How it went with what somebody has won. */
export interface TwitchDropsEntitlementUpdated {
  readonly status: "INVALID_ID" | "NOT_FOUND" | "SUCCESS" | "UNAUTHORIZED" | "UPDATE_FAILED";
  readonly ids: readonly string[];
}

/** A part of an extension's configuration. */
export interface TwitchExtensionConfigurationSegment {
  readonly segment: "broadcaster" | "developer" | "global";
  readonly broadcaster_id?: string;
  readonly content: string;
  readonly version: string;
}

/** A channel that is live with an extension. */
export interface TwitchExtensionLiveChannel {
  readonly broadcaster_id: string;
  readonly broadcaster_name: string;
  readonly game_name: string;
  readonly game_id: string;
  readonly title: string;
}

/** The secrets that sign an extension's tokens. */
export interface TwitchExtensionSecret {
  readonly format_version: number;
  readonly secrets: readonly {
    readonly content: string;
    readonly active_at: string;
    readonly expires_at: string;
  }[];
}

/** An extension. */
export interface TwitchExtension {
  readonly author_name: string;
  readonly bits_enabled: boolean;
  readonly can_install: boolean;
  readonly configuration_location: "hosted" | "custom" | "none";
  readonly description: string;
  readonly eula_tos_url: string;
  readonly has_chat_support: boolean;
  readonly icon_url: string;
  readonly icon_urls: TwitchExtensionIconUrls;
  readonly id: string;
  readonly name: string;
  readonly privacy_policy_url: string;
  readonly request_identity_link: boolean;
  readonly screenshot_urls: readonly string[];
  readonly state:
    | "Approved"
    | "AssetsUploaded"
    | "Deleted"
    | "Deprecated"
    | "InReview"
    | "InTest"
    | "PendingAction"
    | "Rejected"
    | "Released";
  readonly subscriptions_support_level: "none" | "optional";
  readonly summary: string;
  readonly support_email: string;
  readonly version: string;
  readonly viewer_summary: string;
  readonly views: {
    readonly mobile: { readonly viewer_url: string };
    readonly panel: {
      readonly viewer_url: string;
      readonly height: number;
      readonly can_link_external_content: boolean;
    };
    readonly video_overlay: { readonly viewer_url: string; readonly can_link_external_content: boolean };
    readonly component: {
      readonly viewer_url: string;
      readonly aspect_ratio_x: number;
      readonly aspect_ratio_y: number;
      readonly autoscale: boolean;
      readonly scale_pixels: number;
      readonly target_height: number;
      readonly can_link_external_content: boolean;
    };
    readonly config: { readonly viewer_url: string; readonly can_link_external_content: boolean };
  };
  readonly allowlisted_config_urls: readonly string[];
  readonly allowlisted_panel_urls: readonly string[];
}

/** The icons of an extension, by size. */
export interface TwitchExtensionIconUrls {
  readonly "100x100"?: string;
  readonly "24x24"?: string;
  readonly "300x200"?: string;
}

/** What can be bought in an extension. */
export interface TwitchExtensionBitsProduct {
  readonly sku: string;
  readonly cost: { readonly amount: number; readonly type: "bits" };
  readonly in_development: boolean;
  readonly display_name: string;
  readonly expiration: string;
  readonly is_broadcast: boolean;
}

/** Extensions, entitlements and analytics: what the endpoints take and answer. */
export interface TwitchExtensionEndpoints {
  "GET /analytics/extensions": {
    query?: Paged & {
      readonly extension_id?: string;
      readonly type?: "overview_v2";
      readonly started_at?: string;
      readonly ended_at?: string;
    };
    result: TwitchPage<TwitchExtensionAnalytics>;
  };
  "GET /analytics/games": {
    query?: Paged & {
      readonly game_id?: string;
      readonly type?: "overview_v2";
      readonly started_at?: string;
      readonly ended_at?: string;
    };
    result: TwitchPage<TwitchGameAnalytics>;
  };
  "GET /entitlements/drops": {
    query?: Paged & {
      readonly id?: OneOrMore;
      readonly user_id?: string;
      readonly game_id?: string;
      readonly fulfillment_status?: "CLAIMED" | "FULFILLED";
    };
    result: TwitchPage<TwitchDropsEntitlement>;
  };
  "PATCH /entitlements/drops": {
    body: {
      readonly entitlement_ids?: readonly string[];
      readonly fulfillment_status?: "CLAIMED" | "FULFILLED";
    };
    result: TwitchList<TwitchDropsEntitlementUpdated>;
  };
  "GET /extensions/configurations": {
    query: {
      readonly broadcaster_id?: string;
      readonly extension_id: string;
      readonly segment: "broadcaster" | "developer" | "global";
    };
    result: TwitchList<TwitchExtensionConfigurationSegment>;
  };
  "PUT /extensions/configurations": {
    body: {
      readonly extension_id: string;
      readonly segment: "broadcaster" | "developer" | "global";
      readonly broadcaster_id?: string;
      readonly content?: string;
      readonly version?: string;
    };
    result: undefined;
  };
  "PUT /extensions/required_configuration": {
    query: ByBroadcaster;
    body: {
      readonly extension_id: string;
      readonly extension_version: string;
      readonly required_configuration: string;
    };
    result: undefined;
  };
  "POST /extensions/pubsub": {
    body: {
      readonly target: readonly ("broadcast" | "global" | "whisper-<user-id>")[];
      readonly broadcaster_id: string;
      readonly is_global_broadcast?: boolean;
      readonly message: string;
    };
    result: undefined;
  };
  "GET /extensions/live": {
    query: Paged & { readonly extension_id: string };
    result: TwitchPage<TwitchExtensionLiveChannel>;
  };
  "GET /extensions/jwt/secrets": { result: TwitchList<TwitchExtensionSecret> };
  "POST /extensions/jwt/secrets": {
    query: { readonly extension_id: string; readonly delay?: number };
    result: TwitchList<TwitchExtensionSecret>;
  };
  "POST /extensions/chat": {
    query: ByBroadcaster;
    body: { readonly text: string; readonly extension_id: string; readonly extension_version: string };
    result: undefined;
  };
  "GET /extensions": {
    query: { readonly extension_id: string; readonly extension_version?: string };
    result: TwitchList<TwitchExtension>;
  };
  "GET /extensions/released": {
    query: { readonly extension_id: string; readonly extension_version?: string };
    result: TwitchList<TwitchExtension>;
  };
  "GET /bits/extensions": {
    query?: { readonly should_include_all?: boolean };
    result: TwitchList<TwitchExtensionBitsProduct>;
  };
  "PUT /bits/extensions": {
    body: {
      readonly sku: string;
      readonly cost: { readonly amount: number; readonly type: "bits" };
      readonly display_name: string;
      readonly in_development?: boolean;
      readonly expiration?: string;
      readonly is_broadcast?: boolean;
    };
    result: TwitchList<TwitchExtensionBitsProduct>;
  };
}
