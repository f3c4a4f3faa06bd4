import { parseProxy, type Proxy, shownUrl } from "@parley/parley/internal";
import { webcrypto } from "node:crypto";
import * as zlib from "node:zlib";
import { dialer } from "@parley/parley/transport";
import type { Io, RuntimeVersion } from "../io.ts";
import { failed, type Finding, ok, warning } from "./finding.ts";
import { reach } from "./reach.ts";

/** The oldest versions on which parley runs, and how to get a newer one. */
export const OLDEST: Readonly<
  Record<RuntimeVersion["name"], { readonly version: string; readonly advice: string }>
> = {
  Deno: { version: "2.5", advice: 'run "deno upgrade"' },
  Bun: { version: "1.2.18", advice: 'run "bun upgrade"' },
  Node: { version: "22.15", advice: "install the newest LTS from https://nodejs.org" },
};

/** Whether the runtime is new enough. */
export function checkRuntime({ name, version }: RuntimeVersion): Finding {
  const oldest = OLDEST[name];
  const isOld = version.localeCompare(oldest.version, "en", { numeric: true }) < 0;
  return isOld
    ? failed(
      "runtime",
      `${name} ${version} is too old: parley needs ${oldest.version} or later`,
      oldest.advice,
    )
    : ok("runtime", `${name} ${version}`);
}

/** What of a runtime is used where it is there, whether it is, and what is lost without. */
const FEATURES: readonly (readonly [name: string, has: () => boolean | Promise<boolean>, lost: string])[] = [
  [
    "zstd",
    () => "createZstdDecompress" in zlib,
    "Discord is read with zlib instead, which takes more traffic",
  ],
  ["Ed25519", hasEd25519, "no interactions can be verified over HTTP"],
];

async function hasEd25519(): Promise<boolean> {
  return await webcrypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]).then(
    () => true,
    () => false,
  );
}

/** What the runtime lacks that makes something better. */
export async function checkFeatures(): Promise<Finding> {
  const missing: string[] = [];
  for (const [name, has, lost] of FEATURES) if (!await has()) missing.push(`${name}: ${lost}`);
  return missing.length === 0
    ? ok("runtime features", FEATURES.map(([name]) => name).join(", "))
    : warning("runtime features", `missing ${missing.join("; ")}`, "update the runtime");
}

/** How far a clock may be off, in milliseconds, before signatures and certificates may be refused. */
const MOST_OFF = 30_000;

/** Whether this machine's clock agrees with the `Date` of an answer that came between two readings of it. */
export function checkClock(date: string | null, before: number, after: number): Finding | undefined {
  const told = Date.parse(date ?? "");
  if (Number.isNaN(told)) return undefined;
  // It is told in whole seconds, and was read at some time in between.
  const off = before > told + 1_000 ? before - told - 1_000 : after < told ? after - told : 0;
  if (Math.abs(off) <= MOST_OFF) return ok("clock", "agrees with the service's");
  const by = `${Math.round(Math.abs(off) / 1_000)} s ${off > 0 ? "fast" : "slow"}`;
  return failed(
    "clock",
    `This machine's clock is ${by}`,
    "set it, or let it be set by NTP (timedatectl set-ntp true): certificates and signatures depend on it",
  );
}

/** The variables that name proxies. */
const PROXIES = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"] as const;

/** Whether the proxies that the environment names are ones, can be reached, and are heeded here. */
export async function checkProxies(io: Io): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const variable of PROXIES) {
    const url = io.env[variable.toLowerCase()] || io.env[variable];
    if (url) findings.push(await checkProxy(io, variable, url));
  }
  if (findings.length === 0) return [ok("proxy", "none, by the environment")];
  if (io.runtime.name === "Node" && io.env.NODE_USE_ENV_PROXY !== "1") {
    findings.push(warning(
      "proxy",
      "Node does not go by the proxies that the environment names",
      "set NODE_USE_ENV_PROXY=1 (Node 22.21 and 24 or later), or give the client a proxy",
    ));
  }
  return findings;
}

async function checkProxy({ host }: Io, variable: string, url: string): Promise<Finding> {
  const advice =
    `set ${variable} to http://host:port or socks5://host:port of a proxy that runs, or unset it`;
  let proxy: Proxy;
  try {
    proxy = parseProxy(url, variable);
  } catch (error) {
    return failed("proxy", error instanceof Error ? error.message : String(error), advice);
  }
  const { hostname, port } = proxy;
  const problem = await reach({ dial: dialer({ proxy: false }), ...host }, `tcp://${hostname}:${port}`);
  const shown = shownUrl(url);
  return problem === undefined
    ? ok("proxy", `${shown} of ${variable} can be reached`)
    : failed("proxy", `The proxy ${shown} of ${variable} cannot be reached: ${problem.message}`, advice);
}
