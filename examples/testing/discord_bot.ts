/**
 * A bot with a slash command, and one that people type, for the tests beside it.
 *
 *     DISCORD_TOKEN=… deno run -A examples/testing/discord_bot.ts
 *
 * @module
 */
import { DiscordGateway, type DiscordGatewayOptions, Intents } from "@parley/parley/discord";
import { command, InteractionRouter, option, registerCommands } from "@parley/parley/discord/interactions";
import process from "node:process";

const router = new InteractionRouter().add(
  command("greet", "Greets somebody", { name: option.string("Whom", { required: true }) }, (i) => {
    return i.reply(`Hello, ${i.options.name}!`);
  }),
);

/** Starts the bot; a test gives `runtime` and whatever else it has. */
export async function startBot(options: Omit<DiscordGatewayOptions, "intents">): Promise<DiscordGateway> {
  const intents = Intents.Guilds | Intents.GuildMessages | Intents.MessageContent;
  const bot = new DiscordGateway({ ...options, intents });
  bot.use(router);
  bot.on("MESSAGE_CREATE", async ({ data }) => {
    const [name, count = "1"] = data.content.split(" ");
    if (name !== "!count") return;
    for (let n = 1; n <= Number(count); n++) {
      await bot.rest.createMessage(data.channel_id, { content: `${n}` });
    }
  });
  await bot.connect();
  await registerCommands({ rest: bot.rest, commands: router.commands() });
  return bot;
}

if (import.meta.main) await startBot({ token: process.env.DISCORD_TOKEN ?? "" });
