import { nodeProcess } from "../../node_process.ts";
import { joinBytes } from "../../protocol/data/bytes.ts";
import { dialFailure, reasonOf } from "../../protocol/connection/dial_failure.ts";
import type { Dial, DialRequest, Link, LinkEvents } from "../../protocol/link.ts";
import { OptionError } from "../../protocol/errors.ts";
import type { CloseInfo } from "../../protocol/protocol.ts";
import { deno, type DenoConn, type DenoRuntime } from "../_runtime.ts";
import { NotOpened } from "../_pending_link.ts";
import { type Pipe, StreamLink } from "./_stream.ts";
import type { Proxy } from "../proxy/address.ts";
import { openTunnelOver } from "../proxy/deno_tunnel.ts";
import { noWay } from "../proxy/proxy_tunnel.ts";
import { type StreamAddress, streamAddress } from "../_address.ts";
import { badCertificates, needsNode } from "./_trust.ts";
import { DEFAULT_MAX_BUFFERED, type DialOptions, type TlsOptions } from "../options.ts";

/** What is read into: an idle connection's stays small, a busy one's grows. */
const LEAST_READ = 1_024;
const MOST_READ = 65_536;
/** How much is read before others get their turn: what has come already, Deno hands over without a turn of the loop. */
const MOST_AT_ONCE = 262_144;
const HTTPS_PORT = 443;
/** Why nothing else leads there, either. */
const TOLD: ReadonlySet<CloseInfo["cause"]> = new Set(["dns", "refused", "unreachable", "timeout"]);
/** What Deno says of a certificate and a key that are of no use. */
const UNREADABLE = /KeyMismatch|in (certificate|key) data|No (certificates|keys) found/;
const NO_BYTES = new Uint8Array();

/** How a dial by Deno treats what it reads. */
export interface DenoNetOptions {
  /** True if whoever receives bytes is done with them when `receive` returns: they are not copied. @default {false} */
  readonly transient?: boolean;
  /** By which to go. */
  readonly proxy?: Proxy | undefined;
}

/**
 * Dials `tcp:`, `tls:`, `irc:` and `ircs:` with `Deno.connect` and `Deno.connectTls`; through a proxy if one is given.
 *
 * @throws {OptionError} if this is not Deno; when dialling, if the URL is none of these, or it is `ircs:` and
 * `tls` has both `hostname` and `cert`, or `fingerprints`, or there are a proxy and `cert`, or a proxy of `https:`.
 */
export function denoNet(options: DialOptions = {}, { transient = false, proxy }: DenoNetOptions = {}): Dial {
  const runtime = deno();
  if (runtime === undefined) throw new OptionError("Cannot dial with Deno.connect: this is not Deno");
  return (request, events) => dial(runtime, options, transient, proxy, request, events);
}

function dial(
  runtime: DenoRuntime,
  options: DialOptions,
  transient: boolean,
  proxy: Proxy | undefined,
  request: DialRequest,
  events: LinkEvents,
): Link {
  const address = streamAddress(request.url);
  if (needsNode(options, address.secure, proxy)) {
    throw new OptionError(
      "Cannot use tls.fingerprints, tls.cert with tls.hostname or a proxy, or a proxy of https:, on Deno: " +
        "dial with node:tls",
    );
  }
  const pipe = new DenoPipe(events, options.maxBuffered ?? DEFAULT_MAX_BUFFERED, transient);
  void run(pipe, runtime, options.tls ?? {}, request.url, address, proxy);
  return pipe.link;
}

async function run(
  pipe: DenoPipe,
  runtime: DenoRuntime,
  { caCerts: given, cert, key, hostname: name }: TlsOptions,
  url: string,
  address: StreamAddress,
  proxy: Proxy | undefined,
): Promise<void> {
  const { hostname, port, secure } = address;
  const client = cert !== undefined && key !== undefined ? { cert, key } : undefined;
  const caCerts = given && { caCerts: [...given] };
  let connected = false;
  let rest: Uint8Array = NO_BYTES;
  try {
    // Chat is small messages that must not wait for each other. connectTls has no such switch: what is sent soon
    // after something else waits up to some 40 ms; nor can it be given up. But only it takes a client certificate.
    const conn = secure && proxy === undefined && client !== undefined
      ? undefined
      : await connectTo(runtime, proxy ?? address, pipe.signal).catch((error: unknown) => {
        if (proxy !== undefined) throw noWay(proxy, `cannot be reached (${reasonOf(error)})`);
        if (!pipe.link.live || name !== undefined || !mayBeForbidden(address, error)) throw error;
      });
    if (conn === undefined) {
      const opening = runtime.connectTls({ hostname, port, ...client, ...caCerts });
      pipe.attach(
        await opening.catch((error: unknown) => {
          throw UNREADABLE.test(reasonOf(error)) ? badCertificates(error) : error;
        }),
      );
    } else {
      conn.setNoDelay?.(true);
      pipe.attach(conn);
      if (proxy !== undefined) rest = await openTunnelOver(conn, proxy, address);
      connected = true;
      if (secure) pipe.attach(await runtime.startTls(conn, { hostname: name ?? hostname, ...caCerts }));
    }
    connected = true;
    await pipe.handshake();
  } catch (error) {
    pipe.destroy();
    const mistake = error instanceof OptionError ? { mistake: error } : undefined;
    pipe.link.closed(
      error instanceof NotOpened
        ? error.info
        : { code: 0, ...dialFailure(error, connected), clean: false, ...mistake },
    );
    return;
  }
  if (!pipe.link.live) return;
  pipe.link.opened(url);
  if (rest.length > 0) pipe.link.receive(rest);
  pipe.readAll();
}

/** Deno Deploy forbids connect, and not connectTls, to the port of HTTPS. */
function mayBeForbidden({ port, secure }: StreamAddress, error: unknown): boolean {
  return secure && port === HTTPS_PORT && !TOLD.has(dialFailure(error).cause);
}

async function connectTo(
  runtime: DenoRuntime,
  { hostname, port }: { readonly hostname: string; readonly port: number },
  signal: AbortSignal | undefined,
): Promise<DenoConn> {
  return await runtime.connect({ hostname, port, ...(signal && { signal }) });
}

/** A Deno connection, which may not be there yet. */
class DenoPipe implements Pipe {
  readonly link: StreamLink;
  /** Whoever receives bytes is done with them before the next are read. */
  readonly #transient: boolean;
  /** Undefined once it is open. */
  #opening: AbortController | undefined = new AbortController();
  #conn: DenoConn | undefined = undefined;
  #buffer: Uint8Array = NO_BYTES;
  /** How much has been read since others had their turn. */
  #atOnce = 0;
  /** How often in a row little came. */
  #quiet = 0;
  /** Undefined while nothing waits to be written. */
  #queue: Uint8Array[] | undefined = undefined;
  #ending = false;
  #destroyed = false;
  #writer: Promise<void> | undefined = undefined;
  #failure: unknown = undefined;

  constructor(events: LinkEvents, maxBuffered: number, transient: boolean) {
    this.link = new StreamLink(this, events, maxBuffered, "opening");
    this.#transient = transient;
  }

  /** Aborted when opening is given up. */
  get signal(): AbortSignal | undefined {
    return this.#opening?.signal;
  }

  /** Takes over the connection, or what speaks TLS over it. */
  attach(conn: DenoConn): void {
    this.#conn = conn;
    this.#opening = undefined;
    if (this.#destroyed) closeQuietly(conn);
  }

  async handshake(): Promise<void> {
    await this.#conn?.handshake?.();
  }

  write(bytes: Uint8Array): void {
    this.#queue ??= [];
    this.#queue.push(bytes);
    this.#writer ??= this.#write();
  }

  end(): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#writer ??= this.#write();
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#queue = undefined;
    this.#opening?.abort();
    if (this.#conn !== undefined) closeQuietly(this.#conn);
  }

  /** Reads until the end. By callbacks: an async function that waits would take more than all else of a link. */
  readAll(): void {
    this.#buffer = new Uint8Array(LEAST_READ);
    this.#read();
  }

  #read(): void {
    this.#conn?.read(this.#buffer).then(this.#took, this.#took);
  }

  /** How many bytes came, null at the end, or why the connection broke. One for all: each link has its own. */
  readonly #took = (count: unknown): void => {
    // After a failed write the system reports the end of a stream that in truth broke.
    if (count === null) return void this.#ended(this.#failure);
    if (typeof count !== "number") return void this.#ended(count ?? new Error("The connection broke"));
    const bytes = this.#buffer.subarray(0, count);
    this.link.receive(this.#transient ? bytes : bytes.slice());
    const size = this.#buffer.length;
    if (count === size && size < MOST_READ) {
      this.#quiet = 0;
      this.#buffer = new Uint8Array(Math.min(size * 8, MOST_READ));
    } else if (size > LEAST_READ) {
      // So often with little to read, that the rush is over.
      this.#quiet = count * 8 < size ? this.#quiet + 1 : 0;
      if (this.#quiet === 64) this.#buffer = new Uint8Array(LEAST_READ);
    }
    this.#atOnce += count;
    if (this.#atOnce < MOST_AT_ONCE) return this.#read();
    this.#atOnce = 0;
    afterOthers(() => this.#read());
  };

  /** The peer has ended (undefined), or the connection broke (why). */
  async #ended(failure: unknown): Promise<void> {
    if (failure === undefined) {
      this.link.ended();
      // Until nothing waits to be written, or nothing can be any more.
      await this.#writer;
    }
    this.destroy();
    this.link.closed(
      failure === undefined
        ? { code: 0, reason: "", clean: true, cause: "peer" }
        : { code: 0, reason: reasonOf(failure), clean: false, cause: "lost" },
    );
  }

  async #write(): Promise<void> {
    // After this turn: what one turn sends goes out in one write.
    await undefined;
    try {
      while (this.#queue !== undefined && !this.#destroyed) {
        const batch = joinBytes(this.#queue);
        this.#queue = undefined;
        for (let at = 0; at < batch.length && this.#conn !== undefined;) {
          const count = await this.#conn.write(at === 0 ? batch : batch.subarray(at));
          at += count;
          this.link.written(count);
        }
      }
      if (this.#ending && !this.#destroyed) await this.#conn?.closeWrite();
    } catch (error) {
      // The reader tells: what came before the connection broke is still to be read.
      this.#failure = error ?? new Error("The connection broke");
      return;
    }
    this.#writer = undefined;
  }
}

/** Calls it once timers and other connections have had their turn. */
function afterOthers(act: () => void): void {
  const timers = nodeProcess()?.getBuiltinModule("node:timers");
  if (timers === undefined) setTimeout(act, 0);
  else timers.setImmediate(act);
}

function closeQuietly(conn: DenoConn): void {
  try {
    conn.close();
  } catch {
    // It was closed, or taken over by TLS, under us.
  }
}
