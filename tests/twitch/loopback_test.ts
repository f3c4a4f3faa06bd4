import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { Driver } from "../../src/driver/driver.ts";
import { hostWith } from "../../src/driver/host.ts";
import { selfSignedCertificate } from "../../testing/world/network/certificate.ts";
import {
  type Acceptor,
  type Listener,
  listenTcp,
  listenWebSocket,
} from "../../testing/world/network/listen.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";
import { TwitchClient } from "../../src/twitch/client.ts";

async function serve(listen: (server: Acceptor) => Promise<Listener>) {
  const core = new TwitchServer({ accounts: { bot: "abc123" } });
  const host = hostWith(() => {
    throw new Error("a server does not dial");
  });
  const server = new Driver(core, { host, label: "server", deliver: () => {} });
  server.start();
  const listener = await listen(server);
  return { core, server, listener };
}

for (
  const [name, listen, secure] of [
    ["WebSocket", listenWebSocket, false],
    ["TCP", listenTcp, false],
    ["TLS", listenTcp, true],
  ] as const
) {
  test(`TwitchClient: reads, says, and survives a cut and a RECONNECT over ${name}`, async () => {
    const tls = secure ? await selfSignedCertificate() : undefined;
    const { core, server, listener } = await serve((acceptor) =>
      listen(acceptor, { scheme: "irc", ...(tls && { tls }) })
    );
    assertEquals(listener.url.startsWith("ircs:"), secure);
    await using cleanup = new AsyncDisposableStack();
    cleanup.use(listener);
    cleanup.defer(() => server.shutdown("end"));
    const signal = AbortSignal.timeout(30_000);
    await using chat = await new TwitchClient({
      url: listener.url,
      login: "bot",
      token: () => "abc123",
      backoff: { base: 20 },
      ...(tls && { tls: { caCerts: [tls.cert] } }),
      signal,
    }).connect();
    await chat.join("#a", { signal });
    const say = async (text: string) => {
      const told = chat.wait("PRIVMSG", { where: (event) => event.text === text, signal });
      void server.command({ kind: "say", channel: "#a", login: "ronni", text });
      return await told;
    };
    assertEquals((await say("Grüße, 世界 🎉")).sender.name, "ronni");
    assert((await chat.say("#a", "hello")).id !== undefined);

    const back = chat.wait("gap", { signal });
    listener.cut();
    const { from, to } = await back;
    assert(from < to);
    await say("after the cut");

    const left = core.log.filter(({ kind }) => kind === "closed").length;
    void server.command({ kind: "reconnect" });
    while (core.log.filter(({ kind }) => kind === "closed").length === left) await say("during the handover");
    await say("after the handover");
    assertEquals(chat.channels, ["#a"]);
  });
}
