import type { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo, Server, Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { RawData, WebSocket } from "ws";
import { checkMaxMessage } from "@parley/parley/internal";
import type { Link, LinkEvents, OpenInfo } from "@parley/parley/protocol";

/** What links are handed to; a `Driver` of a server core is one. */
export interface Acceptor {
  /** Takes a link that is open. */
  accept(info: OpenInfo, attach: (events: LinkEvents) => Link): number;
}

/** What is known of an accepted link. */
export interface AcceptedInfo extends OpenInfo {
  /** The SHA-256 fingerprint of the certificate the client showed, as lower-case hexadecimal digits. */
  readonly certificate?: string;
}

/** How a server speaks TLS. */
export interface ListenTlsOptions {
  /** The certificate, as PEM text. */
  readonly cert: string;
  /** Its private key, as PEM text. */
  readonly key: string;
  /**
   * Asks clients for a certificate, and takes any, or none. Bun does not show it where the listener is for
   * WebSockets. @default {false}
   */
  readonly requestClientCert?: boolean;
}

/** Where and how to listen. */
export interface ListenOptions {
  /** The port on 127.0.0.1; 0 takes a free one. @default {0} */
  readonly port?: number;
  /** Speaks TLS. @default {undefined} */
  readonly tls?: ListenTlsOptions;
  /** How many bytes may wait for a client before it counts as stalled. @default {67_108_864} */
  readonly maxBuffered?: number;
}

/** Where and how to listen for streams. */
export interface ListenTcpOptions extends ListenOptions {
  /** The scheme of the URL it tells: `tcp` (over TLS: `tls`) or `irc` (`ircs`). @default {"tcp"} */
  readonly scheme?: "tcp" | "irc";
}

/** Where and how to listen for WebSockets. */
export interface ListenWebSocketOptions extends ListenOptions {
  /** Answers plain HTTP requests to the same port. @default {what answers 426, Upgrade Required} */
  readonly fetch?: (request: Request) => Response | Promise<Response>;
  /** The subprotocols to agree to. @default {[]} */
  readonly protocols?: readonly string[];
  /** The largest message to take, in bytes; a client that sends a larger one is closed with 1009. @default {1_048_576} */
  readonly maxMessage?: number;
}

/** A server that listens. */
export interface Listener extends AsyncDisposable {
  /** What to dial: scheme, 127.0.0.1 and the port; no path. */
  readonly url: string;
  /** The port. */
  readonly port: number;
  /** How many links are open. */
  readonly connections: number;
  /** Drops every open link without a goodbye, and keeps listening. */
  cut(): void;
  /** Stops listening and drops every open link; resolves when the port is free again. */
  close(): Promise<void>;
}

// Test servers burst: a whole replay within one turn is no sign of a client that does not read.
const DEFAULT_MAX_BUFFERED = 67_108_864;
// Far above what any client of a chat sends; Discord takes 4,096 bytes.
const DEFAULT_MAX_MESSAGE = 1_048_576;
const SECURE = { tcp: "tls", irc: "ircs" } as const;

/**
 * Puts a server core behind a TCP or TLS port on loopback, on Deno, Bun and Node.
 *
 * @example
 * ```ts
 * import { type Acceptor, listenTcp } from "@parley/testing";
 *
 * async function serve(driver: Acceptor): Promise<void> {
 *   await using listener = await listenTcp(driver);
 *   console.log(listener.url); // tcp://127.0.0.1:…
 * }
 * ```
 */
export async function listenTcp(server: Acceptor, options: ListenTcpOptions = {}): Promise<Listener> {
  const { tls, port = 0, maxBuffered = DEFAULT_MAX_BUFFERED, scheme = "tcp" } = options;
  const { socketLink } = await import("@parley/parley/internal");
  const open = new Set<Socket>();
  const raw = new Set<Socket>();
  let url = "";

  const accept = (socket: Socket, info: AcceptedInfo): void => {
    track(open, socket);
    server.accept(info, (events) => socketLink(socket, events, maxBuffered));
  };
  let listening: Server;
  if (tls === undefined) {
    const net = await import("node:net");
    listening = net.createServer((socket) => accept(socket, { url, protocol: "" }));
  } else {
    const { createServer } = await import("node:tls");
    listening = createServer(
      serverTls(tls),
      (socket) => accept(socket, { url, protocol: "", ...clientCertificate(tls, socket) }),
    );
  }
  listening.on("connection", (socket: Socket) => track(raw, socket));
  const address = await listen(listening, port);
  url = `${tls === undefined ? scheme : SECURE[scheme]}://127.0.0.1:${address.port}`;

  const cut = (): void => {
    // A TLS socket cannot be reset on every runtime, the TCP socket below it can; it follows by itself.
    for (const socket of raw) socket.resetAndDestroy();
  };
  return listener(url, address.port, () => open.size, cut, listening);
}

/**
 * Puts a server core behind a WebSocket port on loopback, on Deno, Bun and Node, which also answers plain
 * HTTP requests if it is told how. Uses npm's `ws` (Bun brings its own).
 *
 * @example
 * ```ts
 * import { type Acceptor, listenWebSocket } from "@parley/testing";
 *
 * async function serve(driver: Acceptor): Promise<void> {
 *   await using listener = await listenWebSocket(driver, { fetch: () => Response.json({ shards: 1 }) });
 *   console.log(listener.url); // ws://127.0.0.1:…
 * }
 * ```
 */
export async function listenWebSocket(
  server: Acceptor,
  options: ListenWebSocketOptions = {},
): Promise<Listener> {
  const { tls, port = 0, maxBuffered = DEFAULT_MAX_BUFFERED, protocols = [], fetch } = options;
  const maxMessage = checkMaxMessage(options.maxMessage ?? DEFAULT_MAX_MESSAGE);
  const { WebSocketLink } = await import("@parley/parley/internal");
  const { WebSocketServer } = await import("ws");
  const open = new Set<{ terminate(): void }>();
  const raw = new Set<Socket>();
  let origin = "";

  const upgrades = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessage,
    handleProtocols: (offered) => protocols.find((protocol) => offered.has(protocol)) ?? false,
  });
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    answer(fetch ?? upgradeRequired, `http${origin.slice(2)}`, request, response)
      .catch(() => void response.destroy());
  };
  const listening: Server = tls === undefined
    ? (await import("node:http")).createServer(onRequest)
    : (await import("node:https")).createServer(serverTls(tls), onRequest);
  listening.on("connection", (socket: Socket) => track(raw, socket));
  listening.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on("error", () => {});
    upgrades.handleUpgrade(request, socket, head, (webSocket) => {
      open.add(webSocket);
      webSocket.on("close", () => open.delete(webSocket));
      const info: AcceptedInfo = {
        url: `${origin}${request.url ?? "/"}`,
        protocol: webSocket.protocol,
        ...clientCertificate(tls, request.socket),
      };
      server.accept(info, (events) =>
        new WebSocketLink(tellingText(webSocket), events, maxBuffered, {
          maxMessage,
          // A server may say what a client may not: that it is going away, or restarts.
          closeCode: (code) => code === 0 || code === 1005 ? undefined : code,
        }));
    });
  });
  const address = await listen(listening, port);
  origin = `${tls === undefined ? "ws" : "wss"}://127.0.0.1:${address.port}`;

  const cut = (): void => {
    for (const webSocket of open) webSocket.terminate();
  };
  const cutAll = (): void => {
    cut();
    for (const socket of raw) socket.destroy();
  };
  return listener(origin, address.port, () => open.size, cut, listening, cutAll);
}

/**
 * A WebSocket whose `onmessage` is told text as text. Bun before 1.4 hands it over as bytes, which only its event
 * `message` tells from others.
 */
function tellingText(webSocket: WebSocket): WebSocket {
  const decoder = new TextDecoder();
  let told = (_event: { readonly data: unknown }): void => {};
  webSocket.on("message", (data, isBinary) => {
    told({ data: isBinary || !isBytes(data) ? data : decoder.decode(data) });
  });
  return new Proxy(webSocket, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
    set(target, name, value) {
      if (name !== "onmessage") return Reflect.set(target, name, value, target);
      told = value;
      return true;
    },
  });
}

const isBytes = (data: RawData): data is Exclude<RawData, readonly unknown[]> => !Array.isArray(data);

function listener(
  url: string,
  port: number,
  connections: () => number,
  cut: () => void,
  listening: Server,
  cutAll: () => void = cut,
): Listener {
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= new Promise((resolve) => {
      listening.close(() => resolve());
      cutAll();
    });
    return closing;
  };
  return {
    url,
    port,
    get connections() {
      return connections();
    },
    cut,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function track(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket);
  // What goes wrong is told by "close".
  socket.on("error", () => {});
  socket.on("close", () => sockets.delete(socket));
}

function listen(server: Server, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("Cannot listen: no port"));
      else resolve(address);
    });
  });
}

function serverTls(tls: ListenTlsOptions): {
  cert: string;
  key: string;
  requestCert: boolean;
  rejectUnauthorized: boolean;
} {
  const { cert, key, requestClientCert = false } = tls;
  return { cert, key, requestCert: requestClientCert, rejectUnauthorized: false };
}

function clientCertificate(tls: ListenTlsOptions | undefined, socket: Socket): { certificate?: string } {
  if (!tls?.requestClientCert || !isTls(socket)) return {};
  const certificate = socket.getPeerCertificate()?.fingerprint256?.replaceAll(":", "").toLowerCase();
  return certificate === undefined ? {} : { certificate };
}

function isTls(socket: Socket): socket is TLSSocket {
  return "getPeerCertificate" in socket;
}

function upgradeRequired(): Response {
  return new Response("This port speaks WebSocket", { status: 426, headers: { upgrade: "websocket" } });
}

async function answer(
  fetch: (request: Request) => Response | Promise<Response>,
  origin: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const method = incoming.method ?? "GET";
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of incoming) chunks.push(new Uint8Array(chunk));
  const hasBody = method !== "GET" && method !== "HEAD";
  const request = new Request(`${origin}${incoming.url ?? "/"}`, {
    method,
    headers,
    ...(hasBody && { body: new Blob(chunks) }),
  });
  // A Blob without a type would give the request none, which `headers` has set already.
  const response = await Promise.resolve(fetch(request)).catch(() => new Response(null, { status: 500 }));
  const body = new Uint8Array(await response.arrayBuffer());
  outgoing.writeHead(response.status, [...response.headers].flat());
  outgoing.end(body);
}
