import { ConnectionError } from "./errors.ts";
import type { CloseCause, CloseInfo } from "./protocol.ts";
import { quote, shownUrl } from "./quote.ts";

/** Why a link is gone, or did not come to a session, in one word for programs; a closed set. */
export type LossCause =
  | CloseCause
  /** The server did not let us in, for now. */
  | "login"
  /** The server asked for another link. */
  | "reconnect"
  /** What only the outside has could not be had: a permit, a token, what is known of the server. */
  | "ask";

/** An attempt to connect, or what it led to, has failed. */
export interface ConnectFailure {
  /** What was dialled. */
  readonly url: string;
  /** Why, for programs. */
  readonly cause: LossCause;
  /** Why, for people: a clause. */
  readonly reason: string;
  /** How the link ended, if it ended by itself, or the error it comes of. */
  readonly info?: CloseInfo | Error | undefined;
  /** True if the link had opened, and to none but the server: until it is dialled again, the time for a first session does not run. */
  readonly reached?: boolean;
}

const PORTS: Readonly<Record<string, number>> = {
  "irc:": 6667,
  "ircs:": 6697,
  "ws:": 80,
  "http:": 80,
  "wss:": 443,
  "https:": 443,
};
/** Each scheme's twin with TLS, or without. */
const TWINS: Readonly<Record<string, string>> = {
  "irc:": "ircs:",
  "ircs:": "irc:",
  "ws:": "wss:",
  "wss:": "ws:",
  "tcp:": "tls:",
  "tls:": "tcp:",
  "http:": "https:",
  "https:": "http:",
};
const PLAIN = /^(irc|ws|tcp|http):$/;

/** What to do about it. */
function adviceOn(cause: LossCause, url: string): string | undefined {
  const { protocol, host, port } = URL.canParse(url) ? new URL(url) : { protocol: "", host: "", port: "" };
  const twin = quote(TWINS[protocol] ?? "");
  switch (cause) {
    case "dns":
      return "check the host, and that this machine is online";
    case "unreachable":
      return "check that this machine is online";
    case "refused":
      return "check host and port, and that the server runs";
    case "timeout":
      return "check host and port, and that no firewall is in between";
    case "permission":
      return `allow it, on Deno by --allow-net=${port === "" ? `${host}:${PORTS[protocol] ?? ""}` : host}`;
    case "plain":
      return `dial its port for TLS, or ${twin} in place of ${quote(protocol)}`;
    case "secure":
      return `dial ${twin} in place of ${quote(protocol)}`;
    case "certificate_name":
      return "check the host, or give the name it has by tls.hostname";
    case "certificate_expired":
      return "have it renewed, and check this machine's clock";
    case "certificate_early":
      return "check this machine's clock";
    case "certificate_issuer":
      return "if this is the server you mean, trust it by tls.caCerts or tls.fingerprints";
    case "certificate_fingerprint":
      return "if this is the server you mean, add that to tls.fingerprints";
    case "tls":
      return "check that the port is one for TLS";
    case "proxy":
      return "check the proxy's host and port, user and password";
    case "upgrade":
      return "check the URL, its path included";
    case "peer":
    case "lost":
      return PLAIN.test(protocol)
        ? `check host and port, and dial ${twin} if the port is one for TLS`
        : "check host and port";
    case "unknown":
    case "corrupt":
      return "check host and port";
    default:
      return undefined;
  }
}

/** What a first connect that comes to nothing for such a cause will come to again. */
const HOPELESS: ReadonlyMap<LossCause, "not_permitted" | "untrusted"> = new Map([
  ["permission", "not_permitted"],
  ["certificate_name", "untrusted"],
  ["certificate_expired", "untrusted"],
  ["certificate_early", "untrusted"],
  ["certificate_issuer", "untrusted"],
  ["certificate_fingerprint", "untrusted"],
  ["certificate", "untrusted"],
]);

/** Whether to try again unchanged is useless: what is set up does not fit. */
export function isHopeless(cause: LossCause): boolean {
  return HOPELESS.has(cause);
}

/** The error of a client that gives up connecting: where, why, and what to do. `how` much was tried: `in 3 attempts`. */
export function connectError({ url, cause, reason, info }: ConnectFailure, how = ""): ConnectionError {
  const advice = adviceOn(cause, url);
  const text = `Cannot connect to ${quote(shownUrl(url), 200)}${how === "" ? "" : ` ${how}`}: ${reason}`;
  const code = how === "" ? HOPELESS.get(cause) ?? "unreachable" : "unreachable";
  return new ConnectionError(code, advice === undefined ? text : `${text}; ${advice}`, {
    ...(info !== undefined && { cause: info }),
  });
}
