import { TwitchEventsEndpoint, type TwitchEventsOptions } from "../twitch/eventsub/webhook.ts";
import { type HonoContext, respondTo } from "./context.ts";

/**
 * Makes a Hono handler for the webhooks of Twitch's EventSub. Mount it with `post`, before anything that reads the body.
 *
 * Source: Twitch, "Handling webhook events".
 *
 * @throws {OptionError} if the secret cannot be one, or a limit is not positive.
 *
 * @example
 * ```ts
 * import { Hono } from "hono";
 * import { twitchEvents } from "@parley/parley/hono";
 * import process from "node:process";
 *
 * const app = new Hono().post(
 *   "/twitch",
 *   twitchEvents({
 *     secret: () => process.env.TWITCH_SECRET ?? "",
 *     acknowledge: "after", // what costs money is handled before Twitch forgets it
 *     on: { "channel.cheer": ({ data }) => console.log(data.user_name, "cheered", data.bits) },
 *   }),
 * );
 * app.fetch; // make `app` the default export, or pass this to `Deno.serve`
 * ```
 */
export function twitchEvents<Env = unknown>(
  options: TwitchEventsOptions<Env>,
): (c: HonoContext<Env>) => Promise<Response> {
  const endpoint = new TwitchEventsEndpoint(options);
  return function twitchEvents(c) {
    return respondTo(c, (request, waitUntil) => endpoint.respond(request, { env: c.env, waitUntil }));
  };
}
