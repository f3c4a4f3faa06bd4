import type { GatewayGuildCreateDispatchData } from "discord-api-types/v10";
import { OptionError } from "../../protocol/errors.ts";
import { isCount, isRecord } from "../../protocol/data/json_value.ts";
import type { DispatchName } from "../gateway/wire/dispatch_names.ts";
import type {
  GatewayDispatchEvent,
  GatewayEvent,
  ReadyEvent,
  ReshardedEvent,
} from "../gateway/wire/event.ts";
import { Intents } from "../gateway/wire/intents.ts";
import { shardIdFor } from "../gateway/shards/shard_id.ts";
import {
  type GuildLimits,
  GuildRecord,
  type KeptChannel,
  type KeptGuild,
  type KeptMember,
  type KeptThread,
  parentOf,
} from "./kept_guild.ts";
import { isAbove, isThread, type MemberLike, permissionsOf } from "./permissions.ts";
import { reduceGuild } from "./reduce.ts";
import { SessionPlaces, type ShardSnapshot } from "./session_places.ts";

/** What a {@linkcode GuildState} keeps. */
export interface GuildStateOptions {
  /**
   * Whether members are kept beside the bot itself: those that GUILD_CREATE brings, those that join, and what
   * `gateway.guildMembers()` lists. Wants the privileged intent `GuildMembers`. @default {false}
   */
  readonly members?: boolean;
  /** Whether presences are kept. Wants the privileged intent `GuildPresences`. @default {false} */
  readonly presences?: boolean;
  /** How much is kept at most. */
  readonly limits?: Partial<GuildStateLimits>;
  /** Tells the time in milliseconds of Unix time, by which time-outs end. @default {Date.now} */
  readonly now?: () => number;
}

/** How much is kept at most. */
export interface GuildStateLimits extends GuildLimits {
  /** Most guilds; of those beyond nothing is kept. @default {100_000} */
  readonly guilds: number;
}

/** A member: as Discord's events and REST have it, the ID of one that is kept, or `"@me"` for the bot itself. */
export type MemberRef = MemberLike | string;

/** How permissions are asked for. */
export interface PermissionOptions {
  /** Whether the member was added to the thread. @default {known of the bot itself alone} */
  readonly inThread?: boolean;
  /** When, in milliseconds of Unix time. @default {now} */
  readonly at?: number;
}

/** What a state is as JSON: everything that it knows, and where it stands in each session. */
export interface GuildStateSnapshot {
  readonly version: 1;
  readonly me: string | null;
  readonly shards: readonly ShardSnapshot[];
  readonly unavailable: readonly { readonly shard: number; readonly id: string }[];
  readonly guilds: readonly { readonly shard: number; readonly data: object }[];
}

const DEFAULT_LIMITS: GuildStateLimits = {
  guilds: 100_000,
  entries: 10_000,
  members: 10_000,
  presences: 10_000,
};

const OF_GUILDS: readonly DispatchName[] = [
  "GUILD_CREATE",
  "GUILD_UPDATE",
  "GUILD_DELETE",
  "GUILD_ROLE_CREATE",
  "GUILD_ROLE_UPDATE",
  "GUILD_ROLE_DELETE",
  "CHANNEL_CREATE",
  "CHANNEL_UPDATE",
  "CHANNEL_DELETE",
  "THREAD_CREATE",
  "THREAD_UPDATE",
  "THREAD_DELETE",
  "THREAD_LIST_SYNC",
  "THREAD_MEMBER_UPDATE",
  "THREAD_MEMBERS_UPDATE",
  // The bot's own comes whatever the intents.
  "GUILD_MEMBER_UPDATE",
];
const OF_MEMBERS: readonly DispatchName[] = [
  "GUILD_MEMBER_ADD",
  "GUILD_MEMBER_REMOVE",
  "GUILD_MEMBERS_CHUNK",
];

/**
 * What is known of guilds: their roles, channels, active threads and the bot's own member; other members and presences
 * where they are asked for. It begins empty, takes events one by one, and answers who may do what. A pure reducer: it
 * asks Discord for nothing, and what it does not know is undefined, never guessed.
 *
 * `gateway.keep(state)` feeds it, before any handler is called: a handler sees the state as of its event. A loop
 * (`for await`), which may be behind, sees it as of now.
 *
 * A guild is known from its GUILD_CREATE until it is deleted, becomes unavailable, or the session is lost; from READY
 * until GUILD_CREATE it is unavailable. Where events were lost in between (a `gap` within a session, or a session that
 * was taken up again by a process whose state knows nothing of it), what was known of the shard's guilds is forgotten,
 * and the shard is one of `incomplete` until its next session.
 *
 * @example
 * ```ts
 * import { DiscordGateway, Intents } from "@parley/parley/discord";
 * import { hasPermissions } from "@parley/parley/discord/helpers";
 * import { GuildState } from "@parley/parley/discord/state";
 *
 * async function run(token: string): Promise<void> {
 *   const state = new GuildState();
 *   const gateway = new DiscordGateway({ token, intents: state.intents | Intents.GuildMessages });
 *   gateway.keep(state);
 *   gateway.on("MESSAGE_CREATE", async ({ data }) => {
 *     if (data.member === undefined || !data.content.startsWith("!clear")) return;
 *     const may = state.permissionsOf({ ...data.member, user: data.author }, data.channel_id);
 *     if (hasPermissions(may, "ManageMessages")) await gateway.rest.deleteMessage(data.channel_id, data.id);
 *   });
 *   await gateway.connect();
 * }
 * ```
 */
export class GuildState {
  /** The events it takes; others it passes over unread. */
  readonly events: readonly DispatchName[];
  /** The intents that bring them. */
  readonly intents: number;
  readonly #options: GuildStateOptions;
  readonly #limits: GuildStateLimits;
  readonly #kinds: ReadonlySet<string>;
  readonly #guilds = new Map<string, GuildRecord>();
  /** The guild of each channel and thread. */
  readonly #guildOf = new Map<string, string>();
  /** The shard of each guild that is not there. */
  readonly #unavailable = new Map<string, number>();
  readonly #places = new SessionPlaces();
  #me: string | undefined;
  #leftOut = 0;

  /**
   * Takes what is to be kept, and how much of it.
   *
   * @throws {OptionError} if a limit is not a whole number.
   */
  constructor(options: GuildStateOptions = {}) {
    const { members = false, presences = false, limits } = options;
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    for (const [name, limit] of Object.entries(this.#limits)) {
      if (!isCount(limit)) {
        throw new OptionError(`Cannot keep "${limit}" ${name}: the limit must be a whole number`);
      }
    }
    this.events = [
      ...OF_GUILDS,
      ...members ? OF_MEMBERS : [],
      ...presences ? ["PRESENCE_UPDATE" as const] : [],
    ];
    this.intents = Intents.Guilds | (members ? Intents.GuildMembers : 0) |
      (presences ? Intents.GuildPresences : 0);
    this.#kinds = new Set(this.events);
  }

  /**
   * A state as it was when it was turned into JSON.
   *
   * @throws {OptionError} if that is something else.
   *
   * @example
   * ```ts
   * import { GuildState } from "@parley/parley/discord/state";
   *
   * const saved = JSON.stringify(new GuildState());
   * GuildState.from(JSON.parse(saved)).size; // 0
   * ```
   */
  static from(snapshot: unknown, options: GuildStateOptions = {}): GuildState {
    const state = new GuildState(options);
    if (!isSnapshot(snapshot)) {
      throw new OptionError("Cannot restore the state of guilds: pass what its `toJSON()` has given");
    }
    state.#me = snapshot.me ?? undefined;
    for (const place of snapshot.shards) state.#places.restore(place);
    for (const { id, shard } of snapshot.unavailable) state.#unavailable.set(id, shard);
    for (const { shard, data } of snapshot.guilds) {
      // What was written by `toJSON` is as GUILD_CREATE has it.
      state.#create(data as GatewayGuildCreateDispatchData, shard);
    }
    return state;
  }

  /** The ID of the bot's own user, once it is known. */
  get me(): string | undefined {
    return this.#me;
  }

  /** How many guilds are known. */
  get size(): number {
    return this.#guilds.size;
  }

  /** The shards of which not all guilds are known, since events were missed; each until its next session. */
  get incomplete(): readonly number[] {
    return this.#places.incomplete;
  }

  /** How many guilds were left out for being more, or larger, than the limits allow. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** A guild that is known. */
  guild(id: string): KeptGuild | undefined {
    return this.#guilds.get(id);
  }

  /** The guilds that are known. */
  guilds(): IterableIterator<KeptGuild> {
    return this.#guilds.values();
  }

  /** Whether the bot is in a guild that Discord has not told of yet, or cannot at the moment. */
  isUnavailable(guildId: string): boolean {
    return this.#unavailable.has(guildId);
  }

  /** A channel or active thread of any guild that is known. */
  channel(id: string): KeptChannel | KeptThread | undefined {
    const guild = this.#guilds.get(this.#guildOf.get(id) ?? "");
    return guild?.channels.get(id) ?? guild?.threads.get(id);
  }

  /** A member that is kept; `"@me"` is the bot itself. */
  member(guildId: string, userId: string): KeptMember | undefined {
    return this.#guilds.get(guildId)?.members.get(userId === "@me" ? this.#me ?? "" : userId);
  }

  /**
   * What a member may do in a channel or thread, as `computePermissions` has it.
   *
   * Source: Discord, "Permissions".
   *
   * @returns undefined where it cannot be known: a channel, thread or member of whom nothing is known, or whether
   * somebody else was added to a private thread.
   *
   * @example
   * ```ts
   * import { hasPermissions } from "@parley/parley/discord/helpers";
   * import { GuildState } from "@parley/parley/discord/state";
   *
   * const state = new GuildState();
   * hasPermissions(state.permissionsOf("@me", "81384788765712384"), "SendMessages"); // false: nothing is known
   * ```
   */
  permissionsOf(member: MemberRef, channelId: string, options: PermissionOptions = {}): bigint | undefined {
    const guild = this.#guilds.get(this.#guildOf.get(channelId) ?? "");
    const channel = this.channel(channelId);
    if (guild === undefined || channel === undefined) return undefined;
    const parent = isThread(channel) ? guild.channels.get(parentOf(channel as KeptThread) ?? "") : undefined;
    const who = this.#memberOf(guild, member);
    if (who === undefined) return undefined;
    const joined = who.user.id === this.#me ? "member" in channel : undefined;
    const { inThread = joined, at = this.#now } = options;
    return permissionsOf({ ...partsOf(guild), member: who, channel, parent, inThread, at });
  }

  /**
   * What a member may do in a guild as a whole: ban, manage roles, and what channels do not change.
   *
   * Source: Discord, "Permissions".
   *
   * @returns undefined where nothing is known of the guild or the member.
   */
  guildPermissionsOf(
    member: MemberRef,
    guildId: string,
    { at = this.#now }: Pick<PermissionOptions, "at"> = {},
  ): bigint | undefined {
    const guild = this.#guilds.get(guildId);
    const who = guild && this.#memberOf(guild, member);
    return guild && who && permissionsOf({ ...partsOf(guild), member: who, at });
  }

  /**
   * Whether a member's highest role is above another's, as it must be to kick, ban or rename them; the owner is above
   * all.
   *
   * Source: Discord, "Permissions", Permission Hierarchy.
   *
   * @returns undefined where nothing is known of the guild or one of them.
   *
   * @example
   * ```ts
   * import type { GuildState } from "@parley/parley/discord/state";
   *
   * function mayBan(state: GuildState, guildId: string, target: { user: { id: string }; roles: string[] }): boolean {
   *   return state.isAbove("@me", target, guildId) ?? false;
   * }
   * ```
   */
  isAbove(member: MemberRef, other: MemberRef, guildId: string): boolean | undefined {
    const guild = this.#guilds.get(guildId);
    const one = guild && this.#memberOf(guild, member);
    const two = guild && this.#memberOf(guild, other);
    return guild && one && two && isAbove(partsOf(guild), one, two);
  }

  /**
   * Takes one event; `gateway.keep(state)` hands it all of them. What a session repeats after a restart, and the state
   * has taken before, changes nothing.
   */
  take(event: GatewayEvent): void {
    if (event.kind === "gap") return this.#places.gap(event) ? this.#forget(event.shard) : undefined;
    if (event.kind === "resharded") return this.#resharded(event);
    if (!("session" in event && "sequence" in event)) return;
    if (event.kind === "ready") return this.#ready(event);
    const place = this.#places.advance(event);
    if (place === "strange") this.#forget(event.shard);
    else if (place === "repeat") return;
    if (this.#kinds.has(event.kind)) this.#reduce(event as GatewayDispatchEvent);
  }

  /** Everything that is known, and where it stands in each session, for {@linkcode GuildState.from}. */
  toJSON(): GuildStateSnapshot {
    return {
      version: 1,
      me: this.#me ?? null,
      shards: this.#places.toJSON(),
      unavailable: [...this.#unavailable].map(([id, shard]) => ({ shard, id })),
      guilds: [...this.#guilds.values()].map((guild) => ({ shard: guild.shard, data: guild.toJSON() })),
    };
  }

  get #now(): number {
    return (this.#options.now ?? Date.now)();
  }

  #memberOf(guild: GuildRecord, member: MemberRef): MemberLike | undefined {
    return typeof member === "string" ? this.member(guild.data.id, member) : member;
  }

  #ready(ready: ReadyEvent): void {
    const { data, shard } = ready;
    if (typeof data.user?.id === "string") this.#me = data.user.id;
    const [id, count] = Array.isArray(data.shard) ? data.shard : [0, 1];
    const isOfShard = (guild: string) => /^\d+$/.test(guild) && shardIdFor(guild, count) === id;
    for (const guild of [...this.#guilds.keys()]) if (isOfShard(guild)) this.#drop(guild);
    for (const guild of [...this.#unavailable.keys()]) if (isOfShard(guild)) this.#unavailable.delete(guild);
    for (const guild of Array.isArray(data.guilds) ? data.guilds : []) this.#missing(guild, shard);
    this.#places.begin(ready);
  }

  /** Other shards tell of the same guilds from here on. */
  #resharded(resharded: ReshardedEvent): void {
    this.#places.resharded(resharded);
    const shardOf = (id: string) => /^\d{1,20}$/.test(id) ? shardIdFor(id, resharded.to) : 0;
    for (const [id, guild] of this.#guilds) guild.shard = shardOf(id);
    for (const id of this.#unavailable.keys()) this.#unavailable.set(id, shardOf(id));
  }

  /** Events of a shard were missed: what is known of its guilds may be true no more. */
  #forget(shard: number): void {
    for (const [id, guild] of [...this.#guilds]) if (guild.shard === shard) this.#drop(id);
    for (const [id, of] of [...this.#unavailable]) if (of === shard) this.#unavailable.delete(id);
  }

  #reduce(event: GatewayDispatchEvent): void {
    if (!isObject(event.data)) return;
    if (event.kind === "GUILD_CREATE") {
      const { data, shard } = event;
      return data.unavailable === true ? this.#missing(data, shard) : this.#create(data, shard);
    }
    if (event.kind === "GUILD_DELETE") {
      const { data, shard } = event;
      this.#drop(data.id);
      this.#unavailable.delete(data.id);
      // "If the `unavailable` field is not set, the user was removed from the guild."
      return data.unavailable === true ? this.#missing(data, shard) : undefined;
    }
    const id = event.kind === "GUILD_UPDATE" ? event.data.id : guildOf(event.data);
    const guild = typeof id === "string" ? this.#guilds.get(id) : undefined;
    if (guild === undefined) return;
    reduceGuild(guild, event, this.#me);
    if (guild.isTooLarge) this.#leaveOut(guild.data.id);
  }

  #create(data: GatewayGuildCreateDispatchData, shard: number): void {
    if (!isRecord(data) || typeof data.id !== "string") return;
    this.#drop(data.id);
    this.#unavailable.delete(data.id);
    const { members: keepsMembers = false, presences: keepsPresences = false } = this.#options;
    const guildOf = this.#guildOf;
    const parts = { shard, limits: this.#limits, me: this.#me, keepsMembers, keepsPresences, guildOf };
    const guild = new GuildRecord(data, parts);
    this.#guilds.set(data.id, guild);
    if (guild.isTooLarge || this.#guilds.size > this.#limits.guilds) this.#leaveOut(data.id);
  }

  #leaveOut(id: string): void {
    this.#drop(id);
    this.#leftOut++;
  }

  #missing(guild: { readonly id: string }, shard: number): void {
    if (!isRecord(guild) || typeof guild.id !== "string") return;
    this.#drop(guild.id);
    if (this.#unavailable.size < this.#limits.guilds) this.#unavailable.set(guild.id, shard);
  }

  #drop(id: string): void {
    this.#guilds.get(id)?.forget();
    this.#guilds.delete(id);
  }
}

/** What is received may be anything. */
function isObject(data: unknown): boolean {
  return isRecord(data);
}

function guildOf(data: unknown): unknown {
  return isRecord(data) ? data.guild_id : undefined;
}

function partsOf(guild: GuildRecord) {
  return { guild: guild.data, roles: guild.roles };
}

function isSnapshot(value: unknown): value is GuildStateSnapshot {
  return isRecord(value) && value.version === 1 && (value.me === null || typeof value.me === "string") &&
    Array.isArray(value.unavailable) &&
    value.unavailable.every((guild) =>
      isRecord(guild) && isCount(guild.shard) && typeof guild.id === "string"
    ) &&
    Array.isArray(value.guilds) &&
    value.guilds.every((guild) => isRecord(guild) && isCount(guild.shard) && isRecord(guild.data)) &&
    Array.isArray(value.shards) &&
    value.shards.every((shard) =>
      isRecord(shard) && isCount(shard.id) && typeof shard.session === "string" && isCount(shard.sequence) &&
      typeof shard.complete === "boolean"
    );
}
