/**
 * A logger: what happens in its channels goes to a file for each channel and day.
 *
 *     deno run -A examples/irc_logger.ts
 *
 * @module
 */
import { IrcClient, type IrcClientOptions, type IrcMessage } from "@parley/parley/irc";
import { appendFileSync } from "node:fs";

/** The bot, not connected yet. */
export function logger(
  options: IrcClientOptions,
  write: (file: string, text: string) => void = appendFileSync,
): IrcClient {
  const irc = new IrcClient({ ...options, state: "names" });
  const log = (channels: readonly string[], { message }: { message: IrcMessage }, text: string) => {
    const [day, clock] = (message.tag("time") ?? new Date().toISOString()).split(/[T.]/);
    for (const channel of channels) write(`${channel}.${day}.log`, `${clock} ${text}\n`);
  };
  for (const kind of ["PRIVMSG", "NOTICE", "echo"] as const) {
    irc.on(kind, (said) => {
      if (said.channel === undefined) return;
      log(
        [said.channel],
        said,
        said.isAction ? `* ${said.nick} ${said.text}` : `<${said.nick}> ${said.text}`,
      );
    });
  }
  irc.on("JOIN", (joined) => log([joined.channel], joined, `${joined.nick} has come`));
  irc.on("PART", (left) => log([left.channel], left, `${left.nick} has left (${left.reason})`));
  irc.on("KICK", (out) => log([out.channel], out, `${out.nick} was thrown out (${out.reason})`));
  irc.on("QUIT", (gone) => log(gone.channels, gone, `${gone.nick} has quit (${gone.reason})`));
  irc.on("NICK", (named) => log(named.channels, named, `${named.oldNick} is called ${named.nick}`));
  irc.on("TOPIC", (set) => log([set.channel], set, `${set.nick} has set the topic: ${set.topic}`));
  return irc;
}

if (import.meta.main) {
  await logger({ host: "irc.libera.chat", nick: "scribe", channels: ["#deno", "#bun"] }).connect();
}
