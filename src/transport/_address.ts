import { OptionError } from "../protocol/errors.ts";
import { quote, shownUrl } from "../protocol/data/quote.ts";

/** Where a stream goes. */
export interface StreamAddress {
  readonly hostname: string;
  readonly port: number;
  readonly secure: boolean;
}

const PORTS: Readonly<Record<string, number>> = { "irc:": 6667, "ircs:": 6697, "ws:": 80, "wss:": 443 };

/** The stream that a WebSocket goes over, as a URL. */
export function streamOf(url: string): string {
  const { protocol, hostname, port } = parseUrl(url);
  return `${protocol === "wss:" ? "tls" : "tcp"}://${hostname}:${port === "" ? PORTS[protocol] : port}`;
}

/** Reads the URL of a stream; throws OptionError if it is none, or names no port where its scheme has none. */
export function streamAddress(url: string): StreamAddress {
  const { protocol, hostname, port } = parseUrl(url);
  if (!/^(ircs?|tcp|tls):$/.test(protocol)) throw unknownScheme(protocol);
  if (hostname === "") throw new OptionError(`Cannot dial ${quote(shownUrl(url))}: it names no host`);
  const at = Number(port || PORTS[protocol]);
  if (!(at > 0)) throw new OptionError(`Cannot dial ${quote(shownUrl(url))}: it names no port`);
  return {
    // URLs write IPv6 addresses in brackets, sockets take them without.
    hostname: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: at,
    secure: isSecure(protocol),
  };
}

/** True if the scheme names a stream over TLS. */
export function isSecure(scheme: string): boolean {
  return scheme === "ircs:" || scheme === "tls:";
}

/** Reads any URL; throws OptionError if it is none. */
export function parseUrl(url: string): URL {
  try {
    return new URL(url);
  } catch {
    // Its cause would show all of the URL.
    throw new OptionError(`Cannot dial ${quote(shownUrl(url))}: it is not a URL`);
  }
}

export function unknownScheme(scheme: string): OptionError {
  return new OptionError(
    `Cannot dial ${quote(scheme)}: use "wss:", "ws:", "tls:", "tcp:", "ircs:" or "irc:"`,
  );
}
