// api/interactions.ts
import { waitUntil } from "@vercel/functions";
import { command, interactionHandler, InteractionRouter } from "@parley/parley/discord/interactions";

const router = new InteractionRouter().add(command("ping", "Answers pong", (i) => i.reply("pong")));
export const POST = interactionHandler({ router, waitUntil });
