// What the package is there for, against the servers that an environment names; each says its own name, and gives what it
// hears.
import { DiscordGateway, Intents } from "@parley/parley/discord";
import { command, InteractionRouter } from "@parley/parley/discord/interactions";
import { interactions } from "@parley/parley/hono";
import { IrcClient } from "@parley/parley/irc";
import { dialer } from "@parley/parley/transport";
import { TwitchClient } from "@parley/parley/twitch";

const patience = () => ({ signal: AbortSignal.timeout(15_000) });

async function irc(says, url, runtime) {
  const nick = says.replaceAll(" ", "").slice(0, 12);
  const bot = new IrcClient({ url, nick, channels: [`#${nick}`], ...runtime && { runtime } });
  const heard = bot.wait("PRIVMSG", patience());
  await bot.connect();
  const { text } = await heard;
  await bot.privmsg(`#${nick}`, says);
  await bot.close();
  return text;
}

async function twitch(says, url) {
  const bot = new TwitchClient({ url, login: "bot", token: "token", channels: ["#a"] });
  const heard = bot.wait("PRIVMSG", patience());
  await bot.connect();
  const { text } = await heard;
  await bot.say("#a", says);
  await bot.close();
  return text;
}

async function discord(says, baseUrl) {
  const bot = new DiscordGateway({
    token: "parley.test.token",
    intents: Intents.Guilds | Intents.GuildMessages | Intents.MessageContent,
    rest: { baseUrl },
    backoff: { base: 50 },
  });
  const heard = bot.wait("MESSAGE_CREATE", patience());
  const resumed = bot.wait("resumed", patience());
  await bot.connect();
  const { data } = await heard;
  await bot.rest.createMessage(data.channel_id, { content: says });
  // The server cuts the link once it has heard that.
  await resumed;
  await bot.close();
  return data.content;
}

async function overHttp(publicKey, signed) {
  const router = new InteractionRouter().add(command("ping", "Answers", (i) => i.reply("hello")));
  const { headers, body } = JSON.parse(signed);
  const request = new Request("http://localhost/interactions", { method: "POST", headers, body });
  const answer = await interactions({ publicKey, router })({ req: { raw: request }, env: {} });
  return (await answer.json()).data?.content;
}

async function byProxies(says, url, tls, proxies) {
  const heard = [];
  for (const [protocol, proxy] of Object.entries(JSON.parse(proxies))) {
    heard.push(await irc(`${protocol} ${says}`, url, { dial: dialer({ proxy, tls }) }));
  }
  return heard.every((text) => text === "hello") ? "hello" : heard.join();
}

const FEATURES = {
  Twitch: (says, { TWITCH }) => twitch(says, TWITCH),
  "IRC by TLS": (says, env) => irc(says, env.IRC, { dial: dialer({ tls: trust(env) }) }),
  "IRC by TCP": (says, { IRC_PLAIN }) => irc(says, IRC_PLAIN),
  "IRC by WebSocket": (says, { IRC_OVER_WEBSOCKET }) => irc(says, IRC_OVER_WEBSOCKET),
  Discord: (says, { DISCORD }) => discord(says, DISCORD),
  interactions: (_, { PUBLIC_KEY, SIGNED }) => overHttp(PUBLIC_KEY, SIGNED),
  proxies: (says, env) => byProxies(says, env.IRC_PLAIN, trust(env), env.PROXIES),
};

// Bun 1.2 does not trust a certificate that vouches for itself alone.
const trust = ({ IRC_CERTIFICATE, IRC_FINGERPRINT }) =>
  "Bun" in globalThis ? { fingerprints: [IRC_FINGERPRINT] } : { caCerts: [IRC_CERTIFICATE] };

/** What came of those features, by their names. */
export async function use(names, env) {
  const outcomes = names.map(async (name) => [name, await FEATURES[name](name, env).catch(String)]);
  return Object.fromEntries(await Promise.all(outcomes));
}
