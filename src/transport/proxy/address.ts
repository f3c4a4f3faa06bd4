import { OptionError } from "../../protocol/errors.ts";
import { quote, shownUrl } from "../../protocol/data/quote.ts";
import type { StreamAddress } from "../_address.ts";

/** A proxy, and who we are to it. */
export interface Proxy {
  /** CONNECT of HTTP (RFC 9110, 9.3.6), also within TLS, or SOCKS5 (RFC 1928). */
  readonly protocol: "http" | "https" | "socks5";
  readonly hostname: string;
  readonly port: number;
  readonly credentials: Credentials | undefined;
}

/** Tells the proxy by which to go to an address; undefined: none. */
export type ProxyFor = (address: StreamAddress) => Proxy | undefined;

/** A user's name and password. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** The longest user name, password and name of a host that SOCKS5 can carry, in bytes. */
export const LONGEST_TEXT = 255;

/** By the scheme of the URL; both of SOCKS5's leave names to the proxy. */
const PROTOCOLS: Readonly<Record<string, Proxy["protocol"]>> = {
  "http:": "http",
  "https:": "https",
  "socks5:": "socks5",
  "socks5h:": "socks5",
};
/** Where a proxy is whose URL does not say. */
const PORTS = { http: 80, https: 443, socks5: 1080 } as const;

const encoder = new TextEncoder();

/**
 * Reads the URL of a proxy.
 *
 * @throws {OptionError} if it is none; the error does not tell the password, and begins with what cannot be done.
 */
export function parseProxy(url: string, name: string): Proxy {
  const cannot = (why: string) =>
    new OptionError(`Cannot use the proxy ${quote(shownUrl(url))} of ${name}: ${why}`);
  // "host:port" alone, as other programs take it in the environment.
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `http://${url}`;
  if (!URL.canParse(full)) throw cannot("it is no URL");
  const { protocol: scheme, hostname, port, username, password } = new URL(full);
  const protocol = PROTOCOLS[scheme];
  if (protocol === undefined) throw cannot('use "http:", "https:" or "socks5:"');
  if (hostname === "") throw cannot("it names no host");
  const socks = protocol === "socks5";
  const credentials = username === "" && password === "" ? undefined : {
    username: decoded(username) ?? fail(cannot("its user name has a % that encodes nothing")),
    password: decoded(password) ?? fail(cannot("its password has a % that encodes nothing")),
  };
  if (credentials !== undefined && socks) {
    for (const text of Object.values(credentials)) {
      if (encoder.encode(text).length > LONGEST_TEXT) {
        throw cannot(`SOCKS5 takes a user name and a password of at most ${LONGEST_TEXT} bytes each`);
      }
    }
  }
  // "A user-id containing a colon character is invalid": RFC 7617, 2.
  if (credentials?.username.includes(":") && !socks) throw cannot("its user name has a colon");
  return {
    protocol,
    hostname: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: Number(port || PORTS[protocol]),
    credentials,
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function fail(error: Error): never {
  throw error;
}
