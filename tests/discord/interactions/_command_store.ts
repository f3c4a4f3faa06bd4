import { DiscordRest } from "../../../src/discord/rest/mod.ts";

type Fields = Record<string, unknown>;

/**
 * Discord's store of commands behind a `fetch`: fills in what Discord fills in, refuses what it refuses, and
 * counts what it was asked.
 */
export class CommandStore {
  /** Method and path of each request, but for the base. */
  readonly asked: string[] = [];
  /** What was asked with. */
  readonly bodies: unknown[] = [];
  /** How many commands were created, of which Discord allows 200 a day. */
  created = 0;
  /** Where the application can be installed. */
  integrationTypes: readonly number[] = [0, 1];
  readonly rest: DiscordRest;
  readonly #scopes = new Map<string, Fields[]>();
  #nextId = 1000;

  constructor() {
    const fetch = (url: string, init: RequestInit = {}): Promise<Response> => {
      const { pathname, search } = new URL(url);
      const path = pathname.replace("/api/v10", "");
      this.asked.push(`${init.method ?? "GET"} ${path}${search}`);
      const body = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
      if (body !== undefined) this.bodies.push(body);
      return Promise.resolve(this.#answer(init.method ?? "GET", path, search, body));
    };
    this.rest = new DiscordRest({ token: "a.secret.token", fetch });
  }

  /** What was asked besides what changes nothing. */
  get writes(): string[] {
    return this.asked.filter((line) => !line.startsWith("GET "));
  }

  /** The commands of a scope, as Discord tells them. */
  list(guildId?: string): Fields[] {
    return this.#scope(guildId === undefined ? "/applications/2" : `/applications/2/guilds/${guildId}`);
  }

  /** Puts a command in, as if it had been there before. */
  put(command: Fields, guildId?: string): Fields {
    const stored = this.#stored(command, undefined, guildId !== undefined);
    this.list(guildId).push(stored);
    return stored;
  }

  #scope(key: string): Fields[] {
    const list = this.#scopes.get(key) ?? [];
    this.#scopes.set(key, list);
    return list;
  }

  #answer(method: string, path: string, search: string, body: unknown): Response {
    if (path === "/applications/@me") {
      const config = Object.fromEntries(this.integrationTypes.map((type) => [type, {}]));
      return Response.json({ id: "2", integration_types_config: config });
    }
    const [, scope = "", id] = /^(\/applications\/2(?:\/guilds\/\d+)?)\/commands(?:\/(\d+))?$/.exec(path) ??
      [];
    if (scope === "") return Response.json({ message: "404: Not Found", code: 0 }, { status: 404 });
    const list = this.#scope(scope);
    const isGuild = scope.includes("/guilds/");
    const at = list.findIndex((command) => command.id === id);
    if (id !== undefined && at === -1) return Response.json({ code: 10063 }, { status: 404 });
    switch (method) {
      case "GET":
        return Response.json(
          list.map((command) => search.includes("=true") ? command : unlocalized(command)),
        );
      case "DELETE":
        list.splice(at, 1);
        return new Response(null, { status: 204 });
      case "PATCH":
        list[at] = this.#stored({ ...list[at], ...fieldsOf(body) }, list[at], isGuild);
        return Response.json(list[at]);
      case "POST":
        return Response.json(this.#upsert(list, fieldsOf(body), isGuild), { status: 201 });
      default: {
        const wanted: unknown[] = Array.isArray(body) ? body : [];
        const entry = list.find(({ type }) => type === 4);
        if (entry && !wanted.some((one) => fieldsOf(one).type === 4)) {
          return Response.json({ code: 50240, message: "You cannot remove this app's Entry Point" }, {
            status: 400,
          });
        }
        const old = list.splice(0);
        for (const one of wanted) {
          const command = fieldsOf(one);
          const kept = old.find((other) => isSame(other, command));
          if (kept) list.push(kept);
          this.#upsert(list, command, isGuild);
        }
        return Response.json(list);
      }
    }
  }

  #upsert(list: Fields[], command: Fields, isGuild: boolean): Fields {
    const at = list.findIndex((other) => isSame(other, command));
    const old = list[at];
    if (old === undefined) this.created++;
    const stored = this.#stored(
      { ...(old && { integration_types: old.integration_types }), ...command },
      old,
      isGuild,
    );
    list.splice(at === -1 ? list.length : at, 1, stored);
    return stored;
  }

  /** What Discord makes of a command. */
  #stored(command: Fields, old: Fields | undefined, isGuild: boolean): Fields {
    if (isGuild && ("contexts" in command || "integration_types" in command) && !("version" in command)) {
      throw new Error("a guild's command has no contexts");
    }
    const options = listOf(command.options).map(optionStored);
    return {
      id: old?.id ?? String(this.#nextId++),
      application_id: "2",
      version: String(this.#nextId++),
      default_member_permissions: command.default_member_permissions ?? null,
      type: command.type ?? 1,
      name: command.name,
      name_localizations: command.name_localizations ?? null,
      description: command.description ?? "",
      description_localizations: command.description_localizations ?? null,
      nsfw: command.nsfw ?? false,
      ...(isGuild ? { guild_id: "3" } : {
        dm_permission: command.dm_permission ?? true,
        contexts: command.contexts ?? null,
        integration_types: command.integration_types ?? [...this.integrationTypes],
      }),
      ...(options.length > 0 && { options }),
      ...(command.type === 4 && { handler: command.handler ?? 2 }),
    };
  }
}

function optionStored(option: Fields): Fields {
  const { required, autocomplete, choices, options, ...rest } = option;
  return {
    ...rest,
    ...(required ? { required } : {}),
    ...(autocomplete ? { autocomplete } : {}),
    ...(listOf(choices).length > 0 && {
      choices: listOf(choices).map((choice) => ({ name_localizations: null, ...choice })),
    }),
    ...(listOf(options).length > 0 && { options: listOf(options).map(optionStored) }),
    name_localizations: option.name_localizations ?? null,
    description_localizations: option.description_localizations ?? null,
  };
}

/** Without `with_localizations`, they are left out. */
function unlocalized(command: Fields): Fields {
  const { name_localizations: _n, description_localizations: _d, ...rest } = command;
  return rest;
}

function isSame(a: Fields, b: Fields): boolean {
  return a.name === b.name && (a.type ?? 1) === (b.type ?? 1);
}

function fieldsOf(value: unknown): Fields {
  return Object(value);
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value : [];
}
