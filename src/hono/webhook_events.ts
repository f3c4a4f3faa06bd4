import {
  WebhookEndpoint,
  type WebhookEndpointOptions,
} from "../discord/interactions/endpoint/webhook_endpoint.ts";
import type { PublicKeySource } from "../discord/interactions/endpoint/public_key.ts";
import { executionContextOf, type HonoContext, type KeyContext, respondTo } from "./context.ts";

/** What an endpoint for webhook events behind Hono needs, and may use. */
export interface WebhookEventsOptions<Env = unknown> extends Omit<WebhookEndpointOptions<Env>, "publicKey"> {
  /**
   * The application's public key: 64 hexadecimal digits from the Developer Portal. Several, while it changes from
   * one to another; or what finds it in Hono's context.
   *
   * @default {`DISCORD_PUBLIC_KEY` of the bindings, or of the process's environment}
   */
  readonly publicKey?: PublicKeySource<KeyContext<{ readonly env: Env }>>;
}

/**
 * Makes a Hono handler for Discord's webhook events. Mount it with `post`, before anything that reads the body.
 *
 * Source: Discord, "Webhook Events", Preparing for Events.
 *
 * @throws {OptionError} if a public key is not 64 hexadecimal digits, or one that anybody can sign for, or a limit is
 * not positive.
 *
 * @example
 * ```ts
 * import { Hono } from "hono";
 * import { webhookEvents } from "@parley/parley/hono";
 * import process from "node:process";
 *
 * const publicKey = process.env.DISCORD_PUBLIC_KEY ?? ""; // from the Developer Portal
 * const app = new Hono().post(
 *   "/events",
 *   webhookEvents({
 *     publicKey,
 *     on: { APPLICATION_AUTHORIZED: ({ data }) => console.log("welcome", data.user.username) },
 *   }),
 * );
 * app.fetch; // make `app` the default export, or pass this to `Deno.serve`
 * ```
 */
export function webhookEvents<Env = unknown>(
  options: WebhookEventsOptions<Env>,
): (c: HonoContext<Env>) => Promise<Response> {
  // What Hono's context has in any case, the endpoint need not know of.
  const endpoint = new WebhookEndpoint(options as WebhookEndpointOptions<Env>);
  return function webhookEvents(c) {
    const execution = executionContextOf(c);
    return respondTo(
      c,
      (request, waitUntil) => endpoint.respond(request, { env: c.env, execution, waitUntil }),
    );
  };
}
