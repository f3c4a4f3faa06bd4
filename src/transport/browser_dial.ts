import { OptionError } from "../protocol/errors.ts";
import type { Dial } from "../protocol/link.ts";
import { checkMaxMessage } from "../protocol/option_checks.ts";
import { quote } from "../protocol/data/quote.ts";
import { parseUrl } from "./_address.ts";
import { sendableCode } from "./websocket/_close_code.ts";
import { WebSocketLink } from "./websocket/websocket_link.ts";
import { checkMaxBuffered, DEFAULT_MAX_MESSAGE, type DialOptions } from "./options.ts";

/**
 * What bundles for browsers have in place of `dial.ts`: `wss:` and `ws:` go by the WebSocket of the runtime, or the one
 * given, and there is nothing else.
 *
 * The dial it returns throws an `OptionError` if the URL has another scheme.
 *
 * @throws {OptionError} if an option is out of range, or one that only our own WebSocket heeds: `tls`, `headers`, `proxy`.
 */
export function dialer({ tls, headers, proxy = false, WebSocket, maxBuffered }: DialOptions = {}): Dial {
  const most = checkMaxBuffered(maxBuffered);
  if (tls !== undefined || headers !== undefined || proxy !== false) {
    throw new OptionError(
      "Cannot heed tls, headers or a proxy: this is bundled for browsers, which have none",
    );
  }
  return ({ url, protocols = [], maxMessage = DEFAULT_MAX_MESSAGE }, events) => {
    const { protocol } = parseUrl(url);
    if (protocol !== "wss:" && protocol !== "ws:") {
      throw new OptionError(`Cannot dial ${quote(protocol)}: this is bundled for browsers, use "wss:"`);
    }
    const socket = new (WebSocket ?? globalThis.WebSocket)(url, [...protocols]);
    return new WebSocketLink(socket, events, most, {
      maxMessage: checkMaxMessage(maxMessage),
      opening: { url },
      closeCode: sendableCode,
    });
  };
}
