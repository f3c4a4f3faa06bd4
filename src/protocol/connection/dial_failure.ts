import type { CloseInfo } from "../protocol.ts";

/** Why something could not be reached, as far as an error of a runtime's tells. */
export type DialFailure = Pick<CloseInfo, "cause" | "reason">;

type Cause = CloseInfo["cause"];

/** By the `code` of an error: the system's own, OpenSSL's, undici's. */
const CODES: readonly (readonly [Cause, RegExp])[] = [
  ["dns", /^(ENOTFOUND|EAI_)/],
  ["refused", /^ECONNREFUSED$/],
  ["unreachable", /^(ENETUNREACH|EHOSTUNREACH|ENETDOWN|EHOSTDOWN|EADDRNOTAVAIL)$/],
  ["timeout", /^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/],
  ["permission", /^(ERR_ACCESS_DENIED|EACCES|EPERM)$/],
  ["plain", /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/],
  ["certificate_expired", /^CERT_HAS_EXPIRED$/],
  ["certificate_early", /^CERT_NOT_YET_VALID$/],
  ["certificate_name", /^(ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/],
  ["certificate_issuer", /^(UNABLE_TO_(GET_ISSUER|VERIFY_LEAF)|DEPTH_ZERO_SELF|SELF_SIGNED|CERT_UNTRUSTED)/],
  ["certificate", /^(CERT_|INVALID_CA|INVALID_PURPOSE)/],
  ["tls", /^(ERR_(SSL|TLS)|EPROTO)/],
];

/** By what it says, where there is no code: Deno's errors of names and of TLS, Bun's of TLS. */
const WORDS: readonly (readonly [Cause, RegExp])[] = [
  ["permission", /^Requires net access\b/],
  ["dns", /failed to lookup address|\bdns error\b/i],
  ["refused", /connection refused|tcp connect error/i],
  ["unreachable", /no route to host|(network|host) is unreachable/i],
  ["timeout", /connection timed out/i],
  ["plain", /wrong.version.number|InvalidContentType|does the server speak TLS/i],
  ["certificate_expired", /certificate (has )?expired|CertExpired/i],
  ["certificate_early", /certificate (is )?not (yet valid|valid yet)|NotValidYet/i],
  ["certificate_name", /certificate not valid for name|does not match certificate's altnames/i],
  [
    "certificate_issuer",
    /UnknownIssuer|BadSignature|CaUsedAsEndEntity|self.signed|issuer|unable to verify the first/i,
  ],
  ["certificate", /certificate/i],
  ["tls", /\btls\b|\bssl\b|\balert\b/i],
  ["upgrade", /status code|server response/i],
];

/**
 * What an error says that a runtime gave when something could not be reached, whichever runtime's it is.
 * `inTls`: the TCP connection was there. Never throws, and of the error's text nothing but one line is kept.
 */
export function dialFailure(error: unknown, inTls = false): DialFailure {
  const reason = reasonOf(error);
  const cause = firstCause(error) ?? (inTls ? "tls" : "unknown");
  if (cause === "tls" && ENDED.test(reason)) return { cause, reason: HUNG_UP };
  return { cause, reason: cause === "timeout" ? "" : reason };
}

/** What is said where a TLS handshake only ended. */
export const HUNG_UP = "The server hung up";
const ENDED = /EOF|end of file|disconnected|reset/i;

/** Down its chain of causes; the first where there are several side by side. */
function firstCause(error: unknown): Cause | undefined {
  let at = error;
  for (let depth = 0; at instanceof Error && depth < 4; depth++) {
    const cause = causeOf(at);
    if (cause !== undefined) return cause;
    at = at instanceof AggregateError ? at.errors[0] : at.cause;
  }
  return undefined;
}

function causeOf(error: Error): Cause | undefined {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  // OpenSSL files much under EPROTO, and what it says of it is more.
  const said = WORDS.find(([, words]) => words.test(error.message))?.[0];
  return CODES.find(([cause, codes]) => cause !== "tls" && codes.test(code))?.[0] ?? said ??
    CODES.find(([, codes]) => codes.test(code))?.[0];
}

/** What an error says, for people, in one line and without the paths of OpenSSL's sources. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") return reasonOf(error.errors[0]);
  const said = error instanceof Error ? error.message || error.name : String(error);
  return said.replace(/(?:[0-9A-F]+:)?error:[0-9A-Fa-f]+:[^:]*:[^:]*:([^:\n]+)(?::\S*)?/, "$1")
    .replace(/\s+/g, " ").trim();
}

/** Whether bytes are what a server that wants TLS answers to anything else: a TLS alert (RFC 8446, 6), and no more. */
export function isTlsAlert(bytes: Uint8Array): boolean {
  const [type, major, , high, low, level] = bytes;
  return bytes.length === 7 && type === 21 && major === 3 && high === 0 && low === 2 &&
    (level === 1 || level === 2);
}
