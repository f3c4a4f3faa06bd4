import type { Socket } from "node:net";
import type { SecureContext } from "node:tls";
import { nodeProcess } from "../../node_process.ts";
import type { Dial, Link, LinkEvents } from "../../protocol/link.ts";
import { OptionError } from "../../protocol/errors.ts";
import { type StreamAddress, streamAddress } from "../_address.ts";
import { PendingLink } from "../_pending_link.ts";
import type { Proxy } from "../proxy/address.ts";
import { openTunnel } from "../proxy/node_tunnel.ts";
import { ATTEMPT_DELAY } from "./_staggered.ts";
import { socketLink } from "./socket_link.ts";
import { badCertificates, plainFingerprint, trustedByDefault, untrustedFingerprint } from "./_trust.ts";
import { DEFAULT_MAX_BUFFERED, type DialOptions } from "../options.ts";

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
  // Node goes on to the next address after 250 ms, and gives up the one before: nobody far away was ever reached by
  // IPv6 alone where the name has an address of IPv4, too.
  const eachAddress = { autoSelectFamilyAttemptTimeout: ATTEMPT_DELAY };
  // Made once: it takes longer than all else when there are certificates to parse.
  let context: SecureContext | undefined;
  let proxyContext: SecureContext | undefined;
  const contextOf = (own: { cert?: string; key?: string }) => {
    const { caCerts } = options.tls ?? {};
    try {
      return tls.createSecureContext({
        ...own,
        ...(caCerts && { ca: [...trustedByDefault(tls), ...caCerts] }),
      });
    } catch (error) {
      throw badCertificates(error);
    }
  };
  // Who we are is for the server alone.
  const trust = () => proxyContext ??= contextOf({});

  const plain = (
    { hostname: host, port }: StreamAddress,
    url: string,
    events: LinkEvents,
    way?: Way,
  ): Link => {
    const socket = way?.socket ?? net.connect({ host, port, ...eachAddress });
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
      ...(way ? { socket: way.socket } : { port, ...eachAddress }),
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
