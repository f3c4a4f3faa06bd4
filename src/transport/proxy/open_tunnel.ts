import type { Socket } from "node:net";
import { joinBytes } from "../../protocol/bytes.ts";
import { quote } from "../../protocol/quote.ts";
import { NotOpened } from "../_pending_link.ts";
import { reasonOf } from "../../protocol/dial_failure.ts";
import type { Proxy } from "./address.ts";
import { httpConnect } from "./http_connect.ts";
import { socks5 } from "./socks5.ts";
import type { Target } from "./tunnel.ts";

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
  const { hostname: host, port, credentials } = proxy;
  const tunnel = proxy.protocol === "http" ? httpConnect(target, credentials) : socks5(target, credentials);
  const socket = net.connect({ host, port });
  const { promise: opened, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const fail = (what: string, status?: number): void => {
    stop();
    socket.destroy();
    const shown = quote(`${host.includes(":") ? `[${host}]` : host}:${port}`);
    const reason = `The proxy at ${shown} ${what}`;
    const info = { code: 0, reason, clean: false, cause: "proxy" } as const;
    reject(new NotOpened(status === undefined ? info : { ...info, status }));
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
        stop();
        return resolve(unread);
      }
      socket.write(step.bytes);
    }
  };
  const onEnd = (): void => fail("closed the connection before it answered");
  const onClose = (): void => {
    const why = failure === undefined ? "" : ` (${reasonOf(failure)})`;
    fail(connected ? `closed the connection before it answered${why}` : `cannot be reached${why}`);
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
