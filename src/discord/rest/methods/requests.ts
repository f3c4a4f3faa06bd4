import { checkBody } from "../bodies/check_body.ts";
import type { RawRequestOptions, RouteArguments } from "../request.ts";
import { fillRoute } from "../routes/path.ts";
import type { HttpMethod } from "../routes/route.ts";
import type { DiscordRoute, RouteResult } from "../routes/typed.ts";

/** Every route of Discord's API, made of one way to send a request. */
export abstract class DiscordRequests {
  /**
   * Makes any request of the API, none of it known to the compiler: for what Discord has and
   * {@linkcode DiscordRequests.request} does not know yet. `path` comes after the version, URL-encoded, with its query
   * or without: `/channels/81384788765712384/messages?limit=10`. See {@linkcode DiscordRest.raw}.
   */
  abstract raw(method: HttpMethod, path: string, options?: RawRequestOptions): Promise<unknown>;

  /**
   * Makes a request to one of Discord's routes, named as its documentation writes them. What the route takes and what
   * it answers are types, and nothing but types: a program holds no byte of the routes that it does not call. The
   * parameters are checked and URL-encoded, messages are checked against Discord's limits before anything is sent.
   *
   * Source: Discord, "API Reference", and the pages of its resources.
   *
   * @typeParam Route Which route it is, as the first argument says.
   * @returns What the documentation says the answer is; it is not checked. `undefined` for a 204.
   *
   * @throws {CommandError} `invalid_command` if a parameter is missing or not acceptable, or what is sent is not.
   * @throws whatever {@linkcode DiscordRest.raw} throws.
   *
   * @example
   * ```ts
   * import { DiscordRest } from "@parley/parley/discord/rest";
   *
   * const rest = new DiscordRest({
   *   token: "a.bot.token",
   *   fetch: () => Promise.resolve(Response.json({ nick: "quiet" })), // leave out to reach Discord
   * });
   * const member = await rest.request("PATCH /guilds/{guild.id}/members/{user.id}", {
   *   params: { "guild.id": "197038439483310086", "user.id": "80351110224678912" },
   *   body: { communication_disabled_until: new Date(Date.now() + 600_000).toISOString() },
   *   reason: "Spam in #general",
   *   idempotent: true, // it only sets a value, so that it may be repeated when Discord fails
   * });
   * member.nick; // "quiet"
   * ```
   */
  async request<Route extends DiscordRoute>(
    route: Route,
    ...[options]: RouteArguments<Route>
  ): Promise<RouteResult<Route>> {
    const { params, ...rest }: RawRequestOptions & { readonly params?: object } = options ?? {};
    const { method, path } = fillRoute(route, { ...params });
    checkBody(route, rest.body, rest.files?.length);
    return await this.raw(method, path, rest) as RouteResult<Route>;
  }
}
