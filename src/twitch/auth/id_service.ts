import type { Clock } from "../../driver/clock/clock.ts";
import { checkedBase } from "../../http/base_url.ts";
import { type Answer, exchange } from "../../http/exchange.ts";
import { reasonOf, withoutSecrets } from "../../http/reason.ts";
import { AuthenticationError, ConnectionError, TimeoutError } from "../../protocol/errors.ts";
import { isCount, isRecord, jsonOf } from "../../protocol/data/json_value.ts";
import { isToken, type TwitchTokens } from "./tokens.ts";

/** Where the service is unless told otherwise. */
const ID = "https://id.twitch.tv/oauth2";

/** How long Twitch may take to answer, in milliseconds. */
const PATIENCE = 10_000;
/** What of a form nobody may see. */
const SECRETS = ["client_secret", "code", "device_code", "refresh_token"];

/** Who a token is of, and what for. */
export interface TwitchAccount {
  /** The account's id, which stays when the login changes. */
  readonly id: string;
  /** The account's login, in lower case. */
  readonly login: string;
  /** What the token is good for. ([Scopes](https://dev.twitch.tv/docs/authentication/scopes/)) */
  readonly scopes: readonly string[];
  /** When it expires, in milliseconds of Unix time. */
  readonly expiresAt: number;
}

/** A refusal of the token endpoint: with what status, and what Twitch calls it. */
export class TokenRefusedError extends AuthenticationError {
  override name = "TokenRefusedError";
  /** `authorization_pending`, `Invalid refresh token`, …, without what is secret. */
  readonly says: string;

  /** Whether nobody has granted it yet, and it may be asked for again. */
  readonly isPending: boolean;

  /** Takes the message for people, what Twitch said, and what of that is secret. */
  constructor(message: string, says: string, secrets: readonly string[]) {
    super(message);
    this.says = withoutSecrets(says, secrets);
    this.isPending = says === "authorization_pending";
  }
}

/** Where whoever asks for tokens does so. */
export interface TwitchIdOptions {
  /**
   * Where tokens are given, `/token` and the like being put behind it: `https:`, or `http:` for a mock, such as
   * `http://localhost:8080/auth` for that of Twitch's CLI. What is secret is sent there, and nowhere else.
   *
   * @default {"https://id.twitch.tv/oauth2"}
   */
  readonly baseUrl?: string;
}

/** What {@linkcode IdService} stands on. */
export interface IdServiceParts {
  readonly clock: Clock;
  readonly fetch: (input: string, init?: RequestInit) => Promise<Response>;
}

/**
 * Twitch's service of tokens. Whatever it asks is over in ten seconds; what is secret follows no redirect.
 * ([Authentication](https://dev.twitch.tv/docs/authentication/))
 */
export class IdService {
  /** Where it is. */
  readonly baseUrl: string;
  readonly #parts: IdServiceParts;

  /**
   * Takes the clock, what makes requests, and where to.
   *
   * @throws {OptionError} if that is no address of a service.
   */
  constructor({ clock, fetch }: IdServiceParts, baseUrl: string = ID) {
    this.baseUrl = checkedBase("Twitch", baseUrl);
    this.#parts = { clock, fetch };
  }

  /** Where an account's owner is asked to let an application in. */
  authorizeUrl(query: Readonly<Record<string, string>>): string {
    return `${this.baseUrl}/authorize?${new URLSearchParams(query)}`;
  }

  /**
   * Whose a token is; undefined if it is not valid. ([Validating](https://dev.twitch.tv/docs/authentication/validate-tokens/))
   *
   * @throws {ConnectionError} `unreachable` if Twitch could not be asked.
   */
  validate(accessToken: string): Promise<TwitchAccount | undefined> {
    const headers = { authorization: `OAuth ${accessToken}` };
    return this.#ask("validate the token", "validate", { headers }, [accessToken], ({ status }, body) => {
      if (status === 401) return { answer: undefined };
      if (status !== 200 || !isRecord(body)) return undefined;
      const { user_id: id, login, scopes, expires_in: seconds } = body;
      if (typeof id !== "string" || typeof login !== "string") return undefined;
      return {
        answer: {
          id,
          login,
          scopes: Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === "string") : [],
          // One that never does has 0.
          expiresAt: isCount(seconds) && seconds > 0 ? this.#parts.clock.wall() + seconds * 1_000 : Infinity,
        },
      };
    });
  }

  /**
   * Asks for tokens, with what proves that they may be had.
   *
   * @throws {TokenRefusedError} if Twitch does not give them.
   * @throws {ConnectionError} `unreachable` if Twitch could not be asked.
   */
  tokens(what: string, form: Readonly<Record<string, string>>): Promise<TwitchTokens> {
    return this.#post(what, "token", form, tokensOf);
  }

  /**
   * Asks for a token of the application itself; otherwise as {@linkcode IdService.tokens}.
   * ([Client credentials](https://dev.twitch.tv/docs/authentication/getting-tokens-oauth/#client-credentials-grant-flow))
   */
  appToken(
    clientId: string,
    clientSecret: string,
  ): Promise<{ readonly token: string; readonly expiresAt: number }> {
    const form = { client_id: clientId, client_secret: clientSecret, grant_type: "client_credentials" };
    return this.#post("get a token for the application", "token", form, (body) => {
      const { access_token: token, expires_in: seconds } = body;
      if (!isToken(token) || !isCount(seconds)) return undefined;
      return { token, expiresAt: this.#parts.clock.wall() + seconds * 1_000 };
    });
  }

  /**
   * Begins a login on another device; otherwise as {@linkcode IdService.tokens}.
   * ([Device code](https://dev.twitch.tv/docs/authentication/getting-tokens-oauth/#device-code-grant-flow))
   */
  deviceCode(clientId: string, scopes: readonly string[]): Promise<DeviceCode> {
    const form = { client_id: clientId, scopes: scopes.join(" ") };
    return this.#post("begin to log in", "device", form, (body) => {
      const { device_code, user_code, verification_uri, interval, expires_in } = body;
      if (typeof device_code !== "string" || typeof user_code !== "string") return undefined;
      if (typeof verification_uri !== "string" || !isCount(expires_in)) return undefined;
      return {
        deviceCode: device_code,
        userCode: user_code,
        url: verification_uri,
        every: (isCount(interval) && interval > 0 ? interval : 5) * 1_000,
        lasts: expires_in * 1_000,
      };
    });
  }

  #post<Answer>(
    what: string,
    path: string,
    form: Readonly<Record<string, string>>,
    read: (body: { readonly [key: string]: unknown }) => Answer | undefined,
  ): Promise<Answer> {
    const init = { method: "POST", body: new URLSearchParams(form) };
    const secrets = SECRETS.flatMap((name) => form[name] ?? []);
    return this.#ask(what, path, init, secrets, ({ status }, body) => {
      const message = isRecord(body) && typeof body.message === "string" ? body.message : undefined;
      // Who answers so without Twitch's words may be a wall in between, which is not there for good.
      if (message !== undefined && (status === 400 || status === 401 || status === 403)) {
        throw new TokenRefusedError(
          `Cannot ${what}: Twitch answered ${status}, the account may have to authorize the application again`,
          message,
          secrets,
        );
      }
      const answer = status === 200 && isRecord(body) ? read(body) : undefined;
      return answer === undefined ? undefined : { answer };
    });
  }

  /** Asks; `read` gives nothing where what came is no answer of Twitch's. */
  async #ask<Found>(
    what: string,
    path: string,
    init: RequestInit,
    secrets: readonly string[],
    read: (response: Answer, body: unknown) => { readonly answer: Found } | undefined,
  ): Promise<Found> {
    const context = { ...this.#parts, timeout: PATIENCE, signal: undefined };
    let response: Answer;
    try {
      response = await exchange(`${this.baseUrl}/${path}`, init, context);
    } catch (error) {
      if (error instanceof TimeoutError) {
        throw new TimeoutError(`Cannot ${what}: Twitch did not answer: ${error.message}`);
      }
      const why = reasonOf(error, secrets);
      throw new ConnectionError("unreachable", `Cannot ${what}: Twitch cannot be reached: ${why}`);
    }
    const found = read(response, jsonOf(response.text ?? ""));
    if (found !== undefined) return found.answer;
    const { status } = response;
    // Browsers hide the status of a redirect that they do not follow.
    const why = status === 0 || status >= 300 && status < 400
      ? "a redirect, which is not followed; look for a proxy in between"
      : `${status}`;
    throw new ConnectionError("unreachable", `Cannot ${what}: Twitch answered ${why}`);
  }
}

/** A login that is to be finished on another device. */
export interface DeviceCode {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly url: string;
  /** How often one may ask whether it is, in milliseconds. */
  readonly every: number;
  /** How long it can be, in milliseconds. */
  readonly lasts: number;
}

function tokensOf(body: { readonly [key: string]: unknown }): TwitchTokens | undefined {
  const { access_token: accessToken, refresh_token: refreshToken } = body;
  if (!isToken(accessToken) || typeof refreshToken !== "string") return undefined;
  return { accessToken, refreshToken };
}
