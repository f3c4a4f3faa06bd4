import net from "node:net";

/** What stands between a client and a server, and can break the connection in the midst of a message. */
export interface Relay extends AsyncDisposable {
  readonly port: number;
  /** How many bytes the server has sent. */
  readonly passed: number;
  /** Breaks the connections once so many more bytes have gone to the client. */
  cutAfter(bytes: number): void;
}

/** Relays to a port on loopback, which may be known later. */
export async function relay(to: () => number): Promise<Relay> {
  const sockets = new Set<net.Socket>();
  let passed = 0;
  let left = Infinity;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    left = Infinity;
  };
  const server = net.createServer((client) => {
    const upstream = net.connect(to(), "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on("data", (data) => void upstream.write(data));
    upstream.on("data", (data: Uint8Array) => {
      passed += data.length;
      if (data.length < left) {
        left -= data.length;
        client.write(data);
        return;
      }
      const last = data.subarray(0, left);
      left = Infinity;
      // Gone out before the end, which would overtake it.
      client.end(last, cut);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  return {
    port,
    get passed() {
      return passed;
    },
    cutAfter(bytes) {
      left = bytes;
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      cut();
      await closed;
    },
  };
}
