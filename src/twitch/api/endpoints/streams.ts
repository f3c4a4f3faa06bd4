import type { ByBroadcaster, OneOrMore, Paged, TwitchApiUserName, TwitchList, TwitchPage } from "./shared.ts";

/** A stream that is live. */
export interface TwitchApiStream {
  readonly id: string;
  readonly user_id: string;
  readonly user_login: string;
  readonly user_name: string;
  readonly game_id: string;
  readonly game_name: string;
  readonly type: "live";
  readonly title: string;
  readonly viewer_count: number;
  readonly started_at: string;
  readonly language: string;
  readonly thumbnail_url: string;
  readonly tag_ids: readonly string[];
  readonly tags: readonly string[];
  readonly is_mature: boolean;
}

/** A mark that was set in a stream. */
export interface TwitchStreamMarkerCreated {
  readonly id: string;
  readonly created_at: string;
  readonly position_seconds: number;
  readonly description: string;
}

/** The marks that somebody has set in videos. */
export interface TwitchStreamMarkers extends TwitchApiUserName {
  readonly videos: readonly {
    readonly video_id: string;
    readonly markers: readonly {
      readonly id: string;
      readonly created_at: string;
      readonly description: string;
      readonly position_seconds: number;
      readonly url: string;
    }[];
  }[];
}

/** A tag of a stream; Twitch has none any more. */
export interface TwitchStreamTag {
  readonly tag_id: string;
  readonly is_auto: boolean;
  readonly localization_names: Readonly<Record<string, string>>;
  readonly localization_descriptions: Readonly<Record<string, string>>;
}

/** Streams: what the endpoints take and answer. */
export interface TwitchStreamEndpoints {
  "GET /streams/key": { query: ByBroadcaster; result: TwitchList<{ readonly stream_key: string }> };
  "GET /streams": {
    query?: Paged & {
      readonly user_id?: OneOrMore;
      readonly user_login?: OneOrMore;
      readonly game_id?: OneOrMore;
      readonly type?: "all" | "live";
      readonly language?: OneOrMore;
      readonly before?: string;
    };
    result: TwitchPage<TwitchApiStream>;
  };
  "GET /streams/followed": {
    query: Paged & { readonly user_id: string };
    result: TwitchPage<TwitchApiStream>;
  };
  "POST /streams/markers": {
    body: { readonly user_id: string; readonly description?: string };
    result: TwitchList<TwitchStreamMarkerCreated>;
  };
  "GET /streams/markers": {
    query?: {
      readonly user_id?: string;
      readonly video_id?: string;
      readonly first?: string;
      readonly before?: string;
      readonly after?: string;
    };
    result: TwitchPage<TwitchStreamMarkers>;
  };
  "GET /tags/streams": {
    query?: Paged & { readonly tag_id?: OneOrMore };
    result: TwitchPage<TwitchStreamTag>;
  };
  "GET /streams/tags": { query: ByBroadcaster; result: TwitchList<TwitchStreamTag> };
}
