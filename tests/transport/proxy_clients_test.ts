import { describe, it } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { DiscordGateway, Intents } from "../../src/discord/gateway/mod.ts";
import { systemClock } from "../../src/driver/clock/clock.ts";
import { Driver } from "../../src/driver/driver.ts";
import { hostWith } from "../../src/driver/host.ts";
import { LocalPermits } from "../../src/driver/permits.ts";
import { IrcClient } from "../../src/irc/client.ts";
import { ConnectionError } from "../../src/protocol/errors.ts";
import { isRecord } from "../../src/protocol/data/json_value.ts";
import { dialer } from "../../src/transport/dial.ts";
import { TwitchClient } from "../../src/twitch/client.ts";
import { discordServerFetch } from "../../testing/discord/fetch.ts";
import { DiscordServer } from "../../testing/discord/server.ts";
import { IrcServer } from "../../testing/irc/server.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";
import { selfSignedCertificate } from "../../testing/world/network/certificate.ts";
import { listenTcp, listenWebSocket } from "../../testing/world/network/listen.ts";
import { certificates } from "./_harness.ts";
import { httpProxy, httpsProxy, socksProxy } from "./_proxies.ts";

const CHANNEL = "81384788765712384";
const SERVING = {
  host: hostWith(() => {
    throw new Error("a server does not dial");
  }),
  label: "server",
  deliver: () => {},
};
/** Only the proxy knows where they are. */
const HOSTS = ["gateway.test", "chat.test", "irc.test"];
const names = Object.fromEntries(HOSTS.map((host) => [host, "127.0.0.1"]));

const PROXIES = [
  ["HTTP", httpProxy],
  ["HTTP within TLS", httpsProxy],
  ["SOCKS5", socksProxy],
] as const;

for (const [protocol, listen] of PROXIES) {
  describe(`behind a proxy of ${protocol} with a password`, () => {
    it("DiscordGateway, TwitchClient, IrcClient: run over TLS, by the proxy alone, and come back", async () => {
      const certificate = await selfSignedCertificate({ hosts: HOSTS });
      const discordCore = new DiscordServer();
      const discord = new Driver(discordCore, SERVING);
      const twitch = new Driver(new TwitchServer({ accounts: { bot: "abc123" } }), SERVING);
      const irc = new Driver(new IrcServer(), SERVING);
      await using cleanup = new AsyncDisposableStack();
      for (const server of [discord, twitch, irc]) {
        server.start();
        cleanup.defer(() => server.shutdown("end"));
      }
      const tls = certificate;
      await using gatewayListener = await listenWebSocket(discord, { tls });
      await using twitchListener = await listenWebSocket(twitch, { tls });
      await using ircListener = await listenTcp(irc, { tls, scheme: "irc" });
      await using proxy = await listen({ credentials: "parley:sec ret", names });
      const url = proxy.url.replace("sec ret", "sec%20ret");
      const observed: string[] = [];
      const runtime = {
        dial: dialer({
          proxy: url,
          tls: { caCerts: [certificate.cert, (await certificates()).server.cert] },
        }),
        permits: new LocalPermits(systemClock),
        fetch: (input: string, init?: RequestInit) => discordServerFetch(discord)(input, init),
        observe: (observation: unknown) => void observed.push(JSON.stringify(observation)),
      };
      const signal = AbortSignal.timeout(30_000);
      const backoff = { base: 20 };

      await using gateway = new DiscordGateway({
        token: "Bot parley.test.token",
        intents: Intents.Guilds | Intents.GuildMessages | Intents.MessageContent,
        rest: { baseUrl: `https://gateway.test:${gatewayListener.port}/api` },
        runtime,
        backoff,
        signal,
      });
      await gateway.connect();
      await using chat = await new TwitchClient({
        url: `wss://chat.test:${twitchListener.port}`,
        login: "bot",
        token: () => "abc123",
        runtime,
        backoff,
        signal,
      }).connect();
      await using bot = await new IrcClient({
        url: `ircs://irc.test:${ircListener.port}`,
        nick: "bot",
        runtime,
        backoff,
        signal,
      }).connect();

      for (const again of [false, true]) {
        if (again) {
          const back = [
            gateway.wait("resumed", { signal }),
            chat.wait("gap", { signal }),
            bot.wait("gap", { signal }),
          ];
          for (const listener of [gatewayListener, twitchListener, ircListener]) listener.cut();
          await Promise.all(back);
        }
        const told = gateway.wait("MESSAGE_CREATE", { signal });
        void discord.command({ kind: "message", channel: CHANNEL, content: "hello" });
        assertEquals((await told).data.content, "hello");
        await chat.join(again ? "#b" : "#a", { signal });
        await bot.join("#parley", { signal });
        await bot.part("#parley");
      }

      const dialled = [gatewayListener, twitchListener, ircListener].map(({ port }, index) =>
        `${HOSTS[index]}:${port}`
      );
      const asked = proxy.log.map(({ target, user }) => `${target} by ${user}`);
      for (const target of dialled) {
        assert(asked.filter((line) => line === `${target} by parley`).length >= 2);
      }
      assertEquals(asked.filter((line) => !dialled.some((target) => line === `${target} by parley`)), []);
      assert(
        !/hello|abc123|parley\.test\.token|NICK/.test(proxy.seen),
        "the proxy read what is for the servers",
      );
      assert(!observed.some((line) => line.includes("ret@") || line.includes("sec ret")));
    });
  });
}

it("IrcClient: tells by its error that the proxy does not take the password, with its status", async () => {
  await using proxy = await httpProxy({ credentials: "parley:right" });
  const dial = dialer({ proxy: proxy.url.replace("right", "wrong") });
  const irc = new IrcClient({
    host: "irc.test",
    nick: "bot",
    runtime: { dial },
    backoff: { base: 1, attempts: 2 },
  });
  const error = await assertRejects(() => irc.connect(), ConnectionError);
  assertEquals(error.code, "unreachable");
  assertEquals(
    error.message,
    `Cannot connect to "ircs://irc.test" in 2 attempts: no way leads through the proxy (The proxy at ` +
      `"127.0.0.1:${proxy.port}" answered "407 Proxy Authentication Required"); ` +
      "check the proxy's host and port, user and password",
  );
  const { cause } = error;
  assert(isRecord(cause));
  assertEquals([cause.cause, cause.status], ["proxy", 407]);
});
