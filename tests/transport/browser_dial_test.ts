import { describe, it } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import { OptionError } from "../../src/protocol/errors.ts";
import { dialer } from "../../src/transport/browser_dial.ts";
import type { dialer as serverDialer } from "../../src/transport/dial.ts";
import type { WebSocketLike } from "../../src/transport/options.ts";
import { listenWebSocket } from "../../testing/world/network/listen.ts";
import { closedPort, connect, Peers, Recorder } from "./_harness.ts";

/** What bundles for browsers have in place of the other. */
const inBrowsers: typeof serverDialer = dialer;

describe("dialer, in bundles for browsers", () => {
  it("dial: goes by the runtime's WebSocket", async () => {
    await using server = await listenWebSocket(new Peers({ echo: true }));
    const { link, seen } = connect(inBrowsers(), server.url);
    await seen.open();
    link.send("hello");
    await seen.until(() => seen.data.length === 1);
    assertEquals(seen.data, ["hello"]);
    link.close(1000, "");
    assertEquals((await seen.close()).clean, true);
  });

  it("dial: tells how it went only after it has returned", async () => {
    const { seen } = connect(inBrowsers(), `ws://127.0.0.1:${await closedPort()}`);
    assertEquals(seen.closes, []);
    assertEquals((await seen.close()).clean, false);
  });

  it("dial: goes by the WebSocket that is given", () => {
    const asked: unknown[] = [];
    class Given implements WebSocketLike {
      binaryType = "";
      readonly bufferedAmount = 0;
      readonly protocol = "";
      onopen: unknown;
      onmessage: unknown;
      onerror: unknown;
      onclose: unknown;
      constructor(...how: unknown[]) {
        asked.push(how);
      }
      send(): void {}
      close(): void {}
    }
    inBrowsers({ WebSocket: Given })(
      { url: "wss://irc.test", protocols: ["text.ircv3.net"] },
      new Recorder(),
    );
    assertEquals(asked, [["wss://irc.test", ["text.ircv3.net"]]]);
  });

  for (const url of ["ircs://irc.test", "tcp://irc.test:6667", "http://irc.test", "irc.test"]) {
    it(`dial: throws OptionError for ${url}`, () => {
      assertThrows(() => inBrowsers()({ url }, new Recorder()), OptionError, "Cannot dial");
    });
  }

  it("dialer: throws OptionError for what a browser's WebSocket does not heed", () => {
    for (const options of [{ tls: {} }, { headers: { a: "b" } }, { proxy: "http://proxy.test" }]) {
      assertThrows(() => inBrowsers(options), OptionError, "bundled for browsers");
    }
    assertThrows(() => inBrowsers({ maxBuffered: 0 }), OptionError, "Cannot buffer");
    inBrowsers({ proxy: false });
  });
});
