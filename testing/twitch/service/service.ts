import { TWITCH_GRANTS } from "@parley/parley/twitch/api";
import { Driver } from "@parley/parley/driver";
import { EVENTSUB_URL } from "@parley/parley/twitch/eventsub";
import { idOf } from "../_lines.ts";
import { TwitchEventSubServer } from "../eventsub_server.ts";
import type { EventSubServerCommand, EventSubServerEvent } from "../eventsub_server_types.ts";
import { TwitchServer } from "../server.ts";
import type { TwitchServerCommand, TwitchServerEvent } from "../server_types.ts";
import { HelixApi } from "./_helix.ts";
import { EventSubNews } from "./_news.ts";
import { Points } from "./_points.ts";
import { type Token, Tokens } from "./_tokens.ts";
import { Webhooks } from "./_webhooks.ts";
import type { TwitchServiceOptions, TwitchServiceRequest, TwitchServiceTokens } from "./types.ts";

/**
 * All of Twitch in one object, for tests: tokens (id.twitch.tv), its API (Helix), EventSub and chat, which know of one
 * another. What is said in chat or by the API comes over both wires, and so does what moderators do by the API; a token
 * that has expired is refused everywhere. {@linkcode serveTwitch} puts it into a simulation, {@linkcode listenTwitch} on
 * loopback; its `fetch` may also be any client's own.
 *
 * @example
 * ```ts
 * import { TwitchAuth, TwitchClient } from "@parley/parley/twitch";
 * import { TwitchApi } from "@parley/parley/twitch/api";
 * import { serveTwitch, Simulation } from "@parley/testing";
 *
 * const world = new Simulation();
 * const scopes = ["chat:read", "user:write:chat"];
 * const twitch = serveTwitch(world, { accounts: { bot: { token: "tok", refreshToken: "ref", scopes } } });
 * const runtime = world.host("bot");
 * const tokens = { accessToken: "tok", refreshToken: "ref" };
 * const auth = new TwitchAuth({ clientId: twitch.clientId, tokens, runtime });
 * const api = new TwitchApi({ auth, runtime });
 * const chat = await world.until(new TwitchClient({ channels: ["#dallas"], runtime }).connect());
 * await world.run(1_000);
 * const heard = chat.wait("PRIVMSG");
 * await world.until(api.sendMessage(twitch.idOf("dallas"), "Kappa"));
 * (await world.until(heard)).text; // "Kappa"
 * ```
 */
export class TwitchService {
  /** The application's id. */
  readonly clientId: string;
  /** Runs chat; takes its commands. */
  readonly chat: Driver<TwitchServerCommand, TwitchServerEvent>;
  /** The chat server itself. */
  readonly chatServer: TwitchServer;
  /** Runs EventSub; takes its commands. */
  readonly eventsub: Driver<EventSubServerCommand, EventSubServerEvent>;
  /** The EventSub server itself. */
  readonly eventsubServer: TwitchEventSubServer;
  /** What was asked over HTTP, in order. */
  readonly asked: TwitchServiceRequest[] = [];
  /** The logins of those who have said something by the API. */
  readonly speakers: ReadonlySet<string>;
  /** What answers instead, by endpoint: for those that it does not know, and for what is to go wrong. */
  readonly answers: Map<string, (request: TwitchServiceRequest) => Response | Promise<Response> | undefined> =
    new Map();
  readonly #tokens: Tokens;
  readonly #takesAny: boolean;
  readonly #points: Points;
  readonly #helix: HelixApi;
  /** Logins by their ids. */
  readonly #logins = new Map<string, string>();

  /** Takes its host, and who is there. */
  constructor(options: TwitchServiceOptions) {
    const { host, accounts = {}, clientId = "client", clientSecret = "secret", tokensLast = 14_400 } =
      options;
    const { clock } = host;
    this.clientId = clientId;
    const { anyTokenOf } = options;
    this.#takesAny = anyTokenOf !== undefined;
    const tokens = this.#tokens = new Tokens({
      clock,
      clientId,
      clientSecret,
      lasts: tokensLast,
      accounts,
      anyTokenOf,
    });
    this.#points = new Points(clock, options.points ?? 800);
    this.chatServer = new TwitchServer({
      ...options.chat,
      accounts: (login, token) => this.#takesAny || tokens.of(token)?.login === login,
    });
    this.eventsubServer = new TwitchEventSubServer({ url: options.eventsubUrl ?? EVENTSUB_URL });
    const webhooks = new Webhooks(host, this.eventsubServer);
    this.eventsub = new Driver<EventSubServerCommand, EventSubServerEvent>(this.eventsubServer, {
      host,
      label: "eventsub",
      deliver: (event) => {
        if (event.kind === "post") void webhooks.deliver(event.post);
      },
    });
    const news = new EventSubNews(clock, this.eventsub, this.chatServer, webhooks);
    this.chat = new Driver<TwitchServerCommand, TwitchServerEvent>(this.chatServer, {
      host,
      label: "tmi",
      deliver: (event) => {
        if (event.kind === "said") news.said(event);
        else if (event.kind === "announced") news.announced(event);
        if ("login" in event) this.idOf(event.login);
        // Whose channel it is has an account, too, even if they never say a word.
        if ("channel" in event) this.idOf(event.channel.replace(/^#/, ""));
        options.told?.(event);
      },
    });
    const speakers = new Set<string>();
    this.speakers = speakers;
    const parts = {
      clock,
      tokens,
      chat: this.chat,
      chatCore: this.chatServer,
      eventsub: this.eventsubServer,
    };
    this.#helix = new HelixApi({ ...parts, news, logins: this.#logins, speakers, clientId });
    for (const login of Object.keys(accounts)) this.idOf(login);
    if (anyTokenOf !== undefined) this.idOf(anyTokenOf);
    this.chat.start();
    this.eventsub.start();
  }

  /** The id of an account, which from now on the API knows. */
  idOf(login: string): string {
    const id = idOf(login.toLowerCase());
    this.#logins.set(id, login.toLowerCase());
    return id;
  }

  /** Gives tokens, as if the account's owner had granted these scopes; those of a public client refresh once. */
  grant(
    login: string,
    scopes: readonly string[],
    { isPublic = false }: { readonly isPublic?: boolean } = {},
  ): TwitchServiceTokens {
    this.idOf(login);
    return this.#tokens.grant(login, scopes, isPublic);
  }

  /** Lets the tokens of an account expire, or one of them; links that are there stay. */
  expire(login: string, token?: string): void {
    this.#tokens.expire(login, token);
  }

  /** An account's owner removes the application: no token is good any more, and its subscriptions are revoked. */
  disconnect(login: string): void {
    this.#tokens.disconnect(login);
    for (const name of ["broadcaster_user_id", "user_id", "moderator_user_id"]) {
      const isConcerned = this.eventsubServer.subscriptions.some(({ condition }) =>
        condition[name] === idOf(login)
      );
      const condition = { [name]: idOf(login) };
      const status = "authorization_revoked";
      if (isConcerned) void this.eventsub.command({ kind: "revoke", condition, status });
    }
  }

  /** An account's owner enters the code that a device shows; false if there is no such. */
  enter(userCode: string, login: string): boolean {
    this.idOf(login);
    return this.#tokens.enter(userCode, login);
  }

  /** Answers requests to id.twitch.tv and api.twitch.tv, by their paths. */
  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const asked = new Request(input, init);
    const url = new URL(asked.url);
    const text = await asked.text();
    const { headers, method } = asked;
    const path = url.pathname.replace(/^\/helix/, "");
    const name = /^(?:Bearer|OAuth) (.+)$/.exec(headers.get("authorization") ?? "")?.[1] ?? "";
    const token = this.#tokens.of(name);
    const request: TwitchServiceRequest = {
      endpoint: `${method} ${path}`,
      url,
      headers,
      query: url.searchParams,
      body: jsonOf(text),
      login: token?.login,
    };
    this.asked.push(request);
    const instead = await this.answers.get(request.endpoint)?.(request);
    if (instead !== undefined) return instead;
    if (path.startsWith("/oauth2/")) {
      return this.#tokens.answer(method, url, headers, text) ?? refused(404, "not found");
    }
    return await this.#answer(request, name, token);
  };

  /** Ends both servers. */
  close(): void {
    this.chat.shutdown("end");
    this.eventsub.shutdown("end");
  }

  async #answer(request: TwitchServiceRequest, name: string, token: Token | undefined): Promise<Response> {
    if (request.headers.get("client-id") !== this.clientId && !this.#takesAny) {
      return refused(401, "Client ID and OAuth token do not match");
    }
    if (token === undefined) return refused(401, "Invalid OAuth token");
    const points = this.#points.spend(name);
    const answer = points.isOver
      ? refused(429, "Too Many Requests")
      : (this.#takesAny ? undefined : this.#scopeRefusal(request, token)) ??
        await this.#helix.answer(request, token) ??
        refused(404, `There is no ${request.endpoint} here`);
    for (const [header, value] of Object.entries(points.headers)) answer.headers.set(header, value);
    return answer;
  }

  #scopeRefusal({ endpoint }: TwitchServiceRequest, { login, scopes }: Token): Response | undefined {
    const needs: Readonly<Partial<Record<string, readonly string[]>>> = TWITCH_GRANTS;
    const [kind, ...enough] = needs[endpoint] ?? [];
    if (kind === "user" && login === undefined) return refused(401, "Missing User OAUTH Token");
    if (kind === "app" && login !== undefined) return refused(401, "Missing App Access Token");
    if (login === undefined || enough.length === 0 || enough.some((scope) => scopes.includes(scope))) {
      return undefined;
    }
    return refused(401, `Missing scope: ${enough.join(" or ")}`);
  }
}

function refused(status: number, message: string): Response {
  return Response.json({ status, message }, { status });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
