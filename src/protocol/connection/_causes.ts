import { CAUSES as ANYWHERE, type Causes, CHECK_ADDRESS, type Dialled } from "./_causes_anywhere.ts";
import { quote } from "../data/quote.ts";

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

const twinOf = ({ protocol }: Dialled): string => quote(TWINS[protocol] ?? "");

/** It ended as soon as it was there: the port may be one for TLS. */
function endedAtOnce(dialled: Dialled): string {
  return PLAIN.test(dialled.protocol)
    ? `${CHECK_ADDRESS}, and dial ${twinOf(dialled)} if the port is one for TLS`
    : CHECK_ADDRESS;
}

/** What is said of all causes. */
export const CAUSES: Causes = {
  ...ANYWHERE,
  peer: { said: "the server closed the connection", advice: endedAtOnce },
  lost: { said: "the connection was lost", advice: endedAtOnce },
  dns: {
    said: "the host's name has no address",
    saysAll: true,
    advice: "check the host, and that this machine is online",
  },
  unreachable: {
    said: "no way leads to the host",
    saysAll: true,
    advice: "check that this machine is online",
  },
  permission: {
    said: "the runtime does not let this program use the network there",
    saysAll: true,
    advice: ({ protocol, host, port }) =>
      `allow it, on Deno by --allow-net=${port === "" ? `${host}:${PORTS[protocol] ?? ""}` : host}`,
    hopeless: "not_permitted",
  },
  plain: {
    said: "the server does not speak TLS on this port",
    saysAll: true,
    advice: (dialled) =>
      `dial its port for TLS, or ${twinOf(dialled)} in place of ${quote(dialled.protocol)}`,
  },
  secure: {
    said: "the server speaks nothing but TLS on this port",
    saysAll: true,
    advice: (dialled) => `dial ${twinOf(dialled)} in place of ${quote(dialled.protocol)}`,
  },
  certificate_name: {
    said: "the server's certificate is for another name",
    saysAll: true,
    advice: "check the host, or give the name it has by tls.hostname",
    hopeless: "untrusted",
  },
  certificate_expired: {
    said: "the server's certificate has expired",
    saysAll: true,
    advice: "have it renewed, and check this machine's clock",
    hopeless: "untrusted",
  },
  certificate_early: {
    said: "the server's certificate is not valid yet",
    saysAll: true,
    advice: "check this machine's clock",
    hopeless: "untrusted",
  },
  certificate_issuer: {
    said: "the server's certificate was issued by nobody who is trusted",
    saysAll: true,
    advice: "if this is the server you mean, trust it by tls.caCerts or tls.fingerprints",
    hopeless: "untrusted",
  },
  certificate_fingerprint: {
    said: "the server's certificate is none of those trusted",
    advice: "if this is the server you mean, add that to tls.fingerprints",
    hopeless: "untrusted",
  },
  certificate: { said: "the server's certificate is not acceptable", hopeless: "untrusted" },
  tls: { said: "the TLS handshake failed", advice: "check that the port is one for TLS" },
  proxy: {
    said: "no way leads through the proxy",
    advice: "check the proxy's host and port, user and password",
  },
  upgrade: { said: "the server opened no WebSocket", advice: "check the URL, its path included" },
};
