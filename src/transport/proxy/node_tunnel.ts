import type { Socket } from "node:net";
import { joinBytes } from "../../protocol/bytes.ts";
import { reasonOf } from "../../protocol/dial_failure.ts";
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

/**
 * Asks a proxy for a way to a server, by `node:net`.
 *
 * @throws {OptionError} if the proxy's protocol cannot carry the server's name.
 */
export function openTunnel(net: typeof import("node:net"), proxy: Proxy, target: Target): OpeningTunnel {
  const tunnel = tunnelTo(proxy, target);
  const socket = net.connect({ host: proxy.hostname, port: proxy.port });
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
    socket.off("connect", onConnect).off("data", onData).off("end", onEnd).off("close", onClose);
  };
  // Chat is small messages that must not wait for each other.
  socket.setNoDelay(true);
  socket.on("connect", onConnect).on("data", onData).on("end", onEnd).on("close", onClose);
  // Stays: an error that nobody listens to is a crash, and whoever speaks TLS over the socket hears of its own.
  socket.on("error", (error) => failure = error);
  return { socket, opened };
}
