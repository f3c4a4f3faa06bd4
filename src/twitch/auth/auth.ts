import { type Clock, sleepUntil, within } from "../../driver/clock/clock.ts";
import type { Host } from "../../driver/host.ts";
import { httpHost } from "../../http/http_host.ts";
import { AuthenticationError, ConnectionError, OptionError } from "../../protocol/errors.ts";
import { quote } from "../../protocol/data/quote.ts";
import type { Instant } from "../../protocol/protocol.ts";
import type { TwitchTokenProvider } from "./token_provider.ts";
import { IdService, type TwitchAccount, type TwitchIdOptions } from "./id_service.ts";
import { TwitchScopeError } from "./scope_error.ts";
import { areTokens, type TwitchTokens, type TwitchTokenStore } from "./tokens.ts";
import { unless } from "../../unless.ts";
import { checkKinds } from "../../protocol/option_checks.ts";

/** So many new tokens in a row may be good no more when Twitch is asked about them. */
const MOST_REFRESHES = 3;
/** How long a store may take to answer, in milliseconds. */
const PATIENCE = 10_000;
/** How long after a validation that failed the next is tried, in milliseconds. */
const PAUSE = 60_000;
/** "You must validate the token on an hourly basis." */
const HOUR = 3_600_000;

/** What {@linkcode TwitchAuth} takes. */
export interface TwitchAuthOptions extends TwitchIdOptions {
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
  /** Those of the options, for a store that has none. */
  readonly #given: TwitchTokens | undefined;
  #tokens: TwitchTokens | undefined;
  #account: TwitchAccount | undefined;
  #validatedAt = -Infinity;
  /** Why Twitch could not be asked the last time, and until when it is not asked again without need. */
  #failed: { readonly error: unknown; readonly until: Instant } | undefined;
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
   * @throws {OptionError} if there is no client id, neither tokens nor a store, what is given cannot be tokens, or
   * `baseUrl` is no address.
   */
  constructor(options: TwitchAuthOptions) {
    checkKinds("make a TwitchAuth", options, {
      clientId: ["string"],
      clientSecret: ["string", "undefined"],
      tokens: ["object", "undefined"],
      store: ["object", "undefined"],
    });
    const { clientId, clientSecret, tokens, store, redirectUri = "http://localhost" } = options;
    const { baseUrl, runtime } = options;
    if (clientId === "") throw new OptionError("Cannot use an empty client id");
    if (tokens === undefined && store === undefined) {
      throw new OptionError("Cannot tell whose account it is: give tokens, or a store that has them");
    }
    if (tokens !== undefined && !areTokens(tokens)) {
      throw new OptionError("Cannot log in: the access token has characters that no token has");
    }
    const host = httpHost(runtime);
    this.clientId = clientId;
    this.#clientSecret = clientSecret;
    this.#tokens = store === undefined ? tokens : undefined;
    this.#given = tokens;
    this.#store = store;
    this.#redirectUri = redirectUri;
    this.#host = host;
    this.#clock = host.clock;
    this.#service = new IdService(host, baseUrl);
  }

  /** Where its tokens are asked for. */
  get baseUrl(): string {
    return this.#service.baseUrl;
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
    if (known === undefined || this.#isOver(known)) return await unless(signal, this.#settled());
    const now = this.#clock.now();
    if (now - this.#validatedAt < HOUR) return known;
    if (this.#failed !== undefined && now < this.#failed.until) throw this.#failed.error;
    return await unless(signal, this.#settled());
  }

  /**
   * The account's id, which never changes: it is asked for once.
   *
   * @throws as {@linkcode TwitchAuth.account}.
   */
  async userId(options: { readonly signal?: AbortSignal } = {}): Promise<string> {
    return (this.#account ?? await this.account(options)).id;
  }

  /**
   * A token that may be used now. Where Twitch has refused one, it is `refused`, and another is given. Otherwise as
   * {@linkcode TwitchAuth.account}, but that a token is given as it is while Twitch cannot be asked about it.
   */
  async accessToken(
    { refused, signal }: { readonly refused?: string; readonly signal?: AbortSignal } = {},
  ): Promise<string> {
    // Of one that was refused late, another has taken the place.
    if (refused !== undefined && refused === (this.#tokens?.accessToken ?? refused)) this.#refused = refused;
    try {
      await this.account(signal === undefined ? {} : { signal });
      // Who was asked before it was refused has not refreshed it.
      if (refused !== undefined && this.#tokens?.accessToken === this.#refused) {
        await unless(signal, this.#settled());
      }
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
   * Checks that the account has granted a scope, or one of several. While Twitch cannot be asked, what it had granted
   * before counts.
   *
   * @throws {TwitchScopeError} if it has not, with the address at which it can.
   * @throws as {@linkcode TwitchAuth.account}.
   */
  async require(
    wanted: string | readonly string[],
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    const enough = typeof wanted === "string" ? [wanted] : wanted;
    const [scope] = enough;
    const isGranted = ({ scopes }: TwitchAccount) => enough.some((each) => scopes.includes(each));
    const known = this.#account;
    let account: TwitchAccount;
    try {
      account = await this.account(signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof AuthenticationError) && known !== undefined && isGranted(known)) return;
      throw error;
    }
    if (scope === undefined || isGranted(account)) return;
    const { login, scopes } = account;
    const grantUrl = this.#service.authorizeUrl({
      response_type: "code",
      client_id: this.clientId,
      redirect_uri: this.#redirectUri,
      scope: [...scopes, scope].join(" "),
    });
    throw new TwitchScopeError(
      `Account ${quote(login)} has not granted ${quote(scope)}: let it authorize the application again`,
      scope,
      grantUrl,
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
          this.#tell(failed, error);
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

  /** Whether its token is good no more. */
  #isOver({ expiresAt }: TwitchAccount): boolean {
    return this.#clock.wall() >= expiresAt || this.#tokens?.accessToken === this.#refused;
  }

  #settled(): Promise<TwitchAccount> {
    return this.#settling ??= this.#settle().catch((error) => {
      this.#failed = { error, until: this.#clock.now() + PAUSE };
      throw error;
    }).finally(() => void (this.#settling = undefined));
  }

  async #settle(): Promise<TwitchAccount> {
    // With the last request they could not be.
    if (this.#unsaved !== undefined) await this.#save();
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
      tokens = await this.#renew(tokens);
      account = await this.#service.validate(tokens.accessToken);
    }
    this.#account = account;
    this.#validatedAt = this.#clock.now();
    this.#failed = undefined;
    return account;
  }

  async #load(): Promise<TwitchTokens> {
    const tokens = (this.#store && await this.#stored(this.#store)) ?? this.#given;
    if (tokens !== undefined) return tokens;
    throw new AuthenticationError(
      "Cannot log in: no tokens are stored, let the account authorize the application",
    );
  }

  async #stored(store: TwitchTokenStore): Promise<TwitchTokens | undefined> {
    const missed = "Cannot load the tokens: the store did not answer";
    const tokens = await within(this.#clock, PATIENCE, missed, () => store.load());
    if (tokens === undefined || areTokens(tokens)) return tokens;
    throw new OptionError("Cannot log in: the store gave something else than tokens");
  }

  /** Gets new tokens; where Twitch refuses that, those that another process has got and stored meanwhile, if any. */
  async #renew(tokens: TwitchTokens): Promise<TwitchTokens> {
    try {
      return await this.#refresh(tokens);
    } catch (error) {
      const isFinal = error instanceof AuthenticationError;
      if (!isFinal || this.#store === undefined || this.#unsaved !== undefined) throw error;
      const stored = await this.#stored(this.#store).catch(() => undefined);
      if (stored === undefined || stored.accessToken === tokens.accessToken) throw error;
      return this.#tokens = stored;
    }
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
    // The old ones may be worth nothing by now, and nobody knows how long this process lives.
    await this.#save();
    return fresh;
  }

  async #save(): Promise<void> {
    const tokens = this.#unsaved;
    if (tokens === undefined) return;
    try {
      const missed = "Cannot save the tokens: the store did not answer";
      await within(this.#clock, PATIENCE, missed, () => this.#store?.save(tokens));
      if (this.#unsaved === tokens) this.#unsaved = undefined;
    } catch (error) {
      // Whoever asked has what they need: the new tokens are good.
      if (this.#watchers.size === 0) this.#print("tokens are not saved", error);
      for (const failed of this.#watchers) this.#tell(failed, error);
    }
  }

  #tell(failed: (error: unknown) => void, error: unknown): void {
    try {
      failed(error);
    } catch (thrown) {
      this.#print("what was told of a failure has failed", thrown);
    }
  }

  #print(what: string, error: unknown): void {
    (this.#host.console ?? console).error(`parley twitch: ${what}:`, error);
  }
}
