import type {
  ByBroadcaster,
  ByModerator,
  OneOrMore,
  Paged,
  TwitchApiUserName,
  TwitchList,
  TwitchPage,
} from "./shared.ts";

/** Whether AutoMod would let a message pass. */
export interface TwitchAutoModStatus {
  readonly msg_id: string;
  readonly is_permitted: boolean;
}

/** How strict AutoMod is, each from 0 to 4. */
export interface TwitchAutoModSettings {
  readonly broadcaster_id: string;
  readonly moderator_id: string;
  readonly overall_level: number | null;
  readonly disability: number;
  readonly aggression: number;
  readonly sexuality_sex_or_gender: number;
  readonly misogyny: number;
  readonly bullying: number;
  readonly swearing: number;
  readonly race_ethnicity_or_religion: number;
  readonly sex_based_terms: number;
}

/** Somebody who is banned, or silenced for a while. */
export interface TwitchBannedUser extends TwitchApiUserName {
  readonly expires_at: string;
  readonly created_at: string;
  readonly reason: string;
  readonly moderator_id: string;
  readonly moderator_login: string;
  readonly moderator_name: string;
}

/** That somebody asks to be unbanned, and what came of it. */
export interface TwitchUnbanRequest {
  readonly id: string;
  readonly broadcaster_id: string;
  readonly broadcaster_name: string;
  readonly broadcaster_login: string;
  readonly moderator_id: string;
  readonly moderator_login: string;
  readonly moderator_name: string;
  readonly user_id: string;
  readonly user_login: string;
  readonly user_name: string;
  readonly text: string;
  readonly status: string;
  readonly created_at: string;
  readonly resolved_at: string;
  readonly resolution_text: string;
}

/** What nobody can say. */
export interface TwitchBlockedTerm {
  readonly broadcaster_id: string;
  readonly moderator_id: string;
  readonly id: string;
  readonly text: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly expires_at: string | null;
}

/** A moderator. */
export interface TwitchUserModerator extends TwitchApiUserName {
}

/** A VIP. */
export interface TwitchUserVip extends TwitchApiUserName {
}

/** A ban or a time-out. */
export interface TwitchBan extends ByModerator {
  readonly user_id: string;
  readonly created_at: string;
  /** Null for a ban. */
  readonly end_time: string | null;
}

/** Moderation: what the endpoints take and answer. */
export interface TwitchModerationEndpoints {
  "POST /moderation/enforcements/status": {
    query: ByBroadcaster;
    body: { readonly data: readonly { readonly msg_id: string; readonly msg_text: string }[] };
    result: TwitchList<TwitchAutoModStatus>;
  };
  "POST /moderation/automod/message": {
    body: { readonly user_id: string; readonly msg_id: string; readonly action: "ALLOW" | "DENY" };
    result: undefined;
  };
  "GET /moderation/automod/settings": { query: ByModerator; result: TwitchList<TwitchAutoModSettings> };
  "PUT /moderation/automod/settings": {
    query: ByModerator;
    body: {
      readonly aggression?: number;
      readonly bullying?: number;
      readonly disability?: number;
      readonly misogyny?: number;
      readonly overall_level?: number;
      readonly race_ethnicity_or_religion?: number;
      readonly sex_based_terms?: number;
      readonly sexuality_sex_or_gender?: number;
      readonly swearing?: number;
    };
    result: TwitchList<TwitchAutoModSettings>;
  };
  "GET /moderation/banned": {
    query: ByBroadcaster & Paged & { readonly user_id?: OneOrMore; readonly before?: string };
    result: TwitchPage<TwitchBannedUser>;
  };
  "POST /moderation/bans": {
    query: ByModerator;
    body: {
      readonly data: { readonly user_id: string; readonly duration?: number; readonly reason?: string };
    };
    result: TwitchList<TwitchBan>;
  };
  "DELETE /moderation/bans": { query: ByModerator & { readonly user_id: string }; result: undefined };
  "GET /moderation/unban_requests": {
    query: ByModerator & Paged & { readonly status: string; readonly user_id?: string };
    result: TwitchPage<TwitchUnbanRequest>;
  };
  "PATCH /moderation/unban_requests": {
    query: ByModerator & {
      readonly unban_request_id: string;
      readonly status: string;
      readonly resolution_text?: string;
    };
    result: TwitchList<TwitchUnbanRequest>;
  };
  "GET /moderation/blocked_terms": { query: ByModerator & Paged; result: TwitchPage<TwitchBlockedTerm> };
  "POST /moderation/blocked_terms": {
    query: ByModerator;
    body: { readonly text: string };
    result: TwitchList<TwitchBlockedTerm>;
  };
  "DELETE /moderation/blocked_terms": { query: ByModerator & { readonly id: string }; result: undefined };
  "DELETE /moderation/chat": { query: ByModerator & { readonly message_id?: string }; result: undefined };
  "GET /moderation/channels": {
    query: Paged & { readonly user_id: string };
    result: TwitchPage<
      {
        readonly broadcaster_id: string;
        readonly broadcaster_login: string;
        readonly broadcaster_name: string;
      }
    >;
  };
  "GET /moderation/moderators": {
    query: ByBroadcaster & { readonly user_id?: OneOrMore; readonly first?: string; readonly after?: string };
    result: TwitchPage<TwitchUserModerator>;
  };
  "POST /moderation/moderators": { query: ByBroadcaster & { readonly user_id: string }; result: undefined };
  "DELETE /moderation/moderators": { query: ByBroadcaster & { readonly user_id: string }; result: undefined };
  "GET /channels/vips": {
    query: ByBroadcaster & Paged & { readonly user_id?: OneOrMore };
    result: TwitchPage<TwitchUserVip>;
  };
  "POST /channels/vips": { query: ByBroadcaster & { readonly user_id: string }; result: undefined };
  "DELETE /channels/vips": { query: ByBroadcaster & { readonly user_id: string }; result: undefined };
  "PUT /moderation/shield_mode": {
    query: ByModerator;
    body: { readonly is_active: boolean };
    result: TwitchList<
      {
        readonly is_active: boolean;
        readonly moderator_id: string;
        readonly moderator_login: string;
        readonly moderator_name: string;
        readonly last_activated_at: string;
      }
    >;
  };
  "GET /moderation/shield_mode": {
    query: ByModerator;
    result: TwitchList<
      {
        readonly is_active: boolean;
        readonly moderator_id: string;
        readonly moderator_login: string;
        readonly moderator_name: string;
        readonly last_activated_at: string;
      }
    >;
  };
  "POST /moderation/warnings": {
    query: ByModerator;
    body: { readonly data: { readonly user_id: string; readonly reason: string } };
    result: TwitchList<
      {
        readonly broadcaster_id: string;
        readonly user_id: string;
        readonly moderator_id: string;
        readonly reason: string;
      }
    >;
  };
  "POST /moderation/suspicious_users": {
    query: ByModerator;
    body: { readonly user_id: string; readonly status: "ACTIVE_MONITORING" | "RESTRICTED" };
    result: TwitchList<
      {
        readonly user_id: string;
        readonly broadcaster_id: string;
        readonly moderator_id: string;
        readonly updated_at: string;
        readonly status: "ACTIVE_MONITORING" | "RESTRICTED";
        readonly types: readonly (
          | "MANUALLY_ADDED"
          | "DETECTED_BAN_EVADER"
          | "DETECTED_SUS_CHATTER"
          | "BANNED_IN_SHARED_CHANNEL"
        )[];
      }
    >;
  };
  "DELETE /moderation/suspicious_users": {
    query: ByModerator & { readonly user_id: string };
    result: TwitchList<
      {
        readonly user_id: string;
        readonly broadcaster_id: string;
        readonly moderator_id: string;
        readonly updated_at: string;
        readonly status: "NO_TREATMENT";
        readonly types: readonly (
          | "MANUALLY_ADDED"
          | "DETECTED_BAN_EVADER"
          | "DETECTED_SUS_CHATTER"
          | "BANNED_IN_SHARED_CHANNEL"
        )[];
      }
    >;
  };
}
