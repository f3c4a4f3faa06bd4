import { OptionError } from "../../../protocol/errors.ts";
import type { CloseCause, CloseInfo, Instant } from "../../../protocol/protocol.ts";
import type { StsPromise, StsSaveAsk } from "../registration/sts.ts";
import { checkServerUrl } from "../../wire/support/server_url.ts";

/** Where a server is, and how it is dialled. */
export interface Dialled {
  readonly url: string;
  readonly protocols?: readonly string[];
}

interface Server {
  readonly url: string;
  /** In lower case: `ircs:`, `irc:`, `wss:` or `ws:`. */
  readonly scheme: string;
  /** As a policy is kept for it. */
  readonly host: string;
}

/** "in order of preference": text is what we have, and what servers make of other bytes is as good as ours. */
const SUBPROTOCOLS: readonly string[] = ["text.ircv3.net", "binary.ircv3.net"];

/** Failures that may be those of a server which refuses to be asked for a subprotocol. */
const UNCLEAR: ReadonlySet<CloseCause> = new Set(["refused", "upgrade", "unknown"]);

/** What is known to be asked of TLS by a host. */
export interface KnownPolicy {
  readonly port: number;
  /** Until when it holds. */
  readonly until: Instant;
}

/** What a promise that is made now makes known. */
export function knownOf(promise: StsPromise | undefined, now: Instant): KnownPolicy | undefined {
  return promise && { port: promise.port, until: now + promise.duration * 1_000 };
}

/** Which server to dial next, and how: by TLS where it has said so, with a subprotocol where it has one. */
export class Route {
  readonly #servers: readonly Server[];
  #at = 0;
  #dialled: Dialled = { url: "" };
  /** For how many seconds, as it said on this link, the server is to be reached by TLS only. */
  #duration: number | undefined;
  /** Hosts to be reached by TLS only, as STS has told on a link of ours, and on which port. */
  readonly #upgraded = new Map<string, number>();
  /** Servers that open no WebSocket if they are asked for a subprotocol. */
  readonly #bare = new Set<string>();
  /** Servers that will not have us back. */
  readonly #banned = new Set<string>();

  /**
   * Takes the servers, to be tried in turn.
   *
   * @throws {OptionError} if there is none, or one is not an URL we can dial.
   */
  constructor(urls: string | readonly string[]) {
    this.#servers = (typeof urls === "string" ? [urls] : urls).map(serverOf);
    if (this.#servers.length === 0) throw new OptionError("Cannot dial: there is no URL");
  }

  /** How many servers there are. */
  get servers(): number {
    return this.#servers.length;
  }

  /** The host of the present server. */
  get host(): string {
    return this.#server.host;
  }

  /** Whether the present server would be dialled without TLS, unless a policy forbids that. */
  get needsPolicy(): boolean {
    return this.#server.scheme === "irc:" && !this.#upgraded.has(this.#server.host);
  }

  /** The URL that was dialled last, or is to be dialled first. */
  get url(): string {
    return this.#dialled.url || this.#server.url;
  }

  /** What to dial. `policy`: the present host's, if it has one. */
  dial(now: Instant, policy: KnownPolicy | undefined): Dialled {
    this.#duration = undefined;
    return this.#dialled = this.#choose(
      policy !== undefined && policy.until > now ? policy.port : undefined,
    );
  }

  /** The server says on this link for how many seconds it is to be reached by TLS only; 0: no more. */
  promise(duration: number): void {
    this.#duration = duration;
  }

  /** What is to be remembered of that, as of now; `left`: the link has ended. */
  remember(left: boolean): StsSaveAsk | undefined {
    const duration = this.#duration;
    if (duration === undefined) return undefined;
    if (left) this.#duration = undefined;
    const policy = { port: securePort(this.#dialled.url), duration };
    return { kind: "sts_save", host: this.host, policy: duration === 0 ? undefined : policy };
  }

  /** The present server is to be reached by TLS only, on this port. */
  upgrade(port: number): void {
    this.#upgraded.set(this.#server.host, port);
  }

  /** A dial has failed; true if it may be for the subprotocols, so that another without is worth it at once. */
  withoutSubprotocols(info: CloseInfo): boolean {
    if (this.#dialled.protocols === undefined || !UNCLEAR.has(info.cause)) return false;
    this.#bare.add(this.#server.url);
    return true;
  }

  /** There was no way in: the next server's turn. `opened`: the link had opened all the same. */
  next(opened: boolean): void {
    // Perhaps it was not for the subprotocols.
    if (!opened) this.#bare.delete(this.#server.url);
    do this.#at = (this.#at + 1) % this.#servers.length; while (this.#banned.has(this.#server.url));
  }

  /** The present server will not have us back; true if no other is left. */
  bannedHere(): boolean {
    const left = this.#servers.filter(({ url }) => url !== this.#server.url && !this.#banned.has(url));
    if (left.length > 0) this.#banned.add(this.#server.url);
    return left.length === 0;
  }

  #choose(policyPort: number | undefined): Dialled {
    const { url, scheme, host } = this.#server;
    const port = this.#upgraded.get(host) ?? policyPort;
    if (scheme === "irc:" && port !== undefined) return { url: `ircs://${host}:${port}` };
    return scheme.startsWith("ws") && !this.#bare.has(url) ? { url, protocols: SUBPROTOCOLS } : { url };
  }

  get #server(): Server {
    const server = this.#servers[this.#at];
    if (server === undefined) throw new RangeError("There is no server");
    return server;
  }
}

function serverOf(url: string): Server {
  const { protocol, hostname } = checkServerUrl(url);
  return { url, scheme: protocol, host: hostname.toLowerCase() };
}

/** The port a TLS link goes to. */
function securePort(url: string): number {
  const { port } = new URL(url);
  return port === "" ? 6697 : Number(port);
}
