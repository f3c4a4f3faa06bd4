import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { DiscordGateway, Intents } from "../../../src/discord/gateway/mod.ts";
import { Driver } from "../../../src/driver/driver.ts";
import { hostWith } from "../../../src/driver/host.ts";
import { discordServerFetch } from "../../../testing/discord/fetch.ts";
import { DiscordServer } from "../../../testing/discord/server.ts";
import { listenWebSocket } from "../../../testing/world/network/listen.ts";
import { dialer } from "../../../src/transport/dial.ts";

const CHANNEL = "81384788765712384";

test("DiscordGateway: over a real socket it answers, and resumes after a cut and after op 7", async () => {
  const core = new DiscordServer({ heartbeatInterval: 500 });
  const server = new Driver(core, { host: hostWith(dialer()), label: "server", deliver: () => {} });
  server.start();
  await using listener = await listenWebSocket(server, { fetch: discordServerFetch(server) });
  const signal = AbortSignal.timeout(20_000);
  await using gateway = await new DiscordGateway({
    token: "Bot parley.test.token",
    intents: Intents.Guilds | Intents.GuildMessages | Intents.MessageContent,
    rest: { baseUrl: `${listener.url.replace(/^ws/, "http")}/api` },
    backoff: { base: 50 },
    signal,
  }).connect();
  const heard: string[] = [];
  gateway.on("MESSAGE_CREATE", ({ data }) => {
    heard.push(data.content);
    if (data.content === "!ping") return gateway.rest.createMessage(data.channel_id, { content: "pong" });
  });
  const say = (content: string) => server.command({ kind: "message", channel: CHANNEL, content });
  const hears = (content: string) =>
    gateway.wait("MESSAGE_CREATE", { signal, where: ({ data }) => data.content === content });

  let next = hears("pong");
  await say("!ping");
  await next;

  let resumed = gateway.wait("resumed", { signal });
  listener.cut();
  await say("while away");
  await resumed;

  resumed = gateway.wait("resumed", { signal });
  await server.command({ kind: "reconnect" });
  await resumed;

  next = hears("the end");
  await say("the end");
  await next;
  await gateway.wait("heartbeat_ack", { signal });
  assertEquals(heard, ["!ping", "pong", "while away", "the end"]);
  assertEquals(core.log.filter((entry) => entry.kind === "received" && entry.op === 2).length, 1);
  await gateway.close();
  server.shutdown("end");
});
