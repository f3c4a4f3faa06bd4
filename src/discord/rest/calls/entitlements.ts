import type {
  APIEntitlement,
  RESTPostAPIEntitlementJSONBody,
  RESTPostAPIEntitlementResult,
} from "discord-api-types/v10";
import type { DiscordRequests } from "../methods/requests.ts";
import type { CallOptions } from "../request.ts";
import { type ListOptions, pagesOf } from "./pages.ts";

/**
 * Marks a one-time purchase as used up.
 *
 * Source: Discord, "Entitlements", Consume an Entitlement.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable; `lost` if nobody can know whether it
 * took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { consumeEntitlement, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
 * });
 * await consumeEntitlement(rest, "172150183260323840", "41771983429993937");
 * ```
 */
export function consumeEntitlement(
  rest: DiscordRequests,
  applicationId: string,
  entitlementId: string,
  options: CallOptions = {},
): Promise<void> {
  return rest.request("POST /applications/{application.id}/entitlements/{entitlement.id}/consume", {
    ...options,
    params: { "application.id": applicationId, "entitlement.id": entitlementId },
  });
}

/**
 * Gives a guild (`owner_type` 1) or a user (2) an SKU for a test.
 *
 * Source: Discord, "Entitlements", Create Test Entitlement.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable; `lost` if nobody can know whether it
 * took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { createTestEntitlement, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "1019653849998299136" })), // leave out to reach Discord
 * });
 * const entitlement = await createTestEntitlement(rest, "172150183260323840", { sku_id: "1019475255913222144", owner_id: "197038439483310086", owner_type: 1 });
 * entitlement.id; // "1019653849998299136"
 * ```
 */
export function createTestEntitlement(
  rest: DiscordRequests,
  applicationId: string,
  body: RESTPostAPIEntitlementJSONBody,
  options: CallOptions = {},
): Promise<RESTPostAPIEntitlementResult> {
  return rest.request("POST /applications/{application.id}/entitlements", {
    ...options,
    params: { "application.id": applicationId },
    body,
  });
}

/**
 * Takes a test entitlement back.
 *
 * Source: Discord, "Entitlements", Delete Test Entitlement.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable; `lost` if nobody can know whether it
 * took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { deleteTestEntitlement, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
 * });
 * await deleteTestEntitlement(rest, "172150183260323840", "41771983429993937");
 * ```
 */
export function deleteTestEntitlement(
  rest: DiscordRequests,
  applicationId: string,
  entitlementId: string,
  options: CallOptions = {},
): Promise<void> {
  return rest.request("DELETE /applications/{application.id}/entitlements/{entitlement.id}", {
    ...options,
    params: { "application.id": applicationId, "entitlement.id": entitlementId },
  });
}

/** Which entitlements are wanted. */
export interface EntitlementOptions extends ListOptions {
  /** Those of this user. @default {undefined: of all} */
  readonly userId?: string | undefined;
  /** Those of this guild. @default {undefined: of all} */
  readonly guildId?: string | undefined;
  /** Those to these SKUs. @default {undefined: to all} */
  readonly skuIds?: readonly string[] | undefined;
  /** Whether those that have ended are left out. @default {false} */
  readonly excludeEnded?: boolean | undefined;
}

/**
 * Goes through who has bought what of an application, by the IDs of the purchases, a hundred in a request.
 *
 * Source: Discord, "Entitlements", List Entitlements.
 *
 * @throws {CommandError} `invalid_command` if an ID or the limit is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, listEntitlements } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json([{ id: "1019653849998299136", sku_id: "1019475255913222144" }])), // leave out to reach Discord
 * });
 * for await (const entitlement of listEntitlements(rest, "172150183260323840", { excludeEnded: true })) {
 *   entitlement.sku_id; // "1019475255913222144"
 * }
 * ```
 */
export function listEntitlements(
  rest: DiscordRequests,
  applicationId: string,
  options: EntitlementOptions = {},
): AsyncIterable<APIEntitlement> {
  const { userId, guildId, skuIds, excludeEnded } = options;
  return pagesOf({
    most: 100,
    options,
    ask: (query, given) =>
      rest.request("GET /applications/{application.id}/entitlements", {
        ...given,
        params: { "application.id": applicationId },
        query: {
          // Without it Discord begins at the end.
          after: "0",
          ...query,
          user_id: userId,
          guild_id: guildId,
          sku_ids: skuIds?.join(","),
          exclude_ended: excludeEnded,
        },
      }),
    idOf: ({ id }) => id,
  });
}
