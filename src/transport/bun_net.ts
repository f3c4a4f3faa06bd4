import type { PeerCertificate } from "node:tls";
import type { Dial, DialRequest, Link, LinkEvents } from "../driver/host.ts";
import { OptionError } from "../protocol/errors.ts";
import { streamAddress } from "./_address.ts";
import { bun, type BunRuntime, type BunSocket, nodeProcess } from "./_runtime.ts";
import { type Pipe, reasonOf, StreamLink } from "./_stream.ts";
import { plainFingerprint, trustedByDefault } from "./_trust.ts";
import { DEFAULT_MAX_BUFFERED, type DialOptions } from "./options.ts";

/**
 * Dials `irc:` and `ircs:` with `Bun.connect`, which does so for less than `node:net` does on Bun.
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
  const pipe = new BunPipe();
  const link = new StreamLink(pipe, events, options.maxBuffered ?? DEFAULT_MAX_BUFFERED, "opening");
  pipe.onWritten = (count) => link.written(count);
  let connected = false;
  let ended = false;
  let failure: unknown;

  /** Why the server is not to be trusted; `Bun.connect` looks at the issuer only. */
  const distrust = (certificate: PeerCertificate, unauthorized: Error | null): string | undefined => {
    if (trusted.size === 0) {
      const error = unauthorized ?? tls.checkServerIdentity(hostname, certificate);
      return error && `The server's certificate is not accepted: ${reasonOf(error)}`;
    }
    const shown = plainFingerprint(certificate.fingerprint256 ?? "");
    if (trusted.has(shown)) return undefined;
    return `The server's certificate has the SHA-256 fingerprint "${shown}", which is not trusted`;
  };
  const closed = (error?: unknown) => {
    failure ??= error;
    const reason = failure === undefined || failure === null ? "" : bunReasonOf(failure);
    if (link.opening) {
      link.closed({ code: 0, reason, clean: false, cause: connected && secure ? "tls" : "refused" });
    } else if (ended || (pipe.ended && reason === "")) {
      // Where our half has ended, Bun does not tell the peer's end but by `close`.
      link.closed({ code: 0, reason: "", clean: true, cause: "peer" });
    } else {
      link.closed({ code: 0, reason: reason || "The connection broke", clean: false, cause: "lost" });
    }
  };

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
    socket: {
      binaryType: "uint8array",
      open(socket) {
        connected = true;
        pipe.attach(socket);
        // Chat is small messages that must not wait for each other.
        socket.setNoDelay(true);
        if (!secure && link.live) link.opened(request.url);
      },
      handshake(socket, success, unauthorized) {
        if (!link.opening) return;
        const refusal = success || trusted.size > 0 || unauthorized !== null
          ? distrust(socket.getPeerCertificate(), unauthorized)
          : "The TLS handshake failed";
        if (refusal === undefined) return link.opened(request.url);
        link.closed({ code: 0, reason: refusal, clean: false, cause: "tls" });
        pipe.destroy();
      },
      data: (_socket, bytes) => link.receive(bytes),
      drain: () => pipe.flush(),
      end() {
        ended = true;
        link.ended();
      },
      error: (_socket, error) => void (failure ??= error),
      close: (_socket, error) => closed(error),
      connectError: (_socket, error) => closed(error),
    },
  }).catch(closed);
  return link;
}

/** Bun's message says only that it failed, its code why. */
function bunReasonOf(failure: unknown): string {
  const code = failure instanceof Error && "code" in failure ? ` (${String(failure.code)})` : "";
  return `${reasonOf(failure)}${code}`;
}

/** A connection of Bun's, which may not be there yet. */
class BunPipe implements Pipe {
  onWritten: (count: number) => void = () => {};
  /** Our half has ended. */
  ended = false;
  #socket: BunSocket | undefined = undefined;
  #queue: Uint8Array[] = [];
  #ending = false;
  #destroyed = false;

  attach(socket: BunSocket): void {
    this.#socket = socket;
    if (this.#destroyed) socket.terminate();
  }

  write(bytes: Uint8Array): void {
    this.#queue.push(bytes);
    if (this.#queue.length === 1) this.flush();
  }

  /** Hands over what Bun takes; it calls again when it takes more. */
  flush(): void {
    const socket = this.#socket;
    if (socket === undefined || this.#destroyed) return;
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      const count = Math.max(socket.write(first), 0);
      this.onWritten(count);
      if (count < first.length) {
        this.#queue[0] = first.subarray(count);
        return;
      }
      this.#queue.shift();
    }
    if (!this.#ending) return;
    this.ended = true;
    socket.shutdown();
  }

  end(): void {
    if (this.#ending) return;
    this.#ending = true;
    if (this.#queue.length === 0) this.flush();
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#queue = [];
    // Bun calls `close` within `terminate`: not before whoever destroys it is done.
    queueMicrotask(() => this.#socket?.terminate());
  }
}
