import {
  WebhookEndpoint,
  type WebhookEndpointOptions,
} from "../discord/interactions/endpoint/webhook_endpoint.ts";
import { executionContextOf, type HonoContext, type KeyContext, respondTo } from "./context.ts";

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
  options: WebhookEndpointOptions<Env, KeyContext<{ readonly env: Env }>>,
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
