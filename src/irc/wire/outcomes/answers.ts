import type { Instant } from "../../../protocol/protocol.ts";
import { plainEvent } from "../events/event.ts";
import { type IrcName, namesOf, wholeNumber } from "../events/event_fields.ts";
import type { Isupport } from "../support/isupport.ts";
import type { IrcMessage, IrcSource } from "../messages/message.ts";
import { parseModeChanges } from "../support/mode_changes.ts";
import type { IrcTopic } from "../events/presence.ts";

/** What WHOIS tells of somebody; undefined: it does not. */
export interface IrcWhois {
  /** The nick, as the server writes it. */
  readonly nick: string;
  readonly user: string | undefined;
  readonly host: string | undefined;
  readonly realname: string | undefined;
  /** The server they are on. */
  readonly server: string | undefined;
  /** The account; undefined: not logged in. */
  readonly account: string | undefined;
  /** Why they are away; undefined: they are not. */
  readonly away: string | undefined;
  /** The channels they are in that we may know of, each with what stands before their nick there. */
  readonly channels: readonly { readonly name: string; readonly prefix: string }[];
  readonly isOperator: boolean;
  /** Whether they are connected by TLS. */
  readonly isSecure: boolean;
  readonly isBot: boolean;
  /** For how long they have said nothing, in milliseconds. */
  readonly idle: number | undefined;
  /** When they connected, in milliseconds of Unix time. */
  readonly signedOnAt: Instant | undefined;
  /** All that was answered, as it came. */
  readonly messages: readonly IrcMessage[];
}

/** What WHO tells of somebody; undefined: it does not, or was not asked for it. */
export interface IrcWho {
  readonly nick: string | undefined;
  readonly user: string | undefined;
  readonly host: string | undefined;
  /** The address. */
  readonly ip: string | undefined;
  /** The server they are on. */
  readonly server: string | undefined;
  /** A channel they are in. */
  readonly channel: string | undefined;
  /** Such as `H@`: H here or G gone, `*` for an operator, and the statuses in the channel. */
  readonly flags: string | undefined;
  readonly realname: string | undefined;
  /** The account; null: not logged in. */
  readonly account: string | null | undefined;
  readonly isAway: boolean;
  readonly isOperator: boolean;
  /** How far away their server is. */
  readonly hops: number | undefined;
  /** For how long they have said nothing, in milliseconds. */
  readonly idle: number | undefined;
}

/** A channel in a LIST. */
export interface IrcListed {
  readonly name: string;
  /** How many there are in it whom we may see. */
  readonly users: number | undefined;
  readonly topic: string;
}

/** An entry in one of a channel's lists, such as a ban. */
export interface IrcListEntry {
  readonly mask: string;
  /** Who made it, and when, in milliseconds of Unix time, where the server tells. */
  readonly setBy: string | undefined;
  readonly setAt: Instant | undefined;
}

/** The modes of a channel. */
export interface IrcChannelModes {
  /** By their letters, with what they are set to; true: they take no argument. */
  readonly modes: ReadonlyMap<string, string | true>;
  /** When it was made, in milliseconds of Unix time, where the server tells. */
  readonly createdAt: Instant | undefined;
}

/** A server of the network. */
export interface IrcServerLink {
  readonly server: string;
  /** The one that it is linked to. */
  readonly behind: string;
  /** How far away it is. */
  readonly hops: number | undefined;
  readonly info: string;
}

/** Who of those we watch is there. */
export interface IrcMonitored {
  readonly online: readonly IrcSource[];
  readonly offline: readonly string[];
}

/** The fields of WHOX, in the order in which they come. */
const WHOX_ORDER = "tcuihsnfdlaor";

/** What the answers to a WHOIS say. */
export function readWhois(nick: string, messages: readonly IrcMessage[], isupport: Isupport): IrcWhois {
  const told: { -readonly [Field in keyof IrcWhois]?: IrcWhois[Field] } = { nick };
  const channels: string[] = [];
  for (const message of messages) {
    const event = plainEvent(message);
    switch (event.kind) {
      case "RPL_WHOISUSER": {
        const { nick, user, host, realname } = event;
        Object.assign(told, { nick, user, host, realname });
        break;
      }
      case "RPL_WHOISSERVER":
        told.server = event.server;
        break;
      case "RPL_WHOISACCOUNT":
        told.account = event.account;
        break;
      case "RPL_AWAY":
        told.away = event.text;
        break;
      case "RPL_WHOISCHANNELS":
        channels.push(...event.channels);
        break;
      case "RPL_WHOISOPERATOR":
        told.isOperator = true;
        break;
      case "RPL_WHOISSECURE":
        told.isSecure = true;
        break;
      case "RPL_WHOISIDLE":
        told.idle = event.idle;
        told.signedOnAt = event.signedOnAt;
        break;
    }
    if (message.command === "335") told.isBot = true;
  }
  const { user, host, realname, server, account, away, idle, signedOnAt } = told;
  return {
    nick: told.nick ?? nick,
    user,
    host,
    realname,
    server,
    account,
    away,
    channels: channels.map((shown) => channelOf(shown, isupport)),
    isOperator: told.isOperator ?? false,
    isSecure: told.isSecure ?? false,
    isBot: told.isBot ?? false,
    idle,
    signedOnAt,
    messages,
  };
}

/** What an answer to a WHO says. `fields`: those of WHOX that were asked for; undefined: none were. */
export function readWho(message: IrcMessage, fields: string | undefined): IrcWho | undefined {
  const event = plainEvent(message);
  if (event.kind === "RPL_WHOREPLY") {
    const { nick, user, host, server, channel, flags, realname, isAway, isOperator, hops } = event;
    const rest = { ip: undefined, account: undefined, idle: undefined };
    return { nick, user, host, server, channel, flags, realname, isAway, isOperator, hops, ...rest };
  }
  if (fields === undefined) return undefined;
  const asked = [...WHOX_ORDER].filter((field) => fields.includes(field));
  if (message.params.length !== asked.length + 1) return undefined;
  const told = (field: string) => {
    const index = asked.indexOf(field);
    return index < 0 ? undefined : message.params[index + 1];
  };
  const flags = told("f");
  const idle = wholeNumber(told("l"));
  const channel = told("c");
  return {
    nick: told("n"),
    user: told("u"),
    host: told("h"),
    ip: told("i"),
    server: told("s"),
    channel: channel === "*" ? undefined : channel,
    flags,
    realname: told("r"),
    account: told("a") === "0" ? null : told("a"),
    isAway: flags?.startsWith("G") ?? false,
    isOperator: flags?.includes("*") ?? false,
    hops: wholeNumber(told("d")),
    idle: idle === undefined ? undefined : idle * 1_000,
  };
}

/** What the answers to a NAMES say. */
export function readNames(messages: readonly IrcMessage[], { prefix }: Isupport): readonly IrcName[] {
  const prefixes = prefix.map((status) => status.prefix).join("");
  return messages.flatMap((message) => message.command === "353" ? namesOf(message, prefixes) : []);
}

/** What an answer to a LIST says. */
export function readListed(message: IrcMessage): IrcListed | undefined {
  const event = plainEvent(message);
  return event.kind === "RPL_LIST"
    ? { name: event.channel, users: event.users, topic: event.topic }
    : undefined;
}

/** What the answers to a MODE say that asks for a list. */
export function readEntries(messages: readonly IrcMessage[]): readonly IrcListEntry[] {
  return messages.flatMap((message) => {
    // RPL_QUIETLIST repeats the letter.
    const [, , ...rest] = message.command === "728" ? message.params.toSpliced(2, 1) : message.params;
    const [mask, setBy, at] = rest;
    if (mask === undefined || !/^(?:346|348|367|728)$/.test(message.command)) return [];
    const seconds = wholeNumber(at);
    return [{ mask, setBy, setAt: seconds === undefined ? undefined : seconds * 1_000 }];
  });
}

/** What the answers to a MODE say that asks for the modes. */
export function readModes(messages: readonly IrcMessage[], isupport: Isupport): IrcChannelModes {
  const modes = new Map<string, string | true>();
  let createdAt: Instant | undefined;
  for (const message of messages) {
    const event = plainEvent(message);
    if (event.kind === "RPL_CREATIONTIME") createdAt = event.createdAt;
    if (event.kind !== "RPL_CHANNELMODEIS" && event.kind !== "RPL_UMODEIS") continue;
    for (const { mode, argument } of parseModeChanges(event.modes, event.args, isupport)) {
      modes.set(mode, argument ?? true);
    }
  }
  return { modes, createdAt };
}

/** What the answers to a TOPIC say; undefined: there is none. */
export function readTopic(messages: readonly IrcMessage[]): IrcTopic | undefined {
  let topic: IrcTopic | undefined;
  for (const message of messages) {
    const event = plainEvent(message);
    if (event.kind === "RPL_TOPIC") topic = { text: event.topic, setBy: undefined, setAt: undefined };
    if (event.kind !== "RPL_TOPICWHOTIME" || topic === undefined) continue;
    topic = { ...topic, setBy: event.setBy, setAt: event.setAt };
  }
  return topic;
}

/** What the answers to a LINKS say. */
export function readLinks(messages: readonly IrcMessage[]): readonly IrcServerLink[] {
  return messages.flatMap((message) => {
    const event = plainEvent(message);
    if (event.kind !== "RPL_LINKS") return [];
    const { server, behind, hops, info } = event;
    return [{ server, behind, hops, info }];
  });
}

/** What the answers to a MONITOR say. */
export function readMonitored(messages: readonly IrcMessage[]): IrcMonitored {
  const events = messages.map((message) => plainEvent(message));
  return {
    online: events.flatMap((event) => event.kind === "RPL_MONONLINE" ? event.sources : []),
    offline: events.flatMap((event) => event.kind === "RPL_MONOFFLINE" ? event.nicks : []),
  };
}

/** The nicks that a MONITOR lists. */
export function readMonitorList(messages: readonly IrcMessage[]): readonly string[] {
  return messages.map((message) => plainEvent(message)).flatMap((event) =>
    event.kind === "RPL_MONLIST" ? event.nicks : []
  );
}

/** `@#deno`: the status, and the channel. */
function channelOf(shown: string, isupport: Isupport): { readonly name: string; readonly prefix: string } {
  const prefixes = isupport.prefix.map(({ prefix }) => prefix).join("");
  let length = 0;
  while (prefixes.includes(shown.charAt(length)) && isupport.isChannel(shown.slice(length + 1))) length++;
  return { name: shown.slice(length), prefix: shown.slice(0, length) };
}
