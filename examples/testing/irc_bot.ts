/**
 * A bot that logs in by SASL and answers, for the test beside it.
 *
 *     IRC_PASSWORD=… deno run -A examples/testing/irc_bot.ts
 *
 * @module
 */
import { IrcClient, type IrcClientOptions } from "@parley/parley/irc";
import process from "node:process";

/** Starts the bot; a test gives `runtime`. */
export async function startBot(
  password: string,
  runtime: IrcClientOptions["runtime"] = {},
): Promise<IrcClient> {
  const irc = new IrcClient({
    host: "irc.libera.chat",
    nick: "parleybot",
    channels: ["#parley"],
    rejoinOnKick: true,
    sasl: { username: "parleybot", password },
    runtime,
  });
  irc.on("PRIVMSG", (event) => {
    if (event.text === "!ping") return irc.privmsg(event.replyTarget, "pong");
  });
  irc.on("JOIN", (event) => {
    if (event.nick !== irc.nick) return irc.privmsg(event.channel, `Welcome, ${event.nick}!`);
  });
  return await irc.connect();
}

if (import.meta.main) await startBot(process.env.IRC_PASSWORD ?? "");
