/**
 * The bot of `interactions_bot.ts` behind Hono: ready for Deno Deploy, and for any runtime that takes a module
 * whose default export has a `fetch`. Set DISCORD_PUBLIC_KEY to the public key in the Developer Portal, and there
 * the Interactions Endpoint URL to `https://…/interactions`, the Webhook Events URL to `https://…/events`.
 *
 * ```sh
 * DISCORD_PUBLIC_KEY=… deno serve -A examples/deploy.ts
 * ```
 *
 * @module
 */
import { Hono } from "hono";
import { interactions, webhookEvents } from "@parley/parley/hono";
import process from "node:process";
import { router } from "./interactions_bot.ts";

const publicKey = process.env.DISCORD_PUBLIC_KEY ?? "";

const app: Hono = new Hono();
app.get("/", (c) => c.text("There is a bot here: talk to it on Discord."));
app.post("/interactions", interactions({ publicKey, router }));
app.post(
  "/events",
  webhookEvents({
    publicKey,
    on: {
      APPLICATION_AUTHORIZED: ({ data }) => console.log(`${data.user.username} added the bot`),
      APPLICATION_DEAUTHORIZED: ({ data }) => console.log(`${data.user.username} took the bot away`),
    },
    onError: (error) => console.error(error),
  }),
);

export default app;
