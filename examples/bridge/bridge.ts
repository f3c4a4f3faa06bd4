/**
 * A bridge: what is said in a room is said on each of its networks, Discord, IRC and Twitch, under the speaker's name where
 * there are names to give; what is edited or deleted follows, as far as a network can.
 *
 *     DISCORD_TOKEN=… TWITCH_TOKEN=… deno run -A examples/bridge/bridge.ts examples/bridge/bridge.json
 *
 * It needs the intent Message Content and the permission Manage Webhooks; to delete, `draft/message-redaction` or an `api`.
 *
 * @module
 */
import { DiscordGateway, type DiscordGatewayOptions, Intents } from "@parley/parley/discord";
import { createWebhook, getChannelWebhooks } from "@parley/parley/discord/rest";
import { IrcClient, type IrcClientOptions, stripFormatting } from "@parley/parley/irc";
import { TwitchClient, type TwitchClientOptions } from "@parley/parley/twitch";
import { readFileSync } from "node:fs";
import process from "node:process";

type Network = "discord" | "irc" | "twitch";
/** A channel on each network that takes part: Discord's by its ID. */
export type Room = Partial<Readonly<Record<Network, string>>>;

/** What the file says, and what of it is secret and comes from the environment. */
export interface BridgeOptions {
  readonly rooms: readonly Room[];
  readonly discord: Omit<DiscordGatewayOptions, "intents">;
  readonly irc: IrcClientOptions;
  readonly twitch: TwitchClientOptions;
}

interface Side {
  /** Resolves to the ID that it has there, if it has one. */
  say(channel: string, who: string, text: string): Promise<string | undefined>;
  remove?(channel: string, id: string): Promise<unknown>;
}

type Copy = { readonly to: Network; readonly channel: string; readonly id: Promise<string | undefined> };

const REMEMBERED = 1_000;
const NOBODY = { allowed_mentions: { parse: [] } };

/** The clients, not connected yet. */
export function bridge({ rooms, discord, irc: ircOptions, twitch: twitchOptions }: BridgeOptions) {
  const channelsOf = (network: Network) => rooms.flatMap((room) => room[network]?.toLowerCase() ?? []);
  for (const network of ["discord", "irc", "twitch"] as const) {
    // Two rooms that share a channel would say everything in a circle.
    const twice = channelsOf(network).find((channel, at, all) => all.indexOf(channel) !== at);
    if (twice !== undefined) throw new Error(`Cannot bridge "${twice}" of ${network}: it is in two rooms`);
  }
  const intents = Intents.GuildMessages | Intents.MessageContent;
  const gateway = new DiscordGateway({ ...discord, intents });
  const irc = new IrcClient({ ...ircOptions, channels: channelsOf("irc") });
  const twitch = new TwitchClient({ ...twitchOptions, channels: channelsOf("twitch") });
  const { rest } = gateway;

  const webhooks = new Map<string, Promise<readonly [id: string, token: string]>>();
  async function findWebhook(channel: string) {
    const all = await getChannelWebhooks(rest, channel);
    const own = all.find(({ application_id, token }) => token && application_id === gateway.applicationId);
    const { id, token = "" } = own ?? await createWebhook(rest, channel, { name: "bridge" });
    return [id, token] as const;
  }
  function webhookOf(channel: string) {
    const found = webhooks.get(channel) ?? findWebhook(channel);
    webhooks.set(channel, found);
    return found.catch((error) => (webhooks.delete(channel), Promise.reject(error)));
  }

  const sides: Readonly<Record<Network, Side>> = {
    discord: {
      async say(channel, who, content) {
        const said = { username: who.slice(0, 80), content: content.slice(0, 2_000), ...NOBODY };
        return (await rest.executeWebhook(...await webhookOf(channel), said)).id;
      },
      remove: async (channel, id) => rest.deleteWebhookMessage(...await webhookOf(channel), id),
    },
    irc: {
      async say(channel, who, text) {
        const line = `<${who}> ${text}`;
        // What is long, or of several lines, goes as several messages.
        const ids: string[] = [];
        const undo = irc.on("echo", ({ id, text }) => void (id && line.includes(text) && ids.push(id)));
        await irc.privmsg(channel, line, { lines: true }).finally(undo);
        return irc.capabilities.has("draft/message-redaction") && ids.length > 0 ? ids.join(" ") : undefined;
      },
      remove: (channel, ids) => Promise.all(ids.split(" ").map((id) => irc.redact(channel, id))),
    },
    twitch: {
      say: async (channel, who, text) =>
        (await twitch.say(channel, `${who}: ${text}`.replace(/\n/g, " "))).id,
      remove: (channel, id) => twitchOptions.api ? twitch.delete(channel, id) : Promise.resolve(),
    },
  };

  const copies = new Map<string, readonly Copy[]>();
  async function carry(from: Network, channel: string, id: string | undefined, who: string, text: string) {
    const room = rooms.find((room) => room[from]?.toLowerCase() === channel.toLowerCase()) ?? {};
    const made = (["discord", "irc", "twitch"] as const).flatMap((to): Copy[] => {
      const there = to === from ? undefined : room[to];
      return there === undefined ? [] : [{ to, channel: there, id: sides[to].say(there, who, text) }];
    });
    if (id !== undefined) copies.set(`${from} ${id}`, made);
    for (const oldest of copies.keys()) if (copies.size > REMEMBERED) copies.delete(oldest);
    const results = await Promise.allSettled(made.map(({ id }) => id));
    const failed = results.flatMap((result) => result.status === "rejected" ? [result.reason] : []);
    if (failed.length > 0) throw new AggregateError(failed, `Cannot carry all that ${who} said on ${from}`);
  }
  async function remove(from: Network, message: string | undefined) {
    for (const { to, channel, id } of copies.get(`${from} ${message}`) ?? []) {
      const there = await id.catch(() => undefined);
      if (there !== undefined) await sides[to].remove?.(channel, there);
    }
    copies.delete(`${from} ${message}`);
  }

  // What webhooks and bots say is not carried: it may be ours, or another bridge's.
  gateway.on("MESSAGE_CREATE", async ({ data: { author, webhook_id, id, channel_id, ...said } }) => {
    if (author.bot || webhook_id !== undefined) return;
    const names = new Map(said.mentions.map(({ id, username }) => [id, `@${username}`]));
    const text = said.content.replace(/<@!?(\d+)>/g, (whole, id) => names.get(id) ?? whole);
    const files = said.attachments.map(({ url }) => url);
    await carry("discord", channel_id, id, author.username, [text, ...files].join(" ").trim());
  });
  gateway.on("MESSAGE_UPDATE", async ({ data: { id, channel_id, author, content, edited_timestamp } }) => {
    // Without a time, a link in it is shown.
    if (!edited_timestamp || !copies.has(`discord ${id}`)) return;
    await carry("discord", channel_id, undefined, author.username, `(edited) ${content}`);
  });
  gateway.on("MESSAGE_DELETE", ({ data }) => remove("discord", data.id));
  irc.on("PRIVMSG", ({ channel, id, nick, text, isAction }) => {
    const plain = stripFormatting(text);
    if (channel) return carry("irc", channel, id, nick, isAction ? `_${plain}_` : plain);
  });
  irc.on("REDACT", ({ id }) => remove("irc", id));
  twitch.on("PRIVMSG", ({ channel, id, own, sender, text }) => {
    if (!own) return carry("twitch", channel, id, sender.name, text);
  });
  twitch.on("CLEARMSG", ({ messageId }) => remove("twitch", messageId));
  return { gateway, irc, twitch };
}

if (import.meta.main) {
  const { irc, twitch, rooms } = JSON.parse(readFileSync(process.argv[2] ?? "bridge.json", "utf8"));
  const { DISCORD_TOKEN = "", IRC_PASSWORD: password, TWITCH_TOKEN: token } = process.env;
  const sasl = password === undefined ? {} : { sasl: { username: irc.nick, password } };
  const options = { irc: { ...irc, ...sasl }, twitch: { ...twitch, token } };
  const clients = Object.values(bridge({ rooms, discord: { token: DISCORD_TOKEN }, ...options }));
  const close = () => clients.forEach((client) => void client.close());
  process.once("SIGINT", close).once("SIGTERM", close);
  await Promise.all(clients.map((client) => client.connect()));
}
