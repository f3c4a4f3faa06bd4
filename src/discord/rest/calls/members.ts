import type {
  APIBan,
  APIGuildMember,
  RESTGetAPIGuildBanResult,
  RESTGetAPIGuildMemberResult,
  RESTGetAPIGuildMembersSearchQuery,
  RESTGetAPIGuildMembersSearchResult,
  RESTPatchAPIGuildMemberJSONBody,
  RESTPatchAPIGuildMemberResult,
  RESTPostAPIGuildBulkBanJSONBody,
  RESTPostAPIGuildBulkBanResult,
  RESTPutAPIGuildBanJSONBody,
} from "discord-api-types/v10";
import type { DiscordRequests } from "../methods/requests.ts";
import type { CallOptions, ReasonOptions } from "../request.ts";
import { type ListOptions, pagesOf } from "./pages.ts";

/**
 * Gets a member of a guild.
 *
 * Source: Discord, "Guild", Get Guild Member.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, getGuildMember } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ nick: "Nelly", roles: [] })), // leave out to reach Discord
 * });
 * const member = await getGuildMember(rest, "197038439483310086", "80351110224678912");
 * member.nick; // "Nelly"
 * ```
 */
export function getGuildMember(
  rest: DiscordRequests,
  guildId: string,
  userId: string,
  options: CallOptions = {},
): Promise<RESTGetAPIGuildMemberResult> {
  return rest.request("GET /guilds/{guild.id}/members/{user.id}", {
    ...options,
    params: { "guild.id": guildId, "user.id": userId },
  });
}

/**
 * Changes a member: the nickname, roles, voice channel, time-out. What is left out stays. It sets values
 * only, so that it is repeated when Discord fails.
 *
 * Source: Discord, "Guild", Modify Guild Member.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, modifyGuildMember } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ nick: "Nelly", roles: [] })), // leave out to reach Discord
 * });
 * const member = await modifyGuildMember(rest, "197038439483310086", "80351110224678912", { nick: "Nelly" }, { reason: "As asked" });
 * member.nick; // "Nelly"
 * ```
 */
export function modifyGuildMember(
  rest: DiscordRequests,
  guildId: string,
  userId: string,
  body: RESTPatchAPIGuildMemberJSONBody,
  options: ReasonOptions = {},
): Promise<RESTPatchAPIGuildMemberResult> {
  return rest.request("PATCH /guilds/{guild.id}/members/{user.id}", {
    idempotent: true,
    ...options,
    params: { "guild.id": guildId, "user.id": userId },
    body,
  });
}

/**
 * Kicks a member out of a guild, who can come back with an invite.
 *
 * Source: Discord, "Guild", Remove Guild Member.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, removeGuildMember } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
 * });
 * await removeGuildMember(rest, "197038439483310086", "80351110224678912", { reason: "Spam" });
 * ```
 */
export function removeGuildMember(
  rest: DiscordRequests,
  guildId: string,
  userId: string,
  options: ReasonOptions = {},
): Promise<void> {
  return rest.request("DELETE /guilds/{guild.id}/members/{user.id}", {
    ...options,
    params: { "guild.id": guildId, "user.id": userId },
  });
}

/**
 * Gives a member a role.
 *
 * Source: Discord, "Guild", Add Guild Member Role.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { addGuildMemberRole, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
 * });
 * await addGuildMemberRole(rest, "197038439483310086", "80351110224678912", "41771983423143936", { reason: "Passed the quiz" });
 * ```
 */
export function addGuildMemberRole(
  rest: DiscordRequests,
  guildId: string,
  userId: string,
  roleId: string,
  options: ReasonOptions = {},
): Promise<void> {
  return rest.request("PUT /guilds/{guild.id}/members/{user.id}/roles/{role.id}", {
    ...options,
    params: { "guild.id": guildId, "user.id": userId, "role.id": roleId },
  });
}

/**
 * Takes a role from a member.
 *
 * Source: Discord, "Guild", Remove Guild Member Role.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, removeGuildMemberRole } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
 * });
 * await removeGuildMemberRole(rest, "197038439483310086", "80351110224678912", "41771983423143936", { reason: "Left the team" });
 * ```
 */
export function removeGuildMemberRole(
  rest: DiscordRequests,
  guildId: string,
  userId: string,
  roleId: string,
  options: ReasonOptions = {},
): Promise<void> {
  return rest.request("DELETE /guilds/{guild.id}/members/{user.id}/roles/{role.id}", {
    ...options,
    params: { "guild.id": guildId, "user.id": userId, "role.id": roleId },
  });
}

/**
 * Gets the ban of a user; a `DiscordHttpError` with `discordCode` 10026 if there is none.
 *
 * Source: Discord, "Guild", Get Guild Ban.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, getGuildBan } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ reason: "Spam", user: { id: "80351110224678912" } })), // leave out to reach Discord
 * });
 * const ban = await getGuildBan(rest, "197038439483310086", "80351110224678912");
 * ban.reason; // "Spam"
 * ```
 */
export function getGuildBan(
  rest: DiscordRequests,
  guildId: string,
  userId: string,
  options: CallOptions = {},
): Promise<RESTGetAPIGuildBanResult> {
  return rest.request("GET /guilds/{guild.id}/bans/{user.id}", {
    ...options,
    params: { "guild.id": guildId, "user.id": userId },
  });
}

/**
 * Bans a user, who need not be a member, and deletes what they wrote in the last `delete_message_seconds`, 0
 * to 604800 (a week). Without a body nothing is deleted.
 *
 * Source: Discord, "Guild", Create Guild Ban.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { createGuildBan, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
 * });
 * await createGuildBan(rest, "197038439483310086", "80351110224678912", { delete_message_seconds: 3_600 }, { reason: "Spam" });
 * ```
 */
export function createGuildBan(
  rest: DiscordRequests,
  guildId: string,
  userId: string,
  body: RESTPutAPIGuildBanJSONBody = {},
  options: ReasonOptions = {},
): Promise<void> {
  return rest.request("PUT /guilds/{guild.id}/bans/{user.id}", {
    ...options,
    params: { "guild.id": guildId, "user.id": userId },
    body,
  });
}

/**
 * Lifts the ban of a user.
 *
 * Source: Discord, "Guild", Remove Guild Ban.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, removeGuildBan } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
 * });
 * await removeGuildBan(rest, "197038439483310086", "80351110224678912", { reason: "Served their time" });
 * ```
 */
export function removeGuildBan(
  rest: DiscordRequests,
  guildId: string,
  userId: string,
  options: ReasonOptions = {},
): Promise<void> {
  return rest.request("DELETE /guilds/{guild.id}/bans/{user.id}", {
    ...options,
    params: { "guild.id": guildId, "user.id": userId },
  });
}

/**
 * Bans up to 200 users at once, and tells which could be banned.
 *
 * Source: Discord, "Guild", Bulk Guild Ban.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { bulkGuildBan, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ banned_users: ["80351110224678912"], failed_users: [] })), // leave out to reach Discord
 * });
 * const { banned_users } = await bulkGuildBan(rest, "197038439483310086", { user_ids: ["80351110224678912"] }, { reason: "Raid" });
 * banned_users; // ["80351110224678912"]
 * ```
 */
export function bulkGuildBan(
  rest: DiscordRequests,
  guildId: string,
  body: RESTPostAPIGuildBulkBanJSONBody,
  options: ReasonOptions = {},
): Promise<RESTPostAPIGuildBulkBanResult> {
  return rest.request("POST /guilds/{guild.id}/bulk-ban", {
    ...options,
    params: { "guild.id": guildId },
    body,
  });
}

/**
 * Lets a member neither write, react nor speak until a time, at most 28 days from now; null takes that back. It sets a
 * value only, so that it is repeated when Discord fails.
 *
 * Source: Discord, "Guild", Modify Guild Member, `communication_disabled_until`.
 *
 * @throws {CommandError} `invalid_command` if an ID, the time or the reason is not acceptable; `lost` if nobody can know
 * whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, timeoutGuildMember } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ nick: null })), // leave out to reach Discord
 * });
 * const until = new Date(Date.now() + 10 * 60_000);
 * await timeoutGuildMember(rest, "197038439483310086", "80351110224678912", until, { reason: "Spam" });
 * ```
 */
export function timeoutGuildMember(
  rest: DiscordRequests,
  guildId: string,
  userId: string,
  until: Date | null,
  options: ReasonOptions = {},
): Promise<RESTPatchAPIGuildMemberResult> {
  // Of a date that is none JSON would make null, which ends a time-out.
  const time = until === null ? null : Number.isNaN(until.getTime()) ? String(until) : until.toISOString();
  return modifyGuildMember(rest, guildId, userId, { communication_disabled_until: time }, options);
}

/**
 * Goes through the members of a guild, by their IDs, a thousand in a request. The application needs the intent `GUILD_MEMBERS`.
 *
 * Source: Discord, "Guild", List Guild Members.
 *
 * @throws {CommandError} `invalid_command` if an ID or the limit is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, listGuildMembers } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json([{ user: { id: "80351110224678912", username: "nelly" } }])), // leave out to reach Discord
 * });
 * for await (const member of listGuildMembers(rest, "197038439483310086", { limit: 5_000 })) {
 *   member.user.username; // "nelly"
 * }
 * ```
 */
export function listGuildMembers(
  rest: DiscordRequests,
  guildId: string,
  options: ListOptions = {},
): AsyncIterable<APIGuildMember> {
  return pagesOf({
    most: 1000,
    options,
    ask: (query, given) =>
      rest.request("GET /guilds/{guild.id}/members", { ...given, params: { "guild.id": guildId }, query }),
    idOf: ({ user }) => user.id,
  });
}

/**
 * Goes through the bans of a guild, by the IDs of the users, a thousand in a request.
 *
 * Source: Discord, "Guild", Get Guild Bans.
 *
 * @throws {CommandError} `invalid_command` if an ID or the limit is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, listGuildBans } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json([{ reason: "Spam", user: { id: "80351110224678912" } }])), // leave out to reach Discord
 * });
 * for await (const ban of listGuildBans(rest, "197038439483310086")) {
 *   ban.reason; // "Spam"
 * }
 * ```
 */
export function listGuildBans(
  rest: DiscordRequests,
  guildId: string,
  options: ListOptions = {},
): AsyncIterable<APIBan> {
  return pagesOf({
    most: 1000,
    options,
    ask: (query, given) =>
      rest.request("GET /guilds/{guild.id}/bans", { ...given, params: { "guild.id": guildId }, query }),
    idOf: ({ user }) => user.id,
  });
}

/**
 * Finds members whose name or nickname begins with a text: 1 to 1000, by default 1.
 *
 * Source: Discord, "Guild", Search Guild Members.
 *
 * @throws {CommandError} `invalid_command` if the ID is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, searchGuildMembers } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json([{ nick: "Nelly" }])), // leave out to reach Discord
 * });
 * const members = await searchGuildMembers(rest, "197038439483310086", { query: "nel", limit: 5 });
 * members[0]?.nick; // "Nelly"
 * ```
 */
export function searchGuildMembers(
  rest: DiscordRequests,
  guildId: string,
  query: RESTGetAPIGuildMembersSearchQuery,
  options: CallOptions = {},
): Promise<RESTGetAPIGuildMembersSearchResult> {
  return rest.request("GET /guilds/{guild.id}/members/search", {
    ...options,
    params: { "guild.id": guildId },
    query,
  });
}
