import { nodeProcess } from "../../node_process.ts";
import { deno, isBun } from "../_runtime.ts";
import { ipBytes } from "./ip.ts";
import { parseProxy, type Proxy, type ProxyFor } from "./address.ts";

/** Reads a variable of the environment; undefined if it is not set, or may not be read. */
export type Environment = (name: string) => string | undefined;

/** The variables that name the proxy for each scheme, as the runtime's own WebSocket and `fetch` take them. */
const VARIABLES = {
  deno: { "wss:": ["HTTPS_PROXY", "ALL_PROXY"], "ws:": ["HTTP_PROXY", "ALL_PROXY"] },
  bun: { "wss:": ["HTTPS_PROXY", "ALL_PROXY"], "ws:": ["HTTP_PROXY", "ALL_PROXY"] },
  node: { "wss:": ["HTTPS_PROXY", "HTTP_PROXY"], "ws:": ["HTTP_PROXY"] },
} as const;

/**
 * What the environment names as proxies, where the runtime's own WebSocket would go by them, or its `fetch`: always
 * on Deno and Bun, on Node with `NODE_USE_ENV_PROXY=1` or `--use-env-proxy`. Undefined: none. The addresses are those
 * of the streams that WebSockets go over.
 *
 * @throws {OptionError} if it names what is no proxy.
 */
export function environmentProxies(read: Environment = readEnvironment): ProxyFor | undefined {
  const runtime = deno() !== undefined ? "deno" : isBun() ? "bun" : "node";
  if (runtime === "node" && !nodeHeeds(read)) return undefined;
  const named = (variables: readonly string[]): Proxy | undefined => {
    for (const name of variables) {
      const url = either(name, read);
      if (url !== undefined) return parseProxy(url, name);
    }
    return undefined;
  };
  const secure = named(VARIABLES[runtime]["wss:"]);
  const plain = named(VARIABLES[runtime]["ws:"]);
  if (secure === undefined && plain === undefined) return undefined;
  const exceptions = either("NO_PROXY", read) ?? "";
  return (address) => {
    if (isExcepted(address.hostname, address.port, exceptions)) return undefined;
    return address.secure ? secure : plain;
  };
}

function either(name: string, read: Environment): string | undefined {
  return read(name.toLowerCase()) || read(name) || undefined;
}

/** Whether Node's own \`fetch\` heeds them: if it is told to, and knows how, as 22.21 and 24 do. */
function nodeHeeds(read: Environment): boolean {
  const [major = 0, minor = 0] = (nodeProcess()?.versions?.node ?? "").split(".").map(Number);
  if (major < 24 && !(major === 22 && minor >= 21)) return false;
  const flag = "--use-env-proxy";
  const given = [...nodeProcess()?.execArgv ?? [], ...(read("NODE_OPTIONS") ?? "").split(/\s+/)];
  return read("NODE_USE_ENV_PROXY") === "1" || given.includes(flag);
}

function readEnvironment(name: string): string | undefined {
  const runtime = deno();
  if (runtime === undefined) return nodeProcess()?.env[name];
  // To read what is neither allowed nor forbidden would ask the user.
  const { state } = runtime.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? runtime.env.get(name) : undefined;
}

/**
 * Whether a host is one of those that `NO_PROXY` lists: names, which stand for what is below them, too; addresses and
 * their ranges (`10.0.0.0/8`); each of them with a port or without; `*` for all.
 */
export function isExcepted(hostname: string, port: number, list: string): boolean {
  const address = ipBytes(hostname);
  return list.toLowerCase().split(/[\s,]+/).some((entry) => {
    if (entry === "*") return true;
    // An IPv6 address without brackets is all colons, and has no port.
    const match = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(entry);
    const name = match?.[1] ?? match?.[2] ?? entry;
    const only = match?.[3];
    if (name === "" || (only !== undefined && Number(only) !== port)) return false;
    if (address !== undefined) return isWithin(address, name);
    const suffix = name.replace(/^\*?\./, "");
    return hostname === suffix || hostname.endsWith(`.${suffix}`);
  });
}

function isWithin(address: Uint8Array, range: string): boolean {
  const [first = "", length] = range.split("/");
  const start = ipBytes(first);
  if (start === undefined || start.length !== address.length) return false;
  const bits = length === undefined ? start.length * 8 : Number(length);
  return address.every((byte, index) => {
    const kept = Math.min(Math.max(bits - index * 8, 0), 8);
    return byte >> (8 - kept) === (start[index] ?? 0) >> (8 - kept);
  });
}
