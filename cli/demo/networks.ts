import { DiscordGateway, type DiscordGatewayOptions } from "@parley/parley/discord";
import { IrcClient, type IrcClientOptions } from "@parley/parley/irc";
import { TwitchClient, type TwitchClientOptions } from "@parley/parley/twitch";

/** The networks the demo knows. */
export type NetworkName = "irc" | "twitch" | "discord";

/** What somebody said. */
export interface Heard {
  readonly author: string;
  readonly text: string;
}

/** What a network tells the relay. */
export interface Listener {
  heard(heard: Heard): void;
  /** The connection is gone, and will be made again. */
  away(reason: string): void;
  /** It is back; what was said between these times, in milliseconds, was missed unless it was replayed. */
  back(from: number, to: number, how: string, replayed: number | undefined): void;
  failed(error: unknown): void;
}

/** One bot on one network: the same few words for three protocols. */
export interface Network extends AsyncDisposable {
  readonly name: NetworkName;
  /** Where it listens and speaks, for people. */
  readonly place: string;
  /** Says something; resolves when the network has taken it. Undefined: it may only listen. */
  readonly say: ((text: string) => Promise<unknown>) | undefined;
  /** Begins to tell what happens. */
  listen(listener: Listener): void;
}

/** Joins one channel of an IRC network. */
export async function onIrc(channel: string, options: IrcClientOptions): Promise<Network> {
  const irc = await new IrcClient(options).connect();
  await irc.join(channel);
  return {
    name: "irc",
    place: channel,
    say: (text) => irc.privmsg(channel, text),
    listen(listener) {
      irc.on("PRIVMSG", ({ target, source, text }) => {
        if (target.toLowerCase() === channel.toLowerCase()) {
          listener.heard({ author: source?.name ?? "", text });
        }
      });
      irc.on("reconnecting", ({ reason }) => listener.away(reason));
      irc.on(
        "gap",
        ({ from, to }) => listener.back(from, to, `rejoined ${irc.channels.names.join(", ")}`, undefined),
      );
      irc.on("join_failed", ({ error }) => listener.failed(error));
      irc.on("error", ({ error }) => listener.failed(error));
    },
    [Symbol.asyncDispose]: () => irc.close(),
  };
}

/** Joins one channel of Twitch: anonymously, unless a login is given. */
export async function onTwitch(channel: string, options: TwitchClientOptions = {}): Promise<Network> {
  const twitch = await new TwitchClient(options).connect();
  await twitch.join(channel);
  return {
    name: "twitch",
    place: channel,
    say: options.login === undefined ? undefined : (text) => twitch.say(channel, text),
    listen(listener) {
      twitch.on("PRIVMSG", ({ sender, text }) => listener.heard({ author: sender.name, text }));
      twitch.on("reconnecting", ({ reason }) => listener.away(reason));
      twitch.on("gap", ({ from, to }) => {
        listener.back(from, to, `rejoined ${twitch.channels.join(", ")}`, undefined);
      });
      twitch.on("join_failed", ({ error }) => listener.failed(error));
      twitch.on("error", ({ error }) => listener.failed(error));
    },
    [Symbol.asyncDispose]: () => twitch.close(),
  };
}

/** Listens to one channel of Discord; without one, to the first in which somebody says something. */
export async function onDiscord(
  channel: string | undefined,
  options: DiscordGatewayOptions,
): Promise<Network> {
  const gateway = await new DiscordGateway(options).connect();
  let place = channel;
  let replayed = 0;
  return {
    name: "discord",
    place: channel === undefined ? "the first channel heard" : `channel ${channel}`,
    say: (text) => {
      if (place === undefined) return Promise.reject(new Error("No channel of Discord was heard yet"));
      return gateway.rest.createMessage(place, { content: text, allowed_mentions: { parse: [] } });
    },
    listen(listener) {
      gateway.on("MESSAGE_CREATE", ({ data }) => {
        if (data.author.bot || data.content === "") return;
        place ??= data.channel_id;
        if (data.channel_id === place) listener.heard({ author: data.author.username, text: data.content });
      });
      gateway.on("reconnecting", ({ cause }) => listener.away(cause));
      gateway.on("resumed", (event) => void (replayed = event.replayed));
      gateway.on("gap", ({ from, to, resumed }) => {
        if (resumed) listener.back(from, to, `resumed the session`, replayed);
        else listener.back(from, to, "identified anew", undefined);
      });
      gateway.on("error", ({ error }) => listener.failed(error));
    },
    [Symbol.asyncDispose]: () => gateway.close(),
  };
}
