import { TwitchLoginEndpoint, type TwitchLoginOptions } from "../twitch/auth/login_endpoint.ts";
import type { HonoContext } from "./context.ts";

/** The two handlers of a login, each to be mounted with `get`. */
export interface TwitchLoginHandlers<Env = unknown> {
  /** Sends the browser to Twitch. */
  readonly begin: (c: HonoContext<Env>) => Response;
  /** Takes it back, at the address that `redirectUri` names. */
  readonly finish: (c: HonoContext<Env>) => Promise<Response>;
}

/**
 * Makes the Hono handlers that log an account in by Twitch, and give its tokens to `granted`.
 *
 * Source: Twitch, "Getting OAuth Access Tokens", authorization code grant flow.
 *
 * @throws {OptionError} if the id, the secret or the address to come back to cannot be one.
 *
 * @example
 * ```ts
 * import { Hono } from "hono";
 * import { twitchLogin } from "@parley/parley/hono";
 * import { FileTokenStore } from "@parley/parley/twitch";
 * import process from "node:process";
 *
 * const login = twitchLogin({
 *   clientId: "your client id",
 *   clientSecret: () => process.env.TWITCH_SECRET ?? "",
 *   redirectUri: "http://localhost:3000/twitch/callback",
 *   scopes: ["user:read:chat", "user:write:chat"],
 *   granted: ({ tokens, account }) => new FileTokenStore(`./${account.id}.json`).save(tokens),
 * });
 * const app = new Hono().get("/twitch", login.begin).get("/twitch/callback", login.finish);
 * app.fetch; // make `app` the default export, or pass this to `Deno.serve`
 * ```
 */
export function twitchLogin<Env = unknown>(options: TwitchLoginOptions<Env>): TwitchLoginHandlers<Env> {
  const endpoint = new TwitchLoginEndpoint(options);
  return {
    begin: () => endpoint.begin(),
    finish: (c) => endpoint.finish(c.req.raw, { env: c.env }),
  };
}
