/**
 * The whole world of a bot, for its tests: Discord, IRC and Twitch in virtual time, with people to play, a network on
 * which things go wrong, and rules that hold to the end. Below it: the servers, and what a world is made of.
 *
 * @example
 * ```ts
 * import { IrcClient } from "@parley/parley/irc";
 * import { ircWorld } from "@parley/testing";
 *
 * const world = await ircWorld();
 * const bot = await world.start(async (runtime) => {
 *   const irc = new IrcClient({ host: "irc.libera.chat", nick: "bot", channels: ["#deno"], runtime });
 *   irc.on("PRIVMSG", (event) => irc.privmsg(event.replyTarget, "pong"));
 *   return await irc.connect();
 * });
 * world.cut(bot);
 * await world.run("1min");
 * await world.user("ada").says("#deno", "!ping");
 * await world.expect("#deno").toSay("pong");
 * await world.close(); // or `await using world = …`
 * ```
 *
 * @module
 */
export * from "./world/network/certificate.ts";
export * from "./world/checking/checker.ts";
export * from "./discord/checker.ts";
export * from "./discord/fetch.ts";
export * from "./discord/links.ts";
export * from "./discord/server.ts";
export * from "./world/faults.ts";
export * from "./discord/gateway_interactions.ts";
export * from "./interactions/client.ts";
export * from "./interactions/keys.ts";
export { type CallFilter, InteractionRecorder, type RecordedCall } from "./interactions/recorder.ts";
export * from "./interactions/reply.ts";
export * from "./irc/checker.ts";
export * from "./irc/server.ts";
export { Bot, type StartBot, type StopHow } from "./kit/bot/bot.ts";
export * from "./kit/bot_world.ts";
export type * from "./kit/bot_world_options.ts";
export * from "./kit/discord/answer.ts";
export * from "./kit/discord/user.ts";
export * from "./kit/discord/world.ts";
export type { Duration } from "./kit/time/duration.ts";
export { Expectation, type ExpectOptions, type Wanted } from "./kit/expectation.ts";
export * from "./kit/irc/user.ts";
export * from "./kit/irc/world.ts";
export type { BotFault } from "./kit/plan.ts";
export * from "./kit/property.ts";
export { record } from "./kit/recording/record.ts";
export * from "./kit/recording/replay.ts";
export * from "./kit/time/timers.ts";
export * from "./kit/twitch/user.ts";
export * from "./kit/twitch/world.ts";
export * from "./kit/world_error.ts";
export * from "./world/network/listen.ts";
export * from "./world/network/network.ts";
export * from "./world/random.ts";
export * from "./world/checking/search.ts";
export * from "./world/simulation.ts";
export * from "./world/trace_hash.ts";
export * from "./twitch/checker.ts";
export * from "./twitch/eventsub_server.ts";
export type * from "./twitch/eventsub_server_types.ts";
export * from "./twitch/server.ts";
export * from "./twitch/service/serve.ts";
export * from "./twitch/service/service.ts";
export type * from "./twitch/service/types.ts";
export * from "./twitch/server_types.ts";
export type { Violation } from "./world/checking/violation.ts";
export * from "./world/time/virtual_clock.ts";
