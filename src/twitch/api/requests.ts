import { isRecord } from "../../protocol/data/json_value.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import type { TwitchEndpoint, TwitchItem, TwitchPagedEndpoint, TwitchResult } from "./endpoints.ts";
import type { TwitchRawOptions, TwitchRequestArguments } from "./request.ts";

/** Requests to Twitch's API, made of one way to send them. */
export abstract class TwitchRequests {
  /** Makes any request; see {@linkcode TwitchApi.raw}. */
  abstract raw(method: string, path: string, options?: TwitchRawOptions): Promise<unknown>;

  /** The id of the account that asks; see {@linkcode TwitchApi.userId}. */
  abstract userId(signal?: AbortSignal): Promise<string>;

  /** Checks, as far as it is known, that this endpoint may be asked with the token that there is. */
  protected abstract checkGrant(endpoint: TwitchEndpoint, signal: AbortSignal | undefined): Promise<void>;

  /**
   * Makes a request to one of Twitch's endpoints, as its reference writes them; what it takes and what it answers are
   * types, and nothing but types.
   *
   * @typeParam Endpoint Which endpoint it is, as the first argument says.
   * @returns What the reference says the answer is; it is not checked. `undefined` where there is none.
   *
   * @throws {TwitchScopeError} if the account has granted none of the scopes that the endpoint needs; nothing is sent.
   * @throws {AuthenticationError} if the endpoint takes the token of an account, and the application asks, or the other
   * way round; nothing is sent.
   * @throws whatever {@linkcode TwitchApi.raw} throws.
   */
  async request<Endpoint extends TwitchEndpoint>(
    endpoint: Endpoint,
    ...[options]: TwitchRequestArguments<Endpoint>
  ): Promise<TwitchResult<Endpoint>> {
    await this.checkGrant(endpoint, options?.signal);
    const [method = "GET", path = ""] = endpoint.split(" ");
    return await this.raw(method, path, options) as TwitchResult<Endpoint>;
  }

  /**
   * All of a list, a hundred at a time, as the loop goes on.
   *
   * @throws {ProtocolError} if what is answered is no list.
   * @throws whatever {@linkcode TwitchRequests.request} throws.
   *
   * @example
   * ```ts
   * import type { TwitchApi } from "@parley/parley/twitch/api";
   *
   * async function isVip(api: TwitchApi, broadcaster_id: string, login: string): Promise<boolean> {
   *   for await (const vip of api.all("GET /channels/vips", { query: { broadcaster_id } })) {
   *     if (vip.user_login === login) return true;
   *   }
   *   return false;
   * }
   * ```
   */
  async *all<Endpoint extends TwitchPagedEndpoint>(
    endpoint: Endpoint,
    ...[options]: TwitchRequestArguments<Endpoint>
  ): AsyncGenerator<TwitchItem<Endpoint>, void, undefined> {
    const [method = "GET", path = ""] = endpoint.split(" ");
    const given: TwitchRawOptions = options ?? {};
    await this.checkGrant(endpoint, given.signal);
    let after: string | undefined;
    do {
      const query = { first: 100, ...given.query, ...(after !== undefined && { after }) };
      const answer = await this.raw(method, path, { ...given, query });
      if (!isRecord(answer) || !Array.isArray(answer.data)) {
        throw new ProtocolError(`Cannot read the answer to ${endpoint}: it is no list`);
      }
      const page = answer as {
        readonly data: readonly TwitchItem<Endpoint>[];
        readonly pagination?: { readonly cursor?: string };
      };
      yield* page.data;
      // Twitch may give the same cursor again at the end of a list.
      const { cursor } = page.pagination ?? {};
      after = cursor === after || page.data.length === 0 ? undefined : cursor;
    } while (after !== undefined && after !== "");
  }
}
