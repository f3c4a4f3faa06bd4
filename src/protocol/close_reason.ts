import type { CloseCause, CloseInfo } from "./protocol.ts";
import { printable } from "./quote.ts";

const WORDS: Readonly<Record<CloseCause, string>> = {
  peer: "the server closed the connection",
  lost: "the connection was lost",
  corrupt: "what came could not be decoded",
  stalled: "the server stopped reading",
  dns: "the host's name has no address",
  unreachable: "no way leads to the host",
  refused: "nothing listens at that host and port",
  timeout: "nobody answered in time",
  permission: "the runtime does not let this program use the network there",
  plain: "the server does not speak TLS on this port",
  secure: "the server speaks nothing but TLS on this port",
  certificate_name: "the server's certificate is for another name",
  certificate_expired: "the server's certificate has expired",
  certificate_early: "the server's certificate is not valid yet",
  certificate_issuer: "the server's certificate was issued by nobody who is trusted",
  certificate_fingerprint: "the server's certificate is none of those trusted",
  certificate: "the server's certificate is not acceptable",
  tls: "the TLS handshake failed",
  proxy: "no way leads through the proxy",
  upgrade: "the server opened no WebSocket",
  unknown: "the connection failed",
};

/** Of these the words say all; what else a runtime says differs from one to the next. */
const SAID: ReadonlySet<CloseCause> = new Set([
  "dns",
  "unreachable",
  "refused",
  "permission",
  "plain",
  "secure",
  "certificate_name",
  "certificate_expired",
  "certificate_early",
  "certificate_issuer",
]);

/**
 * Says for people why a link is gone.
 *
 * @example
 * ```ts
 * import { closeReason } from "@parley/parley/protocol";
 *
 * closeReason({ code: 1006, reason: "ECONNREFUSED", clean: false, cause: "refused" });
 * // "nothing listens at that host and port"
 * closeReason({ code: 1001, reason: "Restarting", clean: true, cause: "peer" });
 * // "the server closed the connection (Restarting)"
 * ```
 */
export function closeReason({ cause, reason }: CloseInfo): string {
  return reason === "" || SAID.has(cause) ? WORDS[cause] : `${WORDS[cause]} (${printable(reason)})`;
}
