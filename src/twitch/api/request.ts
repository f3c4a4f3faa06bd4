import type { TwitchEndpoint, TwitchRequestParts } from "./endpoints.ts";

/** How any request is made. */
export interface TwitchCallOptions {
  /** Gives up. @default never */
  readonly signal?: AbortSignal | undefined;
}

/** What a request to any path may bring along. */
export interface TwitchRawOptions extends TwitchCallOptions {
  /** What comes after `?`; an array repeats its name, and what is undefined is left out. @default nothing */
  readonly query?: object | undefined;
  /** What is sent as JSON. @default nothing */
  readonly body?: unknown;
  /**
   * Whether doing it twice comes to the same as doing it once: it is then repeated when Twitch fails or the connection
   * breaks.
   *
   * @default whether it is a GET, a PUT or a DELETE
   */
  readonly idempotent?: boolean | undefined;
}

/** What a request to an endpoint may bring along. */
export type TwitchRequestOptions<Endpoint extends TwitchEndpoint> =
  & TwitchRequestParts<Endpoint>
  & Pick<TwitchRawOptions, "signal" | "idempotent">;

/** What follows the endpoint: nothing has to where nothing is required. */
export type TwitchRequestArguments<Endpoint extends TwitchEndpoint> = Record<never, never> extends
  TwitchRequestParts<Endpoint> ? readonly [options?: TwitchRequestOptions<Endpoint>]
  : readonly [options: TwitchRequestOptions<Endpoint>];
