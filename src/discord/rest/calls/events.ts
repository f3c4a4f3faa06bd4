import type {
  APIGuildScheduledEventUser,
  RESTGetAPIGuildScheduledEventsResult,
  RESTPatchAPIGuildScheduledEventJSONBody,
  RESTPatchAPIGuildScheduledEventResult,
  RESTPostAPIGuildScheduledEventJSONBody,
  RESTPostAPIGuildScheduledEventResult,
} from "discord-api-types/v10";
import type { DiscordRequests } from "../methods/requests.ts";
import type { CallOptions, ReasonOptions } from "../request.ts";
import { type ListOptions, pagesOf } from "./pages.ts";

/**
 * Gets the scheduled events of a guild.
 *
 * Source: Discord, "Guild Scheduled Event", List Scheduled Events for Guild.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, getGuildScheduledEvents } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json([{ id: "41771983429993937", name: "Reading" }])), // leave out to reach Discord
 * });
 * const events = await getGuildScheduledEvents(rest, "197038439483310086");
 * events[0]?.name; // "Reading"
 * ```
 */
export function getGuildScheduledEvents(
  rest: DiscordRequests,
  guildId: string,
  options: CallOptions = {},
): Promise<RESTGetAPIGuildScheduledEventsResult> {
  return rest.request("GET /guilds/{guild.id}/scheduled-events", {
    ...options,
    params: { "guild.id": guildId },
  });
}

/**
 * Schedules an event: in a stage or voice channel, or elsewhere (`entity_type` 3, with `location` and an
 * end).
 *
 * Source: Discord, "Guild Scheduled Event", Create Guild Scheduled Event.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { createGuildScheduledEvent, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "41771983429993937", name: "Reading" })), // leave out to reach Discord
 * });
 * const event = await createGuildScheduledEvent(rest, "197038439483310086", {
 *   name: "Reading",
 *   privacy_level: 2,
 *   entity_type: 3,
 *   entity_metadata: { location: "The library" },
 *   scheduled_start_time: "2030-01-01T18:00:00Z",
 *   scheduled_end_time: "2030-01-01T20:00:00Z",
 * });
 * event.id; // "41771983429993937"
 * ```
 */
export function createGuildScheduledEvent(
  rest: DiscordRequests,
  guildId: string,
  body: RESTPostAPIGuildScheduledEventJSONBody,
  options: ReasonOptions = {},
): Promise<RESTPostAPIGuildScheduledEventResult> {
  return rest.request("POST /guilds/{guild.id}/scheduled-events", {
    ...options,
    params: { "guild.id": guildId },
    body,
  });
}

/**
 * Changes a scheduled event, or starts (`status` 2), completes (3) or cancels it (4). It sets values only, so
 * that it is repeated when Discord fails.
 *
 * Source: Discord, "Guild Scheduled Event", Modify Guild Scheduled Event.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, modifyGuildScheduledEvent } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "41771983429993937", status: 4 })), // leave out to reach Discord
 * });
 * const event = await modifyGuildScheduledEvent(rest, "197038439483310086", "41771983429993937", { status: 4 });
 * event.status; // 4
 * ```
 */
export function modifyGuildScheduledEvent(
  rest: DiscordRequests,
  guildId: string,
  eventId: string,
  body: RESTPatchAPIGuildScheduledEventJSONBody,
  options: ReasonOptions = {},
): Promise<RESTPatchAPIGuildScheduledEventResult> {
  return rest.request("PATCH /guilds/{guild.id}/scheduled-events/{guild_scheduled_event.id}", {
    idempotent: true,
    ...options,
    params: { "guild.id": guildId, "guild_scheduled_event.id": eventId },
    body,
  });
}

/**
 * Deletes a scheduled event.
 *
 * Source: Discord, "Guild Scheduled Event", Delete Guild Scheduled Event.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable; `lost` if nobody can know whether it
 * took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { deleteGuildScheduledEvent, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
 * });
 * await deleteGuildScheduledEvent(rest, "197038439483310086", "41771983429993937");
 * ```
 */
export function deleteGuildScheduledEvent(
  rest: DiscordRequests,
  guildId: string,
  eventId: string,
  options: CallOptions = {},
): Promise<void> {
  return rest.request("DELETE /guilds/{guild.id}/scheduled-events/{guild_scheduled_event.id}", {
    ...options,
    params: { "guild.id": guildId, "guild_scheduled_event.id": eventId },
  });
}

/**
 * Goes through the users who want to come to a scheduled event, by their IDs, a hundred in a request.
 *
 * Source: Discord, "Guild Scheduled Event", Get Guild Scheduled Event Users.
 *
 * @throws {CommandError} `invalid_command` if an ID or the limit is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, listGuildScheduledEventUsers } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json([{ user: { id: "80351110224678912", username: "nelly" } }])), // leave out to reach Discord
 * });
 * for await (const { user } of listGuildScheduledEventUsers(rest, "197038439483310086", "41771983429993937")) {
 *   user.username; // "nelly"
 * }
 * ```
 */
export function listGuildScheduledEventUsers(
  rest: DiscordRequests,
  guildId: string,
  eventId: string,
  options: ListOptions = {},
): AsyncIterable<APIGuildScheduledEventUser> {
  const params = { "guild.id": guildId, "guild_scheduled_event.id": eventId };
  return pagesOf({
    most: 100,
    options,
    ask: (query, given) =>
      rest.request("GET /guilds/{guild.id}/scheduled-events/{guild_scheduled_event.id}/users", {
        ...given,
        params,
        query,
      }),
    idOf: ({ user }) => user.id,
  });
}
