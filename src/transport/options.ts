import { OptionError } from "../protocol/errors.ts";
import { checkNamesAndKinds, type OptionKind } from "../protocol/option_checks.ts";
import { plainFingerprint } from "./streams/_trust.ts";
import { parseProxy } from "./proxy/address.ts";

/** What of a WebSocket the transport uses: the web's own fits, and so do those of npm's `ws` and `undici`. */
export interface WebSocketLike {
  /** What binary messages arrive as; set to `arraybuffer`. */
  binaryType: string;
  /** The bytes handed to `send` that have not gone out yet. */
  readonly bufferedAmount: number;
  /** The subprotocol agreed on, or an empty string. */
  readonly protocol: string;
  /** Called once it is open. */
  onopen: unknown;
  /** Called with each message. */
  onmessage: unknown;
  /** Called with what went wrong, before it closes. */
  onerror: unknown;
  /** Called once it is closed. */
  onclose: unknown;
  /** Sends a message. */
  send(data: string | Uint8Array<ArrayBuffer>): void;
  /** Starts the closing handshake. */
  close(code?: number, reason?: string): void;
  /** Drops the connection, where the implementation can: Bun's and that of `ws` do. */
  readonly terminate?: () => void;
}

/** A constructor of WebSockets, called as the web's own is. */
export type WebSocketConstructor = new (url: string, protocols?: string[]) => WebSocketLike;

/** How to speak TLS. Certificates and keys are PEM text. */
export interface TlsOptions {
  /** Certificates to trust besides those that the runtime trusts. @default {[]} */
  readonly caCerts?: readonly string[];
  /** The certificate (chain) to show when the server asks who we are; needs `key`. */
  readonly cert?: string;
  /** The private key of `cert`. */
  readonly key?: string;
  /** The name to ask the server for and to verify. @default {the host of the URL} */
  readonly hostname?: string;
  /**
   * The SHA-256 fingerprints of the certificates to trust, as 64 hexadecimal digits with or without colons. If
   * there are any, a server is trusted by its fingerprint alone, whoever issued its certificate, for whatever
   * name and time. @default {[]}
   */
  readonly fingerprints?: readonly string[];
}

/** How to dial. */
export interface DialOptions {
  /** For `ircs:`, and for `wss:` on Deno, Bun and Node; elsewhere pass a `WebSocket` that heeds what it must. */
  readonly tls?: TlsOptions;
  /**
   * Header fields to send when opening a WebSocket, on Deno, Bun and Node; browsers and edge workers do not
   * allow it. Not together with `WebSocket`.
   */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * The constructor to open `wss:` and `ws:` with, such as `globalThis.WebSocket` where that knows a proxy. It
   * does not heed `tls`.
   *
   * @default {parley's own on Deno, Bun and Node, elsewhere globalThis.WebSocket}
   */
  readonly WebSocket?: WebSocketConstructor;
  /**
   * The URL of the proxy to go by: `http://user:password@host:port` (CONNECT, with Basic authentication; port 80 if it
   * names none), `https://…` (the same within TLS, for which `tls.caCerts` count, too; port 443), or `socks5://…` (port
   * 1080), as Tor is. Names are the proxy's to resolve, and TLS is spoken with the server behind it. False: none, whatever the environment says. On Deno, Bun and Node, and not together with
   * `WebSocket`.
   *
   * @default {for WebSockets what `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say, where the runtime heeds them: on Deno
   * (if the program may read them) and Bun, and on Node with `NODE_USE_ENV_PROXY=1`; for IRC none}
   */
  readonly proxy?: string | false;
  /**
   * How many bytes may wait to go out. Whoever sends while more than that are waiting has a peer that does
   * not read: the link is dropped as `stalled`. One message may be larger. @default {1_048_576}
   */
  readonly maxBuffered?: number;
}

/** What waits for a peer that reads at all: far above what any chat client may send in a minute. */
export const DEFAULT_MAX_BUFFERED = 1_048_576;

/** Unless who dials says otherwise: twice what the largest messages of the protocols spoken here take. */
export const DEFAULT_MAX_MESSAGE = 67_108_864;

/** Returns how many bytes may wait; throws where there is no such number. */
export function checkMaxBuffered(maxBuffered: number = DEFAULT_MAX_BUFFERED): number {
  if (maxBuffered > 0) return maxBuffered;
  throw new OptionError(`Cannot buffer "${maxBuffered}" bytes: maxBuffered must be positive`);
}

/** What runtimes take for PEM text; some pass over what is none without a word. */
const CERTIFICATE = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/;
const PRIVATE_KEY = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/;

/** Checks that certificates and a key are PEM text; never shows them. */
function checkPem({ caCerts = [], cert, key }: TlsOptions): void {
  const check = (name: string, text: string, form: RegExp, what: string) => {
    if (!form.test(text)) {
      throw new OptionError(`Cannot use ${name}: it holds no ${what}; give its PEM text, not its path`);
    }
  };
  for (const text of caCerts) check("tls.caCerts", text, CERTIFICATE, "certificate");
  if (cert !== undefined) check("tls.cert", cert, CERTIFICATE, "certificate");
  if (key !== undefined) check("tls.key", key, PRIVATE_KEY, "private key");
}

/** What each option may be. */
const optionKinds: Readonly<Record<keyof DialOptions, readonly OptionKind[]>> = {
  tls: ["object", "undefined"],
  headers: ["object", "undefined"],
  WebSocket: ["function", "undefined"],
  proxy: ["string", "boolean", "undefined"],
  maxBuffered: ["number", "undefined"],
};

/** And each of `tls`. */
const tlsKinds: Readonly<Record<keyof TlsOptions, readonly OptionKind[]>> = {
  caCerts: ["array", "undefined"],
  fingerprints: ["array", "undefined"],
  cert: ["string", "undefined"],
  key: ["string", "undefined"],
  hostname: ["string", "undefined"],
};

/** Throws where options are misspelt, of another kind, out of range or in conflict. */
export function checkDialOptions(options: DialOptions): void {
  checkNamesAndKinds("dial", options, optionKinds);
  const { tls, headers, WebSocket, proxy, maxBuffered } = options;
  if (tls !== undefined) checkNamesAndKinds("speak TLS", tls, tlsKinds);
  checkMaxBuffered(maxBuffered);
  if ((tls?.cert === undefined) !== (tls?.key === undefined)) {
    throw new OptionError("Cannot show a certificate: tls.cert and tls.key must be given together");
  }
  if (tls !== undefined) checkPem(tls);
  for (const fingerprint of tls?.fingerprints ?? []) {
    if (/^[0-9a-f]{64}$/.test(plainFingerprint(fingerprint))) continue;
    throw new OptionError(
      `Cannot trust the fingerprint "${fingerprint}": need the 64 hexadecimal digits of a SHA-256 hash`,
    );
  }
  if (WebSocket !== undefined && headers !== undefined) {
    throw new OptionError("Cannot give headers to another WebSocket: let its constructor add them");
  }
  if (typeof proxy !== "string") return;
  parseProxy(proxy, "proxy");
  if (WebSocket !== undefined) {
    throw new OptionError("Cannot give a proxy to another WebSocket: let its constructor know it");
  }
}
