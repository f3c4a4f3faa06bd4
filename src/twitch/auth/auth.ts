import { type Clock, sleepUntil, within } from "../../driver/clock.ts";
import type { Host } from "../../driver/host.ts";
import { httpHost } from "../../http/http_host.ts";
import { AuthenticationError, ConnectionError, OptionError } from "../../protocol/errors.ts";
import { quote } from "../../protocol/quote.ts";
import type { TwitchTokenProvider } from "./token_provider.ts";
import { IdService, type TwitchAccount } from "./id_service.ts";
import { TwitchScopeError } from "./scope_error.ts";
import { areTokens, type TwitchTokens, type TwitchTokenStore } from "./tokens.ts";

/** So many new tokens in a row may be good no more when Twitch is asked about them. */
const MOST_REFRESHES = 3;
/** How long a store may take to answer, in milliseconds. */
const PATIENCE = 10_000;
/** How long after a validation that failed the next is tried, in milliseconds. */
const PAUSE = 60_000;
/** "You must validate the token on an hourly basis." */
const HOUR = 3_600_000;

/** What {@linkcode TwitchAuth} takes. */
export interface TwitchAuthOptions {
  /** The application's id. */
  readonly clientId: string;
  /** The application's secret, never shown; applications that cannot keep one have none. @default none */
  readonly clientSecret?: string;
  /** The account's tokens, if the store has none. @default those of the store */
  readonly tokens?: TwitchTokens;
  /** Keeps the tokens between runs: with a refresh, the old ones may be worth nothing. @default nowhere */
  readonly store?: TwitchTokenStore;
  /** Where Twitch sends who grants a scope that is missing; it must be one that the application has. @default {"http://localhost"} */
  readonly redirectUri?: string;
  /** Parts of the host, such as that of a simulation. @default the runtime's own */
  readonly runtime?: Partial<Host>;
}

/**
 * An account of Twitch's, and the tokens that speak for it: one for chat, Helix and EventSub. Whoever asks gets a token
 * that was good within the last hour, as Twitch demands; one that is good no more, or was refused, is refreshed, once for
 * all who ask at the time. Nothing is asked of Twitch before the first use.
 *
 * On edge workers an object like this belongs to the request, or to the Durable Object, that made it.
 * ([Validating](https://dev.twitch.tv/docs/authentication/validate-tokens/),
 * [refreshing](https://dev.twitch.tv/docs/authentication/refresh-tokens/))
 *
 * @example
 * ```ts no-eval
 * import { FileTokenStore, TwitchAuth, TwitchClient } from "@parley/parley/twitch";
 *
 * const auth = new TwitchAuth({ clientId: "your client id", store: new FileTokenStore("./tokens.json") });
 * const chat = await new TwitchClient({ auth, channels: ["#dallas"] }).connect();
 * const { login, scopes } = await auth.account();
 * ```
 */
export class TwitchAuth {
  /** The application's id. */
  readonly clientId: string;
  readonly #clientSecret: string | undefined;
  readonly #store: TwitchTokenStore | undefined;
  readonly #redirectUri: string;
  readonly #host: Host;
  readonly #clock: Clock;
  readonly #service: IdService;
  #tokens: TwitchTokens | undefined;
  #account: TwitchAccount | undefined;
  #validatedAt = -Infinity;
  /** One request at a time, which all share who ask meanwhile. */
  #settling: Promise<TwitchAccount> | undefined;
  /** The token that Twitch has refused last, whatever else it says of it. */
  #refused: string | undefined;
  /** One that Twitch has given, and does not know. */
  #unknown: string | undefined;
  /** The tokens that the store does not have. */
  #unsaved: TwitchTokens | undefined;
  readonly #watchers = new Set<(error: unknown) => void>();

  /**
   * Takes the application and the account's tokens.
   *
   * @throws {OptionError} if there is no client id, or neither tokens nor a store.
   */
  constructor(options: TwitchAuthOptions) {
    const { clientId, clientSecret, tokens, store, redirectUri = "http://localhost", runtime } = options;
    if (clientId === "") throw new OptionError("Cannot use an empty client id");
    if (tokens === undefined && store === undefined) {
      throw new OptionError("Cannot tell whose account it is: give tokens, or a store that has them");
    }
    const host = httpHost(runtime);
    this.clientId = clientId;
    this.#clientSecret = clientSecret;
    this.#tokens = tokens;
    this.#store = store;
    this.#redirectUri = redirectUri;
    this.#host = host;
    this.#clock = host.clock;
    this.#service = new IdService({ clock: host.clock, fetch: host.fetch });
  }

  /**
   * Whose tokens they are, and what they are good for, as Twitch said within the last hour.
   *
   * @throws {AuthenticationError} if there are no tokens, or Twitch refuses to refresh them.
   * @throws {ConnectionError} `unreachable` if Twitch cannot be asked who it is.
   * @throws {TimeoutError} if it does not answer in ten seconds.
   * @throws the signal's reason if it is aborted first.
   */
  async account({ signal }: { readonly signal?: AbortSignal } = {}): Promise<TwitchAccount> {
    const known = this.#account;
    if (known === undefined || this.#isOld(known)) return await unless(signal, this.#settled());
    return known;
  }

  /**
   * A token that may be used now. Where Twitch has refused one, it is `refused`, and another is given. Otherwise as
   * {@linkcode TwitchAuth.account}, but that a token is given as it is while Twitch cannot be asked about it.
   */
  async accessToken(
    { refused, signal }: { readonly refused?: string; readonly signal?: AbortSignal } = {},
  ): Promise<string> {
    if (refused !== undefined) this.#refused = refused;
    try {
      await this.account(signal === undefined ? {} : { signal });
      // Who was asked before it was refused has not refreshed it.
      if (this.#tokens?.accessToken === refused) await unless(signal, this.#settled());
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof AuthenticationError || this.#tokens === undefined) throw error;
      if ([refused, this.#unknown].includes(this.#tokens.accessToken)) throw error;
    }
    return this.#tokens?.accessToken ?? "";
  }

  /**
   * Gives tokens to whoever logs in to chat, and others to who was refused.
   *
   * @throws as {@linkcode TwitchAuth.accessToken}.
   */
  readonly provider: TwitchTokenProvider = (signal, _refused, token) => {
    return this.accessToken({ signal, ...(token !== undefined && { refused: token }) });
  };

  /**
   * Checks that the account has granted a scope, or one of several.
   *
   * @throws {TwitchScopeError} if it has not, with the address at which it can.
   * @throws as {@linkcode TwitchAuth.account}.
   */
  async require(
    wanted: string | readonly string[],
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    const { login, scopes } = await this.account(signal === undefined ? {} : { signal });
    const enough = typeof wanted === "string" ? [wanted] : wanted;
    const [scope] = enough;
    if (scope === undefined || enough.some((each) => scopes.includes(each))) return;
    const grant = new URL("https://id.twitch.tv/oauth2/authorize");
    grant.search = new URLSearchParams({
      response_type: "code",
      client_id: this.clientId,
      redirect_uri: this.#redirectUri,
      scope: [...scopes, scope].join(" "),
    }).toString();
    throw new TwitchScopeError(
      `Account ${quote(login)} has not granted ${quote(scope)}: let it authorize the application again`,
      scope,
      grant.href,
    );
  }

  /**
   * Validates the token each hour from now on, as Twitch demands of whoever is logged in, and tells what fails; returns
   * what ends that. A `TwitchClient` does so for as long as it is connected.
   */
  watch(failed: (error: unknown) => void): () => void {
    const over = new AbortController();
    this.#watchers.add(failed);
    const hourly = async () => {
      let earliest = this.#clock.now();
      for (;;) {
        await sleepUntil(this.#clock, Math.max(earliest, this.#validatedAt + HOUR), over.signal);
        try {
          await this.account();
        } catch (error) {
          if (over.signal.aborted) return;
          failed(error);
          // To ask again is useless.
          if (error instanceof AuthenticationError) return;
          earliest = this.#clock.now() + PAUSE;
        }
      }
    };
    void hourly().catch(() => {});
    return () => {
      this.#watchers.delete(failed);
      over.abort();
    };
  }

  #isOld({ expiresAt }: TwitchAccount): boolean {
    return this.#clock.now() - this.#validatedAt >= HOUR || this.#clock.wall() >= expiresAt ||
      this.#tokens?.accessToken === this.#refused;
  }

  #settled(): Promise<TwitchAccount> {
    return this.#settling ??= this.#settle().finally(() => void (this.#settling = undefined));
  }

  async #settle(): Promise<TwitchAccount> {
    let tokens = this.#tokens ??= await this.#load();
    let account = tokens.accessToken === this.#refused
      ? undefined
      : await this.#service.validate(tokens.accessToken);
    for (let refreshes = 0; account === undefined; refreshes++) {
      // Only who is refused by the token service itself is refused for good: this may pass.
      if (refreshes === MOST_REFRESHES) {
        this.#unknown = tokens.accessToken;
        throw new ConnectionError("unreachable", "Cannot log in: Twitch does not know its new tokens");
      }
      tokens = await this.#refresh(tokens);
      account = await this.#service.validate(tokens.accessToken);
    }
    this.#account = account;
    this.#validatedAt = this.#clock.now();
    await this.#save();
    return account;
  }

  async #load(): Promise<TwitchTokens> {
    const store = this.#store;
    const tokens = await within(
      this.#clock,
      PATIENCE,
      "Cannot load the tokens: the store did not answer",
      () => store?.load(),
    );
    if (tokens === undefined) {
      throw new AuthenticationError(
        "Cannot log in: no tokens are stored, let the account authorize the application",
      );
    }
    if (!areTokens(tokens)) throw new OptionError("Cannot log in: the store gave something else than tokens");
    return tokens;
  }

  async #refresh({ refreshToken }: TwitchTokens): Promise<TwitchTokens> {
    const fresh = await this.#service.tokens("refresh the token", {
      client_id: this.clientId,
      ...(this.#clientSecret !== undefined && { client_secret: this.#clientSecret }),
      grant_type: "refresh_token",
      refresh_token: refreshToken,
    });
    this.#tokens = fresh;
    this.#unsaved = fresh;
    return fresh;
  }

  async #save(): Promise<void> {
    const tokens = this.#unsaved;
    if (tokens === undefined) return;
    try {
      await within(
        this.#clock,
        PATIENCE,
        "Cannot save the tokens: the store did not answer",
        () => this.#store?.save(tokens),
      );
      if (this.#unsaved === tokens) this.#unsaved = undefined;
    } catch (error) {
      // Whoever asked has what they need: the new tokens are good.
      if (this.#watchers.size === 0) {
        (this.#host.console ?? console).error("parley twitch: tokens are not saved:", error);
      }
      for (const failed of this.#watchers) failed(error);
    }
  }
}

/** Waits no longer than until the signal is aborted; others wait on. */
function unless<Answer>(signal: AbortSignal | undefined, answer: Promise<Answer>): Promise<Answer> {
  if (signal === undefined) return answer;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
