/**
 * Commands that people use in chat, such as `!roll 6`: on IRC, on Twitch, or both.
 *
 * @example One command for two networks
 * ```ts
 * import { command, CommandRouter } from "@parley/parley/commands";
 * import { IrcClient } from "@parley/parley/irc";
 * import { TwitchClient } from "@parley/parley/twitch";
 *
 * const router = new CommandRouter().add(command("ping", "Answers", (i) => i.reply("pong")));
 * const irc = new IrcClient({ host: "irc.libera.chat", nick: "parley", channels: ["#deno"] });
 * const chat = new TwitchClient({ channels: ["#dallas"] });
 * irc.on("PRIVMSG", router.handle);
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
