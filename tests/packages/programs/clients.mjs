// A bot on each network, against the servers that the environment names; prints what each has heard.
import { DiscordGateway, Intents } from "@parley/parley/discord";
import { IrcClient } from "@parley/parley/irc";
import { TwitchClient } from "@parley/parley/twitch";
import process from "node:process";

const { DISCORD, IRC, IRC_CERTIFICATE, TWITCH } = process.env;
const patience = () => ({ signal: AbortSignal.timeout(15_000) });

async function irc() {
  const bot = new IrcClient({ url: IRC, tls: { caCerts: [IRC_CERTIFICATE] }, nick: "bot", channels: ["#a"] });
  const heard = bot.wait("PRIVMSG", patience());
  await bot.connect();
  const { text } = await heard;
  await bot.privmsg("#a", text);
  await bot.close();
  return text;
}

async function twitch() {
  const bot = new TwitchClient({ url: TWITCH, login: "bot", token: "token", channels: ["#a"] });
  const heard = bot.wait("PRIVMSG", patience());
  await bot.connect();
  const { text } = await heard;
  await bot.say("#a", text);
  await bot.close();
  return text;
}

async function discord() {
  const bot = new DiscordGateway({
    token: "parley.test.token",
    intents: Intents.Guilds | Intents.GuildMessages | Intents.MessageContent,
    rest: { baseUrl: DISCORD },
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

console.log(JSON.stringify(await Promise.all([irc(), twitch(), discord()])));
