import type { Socket } from "node:net";
import type { SecureContext } from "node:tls";
import { joinBytes } from "../../protocol/data/bytes.ts";
import { reasonOf } from "../../protocol/connection/dial_failure.ts";
import type { Proxy } from "./address.ts";
import { ENDED, noWay, TOO_EARLY, tunnelTo } from "./proxy_tunnel.ts";
import type { Target } from "./tunnel.ts";
import { withResolvers } from "../../with_resolvers.ts";

/** A way through a proxy that is being opened. */
export interface OpeningTunnel {
  readonly socket: Socket;
  /**
   * Resolves, once the socket leads to the server, to what has come from there; rejects with a {@linkcode NotOpened}
   * if it never will.
   */
  readonly opened: Promise<Uint8Array>;
}

/** What connects to a proxy. */
export interface Connecting {
  readonly net: typeof import("node:net");
  readonly tls: typeof import("node:tls");
  /** Whom to trust as a proxy that is spoken to by TLS. */
  readonly trust: () => SecureContext;
}

/**
 * Asks a proxy for a way to a server, by `node:net`, or by `node:tls` if the proxy is of `https:`.
 *
 * @throws {OptionError} if the proxy's protocol cannot carry the server's name.
 */
export function openTunnel(by: Connecting, proxy: Proxy, target: Target): OpeningTunnel {
  const tunnel = tunnelTo(proxy, target);
  const secure = proxy.protocol === "https";
  const connectedOn = secure ? "secureConnect" : "connect";
  const socket = secure
    ? connectSecurely(by, proxy)
    : by.net.connect({ host: proxy.hostname, port: proxy.port });
  const { promise: opened, resolve, reject } = withResolvers<Uint8Array>();
  const fail = (what: string, status?: number): void => {
    stop();
    socket.destroy();
    reject(noWay(proxy, what, status));
  };
  let failure: unknown;
  let connected = false;
  let unread: Uint8Array = new Uint8Array();
  const onConnect = (): void => {
    connected = true;
    socket.write(tunnel.hello);
  };
  const onData = (data: Uint8Array): void => {
    unread = joinBytes([unread, data]);
    for (let step = tunnel.read(unread); step !== undefined; step = tunnel.read(unread)) {
      if (step.kind === "refused") return fail(step.reason, step.status);
      unread = unread.slice(step.size);
      if (step.kind === "open") {
        if (target.secure && unread.length > 0) return fail(TOO_EARLY);
        stop();
        return resolve(unread);
      }
      socket.write(step.bytes);
    }
  };
  const onEnd = (): void => fail(ENDED);
  const onClose = (): void => {
    const why = failure === undefined ? "" : ` (${reasonOf(failure)})`;
    fail(connected ? `${ENDED}${why}` : `cannot be reached${why}`);
  };
  const stop = (): void => {
    socket.off(connectedOn, onConnect).off("data", onData).off("end", onEnd).off("close", onClose);
  };
  // Chat is small messages that must not wait for each other.
  socket.setNoDelay(true);
  socket.on(connectedOn, onConnect).on("data", onData).on("end", onEnd).on("close", onClose);
  // Stays: an error that nobody listens to is a crash, and whoever speaks TLS over the socket hears of its own.
  socket.on("error", (error) => failure = error);
  return { socket, opened };
}

function connectSecurely({ net, tls, trust }: Connecting, { hostname: host, port }: Proxy): Socket {
  return tls.connect({
    host,
    port,
    secureContext: trust(),
    ...(net.isIP(host) === 0 && { servername: host }),
  });
}
