import {
  InteractionEndpoint,
  type InteractionEndpointOptions,
} from "../discord/interactions/endpoint/endpoint.ts";
import { type HonoContext, type KeyContext, respondTo } from "./context.ts";

/**
 * Makes a Hono handler for Discord's interactions endpoint. Mount it with `post`, before anything that reads
 * the body. Handlers get Hono's context as their second argument, with the bindings in its `env`.
 *
 * Source: Discord, "Interactions: Overview", Setting Up an Endpoint.
 *
 * @throws {OptionError} if a public key is not 64 hexadecimal digits, or one that anybody can sign for, or a limit is
 * not positive.
 *
 * @example
 * ```ts
 * import { Hono } from "hono";
 * import { command, InteractionRouter } from "@parley/parley/discord/interactions";
 * import { interactions } from "@parley/parley/hono";
 * import process from "node:process";
 *
 * const publicKey = process.env.DISCORD_PUBLIC_KEY ?? ""; // from the Developer Portal
 * const router = new InteractionRouter().add(command("ping", "Answers pong", (i) => i.reply("pong")));
 * const app = new Hono().post("/interactions", interactions({ publicKey, router }));
 * app.fetch; // make `app` the default export, or pass this to `Deno.serve`
 * ```
 */
export function interactions<Context = unknown>(
  options: InteractionEndpointOptions<Context, KeyContext<Context>>,
): (c: HonoContext & Context) => Promise<Response> {
  // What Hono's context has in any case, the endpoint need not know of.
  const endpoint = new InteractionEndpoint(options as InteractionEndpointOptions<Context>);
  return function interactions(c) {
    return respondTo(c, (request, waitUntil) => endpoint.respond(request, { context: c, waitUntil }));
  };
}
