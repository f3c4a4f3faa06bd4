import { isRecord } from "@parley/parley/internal";
import type { Instant } from "@parley/parley/protocol";
import { json, noContent, refusal, type RestRequest } from "./_answers.ts";
import type { Answered, Effect } from "./_effect.ts";
import { isRefused, readJson, readMessage } from "./_message_body.ts";
import {
  type DiscordServerMessage,
  type DiscordServerUser,
  type Member,
  userObject,
  type World,
} from "../_world.ts";

/** What a request says: the parts of its path that are parameters, and the rest. */
interface Call {
  readonly ids: readonly string[];
  readonly request: RestRequest;
  readonly now: Instant;
}

/** What it needs to know. */
interface ResourcesContext {
  readonly world: World;
  readonly me: DiscordServerUser;
  /** The application's. */
  readonly flags: number;
}

/** What answers the requests of one route. */
type Handler = (call: Call) => Answered;

/**
 * The part of the REST API that is about what there is: channels, messages, reactions, members and commands. The bot
 * is allowed everything.
 *
 * @see https://discord.com/developers/docs/resources/message
 */
export class Resources {
  readonly #world: World;
  readonly #me: DiscordServerUser;
  readonly #application: Readonly<Record<string, unknown>>;
  /** The commands of each scope, a guild or everywhere, as the bot has registered them. */
  readonly #commands = new Map<string, readonly Record<string, unknown>[]>();
  readonly #routes: readonly (readonly [route: RegExp, handler: Handler])[];

  constructor({ world, me, flags }: ResourcesContext) {
    this.#world = world;
    this.#me = me;
    // https://discord.com/developers/docs/resources/application#application-object
    this.#application = {
      id: me.id,
      name: me.username,
      icon: null,
      description: "",
      bot_public: true,
      bot_require_code_grant: false,
      verify_key: "",
      team: null,
      flags,
      owner: userObject(me, true),
    };
    this.#routes = Object.entries(this.#handlers()).map(([route, handler]) => [patternOf(route), handler]);
  }

  /** Answers a request, if it is for here. */
  request(call: string, request: RestRequest, now: Instant): Answered | undefined {
    for (const [route, handler] of this.#routes) {
      const found = route.exec(call);
      if (found !== null) return handler({ ids: found.slice(1).map(decodeURIComponent), request, now });
    }
    return undefined;
  }

  #handlers(): Readonly<Record<string, Handler>> {
    const everywhere = "/applications/{}/commands";
    const inGuild = "/applications/{}/guilds/{}/commands";
    return {
      "GET /users/@me": () => ok(userObject(this.#me, true)),
      "GET /users/{}": ({ ids: [user = ""] }) => found(this.#world.user(user), 10013, "Unknown User"),
      "GET /applications/@me": () => ok(this.#application),
      "GET /oauth2/applications/@me": () => ok(this.#application),
      "POST /users/@me/channels": (call) => this.#direct(call),
      "GET /channels/{}": ({ ids: [channel = ""] }) => found(this.#world.channel(channel), ...CHANNEL),
      "POST /channels/{}/typing": ({ ids: [channel_id = ""], now }) =>
        done("TYPING_START", { channel_id, user_id: this.#me.id, timestamp: Math.trunc(now / 1_000) }),
      "GET /channels/{}/messages": (call) => this.#messages(call),
      "GET /channels/{}/messages/{}": ({ ids: [channel = "", id = ""] }) =>
        found(this.#world.message(channel, id), ...MESSAGE),
      "PATCH /channels/{}/messages/{}": (call) => this.#edit(call),
      "DELETE /channels/{}/messages/{}": ({ ids: [channel = "", id = ""] }) => this.#delete(channel, [id]),
      "POST /channels/{}/messages/bulk-delete": ({ ids: [channel = ""], request }) => {
        const body = readJson(request);
        if (isRefused(body)) return { response: body };
        return this.#delete(channel, Array.isArray(body.messages) ? body.messages.map(String) : []);
      },
      "PUT /channels/{}/messages/{}/reactions/{}/@me": (call) => this.#react("ADD", call),
      "DELETE /channels/{}/messages/{}/reactions/{}/@me": (call) => this.#react("REMOVE", call),
      "DELETE /channels/{}/messages/{}/reactions/{}/{}": (call) => this.#react("REMOVE", call),
      "GET /guilds/{}": ({ ids: [id = ""], now }) => {
        const guild = this.#world.guilds.find((one) => one.id === id);
        return found(guild && this.#world.guildCreate(guild, this.#me, now), ...GUILD);
      },
      "GET /guilds/{}/channels": ({ ids: [id = ""] }) => {
        const guild = this.#world.guilds.find((one) => one.id === id);
        return found(guild?.channels.map((channel) => this.#world.channel(channel.id)), ...GUILD);
      },
      "GET /guilds/{}/members": ({ ids: [guild = ""] }) => ok(this.#world.members(guild)),
      "GET /guilds/{}/members/{}": ({ ids: [guild = "", user = ""] }) =>
        found(this.#world.member(guild, user), ...MEMBER),
      "PATCH /guilds/{}/members/{}": ({ ids: [guild = "", user = ""], request }) => {
        const body = readJson(request);
        if (isRefused(body)) return { response: body };
        return this.#changeMember(guild, user, () => body);
      },
      "DELETE /guilds/{}/members/{}": ({ ids: [guild = "", user = ""] }) => this.#remove(guild, user),
      "PUT /guilds/{}/members/{}/roles/{}": ({ ids: [guild = "", user = "", role = ""] }) =>
        this.#changeMember(guild, user, ({ roles }) => ({ roles: [...new Set([...roles, role])] })),
      "DELETE /guilds/{}/members/{}/roles/{}": ({ ids: [guild = "", user = "", role = ""] }) =>
        this.#changeMember(guild, user, ({ roles }) => ({ roles: roles.filter((one) => one !== role) })),
      "PUT /guilds/{}/bans/{}": ({ ids: [guild = "", user = ""] }) => {
        const { effects = [] } = this.#remove(guild, user);
        const banned = { guild_id: guild, user: this.#world.user(user) ?? { id: user } };
        return { response: noContent(), effects: [...effects, ...told("GUILD_BAN_ADD", banned)] };
      },
      "DELETE /guilds/{}/bans/{}": ({ ids: [guild_id = "", user = ""] }) =>
        done("GUILD_BAN_REMOVE", { guild_id, user: { id: user } }),
      [`GET ${everywhere}`]: () => ok(this.#commands.get("") ?? []),
      [`PUT ${everywhere}`]: (call) => this.#register("", call),
      [`GET ${inGuild}`]: ({ ids: [, guild = ""] }) => ok(this.#commands.get(guild) ?? []),
      [`PUT ${inGuild}`]: (call) => this.#register(call.ids[1] ?? "", call),
    };
  }

  #direct({ request }: Call): Answered {
    const body = readJson(request);
    if (isRefused(body)) return { response: body };
    const user = this.#world.user(String(body.recipient_id));
    return found(user && this.#world.channel(this.#world.directWith(user)), 50033, "Invalid Recipient(s)");
  }

  #messages({ ids: [channel = ""], request }: Call): Answered {
    const limit = Number(new URLSearchParams(request.query).get("limit") ?? 50);
    return this.#world.hasChannel(channel)
      ? ok(this.#world.messages(channel).slice(0, limit))
      : found(undefined, ...CHANNEL);
  }

  #edit({ ids: [channel = "", id = ""], request, now }: Call): Answered {
    const message = this.#world.message(channel, id);
    if (message === undefined) return found(undefined, ...MESSAGE);
    if (message.author.id !== this.#me.id) {
      return { response: refusal(403, 50005, "Cannot edit a message authored by another user") };
    }
    const body = readJson(request);
    const read = isRefused(body) ? body : readMessage(body, request, message);
    if (isRefused(read)) return { response: read };
    const edited_timestamp = new Date(now).toISOString();
    const edited: DiscordServerMessage = {
      ...message,
      ...read.extra,
      content: read.content,
      edited_timestamp,
    };
    this.#world.keep(edited);
    return { response: json(200, edited), effects: told("MESSAGE_UPDATE", edited) };
  }

  #delete(channel_id: string, ids: readonly string[]): Answered {
    const guild_id = this.#world.channel(channel_id)?.guild_id;
    const gone = ids.filter((id) => this.#world.message(channel_id, id) !== undefined);
    if (gone.length === 0) return found(undefined, ...MESSAGE);
    for (const id of gone) this.#world.forget(id);
    const place = { channel_id, ...(guild_id !== undefined && { guild_id }) };
    return ids.length === 1
      ? done("MESSAGE_DELETE", { id: gone[0], ...place })
      : done("MESSAGE_DELETE_BULK", { ids: gone, ...place });
  }

  #react(
    what: "ADD" | "REMOVE",
    { ids: [channel_id = "", message_id = "", emoji = "", user] }: Call,
  ): Answered {
    const message = this.#world.message(channel_id, message_id);
    if (message === undefined) return found(undefined, ...MESSAGE);
    const [name = "", id = null] = emoji.split(":");
    return done(`MESSAGE_REACTION_${what}`, {
      channel_id,
      message_id,
      ...(message.guild_id !== undefined && { guild_id: message.guild_id }),
      user_id: user ?? this.#me.id,
      emoji: { id, name },
      burst: false,
      type: 0,
    });
  }

  #changeMember(
    guild: string,
    user: string,
    change: (member: Member) => Readonly<Record<string, unknown>>,
  ): Answered {
    const before = this.#world.member(guild, user);
    if (before === undefined) return found(undefined, ...MEMBER);
    const member = { ...before, ...change(before) };
    this.#world.changeMember(guild, member);
    const effects = told("GUILD_MEMBER_UPDATE", { ...member, guild_id: guild });
    return { response: json(200, member), effects };
  }

  #remove(guild_id: string, id: string): Answered {
    const member = this.#world.member(guild_id, id);
    if (member === undefined) return found(undefined, ...MEMBER);
    this.#world.leave(guild_id, id);
    return done("GUILD_MEMBER_REMOVE", { guild_id, user: member.user });
  }

  #register(scope: string, { ids: [application], request, now }: Call): Answered {
    const commands = readArray(request);
    if (commands === undefined) return { response: refusal(400, 50035, "Invalid Form Body") };
    const registered = commands.filter(isRecord).map((command) => ({
      id: this.#world.snowflake(now),
      application_id: application,
      version: "1",
      ...command,
      ...(scope !== "" && { guild_id: scope }),
    }));
    this.#commands.set(scope, registered);
    return ok(registered);
  }

  /** The commands that the bot has registered, anywhere; undefined: it has not. */
  get commands(): readonly Readonly<Record<string, unknown>>[] | undefined {
    return this.#commands.size === 0 ? undefined : [...this.#commands.values()].flat();
  }
}

const CHANNEL = [10003, "Unknown Channel"] as const;
const MESSAGE = [10008, "Unknown Message"] as const;
const GUILD = [10004, "Unknown Guild"] as const;
const MEMBER = [10007, "Unknown Member"] as const;

/** A route as what its calls look like: `{}` is any part of a path. */
function patternOf(route: string): RegExp {
  return new RegExp(`^${route.replaceAll("{}", "([^/]+)")}$`);
}

function readArray({ body }: RestRequest): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function ok(body: unknown): Answered {
  return { response: json(200, body) };
}

/** What was found, or the refusal that says it was not. */
function found(body: unknown, code: number, message: string): Answered {
  return body === undefined ? { response: refusal(404, code, message) } : ok(body);
}

/** Something was done, of which all are told. */
function done(t: string, d: unknown): Answered {
  return { response: noContent(), effects: told(t, d) };
}

function told(t: string, d: unknown): Effect[] {
  return [{ kind: "tell", event: { kind: "changed", t, d } }, { kind: "dispatch", t, d }];
}
