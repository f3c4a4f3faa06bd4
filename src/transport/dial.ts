import { nodeProcess } from "../node_process.ts";
import type { Dial } from "../protocol/link.ts";
import { isServer } from "../is_server.ts";
import { OptionError } from "../protocol/errors.ts";
import { checkMaxMessage } from "../protocol/option_checks.ts";
import { parseUrl, streamAddress, unknownScheme } from "./_address.ts";
import { deno } from "./_runtime.ts";
import { PendingLink } from "./_pending_link.ts";
import { checkDialOptions, type DialOptions } from "./options.ts";

/**
 * Makes the `Dial` of this runtime: `wss:` and `ws:` go by WebSocket, `tls:` and `ircs:` by TLS, `tcp:` and
 * `irc:` by plain TCP. An URL names its port, but for WebSockets and IRC (6697 and 6667). A transport is loaded when
 * it is first used.
 *
 * On Deno, Bun and Node the WebSocket is our own, over the same TLS and TCP: it takes less than theirs for each
 * message, can be dropped at once, heeds all of `tls`, and tells why it did not open. It goes by the proxies that the
 * environment names where the runtime's own would, or its `fetch` (see `proxy`). Browsers and edge workers
 * have nothing but theirs.
 *
 * The dial it returns throws an `OptionError` if the URL has another scheme, or one the runtime has no
 * transport for: browsers have no TCP.
 *
 * @throws {OptionError} if an option is out of range or in conflict with another.
 *
 * @example Trust the certificate of a server of one's own
 * ```ts
 * import { hostWith } from "@parley/parley/driver";
 * import { dialer } from "@parley/parley/transport";
 *
 * function hostTrusting(caCert: string) {
 *   return hostWith(dialer({ tls: { caCerts: [caCert] } }));
 * }
 * ```
 *
 * @example Go by Tor
 * ```ts
 * import { hostWith } from "@parley/parley/driver";
 * import { dialer } from "@parley/parley/transport";
 *
 * const host = hostWith(dialer({ proxy: "socks5://127.0.0.1:9050" }));
 * host.clock.now();
 * ```
 */
export function dialer(options: DialOptions = {}): Dial {
  checkDialOptions(options);
  const runtimeWebSocket = lazily(async () => (await import("./websocket/websocket.ts")).webSocket(options));
  const ownWebSocket = lazily(async () => (await import("./streams/streams.ts")).ownWebSocket(options));
  const webSocket = options.WebSocket === undefined && isServer() ? ownWebSocket : runtimeWebSocket;
  const stream = lazily(async () => (await import("./streams/streams.ts")).streams(options));

  return (request, events) => {
    const { protocol } = parseUrl(request.url);
    if (request.maxMessage !== undefined) checkMaxMessage(request.maxMessage);
    switch (protocol) {
      case "wss:":
      case "ws:":
        return webSocket(request, events);
      case "tls:":
      case "tcp:":
      case "ircs:":
      case "irc:":
        // Now, and not once the transport is loaded: nothing else of the URL can be wrong then.
        streamAddress(request.url);
        if (deno() === undefined && nodeProcess() === undefined) {
          throw new OptionError(`Cannot dial "${protocol}": this runtime has no TCP, use "wss:"`);
        }
        return stream(request, events);
      default:
        throw unknownScheme(protocol);
    }
  };
}

/**
 * A dial by a transport that is still to be loaded, or already is. Edge workers do not let one object await what
 * another began: kept is the transport, not its promise.
 */
function lazily(load: () => Promise<Dial>): Dial {
  let loaded: Dial | undefined;
  return (request, events) => {
    if (loaded !== undefined) return loaded(request, events);
    const loading = load().then((dial) => loaded ??= dial);
    return new PendingLink(loading, request, events);
  };
}
