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
export * from "./answers.ts";
export type * from "./ask.ts";
export * from "./casemapping.ts";
export * from "./client.ts";
export { type CommandExtras, commandOf, formatCommand, type IrcCommand, LONGEST_MESSAGE } from "./command.ts";
export { type CommandOptions, IrcCommandClient, type OneOrMore } from "./command_client.ts";
export { COMMANDS, type KnownCommand, type ParameterValue } from "./command_table.ts";
export * from "./ctcp.ts";
export * from "./ecdsa_signer.ts";
export * from "./event.ts";
export type { IrcFields, IrcName, IrcUserhost } from "./event_fields.ts";
export * from "./file_sts_store.ts";
export type { FloodOptions } from "./flood.ts";
export * from "./format_codes.ts";
export * from "./isupport.ts";
export * from "./line_decoder.ts";
export * from "./line_handlers.ts";
export * from "./line_link.ts";
export * from "./mask.ts";
export * from "./message.ts";
export * from "./mode_changes.ts";
export * from "./numerics.ts";
export type * from "./options.ts";
export type { AlternativeNicks } from "./registration/nicks.ts";
export type { Identity, WebircOptions } from "./registration/registration.ts";
export type {
  SaslAnswer,
  SaslAsk,
  SaslMechanism,
  SaslOptions,
  SignAnswer,
  SignAsk,
} from "./registration/sasl.ts";
export type { DeriveAnswer, DeriveAsk, NonceAnswer, NonceAsk, ScramHash } from "./registration/scram.ts";
export type { StsLoadAnswer, StsLoadAsk, StsPolicy, StsSaveAnswer, StsSaveAsk } from "./registration/sts.ts";
export * from "./session.ts";
export * from "./split_text.ts";
export * from "./sts_store.ts";
