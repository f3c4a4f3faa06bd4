import type { IrcMessage } from "../../../irc/wire/messages/message.ts";
import { withoutSecrets } from "../../../irc/wire/commands/secrecy.ts";
import { AuthenticationError, OptionError } from "../../../protocol/errors.ts";
import { LONGEST_SAID, quote } from "../../../protocol/data/quote.ts";

/** What comes of a message during login. */
export type LoginStep =
  | { readonly kind: "registered"; readonly login: string }
  | { readonly kind: "failed"; readonly error: TwitchLoginError };

/**
 * Twitch does not accept login and token, or there is none to log in with.
 *
 * @example
 * ```ts
 * import { TwitchClient, TwitchLoginError } from "@parley/parley/twitch";
 *
 * async function connect(login: string, token: string): Promise<TwitchClient | undefined> {
 *   try {
 *     return await new TwitchClient({ login, token }).connect();
 *   } catch (error) {
 *     if (!(error instanceof TwitchLoginError)) throw error;
 *     console.error(error.reason); // "refused"
 *   }
 * }
 * ```
 */
export class TwitchLoginError extends AuthenticationError {
  override name = "TwitchLoginError";
  /**
   * - `expired`: the token was accepted before, and is not any more: it has expired or was revoked
   * - `refused`: login and token do not go together, or the token has not the scopes
   * - `malformed`: what was given is no token
   * - `missing`: whoever was to give a token has failed
   */
  readonly reason: "expired" | "refused" | "malformed" | "missing";

  /** Takes why, for programs and for people; never put the token into it. */
  constructor(reason: TwitchLoginError["reason"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

const TOKEN_PREFIX = "oauth:";

const CAPABILITIES = "CAP REQ :twitch.tv/tags twitch.tv/commands twitch.tv/membership";

// What Twitch says, without a msg-id, before it closes the connection.
const REFUSALS = [
  "Login authentication failed",
  "Login unsuccessful",
  "Improperly formatted auth",
  "Error logging in",
  "Invalid NICK",
];

/**
 * Login on one connection: capabilities, PASS, NICK, until 001.
 * ([Twitch IRC, authenticating](https://dev.twitch.tv/docs/irc/authenticate-bot/))
 */
export class Login {
  readonly #login: string;
  readonly #token: string | undefined;
  #welcomed: string | undefined = undefined;
  #capabilities = false;
  #granted = false;

  /** Takes the login, and the token as {@linkcode checkToken} gives it; without one, anonymously. */
  constructor(login: string, token: string | undefined) {
    this.#login = login;
    this.#token = token;
  }

  /** The lines to send; `pass` must not be recorded. */
  begin(): { readonly capabilities: string; readonly pass: string | undefined; readonly nick: string } {
    return {
      capabilities: CAPABILITIES,
      // "you must send PASS before sending NICK"
      pass: this.#token === undefined ? undefined : `PASS ${this.#token}`,
      nick: `NICK ${this.#login}`,
    };
  }

  /** Whether the capabilities were granted. */
  get granted(): boolean {
    return this.#granted;
  }

  /** Looks at what the server says. */
  step(message: IrcMessage): LoginStep | undefined {
    switch (message.command) {
      case "CAP":
        if (/^(?:ACK|NAK)$/i.test(message.param(1))) this.#capabilities = true;
        if (/^ACK$/i.test(message.param(1))) this.#granted = true;
        break;
      case "001":
        this.#welcomed = isLogin(message.param(0)) ? message.param(0).toLowerCase() : this.#login;
        break;
      case "376":
        // All has been said, be it that capabilities are unknown here.
        this.#capabilities = true;
        break;
      case "NOTICE": {
        const text = message.text;
        if (!REFUSALS.some((refusal) => text.includes(refusal))) return undefined;
        const advice = "check login and token, and that the token has the scopes chat:read and chat:edit";
        // It may repeat what it refuses, with or without what stands before it.
        const said = withoutSecrets(text, this.#token?.slice(TOKEN_PREFIX.length));
        const error = `Cannot log in as "${this.#login}": Twitch says ${
          quote(said, LONGEST_SAID)
        }, ${advice}`;
        return { kind: "failed", error: new TwitchLoginError("refused", error) };
      }
    }
    if (this.#welcomed === undefined || !this.#capabilities) return undefined;
    return { kind: "registered", login: this.#welcomed };
  }
}

/**
 * Checks a login; returns it in lower case.
 *
 * @throws {OptionError} if it cannot be one.
 */
export function checkLogin(login: string): string {
  if (!isLogin(login)) {
    throw new OptionError(
      `Cannot log in as ${quote(login)}: a login is 1 to 25 letters, digits or underscores`,
    );
  }
  return login.toLowerCase();
}

/** A token with `oauth:` before it; undefined if it cannot be one. It is never shown, not even in part. */
export function checkToken(token: unknown): string | undefined {
  if (typeof token !== "string") return undefined;
  const match = /^(?:oauth:)?([A-Za-z0-9]{1,255})$/.exec(token);
  return match === null ? undefined : TOKEN_PREFIX + match[1];
}

/** A token as {@linkcode checkToken} gives it, as whoever gave it knows it. */
export function bareToken(token: string): string {
  return token.slice(TOKEN_PREFIX.length);
}

function isLogin(text: string): boolean {
  return /^[A-Za-z0-9_]{1,25}$/.test(text);
}
