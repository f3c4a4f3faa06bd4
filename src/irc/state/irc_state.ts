import type { Instant } from "../../protocol/protocol.ts";
import { userhostOf, wholeNumber } from "../wire/events/event_fields.ts";
import { placeOf } from "../wire/events/event_of.ts";
import { Isupport } from "../wire/support/isupport.ts";
import { type IrcMessage, IrcSource } from "../wire/messages/message.ts";
import { parseModeChanges } from "../wire/support/mode_changes.ts";
import type { KnownChannel } from "./known_channel.ts";
import type { Details, KnownUser } from "./known_user.ts";
import { NamesReader } from "./names_reader.ts";
import { kept, NOBODY } from "./people.ts";
import { type IrcStateLimits, Roster } from "./roster.ts";
import type { IrcActor, IrcChannels, IrcMe, IrcUsers } from "../wire/events/presence.ts";
import { ChannelsView, UsersView } from "./views.ts";

/** What an {@linkcode IrcState} keeps. */
export interface IrcStateOptions {
  /** Our nick, until the server tells it. @default {"*"} */
  readonly nick?: string;
  /** What the server supports, if somebody else hears that; else it is taken from what the server says. */
  readonly isupport?: Isupport;
  /** Whether to keep who else is there, beside us and the channels that we are in. @default {true} */
  readonly others?: boolean;
  /** How much a server can make it keep. */
  readonly limits?: Partial<IrcStateLimits>;
}

/** The fields that WHO is to tell where it takes that, and what the answer is known by. */
const WHOX_FIELDS = "tcuhnfar";
const WHOX_TOKEN = "712";

/** What to ask WHO for, behind the mask, so that the answer can be read. */
export const WHOX: string = `%${WHOX_FIELDS},${WHOX_TOKEN}`;

/** So many different sets of signs before nicks are remembered. */
const MOST_LETTERS = 64;

/**
 * Who is where on an IRC network, as the server tells it: the channels that we are in with their topics, modes and
 * members, those whom we share them with, and ourselves. A pure reducer: it is fed with what comes, one message after
 * the other, and answers questions; it sends nothing. A client has one, by the option `state`; it can be used over logs
 * as well.
 *
 * A hostile server can make it keep so much at most as `limits` says; {@linkcode IrcState.leftOut} counts the rest.
 *
 * @example
 * ```ts
 * import { IrcState, parseMessage } from "@parley/parley/irc";
 *
 * const state = new IrcState({ nick: "bot" });
 * for (const line of [":bot!b@h JOIN #deno", ":s 353 bot = #deno :bot @dan", ":s 366 bot #deno :End"]) {
 *   state.take(parseMessage(line));
 * }
 * state.channels.get("#Deno")?.members.get("dan")?.isAtLeast("v"); // true
 * state.take(parseMessage(":dan!d@h QUIT :bye"))?.channels; // ["#deno"]
 * state.users.has("dan"); // false
 * ```
 */
export class IrcState {
  readonly #others: boolean;
  readonly #isupport: Isupport;
  readonly #ownsIsupport: boolean;
  readonly #roster: Roster;
  /** The letters for what stands before nicks, as NAMES has them. */
  readonly #letters = new Map<string, string>();
  readonly #namesReader = new NamesReader();
  /** The channels that we are in. */
  readonly channels: IrcChannels;
  /** Those whom we share a channel with or watch by MONITOR, and ourselves. */
  readonly users: IrcUsers;

  /** Takes what to keep. */
  constructor(options: IrcStateOptions = {}) {
    const { nick = "*", isupport, others = true, limits } = options;
    this.#others = others;
    this.#isupport = isupport ?? new Isupport();
    this.#ownsIsupport = isupport === undefined;
    this.#roster = new Roster(nick, this.#isupport, others, limits);
    this.channels = new ChannelsView(this.#roster);
    this.users = new UsersView(this.#roster);
  }

  /** Ourselves. */
  get me(): IrcMe {
    return this.#roster.me;
  }

  /** How many members, channels and texts were not kept, for there was no room. */
  get leftOut(): number {
    return this.#roster.leftOut;
  }

  /** Takes the next message; returns who has sent it, as they were before it. */
  take(message: IrcMessage): IrcActor | undefined {
    const { casemapping } = this.#isupport;
    if (casemapping !== this.#roster.casemapping) this.#roster.remap(casemapping);
    // There may be very many of these, one after the other.
    if (message.command === "353") { // RPL_NAMREPLY
      this.#names(message);
      return undefined;
    }
    const { source } = message;
    const user = source === undefined ? undefined : this.#roster.find(source.name);
    if (user !== undefined) this.#heard(user, message);
    switch (message.command) {
      case "JOIN":
        return source === undefined ? undefined : this.#joined(source, message);
      case "PART":
        return user && this.#parted(user, message.param(0));
      case "KICK":
        return this.#parted(this.#roster.find(message.param(1)), message.param(0));
      case "QUIT":
        return user && this.#quit(user);
      case "NICK":
        return user && this.#renamed(user, message.param(0));
      case "PRIVMSG":
      case "NOTICE":
      case "TAGMSG":
      case "TOPIC":
      case "MODE":
        return this.#acted(user, message);
      case "ACCOUNT":
        return user && this.#learnt(user, { account: accountOf(message.param(0), "*") });
      case "AWAY":
        return user && this.#learnt(user, { away: kept(message.param(0)) || false });
      case "SETNAME":
        return user && this.#learnt(user, { realname: kept(message.param(0)) });
      case "CHGHOST":
        return user && this.#moved(user, message.param(0), message.param(1));
      default:
        this.#told(message);
        return undefined;
    }
  }

  /** Takes a line that was sent to the server: whom MONITOR gives up may be forgotten. */
  sent({ command, params: [subcommand, targets = ""] }: IrcMessage): void {
    if (command !== "MONITOR") return;
    if (subcommand?.toUpperCase() === "C") {
      this.#roster.unwatchAll();
    }
    if (subcommand !== "-") return;
    for (const target of targets.split(",")) this.#roster.unwatch(target);
  }

  /** Forgets everything but our nick: the link is gone. */
  clear(): void {
    this.#roster.clear();
    this.#letters.clear();
  }

  // Who says and does something.

  #joined(source: IrcSource, message: IrcMessage): IrcActor | undefined {
    const name = message.param(0);
    const isOwn = this.#roster.isMe(source.name);
    if (isOwn && !this.#roster.enter(name)) return undefined;
    const channel = this.#roster.channel(name);
    if (channel === undefined) return undefined;
    const user = isOwn ? this.#roster.me : this.#roster.see(source.raw);
    if (user === undefined) return undefined;
    this.#roster.add(channel, user.number());
    const members = channel.joined();
    if (!members.has(user.number()) && !isOwn) return undefined;
    members.set(user.number(), "");
    const [, account, realname] = message.params;
    if (source.host !== undefined) this.#roster.become(user, source.raw);
    if (account !== undefined) this.#roster.learn(user, { account: accountOf(account, "*") });
    if (realname !== undefined) this.#roster.learn(user, { realname: kept(realname) });
    this.#heard(user, message);
    return { member: channel.memberOf(user) };
  }

  #parted(user: KnownUser | undefined, name: string): IrcActor | undefined {
    const channel = this.#roster.channel(name);
    if (user === undefined || channel === undefined) return undefined;
    const member = channel.memberOf(user);
    if (user === this.#roster.me) this.#roster.leave(channel);
    else this.#roster.remove(channel, user.number());
    return { member };
  }

  #quit(user: KnownUser): IrcActor {
    const channels = user.channels;
    // What we are told of our own end is no more than that.
    if (user === this.#roster.me) return { channels };
    this.#roster.forget(user.number());
    return { channels };
  }

  #renamed(user: KnownUser, nick: string): IrcActor {
    const channels = user.channels;
    if (nick !== "") this.#roster.rename(user, nick);
    return { channels };
  }

  #acted(user: KnownUser | undefined, message: IrcMessage): IrcActor | undefined {
    const { command } = message;
    const target = message.param(0);
    const channel = this.#roster.channel(placeOf(target, this.#isupport).channel ?? target);
    if (command === "MODE" && channel === undefined && this.#roster.isMe(target)) {
      this.#ownModes(message.param(1));
    }
    const member = user && channel?.memberOf(user);
    if (channel !== undefined && command === "MODE") this.#modes(channel, message, 1);
    if (channel !== undefined && command === "TOPIC") {
      const text = message.param(1);
      const time = Date.parse(message.tag("time") ?? "");
      this.#roster.change(channel, () => {
        channel.topic = text === "" ? undefined : {
          text: kept(text),
          setBy: message.source && kept(message.source.raw),
          setAt: Number.isNaN(time) ? undefined : time,
        };
      });
    }
    return member && { member };
  }

  #learnt(user: KnownUser, details: Details): IrcActor {
    this.#roster.learn(user, details);
    return { channels: user.channels };
  }

  #moved(known: KnownUser, user: string, host: string): IrcActor {
    this.#roster.become(known, `${known.nick}!${user}@${host}`);
    return { channels: known.channels };
  }

  /** What any message tells of who sends it. */
  #heard(user: KnownUser, message: IrcMessage): void {
    const account = message.tag("account");
    if (account !== undefined && account !== user.account) {
      this.#roster.learn(user, { account: kept(account) });
    }
    if (!user.isBot && (message.tag("bot") ?? message.tag("draft/bot")) !== undefined) {
      this.#roster.learn(user, { isBot: true });
    }
    const { source } = message;
    if (!this.#roster.hasHost(user) && source?.host !== undefined) this.#roster.become(user, source.raw);
  }

  // What the server tells.

  #told(message: IrcMessage): void {
    const { params } = message;
    switch (message.command) {
      case "001":
        if (message.param(0) !== "") this.#roster.rename(this.#roster.me, message.param(0));
        return;
      case "005":
        if (this.#ownsIsupport) this.#isupport.take(params);
        return;
      case "221": // RPL_UMODEIS
        this.#roster.me.modes = "";
        return this.#ownModes(message.param(1));
      case "301": // RPL_AWAY
        return this.#learnOf(message.param(1), { away: kept(message.text) || true });
      case "302": // RPL_USERHOST
        for (const { nick, user, host, isAway } of message.text.split(" ").flatMap(userhostOf)) {
          const known = this.#roster.find(nick);
          if (known === undefined) continue;
          this.#moved(known, user, host);
          this.#roster.learn(known, { away: isAway && (known.away || true) });
        }
        return;
      case "305": // RPL_UNAWAY
      case "306": // RPL_NOWAWAY
        return this.#roster.learn(this.#roster.me, { away: message.command === "306" });
      case "311": { // RPL_WHOISUSER
        const user = this.#roster.find(message.param(1));
        if (user === undefined) return;
        this.#moved(user, message.param(2), message.param(3));
        return this.#roster.learn(user, { realname: kept(message.text) });
      }
      case "324": { // RPL_CHANNELMODEIS
        const channel = this.#roster.channel(message.param(1));
        if (channel === undefined) return;
        this.#roster.change(channel, () => channel.modes.clear());
        return this.#modes(channel, message, 2);
      }
      case "329": // RPL_CREATIONTIME
        return this.#changeChannelBy(message, (channel) => channel.createdAt = secondsOf(params[2]));
      case "330": // RPL_WHOISACCOUNT
        return this.#learnOf(message.param(1), { account: kept(message.param(2)) });
      case "331": // RPL_NOTOPIC
        return this.#changeChannelBy(message, (channel) => channel.topic = undefined);
      case "332": // RPL_TOPIC
        return this.#changeChannelBy(message, (channel) => {
          channel.topic = { text: kept(message.param(2)), setBy: undefined, setAt: undefined };
        });
      case "333": // RPL_TOPICWHOTIME
        return this.#changeChannelBy(message, (channel) => {
          const { topic } = channel;
          if (topic === undefined) return;
          channel.topic = { ...topic, setBy: kept(message.param(2)), setAt: secondsOf(params[3]) };
        });
      case "335": // RPL_WHOISBOT
        return this.#learnOf(message.param(1), { isBot: true });
      case "352": { // RPL_WHOREPLY
        const [, , user = "", host = "", , nick = "", flags = "", text = ""] = params;
        return this.#who(nick, user, host, flags, undefined, text.replace(/^\d+ ?/, ""));
      }
      case "354": { // RPL_WHOSPCRPL
        const [, token, , user = "", host = "", nick = "", flags = "", account = "", realname = ""] = params;
        if (token !== WHOX_TOKEN || params.length !== WHOX_FIELDS.length + 1) return;
        return this.#who(nick, user, host, flags, accountOf(account, "0"), realname);
      }
      case "366": // RPL_ENDOFNAMES
        return this.#changeChannelBy(message, (channel) => channel.isSynced = true);
      case "396": // RPL_VISIBLEHOST
        return this.#visibleHost(message.param(1));
      case "730": // RPL_MONONLINE
        for (const raw of message.text.split(",")) this.#roster.watch(raw);
        return;
      case "731": // RPL_MONOFFLINE
        for (const raw of message.text.split(",")) this.#roster.unwatch(new IrcSource(raw).name);
        return;
      case "900": { // RPL_LOGGEDIN
        const source = new IrcSource(message.param(1));
        this.#roster.learn(this.#roster.me, { account: kept(message.param(2)) });
        if (!this.#roster.isMe(source.name) || source.host === undefined) return;
        return this.#roster.become(this.#roster.me, source.raw);
      }
      case "901": // RPL_LOGGEDOUT
        return this.#roster.learn(this.#roster.me, { account: null });
      case "RENAME":
        return this.#roster.renameChannel(message.param(0), message.param(1));
    }
  }

  /** Who is in a channel. The text is read in place, since there may be very many. */
  #names(message: IrcMessage): void {
    const symbol = message.param(1);
    // RFC 1459 has no symbol before the channel.
    const channel = this.#roster.channel(this.#isupport.isChannel(symbol) ? symbol : message.param(2));
    if (channel === undefined || !this.#others) return;
    const text = kept(message.text);
    const members = channel.joined();
    const names = this.#namesReader;
    this.#roster.read(names, text, this.#isupport.prefixes);
    for (let index = 0; index < names.count; index++) {
      const start = names.start(index);
      const number = this.#roster.seeIn(
        text,
        start,
        names.nickEnd(index),
        names.end(index),
        names.hash(index),
      );
      if (number === NOBODY) continue;
      const from = names.from(index);
      const modes = start === from ? "" : this.#lettersOf(text.slice(from, start));
      const isNew = this.#roster.add(channel, number);
      // Without multi-prefix only the strongest is told.
      if (isNew ? modes !== "" : isMore(modes, members.modes(number))) members.set(number, modes);
    }
  }

  #who(
    nick: string,
    user: string,
    host: string,
    flags: string,
    account: string | null | undefined,
    realname: string,
  ): void {
    const bot = this.#isupport.get("BOT");
    const known = this.#roster.find(nick);
    if (known === undefined) return;
    this.#moved(known, user, host);
    this.#roster.learn(known, {
      realname: kept(realname),
      away: flags.startsWith("G") && (known.away || true),
      ...(account !== undefined && { account }),
      ...(bot && { isBot: flags.includes(bot) }),
    });
  }

  #visibleHost(told: string): void {
    const at = told.indexOf("@");
    const user = at > 0 ? told.slice(0, at) : this.#roster.me.user;
    if (user !== undefined) this.#moved(this.#roster.me, user, told.slice(at + 1));
  }

  #modes(channel: KnownChannel, { params }: IrcMessage, from: number): void {
    const [modes = "", ...args] = params.slice(from);
    const { list } = this.#isupport.chanModes;
    const order = this.#isupport.prefix.map(({ mode }) => mode);
    for (const { sign, mode, argument } of parseModeChanges(modes, args, this.#isupport)) {
      if (order.includes(mode)) this.#status(channel, sign === "+", mode, argument ?? "", order);
      else if (!list.includes(mode) && /[a-z]/i.test(mode)) {
        this.#roster.change(channel, () => {
          if (sign === "+") channel.modes.set(mode, argument === undefined ? true : kept(argument));
          else channel.modes.delete(mode);
        });
      }
    }
  }

  #status(channel: KnownChannel, isSet: boolean, mode: string, nick: string, order: readonly string[]): void {
    const user = this.#roster.find(nick);
    const members = channel.joined();
    if (user === undefined || !members.has(user.number())) return;
    const had = members.modes(user.number());
    const has = order.filter((other) => other === mode ? isSet : had.includes(other));
    members.set(user.number(), has.join(""));
  }

  #ownModes(modes: string): void {
    const has = new Set(this.#roster.me.modes);
    for (const [, sign, letters = ""] of modes.matchAll(/([-+]?)([a-z]+)/gi)) {
      for (const letter of letters) {
        if (sign === "-") has.delete(letter);
        else has.add(letter);
      }
    }
    this.#roster.me.modes = [...has].join("");
  }

  /** The letters of the statuses that stand before a nick, the strongest first. */
  #lettersOf(signs: string): string {
    const letters = this.#letters.get(signs);
    if (letters !== undefined) return letters;
    const made = this.#isupport.prefix.filter(({ prefix }) => signs.includes(prefix))
      .map(({ mode }) => mode).join("");
    if (this.#letters.size < MOST_LETTERS) this.#letters.set(signs, made);
    return made;
  }

  #learnOf(nick: string, details: Details): void {
    const user = this.#roster.find(nick);
    if (user !== undefined) this.#roster.learn(user, details);
  }

  #changeChannelBy(message: IrcMessage, change: (channel: KnownChannel) => unknown): void {
    const channel = this.#roster.channel(message.param(1));
    if (channel !== undefined) this.#roster.change(channel, () => change(channel));
  }
}

/** Whether what is told of somebody's statuses is news, be it that it may be the strongest alone. */
function isMore(modes: string, had: string): boolean {
  return had.charAt(0) !== modes.charAt(0) || modes.length > had.length;
}

/** `none`: what stands for no account. */
function accountOf(account: string, none: string): string | null {
  return account === none ? null : kept(account);
}

/** Seconds of Unix time on the wire, milliseconds here. */
function secondsOf(value: string | undefined): Instant | undefined {
  const seconds = wholeNumber(value);
  return seconds === undefined ? undefined : seconds * 1_000;
}
