/** Everything that is said in two hundred channels, and when nobody listened. */
import { TwitchClient, type TwitchClientOptions } from "@parley/parley/twitch";

/** Logs channels until the client is closed. */
export async function logger(write: (line: string) => void, options: TwitchClientOptions): Promise<void> {
  const chat = await new TwitchClient(options).connect();
  for await (const event of chat) {
    if (event.kind === "PRIVMSG") {
      write(`${event.sentAt} ${event.channel} ${event.sender.name}: ${event.text}`);
    } else if (event.kind === "gap") {
      write(`${event.to} ${event.to - event.from} ms of ${event.channels} are missing`);
    } else if (event.kind === "lagged") write(`${event.missed} messages were too many`);
    else if (event.kind === "join_failed") write(`${event.channel} cannot be joined: ${event.error.message}`);
  }
}

if (import.meta.main) {
  const channels = Array.from({ length: 200 }, (_, at) => `#channel${at}`);
  await logger(console.log, { channels });
}
