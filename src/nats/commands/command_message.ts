import type { GatewayCommand, Presence } from "../../discord/gateway/wire/command.ts";
import type { CommandErrorCode } from "../../protocol/errors.ts";
import { isCount, isRecord, jsonOf } from "../../protocol/data/json_value.ts";
import { asToken } from "../kv.ts";

/** What is asked of the process that holds a slot. */
export interface CommandRequest {
  /** Which guild it is about, if it is about one: by how many slots there are, that is another's. */
  readonly guild?: string;
  /** Through which shard to send it, if it is about no guild; else through all of the slot. */
  readonly shard?: number;
  /** What is to be sent; without it, only how many shards there are is asked. */
  readonly command?: GatewayCommand;
  /** For how many milliseconds whoever asks waits. */
  readonly within: number;
}

/** What that process answers. */
export interface CommandAnswer {
  /** How many slots there are. */
  readonly slots: number;
  /** How many shards the bot has, as far as this slot is. */
  readonly shards: number;
  /** Whether the command was sent; if not, and there is no error, another slot is to be asked. */
  readonly done: boolean;
  /** Why it was not. */
  readonly error?: { readonly code: CommandErrorCode; readonly message: string };
}

/** The subject of a slot's commands: longer than those of events, which a stream takes in. */
export function commandSubject(application: string, slot: number): string {
  return `bot.${asToken(application)}.slots.${slot}.commands`;
}

/** Reads a request; undefined for what is none. */
export function readRequest(text: string): CommandRequest | undefined {
  const value = jsonOf(text);
  if (!isRecord(value)) return undefined;
  const { guild, shard, command, within } = value;
  if (typeof within !== "number" || !(within > 0 && within < Infinity)) return undefined;
  if (guild !== undefined && !isGuild(guild)) return undefined;
  if (shard !== undefined && !isCount(shard)) return undefined;
  if (command !== undefined && !isCommand(command)) return undefined;
  return {
    within,
    ...(guild !== undefined && { guild }),
    ...(shard !== undefined && { shard }),
    ...(command !== undefined && { command }),
  };
}

/** Whether something is the id of a guild. */
export function isGuild(value: unknown): value is string {
  return typeof value === "string" && /^\d{1,20}$/.test(value);
}

/** No fleet has more: Discord's largest bots have some ten thousand shards. */
const MOST_SLOTS = 100_000;

/** Reads an answer; undefined for what is none. */
export function readAnswer(text: string): CommandAnswer | undefined {
  const value = jsonOf(text);
  if (!isRecord(value)) return undefined;
  const { slots, shards, done, error } = value;
  if (!isCount(slots) || slots === 0 || slots > MOST_SLOTS || !isCount(shards) || typeof done !== "boolean") {
    return undefined;
  }
  if (!isRecord(error)) return { slots, shards, done };
  const { code, message } = error;
  if (!isCode(code) || typeof message !== "string") return undefined;
  return { slots, shards, done, error: { code, message } };
}

const CODES: readonly unknown[] = [
  "invalid_command",
  "refused",
  "lost",
  "unconfirmed",
  "cancelled",
  "superseded",
  "closed",
] satisfies CommandErrorCode[];

function isCode(value: unknown): value is CommandErrorCode {
  return CODES.includes(value);
}

const KINDS: readonly unknown[] = [
  "voice_state",
  "request_guild_members",
  "request_soundboard_sounds",
  "request_channel_info",
] satisfies GatewayCommand["kind"][];

/** Whether it is a command by its shape: what it says is for Discord to judge. */
function isCommand(value: unknown): value is GatewayCommand {
  if (!isRecord(value)) return false;
  return value["kind"] === "send"
    ? isCount(value["op"])
    : value["kind"] === "presence"
    ? isPresence(value["data"])
    : KINDS.includes(value["kind"]) && isRecord(value["data"]);
}

/** Whether it is a presence by its shape: it stays with a shard, which Discord would close for another one again and again. */
export function isPresence(value: unknown): value is Presence {
  if (!isRecord(value)) return false;
  const { status, activities, since, afk } = value;
  return (status === undefined || typeof status === "string") &&
    (activities === undefined || Array.isArray(activities) && activities.every(isRecord)) &&
    (since === undefined || since === null || typeof since === "number") &&
    (afk === undefined || typeof afk === "boolean");
}
