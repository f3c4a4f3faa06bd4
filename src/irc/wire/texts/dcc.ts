import type { Ctcp } from "./ctcp.ts";

/**
 * What somebody offers by DCC: a link from client to client. It is told, and never acted on: whoever takes it up shows
 * where they are, and connects to wherever a stranger says.
 */
export interface DccOffer {
  /** What is offered, in upper case: `SEND` a file, `CHAT`, …; or `RESUME` and `ACCEPT`, about a file that was begun. */
  readonly type: string;
  /** The file's name, or what kind of chat: as the sender says, and no path to be trusted. */
  readonly argument: string;
  /** The address to connect to; undefined of RESUME and ACCEPT, which are about a port. */
  readonly host: string | undefined;
  /** The port; 0: we are to listen, and say where. */
  readonly port: number;
  /** The size of the file in bytes, or of RESUME and ACCEPT where to begin; undefined: not told. */
  readonly size: number | undefined;
  /** What an offer with port 0 is known by. */
  readonly token: string | undefined;
}

/**
 * Takes an offer out of a CTCP message; undefined if it is none, or has no port.
 * ([The Client-To-Client Protocol, DCC](https://www.irchelp.org/protocol/ctcpspec.html))
 *
 * @example
 * ```ts
 * import { parseCtcp, parseDcc } from "@parley/parley/irc";
 *
 * parseDcc(parseCtcp('\x01DCC SEND "a b.txt" 3221225985 5000 1024\x01'));
 * // { type: "SEND", argument: "a b.txt", host: "192.0.2.1", port: 5000, size: 1024, token: undefined }
 * ```
 */
export function parseDcc(ctcp: Ctcp | undefined): DccOffer | undefined {
  if (ctcp?.command !== "DCC") return undefined;
  const [, type = "", quoted, bare = "", rest = ""] =
    /^([A-Za-z]+) +(?:"([^"]*)"|([^ "]+))(?: +(.*))?$/.exec(ctcp.params) ?? [];
  const name = type.toUpperCase();
  const words = rest.split(" ").filter((word) => word !== "");
  const host = name === "RESUME" || name === "ACCEPT" ? undefined : words.shift();
  const [port, size, token] = words;
  if (port === undefined || !/^[0-9]{1,5}$/.test(port) || Number(port) > 65_535) return undefined;
  return {
    type: name,
    argument: quoted ?? bare,
    host: host === undefined ? undefined : addressOf(host),
    port: Number(port),
    size: size !== undefined && /^[0-9]{1,15}$/.test(size) ? Number(size) : undefined,
    token,
  };
}

/** An IPv4 address is written as the number that it is; an IPv6 address as such. */
function addressOf(host: string): string {
  const number = /^[0-9]{1,10}$/.test(host) ? Number(host) : NaN;
  if (!(number < 2 ** 32)) return host;
  return [24, 16, 8, 0].map((bits) => Math.floor(number / 2 ** bits) % 256).join(".");
}
