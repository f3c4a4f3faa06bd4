import { X509Certificate } from "node:crypto";
import { describe, it } from "node:test";
import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { Driver } from "../../src/driver/driver.ts";
import { hostWith } from "../../src/driver/host.ts";
import { IrcSession } from "../../src/irc/session/session.ts";
import { Core } from "../../src/protocol/core/core.ts";
import type { Input } from "../../src/protocol/core/inbox.ts";
import type { Dial } from "../../src/protocol/link.ts";
import type { DialOptions } from "../../src/transport/options.ts";
import { OptionError } from "../../src/protocol/errors.ts";
import { listenTcp, listenWebSocket } from "../../testing/world/network/listen.ts";
import { dialer } from "../../src/transport/dial.ts";
import { afterAnother, certificates, closedPort, connect, Peers, Recorder } from "./_harness.ts";

describe("dialer", () => {
  it("dial: chooses the transport by scheme, one dial for all", async () => {
    const peers = new Peers({ echo: true });
    const { server, client } = await certificates();
    await using tcp = await listenTcp(peers);
    await using tls = await listenTcp(peers, { tls: server });
    await using irc = await listenTcp(peers, { scheme: "irc" });
    await using ircs = await listenTcp(peers, { scheme: "irc", tls: server });
    await using webSocket = await listenWebSocket(peers);
    await using secure = await listenWebSocket(peers, { tls: server });
    const fingerprints = [new X509Certificate(server.cert).fingerprint256];
    const hostname = "localhost";
    for (const more of [{}, client, { hostname }, { ...client, hostname }, { fingerprints }]) {
      const dial = dialer({ tls: { caCerts: [server.cert], ...more } });
      for (const { url } of [tcp, tls, irc, ircs, webSocket, secure]) {
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
    const { cause, mistake } = await seen.close();
    assertEquals([cause, mistake instanceof OptionError], ["refused", true]);
  });

  it("mistake: is a certificate that is shown with the key of another", async () => {
    const { server, client } = await certificates();
    await using listener = await listenTcp(new Peers({}), { tls: { ...server, requestClientCert: true } });
    for (const url of [listener.url, listener.url.replace("tls:", "wss:")]) {
      const { seen } = connect(dialer({ tls: { cert: client.cert, key: server.key } }), url);
      const { mistake } = await seen.close();
      assert(mistake instanceof OptionError);
      assertMatch(mistake.message, /^Cannot use tls\.caCerts, or tls\.cert with tls\.key: [^\n]*mismatch/i);
    }
  });

  it("mistake: ends a client with its error, and is not tried again", async () => {
    const dials: string[] = [];
    const counting = (options: DialOptions = {}): { dial: Dial } => {
      const dial = dialer(options);
      return { dial: (request, events) => (dials.push(request.url), dial(request, events)) };
    };
    const runs: [url: string, runtime: { dial: Dial }, says: string][] = [
      ["wss://127.0.0.1:9", counting({ headers: { "a b": "c" } }), "a b"],
      ["wss://127.0.0.1:9", counting({ headers: { cookie: "\r\n" } }), "cookie"],
    ];
    for (const [url, runtime, says] of runs) {
      const { promise, reject } = Promise.withResolvers<never>();
      const limit = setTimeout(() => reject(new Error(`It was not ended: ${dials}`)), 20_000);
      const core = new Driver(new IrcSession({ url, nick: "bot", random: () => 0 }), {
        host: hostWith(runtime.dial),
        label: "irc",
        deliver: () => {},
        ended: (error) => reject(error),
      });
      core.start();
      const error = await assertRejects(() => promise, OptionError, says);
      clearTimeout(limit);
      assertEquals([error instanceof OptionError, dials.splice(0)], [true, [url]]);
    }
  });

  it("mistake: a scheme that nothing dials ends a client, too", async () => {
    class Gopher extends Core<never, { kind: "never" }> {
      dials = 0;
      start(): void {
        this.dials++;
        this.outputs.dial({ url: "gopher://127.0.0.1" });
      }
      command(): void {}
      cancel(): void {}
      shutdown(): void {}
      deadline(): number {
        return Infinity;
      }
      protected take(input: Input): void {
        if (input.kind === "closed") this.start();
      }
    }
    const { promise, resolve } = Promise.withResolvers<Error | undefined>();
    const core = new Gopher();
    new Driver(core, { host: hostWith(dialer()), label: "gopher", deliver: () => {}, ended: resolve })
      .start();
    const error = await promise;
    assert(error instanceof OptionError);
    assertMatch(error.message, /"gopher:": use "wss:", "ws:", "tls:", "tcp:"/);
    assertEquals(core.dials, 1);
  });

  it("dial: throws on a scheme it does not know, and on what is no URL", () => {
    for (
      const url of [
        "http://127.0.0.1",
        "ftp://127.0.0.1",
        "127.0.0.1:6667",
        "",
        "tcp://127.0.0.1",
        "tls://host:0",
        "tcp:9",
      ]
    ) {
      assertThrows(() => dialer()({ url }, new Recorder()), OptionError, "Cannot dial");
    }
  });

  it("options: throw where they are out of range or in conflict", () => {
    for (const maxBuffered of [0, -1, NaN]) assertThrows(() => dialer({ maxBuffered }), OptionError);
    assertThrows(() => dialer({ tls: { cert: "x" } }), OptionError, "tls.cert and tls.key");
    assertThrows(() => dialer({ tls: { key: "x" } }), OptionError, "tls.cert and tls.key");
    // Deno and Node pass over what they cannot read of those to trust.
    const pem = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n";
    for (
      const tls of [{ caCerts: [pem, "/etc/ca.pem"] }, { cert: pem, key: pem }, { cert: "/c", key: "/k" }]
    ) {
      const error = assertThrows(() => dialer({ tls }), OptionError, "PEM text");
      assert(!/\/etc|BEGIN/.test(error.message), error.message);
    }
    const headers = { "user-agent": "parley" };
    assertThrows(() => dialer({ headers, WebSocket: globalThis.WebSocket }), OptionError, "headers");
  });
});
