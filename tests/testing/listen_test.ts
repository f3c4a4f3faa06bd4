import { describe, it } from "node:test";
import { assertEquals, assertGreater, assertMatch, assertRejects } from "@std/assert";
import { Driver } from "../../src/driver/driver.ts";
import { hostWith } from "../../src/driver/host.ts";
import { listenTcp, listenWebSocket } from "../../testing/world/network/listen.ts";
import { dialer } from "../../src/transport/dial.ts";
import { EchoCore, type EchoEvent } from "../transport/_echo.ts";
import { afterAnother, certificates, connect, pause, Peers } from "../transport/_harness.ts";

function echoServer(): { driver: Driver<never, EchoEvent>; events: EchoEvent[] } {
  const events: EchoEvent[] = [];
  const driver = new Driver<never, EchoEvent>(new EchoCore(), {
    host: hostWith(dialer()),
    label: "echo",
    deliver: (event) => events.push(event),
  });
  driver.start();
  return { driver, events };
}

describe("listenTcp", () => {
  it("accept: hands links to a driver, which sees them come and go", async () => {
    const { driver, events } = echoServer();
    await using listener = await listenTcp(driver);
    const { link, seen } = connect(dialer(), listener.url);
    await seen.until(() => seen.text === listener.url);
    link.send("+hello");
    await seen.until(() => seen.text === `${listener.url}+hello`);
    link.close(0, "");
    await seen.close();
    assertEquals(events.map(({ link, info }) => [link, info.cause, info.clean]), [[-1, "peer", true]]);
    driver.shutdown("end");
  });

  it("url: names loopback, the port and whether it speaks TLS", async () => {
    await using plain = await listenTcp(new Peers());
    await using secure = await listenTcp(new Peers(), { tls: (await certificates()).server });
    assertEquals(plain.url, `tcp://127.0.0.1:${plain.port}`);
    assertEquals(secure.url, `tls://127.0.0.1:${secure.port}`);
  });

  it("scheme: names what is spoken", async () => {
    await using plain = await listenTcp(new Peers(), { scheme: "irc" });
    await using secure = await listenTcp(new Peers(), { scheme: "irc", tls: (await certificates()).server });
    assertEquals(plain.url, `irc://127.0.0.1:${plain.port}`);
    assertEquals(secure.url, `ircs://127.0.0.1:${secure.port}`);
  });

  it("port: is the one asked for, and free again once it is closed", async () => {
    const first = await listenTcp(new Peers());
    await first.close();
    await first.close();
    await using again = await listenTcp(new Peers(), { port: first.port });
    assertEquals(again.port, first.port);
    await assertRejects(() => listenTcp(new Peers(), { port: first.port }));
  });

  it("cut: drops every open link, and keeps listening", async () => {
    const peers = new Peers({ echo: true });
    await using listener = await listenTcp(peers);
    const first = connect(dialer(), listener.url);
    const second = connect(dialer(), listener.url);
    await first.seen.open();
    await second.seen.open();
    await peers.peer(1);
    assertEquals(listener.connections, 2);
    listener.cut();
    assertEquals([(await first.seen.close()).cause, (await second.seen.close()).cause], ["lost", "lost"]);
    const third = connect(dialer(), listener.url);
    await third.seen.open();
    third.link.send("still there");
    await third.seen.until(() => third.seen.text === "still there");
    third.link.abort();
  });

  it("maxBuffered: drops a client that stops reading", async () => {
    const net = await import("node:net");
    const peers = new Peers();
    await using listener = await listenTcp(peers, { maxBuffered: 65_536 });
    const socket = net.connect(listener.port, "127.0.0.1").on("error", () => {});
    const peer = await peers.peer();
    for (let sent = 0; sent < 200 && peer.closes.length === 0; sent++) {
      peer.link.send(new Uint8Array(262_144));
      await pause(0);
    }
    assertEquals(peer.closes.map((info) => info.cause), ["stalled"]);
    socket.destroy();
  });
});

describe("listenWebSocket", () => {
  it("accept: tells the URL with path and query", async () => {
    const { driver, events } = echoServer();
    await using listener = await listenWebSocket(driver);
    const url = `${listener.url}/gateway?v=10&encoding=json`;
    const { link, seen } = connect(dialer(), url);
    await seen.until(() => seen.data.length === 1);
    assertEquals(seen.data, [url]);
    link.close(4000, "");
    await seen.close();
    await seen.until(() => true);
    await afterAnother(dialer(), listener.url);
    assertEquals(
      events.filter(({ link }) => link === -1).map(({ link, info }) => [link, info.code, info.cause]),
      [[-1, 4000, "peer"]],
    );
    driver.shutdown("end");
  });

  it("protocols: agrees to the client's best that it knows, or to none", async () => {
    const peers = new Peers();
    await using listener = await listenWebSocket(peers, { protocols: ["b", "a"] });
    const { link, seen } = connect(dialer(), { url: listener.url, protocols: ["x", "a"] });
    await seen.open();
    assertEquals([seen.opens[0]?.protocol, (await peers.peer()).info.protocol], ["a", "a"]);
    link.abort();
  });

  it("fetch: answers plain HTTP requests on the same port", async () => {
    await using listener = await listenWebSocket(new Peers(), {
      fetch: async (request) => {
        const { pathname, search } = new URL(request.url);
        if (pathname === "/empty") return new Response(null, { status: 204 });
        if (pathname === "/broken") throw new Error("broken");
        const body = await request.text();
        return Response.json(
          {
            method: request.method,
            path: pathname + search,
            token: request.headers.get("authorization"),
            body,
          },
          { status: 201, headers: [["x-parley", "yes"], ["set-cookie", "a=1"], ["set-cookie", "b=2"]] },
        );
      },
    });
    const origin = listener.url.replace("ws:", "http:");
    const response = await fetch(`${origin}/channels/1/messages?wait=true`, {
      method: "POST",
      headers: { authorization: "Bot x" },
      body: JSON.stringify({ content: "héllo" }),
    });
    assertEquals([response.status, response.headers.get("x-parley")], [201, "yes"]);
    assertEquals(response.headers.getSetCookie(), ["a=1", "b=2"]);
    assertEquals(await response.json(), {
      method: "POST",
      path: "/channels/1/messages?wait=true",
      token: "Bot x",
      body: '{"content":"héllo"}',
    });
    const empty = await fetch(`${origin}/empty`, { method: "DELETE" });
    assertEquals([empty.status, await empty.text()], [204, ""]);
    const broken = await fetch(`${origin}/broken`);
    assertEquals([broken.status, await broken.text()], [500, ""]);
  });

  it("fetch: without it, plain HTTP is told to upgrade", async () => {
    await using listener = await listenWebSocket(new Peers());
    const response = await fetch(listener.url.replace("ws:", "http:"));
    assertEquals(response.status, 426);
    assertMatch(await response.text(), /WebSocket/);
  });

  it("cut: drops every open link, and keeps listening", async () => {
    const peers = new Peers({ echo: true });
    await using listener = await listenWebSocket(peers);
    const first = connect(dialer(), listener.url);
    await first.seen.open();
    assertGreater(listener.connections, 0);
    listener.cut();
    assertEquals((await first.seen.close()).cause, "lost");
    const second = connect(dialer(), listener.url);
    await second.seen.open();
    second.link.send("still there");
    await second.seen.until(() => second.seen.text === "still there");
    second.link.abort();
  });

  it("close: drops what is open, and resolves", async () => {
    const listener = await listenWebSocket(new Peers());
    const { seen } = connect(dialer(), listener.url);
    await seen.open();
    await listener.close();
    assertEquals((await seen.close()).cause, "lost");
  });
});
