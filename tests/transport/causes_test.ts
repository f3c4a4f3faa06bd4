import { describe, it } from "node:test";
import { assertEquals } from "@std/assert";
import { closeReason } from "../../src/protocol/connection/close_reason.ts";
import { dialFailure } from "../../src/protocol/connection/dial_failure.ts";
import type { Dial } from "../../src/protocol/link.ts";
import { bunNet } from "../../src/transport/streams/bun_net.ts";
import { denoNet } from "../../src/transport/streams/deno_net.ts";
import { dialer } from "../../src/transport/dial.ts";
import { nodeNet } from "../../src/transport/streams/node_net.ts";
import type { DialOptions } from "../../src/transport/options.ts";
import { selfSignedCertificate } from "../../testing/world/network/certificate.ts";
import { listenTcp } from "../../testing/world/network/listen.ts";
import { closedPort, connect, onBun, onDeno, Peers, rawServer } from "./_harness.ts";

const HOUR = 3_600_000;
const ALERT = new Uint8Array([21, 3, 3, 0, 2, 2, 10]);

const streams: [name: string, make: (options?: DialOptions) => Dial][] = [["nodeNet", nodeNet]];
if (onDeno) streams.push(["denoNet", (options) => denoNet(options)]);
if (onBun) streams.push(["bunNet", bunNet]);

async function words(dial: Dial, url: string): Promise<[cause: string, words: string]> {
  const { link, seen } = connect(dial, url);
  const info = await seen.close();
  link.abort();
  return [info.cause, closeReason(info)];
}

for (const [name, make] of streams) {
  describe(`${name}: why it did not open`, () => {
    it("is told apart for names, ports and routes", async () => {
      for (const scheme of ["irc", "ircs"]) {
        const port = await closedPort();
        assertEquals(await words(make(), `${scheme}://nothing.invalid`), [
          "dns",
          "the host's name has no address",
        ]);
        for (const host of ["127.0.0.1", "localhost"]) {
          assertEquals(await words(make(), `${scheme}://${host}:${port}`), [
            "refused",
            "nothing listens at that host and port",
          ]);
        }
      }
    });

    it("is told apart for what is no TLS", async () => {
      for (
        const answer of [":irc NOTICE * :Hello\r\n", "ERROR :Closing link\r\n", "HTTP/1.1 400 No\r\n\r\n"]
      ) {
        await using server = await rawServer((socket) => socket.once("data", () => socket.end(answer)));
        assertEquals(await words(make(), `ircs://127.0.0.1:${server.port}`), [
          "plain",
          "the server does not speak TLS on this port",
        ]);
      }
      for (const hangUp of [false, true]) {
        await using server = await rawServer((socket) =>
          socket.once("data", () => hangUp ? socket.resetAndDestroy() : socket.end())
        );
        assertEquals(await words(make(), `ircs://127.0.0.1:${server.port}`), [
          "tls",
          "the TLS handshake failed (The server hung up)",
        ]);
      }
    });

    it("is told apart for certificates", async () => {
      const now = Date.now();
      const good = await selfSignedCertificate();
      const cases = [
        ["certificate_issuer", "was issued by nobody who is trusted", good, {}],
        ["certificate_name", "is for another name", await selfSignedCertificate({ hosts: ["other.test"] })],
        [
          "certificate_expired",
          "has expired",
          await selfSignedCertificate({ validTo: new Date(now - HOUR), validFrom: new Date(now - 2 * HOUR) }),
        ],
        [
          "certificate_early",
          "is not valid yet",
          await selfSignedCertificate({ validFrom: new Date(now + HOUR) }),
        ],
      ] as const;
      for (const [cause, said, certificate, options = { tls: { caCerts: [certificate.cert] } }] of cases) {
        await using listener = await listenTcp(new Peers(), { tls: certificate });
        // node:tls of Deno says of a time that is wrong that the issuer is.
        if (onDeno && name === "nodeNet" && /expired|early/.test(cause)) continue;
        const told = await words(make(options), listener.url);
        assertEquals(told, [cause, `the server's certificate ${said}`]);
      }
    });
  });
}

describe("dialer: why a WebSocket did not open", () => {
  it("is told apart, and so is what answers by TLS or by no HTTP", async () => {
    const answers = [
      [
        "HTTP/1.1 404 Not Found\r\n\r\n",
        "upgrade",
        'the server opened no WebSocket (The server answered the WebSocket handshake with "404 Not Found")',
      ],
      [
        ":irc NOTICE * :Hello\r\n",
        "upgrade",
        "the server opened no WebSocket (The server does not speak HTTP)",
      ],
      ["", "upgrade", "the server opened no WebSocket (The server closed the connection before it answered)"],
      [ALERT, "secure", "the server speaks nothing but TLS on this port"],
    ] as const;
    for (const [answer, ...told] of answers) {
      // What is no HTTP is refused at once, though the server waits.
      await using server = await rawServer((socket) =>
        socket.once("data", () => answer === "" ? socket.end() : socket.write(answer))
      );
      assertEquals(await words(dialer(), `ws://127.0.0.1:${server.port}`), told);
    }
    assertEquals(await words(dialer(), "wss://nothing.invalid"), ["dns", "the host's name has no address"]);
    await using server = await rawServer((socket) =>
      socket.once("data", () => socket.end("HTTP/1.1 400 No\r\n\r\n"))
    );
    const told = await words(dialer(), `wss://127.0.0.1:${server.port}`);
    assertEquals(told, ["plain", "the server does not speak TLS on this port"]);
  });
});

describe("dialFailure", () => {
  const failed = (message: string, code?: string, inTls = false) =>
    dialFailure(Object.assign(new Error(message), code && { code }), inTls);

  it("reason: is one line, and shows no path of OpenSSL's sources", () => {
    const openssl =
      "40E7:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:../deps/openssl/x.c:77:\n";
    assertEquals(failed(openssl, "ERR_SSL_WRONG_VERSION_NUMBER", true), {
      cause: "plain",
      reason: "wrong version number",
    });
    const boring = "error:100000f7:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER";
    assertEquals(failed(boring, "ERR_X", true), { cause: "plain", reason: "WRONG_VERSION_NUMBER" });
    assertEquals(failed("a\n  b\r\nc").reason, "a b c");
  });

  it("cause: is found down the chain of causes, and behind several addresses", () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    assertEquals(dialFailure(new TypeError("fetch failed", { cause: refused })).cause, "refused");
    assertEquals(dialFailure(new AggregateError([refused, refused])).cause, "refused");
    assertEquals(
      failed('Requires net access to "irc.test:6697", run again with the --allow-net flag').cause,
      "permission",
    );
    assertEquals(failed("Who knows").cause, "unknown");
    assertEquals(failed("Who knows", undefined, true).cause, "tls");
    assertEquals(dialFailure(undefined).cause, "unknown");
    const loop = new Error("loop");
    loop.cause = loop;
    assertEquals(dialFailure(loop).cause, "unknown");
  });
});
