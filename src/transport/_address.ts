import { OptionError } from "../protocol/errors.ts";

/** Where a stream goes. */
export interface StreamAddress {
  readonly hostname: string;
  readonly port: number;
  readonly secure: boolean;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { "irc:": 6667, "ircs:": 6697 };

/** Reads an `irc:` or `ircs:` URL; throws OptionError if it is none. */
export function streamAddress(url: string): StreamAddress {
  const { protocol, hostname, port } = parseUrl(url);
  const defaultPort = DEFAULT_PORTS[protocol];
  if (defaultPort === undefined) throw unknownScheme(protocol);
  if (hostname === "") throw new OptionError(`Cannot dial "${url}": it names no host`);
  return {
    // URLs write IPv6 addresses in brackets, sockets take them without.
    hostname: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port === "" ? defaultPort : Number(port),
    secure: protocol === "ircs:",
  };
}

/** Reads any URL; throws OptionError if it is none. */
export function parseUrl(url: string): URL {
  try {
    return new URL(url);
  } catch (cause) {
    throw new OptionError(`Cannot dial "${url}": it is not a URL`, { cause });
  }
}

export function unknownScheme(scheme: string): OptionError {
  return new OptionError(`Cannot dial "${scheme}": use "wss:", "ws:", "ircs:" or "irc:"`);
}
