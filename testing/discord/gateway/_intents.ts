/** The intents that bring an event: in guilds, and in direct messages where that differs. */
interface Needed {
  readonly guild: number;
  readonly direct: number;
}

// "Any events not listed means it's not associated with an intent and will always be sent to your app."
// https://discord.com/developers/docs/events/gateway#list-of-intents
const groups: readonly (readonly [bit: number, events: string])[] = [
  [
    0,
    "GUILD_CREATE GUILD_UPDATE GUILD_DELETE GUILD_ROLE_CREATE GUILD_ROLE_UPDATE GUILD_ROLE_DELETE CHANNEL_CREATE " +
    "CHANNEL_UPDATE CHANNEL_DELETE CHANNEL_PINS_UPDATE THREAD_CREATE THREAD_UPDATE THREAD_DELETE THREAD_LIST_SYNC " +
    "THREAD_MEMBER_UPDATE THREAD_MEMBERS_UPDATE STAGE_INSTANCE_CREATE STAGE_INSTANCE_UPDATE STAGE_INSTANCE_DELETE " +
    "VOICE_CHANNEL_STATUS_UPDATE VOICE_CHANNEL_START_TIME_UPDATE",
  ],
  [1, "GUILD_MEMBER_ADD GUILD_MEMBER_UPDATE GUILD_MEMBER_REMOVE THREAD_MEMBERS_UPDATE"],
  [2, "GUILD_AUDIT_LOG_ENTRY_CREATE GUILD_BAN_ADD GUILD_BAN_REMOVE"],
  [
    3,
    "GUILD_EMOJIS_UPDATE GUILD_STICKERS_UPDATE GUILD_SOUNDBOARD_SOUND_CREATE GUILD_SOUNDBOARD_SOUND_UPDATE " +
    "GUILD_SOUNDBOARD_SOUND_DELETE GUILD_SOUNDBOARD_SOUNDS_UPDATE",
  ],
  [4, "GUILD_INTEGRATIONS_UPDATE INTEGRATION_CREATE INTEGRATION_UPDATE INTEGRATION_DELETE"],
  [5, "WEBHOOKS_UPDATE"],
  [6, "INVITE_CREATE INVITE_DELETE"],
  [7, "VOICE_CHANNEL_EFFECT_SEND VOICE_STATE_UPDATE"],
  [8, "PRESENCE_UPDATE"],
  [9, "MESSAGE_CREATE MESSAGE_UPDATE MESSAGE_DELETE MESSAGE_DELETE_BULK"],
  [
    10,
    "MESSAGE_REACTION_ADD MESSAGE_REACTION_REMOVE MESSAGE_REACTION_REMOVE_ALL MESSAGE_REACTION_REMOVE_EMOJI",
  ],
  [11, "TYPING_START"],
  [
    16,
    "GUILD_SCHEDULED_EVENT_CREATE GUILD_SCHEDULED_EVENT_UPDATE GUILD_SCHEDULED_EVENT_DELETE " +
    "GUILD_SCHEDULED_EVENT_USER_ADD GUILD_SCHEDULED_EVENT_USER_REMOVE",
  ],
  [20, "AUTO_MODERATION_RULE_CREATE AUTO_MODERATION_RULE_UPDATE AUTO_MODERATION_RULE_DELETE"],
  [21, "AUTO_MODERATION_ACTION_EXECUTION"],
  [24, "MESSAGE_POLL_VOTE_ADD MESSAGE_POLL_VOTE_REMOVE"],
];

const directGroups: readonly (readonly [bit: number, events: string])[] = [
  [12, "MESSAGE_CREATE MESSAGE_UPDATE MESSAGE_DELETE CHANNEL_PINS_UPDATE"],
  [
    13,
    "MESSAGE_REACTION_ADD MESSAGE_REACTION_REMOVE MESSAGE_REACTION_REMOVE_ALL MESSAGE_REACTION_REMOVE_EMOJI",
  ],
  [14, "TYPING_START"],
  [25, "MESSAGE_POLL_VOTE_ADD MESSAGE_POLL_VOTE_REMOVE"],
];

function masks(rows: readonly (readonly [bit: number, events: string])[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const [bit, events] of rows) {
    for (const event of events.split(" ")) found.set(event, (found.get(event) ?? 0) | (1 << bit));
  }
  return found;
}

const inGuilds = masks(groups);
const inDirectMessages = masks(directGroups);

/** All bits that name an intent. */
export const knownIntents: number = [...groups, ...directGroups, [15, ""] as const]
  .reduce((bits, [bit]) => bits | (1 << bit), 0);

export const GUILDS: number = 1 << 0;
export const GUILD_MEMBERS: number = 1 << 1;
export const GUILD_PRESENCES: number = 1 << 8;
export const MESSAGE_CONTENT: number = 1 << 15;

/** Which intents bring an event; undefined: it always comes. */
export function intentsFor(name: string): Needed | undefined {
  const guild = inGuilds.get(name);
  const direct = inDirectMessages.get(name);
  if (guild === undefined && direct === undefined) return undefined;
  return { guild: guild ?? 0, direct: direct ?? 0 };
}

/**
 * What an application's flags say of the privileged intents that it may use, where it is in few guilds.
 *
 * @see https://discord.com/developers/docs/resources/application#application-object-application-flags
 */
export function applicationFlags(allowed: number): number {
  const flags = [[GUILD_PRESENCES, 1 << 13], [GUILD_MEMBERS, 1 << 15], [MESSAGE_CONTENT, 1 << 19]] as const;
  return flags.reduce((all, [intent, flag]) => (allowed & intent) === 0 ? all : all | flag, 0);
}
