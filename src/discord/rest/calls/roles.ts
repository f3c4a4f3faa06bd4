import type {
  RESTGetAPIGuildRolesResult,
  RESTPatchAPIGuildRoleJSONBody,
  RESTPatchAPIGuildRolePositionsJSONBody,
  RESTPatchAPIGuildRolePositionsResult,
  RESTPatchAPIGuildRoleResult,
  RESTPostAPIGuildRoleJSONBody,
  RESTPostAPIGuildRoleResult,
} from "discord-api-types/v10";
import type { DiscordRequests } from "../methods/requests.ts";
import type { CallOptions, ReasonOptions } from "../request.ts";

/**
 * Gets all roles of a guild.
 *
 * Source: Discord, "Guild", Get Guild Roles.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, getGuildRoles } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json([{ id: "197038439483310086", name: "@everyone" }])), // leave out to reach Discord
 * });
 * const roles = await getGuildRoles(rest, "197038439483310086");
 * roles.map((role) => role.name); // ["@everyone"]
 * ```
 */
export function getGuildRoles(
  rest: DiscordRequests,
  guildId: string,
  options: CallOptions = {},
): Promise<RESTGetAPIGuildRolesResult> {
  return rest.request("GET /guilds/{guild.id}/roles", { ...options, params: { "guild.id": guildId } });
}

/**
 * Creates a role, below the bot's own.
 *
 * Source: Discord, "Guild", Create Guild Role.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { createGuildRole, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "41771983423143936", name: "Quiet" })), // leave out to reach Discord
 * });
 * const role = await createGuildRole(rest, "197038439483310086", { name: "Quiet", permissions: "0" }, { reason: "For the reading club" });
 * role.id; // "41771983423143936"
 * ```
 */
export function createGuildRole(
  rest: DiscordRequests,
  guildId: string,
  body: RESTPostAPIGuildRoleJSONBody = {},
  options: ReasonOptions = {},
): Promise<RESTPostAPIGuildRoleResult> {
  return rest.request("POST /guilds/{guild.id}/roles", { ...options, params: { "guild.id": guildId }, body });
}

/**
 * Changes a role. What is left out stays. It sets values only, so that it is repeated when Discord fails.
 *
 * Source: Discord, "Guild", Modify Guild Role.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, modifyGuildRole } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "41771983423143936", name: "Loud" })), // leave out to reach Discord
 * });
 * const role = await modifyGuildRole(rest, "197038439483310086", "41771983423143936", { name: "Loud" }, { reason: "They are" });
 * role.name; // "Loud"
 * ```
 */
export function modifyGuildRole(
  rest: DiscordRequests,
  guildId: string,
  roleId: string,
  body: RESTPatchAPIGuildRoleJSONBody,
  options: ReasonOptions = {},
): Promise<RESTPatchAPIGuildRoleResult> {
  return rest.request("PATCH /guilds/{guild.id}/roles/{role.id}", {
    idempotent: true,
    ...options,
    params: { "guild.id": guildId, "role.id": roleId },
    body,
  });
}

/**
 * Moves roles, and gives all roles of the guild. It sets values only, so that it is repeated when Discord
 * fails.
 *
 * Source: Discord, "Guild", Modify Guild Role Positions.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, modifyGuildRolePositions } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json([{ id: "41771983423143936", position: 2 }])), // leave out to reach Discord
 * });
 * const roles = await modifyGuildRolePositions(rest, "197038439483310086", [{ id: "41771983423143936", position: 2 }]);
 * roles.length; // 1
 * ```
 */
export function modifyGuildRolePositions(
  rest: DiscordRequests,
  guildId: string,
  body: RESTPatchAPIGuildRolePositionsJSONBody,
  options: ReasonOptions = {},
): Promise<RESTPatchAPIGuildRolePositionsResult> {
  return rest.request("PATCH /guilds/{guild.id}/roles", {
    idempotent: true,
    ...options,
    params: { "guild.id": guildId },
    body,
  });
}

/**
 * Deletes a role.
 *
 * Source: Discord, "Guild", Delete Guild Role.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { deleteGuildRole, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
 * });
 * await deleteGuildRole(rest, "197038439483310086", "41771983423143936", { reason: "Nobody has it" });
 * ```
 */
export function deleteGuildRole(
  rest: DiscordRequests,
  guildId: string,
  roleId: string,
  options: ReasonOptions = {},
): Promise<void> {
  return rest.request("DELETE /guilds/{guild.id}/roles/{role.id}", {
    ...options,
    params: { "guild.id": guildId, "role.id": roleId },
  });
}
