import { createServer } from "node:http";
import { Readable } from "node:stream";

/** A server on loopback. */
export interface Listening extends AsyncDisposable {
  /** Where it is, without a path. */
  readonly origin: string;
}

type Handler = (request: Request) => Response | Promise<Response>;

interface Servers {
  readonly Deno?: {
    serve(
      options: object,
      handler: Handler,
    ): { readonly addr: { readonly port: number }; shutdown(): Promise<void> };
  };
  readonly Bun?: {
    serve(options: object): { readonly port: number; stop(force: boolean): Promise<void> };
  };
}

/** Serves a handler by the runtime's own server for such; on Node, which has none, by `node:http`. */
export async function listen(handler: Handler): Promise<Listening> {
  const { Deno, Bun }: Servers = Object(globalThis);
  if (Deno !== undefined) {
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handler);
    return {
      origin: `http://127.0.0.1:${server.addr.port}`,
      [Symbol.asyncDispose]: () => server.shutdown(),
    };
  }
  if (Bun !== undefined) {
    const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: handler });
    return { origin: `http://127.0.0.1:${server.port}`, [Symbol.asyncDispose]: () => server.stop(true) };
  }
  const server = createServer(async (incoming, outgoing) => {
    const headers = new Headers();
    for (const [name, value] of Object.entries(incoming.headersDistinct)) {
      for (const one of value ?? []) headers.append(name, one);
    }
    const init: RequestInit & { duplex: "half" } = {
      method: incoming.method ?? "GET",
      headers,
      duplex: "half",
    };
    if (init.method === "POST") init.body = Readable.toWeb(incoming) as ReadableStream<Uint8Array>;
    const response = await handler(new Request(`http://127.0.0.1${incoming.url}`, init));
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(new Uint8Array(await response.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it listens on a port");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
