// A bot on each network; what they hear.
import { DiscordGateway, Intents } from "@parley/parley/discord";
import { IrcClient } from "@parley/parley/irc";
import { TwitchClient } from "@parley/parley/twitch";

const patience = () => ({ signal: AbortSignal.timeout(15_000) });

/** @param {{ url: string, certificate?: string }} where */
export async function irc({ url, certificate }) {
  const tls = certificate === undefined ? {} : { tls: { caCerts: [certificate] } };
  const bot = new IrcClient({ url, ...tls, nick: "bot", channels: ["#a"] });
  const heard = bot.wait("PRIVMSG", patience());
  await bot.connect();
  const { text } = await heard;
  await bot.privmsg("#a", text);
  await bot.close();
  return text;
}

/** @param {string} url */
export async function twitch(url) {
  const bot = new TwitchClient({ url, login: "bot", token: "token", channels: ["#a"] });
  const heard = bot.wait("PRIVMSG", patience());
  await bot.connect();
  const { text } = await heard;
  await bot.say("#a", text);
  await bot.close();
  return text;
}

/** @param {string} baseUrl Of its API. */
export async function discord(baseUrl) {
  const bot = new DiscordGateway({
    token: "parley.test.token",
    intents: Intents.Guilds | Intents.GuildMessages | Intents.MessageContent,
    rest: { baseUrl },
    backoff: { base: 50 },
  });
  const said = bot.wait("MESSAGE_CREATE", patience());
  const resumed = bot.wait("resumed", patience());
  await bot.connect();
  const { data } = await said;
  await bot.rest.createMessage(data.channel_id, { content: data.content });
  // The server cuts the link once it has heard that.
  await resumed;
  await bot.close();
  return data.content;
}
