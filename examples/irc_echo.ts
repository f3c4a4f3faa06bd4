/**
 * A parrot: it says again what is said in its channels, and to it alone.
 *
 *     deno run -A examples/irc_echo.ts
 *
 * @module
 */
import { IrcClient, type IrcClientOptions } from "@parley/parley/irc";

/** The bot, not connected yet. */
export function echoBot(options: IrcClientOptions): IrcClient {
  const irc = new IrcClient(options);
  irc.on("PRIVMSG", (event) => event.reply(event.text));
  return irc;
}

if (import.meta.main) {
  await echoBot({ host: "irc.libera.chat", nick: "parrot", channels: ["#parrots"] }).connect();
}
