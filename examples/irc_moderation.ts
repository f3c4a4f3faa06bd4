/**
 * A moderation bot: logs in, does what operators of its channels tell it to, and throws out who floods them.
 *
 *     IRC_PASSWORD=… deno run -A examples/irc_moderation.ts
 *
 * @module
 */
import { IrcClient, type IrcClientOptions } from "@parley/parley/irc";
import process from "node:process";

const MOST = 5;
const WITHIN = 5_000;

/** The bot, not connected yet. */
export function moderationBot(options: IrcClientOptions, now: () => number = Date.now): IrcClient {
  const irc = new IrcClient({ ...options, state: "who" });
  const said = new Map<string, number[]>();
  irc.on("PRIVMSG", async (event) => {
    const { channel, member, nick, text } = event;
    if (channel === undefined || member === undefined) return;
    const [command = "", whom = "", ...reason] = text.split(" ");
    if (member.isAtLeast("o")) {
      if (command === "!op") await irc.op(channel, whom);
      if (command === "!ban") await irc.kickban(channel, whom, reason.join(" "));
      if (command === "!quiet") await irc.quiet(channel, whom);
      if (command === "!bans") await event.reply((await irc.bans(channel)).map(({ mask }) => mask).join(" "));
      return;
    }
    const times = [...said.get(nick) ?? [], now()].filter((time) => time > now() - WITHIN);
    said.set(nick, times);
    if (times.length > MOST && !member.isAtLeast("v")) await irc.kickban(channel, nick, "Flooding");
  });
  irc.on("QUIT", ({ nick }) => said.delete(nick));
  return irc;
}

if (import.meta.main) {
  const sasl = { username: "warden", password: process.env.IRC_PASSWORD ?? "" };
  await moderationBot({ host: "irc.libera.chat", nick: "warden", channels: ["#deno"], sasl }).connect();
}
