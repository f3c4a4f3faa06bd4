import type { Data } from "@parley/parley/protocol";
import { readEtf } from "./_etf.ts";
import type { ServerSession } from "./_session.ts";
import { type DiscordServerGuild, type DiscordServerUser, userObject } from "../_world.ts";
import { isRecord } from "@parley/parley/internal";
import { knownIntents } from "./_intents.ts";

/** Reads a payload of an encoding; undefined if it is none. */
export function parse(data: Data, encoding: "json" | "etf"): { op: number; d: unknown } | undefined {
  if ((typeof data === "string") !== (encoding === "json")) return undefined;
  try {
    const value: unknown = typeof data === "string" ? JSON.parse(data) : readEtf(data);
    return isRecord(value) && typeof value.op === "number" ? { op: value.op, d: value.d } : undefined;
  } catch {
    return undefined;
  }
}

/** What the log may show of a payload. */
export function withoutToken(d: unknown): unknown {
  return isRecord(d) && "token" in d ? { ...d, token: "…" } : d;
}

/** Why a link is closed. */
export interface Refusal {
  readonly code: number;
  readonly reason: string;
}

/** Who a client says it is, if the server takes it. */
export interface Identity {
  readonly shard: readonly [id: number, count: number];
  readonly intents: number;
}

/** What an IDENTIFY may ask for. */
export interface IdentifyLimits {
  readonly shardMultiple: number;
  readonly allowedIntents: number;
}

/** Checks the data of an IDENTIFY. */
export function checkIdentify(
  d: unknown,
  limits: IdentifyLimits,
  accepts: (token: string) => boolean,
): Identity | Refusal {
  if (!isRecord(d) || typeof d.token !== "string" || !isRecord(d.properties)) {
    return { code: 4002, reason: "Decode error" };
  }
  if (!accepts(d.token)) return { code: 4004, reason: "Authentication failed" };
  const shard = shardPair(d.shard ?? [0, 1]);
  if (shard === undefined) return { code: 4010, reason: "Invalid shard" };
  if (shard[1] % limits.shardMultiple !== 0) {
    return shard[1] === 1
      ? { code: 4011, reason: "Sharding required" }
      : { code: 4010, reason: "Invalid shard" };
  }
  const { intents } = d;
  const isMask = typeof intents === "number" && Number.isSafeInteger(intents) && intents >= 0 &&
    intents < 2 ** 31;
  if (!isMask || (intents & ~knownIntents) !== 0) return { code: 4013, reason: "Invalid intent(s)" };
  if ((intents & ~limits.allowedIntents) !== 0) return { code: 4014, reason: "Disallowed intent(s)" };
  return { shard, intents };
}

function shardPair(value: unknown): readonly [number, number] | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [id, count]: unknown[] = value;
  const whole = typeof id === "number" && typeof count === "number" && Number.isSafeInteger(id) &&
    Number.isSafeInteger(count);
  return whole && id >= 0 && id < count ? [id, count] : undefined;
}

/** The data of READY. */
export function readyPayload(
  session: ServerSession,
  me: DiscordServerUser,
  guilds: readonly DiscordServerGuild[],
  resumeUrl: string,
): Record<string, unknown> {
  return {
    v: 10,
    user: userObject(me, true),
    guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
    session_id: session.id,
    resume_gateway_url: resumeUrl,
    session_type: "normal",
    shard: session.shard,
    application: { id: me.id, flags: 0 },
  };
}

/** What op 4, Update Voice State, makes of the bot's voice state. */
export function voiceState(
  { guild_id, channel_id = null, self_mute = false, self_deaf = false }: Readonly<Record<string, unknown>>,
  user_id: string,
  session_id: string,
): Record<string, unknown> {
  const state = { guild_id, channel_id, self_mute, self_deaf, user_id, session_id };
  return { ...state, deaf: false, mute: false, suppress: false };
}

/** Where who joins a voice channel goes: "both events" come, and of leaving only the first. */
export function voiceServer({ guild_id }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { guild_id, token: "a.voice.token", endpoint: "voice.test:443" };
}

/** What op 31, Request Soundboard Sounds, and op 43, Request Channel Info, are answered with. */
export function answersTo(
  op: number,
  { guild_id, guild_ids }: Readonly<Record<string, unknown>>,
): { readonly t: string; readonly d: unknown }[] {
  if (op === 43) return [{ t: "CHANNEL_INFO", d: { guild_id, channels: [] } }];
  if (op !== 31 || !Array.isArray(guild_ids)) return [];
  return guild_ids.map((id) => ({ t: "SOUNDBOARD_SOUNDS", d: { guild_id: id, soundboard_sounds: [] } }));
}

/** Where a URL leads, without path and query. */
export function originOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
