import type { Instant } from "@parley/parley/protocol";

/** A user as the server shows it. */
export interface DiscordServerUser {
  readonly id: string;
  readonly username: string;
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

/** What exists on the server: guilds, channels, and what is said in them. Knows nothing of links. */
export class World {
  readonly guilds: readonly DiscordServerGuild[];
  readonly #guildOf = new Map<string, string>();
  readonly #nonces = new Map<string, { readonly message: DiscordServerMessage; readonly at: Instant }>();
  #count = 0;

  constructor(guilds: readonly DiscordServerGuild[]) {
    this.guilds = guilds;
    for (const guild of guilds) {
      for (const channel of guild.channels) this.#guildOf.set(channel.id, guild.id);
    }
  }

  hasChannel(id: string): boolean {
    return this.#guildOf.has(id);
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
    const key = JSON.stringify([author.id, nonce]);
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
      author: {
        id: author.id,
        username: author.username,
        discriminator: "0",
        global_name: null,
        avatar: null,
        ...(bot && { bot }),
      },
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
      joined_at: joined,
      large: false,
      unavailable: false,
      member_count: 1,
      members: [{ user: { ...me, bot: true }, roles: [], joined_at: joined, deaf: false, mute: false }],
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
