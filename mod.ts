/**
 * parley keeps a bot connected to where people talk: IRC, Twitch chat and Discord.
 *
 * This is the front door: the clients and the errors. Each protocol's own door (`./irc`, `./twitch`,
 * `./discord`) loads nothing of the others.
 *
 * @example
 * ```ts
 * import { TwitchClient } from "@parley/parley";
 *
 * await using chat = await new TwitchClient({ channels: ["#forsen"] }).connect();
 * for await (const event of chat) {
 *   if (event.kind === "PRIVMSG") console.log(event.sender.name, event.text);
 * }
 * ```
 *
 * @module
 */
export { DiscordGateway, type DiscordGatewayOptions, Intents } from "./src/discord/gateway/mod.ts";
export { IrcClient, type IrcClientOptions } from "./src/irc/mod.ts";
export { TwitchClient, type TwitchClientOptions } from "./src/twitch/mod.ts";
export * from "./src/protocol/errors.ts";
