/**
 * IRC: a client that stays connected and in its channels, and the parts it is made of.
 *
 * @example
 * ```ts
 * import { IrcClient } from "@parley/parley/irc";
 *
 * await using irc = await new IrcClient({ host: "irc.libera.chat", nick: "parley", channels: ["#deno"] }).connect();
 * for await (const event of irc) {
 *   if (event.kind === "PRIVMSG") console.log(event.source?.name, event.text);
 * }
 * ```
 *
 * @module
 */
export * from "./host/answers.ts";
export type * from "./session/ask.ts";
export type {
  IrcChannelModes,
  IrcListed,
  IrcListEntry,
  IrcMonitored,
  IrcServerLink,
  IrcWho,
  IrcWhois,
} from "./wire/outcomes/answers.ts";
export * from "./wire/support/casemapping.ts";
export * from "./client.ts";
export {
  type CommandExtras,
  commandOf,
  type CommandTags,
  formatCommand,
  type IrcCommand,
  LONGEST_MESSAGE,
} from "./wire/commands/command.ts";
export { type CommandOptions, IrcCommandClient, type OneOrMore } from "./command_client.ts";
export type { ClientTags, TypingState } from "./wire/texts/client_tags.ts";
export { IrcAskingClient, type WhoOptions } from "./asking_client.ts";
export { IrcModeratingClient } from "./moderating_client.ts";
export { COMMANDS, type KnownCommand, type ParameterValue } from "./wire/commands/command_table.ts";
export * from "./wire/texts/ctcp.ts";
export * from "./wire/texts/dcc.ts";
export * from "./host/ecdsa_signer.ts";
export * from "./wire/events/event.ts";
export { IrcMessageEvent } from "./wire/events/message_event.ts";
export type { IrcFields, IrcName, IrcUserhost } from "./wire/events/event_fields.ts";
export * from "./host/file_sts_store.ts";
export type { FloodOptions, FloodPreset } from "./session/sending/flood_presets.ts";
export * from "./wire/texts/format_codes.ts";
export type {
  HistoryOptions,
  HistoryReference,
  HistoryTarget,
  HistoryTargetsOptions,
  HistoryText,
} from "./history.ts";
export { Ircv3Client, type RegistrationStatus } from "./ircv3_client.ts";
export * from "./wire/support/isupport.ts";
export { ShownLines } from "./wire/commands/shown_lines.ts";
export * from "./wire/messages/line_decoder.ts";
export { type LineDirection, type LineHandler, LineHandlers } from "./session/line_handlers.ts";
export { type FromLink, LineLink, type LinkDue, type LinkTimeouts } from "./session/links/line_link.ts";
export * from "./wire/support/mask.ts";
export {
  formatMessage,
  IrcMessage,
  type IrcMessageParts,
  IrcSource,
  parseMessage,
} from "./wire/messages/message.ts";
export * from "./wire/support/mode_changes.ts";
export type { TextLine } from "./wire/texts/multiline.ts";
export * from "./wire/events/numerics.ts";
export { type ChannelOption, DEFAULT_CAPABILITIES, type IrcSessionOptions } from "./session/options.ts";
export type { AlternativeNicks } from "./session/registration/nicks.ts";
export type { Identity, WebircOptions } from "./session/registration/registration.ts";
export type {
  SaslAnswer,
  SaslAsk,
  SaslMechanism,
  SaslOptions,
  SignAnswer,
  SignAsk,
} from "./session/registration/sasl.ts";
export type {
  DeriveAnswer,
  DeriveAsk,
  NonceAnswer,
  NonceAsk,
  ScramHash,
} from "./session/registration/scram.ts";
export type {
  StsLoadAnswer,
  StsLoadAsk,
  StsPolicy,
  StsPromise,
  StsSaveAnswer,
  StsSaveAsk,
} from "./session/registration/sts.ts";
export * from "./session/session.ts";
export type * from "./wire/events/presence.ts";
export * from "./wire/texts/split_by_bytes.ts";
export { IrcState, type IrcStateOptions } from "./state/irc_state.ts";
export type { IrcStateLimits } from "./state/roster.ts";
export * from "./host/sts_store.ts";
export type { TextOptions } from "./text_commands.ts";
export * from "./wire/outcomes/refusal.ts";
