import type { Host } from "../../driver/host.ts";
import { httpHost } from "../../http/http_host.ts";
import { AuthenticationError, OptionError, ParleyError } from "../../protocol/errors.ts";
import { checkKinds } from "../../protocol/option_checks.ts";
import { IdService, type TwitchAccount, type TwitchIdOptions } from "./id_service.ts";
import type { TwitchTokens } from "./tokens.ts";

/** How long a login may take, in seconds. */
const LASTS = 600;
/** How many random bytes tell a login from one that somebody else began. */
const STATE_BYTES = 16;

/** An account that has let the application in. */
export interface TwitchLogin {
  /** Its tokens, to be kept: they are told once. */
  readonly tokens: TwitchTokens;
  /** Whose they are, and what they are good for. */
  readonly account: TwitchAccount;
}

/** What {@linkcode TwitchLoginEndpoint} takes. */
export interface TwitchLoginOptions<Env = unknown> extends TwitchIdOptions {
  /** The application's id. */
  readonly clientId: string;
  /** The application's secret, never shown; or what finds it in what comes with the request. */
  readonly clientSecret: string | ((place: { readonly env: Env }) => string);
  /** Where Twitch sends the browser back to, exactly as the application has it registered: where `finish` answers. */
  readonly redirectUri: string;
  /** What the account is asked to grant. ([Scopes](https://dev.twitch.tv/docs/authentication/scopes/)) */
  readonly scopes: readonly string[];
  /** Whether the account is asked again though it has granted all. @default {false} */
  readonly forceVerify?: boolean;
  /** Keeps the tokens; may answer the browser. @default a line of text */
  readonly granted: (
    login: TwitchLogin,
    place: { readonly env: Env; readonly request: Request },
  ) => Response | void | Promise<Response | void>;
  /** Parts of the host, such as that of a simulation. @default the runtime's own */
  readonly runtime?: Partial<Host>;
}

/**
 * A login by Twitch in a browser: `begin` sends it there, `finish` takes the code with which it comes back, and trades it
 * for the account's tokens. What begins is remembered in a cookie, so that nobody can be logged in to an account that
 * is not theirs, and no process has to be the same. Twitch offers no PKCE.
 * ([Authorization code](https://dev.twitch.tv/docs/authentication/getting-tokens-oauth/#authorization-code-grant-flow))
 *
 * @example
 * ```ts
 * import { TwitchLoginEndpoint } from "@parley/parley/twitch";
 *
 * const login = new TwitchLoginEndpoint({
 *   clientId: "your client id",
 *   clientSecret: "your client secret",
 *   redirectUri: "https://bot.example/twitch/callback",
 *   scopes: ["user:read:chat"],
 *   granted: ({ account }) => console.log(account.login, "is here"),
 * });
 * login.begin().status; // 302
 * ```
 */
export class TwitchLoginEndpoint<Env = unknown> {
  readonly #options: TwitchLoginOptions<Env>;
  readonly #host: Host;
  readonly #service: IdService;
  readonly #isSecure: boolean;

  /**
   * Takes the application, and what becomes of the tokens.
   *
   * @throws {OptionError} if the id, the secret, `baseUrl` or the address to come back to cannot be one.
   */
  constructor(options: TwitchLoginOptions<Env>) {
    checkKinds("make a TwitchLoginEndpoint", options, {
      clientId: ["string"],
      clientSecret: ["string", "function"],
      redirectUri: ["string"],
      scopes: ["array"],
      granted: ["function"],
    });
    const { clientId, clientSecret, redirectUri, baseUrl, runtime } = options;
    if (clientId === "" || clientSecret === "") {
      throw new OptionError("Cannot use an empty client id or secret");
    }
    this.#isSecure = protocolOf(redirectUri) === "https:";
    this.#options = options;
    this.#host = httpHost(runtime);
    this.#service = new IdService(this.#host, baseUrl);
  }

  /** Sends a browser to Twitch, where the account's owner is asked. */
  begin(): Response {
    const { clientId, redirectUri, scopes, forceVerify = false } = this.#options;
    const bytes = this.#host.crypto.getRandomValues(new Uint8Array(STATE_BYTES));
    const state = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    const url = this.#service.authorizeUrl({
      response_type: "code",
      client_id: clientId,
      redirect_uri: redirectUri,
      scope: scopes.join(" "),
      state,
      ...(forceVerify && { force_verify: "true" }),
    });
    const headers = this.#headers(state, LASTS);
    headers.set("location", url);
    return new Response(null, { status: 302, headers });
  }

  /**
   * Answers a browser that comes back: by default 200; 400 where this one has begun no login, 403 where its owner has
   * refused, or Twitch does not take the code, 502 where Twitch cannot be reached.
   *
   * @throws {OptionError} if there is no secret for the request.
   * @throws whatever `granted` throws.
   */
  async finish(request: Request, { env }: { readonly env?: Env } = {}): Promise<Response> {
    const { searchParams } = new URL(request.url);
    const state = searchParams.get("state") ?? "";
    if (state === "" || !isSame(state, this.#begun(request))) {
      return this.#answer(400, "This browser has begun no login here, or too long ago: begin it again");
    }
    const code = searchParams.get("code");
    if (code === null || code === "") return this.#answer(403, "Access was not granted");
    // Where there is no bindings' object, an option that wants one cannot have been written.
    const place = { env: env as Env, request };
    let login: TwitchLogin;
    try {
      login = await this.#trade(code, place);
    } catch (error) {
      if (error instanceof OptionError || !(error instanceof ParleyError)) throw error;
      return error instanceof AuthenticationError
        ? this.#answer(403, "Twitch did not take this login: begin it again")
        : this.#answer(502, "Twitch cannot be reached: begin the login again");
    }
    const given = await this.#options.granted(login, place);
    if (!(given instanceof Response)) return this.#answer(200, "Access was granted: this page may be closed");
    // What came from elsewhere may have headers that cannot be changed.
    const response = new Response(given.body, given);
    for (const [name, value] of this.#headers("", 0)) response.headers.append(name, value);
    return response;
  }

  async #trade(code: string, place: { readonly env: Env }): Promise<TwitchLogin> {
    const { clientId, clientSecret, redirectUri } = this.#options;
    const secret = typeof clientSecret === "function" ? clientSecret(place) : clientSecret;
    // What reads an environment may find nothing in it, whatever its type says.
    if (typeof secret !== "string" || secret === "") {
      throw new OptionError("Cannot log in: there is no client secret");
    }
    const tokens = await this.#service.tokens("log in", {
      client_id: clientId,
      client_secret: secret,
      code,
      grant_type: "authorization_code",
      redirect_uri: redirectUri,
    });
    const account = await this.#service.validate(tokens.accessToken);
    if (account === undefined) {
      throw new AuthenticationError("Cannot log in: Twitch does not know its new token");
    }
    return { tokens, account };
  }

  #begun(request: Request): string {
    const cookies = request.headers.get("cookie")?.split(";").map((cookie) => cookie.trim().split("=")) ?? [];
    return cookies.find(([name]) => name === this.#cookie)?.[1] ?? "";
  }

  /** With this prefix no other host can set it. */
  get #cookie(): string {
    return this.#isSecure ? "__Host-parley-twitch-login" : "parley-twitch-login";
  }

  #answer(status: number, text: string): Response {
    const headers = this.#headers("", 0);
    headers.set("content-type", "text/plain; charset=utf-8");
    return new Response(text, { status, headers });
  }

  /** The address has the code in it: nobody may keep it or be told of it. */
  #headers(state: string, lasts: number): Headers {
    const secure = this.#isSecure ? "; Secure" : "";
    return new Headers({
      "set-cookie": `${this.#cookie}=${state}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${lasts}${secure}`,
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
    });
  }
}

function protocolOf(redirectUri: string): string {
  const { protocol, hash } = URL.canParse(redirectUri) ? new URL(redirectUri) : { protocol: "", hash: "" };
  if ((protocol === "https:" || protocol === "http:") && hash === "") return protocol;
  throw new OptionError(
    `Cannot come back to "${redirectUri}": it must be an http or https address without a fragment`,
  );
}

/** Compares without telling by its time where they differ. */
function isSame(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let index = 0; index < one.length; index++) {
    difference |= one.charCodeAt(index) ^ other.charCodeAt(index % Math.max(other.length, 1));
  }
  return difference === 0;
}
