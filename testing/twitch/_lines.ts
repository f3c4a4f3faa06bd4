import { escapeTag } from "@parley/parley/internal";
import { CommandError } from "@parley/parley/protocol";
import type { Connection } from "./_connection.ts";
import type { TwitchStanding } from "./_rooms.ts";

/** What the server calls itself. */
export const HOST = "tmi.twitch.tv";

/** The texts of NOTICEs. ([NOTICE message ids](https://dev.twitch.tv/docs/irc/msg-id/)) */
export const NOTICES = {
  msg_banned: "You are permanently banned from talking in <channel>.",
  msg_channel_suspended: "This channel does not exist or has been suspended.",
  msg_duplicate:
    "Your message was not sent because it is identical to the previous one you sent, less than 30 seconds ago.",
  msg_ratelimit: "Your message was not sent because you are sending messages too quickly.",
  msg_slowmode:
    "This room is in slow mode and you are sending messages too quickly. You will be able to talk again in <seconds> seconds.",
  msg_timedout: "You are timed out for <seconds> more seconds.",
  unrecognized_cmd: "Unrecognized command.",
} as const;

/** Throws if a line cannot be sent. */
export function checkLine(text: string): void {
  if (/[\0\r\n]/.test(text)) {
    throw new CommandError("invalid_command", "Cannot send a line: it contains CR, LF or NUL");
  }
}

/** A line with tags, for clients that have asked for them. Twitch writes the equals sign of empty ones, too. */
export function tagged(connection: Connection, tags: Readonly<Record<string, string>>, line: string): string {
  if (!connection.capabilities.has("twitch.tv/tags")) return line;
  const written = Object.entries(tags).map(([key, value]) => `${key}=${escapeTag(value)}`);
  return `@${written.join(";")} ${line}`;
}

/** A channel's name as Twitch writes it. */
export function fold(channel: string): string {
  const name = channel.toLowerCase();
  return name.startsWith("#") ? name : `#${name}`;
}

/** Whether a channel can have this name. */
export function isChannel(channel: string): boolean {
  return /^#[a-z0-9_]{1,25}$/.test(channel);
}

/** What stands before what an account does. */
export function sourceOf(login: string): string {
  return `${login}!${login}@${login}.${HOST}`;
}

/** An account's id, the same every time: FNV-1a over its login. */
export function idOf(login: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < login.length; index++) {
    hash = Math.imul(hash ^ login.charCodeAt(index), 0x01000193);
  }
  return String(hash >>> 0);
}

const BADGES: Readonly<Record<TwitchStanding, string>> = {
  moderator: "moderator/1",
  vip: "vip/1",
  ordinary: "",
};

/** What tags tell of an account, in a channel or in none. */
export function userTags(login: string, channel?: string, standing?: TwitchStanding): Record<string, string> {
  const color = (Number(idOf(login)) & 0xffffff).toString(16).padStart(6, "0").toUpperCase();
  return {
    "badge-info": "",
    badges: channel === `#${login}` ? "broadcaster/1" : BADGES[standing ?? "ordinary"],
    color: `#${color}`,
    "display-name": login,
    mod: standing === "moderator" && channel !== `#${login}` ? "1" : "0",
    subscriber: "0",
    "user-type": "",
  };
}

/** What somebody is told who is let in. */
export function welcome(login: string): string[] {
  const numeric = (code: string, text: string) => `:${HOST} ${code} ${login} :${text}`;
  return [
    numeric("001", "Welcome, GLHF!"),
    numeric("002", `Your host is ${HOST}`),
    numeric("003", "This server is rather new"),
    numeric("004", "-"),
    numeric("375", "-"),
    numeric("372", "You are in a maze of twisty passages, all alike."),
    numeric("376", ">"),
  ];
}
