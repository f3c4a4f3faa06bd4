import { connect, type Socket } from "node:net";
import type { Certificate } from "../../testing/world/network/certificate.ts";
import { certificates, rawServer } from "./_harness.ts";

/** A proxy on loopback. */
export interface TestProxy extends AsyncDisposable {
  /** With the user and the password that it wants, if any. */
  readonly url: string;
  readonly port: number;
  /** What it was asked for, as `host:port`, and who asked. */
  readonly log: readonly { readonly target: string; readonly user: string | undefined }[];
  /** All bytes that came through it from clients, as far as text can show them. */
  readonly seen: string;
}

/** How a proxy behaves. */
export interface ProxyOptions {
  /** `user:password` that it wants. @default {none} */
  readonly credentials?: string;
  /** Addresses of names that only the proxy knows. @default {{}} */
  readonly names?: Readonly<Record<string, string>>;
  /** What it answers instead of opening a way: the head of an HTTP answer, or a code of SOCKS5. */
  readonly refuses?: string | number;
  /** What it says right behind its answer, as if it came from the server. @default {""} */
  readonly adds?: string;
}

class Recording implements TestProxy {
  readonly log: { target: string; user: string | undefined }[] = [];
  seen = "";
  readonly port: number;
  readonly url: string;
  readonly #server: AsyncDisposable;

  constructor(scheme: string, server: AsyncDisposable & { port: number }, credentials: string | undefined) {
    this.#server = server;
    this.port = server.port;
    this.url = `${scheme}://${credentials === undefined ? "" : `${credentials}@`}127.0.0.1:${server.port}`;
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#server[Symbol.asyncDispose]();
  }
}

/** Reads what a client sends, piece by piece: `take` takes what is whole, and tells how much that was. */
function reading(socket: Socket, take: (bytes: Uint8Array) => number): () => Uint8Array {
  let bytes: Uint8Array = new Uint8Array();
  const onData = (data: Uint8Array): void => {
    bytes = new Uint8Array([...bytes, ...data]);
    for (let size = take(bytes); size > 0; size = take(bytes)) bytes = bytes.slice(size);
  };
  socket.on("data", onData);
  return () => {
    socket.off("data", onData);
    return bytes;
  };
}

function join(
  proxy: Recording,
  client: Socket,
  host: string,
  port: number,
  rest: () => Uint8Array,
  hello: string,
) {
  const server = connect({ host, port });
  server.on("error", () => client.destroy());
  server.on("close", () => client.destroy());
  client.on("close", () => server.destroy());
  server.once("connect", () => {
    client.write(hello, "latin1");
    const first = rest();
    if (first.length > 0) server.write(first);
    client.on("data", (data: Uint8Array) => {
      proxy.seen += String.fromCharCode(...data);
      server.write(data);
    });
    server.on("data", (data: Uint8Array) => void client.write(data));
    client.on("end", () => server.end());
    server.on("end", () => client.end());
  });
}

/** A proxy that speaks HTTP within TLS; `certificates()` tells whom to trust. */
export async function httpsProxy(options: ProxyOptions = {}): Promise<TestProxy> {
  return await httpProxy(options, (await certificates()).server);
}

/** A proxy that speaks HTTP. */
export async function httpProxy(
  { credentials, names = {}, refuses, adds = "" }: ProxyOptions = {},
  certificate?: Certificate,
): Promise<TestProxy> {
  const server = await rawServer((client) => {
    const rest = reading(client, (bytes) => {
      const text = String.fromCharCode(...bytes);
      const end = text.indexOf("\r\n\r\n");
      if (end < 0) return 0;
      const [, target = "", host = "", port = ""] = /^CONNECT ((\S+):(\d+)) HTTP\/1\.1\r\n/.exec(text) ?? [];
      const given = /^proxy-authorization: basic (\S+)\r?$/im.exec(text)?.[1];
      const known = given === undefined ? undefined : atob(given);
      proxy.log.push({ target, user: known?.split(":")[0] });
      if (typeof refuses === "string") client.end(refuses);
      else if (credentials !== undefined && known !== credentials) {
        client.end(
          'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="x"\r\n\r\n',
        );
      } else {
        const name = host.replace(/^\[(.*)\]$/, "$1");
        join(
          proxy,
          client,
          names[name] ?? name,
          Number(port),
          rest,
          `HTTP/1.1 200 OK\r\nVia: test\r\n\r\n${adds}`,
        );
      }
      return end + 4;
    });
  }, certificate);
  const proxy = new Recording(certificate === undefined ? "http" : "https", server, credentials);
  return proxy;
}

/** A proxy that speaks SOCKS5. */
export async function socksProxy(
  { credentials, names = {}, refuses, adds = "" }: ProxyOptions = {},
): Promise<TestProxy> {
  const server = await rawServer((client) => {
    let state: "methods" | "password" | "request" = "methods";
    let user: string | undefined;
    const say = (...bytes: number[]) => void client.write(new Uint8Array(bytes));
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    const rest = reading(client, (bytes) => {
      const at = (index: number) => bytes[index] ?? 0;
      if (state === "methods") {
        const size = 2 + at(1);
        if (bytes.length < size) return 0;
        const method = credentials === undefined ? 0 : bytes.slice(2, size).includes(2) ? 2 : 0xff;
        state = method === 2 ? "password" : "request";
        say(5, method);
        return size;
      }
      if (state === "password") {
        const passwordAt = 3 + at(1);
        const size = passwordAt + at(2 + at(1));
        if (bytes.length < passwordAt || bytes.length < size) return 0;
        user = text(bytes.slice(2, passwordAt - 1));
        const right = `${user}:${text(bytes.slice(passwordAt, size))}` === credentials;
        state = "request";
        say(1, right ? 0 : 1);
        if (!right) client.end();
        return size;
      }
      const length = { 1: 4, 3: 1 + at(4), 4: 16 }[at(3)] ?? 0;
      const size = 4 + length + 2;
      if (bytes.length < 5 || bytes.length < size) return 0;
      const address = bytes.slice(4, 4 + length);
      const host = at(3) === 3
        ? text(address.slice(1))
        : at(3) === 1
        ? address.join(".")
        : [...address].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      const port = at(size - 2) * 256 + at(size - 1);
      proxy.log.push({ target: `${host}:${port}`, user });
      if (typeof refuses === "number") {
        say(5, refuses, 0, 1, 0, 0, 0, 0, 0, 0);
        client.end();
      } else join(proxy, client, names[host] ?? host, port, rest, `\x05\0\0\x03\x04test\0\0${adds}`);
      return size;
    });
  });
  const proxy = new Recording("socks5", server, credentials);
  return proxy;
}
