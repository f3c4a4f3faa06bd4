import type { OneOrMore, Paged, TwitchList, TwitchPage } from "./shared.ts";

/** A category. */
export interface TwitchGame {
  readonly id: string;
  readonly name: string;
  readonly box_art_url: string;
  readonly igdb_id: string;
}

/** A category that was found. */
export interface TwitchCategory {
  readonly box_art_url: string;
  readonly name: string;
  readonly id: string;
}

/** A channel that was found. */
export interface TwitchFoundChannel {
  readonly broadcaster_language: string;
  readonly broadcaster_login: string;
  readonly display_name: string;
  readonly game_id: string;
  readonly game_name: string;
  readonly id: string;
  readonly is_live: boolean;
  readonly tag_ids: readonly string[];
  readonly tags: readonly string[];
  readonly thumbnail_url: string;
  readonly title: string;
  readonly started_at: string;
}

/** Categories and what is searched: what the endpoints take and answer. */
export interface TwitchSearchEndpoints {
  "GET /games/top": { query?: Paged & { readonly before?: string }; result: TwitchPage<TwitchGame> };
  "GET /games": {
    query?: { readonly id?: OneOrMore; readonly name?: OneOrMore; readonly igdb_id?: OneOrMore };
    result: TwitchList<TwitchGame>;
  };
  "GET /search/categories": { query: Paged & { readonly query: string }; result: TwitchPage<TwitchCategory> };
  "GET /search/channels": {
    query: Paged & { readonly query: string; readonly live_only?: boolean };
    result: TwitchPage<TwitchFoundChannel>;
  };
}
