/** A connection as Deno gives it. */
export interface DenoConn {
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  closeWrite(): Promise<void>;
  close(): void;
  /** TCP only. */
  readonly setNoDelay?: (noDelay: boolean) => void;
  /** TLS only: what went wrong is told here, not by the first read. */
  readonly handshake?: () => Promise<unknown>;
}

/** What parley uses of Deno, by structure: the package must type-check, and load, where there is no Deno. */
export interface DenoRuntime {
  connect(options: { hostname: string; port: number; signal?: AbortSignal }): Promise<DenoConn>;
  startTls(conn: DenoConn, options: { hostname: string; caCerts?: string[] }): Promise<DenoConn>;
  connectTls(options: {
    hostname: string;
    port: number;
    caCerts?: string[];
    cert?: string;
    key?: string;
  }): Promise<DenoConn>;
  createHttpClient(options: { caCerts?: string[]; cert?: string; key?: string }): { close(): void };
  readonly version: { readonly deno: string };
  readonly env: { get(name: string): string | undefined };
  readonly permissions: {
    querySync(descriptor: { name: "env"; variable: string }): { readonly state: string };
  };
}

function isDeno(value: unknown): value is DenoRuntime {
  return typeof value === "object" && value !== null &&
    "connect" in value && typeof value.connect === "function" &&
    "connectTls" in value && typeof value.connectTls === "function" &&
    "startTls" in value && typeof value.startTls === "function" &&
    "createHttpClient" in value && typeof value.createHttpClient === "function";
}

/** Deno, if this is Deno. */
export function deno(): DenoRuntime | undefined {
  const value: unknown = Reflect.get(globalThis, "Deno");
  return isDeno(value) ? value : undefined;
}

/** A connection as Bun gives it. */
export interface BunSocket<Data> {
  /** What was given to `connect`. */
  readonly data: Data;
  /** Returns how many bytes it took; `drain` follows if those were not all. */
  write(bytes: Uint8Array): number;
  /** Ends our half. */
  shutdown(): void;
  terminate(): void;
  setNoDelay(noDelay: boolean): void;
  getPeerCertificate(): import("node:tls").PeerCertificate;
}

/** What Bun tells of a connection. */
export interface BunSocketHandler<Data> {
  readonly binaryType: "uint8array";
  open(socket: BunSocket<Data>): void;
  handshake(socket: BunSocket<Data>, success: boolean, unauthorized: Error | null): void;
  data(socket: BunSocket<Data>, bytes: Uint8Array): void;
  drain(socket: BunSocket<Data>): void;
  end(socket: BunSocket<Data>): void;
  error(socket: BunSocket<Data>, error: unknown): void;
  close(socket: BunSocket<Data>, error?: unknown): void;
  connectError(socket: BunSocket<Data>, error: unknown): void;
}

/** What parley uses of Bun, by structure: the package must type-check, and load, where there is no Bun. */
export interface BunRuntime {
  connect<Data>(options: {
    hostname: string;
    port: number;
    allowHalfOpen: boolean;
    tls?: { serverName: string; rejectUnauthorized: boolean; ca?: string[]; cert?: string; key?: string };
    data: Data;
    socket: BunSocketHandler<Data>;
  }): Promise<BunSocket<Data>>;
}

function isBunRuntime(value: unknown): value is BunRuntime {
  return typeof value === "object" && value !== null && "connect" in value &&
    typeof value.connect === "function";
}

/** Bun, if this is Bun. */
export function bun(): BunRuntime | undefined {
  const value: unknown = Reflect.get(globalThis, "Bun");
  return isBunRuntime(value) ? value : undefined;
}

/** True on Bun. */
export function isBun(): boolean {
  return bun() !== undefined;
}
