/**
 * A bot that listens to nothing but what is said, in the way of the README: `NETWORK URL WHAT`.
 *
 * `throws`: its handler throws on every tenth line. `closes`: it is closed once it has connected; `hears`: its end with
 * an error is heard. Both print how many milliseconds the process then took to end by itself. `leaves`: it gives a command
 * that cannot be done, and awaits nothing of it. `dials`: it says so when it does. `SIGTERM` and `SIGINT` close it.
 *
 * @module
 */
import process from "node:process";
import type { Observation } from "../../src/driver/host.ts";
import { DiscordGateway, Intents } from "../../src/discord/gateway/mod.ts";
import { IrcClient } from "../../src/irc/mod.ts";
import { TwitchClient } from "../../src/twitch/mod.ts";

const [network, url = "", what] = process.argv.slice(2);

let lines = 0;
function hear(text: string): void {
  lines++;
  console.log(`heard ${text}`);
  if (what === "throws" && lines % 10 === 0) throw new TypeError(`a bug at ${text}`);
}

function made(): IrcClient | TwitchClient | DiscordGateway {
  switch (network) {
    case "irc": {
      const observe = ({ kind }: Observation) => kind === "dial" && what === "dials" && console.log("dials");
      const irc = new IrcClient({ url, nick: "bot", channels: ["#a"], runtime: { observe } });
      irc.on("PRIVMSG", ({ text }) => hear(text));
      return irc;
    }
    case "twitch": {
      const backoff = { base: 20 };
      const chat = new TwitchClient({ url, login: "bot", token: "abc123", channels: ["#a"], backoff });
      chat.on("PRIVMSG", ({ text }) => hear(text));
      return chat;
    }
    default: {
      const gateway = new DiscordGateway({
        token: "a.b.c",
        intents: Intents.GuildMessages | Intents.MessageContent,
        rest: { baseUrl: url },
      });
      gateway.on("MESSAGE_CREATE", ({ data }) => hear(data.content));
      return gateway;
    }
  }
}

/** Asks for what cannot be had, and does not look at what comes of it. */
function ask(client: IrcClient | TwitchClient | DiscordGateway): void {
  if (client instanceof IrcClient) client.privmsg("nobody", "hello");
  else if (client instanceof TwitchClient) client.say("#a", "");
  else client.send(7, { kind: "presence", data: {} });
}

const client = made();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void client.close({ resumable: true }));
}
if (what === "dials") await client.connect().catch(() => {});
else {
  await client.connect();
  console.log("connected");
}
if (what === "leaves") ask(client);
if (what === "closes") await client.close();
if (what === "hears") await client.closed.catch((error: Error) => console.log(error.message));
if (what === "closes" || what === "hears") {
  const done = performance.now();
  process.on("exit", () => console.log(`ended after ${performance.now() - done}`));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.removeAllListeners(signal);
}
