import type {
  APIAuditLogEntry,
  AuditLogEvent,
  RESTGetAPIAutoModerationRulesResult,
  RESTGetAPIGuildResult,
  RESTPatchAPIAutoModerationRuleJSONBody,
  RESTPatchAPIAutoModerationRuleResult,
  RESTPatchAPIGuildJSONBody,
  RESTPatchAPIGuildResult,
  RESTPostAPIAutoModerationRuleJSONBody,
  RESTPostAPIAutoModerationRuleResult,
  RESTPostAPIGuildPruneJSONBody,
  RESTPostAPIGuildPruneResult,
} from "discord-api-types/v10";
import type { DiscordRequests } from "../methods/requests.ts";
import type { CallOptions, ReasonOptions } from "../request.ts";
import { type ListOptions, pagesOf } from "./pages.ts";

/**
 * Gets a guild.
 *
 * Source: Discord, "Guild", Get Guild.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, getGuild } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "197038439483310086", name: "Discord Testers" })), // leave out to reach Discord
 * });
 * const guild = await getGuild(rest, "197038439483310086");
 * guild.name; // "Discord Testers"
 * ```
 */
export function getGuild(
  rest: DiscordRequests,
  guildId: string,
  options: CallOptions = {},
): Promise<RESTGetAPIGuildResult> {
  return rest.request("GET /guilds/{guild.id}", { ...options, params: { "guild.id": guildId } });
}

/**
 * Changes a guild. What is left out stays. It sets values only, so that it is repeated when Discord fails.
 *
 * Source: Discord, "Guild", Modify Guild.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, modifyGuild } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "197038439483310086", afk_timeout: 900 })), // leave out to reach Discord
 * });
 * const guild = await modifyGuild(rest, "197038439483310086", { afk_timeout: 900 }, { reason: "As voted" });
 * guild.afk_timeout; // 900
 * ```
 */
export function modifyGuild(
  rest: DiscordRequests,
  guildId: string,
  body: RESTPatchAPIGuildJSONBody,
  options: ReasonOptions = {},
): Promise<RESTPatchAPIGuildResult> {
  return rest.request("PATCH /guilds/{guild.id}", {
    idempotent: true,
    ...options,
    params: { "guild.id": guildId },
    body,
  });
}

/**
 * Kicks members who have not been seen for `days`, 1 to 30, by default 7, and have no role.
 *
 * Source: Discord, "Guild", Begin Guild Prune.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { beginGuildPrune, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ pruned: 2 })), // leave out to reach Discord
 * });
 * const { pruned } = await beginGuildPrune(rest, "197038439483310086", { days: 30 }, { reason: "Spring cleaning" });
 * pruned; // 2
 * ```
 */
export function beginGuildPrune(
  rest: DiscordRequests,
  guildId: string,
  body: RESTPostAPIGuildPruneJSONBody = {},
  options: ReasonOptions = {},
): Promise<RESTPostAPIGuildPruneResult> {
  return rest.request("POST /guilds/{guild.id}/prune", { ...options, params: { "guild.id": guildId }, body });
}

/**
 * Gets the guild's rules of auto-moderation.
 *
 * Source: Discord, "Auto Moderation", List Auto Moderation Rules for Guild.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, getAutoModerationRules } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json([{ id: "41771983429993937", name: "No spam" }])), // leave out to reach Discord
 * });
 * const rules = await getAutoModerationRules(rest, "197038439483310086");
 * rules[0]?.name; // "No spam"
 * ```
 */
export function getAutoModerationRules(
  rest: DiscordRequests,
  guildId: string,
  options: CallOptions = {},
): Promise<RESTGetAPIAutoModerationRulesResult> {
  return rest.request("GET /guilds/{guild.id}/auto-moderation/rules", {
    ...options,
    params: { "guild.id": guildId },
  });
}

/**
 * Creates a rule of auto-moderation.
 *
 * Source: Discord, "Auto Moderation", Create Auto Moderation Rule.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { createAutoModerationRule, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "41771983429993937", name: "No shouting" })), // leave out to reach Discord
 * });
 * const rule = await createAutoModerationRule(rest, "197038439483310086", {
 *   name: "No shouting",
 *   event_type: 1, // a message is sent
 *   trigger_type: 1, // by keywords
 *   trigger_metadata: { keyword_filter: ["AAAA*"] },
 *   actions: [{ type: 1 }], // it is blocked
 *   enabled: true,
 * });
 * rule.id; // "41771983429993937"
 * ```
 */
export function createAutoModerationRule(
  rest: DiscordRequests,
  guildId: string,
  body: RESTPostAPIAutoModerationRuleJSONBody,
  options: ReasonOptions = {},
): Promise<RESTPostAPIAutoModerationRuleResult> {
  return rest.request("POST /guilds/{guild.id}/auto-moderation/rules", {
    ...options,
    params: { "guild.id": guildId },
    body,
  });
}

/**
 * Changes a rule of auto-moderation. What is left out stays. It sets values only, so that it is repeated when
 * Discord fails.
 *
 * Source: Discord, "Auto Moderation", Modify Auto Moderation Rule.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, modifyAutoModerationRule } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "41771983429993937", enabled: false })), // leave out to reach Discord
 * });
 * const rule = await modifyAutoModerationRule(rest, "197038439483310086", "41771983429993937", { enabled: false });
 * rule.enabled; // false
 * ```
 */
export function modifyAutoModerationRule(
  rest: DiscordRequests,
  guildId: string,
  ruleId: string,
  body: RESTPatchAPIAutoModerationRuleJSONBody,
  options: ReasonOptions = {},
): Promise<RESTPatchAPIAutoModerationRuleResult> {
  return rest.request("PATCH /guilds/{guild.id}/auto-moderation/rules/{auto_moderation_rule.id}", {
    idempotent: true,
    ...options,
    params: { "guild.id": guildId, "auto_moderation_rule.id": ruleId },
    body,
  });
}

/**
 * Deletes a rule of auto-moderation.
 *
 * Source: Discord, "Auto Moderation", Delete Auto Moderation Rule.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { deleteAutoModerationRule, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
 * });
 * await deleteAutoModerationRule(rest, "197038439483310086", "41771983429993937");
 * ```
 */
export function deleteAutoModerationRule(
  rest: DiscordRequests,
  guildId: string,
  ruleId: string,
  options: ReasonOptions = {},
): Promise<void> {
  return rest.request("DELETE /guilds/{guild.id}/auto-moderation/rules/{auto_moderation_rule.id}", {
    ...options,
    params: { "guild.id": guildId, "auto_moderation_rule.id": ruleId },
  });
}

/** Which entries of an audit log are wanted. */
export interface AuditLogOptions extends Omit<ListOptions, "after"> {
  /** Those by this user. @default {undefined: by all} */
  readonly userId?: string | undefined;
  /** Those about this, such as 22: a ban. @default {undefined: about all} */
  readonly actionType?: AuditLogEvent | undefined;
}

/**
 * Goes through the guild's audit log, the latest entry first, a hundred in a request. It has 45 days.
 *
 * Source: Discord, "Audit Log", Get Guild Audit Log.
 *
 * @throws {CommandError} `invalid_command` if an ID or the limit is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, listAuditLogEntries } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ audit_log_entries: [{ id: "41771983429993937", reason: "Spam" }] })), // leave out to reach Discord
 * });
 * for await (const entry of listAuditLogEntries(rest, "197038439483310086", { actionType: 22, limit: 10 })) {
 *   entry.reason; // "Spam"
 * }
 * ```
 */
export function listAuditLogEntries(
  rest: DiscordRequests,
  guildId: string,
  options: AuditLogOptions = {},
): AsyncIterable<APIAuditLogEntry> {
  const { userId, actionType } = options;
  return pagesOf({
    most: 100,
    options,
    ask: async ({ after, limit }, given) => {
      const page = await rest.request("GET /guilds/{guild.id}/audit-logs", {
        ...given,
        params: { "guild.id": guildId },
        query: { before: after, limit, user_id: userId, action_type: actionType },
      });
      return page.audit_log_entries;
    },
    idOf: ({ id }) => id,
  });
}
