import { OptionError } from "../../protocol/errors.ts";
import { quote } from "../../protocol/data/quote.ts";
import { type Credentials, LONGEST_TEXT } from "./address.ts";
import { ipBytes } from "./ip.ts";
import type { Target, Tunnel, TunnelStep } from "./tunnel.ts";

const VERSION = 5;
const AUTHENTICATION_VERSION = 1;
const METHOD = { none: 0, password: 2, unacceptable: 0xff } as const;
const CONNECT = 1;
const ADDRESS = { ipv4: 1, name: 3, ipv6: 4 } as const;

/** What the replies mean: RFC 1928, 6. */
const REPLIES: readonly string[] = [
  "succeeded",
  "general failure",
  "connection not allowed by ruleset",
  "network unreachable",
  "host unreachable",
  "connection refused",
  "TTL expired",
  "command not supported",
  "address type not supported",
];

const encoder = new TextEncoder();

/**
 * Asks a SOCKS5 proxy for a way to a server, whose name it is left to resolve.
 *
 * @throws {OptionError} if the name is longer than SOCKS5 can carry.
 *
 * @see https://www.rfc-editor.org/rfc/rfc1928
 * @see https://www.rfc-editor.org/rfc/rfc1929
 */
export function socks5(target: Target, credentials: Credentials | undefined): Tunnel {
  const request = requestFor(target);
  const methods = credentials === undefined ? [METHOD.none] : [METHOD.none, METHOD.password];
  let state: "method" | "password" | "reply" = "method";
  const ask = (size: number): TunnelStep => {
    state = "reply";
    return { kind: "send", bytes: request, size };
  };
  return {
    hello: new Uint8Array([VERSION, methods.length, ...methods]),
    read(bytes) {
      const version = state === "password" ? AUTHENTICATION_VERSION : VERSION;
      if (bytes[0] !== undefined && bytes[0] !== version) return refused("does not speak SOCKS5");
      const [, second] = bytes;
      if (second === undefined) return undefined;
      switch (state) {
        case "method":
          if (second === METHOD.none) return ask(2);
          if (second === METHOD.password && credentials !== undefined) {
            state = "password";
            return { kind: "send", bytes: login(credentials), size: 2 };
          }
          return refused(
            credentials === undefined
              ? "wants a user name and a password"
              : "takes no user name and password",
            second,
          );
        case "password":
          // "If the server returns a STATUS value other than X'00', it MUST close the connection."
          return second === 0 ? ask(2) : refused("does not accept the user name and password", second);
        case "reply": {
          if (second !== 0) {
            return refused(`answered "${second} ${REPLIES[second] ?? "unassigned"}"`, second);
          }
          const size = replySize(bytes);
          if (size === undefined) return refused("does not speak SOCKS5");
          return size > 0 && bytes.length >= size ? { kind: "open", size } : undefined;
        }
      }
    },
  };
}

/** RFC 1929, 2. */
function login({ username, password }: Credentials): Uint8Array {
  const [name, word] = [encoder.encode(username), encoder.encode(password)];
  return new Uint8Array([AUTHENTICATION_VERSION, name.length, ...name, word.length, ...word]);
}

/** RFC 1928, 4. */
function requestFor({ hostname, port }: Target): Uint8Array {
  const ip = ipBytes(hostname);
  const name = encoder.encode(hostname);
  if (name.length > LONGEST_TEXT) {
    throw new OptionError(
      `Cannot reach ${quote(hostname)} by SOCKS5: its name has over ${LONGEST_TEXT} bytes`,
    );
  }
  const address = ip === undefined
    ? [ADDRESS.name, name.length, ...name]
    : [ip.length === 4 ? ADDRESS.ipv4 : ADDRESS.ipv6, ...ip];
  return new Uint8Array([VERSION, CONNECT, 0, ...address, port >> 8, port & 255]);
}

/** How long a reply is; 0 while that cannot be told, undefined if it is none. */
function replySize(bytes: Uint8Array): number | undefined {
  const [, , , type, length] = bytes;
  if (type === undefined) return 0;
  if (type === ADDRESS.ipv4) return 10;
  if (type === ADDRESS.ipv6) return 22;
  if (type !== ADDRESS.name) return undefined;
  return length === undefined ? 0 : 7 + length;
}

function refused(reason: string, status?: number): TunnelStep {
  return { kind: "refused", reason, ...(status !== undefined && { status }) };
}
