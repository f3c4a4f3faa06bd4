import type { PeerCertificate } from "node:tls";
import { nodeProcess } from "../../node_process.ts";
import { type DialFailure, dialFailure, HUNG_UP, reasonOf } from "../../protocol/connection/dial_failure.ts";
import type { Dial, DialRequest, Link, LinkEvents } from "../../protocol/link.ts";
import { OptionError } from "../../protocol/errors.ts";
import { streamAddress } from "../_address.ts";
import { bun, type BunRuntime, type BunSocket, type BunSocketHandler } from "../_runtime.ts";
import { type Pipe, StreamLink } from "./_stream.ts";
import { badCertificates, plainFingerprint, trustedByDefault, untrustedFingerprint } from "./_trust.ts";
import { DEFAULT_MAX_BUFFERED, type DialOptions } from "../options.ts";

/**
 * Dials `tcp:`, `tls:`, `irc:` and `ircs:` with `Bun.connect`, which does so for less than `node:net` does on Bun.
 *
 * @throws {OptionError} if this is not Bun; when dialling, if the URL is none of these.
 */
export function bunNet(options: DialOptions = {}): Dial {
  const runtime = bun();
  const tls = nodeProcess()?.getBuiltinModule("node:tls");
  if (runtime === undefined || tls === undefined) {
    throw new OptionError("Cannot dial with Bun.connect: this is not Bun");
  }
  return (request, events) => dial(runtime, tls, options, request, events);
}

function dial(
  runtime: BunRuntime,
  tls: typeof import("node:tls"),
  options: DialOptions,
  request: DialRequest,
  events: LinkEvents,
): Link {
  const { hostname: host, port, secure } = streamAddress(request.url);
  const { caCerts, cert, key, hostname = host, fingerprints = [] } = options.tls ?? {};
  const trusted = new Set(fingerprints.map(plainFingerprint));

  /** Why the server is not to be trusted; `Bun.connect` looks at the issuer only. */
  const distrust = (certificate: PeerCertificate, unauthorized: Error | null): DialFailure | undefined => {
    if (trusted.size === 0) {
      const error = unauthorized ?? tls.checkServerIdentity(hostname, certificate);
      return error && dialFailure(error, true);
    }
    const shown = plainFingerprint(certificate.fingerprint256 ?? "");
    return trusted.has(shown) ? undefined : untrustedFingerprint(shown);
  };
  const handshake: Handshake | undefined = secure
    ? (socket, success, unauthorized) =>
      success || trusted.size > 0 || unauthorized !== null
        ? distrust(socket.getPeerCertificate(), unauthorized)
        : { cause: "tls", reason: HUNG_UP }
    : undefined;

  const pipe = new BunPipe(request.url, events, options.maxBuffered ?? DEFAULT_MAX_BUFFERED, handshake);
  const connect = () =>
    runtime.connect({
      hostname: host,
      port,
      allowHalfOpen: true,
      ...(secure && {
        tls: {
          serverName: hostname,
          rejectUnauthorized: trusted.size === 0,
          ...(caCerts && { ca: [...trustedByDefault(tls), ...caCerts] }),
          ...(cert !== undefined && key !== undefined && { cert, key }),
        },
      }),
      data: pipe,
      socket: handlers,
    });
  try {
    connect().catch((error: unknown) => pipe.closed(error));
  } catch (error) {
    // Only what it is given for TLS is read at once.
    throw badCertificates(error);
  }
  return pipe.link;
}

/** One for all connections. */
const handlers: BunSocketHandler<BunPipe> = {
  binaryType: "uint8array",
  open: (socket) => socket.data.opened(socket),
  handshake: (socket, success, unauthorized) => socket.data.shaken(socket, success, unauthorized),
  data: (socket, bytes) => socket.data.link.receive(bytes),
  drain: (socket) => socket.data.flush(),
  end: (socket) => socket.data.peerEnded(),
  error: (socket, error) => socket.data.failed(error),
  close: (socket, error) => socket.data.closed(error),
  connectError: (socket, error) => socket.data.closed(error),
};

/** What is wrong with a TLS handshake; undefined: nothing. */
type Handshake = (
  socket: BunSocket<BunPipe>,
  success: boolean,
  unauthorized: Error | null,
) => DialFailure | undefined;

/** Bun's message says only that it failed, its code why. */
function bunReasonOf(failure: unknown): string {
  const code = failure instanceof Error && "code" in failure ? ` (${String(failure.code)})` : "";
  return `${reasonOf(failure)}${code}`;
}

/** A connection of Bun's, which may not be there yet. */
class BunPipe implements Pipe {
  readonly link: StreamLink;
  readonly #url: string;
  /** Undefined where there is no TLS, and once the handshake is over. */
  #handshake: Handshake | undefined;
  #socket: BunSocket<BunPipe> | undefined = undefined;
  /** Undefined while nothing waits to be written. */
  #queue: Uint8Array[] | undefined = undefined;
  #ending = false;
  /** Our half has ended. */
  #ended = false;
  #peerEnded = false;
  #destroyed = false;
  #failure: unknown = undefined;

  constructor(url: string, events: LinkEvents, maxBuffered: number, handshake: Handshake | undefined) {
    this.link = new StreamLink(this, events, maxBuffered, "opening");
    this.#url = url;
    this.#handshake = handshake;
  }

  // What Bun tells.

  opened(socket: BunSocket<BunPipe>): void {
    this.#socket = socket;
    if (this.#destroyed) socket.terminate();
    // Chat is small messages that must not wait for each other.
    socket.setNoDelay(true);
    if (this.#handshake === undefined && this.link.live) this.link.opened(this.#url);
  }

  shaken(socket: BunSocket<BunPipe>, success: boolean, unauthorized: Error | null): void {
    if (!this.link.opening) return;
    const refusal = this.#handshake?.(socket, success, unauthorized);
    if (refusal === undefined) {
      this.#handshake = undefined;
      return this.link.opened(this.#url);
    }
    this.link.closed({ code: 0, ...refusal, clean: false });
    this.destroy();
  }

  peerEnded(): void {
    this.#peerEnded = true;
    this.link.ended();
  }

  failed(error: unknown): void {
    this.#failure ??= error;
  }

  closed(error?: unknown): void {
    this.#failure ??= error;
    const failure = this.#failure ?? undefined;
    const reason = failure === undefined ? "" : bunReasonOf(failure);
    if (this.link.opening) {
      const inHandshake = this.#socket !== undefined && this.#handshake !== undefined;
      this.link.closed({ code: 0, ...dialFailure(failure ?? new Error(HUNG_UP), inHandshake), clean: false });
    } else if (this.#peerEnded || (this.#ended && reason === "")) {
      // Where our half has ended, Bun does not tell the peer's end but by `close`.
      this.link.closed({ code: 0, reason: "", clean: true, cause: "peer" });
    } else {
      this.link.closed({ code: 0, reason: reason || "The connection broke", clean: false, cause: "lost" });
    }
  }

  // What the link wants.

  write(bytes: Uint8Array): void {
    this.#queue ??= [];
    this.#queue.push(bytes);
    if (this.#queue.length === 1) this.flush();
  }

  /** Hands over what Bun takes; it calls again when it takes more. */
  flush(): void {
    const socket = this.#socket;
    if (socket === undefined || this.#destroyed) return;
    for (let first = this.#queue?.[0]; first !== undefined; first = this.#queue?.[0]) {
      const count = Math.max(socket.write(first), 0);
      this.link.written(count);
      if (count < first.length) {
        if (this.#queue !== undefined) this.#queue[0] = first.subarray(count);
        return;
      }
      this.#queue?.shift();
    }
    this.#queue = undefined;
    if (!this.#ending) return;
    this.#ended = true;
    socket.shutdown();
  }

  end(): void {
    if (this.#ending) return;
    this.#ending = true;
    if (this.#queue === undefined) this.flush();
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#queue = undefined;
    // Bun calls `close` within `terminate`: not before whoever destroys it is done.
    queueMicrotask(() => this.#socket?.terminate());
  }
}
