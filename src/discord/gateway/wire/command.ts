import type {
  GatewayPresenceUpdateData,
  GatewayRequestChannelInfoData,
  GatewayRequestGuildMembersData,
  GatewayRequestSoundboardSoundsData,
  GatewayVoiceStateUpdateData,
} from "discord-api-types/v10";
import { CommandError } from "../../../protocol/errors.ts";
import { byteLength } from "../../../protocol/data/byte_length.ts";
import { isCount, isRecord } from "../../../protocol/data/json_value.ts";
import { quote } from "../../../protocol/data/quote.ts";
import { type GatewayCodec, jsonCodec } from "./encoding.ts";
import { Intents } from "./intents.ts";
import { Opcode } from "./opcodes.ts";

/**
 * A presence.
 *
 * @see https://discord.com/developers/docs/events/gateway-events#update-presence
 */
export interface Presence {
  /** `online`, `dnd`, `idle`, `invisible` or `offline`. @default {"online"} */
  readonly status?: `${GatewayPresenceUpdateData["status"]}` | undefined;
  /** What the bot is doing. @default {[]} */
  readonly activities?: GatewayPresenceUpdateData["activities"] | undefined;
  /** Since when it is idle, in milliseconds of Unix time. @default {null} */
  readonly since?: number | null | undefined;
  /** Whether it is away. @default {false} */
  readonly afk?: boolean | undefined;
}

const statuses: ReadonlySet<unknown> = new Set(["online", "dnd", "idle", "invisible", "offline"]);

/**
 * What Discord cannot read of a presence: it closes the link for that, by 4001 or 4002, and would close each on which the
 * presence is sent again. Undefined: nothing is known to be wrong.
 */
export function presenceFault(presence: Presence): string | undefined {
  if (!isRecord(presence)) return "it is no object; give { status, activities }";
  const { status = "online", activities = [], since = null, afk = false }: Record<string, unknown> = presence;
  if (!statuses.has(status)) {
    return `its status ${quote(String(status))} is not online, dnd, idle, invisible or offline`;
  }
  if (!Array.isArray(activities)) return "its activities are no list";
  const isWhole = (activity: unknown) =>
    isRecord(activity) && typeof activity.name === "string" && isCount(activity.type);
  if (!activities.every(isWhole)) return "each activity wants a name, and as type a number of `ActivityType`";
  if (since !== null && !isCount(since)) return "`since` is no time in milliseconds";
  return typeof afk === "boolean" ? undefined : "`afk` is neither true nor false";
}

/** A presence as Discord wants it, whole. */
export function wholePresence(presence: Presence): object {
  const { status = "online", activities = [], since = null, afk = false, ...more } = presence;
  return { since, activities, status, afk, ...more };
}

/**
 * What can be sent to the gateway.
 *
 * @see https://discord.com/developers/docs/events/gateway-events#send-events
 */
export type GatewayCommand =
  /** Updates the bot's presence (op 3); later sessions begin with it. */
  | { readonly kind: "presence"; readonly data: Presence }
  /** Joins, moves between, or leaves voice channels (op 4). */
  | { readonly kind: "voice_state"; readonly data: GatewayVoiceStateUpdateData }
  /** Asks for members of a guild (op 8); GUILD_MEMBERS_CHUNK events answer. */
  | { readonly kind: "request_guild_members"; readonly data: GatewayRequestGuildMembersData }
  /** Asks for the soundboard sounds of guilds (op 31); SOUNDBOARD_SOUNDS events answer. */
  | { readonly kind: "request_soundboard_sounds"; readonly data: GatewayRequestSoundboardSoundsData }
  /** Asks for what is short-lived of a guild's channels (op 43); a CHANNEL_INFO event answers. */
  | { readonly kind: "request_channel_info"; readonly data: GatewayRequestChannelInfoData }
  /** Anything else, by its opcode. */
  | { readonly kind: "send"; readonly op: number; readonly d: unknown };

// "Must not exceed 4096 bytes."
// https://discord.com/developers/docs/events/gateway#sending-events
export const MAX_BYTES = 4096;

/** What the session itself sends, and what only the server sends. */
const reserved: ReadonlySet<number> = new Set([
  Opcode.Dispatch,
  Opcode.Heartbeat,
  Opcode.Identify,
  Opcode.Resume,
  Opcode.Reconnect,
  Opcode.InvalidSession,
  Opcode.Hello,
  Opcode.HeartbeatAck,
]);

/**
 * Checks a command and writes it as JSON, which takes at most 4096 bytes in the encoding that it is to be sent in.
 *
 * @throws {CommandError} `invalid_command` if it is not acceptable.
 *
 * @example
 * ```ts
 * import { encodeCommand } from "@parley/parley/discord";
 *
 * encodeCommand({ kind: "send", op: 31, d: { guild_ids: ["613425648685547541"] } });
 * // '{"op":31,"d":{"guild_ids":["613425648685547541"]}}'
 * ```
 */
export function encodeCommand(command: GatewayCommand, codec: GatewayCodec = jsonCodec): string {
  const { what, op, d } = partsOf(command);
  let data: string | undefined;
  try {
    data = JSON.stringify(d);
  } catch (error) {
    throw invalid(`Cannot send ${what}: its data cannot be written as JSON`, { cause: error });
  }
  if (data === undefined) throw invalid(`Cannot send ${what}: its data cannot be written as JSON`);
  const text = `{"op":${op},"d":${data}}`;
  const length = byteLength(codec.write(text));
  if (length > MAX_BYTES) {
    throw invalid(`Cannot send ${what}: it takes ${length} bytes, and Discord accepts ${MAX_BYTES}`);
  }
  return text;
}

/** What a command is called in errors, and what it says. */
function partsOf(
  command: GatewayCommand,
): { readonly what: string; readonly op: number; readonly d: unknown } {
  switch (command.kind) {
    case "presence": {
      const fault = presenceFault(command.data);
      if (fault !== undefined) throw invalid(`Cannot send presence: ${fault}`);
      return { what: "presence", op: Opcode.PresenceUpdate, d: wholePresence(command.data) };
    }
    case "voice_state":
      return { what: "voice state", op: Opcode.VoiceStateUpdate, d: command.data };
    case "request_guild_members":
      checkMembersRequest(command.data);
      return { what: "request for guild members", op: Opcode.RequestGuildMembers, d: command.data };
    case "request_soundboard_sounds":
      return { what: "request for soundboard sounds", op: Opcode.RequestSoundboardSounds, d: command.data };
    case "request_channel_info":
      return { what: "request for channel info", op: Opcode.RequestChannelInfo, d: command.data };
    case "send":
      if (!Number.isSafeInteger(command.op) || command.op < 0) {
        throw invalid(`Cannot send opcode "${command.op}": it must be a whole number`);
      }
      if (reserved.has(command.op)) {
        throw invalid(`Cannot send opcode "${command.op}": the session sends it when it is due, or never`);
      }
      return { what: `opcode ${command.op}`, op: command.op, d: command.d };
  }
}

function checkMembersRequest(data: GatewayRequestGuildMembersData): void {
  // "Nonce can only be up to 32 bytes. If you send an invalid nonce it will be ignored."
  if (data.nonce !== undefined && byteLength(data.nonce) > 32) {
    throw invalid(`Cannot request guild members: the nonce "${data.nonce}" is longer than 32 bytes`);
  }
  if ("user_ids" in data && Array.isArray(data.user_ids) && data.user_ids.length > 100) {
    throw invalid(`Cannot request ${data.user_ids.length} guild members: Discord answers with 100 at most`);
  }
}

/**
 * Checks that the intents of a session allow what a command asks for. Discord does not say so if they do not: it
 * answers nothing, or without what was asked for.
 *
 * @throws {CommandError} `invalid_command` if they do not.
 */
export function checkIntents(command: GatewayCommand, intents: number): void {
  if (command.kind !== "request_guild_members") return;
  const { data } = command;
  // "`GUILD_MEMBERS` intent is required to request the entire member list", whatever the limit.
  if ("query" in data && data.query === "" && (intents & Intents.GuildMembers) === 0) {
    throw invalid(
      "Cannot request guild members by an empty query: add `Intents.GuildMembers` to the intents",
    );
  }
  // "`GUILD_PRESENCES` intent is required to set `presences = true`. Otherwise, it will always be false"
  if (data.presences && (intents & Intents.GuildPresences) === 0) {
    throw invalid(
      "Cannot request the presences of guild members: add `Intents.GuildPresences` to the intents",
    );
  }
}

function invalid(message: string, options?: ErrorOptions): CommandError {
  return new CommandError("invalid_command", message, options);
}
