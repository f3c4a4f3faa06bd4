/**
 * Commands that people use in chat, such as `!roll 6`: on IRC, on Twitch, or both.
 *
 * @example A command on Twitch
 * ```ts
 * import { command, CommandRouter } from "@parley/parley/commands";
 * import { TwitchClient } from "@parley/parley/twitch";
 *
 * const router = new CommandRouter().add(command("ping", "Answers", (i) => i.reply("pong")));
 * const chat = new TwitchClient({ channels: ["#dallas"] });
 * chat.on("PRIVMSG", router.handle);
 * ```
 *
 * @module
 */
export {
  type Command,
  command,
  type CommandCooldown,
  type CommandDetails,
  type CommandHandler,
  type CommandUse,
  type NoOptions,
} from "./command.ts";
export type { ChatMessage } from "./message.ts";
export * as option from "./options.ts";
export type { NumberDetails, Option, OptionDetails, Options, OptionValues } from "./options.ts";
export * from "./router.ts";
