import { nodeProcess } from "../../node_process.ts";
import { type DialFailure, dialFailure, reasonOf } from "../../protocol/connection/dial_failure.ts";
import type { Dial, DialRequest } from "../../protocol/link.ts";
import { OptionError } from "../../protocol/errors.ts";
import { shownUrl } from "../../protocol/data/quote.ts";
import { parseUrl, unknownScheme } from "../_address.ts";
import { sendableCode } from "./_close_code.ts";
import { deno, isBun } from "../_runtime.ts";
import { WebSocketLink } from "./websocket_link.ts";
import {
  DEFAULT_MAX_BUFFERED,
  DEFAULT_MAX_MESSAGE,
  type DialOptions,
  type TlsOptions,
  type WebSocketLike,
} from "../options.ts";

/**
 * Dials `wss:` and `ws:` with the runtime's own WebSocket, or the one given.
 *
 * @throws {OptionError} when dialling, if the URL is none of these, the runtime has no WebSocket, or it
 * does not take the TLS options or headers given.
 */
export function webSocket(options: DialOptions = {}): Dial {
  return (request, events) => {
    const { protocol } = parseUrl(request.url);
    if (protocol !== "ws:" && protocol !== "wss:") throw unknownScheme(protocol);
    const { socket, failure, settled } = construct(
      request,
      protocol === "wss:" ? options.tls : undefined,
      options,
    );
    return new WebSocketLink(socket, events, options.maxBuffered ?? DEFAULT_MAX_BUFFERED, {
      maxMessage: request.maxMessage ?? DEFAULT_MAX_MESSAGE,
      opening: { url: request.url, settled },
      explain: (told) => explained(failure?.() ?? told),
      closeCode: sendableCode,
    });
  };
}

interface Constructed {
  readonly socket: WebSocketLike;
  /** Why it did not open, where the runtime tells so beside its events. */
  readonly failure?: () => unknown;
  /** To be called once it is open or has failed. */
  readonly settled: () => void;
}

const nothing = (): void => {};

function explained(failure: unknown): DialFailure {
  if (isHidden(failure)) {
    const reason =
      "The certificate is not accepted, or the server refused the WebSocket: Deno does not tell which";
    return { cause: "unknown", reason };
  }
  // Bun's messages repeat the URL, which may hold what belongs into no log.
  const reason = failure === undefined
    ? ""
    : reasonOf(failure).replace(/^WebSocket connection to '.*?' failed: /, "");
  return { cause: dialFailure(failure).cause, reason };
}

/** True where Deno tells only how its second attempt, by HTTP/2, failed: with a server that has none. */
function isHidden(failure: unknown): boolean {
  return failure !== undefined && /NoApplicationProtocol|HTTP\/2 not supported/.test(reasonOf(failure));
}

function construct(request: DialRequest, tls: TlsOptions | undefined, options: DialOptions): Constructed {
  const protocols = [...request.protocols ?? []];
  const WebSocket = options.WebSocket;
  if (WebSocket !== undefined) {
    return { socket: new WebSocket(request.url, protocols), settled: nothing };
  }
  if (globalThis.WebSocket === undefined) {
    throw new OptionError(`Cannot dial "${shownUrl(request.url)}": this runtime has no WebSocket, pass one`);
  }
  if (tls?.hostname !== undefined) {
    throw new OptionError(
      `Cannot ask "${
        shownUrl(request.url)
      }" for another name: this runtime's WebSocket takes no tls.hostname`,
    );
  }
  if ((tls?.fingerprints?.length ?? 0) > 0) {
    throw new OptionError(
      `Cannot dial "${shownUrl(request.url)}": this runtime's WebSocket takes no tls.fingerprints`,
    );
  }
  if (typeof options.proxy === "string") {
    throw new OptionError(`Cannot dial "${shownUrl(request.url)}" by a proxy: this runtime has no TCP`);
  }
  const headers = options.headers;
  const client = tls === undefined ? undefined : tlsClient(tls);
  const watch = watchNode(request.url);
  const settled = () => {
    client?.close();
    watch?.stop();
  };
  try {
    const socket: WebSocketLike = headers === undefined && client === undefined
      ? new globalThis.WebSocket(request.url, protocols)
      : openWith(request.url, { protocols, ...(headers && { headers }), ...client?.options });
    return { socket, ...(watch && { failure: watch.failure }), settled };
  } catch (error) {
    settled();
    throw error;
  }
}

/** Deno, Bun and Node take an object in place of the subprotocols. */
function openWith(url: string, options: Record<string, unknown>): WebSocketLike {
  if (deno() === undefined && !isBun() && nodeProcess() === undefined) {
    throw new OptionError(`Cannot dial "${shownUrl(url)}" with headers: this runtime's WebSocket takes none`);
  }
  return Reflect.construct(globalThis.WebSocket, [url, options]);
}

/** What to add to the constructor's options so that the runtime's own WebSocket heeds ours. */
function tlsClient(tls: TlsOptions): { options: Record<string, unknown>; close(): void } {
  const cert = tls.cert !== undefined && tls.key !== undefined ? { cert: tls.cert, key: tls.key } : {};
  const runtime = deno();
  if (runtime !== undefined) {
    const client = runtime.createHttpClient({ ...(tls.caCerts && { caCerts: [...tls.caCerts] }), ...cert });
    return { options: { client }, close: () => client.close() };
  }
  if (!isBun()) {
    throw new OptionError(
      `Cannot use TLS options for "wss:": this runtime's WebSocket takes none, pass one that does`,
    );
  }
  const roots = nodeProcess()?.getBuiltinModule("node:tls").rootCertificates ?? [];
  return {
    options: { tls: { ...(tls.caCerts && { ca: [...roots, ...tls.caCerts] }), ...cert } },
    close: nothing,
  };
}

/**
 * Node's WebSocket does not tell why it did not open, but its diagnostics channel does, naming only host and
 * port: what dials the same server at the same time fails for the same reason.
 */
function watchNode(url: string): { failure: () => unknown; stop: () => void } | undefined {
  if (deno() !== undefined || isBun()) return undefined;
  const channels = nodeProcess()?.getBuiltinModule("node:diagnostics_channel");
  if (channels === undefined) return undefined;
  const { hostname, port } = new URL(url);
  let failure: unknown;
  const onError = (message: unknown): void => {
    if (
      isConnectError(message) && message.connectParams.hostname === hostname &&
      String(message.connectParams.port) === port
    ) failure = message.error;
  };
  channels.subscribe("undici:client:connectError", onError);
  return {
    failure: () => failure,
    stop: () => {
      failure = undefined;
      channels.unsubscribe("undici:client:connectError", onError);
    },
  };
}

function isConnectError(
  message: unknown,
): message is { connectParams: { hostname?: unknown; port?: unknown }; error: unknown } {
  return typeof message === "object" && message !== null && "error" in message &&
    "connectParams" in message && typeof message.connectParams === "object" && message.connectParams !== null;
}
