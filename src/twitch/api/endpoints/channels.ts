import type { ByBroadcaster, OneOrMore, Paged, TwitchList, TwitchPage } from "./shared.ts";

/** A channel. */
export interface TwitchApiChannel {
  readonly broadcaster_id: string;
  readonly broadcaster_login: string;
  readonly broadcaster_name: string;
  readonly broadcaster_language: string;
  readonly game_name: string;
  readonly game_id: string;
  readonly title: string;
  readonly delay: number;
  readonly tags: readonly string[];
  readonly content_classification_labels: readonly string[];
  readonly is_branded_content: boolean;
}

/** Somebody who may edit a channel. */
export interface TwitchChannelEditor {
  readonly user_id: string;
  readonly user_name: string;
  readonly created_at: string;
}

/** A label that tells what a stream holds. */
export interface TwitchContentClassificationLabel {
  readonly id: string;
  readonly description: string;
  readonly name: string;
}

/** What there is to know of a team. */
export interface TwitchTeamInfo {
  readonly background_image_url: string;
  readonly banner: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly info: string;
  readonly thumbnail_url: string;
  readonly team_name: string;
  readonly team_display_name: string;
  readonly id: string;
}

/** A team that a channel is in. */
export interface TwitchChannelTeam extends TwitchTeamInfo {
  readonly broadcaster_id: string;
  readonly broadcaster_login: string;
  readonly broadcaster_name: string;
}

/** A team, and who is in it. */
export interface TwitchTeam extends TwitchTeamInfo {
  readonly users: readonly {
    readonly user_id: string;
    readonly user_login: string;
    readonly user_name: string;
  }[];
}

/** Channels, ads, teams and raids: what the endpoints take and answer. */
export interface TwitchChannelEndpoints {
  "POST /channels/commercial": {
    body: { readonly broadcaster_id: string; readonly length: number };
    result: TwitchList<{ readonly length: number; readonly message: string; readonly retry_after: number }>;
  };
  "GET /channels/ads": {
    query: ByBroadcaster;
    result: TwitchList<
      {
        readonly snooze_count: number;
        readonly snooze_refresh_at: number;
        readonly next_ad_at: number;
        readonly duration: number;
        readonly last_ad_at: number;
        readonly preroll_free_time: number;
      }
    >;
  };
  "POST /channels/ads/schedule/snooze": {
    query: ByBroadcaster;
    result: TwitchList<
      { readonly snooze_count: number; readonly snooze_refresh_at: number; readonly next_ad_at: number }
    >;
  };
  "GET /channels": { query: { readonly broadcaster_id: OneOrMore }; result: TwitchList<TwitchApiChannel> };
  "PATCH /channels": {
    query: ByBroadcaster;
    body: {
      readonly game_id?: string;
      readonly broadcaster_language?: string;
      readonly title?: string;
      readonly delay?: number;
      readonly tags?: readonly string[];
      readonly content_classification_labels?: readonly ({
        readonly id:
          | "DebatedSocialIssuesAndPolitics"
          | "DrugsIntoxication"
          | "SexualThemes"
          | "ViolentGraphic"
          | "Gambling"
          | "ProfanityVulgarity";
        readonly is_enabled: boolean;
      })[];
      readonly is_branded_content?: boolean;
    };
    result: undefined;
  };
  "GET /channels/editors": { query: ByBroadcaster; result: TwitchList<TwitchChannelEditor> };
  "GET /channels/followed": {
    query: Paged & { readonly user_id: string; readonly broadcaster_id?: string };
    result:
      & TwitchPage<
        {
          readonly broadcaster_id: string;
          readonly broadcaster_login: string;
          readonly broadcaster_name: string;
          readonly followed_at: string;
        }
      >
      & { readonly total: number };
  };
  "GET /channels/followers": {
    query: ByBroadcaster & Paged & { readonly user_id?: string };
    result:
      & TwitchPage<
        {
          readonly followed_at: string;
          readonly user_id: string;
          readonly user_login: string;
          readonly user_name: string;
        }
      >
      & { readonly total: number };
  };
  "GET /content_classification_labels": {
    query?: { readonly locale?: string };
    result: TwitchList<TwitchContentClassificationLabel>;
  };
  "POST /raids": {
    query?: { readonly from_broadcaster_id?: string; readonly to_broadcaster_id?: string };
    result: TwitchList<{ readonly created_at: string; readonly is_mature: boolean }>;
  };
  "DELETE /raids": { query: ByBroadcaster; result: undefined };
  "GET /teams/channel": { query: ByBroadcaster; result: TwitchList<TwitchChannelTeam> };
  "GET /teams": { query?: { readonly name?: string; readonly id?: string }; result: TwitchList<TwitchTeam> };
}
