import type { Buffer } from "node:buffer";
import { X509Certificate } from "node:crypto";
import { describe, it } from "node:test";
import { assert, assertEquals, assertGreater, assertMatch, assertThrows } from "@std/assert";
import type { Dial } from "../../src/protocol/link.ts";
import { OptionError } from "../../src/protocol/errors.ts";
import { listenTcp } from "../../testing/world/network/listen.ts";
import { dialer } from "../../src/transport/dial.ts";
import { bunNet } from "../../src/transport/streams/bun_net.ts";
import { denoNet } from "../../src/transport/streams/deno_net.ts";
import { nodeNet } from "../../src/transport/streams/node_net.ts";
import type { DialOptions } from "../../src/transport/options.ts";
import {
  afterAnother,
  certificates,
  closedPort,
  connect,
  onBun,
  onDeno,
  overwhelm,
  Peers,
  rawServer,
  Recorder,
} from "./_harness.ts";
import { within } from "../_within.ts";

const transports: [name: string, make: (options?: DialOptions) => Dial][] = [["nodeNet", nodeNet]];
if (onDeno) transports.push(["denoNet", denoNet]);
if (onBun) transports.push(["bunNet", bunNet]);

for (const [name, make] of transports) {
  for (const secure of [false, true]) {
    const listen = async (peers: Peers) =>
      await listenTcp(peers, secure ? { tls: (await certificates()).server } : {});
    const trusting = async (): Promise<DialOptions> =>
      secure ? { tls: { caCerts: [(await certificates()).server.cert] } } : {};

    describe(`${name} over ${secure ? "TLS" : "TCP"}`, () => {
      it("opened: tells the URL that was dialled", async () => {
        await using listener = await listen(new Peers());
        const { link, seen } = connect(make(await trusting()), listener.url);
        await seen.open();
        assertEquals(seen.opens, [{ url: listener.url, protocol: "" }]);
        link.abort();
      });

      it("send: carries text as UTF-8, and bytes, both ways and in order", async () => {
        await using listener = await listen(new Peers({ echo: true }));
        const { link, seen } = connect(make(await trusting()), listener.url);
        await seen.open();
        link.send("héllo ");
        link.send(new Uint8Array([0, 255, 128]));
        link.send("");
        link.send(" 🦕");
        await seen.until(() => seen.size >= 15);
        assertEquals(seen.bytes, new Uint8Array([...utf8("héllo "), 0, 255, 128, ...utf8(" 🦕")]));
        assert(seen.data.every((data) => Object.getPrototypeOf(data) === Uint8Array.prototype));
        link.abort();
      });

      it("receive: hands up a character split across chunks as the same bytes", async () => {
        const peers = new Peers();
        await using listener = await listen(peers);
        const { link, seen } = connect(make(await trusting()), listener.url);
        await seen.open();
        const peer = await peers.peer();
        const bytes = utf8("🦕");
        peer.link.send(bytes.subarray(0, 2));
        await seen.until(() => seen.size === 2);
        peer.link.send(bytes.subarray(2));
        await seen.until(() => seen.size === 4);
        assertEquals(seen.data.length, 2);
        assertEquals(seen.bytes, bytes);
        link.abort();
      });

      it("send: carries more than any buffer holds at once", async () => {
        await using listener = await listen(new Peers({ echo: true }));
        const { link, seen } = connect(make(await trusting()), listener.url);
        await seen.open();
        const large = new Uint8Array(4_000_000).map((_, index) => index * 7);
        link.send(large);
        await seen.until(() => seen.size === large.length);
        const whole = new Uint8Array(large.length);
        let at = 0;
        for (const data of seen.data) {
          if (typeof data === "string") continue;
          whole.set(data, at);
          at += data.length;
        }
        assert(whole.every((byte, index) => byte === large[index]));
        link.abort();
      });

      it("close: lets out what was sent, hears the peer out, then tells a clean end", async () => {
        const peers = new Peers();
        await using listener = await listen(peers);
        const { link, seen } = connect(make(await trusting()), listener.url);
        await seen.open();
        const peer = await peers.peer();
        link.send(new Uint8Array(1_000_000));
        link.send("QUIT");
        link.close(1000, "bye");
        link.send("ignored");
        const info = await peer.close();
        assertEquals(info, { code: 0, reason: "", clean: true, cause: "peer" });
        assertEquals(peer.size, 1_000_004);
        assertEquals(await seen.close(), { code: 0, reason: "", clean: true, cause: "peer" });
        await afterAnother(make(await trusting()), listener.url);
        assertEquals(seen.closes.length, 1);
      });

      it("closed: is clean, and told once, when the peer closes", async () => {
        const peers = new Peers();
        await using listener = await listen(peers);
        const { link, seen } = connect(make(await trusting()), listener.url);
        await seen.open();
        const peer = await peers.peer();
        peer.link.send("ERROR :Closing link");
        peer.link.close(0, "");
        assertEquals(await seen.close(), { code: 0, reason: "", clean: true, cause: "peer" });
        assertEquals(seen.text, "ERROR :Closing link");
        link.send("too late");
        link.close(0, "");
        link.abort();
        await afterAnother(make(await trusting()), listener.url);
        assertEquals(seen.closes.length, 1);
      });

      // Deno's node:tls reports a reset as an orderly end.
      it(
        "closed: is lost when the connection is reset",
        { skip: secure && onDeno && name === "nodeNet" },
        async () => {
          const peers = new Peers();
          await using listener = await listen(peers);
          const { seen } = connect(make(await trusting()), listener.url);
          await seen.open();
          const peer = await peers.peer();
          listener.cut();
          const info = await seen.close();
          assertEquals([info.cause, info.clean, info.code], ["lost", false, 0]);
          assertGreater(info.reason.length, 0);
          assertEquals((await peer.close()).cause, "lost");
        },
      );

      it("closed: is refused where nothing listens", async () => {
        const url = `${secure ? "ircs" : "irc"}://127.0.0.1:${await closedPort()}`;
        const { seen } = connect(make(await trusting()), url);
        const info = await seen.close();
        assertEquals([info.cause, info.clean, seen.opens.length], ["refused", false, 0]);
      });

      it("closed: is dns where there is no such host", async () => {
        const { seen } = connect(make(), `${secure ? "ircs" : "irc"}://nothing.invalid`);
        assertEquals((await seen.close()).cause, "dns");
      });

      it("abort: is silent before the link is open", async () => {
        const peers = new Peers();
        await using listener = await listen(peers);
        const { link, seen } = connect(make(await trusting()), listener.url);
        link.abort();
        link.abort();
        link.close(0, "");
        link.send("x");
        await afterAnother(make(await trusting()), listener.url);
        assertEquals([seen.opens, seen.data, seen.closes], [[], [], []]);
      });

      it("abort: is silent once the link is open, and the peer notices", async () => {
        const peers = new Peers({ echo: true });
        await using listener = await listen(peers);
        const { link, seen } = connect(make(await trusting()), listener.url);
        await seen.open();
        const peer = await peers.peer();
        link.send("x");
        link.abort();
        await peer.close();
        assertEquals([seen.data, seen.closes], [[], []]);
      });

      it("close: before the link is open tells that it never will be", async () => {
        await using listener = await listen(new Peers());
        const { link, seen } = connect(make(await trusting()), listener.url);
        link.send("ignored");
        link.close(1000, "changed my mind");
        const never = { code: 0, reason: "Closed before it was open", clean: false, cause: "refused" };
        assertEquals<unknown>(seen.closes, [never]);
        await afterAnother(make(await trusting()), listener.url);
        assertEquals([seen.opens.length, seen.closes.length], [0, 1]);
      });
    });
  }

  describe(name, () => {
    it("send: what the peer takes late and in parts arrives whole", async () => {
      const large = new Uint8Array(8_000_000).map((_, index) => index * 7 + (index >> 8));
      const { promise: isWhole, resolve } = Promise.withResolvers<boolean>();
      await using server = await rawServer((socket) => {
        let at = 0;
        socket.on("data", (chunk: Buffer) => {
          const isSame = chunk.equals(large.subarray(at, at += chunk.length));
          if (!isSame || at >= large.length) resolve(isSame);
        }).pause();
        setTimeout(() => socket.resume(), 30);
      });
      const { link, seen } = connect(make({ maxBuffered: large.length }), `irc://127.0.0.1:${server.port}`);
      await seen.open();
      link.send(large);
      assert(await within("all that was sent", isWhole));
      link.abort();
    });

    it("closed: is stalled when the peer stops reading", async () => {
      await using server = await rawServer((socket) => socket.pause());
      const { link, seen } = connect(make({ maxBuffered: 65_536 }), `irc://127.0.0.1:${server.port}`);
      await seen.open();
      await overwhelm(link, seen);
      assertEquals(seen.closes.map(({ cause, clean }) => [cause, clean]), [["stalled", false]]);
      assertMatch(seen.closes[0]?.reason ?? "", /^The peer does not read: \d+ bytes are waiting$/);
    });

    it("closed: is certificate_issuer where the certificate is not trusted", async () => {
      const { server, other } = await certificates();
      await using listener = await listenTcp(new Peers(), { tls: server });
      for (const options of [{}, { tls: { caCerts: [other.cert] } }]) {
        const { seen } = connect(make(options), listener.url);
        const info = await seen.close();
        assertEquals([info.cause, seen.opens.length], ["certificate_issuer", 0]);
      }
    });

    it("closed: is certificate_name where the certificate is for another host", async () => {
      const { client: forParley } = await certificates();
      await using listener = await listenTcp(new Peers(), { tls: forParley });
      const { seen } = connect(make({ tls: { caCerts: [forParley.cert] } }), listener.url);
      assertEquals((await seen.close()).cause, "certificate_name");
    });

    it("closed: is plain where the server speaks no TLS, and tls where it hangs up on it", async () => {
      for (const answer of ["ERROR :Not here\r\n", ""]) {
        await using server = await rawServer((socket) => socket.once("data", () => socket.end(answer)));
        const { seen } = connect(make(), `ircs://127.0.0.1:${server.port}`);
        assertEquals((await seen.close()).cause, answer === "" ? "tls" : "plain");
      }
    });

    it("tls.cert: is seen by the server", async () => {
      const { server, client } = await certificates();
      const peers = new Peers();
      await using listener = await listenTcp(peers, { tls: { ...server, requestClientCert: true } });
      const { link, seen } = connect(make({ tls: { caCerts: [server.cert], ...client } }), listener.url);
      await seen.open();
      const fingerprint = new X509Certificate(client.cert).fingerprint256.replaceAll(":", "").toLowerCase();
      assertEquals((await peers.peer()).info.certificate, fingerprint);
      link.abort();
    });

    it("dial: takes IPv6 addresses in brackets", async () => {
      const { seen } = connect(make(), `irc://[::1]:${await closedPort()}`);
      const info = await seen.close();
      // Where there is no IPv6, no way leads there.
      assert(["refused", "unreachable"].includes(info.cause), JSON.stringify(info));
    });

    it("dial: throws on a URL that names no stream", () => {
      for (const url of ["wss://127.0.0.1", "irc:", "nonsense"]) {
        assertThrows(() => make()({ url }, new Recorder()), OptionError, "Cannot dial");
      }
    });
  });
}

// Deno's own connections cannot do this, and leave it to node:tls.
for (const [name, make] of transports.filter(([name]) => name !== "denoNet")) {
  describe(`${name}, trusting otherwise`, () => {
    it("tls.hostname: is what is verified in place of the URL's host", async () => {
      const { client: forParley } = await certificates();
      await using listener = await listenTcp(new Peers(), { tls: forParley });
      const options = { tls: { caCerts: [forParley.cert], hostname: "parley" } };
      const { link, seen } = connect(make(options), listener.url);
      await seen.open();
      link.abort();
    });

    it("tls.fingerprints: a certificate is trusted by its fingerprint, whoever issued it and for whatever name", async () => {
      const { client: forParley, other } = await certificates();
      await using listener = await listenTcp(new Peers({ echo: true }), { tls: forParley });
      const [right, wrong] = [forParley, other].map(({ cert }) => new X509Certificate(cert).fingerprint256);
      assert(right !== undefined && wrong !== undefined);
      for (const fingerprints of [[right], [wrong, right.replaceAll(":", "").toLowerCase()]]) {
        const { link, seen } = connect(make({ tls: { fingerprints } }), listener.url);
        await seen.open();
        link.send("x");
        await seen.until(() => seen.size === 1);
        link.abort();
      }
    });

    it("tls.fingerprints: nothing is sent to a server that has another one, even if its issuer is trusted", async () => {
      const { server, other } = await certificates();
      const peers = new Peers();
      await using listener = await listenTcp(peers, { tls: server });
      const fingerprints = [new X509Certificate(other.cert).fingerprint256];
      const { link, seen } = connect(make({ tls: { fingerprints, caCerts: [server.cert] } }), listener.url);
      link.send("never");
      const info = await seen.close();
      assertEquals([info.cause, seen.opens], ["certificate_fingerprint", []]);
      assertMatch(info.reason, /^its SHA-256 fingerprint is "[0-9a-f]{64}"$/);
      assertEquals(peers.all.map(({ size }) => size).filter((size) => size > 0), []);
    });

    it("tls.fingerprints: what is no SHA-256 fingerprint is refused", () => {
      for (const fingerprint of ["", "abc", "g".repeat(64), "a".repeat(40)]) {
        assertThrows(() => dialer({ tls: { fingerprints: [fingerprint] } }), OptionError, "64 hexadecimal");
      }
    });
  });
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
