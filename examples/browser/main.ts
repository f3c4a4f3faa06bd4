/**
 * A page that reads Twitch chat, anonymously, and a channel of an IRC network that has a WebSocket.
 *
 *     npx esbuild examples/browser/main.ts --bundle --splitting --format=esm --minify --outdir=examples/browser/dist
 *     npx serve examples/browser
 *
 * Its address says what to read: `?twitch=forsen`, `?irc=wss://irc.example.org&channel=%23parley&nick=guest`, or both;
 * `twitch-url` names another server than Twitch's.
 */
import { IrcClient } from "@parley/parley/irc";
import { TwitchClient } from "@parley/parley/twitch";

/** As much of a page as is used here: the types of all of it contradict those of Deno. */
interface PageElement {
  textContent: string | null;
  append(child: PageElement): void;
}
declare const document: {
  createElement(name: string): PageElement;
  querySelector(selector: string): PageElement | null;
};

const wanted = new URLSearchParams(location.search);

/** Adds a line; as text, whatever is in it. */
function show(where: string, who: string, text: string): void {
  const line = document.createElement("li");
  line.textContent = `${where} ${who}: ${text}`;
  document.querySelector("#lines")?.append(line);
}

/** Says how a client fares. */
function tell(client: "twitch" | "irc", state: string): void {
  const output = document.querySelector(`#${client}`);
  if (output !== null) output.textContent = state;
}

/** Says that a client is back, and how long nothing was heard. */
function back(client: "twitch" | "irc", { from, to }: { readonly from: number; readonly to: number }): void {
  tell(client, "on");
  show(client, "away", `for ${Math.ceil((to - from) / 1_000)} s`);
}

async function readTwitch(channel: string): Promise<void> {
  const url = wanted.get("twitch-url");
  const chat = new TwitchClient({ channels: [`#${channel}`], ...(url !== null && { url }) });
  chat.on("PRIVMSG", ({ channel, sender, text }) => show(channel, sender.name, text));
  chat.on("reconnecting", () => tell("twitch", "reconnecting"));
  chat.on("gap", (gap) => back("twitch", gap));
  await chat.connect();
  tell("twitch", "on");
}

async function readIrc(url: string, channel: string): Promise<void> {
  const irc = new IrcClient({ url, nick: wanted.get("nick") ?? "guest", channels: [channel] });
  irc.on("PRIVMSG", ({ target, source, text }) => show(target, source?.nick ?? "", text));
  irc.on("reconnecting", () => tell("irc", "reconnecting"));
  irc.on("gap", (gap) => back("irc", gap));
  await irc.connect();
  tell("irc", "on");
  // Says goodbye when the page is left.
  addEventListener("pagehide", () => void irc.quit("Left the page"));
}

const [twitch, irc] = [wanted.get("twitch"), wanted.get("irc")];
await Promise.all([
  twitch === null ? undefined : readTwitch(twitch),
  irc === null ? undefined : readIrc(irc, wanted.get("channel") ?? "#parley"),
]);
