/**
 * One contender of the ingest benchmark, in a process of its own, on Deno, Bun or Node:
 *
 *     _ingest_contender.ts <contender> <port> <port for TCP> <warm-up> <lines>
 *
 * Prints one line of JSON.
 *
 * @module
 */
import process from "node:process";
import { TwitchClient } from "../src/twitch/client.ts";
import type { Run } from "./_harness.ts";
import { load } from "./_peers.ts";

const CHANNEL = "#bench";

/** Adds up what is read of each message, and takes the times where the measured part begins and ends. */
class Tally {
  readonly finished: Promise<Run>;
  readonly #finish: (run: Run) => void;
  readonly #from: number;
  readonly #to: number;
  #taken = 0;
  #sum = 0;
  #began = 0;
  #cpu: NodeJS.CpuUsage | undefined;

  constructor(from: number, to: number) {
    this.#from = from;
    this.#to = to;
    const { promise, resolve } = Promise.withResolvers<Run>();
    this.finished = promise;
    this.#finish = resolve;
  }

  take(value: number): void {
    this.#sum += value;
    const taken = ++this.#taken;
    if (taken === this.#from) {
      this.#cpu = process.cpuUsage();
      this.#began = performance.now();
    } else if (taken === this.#to) {
      const seconds = (performance.now() - this.#began) / 1_000;
      const { user, system } = process.cpuUsage(this.#cpu);
      this.#finish({ sum: this.#sum, seconds, cpuSeconds: (user + system) / 1_000_000 });
    }
  }
}

/** Connects, joins, and tells the tally how long the channel, the sender's login and the text of each message are. */
type Contender = (port: number, tally: Tally, tcpPort: number) => unknown;

const contenders: Record<string, Contender> = {
  // It does not know what it reads: the ends of lines are all that it finds.
  "floor": (port, tally) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
    socket.onopen = () => {
      for (
        const line of ["CAP REQ :twitch.tv/tags twitch.tv/commands", "NICK justinfan1", `JOIN ${CHANNEL}`]
      ) {
        socket.send(`${line}\r\n`);
      }
    };
    socket.onmessage = ({ data }: { readonly data: string }) => {
      for (const line of data.split("\r\n")) if (line.startsWith("@badge")) tally.take(line.length);
    };
  },

  "parley": async (port, tally) => {
    const chat = new TwitchClient({ url: `ws://127.0.0.1:${port}/`, channels: [CHANNEL] });
    chat.on("PRIVMSG", ({ channel, sender, text }) => {
      tally.take(channel.length + sender.login.length + text.length);
    });
    await chat.connect();
  },

  "tmi.js": async (port, tally) => {
    const { default: tmi } = await import("tmi.js");
    const connection = { server: "127.0.0.1", port, secure: false };
    const client = new tmi.Client({ connection, channels: [CHANNEL], logger: quiet });
    const take = (channel: string, { username = "" }: { readonly username?: string }, text: string) => {
      tally.take(channel.length + username.length + text.length);
    };
    client.on("message", take);
    // Where bits are cheered it tells of no message.
    client.on("cheer", take);
    await client.connect();
  },

  "@twurple/chat": async (port, tally) => {
    const { ChatClient } = await import("@twurple/chat");
    // It takes a host and no port.
    const client = new ChatClient({ hostName: `127.0.0.1:${port}/?`, ssl: false, channels: [CHANNEL] });
    const take = (channel: string, user: string, text: string) => {
      tally.take((channel.startsWith("#") ? 0 : 1) + channel.length + user.length + text.length);
    };
    client.onMessage(take);
    client.onAction(take);
    client.connect();
    await Promise.resolve();
  },

  // Its WebSocket connects on none of the three as it is.
  "@mastondzn/dank-twitch-irc": async (_port, tally, port) => {
    const { ChatClient } = load<Dank>("@mastondzn/dank-twitch-irc");
    const client = new ChatClient({ connection: { type: "tcp", host: "127.0.0.1", port, secure: false } });
    client.on("PRIVMSG", ({ channelName, senderUsername, messageText }) => {
      tally.take(1 + channelName.length + senderUsername.length + messageText.length);
    });
    client.connect();
    await client.join(CHANNEL.slice(1));
  },
};

/** What is used of dank-twitch-irc. */
interface Dank {
  readonly ChatClient: new (options: { connection: Readonly<Record<string, unknown>> }) => {
    on(kind: "PRIVMSG", handler: (message: DankMessage) => void): void;
    connect(): void;
    join(channel: string): Promise<void>;
  };
}

interface DankMessage {
  readonly channelName: string;
  readonly senderUsername: string;
  readonly messageText: string;
}

const quiet = { info: () => {}, warn: () => {}, error: console.error };

const [name = "", port = "", tcpPort = "", warmUp = "", count = ""] = process.argv.slice(2);
const contender = contenders[name];
if (contender === undefined) throw new Error(`There is no contender "${name}"`);
const tally = new Tally(Number(warmUp), Number(warmUp) + Number(count));
await contender(Number(port), tally, Number(tcpPort));
const run = await tally.finished;
process.stdout.write(`${JSON.stringify(run)}\n`, () => process.exit(0));
