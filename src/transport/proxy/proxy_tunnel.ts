import { quote } from "../../protocol/data/quote.ts";
import { NotOpened } from "../_pending_link.ts";
import type { Proxy } from "./address.ts";
import { httpConnect } from "./http_connect.ts";
import { socks5 } from "./socks5.ts";
import type { Target, Tunnel } from "./tunnel.ts";

/** What is said where a proxy ends before it opens a way. */
export const ENDED = "closed the connection before it answered";

/**
 * What opens a way through this proxy.
 *
 * @throws {OptionError} if the proxy's protocol cannot carry the server's name.
 */
export function tunnelTo({ protocol, credentials }: Proxy, target: Target): Tunnel {
  return protocol === "socks5" ? socks5(target, credentials) : httpConnect(target, credentials);
}

/** What is said of bytes behind its answer where TLS is to be spoken: they must not pass for the server's. */
export const TOO_EARLY = "said something before the server was asked";

/** Tells of a proxy that opens no way; `what` it does, `status` is what it answers for programs. */
export function noWay({ hostname, port }: Proxy, what: string, status?: number): NotOpened {
  const shown = quote(`${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`);
  const info = { code: 0, reason: `The proxy at ${shown} ${what}`, clean: false, cause: "proxy" } as const;
  return new NotOpened(status === undefined ? info : { ...info, status });
}
