import { joinBytes } from "../../protocol/data/bytes.ts";
import { reasonOf } from "../../protocol/connection/dial_failure.ts";
import type { DenoConn } from "../_runtime.ts";
import type { Proxy } from "./address.ts";
import { ENDED, noWay, TOO_EARLY, tunnelTo } from "./proxy_tunnel.ts";
import type { Target } from "./tunnel.ts";

/**
 * Asks a proxy for a way to a server, over a connection of Deno's; resolves, once it leads there, to what has come from
 * there.
 *
 * @throws {OptionError} if the proxy's protocol cannot carry the server's name.
 * @throws {NotOpened} if there is no way.
 */
export async function openTunnelOver(conn: DenoConn, proxy: Proxy, target: Target): Promise<Uint8Array> {
  const tunnel = tunnelTo(proxy, target);
  const buffer = new Uint8Array(1_024);
  let unread: Uint8Array = new Uint8Array();
  await tell(conn, proxy, tunnel.hello);
  for (;;) {
    for (let step = tunnel.read(unread); step !== undefined; step = tunnel.read(unread)) {
      if (step.kind === "refused") throw noWay(proxy, step.reason, step.status);
      unread = unread.slice(step.size);
      if (step.kind === "open") {
        if (target.secure && unread.length > 0) throw noWay(proxy, TOO_EARLY);
        return unread;
      }
      await tell(conn, proxy, step.bytes);
    }
    const count = await heard(conn.read(buffer), proxy);
    if (count === null) throw noWay(proxy, ENDED);
    unread = joinBytes([unread, buffer.slice(0, count)]);
  }
}

async function tell(conn: DenoConn, proxy: Proxy, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await heard(conn.write(bytes.subarray(at)), proxy);
}

async function heard<T>(outcome: Promise<T>, proxy: Proxy): Promise<T> {
  try {
    return await outcome;
  } catch (error) {
    throw noWay(proxy, `${ENDED} (${reasonOf(error)})`);
  }
}
