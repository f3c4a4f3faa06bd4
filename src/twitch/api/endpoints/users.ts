import type { ByBroadcaster, OneOrMore, Paged, TwitchList, TwitchPage } from "./shared.ts";

/** Somebody who subscribes to a channel. */
export interface TwitchBroadcasterSubscription {
  readonly broadcaster_id: string;
  readonly broadcaster_login: string;
  readonly broadcaster_name: string;
  readonly gifter_id: string;
  readonly gifter_login: string;
  readonly gifter_name: string;
  readonly is_gift: boolean;
  readonly plan_name: string;
  readonly tier: "1000" | "2000" | "3000";
  readonly user_id: string;
  readonly user_name: string;
  readonly user_login: string;
}

/** How somebody subscribes to a channel. */
export interface TwitchUserSubscription {
  readonly broadcaster_id: string;
  readonly broadcaster_login: string;
  readonly broadcaster_name: string;
  readonly gifter_id?: string;
  readonly gifter_login?: string;
  readonly gifter_name?: string;
  readonly is_gift: boolean;
  readonly tier: "1000" | "2000" | "3000";
}

/** An account. */
export interface TwitchApiUser {
  readonly id: string;
  readonly login: string;
  readonly display_name: string;
  readonly type: "admin" | "global_mod" | "staff" | "";
  readonly broadcaster_type: "affiliate" | "partner" | "";
  readonly description: string;
  readonly profile_image_url: string;
  readonly offline_image_url: string;
  readonly view_count: number;
  readonly email?: string;
  readonly created_at: string;
}

/** Somebody who is blocked. */
export interface TwitchUserBlockList {
  readonly user_id: string;
  readonly user_login: string;
  readonly display_name: string;
}

/** An extension that somebody has installed. */
export interface TwitchUserExtension {
  readonly id: string;
  readonly version: string;
  readonly name: string;
  readonly can_activate: boolean;
  readonly type: readonly ("component" | "mobile" | "overlay" | "panel")[];
}

/** A panel that an extension has or could have. */
export interface TwitchUserExtensionPanel {
  readonly active: boolean;
  readonly id?: string;
  readonly version?: string;
  readonly name?: string;
}

/** An overlay that an extension has or could have. */
export interface TwitchUserExtensionOverlay {
  readonly active: boolean;
  readonly id?: string;
  readonly version?: string;
  readonly name?: string;
}

/** A component that an extension has or could have. */
export interface TwitchUserExtensionComponent {
  readonly active: boolean;
  readonly id?: string;
  readonly version?: string;
  readonly name?: string;
  readonly x?: number;
  readonly y?: number;
}

/** Which extension is in a panel. */
export interface TwitchUserExtensionPanelUpdate {
  readonly active: boolean;
  readonly id?: string;
  readonly version?: string;
}

/** Which extension is an overlay. */
export interface TwitchUserExtensionOverlayUpdate {
  readonly active: boolean;
  readonly id?: string;
  readonly version?: string;
}

/** Which extension is a component, and where. */
export interface TwitchUserExtensionComponentUpdate {
  readonly active: boolean;
  readonly id?: string;
  readonly version?: string;
  readonly x?: number;
  readonly y?: number;
}

/** Accounts, subscriptions and whispers: what the endpoints take and answer. */
export interface TwitchUserEndpoints {
  "GET /subscriptions": {
    query: ByBroadcaster & {
      readonly user_id?: OneOrMore;
      readonly first?: string;
      readonly after?: string;
      readonly before?: string;
    };
    result: TwitchPage<TwitchBroadcasterSubscription> & { readonly points: number; readonly total: number };
  };
  "GET /subscriptions/user": {
    query: ByBroadcaster & { readonly user_id: string };
    result: TwitchList<TwitchUserSubscription>;
  };
  "GET /users": {
    query?: { readonly id?: OneOrMore; readonly login?: OneOrMore };
    result: TwitchList<TwitchApiUser>;
  };
  "PUT /users": { query?: { readonly description?: string }; result: TwitchList<TwitchApiUser> };
  "GET /authorization/users": {
    query: { readonly user_id: OneOrMore };
    result: TwitchList<
      {
        readonly user_id: string;
        readonly user_name: string;
        readonly user_login: string;
        readonly scopes: readonly string[];
      }
    >;
  };
  "GET /users/blocks": { query: ByBroadcaster & Paged; result: TwitchPage<TwitchUserBlockList> };
  "PUT /users/blocks": {
    query: {
      readonly target_user_id: string;
      readonly source_context?: "chat" | "whisper";
      readonly reason?: "harassment" | "spam" | "other";
    };
    result: undefined;
  };
  "DELETE /users/blocks": { query: { readonly target_user_id: string }; result: undefined };
  "GET /users/extensions/list": { result: TwitchList<TwitchUserExtension> };
  "GET /users/extensions": {
    query?: { readonly user_id?: string };
    result: {
      readonly data?: {
        readonly panel?: Readonly<Record<string, TwitchUserExtensionPanel>>;
        readonly overlay?: Readonly<Record<string, TwitchUserExtensionOverlay>>;
        readonly component?: Readonly<Record<string, TwitchUserExtensionComponent>>;
      };
    };
  };
  "PUT /users/extensions": {
    body: {
      readonly data: {
        readonly panel?: Readonly<Record<string, TwitchUserExtensionPanelUpdate>>;
        readonly overlay?: Readonly<Record<string, TwitchUserExtensionOverlayUpdate>>;
        readonly component?: Readonly<Record<string, TwitchUserExtensionComponentUpdate>>;
      };
    };
    result: {
      readonly data: {
        readonly panel: Readonly<Record<string, TwitchUserExtensionPanel>>;
        readonly overlay: Readonly<Record<string, TwitchUserExtensionOverlay>>;
        readonly component: Readonly<Record<string, TwitchUserExtensionComponent>>;
      };
    };
  };
  "POST /whispers": {
    query: { readonly from_user_id: string; readonly to_user_id: string };
    body: { readonly message: string };
    result: undefined;
  };
}
