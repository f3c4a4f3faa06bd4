/**
 * What `@parley/testing` and `@parley/cli` are built of beside the public entries. It may change with every version, so programs do not
 * import it; the packages are published together.
 *
 * @module
 */
export { joinBytes } from "../protocol/bytes.ts";
export { type Answer, exchange } from "../http/exchange.ts";
export { connectError } from "../protocol/connect_error.ts";
export { dialFailure } from "../protocol/dial_failure.ts";
export { isRecord } from "../protocol/json_value.ts";
export { checkMaxMessage } from "../protocol/max_message.ts";
export { printable, quote, shownUrl } from "../protocol/quote.ts";
export { JsonFile } from "../storage/json_file.ts";
export { shownSession } from "../discord/gateway/wire/shown_payload.ts";
export { type Timer, Timers } from "../driver/timers.ts";
export { parseProxy, type Proxy } from "../transport/proxy/address.ts";
export { socketLink } from "../transport/node_net.ts";
export { WebSocketLink, type WebSocketLinkOptions } from "../transport/websocket.ts";
export { fromBase64, toBase64 } from "../irc/session/registration/scram.ts";
export { escapeTag } from "../irc/wire/messages/message_tags.ts";
export { sayTexts, toldText } from "../twitch/wire/command.ts";
