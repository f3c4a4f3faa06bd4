/**
 * Puts Discord interactions, webhook events, Twitch EventSub and logins by Twitch behind a Hono app.
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
 *
 * @module
 */
export type { HonoContext, KeyContext } from "./context.ts";
export * from "./interactions.ts";
export * from "./twitch_events.ts";
export * from "./twitch_login.ts";
export * from "./webhook_events.ts";
