import type { Dial } from "../../protocol/link.ts";
import { isSecure, parseUrl, streamAddress } from "../_address.ts";
import { deno, type DenoRuntime, isBun } from "../_runtime.ts";
import { ATTEMPT_DELAY, staggered } from "./_staggered.ts";
import { needsNode } from "./_trust.ts";
import type { DenoNetOptions } from "./deno_net.ts";
import type { DialOptions } from "../options.ts";
import { parseProxy, type ProxyFor } from "../proxy/address.ts";
import { environmentProxies } from "../proxy/environment.ts";

/** Loads what dials streams on this runtime. */
export async function streams({ proxy, ...options }: DialOptions): Promise<Dial> {
  return await throughProxies(options, typeof proxy === "string" ? always(proxy) : undefined);
}

/** Loads a WebSocket of our own over the streams of this runtime. */
export async function ownWebSocket({ proxy, ...options }: DialOptions): Promise<Dial> {
  const proxyFor = typeof proxy === "string" ? always(proxy) : proxy ?? environmentProxies();
  const [{ streamWebSocket }, stream] = await Promise.all([
    import("../websocket/stream_websocket.ts"),
    throughProxies(options, proxyFor || undefined, { transient: true }),
  ]);
  return streamWebSocket(stream, options);
}

function always(url: string): ProxyFor {
  const proxy = parseProxy(url, "proxy");
  return () => proxy;
}

async function throughProxies(
  options: DialOptions,
  proxyFor: ProxyFor | undefined,
  denoOptions?: DenoNetOptions,
): Promise<Dial> {
  const direct = await straight(options, denoOptions);
  if (proxyFor === undefined) return direct;
  const { nodeNet } = await import("./node_net.ts");
  const denoNet = deno() === undefined ? undefined : (await import("./deno_net.ts")).denoNet;
  return (request, events) => {
    const address = streamAddress(request.url);
    const proxy = proxyFor(address);
    if (proxy === undefined) return direct(request, events);
    const byDeno = denoNet !== undefined && !needsNode(options, address.secure, proxy);
    const dial = byDeno ? denoNet(options, { ...denoOptions, proxy }) : nodeNet(options, proxy);
    return dial(request, events);
  };
}

async function straight(options: DialOptions, denoOptions?: DenoNetOptions): Promise<Dial> {
  if (isBun()) return (await import("./bun_net.ts")).bunNet(options);
  const byNode = async () => (await import("./node_net.ts")).nodeNet(options);
  const runtime = deno();
  if (runtime === undefined) return byNode();
  const straightByDeno = (await import("./deno_net.ts")).denoNet(options, denoOptions);
  if (!needsNode(options, true) && triesAllAddresses(runtime)) return straightByDeno;
  const node = await byNode();
  const byDeno: Dial = triesAllAddresses(runtime)
    ? straightByDeno
    : staggered(straightByDeno, node, ATTEMPT_DELAY);
  return (request, events) => {
    const secure = isSecure(parseUrl(request.url).protocol);
    return (needsNode(options, secure) ? node : byDeno)(request, events);
  };
}

/** Whether Deno tries all addresses of a name, as RFC 8305 says: since 2.9. Before, it tries the first alone. */
function triesAllAddresses({ version }: DenoRuntime): boolean {
  const [major = 0, minor = 0] = version.deno.split(".").map(Number);
  return major > 2 || (major === 2 && minor >= 9);
}
