import { printable } from "../data/quote.ts";
import type { CloseInfo } from "../protocol.ts";
import { CAUSES } from "./_causes.ts";

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
  const { said, saysAll = false } = CAUSES[cause] ?? CAUSES.unknown;
  return reason === "" || saysAll ? said : `${said} (${printable(reason)})`;
}
