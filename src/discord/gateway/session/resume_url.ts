import { OptionError } from "../../../protocol/errors.ts";

/** What decides who gets the token. */
export interface Trust {
  /** The URL to connect to. */
  readonly url: string;
  /** Hosts that were named besides, each with its subdomains. */
  readonly trustedHosts: readonly string[];
}

/** Whose the token is anyway. */
const DISCORD = "discord.gg";

/** Reads a URL of a gateway, without a fragment; undefined if it is none. */
export function readGatewayUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== "wss:" && url.protocol !== "ws:") return undefined;
  url.hash = "";
  return url;
}

/**
 * Where to take up a session for which READY, or a store, names this URL; undefined if whoever is there shall not
 * get the token: it is no URL, less safe than the one to connect to, or on a host that nobody has named.
 *
 * @see https://discord.com/developers/docs/events/gateway#resuming
 */
export function resumeUrlOf(text: string, { url, trustedHosts }: Trust): string | undefined {
  const first = new URL(url);
  const resume = readGatewayUrl(text);
  if (resume === undefined) return undefined;
  const { hostname } = resume;
  const isSafe = resume.protocol === "wss:" || first.protocol === "ws:" && !isWithin(hostname, DISCORD);
  const isTrusted = hostname === first.hostname ||
    [DISCORD, ...trustedHosts].some((host) => isWithin(hostname, host));
  if (!isSafe || !isTrusted) return undefined;
  // What was kept of it says neither, and both are for that server alone.
  if (resume.origin === first.origin && resume.username === "" && resume.password === "") {
    resume.username = first.username;
    resume.password = first.password;
  }
  // Resuming wants "the same query parameters from the initial Connection".
  for (const [name, value] of first.searchParams) resume.searchParams.set(name, value);
  return resume.href;
}

function isWithin(hostname: string, host: string): boolean {
  return hostname === host || hostname.endsWith(`.${host}`);
}

/** How long a name can be in the DNS. */
const LONGEST_NAME = 253;

/** Why the token is not sent there, and what to do. */
export function whyNotTrusted(text: string): string {
  const host = readGatewayUrl(text)?.hostname;
  if (host === undefined) return "the URL to resume it at is not one of scheme wss or ws";
  const where = `it is to be resumed at "${host.slice(0, LONGEST_NAME)}", which gets no token`;
  return `${where}; if that is yours, name it in \`trustedHosts\`, and let it be reached as safely as \`url\``;
}

/** Checks the name of a host. @throws {OptionError} if it is none. */
export function checkHost(host: string): string {
  const isHost = URL.canParse(`wss://${host}`) && new URL(`wss://${host}`).host === host;
  if (isHost && !host.includes("*")) return host;
  throw new OptionError(
    `Cannot trust the host "${host}": give a name such as "gateway.example", in lower case`,
  );
}
