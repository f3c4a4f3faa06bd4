import { X509Certificate } from "node:crypto";
import { describe, it } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import { OptionError } from "../../src/protocol/errors.ts";
import { listenTcp, listenWebSocket } from "../../testing/world/listen.ts";
import { dialer } from "../../src/transport/dial.ts";
import { afterAnother, certificates, closedPort, connect, Peers, Recorder } from "./_harness.ts";

describe("dialer", () => {
  it("dial: chooses the transport by scheme, one dial for all", async () => {
    const peers = new Peers({ echo: true });
    const { server, client } = await certificates();
    await using tcp = await listenTcp(peers);
    await using tls = await listenTcp(peers, { tls: server });
    await using webSocket = await listenWebSocket(peers);
    await using secure = await listenWebSocket(peers, { tls: server });
    const fingerprints = [new X509Certificate(server.cert).fingerprint256];
    const hostname = "localhost";
    for (const more of [{}, client, { hostname }, { ...client, hostname }, { fingerprints }]) {
      const dial = dialer({ tls: { caCerts: [server.cert], ...more } });
      for (const { url } of [tcp, tls, webSocket, secure]) {
        const { link, seen } = connect(dial, url);
        await seen.open();
        link.send("hello");
        await seen.until(() => seen.size === 5);
        assertEquals(typeof seen.data[0], url.startsWith("ws") ? "string" : "object");
        link.close(1000, "");
        assertEquals((await seen.close()).clean, true);
      }
    }
  });

  it("dial: tells how it went only after it has returned", async () => {
    const url = `ws://127.0.0.1:${await closedPort()}`;
    const { seen } = connect(dialer(), url);
    assertEquals(seen.closes, []);
    assertEquals((await seen.close()).cause, "refused");
  });

  it("abort: is heeded while the transport is still being loaded", async () => {
    const peers = new Peers();
    await using tcp = await listenTcp(peers);
    await using webSocket = await listenWebSocket(peers);
    for (const [others, { url }] of [tcp, webSocket].entries()) {
      const { link, seen } = connect(dialer(), url);
      link.send("ignored");
      link.abort();
      link.close(1000, "");
      await afterAnother(dialer(), url);
      assertEquals([seen.opens, seen.closes, peers.all.length], [[], [], others + 1]);
    }
  });

  it("close: is heeded while the transport is still being loaded", async () => {
    const peers = new Peers();
    await using webSocket = await listenWebSocket(peers);
    const { link, seen } = connect(dialer(), webSocket.url);
    link.close(1000, "");
    link.close(1000, "");
    link.abort();
    assertEquals(seen.closes.map((info) => info.cause), ["refused"]);
    await afterAnother(dialer(), webSocket.url);
    assertEquals([seen.opens.length, seen.closes.length, peers.all.length], [0, 1, 1]);
  });

  it("closed: tells what a transport refused once it was loaded", async () => {
    // A subprotocol that is no token.
    const { seen } = connect(dialer(), { url: "ws://127.0.0.1:9", protocols: ["a b"] });
    assertEquals((await seen.close()).cause, "refused");
  });

  it("dial: throws on a scheme it does not know, and on what is no URL", () => {
    for (const url of ["http://127.0.0.1", "ftp://127.0.0.1", "127.0.0.1:6667", ""]) {
      assertThrows(() => dialer()({ url }, new Recorder()), OptionError, "Cannot dial");
    }
  });

  it("options: throw where they are out of range or in conflict", () => {
    for (const maxBuffered of [0, -1, NaN]) assertThrows(() => dialer({ maxBuffered }), OptionError);
    assertThrows(() => dialer({ tls: { cert: "x" } }), OptionError, "tls.cert and tls.key");
    assertThrows(() => dialer({ tls: { key: "x" } }), OptionError, "tls.cert and tls.key");
    const headers = { "user-agent": "parley" };
    assertThrows(() => dialer({ headers, WebSocket: globalThis.WebSocket }), OptionError, "headers");
  });
});
