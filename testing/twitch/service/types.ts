import type { Host } from "@parley/parley/driver";
import type { TwitchServerEvent, TwitchServerOptions } from "../server_types.ts";

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
  /**
   * The account whose every token is that it does not know, with all that can be granted, whatever the application's id
   * and secret, and who logs in by a device, without entering its code; in chat, such a token is anybody's. For tests in
   * which nothing is to be set up.
   *
   * @default none: only tokens that were given are good
   */
  readonly anyTokenOf?: string;
  /** Is told what happens in chat. @default nobody is */
  readonly told?: (event: TwitchServerEvent) => void;
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
