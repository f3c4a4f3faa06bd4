import type { Dial } from "../protocol/link.ts";
import { isSecure, parseUrl, streamAddress } from "./_address.ts";
import { deno, isBun } from "./_runtime.ts";
import { needsNode } from "./_trust.ts";
import type { DenoNetOptions } from "./deno_net.ts";
import type { DialOptions } from "./options.ts";
import { parseProxy, type ProxyFor } from "./proxy/address.ts";
import { environmentProxies } from "./proxy/environment.ts";

/** Loads what dials streams on this runtime. */
export async function streams({ proxy, ...options }: DialOptions): Promise<Dial> {
  return await throughProxies(options, typeof proxy === "string" ? always(proxy) : undefined);
}

/** Loads a WebSocket of our own over the streams of this runtime. */
export async function ownWebSocket({ proxy, ...options }: DialOptions): Promise<Dial> {
  const proxyFor = typeof proxy === "string" ? always(proxy) : proxy ?? environmentProxies();
  const [{ streamWebSocket }, stream] = await Promise.all([
    import("./stream_websocket.ts"),
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
  return (request, events) => {
    const proxy = proxyFor(streamAddress(request.url));
    return (proxy === undefined ? direct : nodeNet(options, proxy))(request, events);
  };
}

async function straight(options: DialOptions, denoOptions?: DenoNetOptions): Promise<Dial> {
  if (isBun()) return (await import("./bun_net.ts")).bunNet(options);
  const byNode = async () => (await import("./node_net.ts")).nodeNet(options);
  if (deno() === undefined) return byNode();
  const byDeno = (await import("./deno_net.ts")).denoNet(options, denoOptions);
  if (!needsNode(options)) return byDeno;
  const secure = await byNode();
  return (request, events) => (isSecure(parseUrl(request.url).protocol) ? secure : byDeno)(request, events);
}
