import { OptionError } from "../../protocol/errors.ts";
import { isTlsAlert } from "../../protocol/connection/dial_failure.ts";
import type { DialRequest } from "../../protocol/link.ts";
import { quote } from "../../protocol/data/quote.ts";
import { beginsHttp, headLines, headSize, MAX_HEAD, readStatus } from "../_http_head.ts";

/** What a client asks for, and how it knows the answer. */
export interface Upgrade {
  /** What was dialled. */
  readonly url: string;
  /** The text of the request. */
  readonly request: string;
  /** What `Sec-WebSocket-Accept` must be. */
  readonly accept: string;
  /** The subprotocols offered. */
  readonly protocols: readonly string[];
}

/** The randomness and the digest that an upgrade takes. */
export interface Crypto {
  /** So many random bytes in Base64. */
  readonly random: (size: number) => string;
  /** The SHA-1 of a text in Base64. */
  readonly sha1: (text: string) => string;
}

/** What a head came to: open, or not, and why; and how many bytes it took. */
export type UpgradeAnswer =
  | { readonly kind: "open"; readonly protocol: string; readonly size: number }
  | { readonly kind: "refused"; readonly cause: "upgrade" | "secure"; readonly reason: string };

const NO_HTTP = "The server does not speak HTTP";
const MAX_INTERIM = 16;
// "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", RFC 6455, 1.3.
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Header fields that say what the connection is: ours alone. */
const OURS = /^(connection|upgrade|content-length|transfer-encoding|sec-websocket-.*)$/i;

/**
 * Writes the request by which a connection becomes a WebSocket.
 *
 * @throws {OptionError} if a subprotocol or a header field cannot be sent.
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-4.1
 */
export function askForUpgrade(
  { url, protocols = [] }: DialRequest,
  headers: Readonly<Record<string, string>>,
  crypto: Crypto,
): Upgrade {
  const { host, pathname, search } = new URL(url);
  const offered = new Set(protocols);
  for (const protocol of protocols) {
    if (!TOKEN.test(protocol) || offered.size < protocols.length) {
      throw new OptionError(
        `Cannot offer the subprotocol ${quote(protocol)}: it must be a token, and given once`,
      );
    }
  }
  const key = crypto.random(16);
  const fields: [name: string, value: string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (!TOKEN.test(name) || OURS.test(name) || /[^\t\x20-\x7e\x80-\xff]/.test(value)) {
      throw new OptionError(
        `Cannot send the header ${quote(name)}: choose another name, and a value of one line`,
      );
    }
    fields.push([name, value]);
  }
  if (!fields.some(([name]) => name.toLowerCase() === "host")) fields.unshift(["Host", host]);
  fields.push(
    ["Upgrade", "websocket"],
    ["Connection", "Upgrade"],
    ["Sec-WebSocket-Version", "13"],
    ["Sec-WebSocket-Key", key],
  );
  if (protocols.length > 0) fields.push(["Sec-WebSocket-Protocol", protocols.join(", ")]);
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`);
  return {
    url,
    request: `GET ${pathname}${search} HTTP/1.1\r\n${lines.join("")}\r\n`,
    accept: crypto.sha1(key + GUID),
    protocols,
  };
}

/** Reads the server's answer, behind any interim ones; undefined while its head is not whole. Never throws. */
export function readUpgrade(bytes: Uint8Array, upgrade: Upgrade): UpgradeAnswer | undefined {
  if (isTlsAlert(bytes)) return { kind: "refused", cause: "secure", reason: "The server answered by TLS" };
  let size = 0;
  for (let interim = 0; interim <= MAX_INTERIM; interim++) {
    const more = headSize(bytes.subarray(size));
    if (size + more > MAX_HEAD || (more === 0 && bytes.length > MAX_HEAD)) {
      return refused(`The head of the server's answer is longer than ${MAX_HEAD} bytes`);
    }
    if (more === 0) {
      // Who waits for the rest of what is no HTTP may wait for ever.
      return beginsHttp(bytes.subarray(size)) ? undefined : refused(NO_HTTP);
    }
    const [line, ...lines] = headLines(bytes.subarray(size, size + more));
    const status = readStatus(line);
    if (status === undefined) return refused(NO_HTTP);
    const { code, phrase } = status;
    if (!code.startsWith("1")) {
      return refused(`The server answered the WebSocket handshake with "${code} ${phrase}"`);
    }
    const fields = readFields(lines);
    if (fields === undefined) return refused("The server's answer is not HTTP");
    size += more;
    // "A client MUST be able to parse one or more 1xx responses received prior to a final response": RFC 9110, 15.2.
    if (code === "101") return judge(fields, size, upgrade);
  }
  return refused(`The server sent more than ${MAX_INTERIM} interim answers`);
}

/** The fields by their names in lower case; of one that comes twice, both values. Undefined if they are none. */
function readFields(lines: readonly string[]): ReadonlyMap<string, string> | undefined {
  const fields = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
    // "Field values containing CR, LF, or NUL characters are invalid and dangerous": RFC 9110, 5.5.
    if (!TOKEN.test(name) || /[\0\r\n]/.test(line)) return undefined;
    const value = line.slice(colon + 1).trim();
    const before = fields.get(name);
    fields.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return fields;
}

/** Whether a 101 with these fields is the answer to what was asked. */
function judge(
  fields: ReadonlyMap<string, string>,
  size: number,
  { accept, protocols }: Upgrade,
): UpgradeAnswer {
  const says = (name: string, token: string) =>
    (fields.get(name) ?? "").toLowerCase().split(",").some((part) => part.trim() === token);
  const protocol = fields.get("sec-websocket-protocol") ?? "";
  if (!says("upgrade", "websocket") || !says("connection", "upgrade")) {
    return refused("The server did not upgrade to WebSocket");
  }
  if (fields.get("sec-websocket-accept") !== accept) {
    return refused("The server answered another handshake than ours");
  }
  if (fields.has("sec-websocket-extensions")) {
    return refused("The server uses an extension that was not offered");
  }
  if (protocol !== "" && !protocols.includes(protocol)) {
    return refused("The server chose a subprotocol that was not offered");
  }
  return { kind: "open", protocol, size };
}

function refused(reason: string): UpgradeAnswer {
  return { kind: "refused", cause: "upgrade", reason };
}
