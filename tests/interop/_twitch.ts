import type { TwitchServerCommand, TwitchServerEvent } from "../../testing/twitch/server_types.ts";
import type { Served } from "./_serve.ts";

/** A Twitch server on loopback. */
export type Server = Served<TwitchServerCommand, TwitchServerEvent>;

/** Waits until the server has heard this said. */
export async function says({ events }: Server, text: string): Promise<void> {
  await events.take(
    `PRIVMSG "${text}"`,
    (event) => event.kind === "line" && event.message.command === "PRIVMSG" && event.message.text === text,
  );
}
