import type { Host } from "@parley/parley/driver";
import type { TwitchServerOptions } from "../server_types.ts";

/** An account that there is on a `TwitchService`. */
export interface TwitchServiceAccount {
  /** A token that it has given to the application. @default none */
  readonly token?: string;
  /** What gives the next. @default none */
  readonly refreshToken?: string;
  /** What it has granted. @default {[]} */
  readonly scopes?: readonly string[];
}

/** An account's tokens. */
export interface TwitchServiceTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** How a `TwitchService` is set up. */
export interface TwitchServiceOptions {
  /** Its part of a simulation, or of the runtime: its clock, and what it posts webhooks with. */
  readonly host: Host;
  /** The accounts there are; others exist as well, but have granted nothing. @default none */
  readonly accounts?: Readonly<Record<string, TwitchServiceAccount>>;
  /** The application's id. @default {"client"} */
  readonly clientId?: string;
  /** The application's secret. @default {"secret"} */
  readonly clientSecret?: string;
  /** How long a token lasts, in seconds. @default {14_400} */
  readonly tokensLast?: number;
  /** How many points the API grants a token for a minute. @default {800} */
  readonly points?: number;
  /** Where EventSub is reached. @default that of Twitch */
  readonly eventsubUrl?: string;
  /** How chat is set up, but for its accounts. @default as `TwitchServer` says */
  readonly chat?: Omit<TwitchServerOptions, "accounts">;
}

/** A request that a `TwitchService` got. */
export interface TwitchServiceRequest {
  /** `GET /users`; what is asked of id.twitch.tv begins with `/oauth2`. */
  readonly endpoint: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly query: URLSearchParams;
  /** What was sent as JSON, if that is so. */
  readonly body: unknown;
  /** Whose token came along; undefined: an application's, or none. */
  readonly login: string | undefined;
}
