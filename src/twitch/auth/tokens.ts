/** The tokens of an account, as Twitch gives them. */
export interface TwitchTokens {
  /** What one logs in with, for some hours. */
  readonly accessToken: string;
  /** What gives the next one. Without a client secret it is good for thirty days, and once. */
  readonly refreshToken: string;
}

/**
 * Where an account's tokens are kept between runs: a refresh makes the old ones worth nothing. Both may throw: it is told
 * as an `error`, and the tokens are saved again with the next request.
 */
export interface TwitchTokenStore {
  /** Gets what was saved last; undefined where nothing was. */
  load(): TwitchTokens | undefined | Promise<TwitchTokens | undefined>;
  /** Saves the tokens in place of those before. */
  save(tokens: TwitchTokens): void | Promise<void>;
}

// What a header can have: an error about one that cannot be sent would show it.
const TOKEN = /^[!-~]+$/;

/** Whether a value can be an access token. */
export function isToken(value: unknown): value is string {
  return typeof value === "string" && TOKEN.test(value);
}

/** Tells tokens from all else. */
export function areTokens(value: unknown): value is TwitchTokens {
  return typeof value === "object" && value !== null && "accessToken" in value && "refreshToken" in value &&
    isToken(value.accessToken) && typeof value.refreshToken === "string";
}
