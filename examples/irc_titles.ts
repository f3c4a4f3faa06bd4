/**
 * A bot that tells the titles of the pages that people name. It asks for whatever address is said: do not run it where
 * it can reach what others must not.
 *
 *     deno run -A examples/irc_titles.ts
 *
 * @module
 */
import { IrcClient, type IrcClientOptions } from "@parley/parley/irc";

/** The bot, not connected yet. */
export function titleBot(options: IrcClientOptions, get: typeof fetch = fetch): IrcClient {
  const irc = new IrcClient(options);
  irc.on("PRIVMSG", async (event) => {
    const [url] = /https?:\/\/\S+/.exec(event.text) ?? [];
    if (url === undefined) return;
    const response = await get(url, { signal: AbortSignal.timeout(5_000) });
    const [, title = ""] = /<title[^>]*>([^<]+)/i.exec(await response.text()) ?? [];
    if (title !== "") await event.reply(title.replace(/\s+/g, " ").trim().slice(0, 300));
  });
  return irc;
}

if (import.meta.main) {
  await titleBot({ host: "irc.libera.chat", nick: "titles", channels: ["#deno"] }).connect();
}
