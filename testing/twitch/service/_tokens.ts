import type { Clock } from "@parley/parley/driver";
import { TWITCH_GRANTS } from "@parley/parley/twitch/api";
import { idOf } from "../_lines.ts";
import type { TwitchServiceAccount, TwitchServiceTokens } from "./types.ts";

/** How long a code may be used, in milliseconds. */
const CODE_LASTS = 1_800_000;

/** A token that Twitch has given. */
export interface Token {
  /** Undefined: it is the application's. */
  readonly login: string | undefined;
  readonly scopes: readonly string[];
  readonly expiresAt: number;
}

/** What gives another token. */
interface Refresh {
  readonly login: string;
  readonly scopes: readonly string[];
  /** Good once: the client has no secret. */
  readonly isPublic: boolean;
}

/** What an account's owner is asked to grant. */
interface Grant {
  readonly scopes: readonly string[];
  readonly redirectUri: string | undefined;
  readonly until: number;
  login: string | undefined;
}

/** How the service of tokens is set up. */
export interface TokensOptions {
  readonly clock: Clock;
  readonly clientId: string;
  readonly clientSecret: string;
  /** How long a token lasts, in seconds. */
  readonly lasts: number;
  readonly accounts: Readonly<Record<string, TwitchServiceAccount>>;
  /** Whose a token is that is not known; undefined: it is none. */
  readonly anyTokenOf?: string | undefined;
}

/** What chat needs, over either wire, which no endpoint does. */
const OF_CHAT = ["chat:read", "chat:edit", "user:read:chat", "user:bot", "channel:bot", "channel:moderate"];
/** All that any endpoint needs, and chat. */
const ALL_SCOPES: readonly string[] = [
  ...new Set([...OF_CHAT, ...Object.values(TWITCH_GRANTS).flatMap(([, ...scopes]) => scopes)]),
];

/** id.twitch.tv: who has granted what, and which tokens are good. */
export class Tokens {
  readonly #options: TokensOptions;
  readonly #tokens = new Map<string, Token>();
  readonly #refreshes = new Map<string, Refresh>();
  /** By the code with which a browser is sent back. */
  readonly #codes = new Map<string, Grant>();
  /** By the code that a device waits with. */
  readonly #devices = new Map<string, Grant>();
  #count = 0;

  constructor(options: TokensOptions) {
    this.#options = options;
    for (const [login, { token, refreshToken, scopes = [] }] of Object.entries(options.accounts)) {
      if (token !== undefined) this.#tokens.set(token, { login, scopes, expiresAt: this.#end() });
      if (refreshToken !== undefined) this.#refreshes.set(refreshToken, { login, scopes, isPublic: false });
    }
  }

  /** What a token is good for; undefined if it is none. */
  of(token: string): Token | undefined {
    const known = this.#tokens.get(token) ?? this.#unknown;
    return known !== undefined && this.#now() < known.expiresAt ? known : undefined;
  }

  /** What a token is good for that is not known. */
  get #unknown(): Token | undefined {
    const { anyTokenOf: login } = this.#options;
    return login === undefined ? undefined : { login, scopes: ALL_SCOPES, expiresAt: this.#end() };
  }

  /** Whether an account has let the application in. */
  hasGranted(login: string): boolean {
    if (login === this.#options.anyTokenOf) return true;
    return [...this.#tokens.values(), ...this.#refreshes.values()].some((one) => one.login === login);
  }

  /** Gives an account's tokens, as if its owner had granted these scopes. */
  grant(login: string, scopes: readonly string[], isPublic = false): TwitchServiceTokens {
    const count = ++this.#count;
    const accessToken = `token${count}`;
    const refreshToken = `refresh${count}`;
    this.#tokens.set(accessToken, { login, scopes, expiresAt: this.#end() });
    this.#refreshes.set(refreshToken, { login, scopes, isPublic });
    return { accessToken, refreshToken };
  }

  /** Lets an account's tokens expire, or one of them. */
  expire(login: string, token?: string): void {
    for (const [known, one] of this.#tokens) {
      if (one.login === login && (token === undefined || known === token)) this.#tokens.delete(known);
    }
  }

  /** An account does not let the application in any more. */
  disconnect(login: string): void {
    this.expire(login);
    for (const [known, one] of this.#refreshes) if (one.login === login) this.#refreshes.delete(known);
  }

  /** An account's owner enters a device's code; false if there is no such. */
  enter(userCode: string, login: string): boolean {
    const grant = this.#devices.get(`device-${userCode}`);
    if (grant === undefined || this.#now() >= grant.until) return false;
    grant.login = login;
    return true;
  }

  /** Answers a request; undefined if there is no such path. */
  answer(method: string, url: URL, headers: Headers, body: string): Response | undefined {
    const form = new URLSearchParams(body === "" ? url.search : body);
    switch (`${method} ${url.pathname}`) {
      case "GET /oauth2/validate":
        return this.#validate(headers.get("authorization"));
      case "POST /oauth2/token":
        return this.#token(form);
      case "POST /oauth2/device":
        return this.#device(form);
      case "POST /oauth2/revoke":
        return this.#revoke(form);
      case "GET /oauth2/authorize":
        return this.#authorize(url.searchParams);
      default:
        return undefined;
    }
  }

  #validate(authorization: string | null): Response {
    const name = /^(?:OAuth|Bearer) (.+)$/.exec(authorization ?? "")?.[1] ?? "";
    const token = this.of(name);
    if (token === undefined) return refused(401, "invalid access token");
    const { login, scopes, expiresAt } = token;
    return Response.json({
      client_id: this.#options.clientId,
      scopes,
      expires_in: Math.floor((expiresAt - this.#now()) / 1_000),
      ...(login !== undefined && { login, user_id: idOf(login) }),
    });
  }

  #token(form: URLSearchParams): Response {
    const { clientSecret, anyTokenOf } = this.#options;
    const secret = form.get("client_secret");
    if (!this.#knows(form.get("client_id"))) return refused(400, "invalid client");
    if (anyTokenOf === undefined && secret !== null && secret !== clientSecret) {
      return refused(403, "invalid client secret");
    }
    switch (form.get("grant_type")) {
      case "refresh_token":
        return this.#refresh(form.get("refresh_token") ?? "", secret);
      case "client_credentials":
        return secret === null ? refused(400, "missing client secret") : this.#app();
      case "authorization_code":
        return secret === null ? refused(400, "missing client secret") : this.#code(form);
      case "urn:ietf:params:oauth:grant-type:device_code":
        return this.#deviceToken(form.get("device_code") ?? "");
      default:
        return refused(400, "missing grant type");
    }
  }

  #refresh(name: string, secret: string | null): Response {
    const { anyTokenOf } = this.#options;
    const unknown = anyTokenOf === undefined
      ? undefined
      : { login: anyTokenOf, scopes: ALL_SCOPES, isPublic: secret === null };
    const refresh = this.#refreshes.get(name) ?? unknown;
    if (refresh === undefined) return refused(400, "Invalid refresh token");
    const { login, scopes, isPublic } = refresh;
    // "Confidential clients" must prove who they are.
    if (!isPublic && secret === null) return refused(400, "missing client secret");
    if (isPublic) this.#refreshes.delete(name);
    return this.#given(login, scopes, isPublic);
  }

  #app(): Response {
    const accessToken = `apptoken${++this.#count}`;
    this.#tokens.set(accessToken, { login: undefined, scopes: [], expiresAt: this.#end() });
    return Response.json({
      access_token: accessToken,
      expires_in: this.#options.lasts,
      token_type: "bearer",
    });
  }

  #authorize(query: URLSearchParams): Response {
    const redirectUri = query.get("redirect_uri") ?? "";
    const isWrong = !this.#knows(query.get("client_id")) || !URL.canParse(redirectUri) ||
      query.get("response_type") !== "code";
    if (isWrong) return refused(400, "invalid request");
    const back = new URL(redirectUri);
    const state = query.get("state");
    if (state !== null) back.searchParams.set("state", state);
    const { accounts, anyTokenOf } = this.#options;
    const [login = anyTokenOf] = Object.keys(accounts);
    if (login === undefined) {
      back.searchParams.set("error", "access_denied");
      back.searchParams.set("error_description", "The user denied you access");
    } else {
      const code = `code-${++this.#count}`;
      const scopes = (query.get("scope") ?? "").split(" ").filter((scope) => scope !== "");
      this.#codes.set(code, { scopes, redirectUri, login, until: this.#now() + CODE_LASTS });
      back.searchParams.set("code", code);
      back.searchParams.set("scope", scopes.join(" "));
    }
    return new Response(null, { status: 302, headers: { location: back.href } });
  }

  #code(form: URLSearchParams): Response {
    const code = form.get("code") ?? "";
    const grant = this.#codes.get(code);
    this.#codes.delete(code);
    if (grant?.login === undefined || this.#now() >= grant.until) {
      return refused(400, "Invalid authorization code");
    }
    if (form.get("redirect_uri") !== grant.redirectUri) {
      return refused(400, "Parameter redirect_uri does not match registered URI");
    }
    return this.#given(grant.login, grant.scopes, false);
  }

  #device(form: URLSearchParams): Response {
    if (!this.#knows(form.get("client_id"))) return refused(400, "invalid client");
    const userCode = `CODE${++this.#count}`;
    const scopes = (form.get("scopes") ?? "").split(" ").filter((scope) => scope !== "");
    const until = this.#now() + CODE_LASTS;
    this.#devices.set(`device-${userCode}`, {
      scopes,
      redirectUri: undefined,
      login: this.#options.anyTokenOf,
      until,
    });
    return Response.json({
      device_code: `device-${userCode}`,
      user_code: userCode,
      verification_uri: `https://www.twitch.tv/activate?device-code=${userCode}`,
      expires_in: CODE_LASTS / 1_000,
      interval: 5,
    });
  }

  #deviceToken(code: string): Response {
    const grant = this.#devices.get(code);
    if (grant === undefined || this.#now() >= grant.until) return refused(400, "invalid device code");
    if (grant.login === undefined) return refused(400, "authorization_pending");
    this.#devices.delete(code);
    return this.#given(grant.login, grant.scopes, true);
  }

  #revoke(form: URLSearchParams): Response {
    return this.#tokens.delete(form.get("token") ?? "")
      ? new Response(null, { status: 200 })
      : refused(400, "Invalid token");
  }

  #given(login: string, scopes: readonly string[], isPublic: boolean): Response {
    const { accessToken, refreshToken } = this.grant(login, scopes, isPublic);
    return Response.json({
      access_token: accessToken,
      refresh_token: refreshToken,
      expires_in: this.#options.lasts,
      scope: scopes,
      token_type: "bearer",
    });
  }

  /** Whether there is such an application. */
  #knows(clientId: string | null): boolean {
    return this.#options.anyTokenOf !== undefined || clientId === this.#options.clientId;
  }

  #now(): number {
    return this.#options.clock.now();
  }

  #end(): number {
    return this.#now() + this.#options.lasts * 1_000;
  }
}

function refused(status: number, message: string): Response {
  return Response.json({ status, message }, { status });
}
