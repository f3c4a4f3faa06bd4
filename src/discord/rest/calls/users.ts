import type {
  RESTAPIPartialCurrentUserGuild,
  RESTGetAPICurrentUserResult,
  RESTGetAPIUserResult,
  RESTPatchAPICurrentUserJSONBody,
  RESTPatchAPICurrentUserResult,
  RESTPostAPICurrentUserCreateDMChannelResult,
} from "discord-api-types/v10";
import type { DiscordRequests } from "../methods/requests.ts";
import type { CallOptions } from "../request.ts";
import { type ListOptions, pagesOf } from "./pages.ts";

/**
 * Gets the bot itself.
 *
 * Source: Discord, "User", Get Current User.
 *
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, getCurrentUser } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "80351110224678912", username: "parley" })), // leave out to reach Discord
 * });
 * const me = await getCurrentUser(rest);
 * me.username; // "parley"
 * ```
 */
export function getCurrentUser(
  rest: DiscordRequests,
  options: CallOptions = {},
): Promise<RESTGetAPICurrentUserResult> {
  return rest.request("GET /users/@me", { ...options });
}

/**
 * Changes the bot's name or pictures. It sets values only, so that it is repeated when Discord fails.
 *
 * Source: Discord, "User", Modify Current User.
 *
 * @throws {CommandError} `lost` if nobody can know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, modifyCurrentUser } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "80351110224678912", username: "parley" })), // leave out to reach Discord
 * });
 * const me = await modifyCurrentUser(rest, { username: "parley" });
 * me.username; // "parley"
 * ```
 */
export function modifyCurrentUser(
  rest: DiscordRequests,
  body: RESTPatchAPICurrentUserJSONBody,
  options: CallOptions = {},
): Promise<RESTPatchAPICurrentUserResult> {
  return rest.request("PATCH /users/@me", { idempotent: true, ...options, body });
}

/**
 * Gets a user.
 *
 * Source: Discord, "User", Get User.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, getUser } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "80351110224678912", username: "nelly" })), // leave out to reach Discord
 * });
 * const user = await getUser(rest, "80351110224678912");
 * user.username; // "nelly"
 * ```
 */
export function getUser(
  rest: DiscordRequests,
  userId: string,
  options: CallOptions = {},
): Promise<RESTGetAPIUserResult> {
  return rest.request("GET /users/{user.id}", { ...options, params: { "user.id": userId } });
}

/**
 * Has the bot leave a guild.
 *
 * Source: Discord, "User", Leave Guild.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable; `lost` if nobody can know whether it
 * took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, leaveGuild } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
 * });
 * await leaveGuild(rest, "197038439483310086");
 * ```
 */
export function leaveGuild(rest: DiscordRequests, guildId: string, options: CallOptions = {}): Promise<void> {
  return rest.request("DELETE /users/@me/guilds/{guild.id}", { ...options, params: { "guild.id": guildId } });
}

/**
 * Opens the direct messages with a user, or gives those that are open; post to its `id`. A bot that opens many at once is
 * taken for a spammer.
 *
 * Source: Discord, "User", Create DM.
 *
 * @throws {CommandError} `lost` if nobody can know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { createDm, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "81384788765712384", type: 1 })), // leave out to reach Discord
 * });
 * const { id } = await createDm(rest, "80351110224678912");
 * await rest.createMessage(id, { content: "Welcome!" });
 * ```
 */
export function createDm(
  rest: DiscordRequests,
  userId: string,
  options: CallOptions = {},
): Promise<RESTPostAPICurrentUserCreateDMChannelResult> {
  // Of those that are open already another is not made.
  return rest.request("POST /users/@me/channels", {
    idempotent: true,
    ...options,
    body: { recipient_id: userId },
  });
}

/**
 * Goes through the guilds that the bot is in, by their IDs, two hundred in a request.
 *
 * Source: Discord, "User", Get Current User Guilds.
 *
 * @throws {CommandError} `invalid_command` if an ID or the limit is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, listCurrentUserGuilds } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json([{ id: "197038439483310086", name: "Discord Testers" }])), // leave out to reach Discord
 * });
 * for await (const guild of listCurrentUserGuilds(rest)) {
 *   guild.name; // "Discord Testers"
 * }
 * ```
 */
export function listCurrentUserGuilds(
  rest: DiscordRequests,
  options: ListOptions = {},
): AsyncIterable<RESTAPIPartialCurrentUserGuild> {
  return pagesOf({
    most: 200,
    options,
    ask: (query, given) => rest.request("GET /users/@me/guilds", { ...given, query }),
    idOf: ({ id }) => id,
  });
}
