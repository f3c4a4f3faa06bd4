/**
 * parley keeps a bot connected to where people talk: IRC, Twitch chat and Discord.
 *
 * This is the front door: the clients and the errors. Each protocol's own door (`./irc`, `./twitch`,
 * `./discord`) loads nothing of the others. Four whole programs, each a `bot.mjs` in a folder of its own:
 *
 * @example Read a Twitch channel, without an account
 * ```ts
 * import { TwitchClient } from "@parley/parley/twitch";
 *
 * const chat = await new TwitchClient({ channels: ["#forsen"] }).connect();
 * for await (const event of chat) {
 *   if (event.kind === "PRIVMSG") console.log(event.sender.name, event.text);
 * }
 * ```
 *
 * @example An IRC bot that says what it hears
 * ```ts
 * import { IrcClient } from "@parley/parley/irc";
 *
 * const irc = new IrcClient({ host: "irc.libera.chat", nick: "parley", channels: ["#deno"] });
 * irc.on("PRIVMSG", (event) => irc.privmsg(event.replyTarget, event.text));
 * await irc.connect();
 * await irc.wait(["RPL_ENDOFMOTD", "ERR_NOMOTD"], { signal: AbortSignal.timeout(10_000) });
 * ```
 *
 * @example A Discord bot that answers
 * ```ts
 * import { DiscordGateway, Intents } from "@parley/parley/discord";
 * import process from "node:process";
 *
 * const token = process.env.DISCORD_TOKEN ?? "";
 * const intents = Intents.Guilds | Intents.GuildMessages | Intents.MessageContent;
 * const gateway = new DiscordGateway({ token, intents });
 * gateway.on("MESSAGE_CREATE", async ({ data }) => {
 *   if (data.content === "!ping") await gateway.rest.createMessage(data.channel_id, { content: "pong" });
 * });
 * await gateway.connect();
 * ```
 *
 * @example A Discord command over HTTP, in a Hono app
 * ```ts no-eval
 * import { command, InteractionRouter } from "@parley/parley/discord/interactions";
 * import { interactions } from "@parley/parley/hono";
 * import { Hono } from "hono";
 * import process from "node:process";
 *
 * const publicKey = process.env.DISCORD_PUBLIC_KEY ?? "";
 * const router = new InteractionRouter().add(command("ping", "Answers pong", (i) => i.reply("pong")));
 * export default new Hono().post("/interactions", interactions({ publicKey, router }));
 * ```
 *
 * @module
 */
export { DiscordGateway, type DiscordGatewayOptions, Intents } from "./src/discord/gateway/mod.ts";
export { IrcClient, type IrcClientOptions } from "./src/irc/mod.ts";
export { TwitchClient, type TwitchClientOptions } from "./src/twitch/mod.ts";
export * from "./src/protocol/errors.ts";
