import { TwitchClient } from "@parley/parley/twitch";
import { type DiscordFlags, discordRest, discordToken, ircClient, type IrcFlags } from "./clients.ts";
import { type Io, UsageError } from "./io.ts";
import { readSecret } from "./secret.ts";
import { needTwitchAuth } from "./twitch_login.ts";

/** Says one thing; resolves once the network has taken it. */
type Say = (text: string) => Promise<unknown>;

/** Says the words, or without any each line that comes in, one after the other. */
async function sayAll(io: Io, words: readonly string[], say: Say): Promise<void> {
  if (words.length > 0) {
    await say(words.join(" "));
    return;
  }
  for await (const line of io.input.lines()) {
    if (io.stopped.aborted) return;
    if (line.trim() !== "") await say(line);
  }
}

function checkWords(io: Io, words: readonly string[]): void {
  const empty = words.length > 0 ? words.join(" ").trim() === "" : io.input.isTerminal;
  if (empty) throw new UsageError("Cannot say nothing: give the words, or pipe lines to this");
}

/** A client that is connected for as long as something is said. */
interface Speaker {
  connect(): Promise<unknown>;
  close(): Promise<void>;
}

async function whileConnected(io: Io, client: Speaker, run: () => Promise<void>): Promise<void> {
  const leave = () => void client.close();
  io.stopped.addEventListener("abort", leave, { once: true });
  try {
    await client.connect();
    await run();
  } catch (error) {
    if (!io.stopped.aborted) throw error;
  } finally {
    io.stopped.removeEventListener("abort", leave);
    await client.close();
  }
}

/** Says something on IRC: in a channel, which is joined for it, or to a nick. */
export async function sayIrc(
  io: Io,
  host: string,
  target: string,
  words: readonly string[],
  flags: IrcFlags,
): Promise<void> {
  checkWords(io, words);
  const irc = await ircClient(io, host, flags);
  await whileConnected(io, irc, async () => {
    if (/^[#&+!]/.test(target)) await irc.join(target);
    await sayAll(io, words, (text) => irc.privmsg(target, text));
  });
}

/** Says something in a channel of Twitch, as the account that has logged in. */
export async function sayTwitch(
  io: Io,
  channel: string,
  words: readonly string[],
  { url }: { readonly url?: string | undefined },
): Promise<void> {
  checkWords(io, words);
  const name = channel.startsWith("#") ? channel : `#${channel}`;
  const auth = await needTwitchAuth(io);
  const chat = new TwitchClient({
    auth,
    channels: [name],
    runtime: io.host,
    ...(url !== undefined && { url }),
  });
  await whileConnected(io, chat, () => sayAll(io, words, (text) => chat.say(name, text)));
}

/** Says something in a channel of Discord, as the bot. Nobody is pinged by it. */
export async function sayDiscord(
  io: Io,
  channel: string,
  words: readonly string[],
  flags: DiscordFlags,
): Promise<void> {
  checkWords(io, words);
  const token = await readSecret(io, discordToken(flags));
  const rest = discordRest(io, flags, token);
  const signal = io.stopped;
  await sayAll(
    io,
    words,
    (content) => rest.createMessage(channel, { content, allowed_mentions: { parse: [] } }, { signal }),
  );
}
