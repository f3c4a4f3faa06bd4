import { AuthenticationError, ConnectionError } from "../../protocol/errors.ts";
import { isRecord } from "../../protocol/json_value.ts";
import type { TwitchTokenProvider } from "./token_provider.ts";

/** The tokens of an account, as Twitch gives them. */
export interface TwitchTokens {
  /** What one logs in with, for some hours. */
  readonly accessToken: string;
  /** What gives the next one. */
  readonly refreshToken: string;
}

/** What {@linkcode refreshingToken} takes. */
export interface RefreshingTokenOptions {
  /** The application's id. */
  readonly clientId: string;
  /** The application's secret; never shown. */
  readonly clientSecret: string;
  /** The account's tokens. */
  readonly tokens: TwitchTokens;
  /** Keeps the tokens for the next run: with a refresh, the old ones may be worth nothing. */
  readonly onRefresh?: (tokens: TwitchTokens) => void | Promise<void>;
  /** HTTP. @default the runtime's own */
  readonly fetch?: (input: string, init?: RequestInit) => Promise<Response>;
}

const VALIDATE = "https://id.twitch.tv/oauth2/validate";
const REFRESH = "https://id.twitch.tv/oauth2/token";

/**
 * A token provider that asks Twitch before each login whether the token is still good, and refreshes it if it
 * is not. Connections that ask at the same time share one refresh. If Twitch cannot be asked, the token is
 * given as it is: the login will tell, and one that it has refused is refreshed. ([Validating](https://dev.twitch.tv/docs/authentication/validate-tokens/),
 * [refreshing](https://dev.twitch.tv/docs/authentication/refresh-tokens/))
 *
 * What it returns throws an {@linkcode AuthenticationError} if Twitch refuses to refresh the token, which ends the
 * client, and a {@linkcode ConnectionError} if it could not be asked, after which it is asked again.
 *
 * @example
 * ```ts
 * import { refreshingToken, TwitchClient, type TwitchTokens } from "@parley/parley/twitch";
 *
 * async function connect(tokens: TwitchTokens, clientId: string, clientSecret: string): Promise<TwitchClient> {
 *   const token = refreshingToken({ clientId, clientSecret, tokens, onRefresh: (fresh) => console.log(fresh) });
 *   return await new TwitchClient({ login: "parleybot", token, channels: ["#dallas"] }).connect();
 * }
 * ```
 */
export function refreshingToken(options: RefreshingTokenOptions): TwitchTokenProvider {
  const { clientId, clientSecret, onRefresh } = options;
  const fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  let { tokens } = options;
  let refreshing: Promise<string> | undefined;

  /** Undefined: Twitch could not be asked, or something in its place has answered. */
  const isGood = async (signal: AbortSignal): Promise<boolean | undefined> => {
    const headers = { authorization: `OAuth ${tokens.accessToken}` };
    try {
      const response = await fetch(VALIDATE, { headers, signal, redirect: "manual" });
      if (response.status === 200) return isRecord(await response.json()) || undefined;
      await response.body?.cancel();
      return response.status === 401 ? false : undefined;
    } catch (error) {
      if (signal.aborted) throw error;
      return undefined;
    }
  };

  const refresh = async (): Promise<string> => {
    const body = new URLSearchParams({
      client_id: clientId,
      client_secret: clientSecret,
      grant_type: "refresh_token",
      refresh_token: tokens.refreshToken,
    });
    // No signal: others may wait for it, and what it used up is used up.
    // A redirect is not followed: what is sent is meant for this host only. Not "error": workerd has no such.
    const response = await fetch(REFRESH, { method: "POST", body, redirect: "manual" });
    const fresh = response.ok ? tokensOf(await response.json()) : undefined;
    if (fresh === undefined) {
      await response.body?.cancel();
      if (response.status === 400 || response.status === 401) {
        throw new AuthenticationError(
          `Cannot refresh the token: Twitch answered ${response.status}, ` +
            "the account may have to authorize the application again",
        );
      }
      const why = isRedirect(response)
        ? "a redirect, which is not followed; look for a proxy in between"
        : `${response.status}`;
      throw new ConnectionError("unreachable", `Cannot refresh the token: Twitch answered ${why}`);
    }
    tokens = fresh;
    await onRefresh?.(fresh);
    return fresh.accessToken;
  };

  return async (signal, refused) => {
    const asked = tokens;
    if (refreshing === undefined) {
      // What Twitch has just refused is not to be tried again because its other server does not answer.
      const good = await isGood(signal) ?? refused === undefined;
      if (good || tokens !== asked) return tokens.accessToken;
    }
    const begun = refreshing ??= refresh().finally(over);
    function over(): void {
      if (refreshing === begun) refreshing = undefined;
    }
    // One that hangs is not for the next who asks to wait for.
    signal.addEventListener("abort", over, { once: true });
    return await begun;
  };
}

/** Browsers hide the status of one that they do not follow. */
function isRedirect({ status, type }: Response): boolean {
  return type === "opaqueredirect" || status >= 300 && status < 400;
}

function tokensOf(value: unknown): TwitchTokens | undefined {
  if (!isRecord(value)) return undefined;
  const { access_token: accessToken, refresh_token: refreshToken } = value;
  if (typeof accessToken !== "string" || typeof refreshToken !== "string") return undefined;
  return { accessToken, refreshToken };
}
