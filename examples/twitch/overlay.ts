/** What is said in a channel as HTML for an overlay, with emotes, and without what moderators remove. */
import { TwitchClient, type TwitchClientOptions } from "@parley/parley/twitch";

const escape = (text: string) => text.replace(/[&<>"]/g, (unsafe) => `&#${unsafe.charCodeAt(0)};`);

/** Draws the last twenty messages of a channel whenever they change; not connected yet. */
export function overlay(
  channel: string,
  draw: (html: string) => void,
  options: TwitchClientOptions = {},
): TwitchClient {
  const chat = new TwitchClient({ ...options, channels: [channel] });
  let lines: { readonly id: string | undefined; readonly login: string; readonly html: string }[] = [];
  const show = (next: typeof lines) => draw((lines = next.slice(-20)).map(({ html }) => html).join("\n"));

  chat.on("PRIVMSG", ({ id, sender, parts }) => {
    const said = parts.map((part) =>
      part.kind === "emote" ? `<img src="${part.emote.url({ scale: 2 })}">` : escape(part.text)
    );
    const name = `<b style="color:${sender.color ?? "gray"}">${escape(sender.name)}</b>`;
    show([...lines, { id, login: sender.login, html: `${name}: ${said.join("")}` }]);
  });
  chat.on("CLEARMSG", ({ messageId }) => show(lines.filter(({ id }) => id !== messageId)));
  chat.on("CLEARCHAT", (event) => show(lines.filter(({ login }) => event.login && login !== event.login)));
  return chat;
}

if (import.meta.main) await overlay("#dallas", console.log).connect();
