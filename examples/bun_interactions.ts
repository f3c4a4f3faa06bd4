/**
 * The bot of `interactions_bot.ts` on Bun, without a framework. Set DISCORD_PUBLIC_KEY to the public key in the
 * Developer Portal, and PORT if it shall not be 3000.
 *
 * ```sh
 * DISCORD_PUBLIC_KEY=… bun examples/bun_interactions.ts
 * ```
 *
 * @module
 */
import { interactionHandler } from "@parley/parley/discord/interactions";
import process from "node:process";
import { router } from "./interactions_bot.ts";

const publicKey = process.env.DISCORD_PUBLIC_KEY ?? "";

/** What Bun serves: the default export of the program that it runs. */
const server: { readonly port: number; fetch(request: Request): Promise<Response> } = {
  port: Number(process.env.PORT ?? 3_000),
  fetch: interactionHandler({ publicKey, router }),
};

export default server;
