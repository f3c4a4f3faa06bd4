import type { Instant } from "../../../protocol/protocol.ts";
import { CLIENT_TAGS, type ClientTags } from "../texts/client_tags.ts";
import { type IrcMessage, IrcSource } from "../messages/message.ts";

/** One of the nicks in an `RPL_NAMREPLY`. */
export interface IrcName {
  /** The prefixes of the statuses in the channel, such as `@`; empty: none. More than one with `multi-prefix`. */
  readonly prefix: string;
  /** The nick. */
  readonly nick: string;
  /** The user name, with `userhost-in-names`. */
  readonly user: string | undefined;
  /** The host, with `userhost-in-names`. */
  readonly host: string | undefined;
}

/** One of the replies in an `RPL_USERHOST`. */
export interface IrcUserhost {
  /** The nick. */
  readonly nick: string;
  /** The user name. */
  readonly user: string;
  /** The host. */
  readonly host: string;
  /** Whether it is an operator. */
  readonly isOperator: boolean;
  /** Whether it is away. */
  readonly isAway: boolean;
}

interface Channel {
  readonly channel: string;
}
interface Nick {
  readonly nick: string;
}
interface Reason {
  readonly reason: string;
}
interface Count {
  /** How many; undefined: the server wrote no number. */
  readonly count: number | undefined;
}
interface User extends Nick {
  readonly user: string;
  readonly host: string;
  readonly realname: string;
}
interface ListEntry extends Channel {
  readonly mask: string;
  /** Who made the entry, and when, in milliseconds of Unix time, where the server tells. */
  readonly setBy: string | undefined;
  readonly setAt: Instant | undefined;
}
interface Modes {
  /** Such as `+ov-l`; `parseModeChanges` takes it apart. */
  readonly modes: string;
  readonly args: readonly string[];
}
interface StandardReply {
  /** The command it is about, or `*`. */
  readonly command: string;
  /** What it says, for programs. */
  readonly code: string;
  /** What it is about. */
  readonly context: readonly string[];
}
interface AccountReply {
  /** What became of it; an error is a FAIL. */
  readonly status: string;
  readonly account: string;
}
interface LogIn {
  /** Our `nick!user@host`. */
  readonly mask: string;
}

/**
 * What events of a kind have beside their message: its parameters by name. What is a text for people is the
 * event's `text`.
 * ([Modern IRC, numerics](https://modern.ircdocs.horse/#numerics), [IRCv3](https://ircv3.net/irc/))
 */
export interface IrcFields {
  // Commands.
  /** `account`: undefined: logged out. */
  ACCOUNT: { readonly account: string | undefined };
  AUTHENTICATE: { readonly data: string };
  /** `reason`: undefined: back again. */
  AWAY: { readonly reason: string | undefined };
  BATCH: {
    readonly reference: string;
    readonly isStart: boolean;
    readonly type: string | undefined;
    readonly args: readonly string[];
  };
  CAP: { readonly subcommand: string; readonly capabilities: readonly string[]; readonly isLast: boolean };
  /** `draft/chathistory`: of those who were heard of, one, and when that was last. */
  CHATHISTORY: { readonly subcommand: string; readonly target: string; readonly time: Instant | undefined };
  CHGHOST: { readonly user: string; readonly host: string };
  ERROR: Reason;
  FAIL: StandardReply;
  INVITE: Nick & Channel;
  KILL: Nick & Reason;
  /** `draft/read-marker`; `time`: up to when it is read, undefined: not known. */
  MARKREAD: { readonly target: string; readonly time: Instant | undefined };
  MODE: Modes & Nick & { readonly target: string };
  NOTE: StandardReply;
  PING: { readonly token: string };
  PONG: { readonly token: string };
  QUIT: Reason;
  /** `draft/message-redaction`; `id`: of the message that is taken back. */
  REDACT: Nick & { readonly target: string; readonly id: string; readonly reason: string | undefined };
  /** `draft/account-registration` */
  REGISTER: AccountReply;
  /** `draft/channel-rename`; `name`: what the channel is called now. */
  RENAME: Nick & Channel & Reason & { readonly name: string };
  SETNAME: { readonly realname: string };
  /** What is said without a text: by tags for clients alone. */
  TAGMSG: Nick & { readonly target: string } & ClientTags;
  TOPIC: Nick & Channel & { readonly topic: string };
  VERIFY: AccountReply;
  WARN: StandardReply;
  // Replies.
  RPL_WELCOME: Nick;
  RPL_MYINFO: {
    readonly server: string;
    readonly version: string;
    readonly userModes: string;
    readonly channelModes: string;
  };
  RPL_ISUPPORT: { readonly tokens: readonly string[] };
  RPL_BOUNCE: { readonly hostname: string; readonly port: number | undefined };
  RPL_STATSCOMMANDS: Count & { readonly command: string };
  RPL_ENDOFSTATS: { readonly query: string };
  RPL_UMODEIS: Modes;
  RPL_LUSEROP: Count;
  RPL_LUSERUNKNOWN: Count;
  RPL_LUSERCHANNELS: Count;
  RPL_LOCALUSERS: { readonly users: number | undefined; readonly most: number | undefined };
  RPL_GLOBALUSERS: { readonly users: number | undefined; readonly most: number | undefined };
  RPL_TRYAGAIN: { readonly command: string };
  RPL_WHOISCERTFP: Nick;
  RPL_AWAY: Nick;
  RPL_USERHOST: { readonly replies: readonly IrcUserhost[] };
  RPL_ISON: { readonly nicks: readonly string[] };
  RPL_WHOISREGNICK: Nick;
  RPL_WHOISUSER: User;
  RPL_WHOISSERVER: Nick & { readonly server: string };
  RPL_WHOISOPERATOR: Nick;
  RPL_WHOWASUSER: User;
  RPL_ENDOFWHO: { readonly mask: string };
  /** `idle`: in milliseconds; `signedOnAt`: in milliseconds of Unix time. */
  RPL_WHOISIDLE: Nick & { readonly idle: number | undefined; readonly signedOnAt: Instant | undefined };
  RPL_ENDOFWHOIS: Nick;
  RPL_WHOISCHANNELS: Nick & { readonly channels: readonly string[] };
  RPL_WHOISSPECIAL: Nick;
  RPL_LIST: Channel & { readonly users: number | undefined; readonly topic: string };
  RPL_CHANNELMODEIS: Channel & Modes;
  RPL_CREATIONTIME: Channel & { readonly createdAt: Instant | undefined };
  RPL_WHOISACCOUNT: Nick & { readonly account: string };
  RPL_NOTOPIC: Channel;
  RPL_TOPIC: Channel & { readonly topic: string };
  RPL_TOPICWHOTIME: Channel & { readonly setBy: string; readonly setAt: Instant | undefined };
  RPL_INVITELIST: Channel;
  RPL_WHOISACTUALLY: Nick;
  RPL_INVITING: Nick & Channel;
  RPL_INVEXLIST: ListEntry;
  RPL_ENDOFINVEXLIST: Channel;
  RPL_EXCEPTLIST: ListEntry;
  RPL_ENDOFEXCEPTLIST: Channel;
  RPL_VERSION: { readonly version: string; readonly server: string };
  /** `hops`: how far away the server is. */
  RPL_WHOREPLY: User & {
    readonly channel: string | undefined;
    readonly server: string;
    readonly flags: string;
    readonly isAway: boolean;
    readonly isOperator: boolean;
    readonly hops: number | undefined;
  };
  /** `symbol`: `=` public, `@` secret, `*` private. */
  RPL_NAMREPLY: Channel & { readonly symbol: string | undefined; readonly names: readonly IrcName[] };
  RPL_LINKS: {
    readonly server: string;
    readonly behind: string;
    readonly hops: number | undefined;
    readonly info: string;
  };
  RPL_ENDOFLINKS: { readonly mask: string };
  RPL_ENDOFNAMES: Channel;
  RPL_BANLIST: ListEntry;
  RPL_ENDOFBANLIST: Channel;
  RPL_ENDOFWHOWAS: Nick;
  RPL_WHOISHOST: Nick;
  RPL_WHOISMODES: Nick;
  RPL_REHASHING: { readonly file: string };
  RPL_TIME: { readonly server: string };
  RPL_VISIBLEHOST: { readonly host: string };
  RPL_WHOISSECURE: Nick;
  RPL_HELPSTART: { readonly subject: string };
  RPL_HELPTXT: { readonly subject: string };
  RPL_ENDOFHELP: { readonly subject: string };
  RPL_MONONLINE: { readonly sources: readonly IrcSource[] };
  RPL_MONOFFLINE: { readonly nicks: readonly string[] };
  RPL_MONLIST: { readonly nicks: readonly string[] };
  RPL_LOGGEDIN: LogIn & { readonly account: string };
  RPL_LOGGEDOUT: LogIn;
  RPL_SASLMECHS: { readonly mechanisms: readonly string[] };
  // Errors.
  ERR_UNKNOWNERROR: { readonly command: string };
  ERR_NOSUCHNICK: Nick;
  ERR_NOSUCHSERVER: { readonly server: string };
  ERR_NOSUCHCHANNEL: Channel;
  ERR_CANNOTSENDTOCHAN: Channel;
  ERR_TOOMANYCHANNELS: Channel;
  ERR_WASNOSUCHNICK: Nick;
  ERR_UNKNOWNCOMMAND: { readonly command: string };
  ERR_ERRONEUSNICKNAME: Nick;
  ERR_NICKNAMEINUSE: Nick;
  ERR_NICKCOLLISION: Nick;
  ERR_USERNOTINCHANNEL: Nick & Channel;
  ERR_NOTONCHANNEL: Channel;
  ERR_USERONCHANNEL: Nick & Channel;
  ERR_NEEDMOREPARAMS: { readonly command: string };
  ERR_CHANNELISFULL: Channel;
  ERR_UNKNOWNMODE: { readonly mode: string };
  ERR_INVITEONLYCHAN: Channel;
  ERR_BANNEDFROMCHAN: Channel;
  ERR_BADCHANNELKEY: Channel;
  ERR_BADCHANMASK: Channel;
  ERR_CHANOPRIVSNEEDED: Channel;
  ERR_HELPNOTFOUND: { readonly subject: string };
  ERR_INVALIDKEY: Channel;
  ERR_INVALIDMODEPARAM: { readonly target: string; readonly mode: string; readonly parameter: string };
  ERR_NOPRIVS: { readonly privilege: string };
  ERR_MONLISTFULL: { readonly limit: number | undefined; readonly nicks: readonly string[] };
}

type Read<Value> = (message: IrcMessage) => Value;

const at = (index: number): Read<string> => (message) => message.param(index);
const optional = (index: number): Read<string | undefined> => (message) => message.params[index];
const from = (index: number): Read<readonly string[]> => (message) => message.params.slice(index);
const last: Read<string> = (message) => message.text;
const number = (index: number): Read<number | undefined> => (message) => wholeNumber(message.params[index]);
/** Seconds on the wire, milliseconds here. */
const seconds = (index: number): Read<number | undefined> => (message) => {
  const value = wholeNumber(message.params[index]);
  return value === undefined ? undefined : value * 1_000;
};
const words: Read<readonly string[]> = ({ text }) => text.split(" ").filter((word) => word !== "");
const listed: Read<readonly string[]> = ({ text }) => text.split(",").filter((word) => word !== "");

/** `timestamp=YYYY-MM-DDThh:mm:ss.sssZ`, or only that behind the equals sign. */
const time = (index: number): Read<Instant | undefined> => (message) => {
  const value = Date.parse(message.param(index).replace(/^timestamp=/, ""));
  return Number.isNaN(value) ? undefined : value;
};

const channel = { channel: at(1) };
const accountReply = { status: at(0), account: at(1) };
const nick = { nick: at(1) };
const sender = { nick: (message: IrcMessage) => message.source?.name ?? "" };
const user = { ...nick, user: at(2), host: at(3), realname: last };
const entry = { ...channel, mask: at(2), setBy: optional(3), setAt: seconds(4) };
const count = { count: number(1) };
const reply = { command: at(0), code: at(1), context: (message: IrcMessage) => message.params.slice(2, -1) };
const subject = { subject: at(1) };
const command = { command: at(1) };
const users = { users: number(1), most: number(2) };

/** How each field is read; a numeric's first parameter is our nick. */
export const FIELDS: {
  readonly [Kind in keyof IrcFields]: {
    readonly [Field in keyof IrcFields[Kind]]: Read<IrcFields[Kind][Field]>;
  };
} = {
  ACCOUNT: { account: (message) => message.param(0) === "*" ? undefined : message.params[0] },
  AUTHENTICATE: { data: at(0) },
  AWAY: { reason: optional(0) },
  BATCH: {
    reference: (message) => message.param(0).slice(1),
    isStart: (message) => message.param(0).startsWith("+"),
    type: optional(1),
    args: from(2),
  },
  CAP: {
    subcommand: (message) => message.param(1).toUpperCase(),
    capabilities: words,
    isLast: (message) => !(message.params.length > 3 && message.param(2) === "*"),
  },
  CHATHISTORY: { subcommand: at(0), target: at(1), time: time(2) },
  CHGHOST: { user: at(0), host: at(1) },
  ERROR: { reason: last },
  FAIL: reply,
  INVITE: { nick: at(0), channel: at(1) },
  KILL: { nick: at(0), reason: at(1) },
  MARKREAD: { target: at(0), time: time(1) },
  MODE: { ...sender, target: at(0), modes: at(1), args: from(2) },
  NOTE: reply,
  PING: { token: last },
  PONG: { token: last },
  QUIT: { reason: at(0) },
  REDACT: { ...sender, target: at(0), id: at(1), reason: optional(2) },
  REGISTER: accountReply,
  RENAME: { ...sender, channel: at(0), name: at(1), reason: at(2) },
  SETNAME: { realname: at(0) },
  TAGMSG: { ...sender, target: at(0), ...CLIENT_TAGS },
  TOPIC: { ...sender, channel: at(0), topic: at(1) },
  VERIFY: accountReply,
  WARN: reply,
  RPL_WELCOME: { nick: at(0) },
  RPL_MYINFO: { server: at(1), version: at(2), userModes: at(3), channelModes: at(4) },
  RPL_ISUPPORT: { tokens: (message) => message.params.slice(1, -1) },
  RPL_BOUNCE: { hostname: at(1), port: number(2) },
  RPL_STATSCOMMANDS: { ...command, count: number(2) },
  RPL_ENDOFSTATS: { query: at(1) },
  RPL_UMODEIS: { modes: at(1), args: from(2) },
  RPL_LUSEROP: count,
  RPL_LUSERUNKNOWN: count,
  RPL_LUSERCHANNELS: count,
  RPL_LOCALUSERS: users,
  RPL_GLOBALUSERS: users,
  RPL_TRYAGAIN: command,
  RPL_WHOISCERTFP: nick,
  RPL_AWAY: nick,
  RPL_USERHOST: { replies: (message) => words(message).flatMap(userhostOf) },
  RPL_ISON: { nicks: words },
  RPL_WHOISREGNICK: nick,
  RPL_WHOISUSER: user,
  RPL_WHOISSERVER: { ...nick, server: at(2) },
  RPL_WHOISOPERATOR: nick,
  RPL_WHOWASUSER: user,
  RPL_ENDOFWHO: { mask: at(1) },
  RPL_WHOISIDLE: {
    ...nick,
    idle: seconds(2),
    // RFC 1459 has no sign-on: then the text stands there.
    signedOnAt: seconds(3),
  },
  RPL_ENDOFWHOIS: nick,
  RPL_WHOISCHANNELS: { ...nick, channels: words },
  RPL_WHOISSPECIAL: nick,
  RPL_LIST: { ...channel, users: number(2), topic: at(3) },
  RPL_CHANNELMODEIS: { ...channel, modes: at(2), args: from(3) },
  RPL_CREATIONTIME: { ...channel, createdAt: seconds(2) },
  RPL_WHOISACCOUNT: { ...nick, account: at(2) },
  RPL_NOTOPIC: channel,
  RPL_TOPIC: { ...channel, topic: at(2) },
  RPL_TOPICWHOTIME: { ...channel, setBy: at(2), setAt: seconds(3) },
  RPL_INVITELIST: channel,
  RPL_WHOISACTUALLY: nick,
  RPL_INVITING: { ...nick, channel: at(2) },
  RPL_INVEXLIST: entry,
  RPL_ENDOFINVEXLIST: channel,
  RPL_EXCEPTLIST: entry,
  RPL_ENDOFEXCEPTLIST: channel,
  RPL_VERSION: { version: at(1), server: at(2) },
  RPL_WHOREPLY: {
    channel: (message) => message.param(1) === "*" ? undefined : message.param(1),
    user: at(2),
    host: at(3),
    server: at(4),
    nick: at(5),
    flags: at(6),
    isAway: (message) => message.param(6).startsWith("G"),
    isOperator: (message) => message.param(6).includes("*"),
    hops: (message) => hopsAnd(message.text).hops,
    realname: (message) => hopsAnd(message.text).rest,
  },
  RPL_NAMREPLY: {
    // RFC 1459 has no symbol.
    symbol: (message) => message.params.length > 3 ? message.params[1] : undefined,
    channel: (message) => message.params.at(-2) ?? "",
    names: (message) => namesOf(message, PREFIXES),
  },
  RPL_LINKS: {
    server: at(1),
    behind: at(2),
    hops: (message) => hopsAnd(message.text).hops,
    info: (message) => hopsAnd(message.text).rest,
  },
  RPL_ENDOFLINKS: { mask: at(1) },
  RPL_ENDOFNAMES: channel,
  RPL_BANLIST: entry,
  RPL_ENDOFBANLIST: channel,
  RPL_ENDOFWHOWAS: nick,
  RPL_WHOISHOST: nick,
  RPL_WHOISMODES: nick,
  RPL_REHASHING: { file: at(1) },
  RPL_TIME: { server: at(1) },
  RPL_VISIBLEHOST: { host: at(1) },
  RPL_WHOISSECURE: nick,
  RPL_HELPSTART: subject,
  RPL_HELPTXT: subject,
  RPL_ENDOFHELP: subject,
  RPL_MONONLINE: { sources: (message) => listed(message).map((source) => new IrcSource(source)) },
  RPL_MONOFFLINE: { nicks: listed },
  RPL_MONLIST: { nicks: listed },
  RPL_LOGGEDIN: { mask: at(1), account: at(2) },
  RPL_LOGGEDOUT: { mask: at(1) },
  RPL_SASLMECHS: { mechanisms: (message) => message.param(1).split(",").filter((name) => name !== "") },
  ERR_UNKNOWNERROR: command,
  ERR_NOSUCHNICK: nick,
  ERR_NOSUCHSERVER: { server: at(1) },
  ERR_NOSUCHCHANNEL: channel,
  ERR_CANNOTSENDTOCHAN: channel,
  ERR_TOOMANYCHANNELS: channel,
  ERR_WASNOSUCHNICK: nick,
  ERR_UNKNOWNCOMMAND: command,
  ERR_ERRONEUSNICKNAME: nick,
  ERR_NICKNAMEINUSE: nick,
  ERR_NICKCOLLISION: nick,
  ERR_USERNOTINCHANNEL: { ...nick, channel: at(2) },
  ERR_NOTONCHANNEL: channel,
  ERR_USERONCHANNEL: { ...nick, channel: at(2) },
  ERR_NEEDMOREPARAMS: command,
  ERR_CHANNELISFULL: channel,
  ERR_UNKNOWNMODE: { mode: at(1) },
  ERR_INVITEONLYCHAN: channel,
  ERR_BANNEDFROMCHAN: channel,
  ERR_BADCHANNELKEY: channel,
  ERR_BADCHANMASK: channel,
  ERR_CHANOPRIVSNEEDED: channel,
  ERR_HELPNOTFOUND: subject,
  ERR_INVALIDKEY: channel,
  ERR_INVALIDMODEPARAM: { target: at(1), mode: at(2), parameter: at(3) },
  ERR_NOPRIVS: { privilege: at(1) },
  ERR_MONLISTFULL: {
    limit: number(1),
    nicks: (message) => message.param(2).split(",").filter((name) => name !== ""),
  },
};

/** A number as the server writes it; undefined: it is none. */
export function wholeNumber(value: string | undefined): number | undefined {
  return value !== undefined && /^[0-9]{1,15}$/.test(value) ? Number(value) : undefined;
}

/** `0 real name` */
function hopsAnd(text: string): { readonly hops: number | undefined; readonly rest: string } {
  const space = text.indexOf(" ");
  const hops = wholeNumber(space < 0 ? text : text.slice(0, space));
  return { hops, rest: hops === undefined ? text : space < 0 ? "" : text.slice(space + 1) };
}

/** Prefixes of statuses in channels, where the server has told none. */
const PREFIXES = "~&@%+!.*";

/** The nicks in an RPL_NAMREPLY. `prefixes`: what may stand before them. */
export function namesOf(message: IrcMessage, prefixes: string): readonly IrcName[] {
  return words(message).map((word) => nameOf(word, prefixes));
}

/** `@+nick!user@host`; no nick begins with what serves as a prefix there. */
function nameOf(word: string, prefixes: string): IrcName {
  let length = 0;
  while (length < word.length && prefixes.includes(word.charAt(length))) length++;
  const prefix = word.slice(0, length);
  const source = new IrcSource(word.slice(length));
  return { prefix, nick: source.name, user: source.user, host: source.host };
}

/** `nick*=-user@host`: the asterisk for operators, a minus for those away. */
export function userhostOf(word: string): IrcUserhost[] {
  const [, nick, operator, away, user, host] = /^([^=*]+)(\*?)=([+-])([^@]*)@(.*)$/.exec(word) ?? [];
  if (nick === undefined || user === undefined || host === undefined) return [];
  return [{ nick, user, host, isOperator: operator === "*", isAway: away === "-" }];
}
