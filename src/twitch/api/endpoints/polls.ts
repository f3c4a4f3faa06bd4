import type { ByBroadcaster, OneOrMore, TwitchList, TwitchPage } from "./shared.ts";

/** A poll. */
export interface TwitchPoll {
  readonly id: string;
  readonly broadcaster_id: string;
  readonly broadcaster_name: string;
  readonly broadcaster_login: string;
  readonly title: string;
  readonly choices: readonly {
    readonly id: string;
    readonly title: string;
    readonly votes: number;
    readonly channel_points_votes: number;
    readonly bits_votes: number;
  }[];
  readonly bits_voting_enabled: boolean;
  readonly bits_per_vote: number;
  readonly channel_points_voting_enabled: boolean;
  readonly channel_points_per_vote: number;
  readonly status: "ACTIVE" | "COMPLETED" | "TERMINATED" | "ARCHIVED" | "MODERATED" | "INVALID";
  readonly duration: number;
  readonly started_at: string;
  readonly ended_at: string | null;
}

/** A prediction. */
export interface TwitchPrediction {
  readonly id: string;
  readonly broadcaster_id: string;
  readonly broadcaster_name: string;
  readonly broadcaster_login: string;
  readonly title: string;
  readonly winning_outcome_id: string | null;
  readonly outcomes: readonly TwitchPredictionOutcome[];
  readonly prediction_window: number;
  readonly status: "ACTIVE" | "CANCELED" | "LOCKED" | "RESOLVED";
  readonly created_at: string;
  readonly ended_at: string | null;
  readonly locked_at: string | null;
}

/** What may come of a prediction. */
export interface TwitchPredictionOutcome {
  readonly id: string;
  readonly title: string;
  readonly users: number;
  readonly channel_points: number;
  readonly top_predictors:
    | readonly {
      readonly user_id: string;
      readonly user_name: string;
      readonly user_login: string;
      readonly channel_points_used: number;
      readonly channel_points_won: number;
    }[]
    | null;
  readonly color: "BLUE" | "PINK";
}

/** Polls and predictions: what the endpoints take and answer. */
export interface TwitchPollEndpoints {
  "GET /polls": {
    query: ByBroadcaster & { readonly id?: OneOrMore; readonly first?: string; readonly after?: string };
    result: TwitchPage<TwitchPoll>;
  };
  "POST /polls": {
    body: {
      readonly broadcaster_id: string;
      readonly title: string;
      readonly choices: readonly { readonly title: string }[];
      readonly duration: number;
      readonly channel_points_voting_enabled?: boolean;
      readonly channel_points_per_vote?: number;
    };
    result: TwitchList<TwitchPoll>;
  };
  "PATCH /polls": {
    body: {
      readonly broadcaster_id: string;
      readonly id: string;
      readonly status: "TERMINATED" | "ARCHIVED";
    };
    result: TwitchList<TwitchPoll>;
  };
  "GET /predictions": {
    query: ByBroadcaster & { readonly id?: OneOrMore; readonly first?: string; readonly after?: string };
    result: TwitchPage<TwitchPrediction>;
  };
  "POST /predictions": {
    body: {
      readonly broadcaster_id: string;
      readonly title: string;
      readonly outcomes: readonly { readonly title: string }[];
      readonly prediction_window: number;
    };
    result: TwitchList<TwitchPrediction>;
  };
  "PATCH /predictions": {
    body: {
      readonly broadcaster_id: string;
      readonly id: string;
      readonly status: "RESOLVED" | "CANCELED" | "LOCKED";
      readonly winning_outcome_id?: string;
    };
    result: TwitchList<TwitchPrediction>;
  };
}
