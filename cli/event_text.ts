import type { GatewayEvent } from "@parley/parley/discord";
import type { ClientEvent } from "@parley/parley/driver";
import { isRecord, printable } from "@parley/parley/internal";
import type { IrcEvent } from "@parley/parley/irc";
import type { TwitchEvent } from "@parley/parley/twitch";
import type { Paint } from "./painter.ts";

/** How much of what has no words of its own is shown, in characters. */
const LONGEST = 200;

/** The events that say how the connection is; those of all networks. */
const CONNECTION: readonly string[] = [
  "ready",
  "resumed",
  "reconnecting",
  "gap",
  "join_failed",
  "login_failed",
  "malformed",
  "lagged",
  "error",
];

/** What people want to see of each network unless they say otherwise. */
export const USUAL: Readonly<Record<"irc" | "twitch" | "discord", ReadonlySet<string>>> = {
  irc: new Set([
    ...CONNECTION,
    ...["PRIVMSG", "NOTICE", "ctcp", "echo", "history", "JOIN", "PART", "QUIT", "KICK", "NICK", "TOPIC"],
    ...["MODE", "INVITE", "ERROR", "network_lost"],
  ]),
  twitch: new Set([
    ...CONNECTION,
    ...["PRIVMSG", "USERNOTICE", "CLEARCHAT", "CLEARMSG", "NOTICE", "WHISPER"],
  ]),
  discord: new Set([
    ...CONNECTION,
    ...["MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK"],
    ...["MESSAGE_REACTION_ADD", "MESSAGE_REACTION_REMOVE", "GUILD_MEMBER_ADD", "GUILD_MEMBER_REMOVE"],
    ...["INTERACTION_CREATE", "THREAD_CREATE"],
  ]),
};

/** Something somebody said, in one line. */
function said(paint: Paint, place: string, author: string, text: string): string {
  return `${paint("dim", printable(place))} ${paint("name", `<${printable(author)}>`)} ${printable(text)}`;
}

/** Something that happened, in one line. */
function happened(text: string): string {
  return `* ${printable(text)}`;
}

const messageOf = (error: unknown) => error instanceof Error ? error.message : String(error);
const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

/** How the connection is, in one line; undefined if the event is of something else. */
function connectionText(event: { readonly kind: string }, paint: Paint): string | undefined {
  const of: Readonly<Record<string, unknown>> = isRecord(event) ? event : {};
  const reason = of.reason ?? of.cause;
  switch (event.kind) {
    case "ready":
    case "resumed":
      return paint(
        "good",
        happened(event.kind === "ready" ? "connected" : "connected again, nothing missed"),
      );
    case "reconnecting":
      return paint("bad", happened(`not connected: ${reason}; again in ${seconds(Number(of.after))}`));
    case "network_lost":
      return paint("bad", happened(`the bouncer has lost its network: ${reason}`));
    case "gap":
      return paint("warning", happened(`was away for ${seconds(Number(of.to) - Number(of.from))}`));
    case "lagged":
      return paint("warning", happened(`${of.missed} events were dropped: who reads this is too slow`));
    case "malformed":
      return paint("warning", happened(`what came is not understood: ${reason ?? of.text ?? ""}`));
    case "join_failed":
    case "login_failed":
    case "error":
      return paint("bad", happened(messageOf(of.error)));
    default:
      return undefined;
  }
}

/** An event of IRC, for people. */
export function ircText(event: IrcEvent | ClientEvent, paint: Paint): string {
  switch (event.kind) {
    case "PRIVMSG":
    case "NOTICE":
    case "ctcp":
    case "echo":
    case "history":
      return event.isAction
        ? `${paint("dim", printable(event.channel ?? event.nick))} * ${
          printable(`${event.nick} ${event.text}`)
        }`
        : said(paint, event.channel ?? event.nick, event.nick, event.text);
    default:
      return connectionText(event, paint) ?? lineText(event);
  }
}

/** An event of Twitch, for people. */
export function twitchText(event: TwitchEvent | ClientEvent, paint: Paint): string {
  switch (event.kind) {
    case "PRIVMSG":
      return said(paint, event.channel, event.sender.name, event.text);
    case "USERNOTICE":
      return happened(`${event.channel} ${event.systemText ?? event.kind} ${event.text ?? ""}`.trimEnd());
    default:
      return connectionText(event, paint) ?? lineText(event);
  }
}

/** Whatever came as a line of IRC: who, what, and its parameters. */
function lineText(event: { readonly kind: string }): string {
  if (!("message" in event) || !isRecord(event.message)) return happened(event.kind);
  const { source, command, params } = event.message;
  const who = isRecord(source) && typeof source.name === "string" ? `${source.name} ` : "";
  const what = Array.isArray(params) ? params.join(" ") : "";
  return happened(`${who}${command} ${what}`.trimEnd());
}

/** An event of Discord, for people. */
export function discordText(event: GatewayEvent | ClientEvent, paint: Paint): string {
  if (event.kind === "MESSAGE_CREATE") {
    const { author, content, channel_id, attachments, embeds } = event.data;
    const more = [[attachments.length, "attachments"], [embeds.length, "embeds"]] as const;
    const others = more.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
    const rest = others.length === 0 ? "" : ` [${others.join(", ")}]`;
    return said(paint, `#${channel_id}`, author.global_name ?? author.username, `${content}${rest}`);
  }
  const text = connectionText(event, paint);
  if (text !== undefined) return text;
  const data = JSON.stringify("data" in event ? event.data : event, withoutTokens) ?? "";
  const shown = data.length > LONGEST ? `${data.slice(0, LONGEST)}…` : data;
  return happened(`${event.kind} ${shown}`);
}

/** Leaves out what whoever reads along could answer an interaction with on Discord, or join a voice server. */
export function withoutTokens(key: string, value: unknown): unknown {
  return key === "token" ? undefined : value;
}

/** Something as a line of JSON, in which nothing is that a terminal would obey; `replacer`: as that of `JSON.stringify`. */
export function jsonText(value: object, replacer?: (key: string, value: unknown) => unknown): string {
  // Printable text in JSON is the same JSON: what it spells out is as JSON spells it.
  return printable(JSON.stringify(value, replacer));
}
