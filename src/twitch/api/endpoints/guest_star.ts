import type { ByBroadcaster, ByModerator, TwitchList } from "./shared.ts";

/** A call that guests are in. */
export interface TwitchGuestStarSession {
  readonly id: string;
  readonly guests: readonly TwitchGuest[];
}

/** Somebody in a call. */
export interface TwitchGuest {
  readonly slot_id: string;
  readonly is_live: boolean;
  readonly user_id: string;
  readonly user_display_name: string;
  readonly user_login: string;
  readonly volume: number;
  readonly assigned_at: string;
  readonly audio_settings: {
    readonly is_host_enabled: boolean;
    readonly is_guest_enabled: boolean;
    readonly is_available: boolean;
  };
  readonly video_settings: {
    readonly is_host_enabled: boolean;
    readonly is_guest_enabled: boolean;
    readonly is_available: boolean;
  };
}

/** An invitation to a call. */
export interface TwitchGuestStarInvite {
  readonly user_id: string;
  readonly invited_at: string;
  readonly status: string;
  readonly is_video_enabled: boolean;
  readonly is_audio_enabled: boolean;
  readonly is_video_available: boolean;
  readonly is_audio_available: boolean;
}

/** Guest Star: what the endpoints take and answer. */
export interface TwitchGuestStarEndpoints {
  "GET /guest_star/channel_settings": {
    query: ByModerator;
    result: {
      readonly is_moderator_send_live_enabled: boolean;
      readonly slot_count: number;
      readonly is_browser_source_audio_enabled: boolean;
      readonly group_layout: "TILED_LAYOUT" | "SCREENSHARE_LAYOUT";
      readonly browser_source_token: string;
    };
  };
  "PUT /guest_star/channel_settings": {
    query: ByBroadcaster;
    body: {
      readonly is_moderator_send_live_enabled?: boolean;
      readonly slot_count?: number;
      readonly is_browser_source_audio_enabled?: boolean;
      readonly group_layout?: "TILED_LAYOUT" | "SCREENSHARE_LAYOUT" | "HORIZONTAL_LAYOUT" | "VERTICAL_LAYOUT";
      readonly regenerate_browser_sources?: boolean;
    };
    result: undefined;
  };
  "GET /guest_star/session": { query: ByModerator; result: TwitchList<TwitchGuestStarSession> };
  "POST /guest_star/session": { query: ByBroadcaster; result: TwitchList<TwitchGuestStarSession> };
  "DELETE /guest_star/session": {
    query: ByBroadcaster & { readonly session_id: string };
    result: TwitchList<TwitchGuestStarSession>;
  };
  "GET /guest_star/invites": {
    query: ByModerator & { readonly session_id: string };
    result: TwitchList<TwitchGuestStarInvite>;
  };
  "POST /guest_star/invites": {
    query: ByModerator & { readonly session_id: string; readonly guest_id: string };
    result: undefined;
  };
  "DELETE /guest_star/invites": {
    query: ByModerator & { readonly session_id: string; readonly guest_id: string };
    result: undefined;
  };
  "POST /guest_star/slot": {
    query: ByModerator & { readonly session_id: string; readonly guest_id: string; readonly slot_id: string };
    result: undefined;
  };
  "PATCH /guest_star/slot": {
    query: ByModerator & {
      readonly session_id: string;
      readonly source_slot_id: string;
      readonly destination_slot_id?: string;
    };
    result: undefined;
  };
  "DELETE /guest_star/slot": {
    query: ByModerator & {
      readonly session_id: string;
      readonly guest_id: string;
      readonly slot_id: string;
      readonly should_reinvite_guest?: string;
    };
    result: undefined;
  };
  "PATCH /guest_star/slot_settings": {
    query: ByModerator & {
      readonly session_id: string;
      readonly slot_id: string;
      readonly is_audio_enabled?: boolean;
      readonly is_video_enabled?: boolean;
      readonly is_live?: boolean;
      readonly volume?: number;
    };
    result: undefined;
  };
}
