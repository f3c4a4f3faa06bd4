import type { Instant } from "@parley/parley/protocol";

/** A user as the server shows it. */
export interface DiscordServerUser {
  readonly id: string;
  readonly username: string;
}

/**
 * A user object, with what every one of them has.
 *
 * @see https://discord.com/developers/docs/resources/user#user-object
 */
export function userObject(
  { id, username, ...more }: DiscordServerUser,
  bot = false,
): DiscordServerMessage["author"] {
  return { id, username, discriminator: "0", global_name: null, avatar: null, ...more, ...(bot && { bot }) };
}

/** A guild as the server is told of it. */
export interface DiscordServerGuild {
  readonly id: string;
  readonly name: string;
  readonly channels: readonly { readonly id: string; readonly name: string }[];
  /** Its members beside the bot. @default {[]} */
  readonly members?: readonly DiscordServerUser[];
  /** How many members come in one chunk. @default {1_000} */
  readonly chunkSize?: number;
  /** Whether an outage keeps it away: who logs in gets GUILD_DELETE in the place of GUILD_CREATE. @default {false} */
  readonly unavailable?: boolean;
  /** What GUILD_CREATE says of it beside, and instead; read each time. @default {{}} */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** The guild there is if none is given. */
export const defaultGuild: DiscordServerGuild = {
  id: "197038439483310086",
  name: "parley",
  channels: [{ id: "81384788765712384", name: "general" }],
};

/** A message as the server shows it, in the shape of Discord's message object. */
export interface DiscordServerMessage {
  readonly id: string;
  readonly channel_id: string;
  readonly guild_id?: string;
  readonly author: {
    readonly id: string;
    readonly username: string;
    readonly discriminator: string;
    readonly global_name: string | null;
    readonly avatar: string | null;
    readonly bot?: boolean;
  };
  readonly content: string;
  readonly timestamp: string;
  readonly nonce?: string | number;
  readonly [field: string]: unknown;
}

/** What is said, and by whom. */
export interface Speech {
  readonly channel: string;
  readonly content: string;
  readonly author: DiscordServerUser;
  readonly bot: boolean;
  readonly nonce?: string | number;
  readonly extra?: Readonly<Record<string, unknown>>;
}

// "Milliseconds since Discord Epoch, the first second of 2015 or 1420070400000."
const DISCORD_EPOCH = 1_420_070_400_000;
// "If enforce_nonce is true and nonce is present, it will be checked for uniqueness in the past few minutes."
const NONCE_TTL = 180_000;

/** Somebody in a guild, in the shape of Discord's member object. */
export interface Member {
  readonly user: DiscordServerUser;
  readonly roles: readonly string[];
  readonly joined_at: string;
  readonly deaf: boolean;
  readonly mute: boolean;
  readonly [field: string]: unknown;
}

/** How many messages are kept at least, of those that were said last. */
const KEPT = 1_000;

/** What exists on the server: guilds, channels, who is there, and what is said. Knows nothing of links. */
export class World {
  readonly guilds: readonly DiscordServerGuild[];
  readonly #guildOf = new Map<string, string>();
  /** Who is in each guild beside the bot, by their ids. */
  readonly #members = new Map<string, Map<string, Member>>();
  /** The direct messages with somebody, by the ids of the channels. */
  readonly #direct = new Map<string, DiscordServerUser>();
  /** What was said last, oldest first. */
  readonly #messages: DiscordServerMessage[] = [];
  readonly #nonces = new Map<string, { readonly message: DiscordServerMessage; readonly at: Instant }>();
  #count = 0;

  constructor(guilds: readonly DiscordServerGuild[]) {
    this.guilds = guilds;
    for (const guild of guilds) {
      for (const channel of guild.channels) this.#guildOf.set(channel.id, guild.id);
      this.#members.set(guild.id, new Map());
      for (const user of guild.members ?? []) this.join(guild.id, user, 0);
    }
  }

  hasChannel(id: string): boolean {
    return this.#guildOf.has(id) || this.#direct.has(id);
  }

  /** A channel as Discord's API shows it. */
  channel(id: string): Record<string, unknown> | undefined {
    const recipient = this.#direct.get(id);
    if (recipient !== undefined) return { id, type: 1, recipients: [userObject(recipient)] };
    const guild_id = this.#guildOf.get(id);
    const channel = this.guilds.find((guild) => guild.id === guild_id)?.channels.find((one) => one.id === id);
    return channel && { ...channel, type: 0, guild_id, position: 0, permission_overwrites: [] };
  }

  /** The channel of direct messages with somebody, which is made if there is none. */
  directWith(user: DiscordServerUser): string {
    const id = String(BigInt(user.id) + 1n);
    this.#direct.set(id, user);
    return id;
  }

  /** Who is in a guild beside the bot. */
  members(guild: string): readonly Member[] {
    return [...this.#members.get(guild)?.values() ?? []];
  }

  member(guild: string, user: string): Member | undefined {
    return this.#members.get(guild)?.get(user);
  }

  /** Somebody who was ever seen. */
  user(id: string): DiscordServerUser | undefined {
    for (const { user } of this.guilds.flatMap(({ id }) => this.members(id))) if (user.id === id) return user;
    return this.messages().find(({ author }) => author.id === id)?.author;
  }

  join(guild: string, user: DiscordServerUser, now: Instant): Member {
    const joined_at = new Date(now).toISOString();
    const member = { user: userObject(user), roles: [], joined_at, deaf: false, mute: false, flags: 0 };
    this.#members.get(guild)?.set(user.id, member);
    return member;
  }

  /** False: they were not there. */
  leave(guild: string, user: string): boolean {
    return this.#members.get(guild)?.delete(user) ?? false;
  }

  changeMember(guild: string, member: Member): void {
    this.#members.get(guild)?.set(member.user.id, member);
  }

  message(channel: string, id: string): DiscordServerMessage | undefined {
    const message = this.#messages[this.#placeOf(id)];
    return message?.channel_id === channel ? message : undefined;
  }

  /** What was said last, in one channel or anywhere, newest first. */
  messages(channel?: string): readonly DiscordServerMessage[] {
    const all = this.#messages.toReversed();
    return channel === undefined ? all : all.filter(({ channel_id }) => channel_id === channel);
  }

  /** Keeps a message, or what has become of it. */
  keep(message: DiscordServerMessage): void {
    const place = this.#placeOf(message.id);
    if (place >= 0) this.#messages[place] = message;
    else this.#add(message);
  }

  #add(message: DiscordServerMessage): void {
    this.#messages.push(message);
    // Many at once: to take them out one by one costs as much as all else that is done with a message.
    if (this.#messages.length === 2 * KEPT) this.#messages.splice(0, KEPT);
  }

  /** False: it was not there. */
  forget(message: string): boolean {
    const place = this.#placeOf(message);
    return place >= 0 && this.#messages.splice(place, 1).length > 0;
  }

  /** Mostly it is one of the last. */
  #placeOf(id: string): number {
    return this.#messages.findLastIndex((message) => message.id === id);
  }

  /** A new id: its upper bits are the time, so that ids sort by it. */
  snowflake(now: Instant): string {
    const time = BigInt(Math.max(0, Math.trunc(now) - DISCORD_EPOCH));
    return String((time << 22n) | BigInt(++this.#count & 0x3f_ffff));
  }

  /** Makes a message, or finds the one that was made for its nonce. */
  say(
    speech: Speech,
    enforceNonce: boolean,
    now: Instant,
  ): { message: DiscordServerMessage; repeated: boolean } {
    const { channel, content, author, bot, nonce, extra } = speech;
    const key = nonce === undefined ? "" : JSON.stringify([author.id, nonce]);
    if (nonce !== undefined && enforceNonce) {
      const earlier = this.#nonces.get(key);
      if (earlier !== undefined && earlier.at + NONCE_TTL > now) {
        return { message: earlier.message, repeated: true };
      }
    }
    const guild = this.#guildOf.get(channel);
    const message: DiscordServerMessage = {
      id: this.snowflake(now),
      type: 0,
      channel_id: channel,
      ...(guild !== undefined && { guild_id: guild }),
      author: userObject(author, bot),
      content,
      timestamp: new Date(now).toISOString(),
      edited_timestamp: null,
      tts: false,
      mention_everyone: false,
      mentions: [],
      mention_roles: [],
      attachments: [],
      embeds: [],
      pinned: false,
      flags: 0,
      ...(nonce !== undefined && { nonce }),
      ...extra,
    };
    this.#add(message);
    if (nonce !== undefined) {
      for (const [old, { at }] of this.#nonces) {
        if (at + NONCE_TTL > now) break;
        this.#nonces.delete(old);
      }
      this.#nonces.delete(key);
      this.#nonces.set(key, { message, at: now });
    }
    return { message, repeated: false };
  }

  /** The data of GUILD_CREATE. */
  guildCreate(guild: DiscordServerGuild, me: DiscordServerUser, now: Instant): Record<string, unknown> {
    const joined = new Date(now).toISOString();
    return {
      id: guild.id,
      name: guild.name,
      owner_id: me.id,
      // As of a guild that was just made: where Discord itself says who has joined.
      system_channel_id: guild.channels[0]?.id ?? null,
      joined_at: joined,
      large: false,
      unavailable: false,
      member_count: 1,
      members: [{
        user: userObject(me, true),
        roles: [],
        joined_at: joined,
        deaf: false,
        mute: false,
        flags: 0,
      }],
      channels: guild.channels.map((channel) => ({
        ...channel,
        type: 0,
        position: 0,
        permission_overwrites: [],
      })),
      roles: [],
      emojis: [],
      stickers: [],
      threads: [],
      presences: [],
      voice_states: [],
      stage_instances: [],
      guild_scheduled_events: [],
      soundboard_sounds: [],
      ...guild.data,
    };
  }
}
