import { X509Certificate } from "node:crypto";
import { describe, it } from "node:test";
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { OptionError } from "../../src/protocol/errors.ts";
import { dialer } from "../../src/transport/dial.ts";
import type { TlsOptions } from "../../src/transport/options.ts";
import type { Dial } from "../../src/protocol/link.ts";
import { webSocket } from "../../src/transport/websocket/websocket.ts";
import { listenTcp, listenWebSocket } from "../../testing/world/network/listen.ts";
import { certificates, closedPort, connect, Peers, rawServer, Recorder } from "./_harness.ts";
import { httpProxy, httpsProxy, type ProxyOptions, socksProxy, type TestProxy } from "./_proxies.ts";

const PROXIES: readonly [
  name: string,
  scheme: string,
  listen: (options?: ProxyOptions) => Promise<TestProxy>,
][] = [
  ["an HTTP proxy", "http", httpProxy],
  ["an HTTP proxy within TLS", "https", httpsProxy],
  ["a SOCKS5 proxy", "socks5", socksProxy],
];

/** Dials by a proxy, whose certificate is trusted where it has one. */
async function by(proxy: string, tls: TlsOptions = {}): Promise<Dial> {
  const { server } = await certificates();
  return dialer({ proxy, tls: { ...proxy.startsWith("https:") && { caCerts: [server.cert] }, ...tls } });
}

/** The URL with another host. */
function at(host: string, url: string): string {
  const changed = new URL(url);
  return `${changed.protocol}//${host}:${changed.port}`;
}

for (const [name, scheme, listen] of PROXIES) {
  const certificate = async () => scheme === "https" ? (await certificates()).server : undefined;

  describe(`dialer by ${name}`, () => {
    it("proxy: carries every scheme, with names that only the proxy knows and a password", async () => {
      const { server } = await certificates();
      const peers = new Peers({ echo: true });
      await using proxy = await listen({
        credentials: "parley:p%w/d",
        names: { "hidden.test": "127.0.0.1" },
      });
      const url = `${proxy.url.split("//")[0]}//parley:p%25w%2Fd@127.0.0.1:${proxy.port}`;
      const dial = await by(url, { caCerts: [server.cert], hostname: "localhost" });
      await using tcp = await listenTcp(peers);
      await using tls = await listenTcp(peers, { scheme: "irc", tls: server });
      await using webSocket = await listenWebSocket(peers);
      await using secure = await listenWebSocket(peers, { tls: server });
      const urls = [tcp, tls, webSocket, secure].map(({ url }) => at("hidden.test", url));
      for (const [index, url] of urls.entries()) {
        const { link, seen } = connect(dial, url);
        await seen.open();
        assertEquals(seen.opens[0]?.url, url);
        link.send("hello");
        await seen.until(() => seen.size === 5);
        if (index % 2 === 0) {
          link.close(1000, "");
          assertEquals((await seen.close()).clean, true);
        } else {
          link.abort();
          await (await peers.peer(index)).close();
        }
      }
      assertEquals(
        proxy.log,
        urls.map((url) => ({ target: `hidden.test:${new URL(url).port}`, user: "parley" })),
      );
      assertEquals(proxy.seen.includes("hello"), true);
      assertEquals(proxy.seen.split("hello").length, 2, "what goes by TLS is not to be read by the proxy");
    });

    it("proxy: heeds a fingerprint, and shows a certificate, to the server behind it", async () => {
      const { server, client } = await certificates();
      const peers = new Peers();
      await using proxy = await listen({ names: { "hidden.test": "127.0.0.1" } });
      await using tls = await listenTcp(peers, { tls: { ...server, requestClientCert: true } });
      const fingerprints = [new X509Certificate(server.cert).fingerprint256];
      const caCerts = [server.cert];
      const shown = new X509Certificate(client.cert).fingerprint256.replaceAll(":", "").toLowerCase();
      const ways = [{ fingerprints }, { ...client, caCerts, hostname: "localhost" }];
      for (const [index, tlsOptions] of ways.entries()) {
        const { link, seen } = connect(
          await by(proxy.url, tlsOptions),
          at("hidden.test", tls.url),
        );
        await seen.open();
        assertEquals((await peers.peer(index)).info.certificate, index === 0 ? undefined : shown);
        link.abort();
      }
      const other = { fingerprints: ["0".repeat(64)] };
      const { seen } = connect(await by(proxy.url, other), at("hidden.test", tls.url));
      assertEquals((await seen.close()).cause, "certificate_fingerprint");
    });

    it("proxy: hands over what the server says first", async () => {
      await using server = await rawServer((socket) => void socket.end("NOTICE * :hello\r\n"));
      await using proxy = await listen();
      const { seen } = connect(await by(proxy.url), `irc://127.0.0.1:${server.port}`);
      assertEquals([(await seen.close()).cause, seen.text], ["peer", "NOTICE * :hello\r\n"]);
    });

    it("proxy: nothing that the proxy says itself passes for what came by TLS", async () => {
      const { server } = await certificates();
      await using proxy = await listen({ adds: ":irc.test 001 bot :Welcome\r\n" });
      await using tls = await listenTcp(new Peers(), { tls: server });
      for (const more of [{}, { fingerprints: [new X509Certificate(server.cert).fingerprint256] }]) {
        const dial = await by(proxy.url, { caCerts: [server.cert], ...more });
        const { seen } = connect(dial, tls.url);
        const { cause, reason } = await seen.close();
        assertEquals([seen.opens, seen.text, cause], [[], "", "proxy"]);
        assertMatch(reason, /said something before the server was asked/);
      }
    });

    it("proxy: tells the proxy an IPv6 address as what it is", async () => {
      await using proxy = await listen({
        names: { "::1": "127.0.0.1", [`${"0".repeat(31)}1`]: "127.0.0.1" },
      });
      await using server = await listenTcp(new Peers());
      const { link, seen } = connect(await by(proxy.url), at("[::1]", server.url));
      await seen.open();
      link.abort();
      assertMatch(proxy.log[0]?.target ?? "", /^(\[::1\]|0{31}1):\d+$/);
    });

    it("closed: tells that the proxy does not take the password, and not the password", async () => {
      await using proxy = await listen({ credentials: "parley:right" });
      for (const user of ["parley:wrong@", ""]) {
        const url = proxy.url.replace("parley:right@", user);
        const { seen } = connect(await by(url), "ircs://irc.test");
        const info = await seen.close();
        assertEquals([info.cause, info.clean], ["proxy", false]);
        assertEquals(info.status, scheme !== "socks5" ? 407 : user === "" ? 255 : 1);
        assertMatch(info.reason, new RegExp(`^The proxy at "127.0.0.1:${proxy.port}" `));
        assert(!info.reason.includes("wrong"), info.reason);
      }
    });

    it("closed: tells a proxy that closes before it answers from one that is not there", async () => {
      await using silent = await rawServer((socket) => void socket.end(), await certificate());
      const cases: [port: number, says: RegExp][] = [
        [silent.port, /closed the connection before it answered/],
        [await closedPort(), /cannot be reached/],
      ];
      for (const [port, says] of cases) {
        const { seen } = connect(await by(`${scheme}://127.0.0.1:${port}`), "wss://chat.test");
        const info = await seen.close();
        assertEquals(info.cause, "proxy");
        assertMatch(info.reason, says);
      }
    });

    it("closed: tells that a proxy speaks something else, however it does", async () => {
      for (const says of ["SSH-2.0-x\r\n", "220 smtp ready\r\n", "H", "\x05"]) {
        await using other = await rawServer((socket) => void socket.end(says), await certificate());
        const url = `${scheme}://127.0.0.1:${other.port}`;
        const { seen } = connect(await by(url), "wss://chat.test");
        assertEquals((await seen.close()).cause, "proxy");
      }
    });

    it("closed: a certificate of another name behind a proxy is no fault of the proxy", async () => {
      const { server } = await certificates();
      await using proxy = await listen({ names: { "hidden.test": "127.0.0.1" } });
      await using tls = await listenTcp(new Peers(), { tls: server });
      const dial = await by(proxy.url, { caCerts: [server.cert] });
      const { seen } = connect(dial, at("hidden.test", tls.url));
      const { cause } = await seen.close();
      assert(cause !== "proxy" && cause !== "refused", cause);
    });

    it("abort: gives up the way to the proxy, at any time", async () => {
      await using mute = await rawServer(() => {});
      const url = `${scheme}://127.0.0.1:${mute.port}`;
      for (const act of ["abort", "close"] as const) {
        const { link, seen } = connect(await by(url), "irc://irc.test");
        if (act === "abort") link.abort();
        else link.close(1000, "");
        assertEquals(seen.closes.map(({ cause }) => cause), act === "abort" ? [] : ["refused"]);
      }
    });
  });
}

describe("dialer by a proxy that refuses", () => {
  it("closed: tells that the certificate of a proxy is not to be trusted", async () => {
    const { other } = await certificates();
    await using proxy = await httpsProxy();
    const { seen } = connect(await by(proxy.url, { caCerts: [other.cert] }), "ircs://irc.test");
    const { cause, reason } = await seen.close();
    assertEquals(cause, "proxy");
    assertMatch(
      reason,
      new RegExp(`^The proxy at "127.0.0.1:${proxy.port}" cannot be reached \\(.*certificate`, "i"),
    );
    assertEquals(proxy.log, []);
  });

  it("closed: tells the status of HTTP, and what is said with it, in printable characters", async () => {
    await using proxy = await httpProxy({ refuses: "HTTP/1.1 403 not\x1b here\r\n\r\n<html>" });
    const { seen } = connect(dialer({ proxy: proxy.url }), "wss://chat.test");
    const { cause, status, reason } = await seen.close();
    assertEquals([cause, status], ["proxy", 403]);
    assertEquals(reason, `The proxy at "127.0.0.1:${proxy.port}" answered "403 not? here"`);
  });

  it("tls.cert: is for the server, and not shown to a proxy that asks who we are", async () => {
    const { server, client } = await certificates();
    const shown: unknown[] = [];
    const asks = { ...server, requestCert: true, rejectUnauthorized: false };
    await using proxy = await rawServer((socket) => {
      if ("getPeerCertificate" in socket && typeof socket.getPeerCertificate === "function") {
        shown.push(socket.getPeerCertificate().fingerprint256);
      }
      socket.end("HTTP/1.1 403 No\r\n\r\n");
    }, asks);
    const { seen } = connect(await by(`https://127.0.0.1:${proxy.port}`, client), "ircs://irc.test");
    assertEquals([(await seen.close()).status, shown], [403, [undefined]]);
  });

  it("closed: tells the reply of SOCKS5, and what it means", async () => {
    await using proxy = await socksProxy({ refuses: 4 });
    const { seen } = connect(dialer({ proxy: proxy.url }), "ircs://irc.test");
    const { cause, status, reason } = await seen.close();
    assertEquals([cause, status], ["proxy", 4]);
    assertEquals(reason, `The proxy at "127.0.0.1:${proxy.port}" answered "4 host unreachable"`);
  });

  it("proxy: is refused where WebSockets are the runtime's, which know none", () => {
    const dial = webSocket({ proxy: "http://proxy.test" });
    assertThrows(() => dial({ url: "wss://chat.test" }, new Recorder()), OptionError, "no TCP");
  });

  it("proxy: what cannot be one is refused at once, without its password", () => {
    const cases: [url: string, says: RegExp][] = [
      ["ftp://me:secret@127.0.0.1", /use "http:", "https:" or "socks5:"/],
      ["http://me:secret@", /no URL/],
      ["http://me:secret%zz@host", /encodes nothing/],
      ["http://m%3Ae:secret@host", /colon/],
      [`socks5://me:${"secret".repeat(43)}@host`, /255 bytes/],
      ["me:secret@", /Cannot use the proxy/],
    ];
    for (const [proxy, says] of cases) {
      const error = assertThrows(() => dialer({ proxy }), OptionError);
      assertMatch(error.message, says);
      assert(!error.message.includes("secret"), error.message);
    }
    assertThrows(() => dialer({ proxy: "http://proxy.test", WebSocket }), OptionError, "another WebSocket");
  });
});
