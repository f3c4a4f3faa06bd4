import { assertEquals } from "@std/assert";
import { Driver } from "../../src/driver/driver.ts";
import { hostWith } from "../../src/driver/host.ts";
import { listenTcp, listenWebSocket } from "../../testing/world/network/listen.ts";
import type { Listener } from "../../testing/world/network/listen.ts";
import { dialer } from "../../src/transport/dial.ts";
import { EchoCore } from "./_echo.ts";
import { certificates, closedPort, connect, Peers } from "./_harness.ts";

// Deno.test, not node:test: its sanitizers, which are off unless asked for, fail a test that leaves a socket, a
// timer or an operation behind.
function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, fn, sanitizeOps: true, sanitizeResources: true });
}

const { server, client } = await certificates();
const dial = dialer({ tls: { caCerts: [server.cert] } });
const showing = dialer({ tls: { caCerts: [server.cert], ...client } });
const distrusting = dialer();

type Listen = (peers: Peers) => Promise<Listener>;

const listeners: [scheme: string, listen: Listen][] = [
  ["tcp", (peers) => listenTcp(peers)],
  ["tls", (peers) => listenTcp(peers, { tls: { ...server, requestClientCert: true } })],
  ["ws", (peers) => listenWebSocket(peers)],
  ["wss", (peers) => listenWebSocket(peers, { tls: server })],
];

for (const [scheme, listen] of listeners) {
  test(`${scheme}: a link closed by us leaves nothing behind`, async () => {
    for (const with_ of [dial, showing]) {
      const peers = new Peers();
      await using listener = await listen(peers);
      const { link, seen } = connect(with_, listener.url);
      await seen.open();
      link.send("x".repeat(100_000));
      link.close(1000, "");
      await seen.close();
      assertEquals((await (await peers.peer()).close()).clean, true);
    }
  });

  test(`${scheme}: a link closed by the peer leaves nothing behind`, async () => {
    const peers = new Peers();
    await using listener = await listen(peers);
    const { seen } = connect(dial, listener.url);
    await seen.open();
    (await peers.peer()).link.close(1000, "");
    await seen.close();
  });

  test(`${scheme}: a link that was cut leaves nothing behind`, async () => {
    const peers = new Peers();
    await using listener = await listen(peers);
    const { seen } = connect(dial, listener.url);
    await seen.open();
    await peers.peer();
    listener.cut();
    await seen.close();
  });

  test(`${scheme}: a link that was aborted leaves nothing behind`, async () => {
    const peers = new Peers();
    await using listener = await listen(peers);
    const { link, seen } = connect(dial, listener.url);
    await seen.open();
    const peer = await peers.peer();
    link.send("x".repeat(100_000));
    link.abort();
    await peer.close();
  });

  test(`${scheme}: a dial that was refused leaves nothing behind`, async () => {
    const { seen } = connect(dial, `${scheme}://127.0.0.1:${await closedPort()}`);
    await seen.close();
  });

  test(`${scheme}: a dial that does not trust the server leaves nothing behind`, async () => {
    await using listener = await listen(new Peers());
    const { link, seen } = connect(distrusting, listener.url);
    await seen.until(() => seen.closes.length + seen.opens.length > 0);
    link.abort();
  });
}

test("a driver of a server core leaves nothing behind", async () => {
  const core = new Driver(new EchoCore(), { host: hostWith(dial), label: "echo", deliver: () => {} });
  core.start();
  await using tcp = await listenTcp(core);
  await using webSocket = await listenWebSocket(core);
  for (const { url } of [tcp, webSocket]) {
    const { link, seen } = connect(dial, url);
    await seen.open();
    await seen.until(() => seen.size >= url.length);
    link.send("hello");
    await seen.until(() => seen.text.endsWith("hello"));
    link.close(1000, "");
    await seen.close();
  }
  core.shutdown("end");
});
