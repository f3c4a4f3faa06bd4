import { isRecord } from "@parley/parley/internal";
import type { Clock, Driver } from "@parley/parley/driver";
import { idOf } from "../_lines.ts";
import type { TwitchEventSubServer } from "../eventsub_server.ts";
import type { EventSubServerTransport } from "../eventsub_server_types.ts";
import type { TwitchServer } from "../server.ts";
import type { TwitchServerCommand, TwitchServerEvent } from "../server_types.ts";
import type { EventSubNews } from "./_news.ts";
import type { Token, Tokens } from "./_tokens.ts";
import type { TwitchServiceRequest } from "./types.ts";

/** Types that anybody may be told of; they cost where the account concerned has not let the application in. */
const PUBLIC = new Set(["stream.online", "stream.offline", "channel.update", "channel.raid", "user.update"]);

/** What the API needs of the rest. */
export interface HelixParts {
  readonly clock: Clock;
  readonly tokens: Tokens;
  readonly chatCore: TwitchServer;
  readonly chat: Driver<TwitchServerCommand, TwitchServerEvent>;
  readonly eventsub: TwitchEventSubServer;
  readonly news: EventSubNews;
  readonly speakers: Set<string>;
  /** The login of each account that is known, by its id. */
  readonly logins: Map<string, string>;
  readonly clientId: string;
}

type Query = URLSearchParams;
type Handler = (request: TwitchServiceRequest, token: Token) => Response | Promise<Response>;

/** What the API does, of what chat bots use. */
export class HelixApi {
  readonly #parts: HelixParts;
  readonly #handlers: Readonly<Record<string, Handler>>;

  constructor(parts: HelixParts) {
    this.#parts = parts;
    const { eventsub } = parts;
    const json = ({ status, body }: { readonly status: number; readonly body: unknown }) =>
      status === 204 ? new Response(null, { status }) : Response.json(body, { status });
    this.#handlers = {
      "GET /users": ({ query }, { login }) => this.#users(query, login),
      "GET /channels": ({ query }) => {
        return data(...query.getAll("broadcaster_id").map((id) => this.#channel(id)));
      },
      "GET /streams": () => Response.json({ data: [], pagination: {} }),
      "GET /chat/badges": () => data(),
      "GET /chat/badges/global": () => data(),
      "GET /chat/emotes": () => data(),
      "GET /chat/emotes/global": () => data(),
      "GET /bits/cheermotes": () => data(),
      "POST /chat/messages": ({ query, body }, { login }) => this.#send(given(query, body), login),
      "POST /chat/announcements": ({ query, body }) => this.#announce(query, body),
      "POST /chat/shoutouts": () => done(),
      "GET /chat/settings": ({ query }) => data(this.#settings(query)),
      "PATCH /chat/settings": ({ query, body }) => this.#changeSettings(query, body),
      "GET /chat/chatters": ({ query }) => this.#chatters(query),
      "POST /moderation/bans": ({ query, body }) => this.#ban(query, body),
      "DELETE /moderation/bans": ({ query }) => this.#unban(query),
      "POST /moderation/warnings": ({ query, body }) => this.#warn(query, body),
      "DELETE /moderation/chat": ({ query }) => this.#delete(query),
      "GET /eventsub/subscriptions": ({ query }, { login }) => {
        return json(eventsub.list(login ?? "", query.get("type") ?? undefined));
      },
      "POST /eventsub/subscriptions": ({ body }, { login }) => this.#subscribe(body, login),
      "DELETE /eventsub/subscriptions": ({ query }) => json(eventsub.unsubscribe(query.get("id") ?? "")),
      "GET /eventsub/conduits": () => json(eventsub.listConduits()),
      "POST /eventsub/conduits": ({ query, body }) => json(eventsub.setConduit(countOf(given(query, body)))),
      "PATCH /eventsub/conduits": ({ query, body }) => {
        const wanted = given(query, body);
        return json(eventsub.setConduit(countOf(wanted), textOf(wanted, "id")));
      },
      "DELETE /eventsub/conduits": ({ query }) => json(eventsub.endConduit(query.get("id") ?? "")),
      "GET /eventsub/conduits/shards": ({ query }) => {
        return json(eventsub.listConduits(query.get("conduit_id") ?? ""));
      },
      "PATCH /eventsub/conduits/shards": ({ body }) => {
        return json(eventsub.setShards(textOf(body, "conduit_id"), shardsOf(body)));
      },
    };
  }

  /** Answers a request; undefined if it is none that is known here. */
  answer(request: TwitchServiceRequest, token: Token): Promise<Response> | undefined {
    const handler = Object.hasOwn(this.#handlers, request.endpoint)
      ? this.#handlers[request.endpoint]
      : undefined;
    return handler && Promise.resolve(handler(request, token));
  }

  #users(query: Query, own: string | undefined): Response {
    const named = query.getAll("login").map((login) => login.toLowerCase());
    const byId = query.getAll("id").flatMap((id) => this.#login(id) ?? []);
    const isAsked = query.has("login") || query.has("id");
    const logins = isAsked ? [...byId, ...named] : own === undefined ? [] : [own];
    if (logins.length === 0 && !isAsked) return refused(400, "The id or login query parameter is required");
    return data(...logins.map((login) => this.#user(login)));
  }

  #user(login: string): unknown {
    const id = idOf(login);
    this.#parts.logins.set(id, login);
    return {
      id,
      login,
      display_name: login,
      type: "",
      broadcaster_type: "",
      description: "",
      profile_image_url: "",
      offline_image_url: "",
      view_count: 0,
      created_at: "2016-12-14T20:32:28Z",
    };
  }

  #channel(id: string): unknown {
    const login = this.#login(id) ?? "";
    return {
      broadcaster_id: id,
      broadcaster_login: login,
      broadcaster_name: login,
      broadcaster_language: "en",
      game_id: "",
      game_name: "",
      title: "",
      delay: 0,
      tags: [],
      content_classification_labels: [],
      is_branded_content: false,
    };
  }

  /** Says something, as who has the token, or as any account where an application asks. */
  async #send(body: unknown, own: string | undefined): Promise<Response> {
    const sender = this.#login(textOf(body, "sender_id"));
    const channel = this.#login(textOf(body, "broadcaster_id"));
    const text = textOf(body, "message");
    if (sender === undefined || channel === undefined || text === "") return refused(400, "invalid request");
    if (own !== undefined && own !== sender) {
      return refused(401, "The ID in sender_id must match the user ID found in the request's OAuth token.");
    }
    if (this.#parts.chatCore.refuses(channel, sender)) {
      return refused(
        403,
        "The sender is not permitted to send chat messages to the broadcaster's chat room.",
      );
    }
    if (this.#parts.chatCore.swallows(channel)) {
      const reason = { code: "msg_rejected", message: "Your message was not sent" };
      return data({ message_id: "", is_sent: false, drop_reason: reason });
    }
    const parent = textOf(body, "reply_parent_message_id");
    this.#parts.speakers.add(sender);
    const tags = parent === "" ? {} : { "reply-parent-msg-id": parent };
    const id = await this.#parts.chat.command({ kind: "say", channel, login: sender, text, tags });
    return data({ message_id: id, is_sent: true, drop_reason: null });
  }

  async #announce(query: Query, body: unknown): Promise<Response> {
    const channel = this.#login(query.get("broadcaster_id") ?? "") ?? "";
    const login = this.#login(query.get("moderator_id") ?? "") ?? "";
    const color = textOf(body, "color").toUpperCase() || "PRIMARY";
    await this.#parts.chat.command({
      kind: "announce",
      channel,
      login,
      text: textOf(body, "message"),
      color,
    });
    return done();
  }

  #settings(query: Query): Readonly<Record<string, unknown>> {
    const channel = this.#login(query.get("broadcaster_id") ?? "") ?? "";
    const seconds = this.#parts.chatCore.slow(channel);
    return {
      broadcaster_id: query.get("broadcaster_id") ?? "",
      emote_mode: false,
      follower_mode: false,
      follower_mode_duration: null,
      slow_mode: seconds > 0,
      slow_mode_wait_time: seconds > 0 ? seconds : null,
      subscriber_mode: false,
      unique_chat_mode: false,
    };
  }

  async #changeSettings(query: Query, body: unknown): Promise<Response> {
    const channel = this.#login(query.get("broadcaster_id") ?? "") ?? "";
    const wanted = isRecord(body) ? body : {};
    const seconds = wanted.slow_mode === false
      ? 0
      : typeof wanted.slow_mode_wait_time === "number"
      ? wanted.slow_mode_wait_time
      : wanted.slow_mode === true
      ? 30
      : this.#parts.chatCore.slow(channel);
    await this.#parts.chat.command({ kind: "slow", channel, seconds });
    return data({ ...this.#settings(query), ...wanted });
  }

  #chatters(query: Query): Response {
    const channel = this.#login(query.get("broadcaster_id") ?? "") ?? "";
    const logins = [...new Set(this.#parts.chatCore.members(channel))];
    const all = logins.map((login) => ({ user_id: idOf(login), user_login: login, user_name: login }));
    return Response.json({ data: all, pagination: {}, total: all.length });
  }

  async #ban(query: Query, body: unknown): Promise<Response> {
    const who = isRecord(body) && isRecord(body.data) ? body.data : {};
    const channel = this.#login(query.get("broadcaster_id") ?? "");
    const moderator = this.#login(query.get("moderator_id") ?? "");
    const login = this.#login(textOf(who, "user_id"));
    if (channel === undefined || login === undefined || moderator === undefined) {
      return refused(400, "The user specified in the user_id field may not be banned");
    }
    if (this.#parts.chatCore.refuses(channel, login)) return refused(400, "user is already banned");
    const seconds = typeof who.duration === "number" ? who.duration : undefined;
    await this.#parts.chat.command({
      kind: "ban",
      channel,
      login,
      ...(seconds !== undefined && { seconds }),
    });
    this.#parts.news.banned({ channel, login, moderator, seconds, reason: textOf(who, "reason") });
    const now = this.#parts.clock.wall();
    return data({
      broadcaster_id: idOf(channel),
      moderator_id: idOf(moderator),
      user_id: idOf(login),
      created_at: new Date(now).toISOString(),
      end_time: seconds === undefined ? null : new Date(now + seconds * 1_000).toISOString(),
    });
  }

  async #unban(query: Query): Promise<Response> {
    const channel = this.#login(query.get("broadcaster_id") ?? "");
    const moderator = this.#login(query.get("moderator_id") ?? "");
    const login = this.#login(query.get("user_id") ?? "");
    if (channel === undefined || login === undefined || moderator === undefined) {
      return refused(400, "The user specified in the user_id query parameter is not banned.");
    }
    await this.#parts.chat.command({ kind: "unban", channel, login });
    this.#parts.news.unbanned({ channel, login, moderator });
    return done();
  }

  #warn(query: Query, body: unknown): Response {
    const who = isRecord(body) && isRecord(body.data) ? body.data : {};
    return data({
      broadcaster_id: query.get("broadcaster_id"),
      moderator_id: query.get("moderator_id"),
      user_id: who.user_id,
      reason: who.reason,
    });
  }

  async #delete(query: Query): Promise<Response> {
    const channel = this.#login(query.get("broadcaster_id") ?? "");
    if (channel === undefined) return refused(400, "broadcaster_id is required");
    const id = query.get("message_id") ?? undefined;
    const message = id === undefined ? undefined : this.#parts.chatCore.message(channel, id);
    if (id !== undefined && message === undefined) return refused(404, "message not found");
    await this.#parts.chat.command({ kind: "delete", channel, ...(id !== undefined && { id }) });
    this.#parts.news.deleted({ channel, id, login: message?.login });
    return done();
  }

  #subscribe(body: unknown, login: string | undefined): Response {
    const transport = transportOf(isRecord(body) ? body.transport : undefined);
    const type = textOf(body, "type");
    if (!isRecord(body) || transport === undefined || type === "") return refused(400, "invalid request");
    if (transport.method === "websocket" && login === undefined) {
      return refused(400, "invalid transport and auth combination");
    }
    if (transport.method !== "websocket" && login !== undefined) {
      return refused(400, "invalid transport and auth combination");
    }
    const named = isRecord(body.condition) ? Object.entries(body.condition) : [];
    const condition = Object.fromEntries(named.filter((part): part is [string, string] => {
      return typeof part[1] === "string";
    }));
    const isKnown = Object.values(condition).some((id) => {
      const account = this.#login(id);
      return account !== undefined && this.#parts.tokens.hasGranted(account);
    });
    const { status, body: answer } = this.#parts.eventsub.subscribe({
      type,
      version: textOf(body, "version"),
      condition,
      transport,
      owner: login ?? "",
      cost: PUBLIC.has(type) && !isKnown ? 1 : 0,
    });
    if (status === 202 && transport.method === "webhook") {
      const made = this.#parts.eventsub.subscriptions.at(-1);
      if (made !== undefined) this.#parts.news.challenge(made, transport);
    }
    return Response.json(answer, { status });
  }

  #login(id: string): string | undefined {
    return this.#parts.logins.get(id);
  }
}

function data(...items: readonly unknown[]): Response {
  return Response.json({ data: items });
}

function done(): Response {
  return new Response(null, { status: 204 });
}

function refused(status: number, message: string): Response {
  return Response.json({ status, message }, { status });
}

function textOf(body: unknown, name: string): string {
  const value = isRecord(body) ? body[name] : undefined;
  return typeof value === "string" ? value : "";
}

function countOf(body: unknown): number {
  const value = Number(isRecord(body) ? body.shard_count : 1);
  return Number.isSafeInteger(value) ? value : 1;
}

/** What the reference has in the body Twitch takes in the query, too, where Twurple puts it. */
function given(query: Query, body: unknown): Readonly<Record<string, unknown>> {
  return { ...Object.fromEntries(query), ...(isRecord(body) ? body : {}) };
}

function shardsOf(
  body: unknown,
): { id: string; transport: Exclude<EventSubServerTransport, { readonly method: "conduit" }> }[] {
  const shards = isRecord(body) && Array.isArray(body.shards) ? body.shards : [];
  return shards.flatMap((shard: unknown) => {
    const transport = isRecord(shard) ? transportOf(shard.transport) : undefined;
    if (transport === undefined || transport.method === "conduit") return [];
    return [{ id: textOf(shard, "id"), transport }];
  });
}

function transportOf(value: unknown): EventSubServerTransport | undefined {
  if (!isRecord(value)) return undefined;
  switch (value.method) {
    case "websocket":
      return { method: "websocket", session_id: textOf(value, "session_id") };
    case "webhook":
      return { method: "webhook", callback: textOf(value, "callback"), secret: textOf(value, "secret") };
    case "conduit":
      return { method: "conduit", conduit_id: textOf(value, "conduit_id") };
    default:
      return undefined;
  }
}
