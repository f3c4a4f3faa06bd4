import { X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import { describe, it } from "node:test";
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { WebSocket as NpmWebSocket } from "ws";
import type { Dial } from "../../src/protocol/link.ts";
import { OptionError } from "../../src/protocol/errors.ts";
import { listenWebSocket } from "../../testing/world/network/listen.ts";
import type { DialOptions } from "../../src/transport/options.ts";
import { sendableCode } from "../../src/transport/websocket/_close_code.ts";
import { bunNet } from "../../src/transport/streams/bun_net.ts";
import { denoNet } from "../../src/transport/streams/deno_net.ts";
import { nodeNet } from "../../src/transport/streams/node_net.ts";
import { streamWebSocket } from "../../src/transport/websocket/stream_websocket.ts";
import { webSocket } from "../../src/transport/websocket/websocket.ts";
import {
  afterAnother,
  certificates,
  closedPort,
  connect,
  onBun,
  onDeno,
  onNode,
  onNode22,
  overwhelm,
  Peers,
  rawHandshake,
  rawServer,
  Recorder,
} from "./_harness.ts";

class OtherWebSocket extends NpmWebSocket {
  static made = 0;
  constructor(url: string, protocols?: string[]) {
    super(url, protocols);
    OtherWebSocket.made++;
  }
}

const makers: [name: string, make: (options?: DialOptions) => Dial][] = [
  ["webSocket by the runtime's WebSocket", webSocket],
  ["webSocket by npm's ws", (options) => webSocket({ ...options, WebSocket: OtherWebSocket })],
  ["streamWebSocket over node:net", (options) => streamWebSocket(nodeNet(options), options)],
];
if (onDeno) {
  makers.push(["streamWebSocket over Deno.connect", (options) => streamWebSocket(denoNet(options), options)]);
}

if (onBun) {
  makers.push(["streamWebSocket over Bun.connect", (options) => streamWebSocket(bunNet(options), options)]);
}

for (const [name, make] of makers) {
  describe(name, () => {
    it("opened: tells the URL that was dialled and the subprotocol agreed on", async () => {
      const peers = new Peers();
      await using listener = await listenWebSocket(peers, { protocols: ["text.ircv3.net"] });
      const url = `${listener.url}/?v=10&encoding=json`;
      const protocols = ["binary.ircv3.net", "text.ircv3.net"];
      const { link, seen } = connect(make(), { url, protocols });
      await seen.open();
      assertEquals(seen.opens, [{ url, protocol: "text.ircv3.net" }]);
      assertEquals((await peers.peer()).info, { url, protocol: "text.ircv3.net" });
      link.abort();
    });

    it("send: carries text and binary messages as they are, both ways and in order", async () => {
      const peers = new Peers({ echo: true });
      await using listener = await listenWebSocket(peers);
      const { link, seen } = connect(make(), listener.url);
      await seen.open();
      const sent = ["héllo 🦕", new Uint8Array([0, 255, 128]), "", new Uint8Array(0), "end"];
      const shared = new Uint8Array(new SharedArrayBuffer(2)).fill(7);
      for (const data of [...sent, shared]) link.send(data);
      await seen.until(() => seen.data.length === 6);
      assertEquals(seen.data, [...sent, new Uint8Array([7, 7])]);
      assertEquals((await peers.peer()).data, [...sent, new Uint8Array([7, 7])]);
      link.abort();
    });

    it("send: carries more than any buffer holds at once", async () => {
      await using listener = await listenWebSocket(new Peers({ echo: true }), { maxMessage: 4_000_000 });
      const { link, seen } = connect(make(), listener.url);
      await seen.open();
      const large = "x🦕".repeat(700_000);
      link.send(large);
      await seen.until(() => seen.data.length === 1);
      assert(seen.data[0] === large);
      link.abort();
    });

    it("close: lets out what was sent, and tells a clean end with the code", async () => {
      const peers = new Peers();
      await using listener = await listenWebSocket(peers);
      const { link, seen } = connect(make(), listener.url);
      await seen.open();
      link.send("x".repeat(500_000));
      link.close(4000, "resuming");
      link.send("ignored");
      const peer = await peers.peer();
      assertEquals(await peer.close(), { code: 4000, reason: "resuming", clean: true, cause: "peer" });
      assertEquals([peer.data.length, peer.size], [1, 500_000]);
      const info = await seen.close();
      assertEquals([info.code, info.clean, info.cause], [4000, true, "peer"]);
      await afterAnother(make(), listener.url);
      assertEquals(seen.closes.length, 1);
    });

    it("close: sends a code a client may send for any, and no more of a reason than fits", async () => {
      const peers = new Peers();
      await using listener = await listenWebSocket(peers);
      const codes: [code: number, told: number][] = [[1000, 1000], [1001, 1000], [1002, 4000], [1005, 1005]];
      for (const [index, [code, told]] of codes.entries()) {
        const { link, seen } = connect(make(), listener.url);
        await seen.open();
        link.close(code, `${"é".repeat(61)}🦕`);
        const info = await (await peers.peer(index)).close();
        assertEquals([info.code, info.reason], [told, told === 1005 ? "" : "é".repeat(61)]);
      }
    });

    it("closed: tells the peer's code and reason, once", async () => {
      const peers = new Peers();
      await using listener = await listenWebSocket(peers);
      const { link, seen } = connect(make(), listener.url);
      await seen.open();
      const peer = await peers.peer();
      peer.link.send("last words");
      peer.link.close(4004, "Authentication failed");
      const info = await seen.close();
      assertEquals(info, { code: 4004, reason: "Authentication failed", clean: true, cause: "peer" });
      assertEquals(seen.data, ["last words"]);
      link.send("too late");
      link.close(1000, "");
      link.abort();
      await afterAnother(make(), listener.url);
      assertEquals(seen.closes.length, 1);
    });

    it("closed: tells codes that only a server may send", async () => {
      const peers = new Peers();
      await using listener = await listenWebSocket(peers);
      const { seen } = connect(make(), listener.url);
      await seen.open();
      (await peers.peer()).link.close(1001, "restarting");
      const info = await seen.close();
      assertEquals([info.code, info.reason, info.cause], [1001, "restarting", "peer"]);
    });

    it("closed: is lost when the connection is cut", async () => {
      const peers = new Peers();
      await using listener = await listenWebSocket(peers);
      const { seen } = connect(make(), listener.url);
      await seen.open();
      const peer = await peers.peer();
      listener.cut();
      const info = await seen.close();
      assertEquals([info.cause, info.clean, info.code], ["lost", false, 1006]);
      const theirs = await peer.close();
      assertEquals([theirs.cause, theirs.code], ["lost", 1006]);
      assertEquals(listener.connections, 0);
    });

    it("closed: tells apart that nothing listens, that there is no such host, and an HTTP error", async () => {
      await using listener = await rawServer((socket) =>
        socket.once("data", () => socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"))
      );
      // The WebSocket of Node 24 does not tell of HTTP errors, that of Node 22 does.
      const byHttp = onNode && !onNode22 && make === webSocket ? "unknown" : "upgrade";
      for (
        const [cause, authority] of [
          ["refused", `127.0.0.1:${await closedPort()}`],
          ["dns", "nothing.invalid"],
          [byHttp, `127.0.0.1:${listener.port}`],
        ] as const
      ) {
        const { seen } = connect(make(), `ws://${authority}/?secret=x`);
        const info = await seen.close();
        assertEquals([info.cause, info.clean, info.code, seen.opens.length], [cause, false, 1006, 0]);
        assert(info.reason !== "" && !info.reason.includes("secret"));
      }
    });

    it("closed: is certificate_issuer where the certificate is not trusted", async () => {
      await using listener = await listenWebSocket(new Peers(), { tls: (await certificates()).server });
      const { seen } = connect(make(), listener.url);
      const info = await seen.close();
      // Deno tries again by HTTP/2, which this server has not, and tells only how that failed.
      const told = onDeno && make === webSocket ? "unknown" : "certificate_issuer";
      assertEquals([info.cause, seen.opens.length], [told, 0]);
      assertMatch(info.reason, /certificate/i);
    });

    it("closed: is stalled when the peer stops reading", async () => {
      await using server = await rawServer((socket) => rawHandshake(socket, () => socket.pause()));
      const dial = make({ maxBuffered: 65_536 });
      const { link, seen } = connect(dial, `ws://127.0.0.1:${server.port}`);
      await seen.open();
      await overwhelm(link, seen);
      assertEquals(seen.closes.map(({ cause, clean }) => [cause, clean]), [["stalled", false]]);
      assertMatch(seen.closes[0]?.reason ?? "", /^The peer does not read: \d+ bytes are waiting$/);
    });

    it("closed: comes once, and nothing throws, when what comes is no WebSocket", async () => {
      const frames = [
        [0x81, 0x02, 0xff, 0xff], // text that is not UTF-8
        [0x83, 0x00], // an opcode that is not
        [0x81, 0x05, 0x68], // a frame that is cut short
      ];
      for (const frame of frames) {
        const say = (socket: Socket) => socket.end(new Uint8Array(frame));
        await using server = await rawServer((socket) => rawHandshake(socket, say));
        const { seen } = connect(make(), `ws://127.0.0.1:${server.port}`);
        await seen.close();
        await connect(make(), `ws://127.0.0.1:${server.port}`).seen.close();
        assertEquals(seen.closes.length, 1);
      }
    });

    it("abort: is silent before the link is open", async () => {
      await using listener = await listenWebSocket(new Peers());
      const { link, seen } = connect(make(), listener.url);
      link.abort();
      link.abort();
      link.close(1000, "");
      link.send("x");
      await afterAnother(make(), listener.url);
      assertEquals([seen.opens, seen.data, seen.closes], [[], [], []]);
    });

    it("abort: is silent once the link is open, and the peer notices", async () => {
      const peers = new Peers({ echo: true });
      await using listener = await listenWebSocket(peers);
      const { link, seen } = connect(make(), listener.url);
      await seen.open();
      const peer = await peers.peer();
      link.send("x");
      link.abort();
      await peer.close();
      assertEquals([seen.data, seen.closes], [[], []]);
    });

    it("close: before the link is open tells that it never will be", async () => {
      await using listener = await listenWebSocket(new Peers());
      const { link, seen } = connect(make(), listener.url);
      link.send("ignored");
      link.close(1000, "changed my mind");
      const never = { code: 1006, reason: "Closed before it was open", clean: false, cause: "refused" };
      assertEquals<unknown>(seen.closes, [never]);
      await afterAnother(make(), listener.url);
      assertEquals([seen.opens.length, seen.closes.length], [0, 1]);
    });
  });
}

describe("webSocket", () => {
  it("WebSocket: is the constructor used", async () => {
    await using listener = await listenWebSocket(new Peers());
    const before = OtherWebSocket.made;
    const { link, seen } = connect(webSocket({ WebSocket: OtherWebSocket }), listener.url);
    await seen.open();
    assertEquals(OtherWebSocket.made, before + 1);
    link.abort();
  });

  it("headers: are sent with the handshake, beside the subprotocols", async () => {
    let head = "";
    await using server = await rawServer((socket) => {
      socket.once("data", (chunk: Uint8Array) => {
        head = new TextDecoder().decode(chunk);
        socket.destroy();
      });
    });
    const options = { headers: { "X-Parley": "yes" } };
    for (const dial of [webSocket(options), streamWebSocket(nodeNet(), options)]) {
      const { seen } = connect(dial, { url: `ws://127.0.0.1:${server.port}`, protocols: ["a", "b"] });
      await seen.close();
      assertMatch(head, /\r\nx-parley: yes\r\n/i);
      assertMatch(head, /\r\nsec-websocket-protocol: a, ?b\r\n/i);
      head = "";
    }
  });

  it("tls: is heeded on Deno and Bun, and refused on Node", async () => {
    const { server, client } = await certificates();
    const peers = new Peers({ echo: true });
    await using listener = await listenWebSocket(peers, { tls: { ...server, requestClientCert: true } });
    const dial = webSocket({ tls: { caCerts: [server.cert], ...client } });
    if (onNode) {
      assertThrows(() => connect(dial, listener.url), OptionError, "Cannot use TLS options");
      return;
    }
    const { link, seen } = connect(dial, listener.url);
    await seen.open();
    link.send("hello");
    await seen.until(() => seen.data.length === 1);
    // Bun shows its HTTPS servers no certificate of the client.
    const fingerprint = onBun
      ? undefined
      : new X509Certificate(client.cert).fingerprint256.replaceAll(":", "").toLowerCase();
    assertEquals((await peers.peer()).info.certificate, fingerprint);
    link.abort();
  });

  it("dial: throws on a URL, or an option, it cannot use", () => {
    for (const url of ["irc://127.0.0.1", "http://127.0.0.1", "nonsense"]) {
      assertThrows(() => webSocket()({ url }, new Recorder()), OptionError, "Cannot dial");
    }
    const named = webSocket({ tls: { hostname: "parley" } });
    assertThrows(() => named({ url: "wss://127.0.0.1" }, new Recorder()), OptionError, "tls.hostname");
  });

  it("receive: ignores what is neither text nor bytes", () => {
    class BlobSocket {
      static last: BlobSocket | undefined;
      binaryType = "blob";
      bufferedAmount = 0;
      protocol = "";
      onopen: unknown;
      onmessage: unknown;
      onerror: unknown;
      onclose: unknown;
      constructor() {
        BlobSocket.last = this;
      }
      send(): void {}
      close(): void {}
      message(data: unknown): void {
        if (typeof this.onmessage === "function") this.onmessage({ data });
      }
    }
    const { seen } = connect(webSocket({ WebSocket: BlobSocket }), "ws://127.0.0.1");
    const socket = BlobSocket.last;
    assertEquals(socket?.binaryType, "arraybuffer");
    for (const data of [new Blob(["x"]), 7, null, undefined, "text", new DataView(new ArrayBuffer(2))]) {
      socket?.message(data);
    }
    assertEquals(seen.data, ["text", new Uint8Array(2)]);
  });

  it("sendableCode: keeps what a client may send, and never makes an abnormal end a normal one", () => {
    const codes = [0, 1000, 1001, 1002, 1005, 1006, 1011, 2999, 3000, 4000, 4999, 5000, NaN];
    const sent = [undefined, 1000, 1000, 4000, undefined, 4000, 4000, 4000, 3000, 4000, 4999, 4000, 4000];
    assertEquals(codes.map(sendableCode), sent);
  });

  it("closed: a refusal says why", async () => {
    const { seen } = connect(webSocket(), `ws://127.0.0.1:${await closedPort()}`);
    assertMatch((await seen.close()).reason, /connect/i);
  });
});

describe("streamWebSocket", () => {
  const dial = (options: DialOptions = {}) => streamWebSocket(nodeNet(options), options);

  it("ping: is answered with its payload, between the parts of a message too", async () => {
    const heard = new Recorder();
    await using server = await rawServer((socket) =>
      rawHandshake(socket, () => {
        socket.on("data", (data: Uint8Array) => heard.receive(data));
        socket.write(new Uint8Array([0x01, 1, 97, 0x89, 2, 1, 2, 0x80, 1, 98]));
      })
    );
    const { link, seen } = connect(dial(), `ws://127.0.0.1:${server.port}`);
    await seen.until(() => seen.data.length === 1);
    assertEquals(seen.data, ["ab"]);
    await heard.until(() => heard.size === 8);
    const [first, second, ...rest] = heard.bytes;
    const payload = rest.slice(4).map((byte, i) => byte ^ (rest[i] ?? 0));
    assertEquals([first, second, ...payload], [0x8a, 0x82, 1, 2]);
    link.abort();
  });

  it("closed: is corrupt when the server breaks the protocol, which it is told", async () => {
    const heard = new Recorder();
    await using server = await rawServer((socket) =>
      rawHandshake(socket, () => {
        socket.on("data", (data: Uint8Array) => heard.receive(data));
        socket.write(new Uint8Array([0x81, 2, 0xff, 0xff]));
        socket.on("end", () => socket.end());
      })
    );
    const { seen } = connect(dial(), `ws://127.0.0.1:${server.port}`);
    const info = await seen.close();
    assertEquals([info.code, info.cause, info.clean], [1006, "corrupt", false]);
    assertMatch(info.reason, /UTF-8/);
    const [first, , ...rest] = heard.bytes;
    assertEquals([first, ...rest.slice(4).map((byte, i) => byte ^ (rest[i] ?? 0))], [0x88, 3, 239]);
  });

  it("closed: is told though the server never ends the connection", async () => {
    await using server = await rawServer((socket) =>
      rawHandshake(socket, () => socket.write(new Uint8Array([0x88, 2, 15, 160])))
    );
    const { seen } = connect(dial(), `ws://127.0.0.1:${server.port}`);
    assertEquals(await seen.close(), { code: 4000, reason: "", clean: true, cause: "peer" });
  });

  it("closed: an answer by HTTP says which", async () => {
    await using server = await rawServer((socket) =>
      socket.once("data", () => socket.end("HTTP/1.1 429 Too Many Requests\r\ncontent-length: 0\r\n\r\n"))
    );
    const { seen } = connect(dial(), `ws://127.0.0.1:${server.port}`);
    assertMatch((await seen.close()).reason, /"429 Too Many Requests"/);
  });

  it("tls: all that streams take is heeded, a certificate of the client among it", async () => {
    const { server, client } = await certificates();
    const peers = new Peers({ echo: true });
    await using listener = await listenWebSocket(peers, { tls: { ...server, requestClientCert: true } });
    const tls = { caCerts: [server.cert], hostname: "localhost", ...client };
    const { link, seen } = connect(dial({ tls }), { url: listener.url });
    await seen.open();
    link.send("hello");
    await seen.until(() => seen.data.length === 1);
    link.abort();
  });

  it("headers: throw where they would be another request", () => {
    const bad = dial({ headers: { "X-Parley": "yes\r\nHost: other" } });
    assertThrows(() => connect(bad, "ws://127.0.0.1"), OptionError, 'Cannot send the header "X-Parley"');
  });
});
