import { beginsHttp, headLines, headSize, MAX_HEAD, readStatus } from "../_http_head.ts";
import type { Credentials } from "./address.ts";
import type { Target, Tunnel, TunnelStep } from "./tunnel.ts";

const encoder = new TextEncoder();

/**
 * Asks an HTTP proxy for a way to a server.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6
 */
export function httpConnect({ hostname, port }: Target, credentials: Credentials | undefined): Tunnel {
  const target = `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
  const authorization = credentials && `Proxy-Authorization: Basic ${basic(credentials)}\r\n`;
  return {
    hello: encoder.encode(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${authorization ?? ""}\r\n`),
    read: readAnswer,
  };
}

/** "user-id:password", in UTF-8, by Base64: RFC 7617. */
function basic({ username, password }: Credentials): string {
  return btoa(String.fromCharCode(...encoder.encode(`${username}:${password}`)));
}

function readAnswer(bytes: Uint8Array): TunnelStep | undefined {
  for (let size = 0;;) {
    const more = headSize(bytes.subarray(size));
    if (size + more > MAX_HEAD || (more === 0 && bytes.length > MAX_HEAD)) {
      return { kind: "refused", reason: `answered with a head of more than ${MAX_HEAD} bytes` };
    }
    // Who waits for the rest of what is no HTTP may wait for ever.
    if (more === 0) return beginsHttp(bytes.subarray(size)) ? undefined : NO_HTTP;
    const status = readStatus(headLines(bytes.subarray(size, size + more))[0]);
    if (status === undefined) return NO_HTTP;
    size += more;
    // "Any 2xx (Successful) response indicates that the sender will switch to tunnel mode."
    if (status.code.startsWith("2")) return { kind: "open", size };
    if (!status.code.startsWith("1")) {
      const reason = `answered "${`${status.code} ${status.phrase}`.trim()}"`;
      return { kind: "refused", reason, status: Number(status.code) };
    }
  }
}

const NO_HTTP: TunnelStep = { kind: "refused", reason: "does not speak HTTP" };
