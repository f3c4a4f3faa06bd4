import type { Socket } from "node:net";
import type { SecureContext } from "node:tls";
import { nodeProcess } from "../node_process.ts";
import { type DialFailure, dialFailure, HUNG_UP, reasonOf } from "../protocol/dial_failure.ts";
import type { Dial, Link, LinkEvents } from "../protocol/link.ts";
import { OptionError } from "../protocol/errors.ts";
import { type StreamAddress, streamAddress } from "./_address.ts";
import { PendingLink } from "./_pending_link.ts";
import type { Proxy } from "./proxy/address.ts";
import { openTunnel } from "./proxy/node_tunnel.ts";
import { StreamLink } from "./_stream.ts";
import { plainFingerprint, trustedByDefault, untrustedFingerprint } from "./_trust.ts";
import { DEFAULT_MAX_BUFFERED, type DialOptions } from "./options.ts";

// How long a peer that is not trusted may take to hear that, in milliseconds.
const LONGEST_GOODBYE = 1_000;

/** A way through a proxy to the server, and what has come from there already. */
interface Way {
  readonly socket: Socket;
  readonly rest: Uint8Array;
}

/**
 * Dials `tcp:`, `tls:`, `irc:` and `ircs:` with `node:net` and `node:tls`, on every runtime that has them; through a
 * proxy if one is given.
 *
 * @throws {OptionError} if the runtime has none; when dialling, if the URL is none of these.
 */
export function nodeNet(options: DialOptions = {}, proxy?: Proxy): Dial {
  const process = nodeProcess();
  if (process === undefined) throw new OptionError("Cannot dial with node:net: this runtime has none");
  const net = process.getBuiltinModule("node:net");
  const tls = process.getBuiltinModule("node:tls");
  const maxBuffered = options.maxBuffered ?? DEFAULT_MAX_BUFFERED;
  // Made once: it takes longer than all else when there are certificates to parse.
  let context: SecureContext | undefined;
  let proxyContext: SecureContext | undefined;
  const contextOf = (own: { cert?: string; key?: string }) => {
    const { caCerts } = options.tls ?? {};
    return tls.createSecureContext({
      ...own,
      ...(caCerts && { ca: [...trustedByDefault(tls), ...caCerts] }),
    });
  };
  // Who we are is for the server alone.
  const trust = () => proxyContext ??= contextOf({});

  const plain = (
    { hostname: host, port }: StreamAddress,
    url: string,
    events: LinkEvents,
    way?: Way,
  ): Link => {
    const socket = way?.socket ?? net.connect({ host, port });
    const opening = way === undefined
      ? { connected: false, openOn: "connect" as const }
      : { connected: true, rest: way.rest };
    return socketLink(socket, events, maxBuffered, { url, ...opening });
  };
  const secured = (
    { hostname: host, port }: StreamAddress,
    url: string,
    events: LinkEvents,
    way?: Way,
  ): Link => {
    const { cert, key, hostname, fingerprints = [] } = options.tls ?? {};
    const trusted = new Set(fingerprints.map(plainFingerprint));
    const own = cert !== undefined && key !== undefined ? { cert, key } : {};
    context ??= contextOf(own);
    const servername = hostname ?? (net.isIP(host) === 0 ? host : undefined);
    const socket = tls.connect({
      host,
      ...(way ? { socket: way.socket } : { port }),
      secureContext: context,
      ...(servername !== undefined && { servername }),
      ...(trusted.size > 0 && { rejectUnauthorized: false }),
    });
    const verify = () => {
      if (trusted.size === 0) return undefined;
      const shown = plainFingerprint(socket.getPeerCertificate().fingerprint256 ?? "");
      return trusted.has(shown) ? undefined : untrustedFingerprint(shown);
    };
    const connected = way !== undefined;
    return socketLink(socket, events, maxBuffered, { url, connected, openOn: "secureConnect", verify });
  };

  return ({ url }, events) => {
    const address = streamAddress(url);
    const open = address.secure ? secured : plain;
    if (proxy === undefined) return open(address, url, events);
    const { socket, opened } = openTunnel({ net, tls, trust }, proxy, address);
    const dial = opened.then((rest): Dial => (_, events) => open(address, url, events, { socket, rest }));
    return new PendingLink(dial, { url }, events, () => socket.destroy());
  };
}

/** The link over a Node socket: one that is opening, or one that was accepted. */
export function socketLink(
  socket: Socket,
  events: LinkEvents,
  maxBuffered: number,
  opening?: {
    readonly url: string;
    /** Whether it leads to the server already. */
    readonly connected: boolean;
    /** Undefined: it is open. */
    readonly openOn?: "connect" | "secureConnect";
    /** What has come before. */
    readonly rest?: Uint8Array;
    /** Says why the link must not open after all. */
    readonly verify?: () => DialFailure | undefined;
  },
): Link {
  let connected = opening?.connected ?? false;
  let ended = false;
  let failure: Error | undefined;
  const link = new StreamLink(
    {
      write: (bytes) => void socket.write(bytes, () => link.written(bytes.length)),
      end: () => void socket.end(),
      destroy: () => void socket.destroy(),
    },
    events,
    maxBuffered,
    opening === undefined ? "open" : "opening",
  );
  // Chat is small messages that must not wait for each other.
  socket.setNoDelay(true);
  socket.on("connect", () => connected = true);
  if (opening !== undefined && opening.openOn === undefined) {
    // Not before whoever dials has the link.
    queueMicrotask(() => {
      link.opened(opening.url);
      if (opening.rest !== undefined && opening.rest.length > 0) link.receive(opening.rest);
    });
  } else if (opening?.openOn !== undefined) {
    socket.on(opening.openOn, () => {
      const refusal = opening.verify?.();
      if (refusal === undefined) return link.opened(opening.url);
      link.closed({ code: 0, ...refusal, clean: false });
      // Not within its handshake, so that the peer sees a connection that was closed, and not one that broke.
      socket.end(() => socket.destroy());
      socket.setTimeout(LONGEST_GOODBYE, () => socket.destroy());
    });
  }
  // A plain view: what Node adds to its buffers is no part of our contract.
  socket.on("data", (data: Uint8Array) => {
    link.receive(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  });
  socket.on("end", () => {
    // Bun also tells an end where our own side was destroyed.
    if (socket.destroyed) return;
    ended = true;
    link.ended();
  });
  socket.on("error", (error) => failure ??= error);
  socket.on("close", () => {
    if (link.opening) {
      const inTls = connected && opening?.openOn === "secureConnect";
      link.closed({ code: 0, ...dialFailure(failure ?? new Error(HUNG_UP), inTls), clean: false });
    } else if (ended) {
      link.closed({ code: 0, reason: "", clean: true, cause: "peer" });
    } else {
      const reason = failure === undefined ? "" : reasonOf(failure);
      link.closed({ code: 0, reason, clean: false, cause: "lost" });
    }
  });
  return link;
}
