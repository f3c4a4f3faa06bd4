/**
 * Reads along behind a bouncer, or at a server with history: what was said while it was away is shown first.
 *
 *     IRC_PASSWORD=… deno run -A examples/irc_catch_up.ts
 *
 * @module
 */
import { IrcClient, type IrcClientOptions, type IrcTextEvent } from "@parley/parley/irc";
import process from "node:process";

/** The reader, not connected yet. */
export function catchUp(options: IrcClientOptions, show: (line: string) => void = console.log): IrcClient {
  const irc = new IrcClient(options);
  const last = new Map<string, IrcTextEvent>();
  const tell = (said: IrcTextEvent) => {
    if (said.channel === undefined) return;
    last.set(said.channel, said);
    show(`${new Date(said.time ?? Date.now()).toISOString()} ${said.channel} <${said.nick}> ${said.text}`);
  };
  irc.on("JOIN", async ({ own, channel }) => {
    if (!own) return;
    for await (const said of irc.history(channel, { after: last.get(channel), limit: 500 })) tell(said);
  });
  irc.on("PRIVMSG", tell);
  return irc;
}

if (import.meta.main) {
  const password = `reader/libera:${process.env.IRC_PASSWORD ?? ""}`;
  await catchUp({ host: "bouncer.example.org", nick: "reader", channels: ["#deno"], password }).connect();
}
