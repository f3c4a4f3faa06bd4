import type { ByBroadcaster, OneOrMore, Paged, TwitchList, TwitchPage } from "./shared.ts";

/** A clip. */
export interface TwitchClip {
  readonly id: string;
  readonly url: string;
  readonly embed_url: string;
  readonly broadcaster_id: string;
  readonly broadcaster_name: string;
  readonly creator_id: string;
  readonly creator_name: string;
  readonly video_id: string;
  readonly game_id: string;
  readonly language: string;
  readonly title: string;
  readonly view_count: number;
  readonly created_at: string;
  readonly thumbnail_url: string;
  readonly duration: number;
  readonly vod_offset: number | null;
  readonly is_featured: boolean;
}

/** A video. */
export interface TwitchVideo {
  readonly id: string;
  readonly stream_id: string | null;
  readonly user_id: string;
  readonly user_login: string;
  readonly user_name: string;
  readonly title: string;
  readonly description: string;
  readonly created_at: string;
  readonly published_at: string;
  readonly url: string;
  readonly thumbnail_url: string;
  readonly viewable: string;
  readonly view_count: number;
  readonly language: string;
  readonly type: "archive" | "highlight" | "upload";
  readonly duration: string;
  readonly muted_segments: readonly { readonly duration: number; readonly offset: number }[] | null;
}

/** Clips and videos: what the endpoints take and answer. */
export interface TwitchClipEndpoints {
  "POST /clips": {
    query: ByBroadcaster & { readonly title?: string; readonly duration?: number };
    result: TwitchList<{ readonly id: string; readonly edit_url: string }>;
  };
  "GET /clips": {
    query?: Paged & {
      readonly broadcaster_id?: string;
      readonly game_id?: string;
      readonly id?: OneOrMore;
      readonly started_at?: string;
      readonly ended_at?: string;
      readonly before?: string;
      readonly is_featured?: boolean;
    };
    result: TwitchPage<TwitchClip>;
  };
  "POST /videos/clips": {
    query: ByBroadcaster & {
      readonly editor_id: string;
      readonly vod_id: string;
      readonly vod_offset: number;
      readonly duration?: number;
      readonly title: string;
    };
    result: TwitchList<{ readonly id: string; readonly edit_url: string }>;
  };
  "GET /clips/downloads": {
    query: ByBroadcaster & { readonly editor_id: string; readonly clip_id: OneOrMore };
    result: TwitchList<
      {
        readonly clip_id: string;
        readonly landscape_download_url: string;
        readonly portrait_download_url: string;
      }
    >;
  };
  "GET /videos": {
    query?: {
      readonly id?: OneOrMore;
      readonly user_id?: string;
      readonly game_id?: string;
      readonly language?: string;
      readonly period?: "all" | "day" | "month" | "week";
      readonly sort?: "time" | "trending" | "views";
      readonly type?: "all" | "archive" | "highlight" | "upload";
      readonly first?: string;
      readonly after?: string;
      readonly before?: string;
    };
    result: TwitchPage<TwitchVideo>;
  };
  "DELETE /videos": { query: { readonly id: OneOrMore }; result: TwitchList<string> };
}
