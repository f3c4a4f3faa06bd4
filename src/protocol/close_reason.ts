import type { CloseInfo } from "./protocol.ts";
import { printable } from "./quote.ts";

/**
 * Says for people why a link is gone.
 *
 * @example
 * ```ts
 * import { closeReason } from "@parley/parley/protocol";
 *
 * closeReason({ code: 1006, reason: "ECONNREFUSED", clean: false, cause: "refused" });
 * // "the connection was refused (ECONNREFUSED)"
 * ```
 */
export function closeReason(info: CloseInfo): string {
  const what = {
    peer: "the server closed the connection",
    lost: "the connection was lost",
    refused: "the connection was refused",
    tls: "the TLS handshake failed",
    corrupt: "what came could not be decoded",
    stalled: "the server stopped reading",
    unknown: "the connection ended",
  }[info.cause];
  return info.reason === "" ? what : `${what} (${printable(info.reason)})`;
}
