import type { DiscordServerGuild } from "../../../testing/discord/server.ts";
import type { GuildState } from "../../../src/discord/state/mod.ts";

export const ME = "1000000000000000001";
export const OTHER = "2000000000000000002";

type Thing = { readonly id: string; readonly [field: string]: unknown };

/** A guild as it is on Discord, told of in the plainest way: no maps, nothing shared with what is tested. */
export class ModelGuild implements DiscordServerGuild {
  readonly id: string;
  name = "first";
  owner = OTHER;
  unavailable = false;
  roles: readonly Thing[];
  places: readonly Thing[];
  threads: readonly Thing[] = [];
  joined: readonly string[] = [];
  mine: readonly string[] = [];

  constructor(id: string) {
    this.id = id;
    this.roles = [{ id, name: "@everyone", position: 0, permissions: "1024" }];
    this.places = [{ id: `${id}0`, guild_id: id, type: 0, name: "general", permission_overwrites: [] }];
  }

  /** For the server's own messages, of which there are none. */
  get channels(): [] {
    return [];
  }

  /** What GUILD_CREATE has. */
  get data(): Readonly<Record<string, unknown>> {
    return {
      name: this.name,
      owner_id: this.owner,
      roles: this.roles,
      channels: this.places,
      threads: this.threads.map((thread) =>
        this.joined.includes(thread.id) ? { ...thread, member: this.memberOf(thread.id) } : thread
      ),
      members: [{ user: { id: ME }, roles: this.mine }],
    };
  }

  memberOf(thread: string): object {
    return { id: thread, user_id: ME, join_timestamp: "2026-11-21T00:00:00+00:00", flags: 0 };
  }
}

const byId = (list: Iterable<Thing>) => Object.fromEntries([...list].map((thing) => [thing.id, thing]));

/** What a model says that a bot can know. */
export function truth(guilds: readonly ModelGuild[]): object {
  return Object.fromEntries(guilds.map((guild) => [
    guild.id,
    guild.unavailable ? "unavailable" : {
      name: guild.name,
      owner: guild.owner,
      roles: byId(guild.roles),
      channels: byId(guild.places),
      threads: byId(guild.threads.map((thread) => ({ ...thread, joined: guild.joined.includes(thread.id) }))),
      mine: guild.mine,
    },
  ]));
}

/** The same, of a state; `ids` are the guilds to look for. */
export function seen(state: GuildState, ids: readonly string[]): object {
  const known = [...state.guilds()].map((guild) => [guild.data.id, {
    name: guild.data.name,
    owner: guild.data.owner_id,
    roles: byId([...guild.roles.values()] as unknown as Thing[]),
    channels: byId([...guild.channels.values()] as unknown as Thing[]),
    threads: byId(
      [...guild.threads.values()].map(({ member, ...thread }) =>
        ({ ...thread, joined: member !== undefined }) as unknown as Thing
      ),
    ),
    mine: guild.members.get(ME)?.roles,
  }]);
  const missing = ids.filter((id) => state.isUnavailable(id)).map((id) => [id, "unavailable"]);
  return Object.fromEntries([...known, ...missing]);
}

/** What may happen in a guild that is there: it changes the model, and says what Discord dispatches. */
export const CHANGES:
  readonly ((guild: ModelGuild, id: string, random: () => number) => [t: string, d: unknown] | undefined)[] =
    [
      (guild, id) => {
        guild.name = `name ${id}`;
        return ["GUILD_UPDATE", {
          id: guild.id,
          name: guild.name,
          owner_id: guild.owner,
          roles: guild.roles,
        }];
      },
      (guild, id) => {
        const role = {
          id,
          name: id,
          position: guild.roles.length,
          permissions: String(Number(id.slice(-3)) & 1023),
        };
        guild.roles = [...guild.roles, role];
        return ["GUILD_ROLE_CREATE", { guild_id: guild.id, role }];
      },
      (guild, id, random) => {
        const role = { ...pick(guild.roles, random)!, permissions: String(Number(id.slice(-4)) | 1024) };
        guild.roles = guild.roles.map((other) => other.id === role.id ? role : other);
        return ["GUILD_ROLE_UPDATE", { guild_id: guild.id, role }];
      },
      (guild, _, random) => {
        const role = pick(guild.roles.filter(({ id }) => id !== guild.id), random);
        if (role === undefined) return undefined;
        guild.roles = guild.roles.filter(({ id }) => id !== role.id);
        guild.mine = guild.mine.filter((id) => id !== role.id);
        return ["GUILD_ROLE_DELETE", { guild_id: guild.id, role_id: role.id }];
      },
      (guild, id) => {
        const channel = { id, guild_id: guild.id, type: 0, name: id, permission_overwrites: [] };
        guild.places = [...guild.places, channel];
        return ["CHANNEL_CREATE", channel];
      },
      (guild, id, random) => {
        const before = pick(guild.places, random);
        if (before === undefined) return undefined;
        const overwrite = {
          id: pick(guild.roles, random)!.id,
          type: 0,
          allow: "64",
          deny: String(Number(id.slice(-3))),
        };
        const channel = { ...before, permission_overwrites: [overwrite] };
        guild.places = guild.places.map((other) => other.id === channel.id ? channel : other);
        return ["CHANNEL_UPDATE", channel];
      },
      (guild, _, random) => {
        const channel = pick(guild.places, random);
        if (channel === undefined) return undefined;
        guild.places = guild.places.filter(({ id }) => id !== channel.id);
        // Its threads go with it, of which nothing is said.
        guild.threads = guild.threads.filter(({ parent_id }) => parent_id !== channel.id);
        return ["CHANNEL_DELETE", channel];
      },
      (guild, id, random) => {
        const parent = pick(guild.places, random);
        if (parent === undefined) return undefined;
        const thread = {
          id,
          guild_id: guild.id,
          type: 11,
          name: id,
          parent_id: parent.id,
          thread_metadata: { archived: false },
        };
        guild.threads = [...guild.threads, thread];
        return ["THREAD_CREATE", { ...thread, newly_created: undefined }];
      },
      (guild, id, random) => {
        const before = pick(guild.threads, random);
        if (before === undefined) return undefined;
        const thread = { ...before, name: `name ${id}` };
        guild.threads = guild.threads.map((other) => other.id === thread.id ? thread : other);
        return ["THREAD_UPDATE", thread];
      },
      (guild, _, random) => {
        const thread = pick(guild.threads, random);
        if (thread === undefined) return undefined;
        guild.threads = guild.threads.filter(({ id }) => id !== thread.id);
        guild.joined = guild.joined.filter((id) => id !== thread.id);
        return random() < 0.5
          ? ["THREAD_UPDATE", { ...thread, thread_metadata: { archived: true } }]
          : ["THREAD_DELETE", {
            id: thread.id,
            guild_id: guild.id,
            parent_id: thread.parent_id,
            type: thread.type,
          }];
      },
      (guild, _, random) => {
        const thread = pick(guild.threads, random);
        if (thread === undefined) return undefined;
        const isIn = guild.joined.includes(thread.id);
        guild.joined = isIn ? guild.joined.filter((id) => id !== thread.id) : [...guild.joined, thread.id];
        const change = isIn ? { removed_member_ids: [ME] } : { added_members: [guild.memberOf(thread.id)] };
        return ["THREAD_MEMBERS_UPDATE", { id: thread.id, guild_id: guild.id, member_count: 1, ...change }];
      },
      (guild, id, random) => {
        // A channel is to be seen again: of its threads there are others now.
        const parent = pick(guild.places, random);
        if (parent === undefined) return undefined;
        const thread = {
          id,
          guild_id: guild.id,
          type: 12,
          name: id,
          parent_id: parent.id,
          thread_metadata: { archived: false },
        };
        guild.threads = [...guild.threads.filter(({ parent_id }) => parent_id !== parent.id), thread];
        guild.joined = [...guild.joined, id];
        return ["THREAD_LIST_SYNC", {
          guild_id: guild.id,
          channel_ids: [parent.id],
          threads: [thread],
          members: [guild.memberOf(id)],
        }];
      },
      (guild, _, random) => {
        guild.mine = guild.roles.filter(({ id }) => id !== guild.id && random() < 0.5).map(({ id }) => id);
        return ["GUILD_MEMBER_UPDATE", { guild_id: guild.id, user: { id: ME }, roles: guild.mine }];
      },
    ];

export function pick<Item>(list: readonly Item[], random: () => number): Item | undefined {
  return list[Math.floor(random() * list.length)];
}
