import { createHash } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { Dial, DialRequest, Link, LinkEvents } from "../../src/protocol/link.ts";
import type { CloseInfo, Data, OpenInfo } from "../../src/protocol/protocol.ts";
import { type Certificate, selfSignedCertificate } from "../../testing/world/network/certificate.ts";
import type { AcceptedInfo, Acceptor } from "../../testing/world/network/listen.ts";

export const onDeno = "Deno" in globalThis;
export const onBun = "Bun" in globalThis;
export const onNode = !onDeno && !onBun;
export const onNode22: boolean = onNode && /^v22\./.test(process.version);
/** The `fetch` of Node 22 before 22.21 knows of no proxies. */
export const knowsProxies: boolean = !(onNode && /^v22\.(1\d|20)\./.test(process.version));

/** How long anything is waited for, in milliseconds: a busy machine takes seconds for what takes none. */
const LONGEST_WAIT = 30_000;

/** Records what a link tells, and waits for it. */
export class Recorder implements LinkEvents {
  readonly opens: OpenInfo[] = [];
  readonly data: Data[] = [];
  readonly closes: CloseInfo[] = [];
  #waiting: { check: () => boolean; resolve: () => void }[] = [];

  opened(info: OpenInfo): void {
    this.opens.push(info);
    this.wake();
  }

  receive(data: Data): void {
    this.data.push(data);
    this.wake();
  }

  receiveBatch(batch: readonly Data[]): void {
    for (const data of batch) this.receive(data);
  }

  closed(info: CloseInfo): void {
    this.closes.push(info);
    this.wake();
  }

  /** How many bytes came; strings count their characters. */
  get size(): number {
    return this.data.reduce((sum, data) => sum + data.length, 0);
  }

  /** Everything that came, as one run of bytes. */
  get bytes(): Uint8Array {
    const parts = this.data.map((data) => typeof data === "string" ? new TextEncoder().encode(data) : data);
    return new Uint8Array(parts.flatMap((part) => [...part]));
  }

  /** Everything that came, as text. */
  get text(): string {
    return new TextDecoder().decode(this.bytes);
  }

  wake(): void {
    this.#waiting = this.#waiting.filter(({ check, resolve }) => {
      if (!check()) return true;
      resolve();
      return false;
    });
  }

  /** Resolves once the condition holds; it is looked at whenever something is told. */
  async until(check: () => boolean): Promise<void> {
    if (check()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ check, resolve });
    const timer = setTimeout(() => {
      const seen = { opens: this.opens, size: this.size, closes: this.closes };
      reject(new Error(`Gave up waiting for ${check}: saw ${JSON.stringify(seen)}`));
    }, LONGEST_WAIT);
    await promise.finally(() => clearTimeout(timer));
  }

  async open(): Promise<this> {
    await this.until(() => this.opens.length + this.closes.length > 0);
    if (this.opens.length === 0) throw new Error(`Did not open: ${JSON.stringify(this.closes[0])}`);
    return this;
  }

  async close(): Promise<CloseInfo> {
    await this.until(() => this.closes.length > 0);
    const [info] = this.closes;
    if (info === undefined) throw new Error("Did not close");
    return info;
  }
}

/** Dials and records. */
export function connect(dial: Dial, request: string | DialRequest): { link: Link; seen: Recorder } {
  const seen = new Recorder();
  const link = dial(typeof request === "string" ? { url: request } : request, seen);
  return { link, seen };
}

/** A server's side of one link. */
export class Peer extends Recorder {
  readonly info: AcceptedInfo;
  readonly link: Link;

  constructor(info: AcceptedInfo, attach: (events: LinkEvents) => Link) {
    super();
    this.info = info;
    this.link = attach(this);
  }
}

/** A server without a core: it keeps the peers it accepted, and can echo. */
export class Peers implements Acceptor {
  readonly all: Peer[] = [];
  readonly #arrived = new Recorder();
  readonly #echo: boolean;

  constructor({ echo = false } = {}) {
    this.#echo = echo;
  }

  accept(info: OpenInfo, attach: (events: LinkEvents) => Link): number {
    const peer = new Peer(info, (events) => {
      const receive = (data: Data) => {
        events.receive(data);
        if (this.#echo) link.send(data);
      };
      const link = attach({
        opened: events.opened,
        receive,
        receiveBatch: (batch) => batch.forEach(receive),
        closed: (close) => events.closed(close),
      });
      return link;
    });
    this.all.push(peer);
    this.#arrived.wake();
    return -this.all.length;
  }

  /** The n-th that arrives. */
  async peer(index = 0): Promise<Peer> {
    await this.#arrived.until(() => this.all.length > index);
    const peer = this.all[index];
    if (peer === undefined) throw new Error(`No peer "${index}"`);
    return peer;
  }
}

/** A server of TCP, or with a certificate of TLS, that is no more than a function per connection. */
export async function rawServer(
  onSocket: (socket: Socket) => void,
  certificate?: Certificate & { readonly requestCert?: boolean; readonly rejectUnauthorized?: boolean },
): Promise<AsyncDisposable & { port: number }> {
  const sockets = new Set<Socket>();
  const take = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    onSocket(socket);
  };
  const server: Server = certificate === undefined ? createServer(take) : createTlsServer(certificate, take);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port");
  return {
    port: address.port,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Answers a WebSocket handshake by hand, for what no WebSocket server would do afterwards. */
export function rawHandshake(socket: Socket, then: (socket: Socket) => void): void {
  let head = "";
  const onData = (chunk: Uint8Array): void => {
    head += new TextDecoder().decode(chunk);
    if (!head.includes("\r\n\r\n")) return;
    socket.off("data", onData);
    const key = /sec-websocket-key: *(\S+)/i.exec(head)?.[1] ?? "";
    const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    then(socket);
  };
  socket.on("data", onData);
}

/** A port on loopback where nothing listens. */
export async function closedPort(): Promise<number> {
  await using server = await rawServer(() => {});
  return server.port;
}

/** Resolves after so many milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Opens and closes another link there: by then, whatever was still to come of an earlier one has come, however
 * slow the machine is.
 */
export async function afterAnother(dial: Dial, url: string): Promise<void> {
  const { link, seen } = connect(dial, url);
  await seen.open();
  link.close(1000, "");
  await seen.close();
}

/** Sends to a peer that does not read until the link gives up, or far more was sent than anything buffers. */
export async function overwhelm(link: Link, seen: Recorder): Promise<void> {
  const chunk = new Uint8Array(262_144);
  for (let sent = 0; sent < 400 && seen.closes.length === 0; sent++) {
    link.send(chunk);
    await pause(0);
  }
}

let made: Promise<{ server: Certificate; client: Certificate; other: Certificate }> | undefined;

/** Certificates for the whole file: making them takes longer than most tests. */
export function certificates(): Promise<{ server: Certificate; client: Certificate; other: Certificate }> {
  made ??= (async () => ({
    server: await selfSignedCertificate(),
    client: await selfSignedCertificate({ hosts: ["parley"] }),
    other: await selfSignedCertificate(),
  }))();
  return made;
}
