import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { Certificate } from "../../testing/world/network/certificate.ts";
import { within } from "../_within.ts";

/** One client's connection, as a script sees it. */
export class ScriptedPeer {
  readonly #socket: Socket;
  /** Everything it has said. */
  heard = "";
  #text = "";
  #ended = false;
  #told: () => void = () => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Uint8Array) => {
      const text = new TextDecoder().decode(chunk);
      this.heard += text;
      this.#text += text;
      this.#told();
    });
    socket.on("close", () => {
      this.#ended = true;
      this.#told();
    });
  }

  send(...lines: string[]): void {
    for (const line of lines) this.#socket.write(`${line}\r\n`);
  }

  /** The next line that is not NICK or USER; undefined: it has closed. */
  async line(): Promise<string | undefined> {
    return await within("a line", this.#line(), () => JSON.stringify(this.heard));
  }

  async #line(): Promise<string | undefined> {
    for (;;) {
      const [line, ...rest] = this.#text.split("\r\n");
      if (line !== undefined && rest.length > 0) {
        this.#text = rest.join("\r\n");
        if (!/^(NICK|USER) /.test(line)) return line;
      } else if (this.#ended) {
        return undefined;
      } else {
        await new Promise<void>((resolve) => this.#told = resolve);
      }
    }
  }
}

/** An IRC server that says only what a test has it say. */
export class ScriptedServer implements AsyncDisposable {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;
  readonly #all: ScriptedPeer[] = [];
  readonly #arrived: ScriptedPeer[] = [];
  #waiting: ((peer: ScriptedPeer) => void)[] = [];

  private constructor(server: Server, sockets: Set<Socket>, port: number) {
    this.#server = server;
    this.#sockets = sockets;
    this.port = port;
  }

  /** Listens on loopback, with TLS if there is a certificate. */
  static async listen(certificate?: Certificate): Promise<ScriptedServer> {
    const sockets = new Set<Socket>();
    let listening: ScriptedServer | undefined;
    const accept = (socket: Socket) => {
      socket.on("error", () => {});
      listening?.accept(new ScriptedPeer(socket));
    };
    const server = certificate === undefined ? createServer(accept) : createTlsServer(certificate, accept);
    server.on("connection", (socket: Socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("No port");
    return listening = new ScriptedServer(server, sockets, address.port);
  }

  /** The next client that connects, and whose handshake succeeds. */
  async peer(): Promise<ScriptedPeer> {
    const peer = this.#arrived.shift();
    if (peer !== undefined) return peer;
    return await within("a client", new Promise<ScriptedPeer>((resolve) => this.#waiting.push(resolve)));
  }

  /** Everything that anybody has said to it. */
  get heard(): string {
    return this.#all.map(({ heard }) => heard).join("");
  }

  private accept(peer: ScriptedPeer): void {
    this.#all.push(peer);
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#arrived.push(peer);
    else waiting(peer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
