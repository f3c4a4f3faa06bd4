import { nodeProcess } from "../node_process.ts";
import { dialFailure, reasonOf } from "../protocol/dial_failure.ts";
import type { Dial, DialRequest, Link, LinkEvents } from "../protocol/link.ts";
import { OptionError } from "../protocol/errors.ts";
import type { CloseInfo, Data } from "../protocol/protocol.ts";
import { shownUrl } from "../protocol/quote.ts";
import { parseUrl, unknownScheme } from "./_address.ts";
import { ABNORMAL_CLOSURE, fittingReason, sendableCode } from "./_close_code.ts";
import { deno, isBun } from "./_runtime.ts";
import {
  DEFAULT_MAX_BUFFERED,
  DEFAULT_MAX_MESSAGE,
  type DialOptions,
  type TlsOptions,
  type WebSocketLike,
} from "./options.ts";

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
    const { socket, explain, settled } = construct(
      request,
      protocol === "wss:" ? options.tls : undefined,
      options,
    );
    return new WebSocketLink(socket, events, options.maxBuffered ?? DEFAULT_MAX_BUFFERED, {
      maxMessage: request.maxMessage ?? DEFAULT_MAX_MESSAGE,
      opening: { url: request.url, explain, settled },
      closeCode: sendableCode,
    });
  };
}

interface Constructed {
  readonly socket: WebSocketLike;
  /** Why it did not open, where the runtime tells so beside its events. */
  readonly explain: () => unknown;
  /** To be called once it is open or has failed. */
  readonly settled: () => void;
}

interface Opening extends Omit<Constructed, "socket"> {
  readonly url: string;
}

/** How a link treats its WebSocket. */
export interface WebSocketLinkOptions {
  /** For one that is not open yet. */
  readonly opening?: Opening;
  /** The largest message that is passed on, in bytes; who has read it already has no way to refuse it before. */
  readonly maxMessage: number;
  /** The code to pass to the socket's `close` for a code the core wants. */
  readonly closeCode: (code: number) => number | undefined;
}

const TOO_BIG = 1009;
/** The end of a WebSocket that tells of none. */
const UNTOLD = { code: ABNORMAL_CLOSURE, reason: "", wasClean: false } as const;
const encoder = new TextEncoder();
const nothing = (): void => {};

/** The link over a WebSocket: one that is opening, or one that was accepted. */
export class WebSocketLink implements Link {
  readonly #socket: WebSocketLike;
  readonly #events: LinkEvents;
  readonly #maxBuffered: number;
  readonly #options: WebSocketLinkOptions;
  #state: "opening" | "open" | "closing" | "gone";
  #failure: unknown;

  /** Takes over the handlers of the socket. */
  constructor(
    socket: WebSocketLike,
    events: LinkEvents,
    maxBuffered: number,
    options: WebSocketLinkOptions,
  ) {
    this.#socket = socket;
    this.#events = events;
    this.#maxBuffered = maxBuffered;
    this.#options = options;
    this.#state = options.opening === undefined ? "open" : "opening";
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#opened();
    socket.onmessage = (event: { readonly data?: unknown }) => this.#receive(event.data);
    socket.onerror = (event: { readonly error?: unknown; readonly message?: unknown }) => {
      this.#failure ??= event.error instanceof Error && event.error.message !== ""
        ? event.error
        : event.message || undefined;
      // Node 22's tells of one that did not open nothing more, others at once.
      if (this.#state === "opening") setTimeout(() => this.#closed(UNTOLD));
    };
    socket.onclose = (
      event: { readonly code: number; readonly reason: string; readonly wasClean: boolean },
    ) => this.#closed(event);
  }

  send(data: Data): void {
    if (this.#state !== "open") return;
    const waiting = this.#socket.bufferedAmount;
    if (waiting > this.#maxBuffered) {
      const reason = `The peer does not read: ${waiting} bytes are waiting`;
      this.#drop({ code: ABNORMAL_CLOSURE, reason, clean: false, cause: "stalled" });
      return;
    }
    try {
      this.#socket.send(typeof data === "string" ? data : unshared(data));
    } catch (error) {
      this.#drop({ code: ABNORMAL_CLOSURE, reason: reasonOf(error), clean: false, cause: "lost" });
    }
  }

  close(code: number, reason: string): void {
    if (this.#state === "opening") {
      const why = "Closed before it was open";
      this.#drop({ code: ABNORMAL_CLOSURE, reason: why, clean: false, cause: "refused" });
    } else if (this.#state === "open") {
      this.#state = "closing";
      this.#close(this.#options.closeCode(code), reason);
    }
  }

  abort(): void {
    if (this.#state === "gone") return;
    this.#leave();
    this.#terminate();
  }

  #opened(): void {
    if (this.#state !== "opening") return;
    const { opening } = this.#options;
    this.#state = "open";
    opening?.settled();
    this.#events.opened({ url: opening?.url ?? "", protocol: this.#socket.protocol });
  }

  #receive(data: unknown): void {
    if (this.#state === "gone") return;
    const { maxMessage } = this.#options;
    if (isLarger(data, maxMessage)) {
      const reason = `A message is longer than ${maxMessage} bytes`;
      this.#close(this.#options.closeCode(TOO_BIG), reason);
      if (this.#isGone()) return;
      this.#leave();
      this.#events.closed({ code: ABNORMAL_CLOSURE, reason, clean: false, cause: "corrupt" });
      return;
    }
    if (typeof data === "string") this.#events.receive(data);
    else if (data instanceof ArrayBuffer) this.#events.receive(new Uint8Array(data));
    // A constructor that does not heed binaryType; a Blob could only be read later, out of order.
    else if (ArrayBuffer.isView(data)) {
      this.#events.receive(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
  }

  #closed(event: { readonly code: number; readonly reason: string; readonly wasClean: boolean }): void {
    if (this.#state === "gone") return;
    const { opening } = this.#options;
    const neverOpened = this.#state === "opening";
    const failure = (neverOpened ? opening?.explain() : undefined) ?? this.#failure;
    this.#leave();
    const code = event.code || ABNORMAL_CLOSURE;
    let reason = event.reason || (failure === undefined ? "" : explained(failure));
    if (neverOpened) {
      // Node is silent about HTTP errors, browsers about everything.
      reason ||= "The WebSocket did not open: the runtime does not tell why";
      const { cause } = dialFailure(isHidden(failure) ? undefined : failure);
      this.#events.closed({ code, reason, clean: false, cause });
    } else {
      // 1006 is never on the wire: any other code came in a close frame.
      const cause = event.wasClean || code !== ABNORMAL_CLOSURE ? "peer" : "lost";
      this.#events.closed({ code, reason, clean: event.wasClean, cause });
    }
  }

  #isGone(): boolean {
    return this.#state === "gone";
  }

  #drop(info: CloseInfo): void {
    this.#leave();
    this.#terminate();
    this.#events.closed(info);
  }

  #leave(): void {
    if (this.#state === "opening") this.#options.opening?.settled();
    this.#state = "gone";
    // Replaced, not removed: to npm's `ws` an error nobody listens to is a crash.
    this.#socket.onopen = nothing;
    this.#socket.onmessage = nothing;
    this.#socket.onerror = nothing;
    this.#socket.onclose = nothing;
  }

  /**
   * Drops the connection where the implementation can. The web's WebSocket has nothing quicker than the
   * closing handshake: on Deno, Node and in browsers the socket lingers, unheard, until the peer answers or
   * the system gives it up.
   */
  #terminate(): void {
    try {
      if (this.#socket.terminate !== undefined) this.#socket.terminate();
      else this.#socket.close();
    } catch {
      // It was closed under us.
    }
  }

  #close(code: number | undefined, reason: string): void {
    try {
      if (code === undefined) this.#socket.close();
      else this.#socket.close(code, fittingReason(reason));
    } catch (error) {
      this.#drop({ code: ABNORMAL_CLOSURE, reason: reasonOf(error), clean: false, cause: "lost" });
    }
  }
}

/** Whether a message takes more bytes than that; of a text, counted only where its length does not tell. */
function isLarger(data: unknown, bytes: number): boolean {
  if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) return data.byteLength > bytes;
  // A UTF-16 unit is one to three bytes.
  if (typeof data !== "string" || data.length * 3 <= bytes) return false;
  return data.length > bytes || encoder.encode(data).length > bytes;
}

/** What `send` may be given: the web's takes no view of shared memory. */
function unshared(data: Uint8Array): Uint8Array<ArrayBuffer> {
  return isUnshared(data) ? data : new Uint8Array(data);
}

function isUnshared(data: Uint8Array): data is Uint8Array<ArrayBuffer> {
  return data.buffer instanceof ArrayBuffer;
}

function explained(failure: unknown): string {
  if (isHidden(failure)) {
    return "The certificate is not accepted, or the server refused the WebSocket: Deno does not tell which";
  }
  // Bun's messages repeat the URL, which may hold what belongs into no log.
  return reasonOf(failure).replace(/^WebSocket connection to '.*?' failed: /, "");
}

/** True where Deno tells only how its second attempt, by HTTP/2, failed: with a server that has none. */
function isHidden(failure: unknown): boolean {
  return failure !== undefined && /NoApplicationProtocol|HTTP\/2 not supported/.test(reasonOf(failure));
}

function construct(request: DialRequest, tls: TlsOptions | undefined, options: DialOptions): Constructed {
  const protocols = [...request.protocols ?? []];
  const WebSocket = options.WebSocket;
  if (WebSocket !== undefined) {
    return { socket: new WebSocket(request.url, protocols), explain: nothing, settled: nothing };
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
    return { socket, explain: watch?.failure ?? nothing, settled };
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
    stop: () => channels.unsubscribe("undici:client:connectError", onError),
  };
}

function isConnectError(
  message: unknown,
): message is { connectParams: { hostname?: unknown; port?: unknown }; error: unknown } {
  return typeof message === "object" && message !== null && "error" in message &&
    "connectParams" in message && typeof message.connectParams === "object" && message.connectParams !== null;
}
