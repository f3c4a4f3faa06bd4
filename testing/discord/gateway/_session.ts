import { isRecord } from "@parley/parley/internal";
import type { Instant } from "@parley/parley/protocol";
import { GUILDS, intentsFor, MESSAGE_CONTENT } from "./_intents.ts";

/** One session as the server keeps it: what its client gets to see, and what it may still ask for again. */
export class ServerSession {
  readonly id: string;
  readonly shard: readonly [id: number, count: number];
  readonly intents: number;
  readonly #capacity: number;
  readonly #buffer: { readonly s: number; readonly t: string; readonly text: string }[] = [];
  /** The last sequence number given out. */
  sequence = 0;
  /** The link it is on; undefined while its client is away. */
  link: number | undefined;
  /** Whether its client takes payloads that are compressed, each by itself. */
  compresses = false;
  /** How much later than others it is told of what happens, in milliseconds. */
  skew = 0;
  /** What it is to be told, and when. */
  readonly late: { readonly at: Instant; readonly t: string; readonly d: unknown }[] = [];
  /** The guilds that it gets later. */
  readonly missing: Set<string> = new Set();
  /** How the next event is lost on its way, if it is. */
  loses: { readonly kept: boolean } | undefined = undefined;

  constructor(id: string, shard: readonly [number, number], intents: number, link: number, capacity: number) {
    this.id = id;
    this.shard = shard;
    this.intents = intents;
    this.link = link;
    this.#capacity = capacity;
  }

  /** True if an event of this data, of a guild of its shard's, is for this session; `me` is the bot's own user. */
  wants(name: string, data: unknown, guild: string | undefined, me: string): boolean {
    if (guild !== undefined && this.missing.has(guild)) return false;
    // "This event is sent for current-user updates regardless of whether the `GUILD_MEMBERS` intent is set."
    if (name === "GUILD_MEMBER_UPDATE" && userOf(data) === me) return true;
    const needed = intentsFor(name);
    if (needed === undefined) return true;
    const mask = needed.direct !== 0 && guild === undefined ? needed.direct : needed.guild;
    return (this.intents & mask) !== 0;
  }

  /** Numbers an event, keeps it for replay unless told not to, and returns the text to send. */
  push(name: string, data: unknown, kept = true): string {
    const s = ++this.sequence;
    const text = JSON.stringify({ t: name, s, op: 0, d: data });
    if (kept) this.#buffer.push({ s, t: name, text });
    if (this.#buffer.length > this.#capacity) this.#buffer.shift();
    return text;
  }

  /** The client has everything up to here. */
  acknowledge(sequence: number): void {
    let count = 0;
    while ((this.#buffer[count]?.s ?? Infinity) <= sequence) count++;
    if (count > 0) this.#buffer.splice(0, count);
  }

  /** What came after a sequence number; undefined if some of it is no longer kept. */
  since(
    sequence: number,
  ): readonly { readonly s: number; readonly t: string; readonly text: string }[] | undefined {
    const oldest = this.#buffer[0]?.s ?? this.sequence + 1;
    if (sequence + 1 < oldest) return undefined;
    // RESUMED would bear the number of what is not to be had, and a client cannot know that it is not its own.
    const newest = this.#buffer.at(-1)?.s ?? 0;
    if (sequence < this.sequence && newest < this.sequence) return undefined;
    return this.#buffer.filter(({ s }) => s > sequence);
  }

  /**
   * What this session sees of a message: without the intent "the fields that hold user input are empty",
   * except in direct messages, in the bot's own messages, and where the bot is mentioned.
   */
  messageFor(message: { readonly [field: string]: unknown }, me: string): unknown {
    const { author, guild_id, content } = message;
    const own = typeof author === "object" && author !== null && "id" in author && author.id === me;
    const mentioned = typeof content === "string" && content.includes(`<@${me}>`);
    if ((this.intents & MESSAGE_CONTENT) !== 0 || guild_id === undefined || own || mentioned) return message;
    return { ...message, content: "", embeds: [], attachments: [], components: [] };
  }

  /** True if it is told of guilds. */
  get seesGuilds(): boolean {
    return (this.intents & GUILDS) !== 0;
  }
}

/** Whose member an event is about. */
function userOf(data: unknown): unknown {
  return isRecord(data) && isRecord(data.user) ? data.user.id : undefined;
}

/** The guild an event belongs to; undefined if to none. */
export function guildOf(name: string, data: unknown): string | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  if ("guild_id" in data && typeof data.guild_id === "string") return data.guild_id;
  const isGuild = /^GUILD_(CREATE|UPDATE|DELETE)$/.test(name);
  return isGuild && "id" in data && typeof data.id === "string" ? data.id : undefined;
}

/** "shard_id = (guild_id >> 22) % num_shards"; events without a guild go to shard 0. */
export function shardOf(guild: string | undefined, count: number): number {
  if (guild === undefined || !/^\d+$/.test(guild)) return 0;
  return Number((BigInt(guild) >> 22n) % BigInt(count));
}
