// A bot on each network, against servers of its own; prints what each has said and heard.
import { X509Certificate } from "node:crypto";
import { DiscordGateway, Intents } from "@parley/parley/discord";
import { command, InteractionRouter } from "@parley/parley/discord/interactions";
import { Driver, hostWith } from "@parley/parley/driver";
import { interactions } from "@parley/parley/hono";
import { IrcClient } from "@parley/parley/irc";
import { dialer } from "@parley/parley/transport";
import { TwitchClient } from "@parley/parley/twitch";
import {
  DiscordServer,
  discordServerFetch,
  InteractionClient,
  IrcServer,
  listenTcp,
  listenWebSocket,
  selfSignedCertificate,
  SigningKeys,
  TwitchServer,
} from "@parley/testing";

const CHANNEL = "81384788765712384";

async function serve(core, listen) {
  const said = Promise.withResolvers();
  const deliver = (event) => {
    if (event.kind === "message" && event.bot) said.resolve(event.message.content);
    if (event.kind === "line" && event.message.command === "PRIVMSG") said.resolve(event.message.text);
  };
  const server = new Driver(core, { host: hostWith(dialer()), label: "server", deliver });
  server.start();
  const listener = await listen(server);
  const close = async () => {
    server.shutdown("end");
    await listener.close();
  };
  return { server, url: listener.url, said: said.promise, close };
}

async function irc() {
  const { cert, key } = await selfSignedCertificate();
  const there = await serve(
    new IrcServer(),
    (server) => listenTcp(server, { tls: { cert, key }, scheme: "irc" }),
  );
  const bot = await new IrcClient({
    url: there.url,
    tls: { fingerprints: [new X509Certificate(cert).fingerprint256] },
    nick: "bot",
    channels: ["#a"],
  }).connect();
  await bot.wait("RPL_ENDOFNAMES", { signal: AbortSignal.timeout(10_000) });
  const heard = bot.wait("PRIVMSG", { signal: AbortSignal.timeout(10_000) });
  await there.server.command({ kind: "say", nick: "ann", channel: "#a", text: "hello" });
  const { text } = await heard;
  await bot.privmsg("#a", "over IRC");
  const said = await there.said;
  await bot.close();
  await there.close();
  return { heard: text, said };
}

async function twitch() {
  const there = await serve(new TwitchServer({ accounts: { bot: "token" } }), listenWebSocket);
  const bot = await new TwitchClient({ url: there.url, login: "bot", token: "token", channels: ["#a"] })
    .connect();
  const heard = bot.wait("PRIVMSG", { signal: AbortSignal.timeout(10_000) });
  await bot.wait("ROOMSTATE", { signal: AbortSignal.timeout(10_000) });
  await there.server.command({ kind: "say", login: "ann", channel: "#a", text: "hello" });
  const { text } = await heard;
  await bot.say("#a", "over Twitch");
  const said = await there.said;
  await bot.close();
  await there.close();
  return { heard: text, said };
}

async function discord() {
  const token = "parley.test.token";
  const there = await serve(
    new DiscordServer({
      token,
      guilds: [{ id: "197038439483310086", name: "a", channels: [{ id: CHANNEL, name: "a" }] }],
    }),
    (server) => listenWebSocket(server, { fetch: discordServerFetch(server) }),
  );
  const bot = await new DiscordGateway({
    token,
    intents: Intents.Guilds | Intents.GuildMessages | Intents.MessageContent,
    rest: { baseUrl: `${there.url.replace(/^ws/, "http")}/api` },
  }).connect();
  const heard = bot.wait("MESSAGE_CREATE", { signal: AbortSignal.timeout(10_000) });
  await there.server.command({ kind: "message", channel: CHANNEL, content: "hello" });
  const { data } = await heard;
  await bot.rest.createMessage(CHANNEL, { content: "over Discord" });
  const said = await there.said;
  await bot.close();
  await there.close();
  return { heard: data.content, said };
}

async function overHttp() {
  const keys = await SigningKeys.generate();
  const router = new InteractionRouter().add(command("ping", "Answers pong", (i) => i.reply("over HTTP")));
  const endpoint = interactions({ publicKey: keys.publicKey, router });
  const handler = (request) => endpoint({ req: { raw: request }, env: {} });
  return { said: (await new InteractionClient({ keys, handler }).command("ping")).content };
}

console.log(JSON.stringify(await Promise.all([irc(), twitch(), discord(), overHttp()])));
