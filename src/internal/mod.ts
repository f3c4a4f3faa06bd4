/**
 * What `@parley/testing` and `@parley/cli` are built of beside the public entries. It may change with every version, so programs do not
 * import it; the packages are published together.
 *
 * @module
 */
export { joinBytes } from "../protocol/data/bytes.ts";
export { type Answer, exchange } from "../http/exchange.ts";
export { connectError } from "../protocol/connection/connect_error.ts";
export { dialFailure } from "../protocol/connection/dial_failure.ts";
export { isRecord } from "../protocol/data/json_value.ts";
export { checkMaxMessage, checkNamesAndKinds, type OptionKind } from "../protocol/option_checks.ts";
export { printable, quote, shownUrl } from "../protocol/data/quote.ts";
export { JsonFile } from "../storage/json_file.ts";
export { shownSession } from "../discord/gateway/wire/shown_payload.ts";
export { type Timer, Timers } from "../driver/clock/timers.ts";
export { parseProxy, type Proxy } from "../transport/proxy/address.ts";
export { socketLink } from "../transport/streams/socket_link.ts";
export { WebSocketLink, type WebSocketLinkOptions } from "../transport/websocket/websocket_link.ts";
export { fromBase64, toBase64 } from "../irc/session/registration/scram.ts";
export { escapeTag } from "../irc/wire/messages/message_tags.ts";
export { sayTexts, toldText } from "../twitch/wire/commands/command.ts";
