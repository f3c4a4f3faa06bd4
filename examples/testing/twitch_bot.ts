/**
 * A bot with commands, for the test beside it.
 *
 *     TWITCH_TOKEN=… deno run -A examples/testing/twitch_bot.ts
 *
 * @module
 */
import { command, CommandRouter, option } from "@parley/parley/commands";
import { TwitchClient, type TwitchClientOptions, type TwitchPrivmsgEvent } from "@parley/parley/twitch";
import process from "node:process";

/** Starts the bot; a test gives `runtime`. */
export async function startBot(
  token: string,
  runtime: TwitchClientOptions["runtime"] = {},
): Promise<TwitchClient> {
  const chat = new TwitchClient({ login: "parleybot", token, channels: ["#dallas"], runtime });
  const router = new CommandRouter<TwitchPrivmsgEvent>().add(
    command("hello", "Greets", ({ event }) => event.reply(`Hello, ${event.sender.name}!`)),
    command("count", "Counts", { to: option.integer("How far", { required: true }) }, async (i) => {
      for (let n = 1; n <= i.options.to; n++) await chat.say(i.event.channel, `${n}`);
    }, { allow: ({ sender }) => sender.moderates }),
  );
  chat.on("PRIVMSG", router.handle);
  return await chat.connect();
}

if (import.meta.main) await startBot(process.env.TWITCH_TOKEN ?? "");
