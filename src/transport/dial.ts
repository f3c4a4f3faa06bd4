import { nodeProcess } from "../node_process.ts";
import { reasonOf } from "../protocol/dial_failure.ts";
import type { Dial, DialRequest, Link, LinkEvents } from "../protocol/link.ts";
import { isServer } from "../is_server.ts";
import { OptionError } from "../protocol/errors.ts";
import { checkMaxMessage } from "../protocol/max_message.ts";
import { isSecure, parseUrl, streamAddress, unknownScheme } from "./_address.ts";
import { deno, isBun } from "./_runtime.ts";
import { needsNode } from "./_trust.ts";
import type { DenoNetOptions } from "./deno_net.ts";
import { checkDialOptions, type DialOptions } from "./options.ts";

/**
 * Makes the `Dial` of this runtime: `wss:` and `ws:` go by WebSocket, `tls:` and `ircs:` by TLS, `tcp:` and
 * `irc:` by plain TCP. An URL names its port, but for WebSockets and IRC (6697 and 6667). A transport is loaded when
 * it is first used.
 *
 * On Deno, Bun and Node the WebSocket is our own, over the same TLS and TCP: it takes less than theirs for each
 * message, can be dropped at once, heeds all of `tls`, and tells why it did not open. Browsers and edge workers
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
 */
export function dialer(options: DialOptions = {}): Dial {
  checkDialOptions(options);
  const runtimeWebSocket = lazily(async () => (await import("./websocket.ts")).webSocket(options));
  const ownWebSocket = lazily(async () => {
    const [{ streamWebSocket }, stream] = await Promise.all([
      import("./stream_websocket.ts"),
      streams(options, { transient: true }),
    ]);
    return streamWebSocket(stream, options);
  });
  const webSocket = options.WebSocket === undefined && isServer() ? ownWebSocket : runtimeWebSocket;
  const stream = lazily(() => streams(options));

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

/** Loads what dials streams on this runtime. */
async function streams(options: DialOptions, denoOptions?: DenoNetOptions): Promise<Dial> {
  if (isBun()) return (await import("./bun_net.ts")).bunNet(options);
  const byNode = async () => (await import("./node_net.ts")).nodeNet(options);
  if (deno() === undefined) return byNode();
  const byDeno = (await import("./deno_net.ts")).denoNet(options, denoOptions);
  if (!needsNode(options)) return byDeno;
  const secure = await byNode();
  return (request, events) => (isSecure(parseUrl(request.url).protocol) ? secure : byDeno)(request, events);
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
    return new LoadingLink(loading, request, events);
  };
}

/** The link while its transport is being loaded; hands over to the real one. */
class LoadingLink implements Link {
  readonly #events: LinkEvents;
  #link: Link | undefined = undefined;
  #gone = false;

  constructor(loading: Promise<Dial>, request: DialRequest, events: LinkEvents) {
    this.#events = events;
    loading.then((dial) => {
      if (!this.#gone) this.#link = dial(request, events);
    }).catch((error) => this.#refuse(reasonOf(error), error instanceof OptionError ? error : undefined));
  }

  send(data: string | Uint8Array): void {
    this.#link?.send(data);
  }

  close(code: number, reason: string): void {
    if (this.#link === undefined) this.#refuse("Closed before it was open");
    else this.#link.close(code, reason);
  }

  abort(): void {
    this.#gone = true;
    this.#link?.abort();
  }

  #refuse(reason: string, mistake?: OptionError): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#events.closed({ code: 0, reason, clean: false, cause: "refused", ...(mistake && { mistake }) });
  }
}
