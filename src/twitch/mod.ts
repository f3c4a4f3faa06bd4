/**
 * Twitch chat: typed messages, a session that does no I/O, and the client that runs it.
 *
 * @example Read a channel's chat, anonymously
 * ```ts
 * import { TwitchClient } from "@parley/parley/twitch";
 *
 * async function read(channel: string): Promise<void> {
 *   await using chat = await TwitchClient.connect({ channels: [channel] });
 *   for await (const event of chat) {
 *     if (event.kind === "PRIVMSG") console.log(event.sender.name, event.text);
 *   }
 * }
 * ```
 *
 * @module
 */
export type { TwitchAnswer, TwitchAsk } from "./actions.ts";
export * from "./client.ts";
export * from "./command.ts";
export type { TwitchTimeouts } from "./connection.ts";
export * from "./event.ts";
export * from "./message.ts";
export { TWITCH_URL, type TwitchLimits, type TwitchSessionOptions } from "./options.ts";
export { TwitchSession } from "./session.ts";
