/**
 * IRC: a client that stays connected and in its channels, and the parts it is made of.
 *
 * @example
 * ```ts
 * import { IrcClient } from "@parley/parley/irc";
 *
 * await using irc = await IrcClient.connect({ host: "irc.libera.chat", nick: "parley", channels: ["#deno"] });
 * for await (const event of irc) {
 *   if (event.kind === "PRIVMSG") console.log(event.source?.name, event.text);
 * }
 * ```
 *
 * @module
 */
export * from "./casemapping.ts";
export * from "./client.ts";
export * from "./command.ts";
export * from "./event.ts";
export * from "./line_decoder.ts";
export * from "./line_link.ts";
export * from "./message.ts";
export * from "./numerics.ts";
export type { FloodLimit } from "./outbox.ts";
export type { Identity } from "./registration.ts";
export * from "./session.ts";
