import { Driver, hostWith, systemClock } from "@parley/parley/driver";
import { Intents } from "@parley/parley/discord";
import {
  DiscordServer,
  discordServerFetch,
  IrcServer,
  type Listener,
  listenTcp,
  listenWebSocket,
  selfSignedCertificate,
  TwitchServer,
} from "@parley/testing";
import { dialer } from "@parley/parley/transport";
import { type Network, type NetworkName, onDiscord, onIrc, onTwitch } from "./networks.ts";

/** Something a person said on a server, and when. */
export interface Said {
  readonly text: string;
  readonly at: number;
}

/** A server of one network on loopback, the people on it, and the bot that is connected to it. */
export interface Venue extends AsyncDisposable {
  readonly network: Network;
  /** What people said on it, oldest first. */
  readonly said: readonly Said[];
  /** What the bot said on it, as the server heard it. */
  readonly heard: readonly string[];
  /** Lets a person say something. */
  speak(person: string, text: string): void;
  /** Breaks the connection between server and bot: the server falls silent, then the link is cut. */
  cut(): void;
}

const CHANNEL = "#parley";
// How long a server hangs before its link is cut, so that something is under way when it happens.
const HANG = 400;

/** Starts the three servers and connects the bot to each. */
export async function openVenues(): Promise<Venue[]> {
  return await Promise.all([openIrc(), openTwitch(), openDiscord()]);
}

async function openIrc(): Promise<Venue> {
  const record = new Record();
  const server = new Driver(new IrcServer({ name: "irc.demo" }), {
    host: hostWith(dialer()),
    label: "irc server",
    deliver: (event) => {
      if (event.kind === "line" && event.message.command === "PRIVMSG") record.heard.push(event.message.text);
    },
  });
  server.start();
  const certificate = await selfSignedCertificate();
  const listener = await listenTcp(server, { tls: certificate, scheme: "irc" });
  const network = await onIrc(CHANNEL, {
    url: listener.url,
    tls: { caCerts: [certificate.cert] },
    nick: "parley",
    // This server does not mind more lines than most do.
    flood: { line: 100 },
  });
  return venue(network, record, server, listener, {
    speak: (nick, text) => void server.command({ kind: "say", nick, channel: CHANNEL, text }),
    hang: () => void server.command({ kind: "freeze" }),
  });
}

async function openTwitch(): Promise<Venue> {
  const record = new Record();
  // As for a bot that Twitch has verified.
  const limits = { message: 7_500 };
  const server = new Driver(new TwitchServer({ accounts: { parley: "demo" }, limits }), {
    host: hostWith(dialer()),
    label: "twitch server",
    deliver: (event) => {
      if (event.kind === "line" && event.message.command === "PRIVMSG") record.heard.push(event.message.text);
    },
  });
  server.start();
  const listener = await listenWebSocket(server);
  const network = await onTwitch(CHANNEL, { url: listener.url, login: "parley", token: "demo", limits });
  return venue(network, record, server, listener, {
    speak: (login, text) => void server.command({ kind: "say", login, channel: CHANNEL, text }),
    hang: () => void server.command({ kind: "freeze" }),
  });
}

async function openDiscord(): Promise<Venue> {
  const record = new Record();
  const token = "demo.discord.token";
  const channel = { id: "81384788765712384", name: "parley" };
  const core = new DiscordServer({
    token,
    guilds: [{ id: "197038439483310086", name: "demo", channels: [channel] }],
  });
  const server = new Driver(core, {
    host: hostWith(dialer()),
    label: "discord server",
    deliver: (event) => {
      if (event.kind === "message" && event.bot) record.heard.push(event.message.content);
    },
  });
  server.start();
  const listener = await listenWebSocket(server, { fetch: discordServerFetch(server) });
  const network = await onDiscord(channel.id, {
    token,
    intents: Intents.Guilds | Intents.GuildMessages | Intents.MessageContent,
    rest: { baseUrl: `${listener.url.replace(/^ws/, "http")}/api` },
  });
  return venue(network, record, server, listener, {
    speak: (username, content) => {
      void server.command({ kind: "message", channel: channel.id, content, author: { username } });
    },
    // What Discord sends into a link that is about to die is what it replays.
    hang: () => {},
  });
}

class Record {
  readonly said: Said[] = [];
  readonly heard: string[] = [];
}

function venue(
  network: Network,
  record: Record,
  server: { shutdown(mode: "end"): void },
  listener: Listener,
  acts: { speak(person: string, text: string): void; hang(): void },
): Venue {
  return {
    network,
    said: record.said,
    heard: record.heard,
    speak(person, text) {
      record.said.push({ text, at: systemClock.now() });
      acts.speak(person, text);
    },
    cut() {
      acts.hang();
      systemClock.setTimer(systemClock.now() + HANG, () => listener.cut());
    },
    async [Symbol.asyncDispose]() {
      server.shutdown("end");
      await listener.close();
    },
  };
}

/** What people talk about. */
const PHRASES = [
  "good morning",
  "has anybody seen the cat?",
  "it was here a minute ago",
  "what does this button do?",
  "please do not press it",
  "lunch?",
  "in five minutes",
  "who broke the build",
  "it works on my machine",
  "naïve café ☕ — does this arrive whole?",
];

const PEOPLE: Readonly<globalThis.Record<NetworkName, readonly string[]>> = {
  irc: ["ann", "bob"],
  twitch: ["carla", "dmitri"],
  discord: ["eve", "farid"],
};

/** The n-th thing that is said on a network, and who says it. No two are the same. */
export function speech(name: NetworkName, n: number): { person: string; text: string } {
  const people = PEOPLE[name];
  const phrase = PHRASES[(n * 7 + name.length) % PHRASES.length] ?? "";
  return { person: people[n % people.length] ?? name, text: `${phrase} (${name} ${n})` };
}
