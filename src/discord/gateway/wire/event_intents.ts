import { OptionError } from "../../../protocol/errors.ts";
import { type DispatchName, dispatchNames } from "./dispatch_names.ts";
import { Intents } from "./intents.ts";

/**
 * The events to be told of: by name, wherever they happen, or those of guilds and those of direct messages
 * apart.
 */
export type WantedEvents = readonly DispatchName[] | {
  /** Events in guilds, and those that belong to no place. @default {[]} */
  readonly guild?: readonly DispatchName[];
  /** Events in direct messages. @default {[]} */
  readonly direct?: readonly DispatchName[];
};

const IN_GUILDS: Readonly<Partial<Record<keyof typeof Intents, readonly DispatchName[]>>> = {
  Guilds: [
    "GUILD_CREATE",
    "GUILD_UPDATE",
    "GUILD_DELETE",
    "GUILD_ROLE_CREATE",
    "GUILD_ROLE_UPDATE",
    "GUILD_ROLE_DELETE",
    "CHANNEL_CREATE",
    "CHANNEL_UPDATE",
    "CHANNEL_DELETE",
    "CHANNEL_PINS_UPDATE",
    "THREAD_CREATE",
    "THREAD_UPDATE",
    "THREAD_DELETE",
    "THREAD_LIST_SYNC",
    "THREAD_MEMBER_UPDATE",
    "THREAD_MEMBERS_UPDATE",
    "STAGE_INSTANCE_CREATE",
    "STAGE_INSTANCE_UPDATE",
    "STAGE_INSTANCE_DELETE",
    "VOICE_CHANNEL_STATUS_UPDATE",
    "VOICE_CHANNEL_START_TIME_UPDATE",
  ],
  GuildMembers: ["GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE", "GUILD_MEMBER_REMOVE", "THREAD_MEMBERS_UPDATE"],
  GuildModeration: ["GUILD_AUDIT_LOG_ENTRY_CREATE", "GUILD_BAN_ADD", "GUILD_BAN_REMOVE"],
  GuildExpressions: [
    "GUILD_EMOJIS_UPDATE",
    "GUILD_STICKERS_UPDATE",
    "GUILD_SOUNDBOARD_SOUND_CREATE",
    "GUILD_SOUNDBOARD_SOUND_UPDATE",
    "GUILD_SOUNDBOARD_SOUND_DELETE",
    "GUILD_SOUNDBOARD_SOUNDS_UPDATE",
  ],
  GuildIntegrations: [
    "GUILD_INTEGRATIONS_UPDATE",
    "INTEGRATION_CREATE",
    "INTEGRATION_UPDATE",
    "INTEGRATION_DELETE",
  ],
  GuildWebhooks: ["WEBHOOKS_UPDATE"],
  GuildInvites: ["INVITE_CREATE", "INVITE_DELETE"],
  GuildVoiceStates: ["VOICE_CHANNEL_EFFECT_SEND", "VOICE_STATE_UPDATE"],
  GuildPresences: ["PRESENCE_UPDATE"],
  GuildMessages: ["MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK"],
  GuildMessageReactions: [
    "MESSAGE_REACTION_ADD",
    "MESSAGE_REACTION_REMOVE",
    "MESSAGE_REACTION_REMOVE_ALL",
    "MESSAGE_REACTION_REMOVE_EMOJI",
  ],
  GuildMessageTyping: ["TYPING_START"],
  GuildScheduledEvents: [
    "GUILD_SCHEDULED_EVENT_CREATE",
    "GUILD_SCHEDULED_EVENT_UPDATE",
    "GUILD_SCHEDULED_EVENT_DELETE",
    "GUILD_SCHEDULED_EVENT_USER_ADD",
    "GUILD_SCHEDULED_EVENT_USER_REMOVE",
  ],
  AutoModerationConfiguration: [
    "AUTO_MODERATION_RULE_CREATE",
    "AUTO_MODERATION_RULE_UPDATE",
    "AUTO_MODERATION_RULE_DELETE",
  ],
  AutoModerationExecution: ["AUTO_MODERATION_ACTION_EXECUTION"],
  GuildMessagePolls: ["MESSAGE_POLL_VOTE_ADD", "MESSAGE_POLL_VOTE_REMOVE"],
};

const IN_DIRECT_MESSAGES: typeof IN_GUILDS = {
  DirectMessages: ["MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "CHANNEL_PINS_UPDATE"],
  DirectMessageReactions: [
    "MESSAGE_REACTION_ADD",
    "MESSAGE_REACTION_REMOVE",
    "MESSAGE_REACTION_REMOVE_ALL",
    "MESSAGE_REACTION_REMOVE_EMOJI",
  ],
  DirectMessageTyping: ["TYPING_START"],
  DirectMessagePolls: ["MESSAGE_POLL_VOTE_ADD", "MESSAGE_POLL_VOTE_REMOVE"],
};

/**
 * What comes of the bot itself, whatever the intents: "this event is sent for current-user updates regardless of
 * whether the `GUILD_MEMBERS` intent is set".
 *
 * @see https://discord.com/developers/docs/events/gateway#list-of-intents
 */
const OF_ITSELF: ReadonlySet<DispatchName> = new Set(["GUILD_MEMBER_UPDATE"]);

type Row = readonly [bit: number, events: readonly DispatchName[]];

function rows(table: typeof IN_GUILDS): readonly Row[] {
  // Unprivileged intents first, since the first that brings an event is the one to ask for.
  return Object.entries(Intents).flatMap(([name, bit]): Row[] => {
    const events = Object.entries(table).find(([key]) => key === name)?.[1];
    return events === undefined ? [] : [[bit, events]];
  }).sort(([a], [b]) => Number((a & PRIVILEGED) !== 0) - Number((b & PRIVILEGED) !== 0));
}

const PRIVILEGED = Intents.GuildMembers | Intents.GuildPresences | Intents.MessageContent;
const guildRows: readonly Row[] = rows(IN_GUILDS);
const directRows: readonly Row[] = rows(IN_DIRECT_MESSAGES);
const dispatched: ReadonlySet<string> = new Set(dispatchNames);

/** The intents that bring an event, of which any one suffices; 0: it always comes. */
export function intentsOf(event: DispatchName, place: "guild" | "direct"): number {
  const table = place === "guild" ? guildRows : directRows;
  return table.reduce((bits, [bit, events]) => events.includes(event) ? bits | bit : bits, 0);
}

/**
 * The fewest intents that bring the wanted events, privileged ones only where there is no other. What
 * messages contain is a matter of `Intents.MessageContent`, which no event needs: add it where it is wanted.
 *
 * @throws {OptionError} if there is no event of a name.
 *
 * @see https://discord.com/developers/docs/events/gateway#list-of-intents
 *
 * @example
 * ```ts
 * import { deriveIntents, Intents } from "@parley/parley/discord";
 *
 * deriveIntents(["MESSAGE_CREATE"]) === (Intents.GuildMessages | Intents.DirectMessages); // true
 * deriveIntents({ guild: ["MESSAGE_CREATE"] }) === Intents.GuildMessages; // true
 * deriveIntents(["INTERACTION_CREATE"]); // 0: it always comes
 * ```
 */
export function deriveIntents(wanted: WantedEvents): number {
  const { guild, direct } = places(wanted);
  return derive(guild, guildRows) | derive(direct, directRows);
}

/** The names of the wanted events that the intents can bring; the others would never come. */
export function reachableEvents(wanted: WantedEvents, intents: number): ReadonlySet<DispatchName> {
  const { guild, direct } = places(wanted);
  const comes = (place: "guild" | "direct") => (event: DispatchName) => {
    const needed = intentsOf(event, place);
    if (place === "guild" && OF_ITSELF.has(event)) return true;
    if (needed !== 0) return (needed & intents) !== 0;
    // An event that only the other place knows cannot happen in this one.
    return intentsOf(event, place === "guild" ? "direct" : "guild") === 0;
  };
  return new Set([...guild.filter(comes("guild")), ...direct.filter(comes("direct"))]);
}

function places(wanted: WantedEvents): {
  readonly guild: readonly DispatchName[];
  readonly direct: readonly DispatchName[];
} {
  const both = Symbol.iterator in wanted;
  const { guild = [], direct = [], ...others } = both ? { guild: [...wanted], direct: [...wanted] } : wanted;
  // Plain JavaScript has no compiler that would have said so.
  for (const [place, events] of Object.entries({ guild, direct, ...others })) {
    if (Array.isArray(events) && (place === "guild" || place === "direct")) continue;
    const fix = "give a list of them, or one each as `guild` and `direct`";
    throw new OptionError(`Cannot choose events of "${place}": ${fix}`);
  }
  for (const event of [...guild, ...direct]) {
    if (!dispatched.has(event)) {
      throw new OptionError(`Cannot choose the event "${event}": there is none of that name`);
    }
  }
  return { guild, direct };
}

function derive(events: readonly DispatchName[], table: readonly Row[]): number {
  let intents = 0;
  for (const event of events) {
    const choices = table.filter(([, brought]) => brought.includes(event));
    if (choices.length > 0 && !choices.some(([bit]) => (bit & intents) !== 0)) {
      intents |= choices[0]?.[0] ?? 0;
    }
  }
  return intents;
}
