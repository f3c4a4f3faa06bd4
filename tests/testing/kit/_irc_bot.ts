import type { Host } from "../../../src/driver/host.ts";
import { IrcClient } from "../../../src/irc/client.ts";

/** A bot as somebody writes it who has read the documentation. */
export async function startBot(runtime: Partial<Host>): Promise<IrcClient> {
  const irc = new IrcClient({
    host: "irc.libera.chat",
    nick: "bot",
    channels: ["#deno"],
    rejoinOnKick: true,
    sasl: { username: "bot", password: "sesame" },
    runtime,
  });
  irc.on("PRIVMSG", (event) => {
    if (event.text === "!ping") return irc.privmsg(event.replyTarget, "pong");
    if (event.text === "!throw") throw new Error("This bot has a mistake");
  });
  irc.on("JOIN", (event) => {
    if (event.nick !== irc.nick) return irc.privmsg(event.channel, `Welcome, ${event.nick}`);
  });
  return await irc.connect();
}
