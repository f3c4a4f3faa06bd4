import type {
  APIChannel,
  APIGuild,
  APIGuildMember,
  APIRole,
  APIThreadChannel,
  APIThreadMember,
  APIUser,
  GatewayGuildCreateDispatchData,
  GatewayPresenceUpdate,
  GuildChannelType,
  ThreadChannelType,
} from "discord-api-types/v10";
import { isRecord } from "../../protocol/data/json_value.ts";
import { isThread } from "./permissions.ts";

/** What of GUILD_CREATE is a list of its own, or is not kept. */
type Lists =
  | "channels"
  | "emojis"
  | "guild_scheduled_events"
  | "members"
  | "presences"
  | "roles"
  | "soundboard_sounds"
  | "stage_instances"
  | "stickers"
  | "threads"
  | "voice_states";

/** A guild as GUILD_CREATE and GUILD_UPDATE say it is, without its lists. */
export type GuildData = Omit<GatewayGuildCreateDispatchData, Lists>;
/** A channel of a guild. */
export type KeptChannel = APIChannel & { type: Exclude<GuildChannelType, ThreadChannelType> };
/** An active thread; `member` is there if the bot was added to it. */
export type KeptThread = APIThreadChannel;
/** A member of a guild. */
export type KeptMember = Partial<Omit<APIGuildMember, "user" | "roles">> & {
  readonly user: Pick<APIUser, "id"> & Partial<APIUser>;
  readonly roles: readonly string[];
};
/** Who is online, and what they do. */
export type KeptPresence = Omit<GatewayPresenceUpdate, "guild_id" | "user"> & {
  readonly user: { readonly id: string };
};

/** A guild of which everything is known that is kept. The maps change as events come. */
export interface KeptGuild {
  /** Discord's own object, without its lists. */
  readonly data: GuildData;
  /** The shard that receives its events. */
  readonly shard: number;
  /** By their IDs; that of `@everyone` is the guild's. */
  readonly roles: ReadonlyMap<string, APIRole>;
  /** By their IDs. */
  readonly channels: ReadonlyMap<string, KeptChannel>;
  /** The active ones that the bot can see, by their IDs. */
  readonly threads: ReadonlyMap<string, KeptThread>;
  /** By their users' IDs: the bot itself, and others if they are asked for. */
  readonly members: ReadonlyMap<string, KeptMember>;
  /** By their users' IDs, if they are asked for. */
  readonly presences: ReadonlyMap<string, KeptPresence>;
}

/** How much of one guild is kept. */
export interface GuildLimits {
  /** Most roles, channels and threads, each. Of a guild that has more nothing is kept. @default {10_000} */
  readonly entries: number;
  /** Most members, the bot aside; who changed longest ago goes first. @default {10_000} */
  readonly members: number;
  /** Most presences; that which changed longest ago goes first. @default {10_000} */
  readonly presences: number;
}

/** What one guild is known by. */
export interface GuildParts {
  readonly shard: number;
  readonly limits: GuildLimits;
  /** The bot's own user; undefined: not known. */
  readonly me: string | undefined;
  /** Whether others are kept. */
  readonly keepsMembers: boolean;
  readonly keepsPresences: boolean;
  /** The guild of each channel and thread. */
  readonly guildOf: Map<string, string>;
}

/** Whether it has an ID: what is received may be anything. */
export function hasId(item: unknown): boolean {
  return isRecord(item) && typeof item.id === "string";
}

/** Those of a list, if it is one, that are what they should be. */
export function those<Item>(
  list: readonly Item[] | undefined,
  are: (item: unknown) => boolean,
): readonly Item[] {
  return Array.isArray(list) ? list.filter(are) : [];
}

/** One guild, changed by what events say of it. Every object in it is replaced, never changed. */
export class GuildRecord implements KeptGuild {
  shard: number;
  readonly roles: Map<string, APIRole> = new Map();
  readonly channels: Map<string, KeptChannel> = new Map();
  readonly threads: Map<string, KeptThread> = new Map();
  readonly members: Map<string, KeptMember> = new Map();
  readonly presences: Map<string, KeptPresence> = new Map();
  readonly #parts: GuildParts;
  #data: GuildData;

  constructor(data: GatewayGuildCreateDispatchData, parts: GuildParts) {
    this.#parts = parts;
    this.shard = parts.shard;
    this.#data = withoutLists(data);
    for (const role of those(data.roles, hasId)) this.roles.set(role.id, role);
    for (const channel of those(data.channels, hasId)) this.putChannel(channel);
    for (const thread of those(data.threads, hasId)) this.putThread(thread as KeptThread);
    for (const member of those(data.members, isRecord)) this.putMember(member);
    for (const presence of those(data.presences, isRecord)) this.putPresence(presence);
  }

  get data(): GuildData {
    return this.#data;
  }

  /** Whether it has more than is kept. */
  get isTooLarge(): boolean {
    const { entries } = this.#parts.limits;
    return this.roles.size > entries || this.channels.size > entries || this.threads.size > entries;
  }

  /** GUILD_UPDATE, which leaves out what only GUILD_CREATE has. */
  update(guild: APIGuild): void {
    this.#data = { ...this.#data, ...withoutLists(guild) };
    if (!Array.isArray(guild.roles)) return;
    this.roles.clear();
    for (const role of those(guild.roles, hasId)) this.roles.set(role.id, role);
  }

  /** Whoever had it has it no more, of which nothing else is said. */
  deleteRole(id: string): void {
    this.roles.delete(id);
    for (const [user, member] of this.members) {
      if (!member.roles.includes(id)) continue;
      this.members.set(user, { ...member, roles: member.roles.filter((role) => role !== id) });
    }
  }

  /** Nothing is known of it any more. */
  forget(): void {
    for (const id of this.channels.keys()) this.#displace(id);
    for (const id of this.threads.keys()) this.#displace(id);
  }

  /** Made or changed. */
  putChannel(channel: KeptChannel): void {
    if (!hasId(channel)) return;
    const permission_overwrites = those(channel.permission_overwrites, hasId);
    this.channels.set(channel.id, { ...channel, permission_overwrites } as KeptChannel);
    this.#parts.guildOf.set(channel.id, this.#data.id);
  }

  /** A channel takes its threads along. */
  deleteChannel(id: string): void {
    if (this.channels.delete(id)) this.#displace(id);
    for (const [thread, known] of [...this.threads]) if (parentOf(known) === id) this.deleteThread(thread);
  }

  /** A thread that is archived is not kept: there is no end of them, and GUILD_CREATE has none. */
  putThread(thread: KeptThread): void {
    if (!hasId(thread) || !isThread(thread)) return;
    if (thread.thread_metadata?.archived) return this.deleteThread(thread.id);
    const member = thread.member ?? this.threads.get(thread.id)?.member;
    this.threads.set(thread.id, { ...thread, ...(member && { member }) });
    this.#parts.guildOf.set(thread.id, this.#data.id);
  }

  /** Gone, or archived. */
  deleteThread(id: string): void {
    if (this.threads.delete(id)) this.#displace(id);
  }

  /** THREAD_LIST_SYNC: these are all threads there are, in these channels or in all. */
  syncThreads(
    channels: readonly string[] | undefined,
    threads: readonly KeptThread[],
    own: readonly APIThreadMember[],
  ): void {
    for (const [id, thread] of this.threads) {
      if (!Array.isArray(channels) || channels.includes(parentOf(thread) ?? "")) this.deleteThread(id);
    }
    for (const thread of those(threads, hasId)) this.putThread(thread);
    for (const member of those(own, isRecord)) {
      if (member.id !== undefined) this.joinThread(member.id, member);
    }
  }

  /** The bot was added to a thread, or what is known of that has changed. */
  joinThread(id: string, { user_id, join_timestamp, flags }: APIThreadMember): void {
    const thread = this.threads.get(id);
    if (thread === undefined) return;
    const { me = user_id } = this.#parts;
    const member: APIThreadMember = { id, ...(me !== undefined && { user_id: me }), join_timestamp, flags };
    this.threads.set(id, { ...thread, member });
  }

  /** The bot was removed from a thread. */
  leaveThread(id: string): void {
    const thread = this.threads.get(id);
    if (thread === undefined) return;
    const { member: _, ...left } = thread;
    this.threads.set(id, left);
  }

  /** Somebody's, in part or whole; what it leaves out stays. */
  putMember(member: Partial<KeptMember>): void {
    const id = idOfUser(member);
    if (id === undefined) return;
    const { me, keepsMembers, limits } = this.#parts;
    if (id !== me && !keepsMembers) return;
    const before = this.members.get(id);
    const roles = Array.isArray(member.roles) ? member.roles : before?.roles ?? [];
    this.members.delete(id);
    this.members.set(id, { ...before, ...member, user: { ...before?.user, ...member.user, id }, roles });
    trim(this.members, limits.members + Number(me !== undefined && this.members.has(me)), me);
  }

  /** Somebody has left, with their presence. */
  deleteMember(member: { readonly user: { readonly id: string } }): void {
    const id = idOfUser(member) ?? "";
    this.members.delete(id);
    this.presences.delete(id);
  }

  /** GUILD_MEMBER_ADD and GUILD_MEMBER_REMOVE. */
  countMember(by: 1 | -1): void {
    const { member_count: count } = this.#data;
    if (typeof count === "number") this.#data = { ...this.#data, member_count: Math.max(0, count + by) };
  }

  /** Somebody's; who is offline has none. */
  putPresence(presence: KeptPresence): void {
    const id = idOfUser(presence);
    if (id === undefined || !this.#parts.keepsPresences) return;
    this.presences.delete(id);
    if (presence.status === "offline") return;
    const { guild_id: _, ...rest }: Partial<GatewayPresenceUpdate> = presence as GatewayPresenceUpdate;
    this.presences.set(id, { ...rest, user: { id } } as KeptPresence);
    trim(this.presences, this.#parts.limits.presences, undefined);
  }

  /** As GUILD_CREATE would have it, which makes it again. */
  toJSON(): object {
    return {
      ...this.#data,
      roles: [...this.roles.values()],
      channels: [...this.channels.values()],
      threads: [...this.threads.values()],
      members: [...this.members.values()],
      presences: [...this.presences.values()],
    };
  }

  #displace(channel: string): void {
    const { guildOf } = this.#parts;
    if (guildOf.get(channel) === this.#data.id) guildOf.delete(channel);
  }
}

function withoutLists(data: APIGuild | GatewayGuildCreateDispatchData): GuildData {
  const {
    channels: _channels,
    emojis: _emojis,
    guild_scheduled_events: _events,
    members: _members,
    presences: _presences,
    roles: _roles,
    soundboard_sounds: _sounds,
    stage_instances: _stages,
    stickers: _stickers,
    threads: _threads,
    voice_states: _voice,
    ...rest
  } = data as GatewayGuildCreateDispatchData;
  return rest;
}

function idOfUser(of: unknown): string | undefined {
  const user = isRecord(of) ? of.user : undefined;
  return isRecord(user) && typeof user.id === "string" ? user.id : undefined;
}

/** The channel that a thread is in. */
export function parentOf(thread: KeptThread): string | undefined {
  return thread.parent_id ?? undefined;
}

/** Lets the oldest go, but the one that stays. */
function trim(map: Map<string, unknown>, most: number, stays: string | undefined): void {
  for (const id of map.keys()) {
    if (map.size <= most) return;
    if (id !== stays) map.delete(id);
  }
}
