/**
 * Which groups of events to receive; combine them with `|`. `GuildMembers`, `GuildPresences` and
 * `MessageContent` are privileged: they must be enabled for the bot in Discord's developer portal.
 *
 * @see https://discord.com/developers/docs/events/gateway#list-of-intents
 *
 * @example
 * ```ts
 * import { Intents } from "@parley/parley/discord";
 *
 * Intents.Guilds | Intents.GuildMessages; // 513
 * ```
 */
export const Intents: {
  readonly Guilds: number;
  readonly GuildMembers: number;
  readonly GuildModeration: number;
  readonly GuildExpressions: number;
  readonly GuildIntegrations: number;
  readonly GuildWebhooks: number;
  readonly GuildInvites: number;
  readonly GuildVoiceStates: number;
  readonly GuildPresences: number;
  readonly GuildMessages: number;
  readonly GuildMessageReactions: number;
  readonly GuildMessageTyping: number;
  readonly DirectMessages: number;
  readonly DirectMessageReactions: number;
  readonly DirectMessageTyping: number;
  readonly MessageContent: number;
  readonly GuildScheduledEvents: number;
  readonly AutoModerationConfiguration: number;
  readonly AutoModerationExecution: number;
  readonly GuildMessagePolls: number;
  readonly DirectMessagePolls: number;
} = {
  Guilds: 1 << 0,
  GuildMembers: 1 << 1,
  GuildModeration: 1 << 2,
  GuildExpressions: 1 << 3,
  GuildIntegrations: 1 << 4,
  GuildWebhooks: 1 << 5,
  GuildInvites: 1 << 6,
  GuildVoiceStates: 1 << 7,
  GuildPresences: 1 << 8,
  GuildMessages: 1 << 9,
  GuildMessageReactions: 1 << 10,
  GuildMessageTyping: 1 << 11,
  DirectMessages: 1 << 12,
  DirectMessageReactions: 1 << 13,
  DirectMessageTyping: 1 << 14,
  MessageContent: 1 << 15,
  GuildScheduledEvents: 1 << 16,
  AutoModerationConfiguration: 1 << 20,
  AutoModerationExecution: 1 << 21,
  GuildMessagePolls: 1 << 24,
  DirectMessagePolls: 1 << 25,
};
