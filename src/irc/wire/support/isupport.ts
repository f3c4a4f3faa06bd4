import { MOST_TOKENS } from "../bounds.ts";
import { type Casemapping, foldCase } from "./casemapping.ts";

/** "512 bytes" (RFC 1459 section 2.3), and what no server goes beyond. */
const SHORTEST_LINE = 512;
const LONGEST_TOLD = 8_192;

/** A status in channels: the mode that gives it, and the prefix that shows it before a nick. */
export interface StatusPrefix {
  /** The mode's letter, such as `o`. */
  readonly mode: string;
  /** The prefix, such as `@`. */
  readonly prefix: string;
}

/** The letters of channel modes, by when they take an argument. */
export interface ChannelModes {
  /** Type A: add to a list or take from it; always with an argument, without one they ask for the list. */
  readonly list: string;
  /** Type B: always with an argument. */
  readonly always: string;
  /** Type C: with an argument when set, without one when unset. */
  readonly whenSet: string;
  /** Type D: never with an argument. */
  readonly never: string;
}

/**
 * What the server supports and within which limits, as it tells by `RPL_ISUPPORT`. What it has not told has
 * the value that is to be assumed then. Changes as the server tells more, and begins anew on another link.
 * ([Modern IRC, RPL_ISUPPORT parameters](https://modern.ircdocs.horse/#rplisupport-parameters))
 *
 * @example
 * ```ts
 * import { Isupport } from "@parley/parley/irc";
 *
 * const isupport = new Isupport();
 * isupport.take(["bot", "PREFIX=(ov)@+", "NETWORK=Example\\x20Net", "CASEMAPPING=ascii", "are supported"]);
 * isupport.network; // "Example Net"
 * isupport.prefix[0]; // { mode: "o", prefix: "@" }
 * isupport.isSame("#Deno", "#deno"); // true
 * ```
 */
export class Isupport {
  readonly #tokens = new Map<string, string>();
  /** Of PREFIX, which is read for every line that names people. */
  #prefix: readonly StatusPrefix[] | undefined;
  #prefixes: string | undefined;

  /**
   * Takes the parameters of an `RPL_ISUPPORT`: our nick, the tokens, and a text. Returns whether there was room for
   * all of them: a thousand are kept, more than ten times what any server has.
   */
  take(params: readonly string[]): boolean {
    let isAll = true;
    this.#prefix = this.#prefixes = undefined;
    for (const token of params.slice(1, -1)) {
      const equals = token.indexOf("=");
      const name = (equals < 0 ? token : token.slice(0, equals)).toUpperCase();
      if (name.startsWith("-")) this.#tokens.delete(name.slice(1));
      else if (name === "") continue;
      else if (!this.#tokens.has(name) && this.#tokens.size >= MOST_TOKENS) isAll = false;
      else this.#tokens.set(name, equals < 0 ? "" : unescape(token.slice(equals + 1)));
    }
    return isAll;
  }

  /** Forgets everything; for the next link. */
  clear(): void {
    this.#tokens.clear();
    this.#prefix = this.#prefixes = undefined;
  }

  /** The value of any parameter, unescaped; empty if it has none, undefined if the server has not told it. */
  get(name: string): string | undefined {
    return this.#tokens.get(name.toUpperCase());
  }

  /** The names and values of all parameters told. */
  entries(): IterableIterator<[name: string, value: string]> {
    return this.#tokens.entries();
  }

  /** `CASEMAPPING`: which letters are the same; `rfc1459` if untold, `ascii` if it is one unknown to us. */
  get casemapping(): Casemapping {
    const value = this.#tokens.get("CASEMAPPING") ?? "rfc1459";
    // Servers write it the one way, and papers the other.
    if (value === "strict-rfc1459") return "rfc1459-strict";
    return value === "rfc1459" || value === "rfc1459-strict" ? value : "ascii";
  }

  /** `PREFIX`: statuses in channels, the most powerful first; `(ov)@+` if untold. */
  get prefix(): readonly StatusPrefix[] {
    return this.#prefix ??= this.#readPrefix();
  }

  /** What may stand before a nick by `PREFIX`, the most powerful first, such as `@+`. */
  get prefixes(): string {
    return this.#prefixes ??= this.prefix.map(({ prefix }) => prefix).join("");
  }

  #readPrefix(): readonly StatusPrefix[] {
    const match = /^\(([^)]*)\)(.*)$/.exec(this.#tokens.get("PREFIX") ?? "(ov)@+");
    const prefixes = [...match?.[2] ?? ""];
    return [...match?.[1] ?? ""].flatMap((mode, i) => {
      const prefix = prefixes[i];
      return prefix === undefined ? [] : [{ mode, prefix }];
    });
  }

  /** `CHANMODES`: channel modes by when they take an argument; those of RFC 1459 if untold. */
  get chanModes(): ChannelModes {
    const [list = "", always = "", whenSet = "", never = ""] =
      (this.#tokens.get("CHANMODES") ?? "b,k,l,imnpst").split(",");
    return { list, always, whenSet, never };
  }

  /** `CHANTYPES`: the characters that channel names begin with; `#&` if untold. */
  get chanTypes(): string {
    return this.#tokens.get("CHANTYPES") ?? "#&";
  }

  /** `CHANLIMIT`: how many channels of a type, such as `#`, one may be in; Infinity: no limit, or untold. */
  chanLimit(type: string): number {
    return limitIn(this.#tokens.get("CHANLIMIT"), (types) => types.includes(type)) ?? Infinity;
  }

  /** `NETWORK`: the network's name, for people. */
  get network(): string | undefined {
    return this.#tokens.get("NETWORK");
  }

  /** `MODES`: how many modes with an argument one MODE may have; 3 if untold, Infinity: no limit. */
  get modes(): number {
    const value = this.#tokens.get("MODES");
    return value === undefined ? 3 : number(value) ?? Infinity;
  }

  /** `TARGMAX`: how many targets a command may have; Infinity: no limit. If untold 1, for JOIN and PART Infinity. */
  targMax(command: string): number {
    const told = this.#tokens.get("TARGMAX");
    const name = command.toUpperCase();
    const limit = limitIn(told, (of) => of.toUpperCase() === name);
    if (limit !== undefined) return limit;
    if (name === "JOIN" || name === "PART") return Infinity;
    const most = this.#tokens.get("MAXTARGETS");
    return most !== undefined && (name === "PRIVMSG" || name === "NOTICE") ? number(most) ?? Infinity : 1;
  }

  /** `MAXLIST`: how many entries one may add to a channel's lists of a mode, such as `b`; Infinity if untold. */
  maxList(mode: string): number {
    return limitIn(this.#tokens.get("MAXLIST"), (modes) => modes.includes(mode)) ?? Infinity;
  }

  /** `STATUSMSG`: prefixes that may stand before a channel, to reach only those who have that status. */
  get statusMsg(): string {
    return this.#tokens.get("STATUSMSG") ?? "";
  }

  /** `NICKLEN`: how long our nick may be; 9 if untold (RFC 1459). */
  get nickLen(): number {
    return number(this.#tokens.get("NICKLEN")) ?? 9;
  }

  /** `CHANNELLEN`: how long the name of a channel we join may be; 200 if untold (RFC 1459). */
  get channelLen(): number {
    return number(this.#tokens.get("CHANNELLEN")) ?? 200;
  }

  /**
   * `LINELEN`: how long a line may be, with its ending and without its tags, in bytes; 512 if untold or less, 8,192 if
   * it is more. ([ergo](https://github.com/ergochat/ergo), InspIRCd)
   */
  get lineLen(): number {
    const told = number(this.#tokens.get("LINELEN")) ?? SHORTEST_LINE;
    return Math.min(Math.max(SHORTEST_LINE, told), LONGEST_TOLD);
  }

  /** `TOPICLEN`: how long a topic we set may be; Infinity if untold. */
  get topicLen(): number {
    return number(this.#tokens.get("TOPICLEN")) ?? Infinity;
  }

  /** `KICKLEN`: how long a reason for KICK may be; Infinity if untold. */
  get kickLen(): number {
    return number(this.#tokens.get("KICKLEN")) ?? Infinity;
  }

  /** `AWAYLEN`: how long an AWAY may be; Infinity if untold. */
  get awayLen(): number {
    return number(this.#tokens.get("AWAYLEN")) ?? Infinity;
  }

  /** `USERLEN`: how long a user name may be, with the `~` that a server may put before it; undefined if untold. */
  get userLen(): number | undefined {
    return number(this.#tokens.get("USERLEN"));
  }

  /** `HOSTLEN`: how long a host name may be; undefined if untold. */
  get hostLen(): number | undefined {
    return number(this.#tokens.get("HOSTLEN"));
  }

  /** `EXCEPTS`: the letter of the mode for ban exceptions; undefined: there are none. */
  get excepts(): string | undefined {
    return this.#letter("EXCEPTS", "e");
  }

  /** `INVEX`: the letter of the mode for invite exceptions; undefined: there are none. */
  get invex(): string | undefined {
    return this.#letter("INVEX", "I");
  }

  /** `MONITOR`: how many nicks may be monitored; Infinity: no limit, 0: MONITOR is not supported. */
  get monitor(): number {
    const value = this.#tokens.get("MONITOR");
    return value === undefined ? 0 : number(value) ?? Infinity;
  }

  /** `WHOX`: whether WHO takes the fields to tell. */
  get whox(): boolean {
    return this.#tokens.has("WHOX");
  }

  /**
   * `BOT`: the letter of the user mode by which one says that one is a bot; undefined: there is none.
   * ([IRCv3 bot-mode](https://ircv3.net/specs/extensions/bot-mode))
   */
  get bot(): string | undefined {
    return this.#tokens.get("BOT") || undefined;
  }

  /**
   * `UTF8ONLY`: whether the server takes nothing but UTF-8, which is all that is ever sent to it.
   * ([IRCv3 utf8-only](https://ircv3.net/specs/extensions/utf8-only))
   */
  get utf8Only(): boolean {
    return this.#tokens.has("UTF8ONLY");
  }

  /**
   * `CHATHISTORY`: how many messages one CHATHISTORY may ask for; Infinity: no limit, or untold.
   * ([IRCv3 chathistory](https://ircv3.net/specs/extensions/chathistory))
   */
  get chatHistory(): number {
    return number(this.#tokens.get("CHATHISTORY")) || Infinity;
  }

  /** `MSGREFTYPES`: by what messages are named in that, the best first; `msgid` and `timestamp` if untold. */
  get msgRefTypes(): readonly ("msgid" | "timestamp")[] {
    const told = this.#tokens.get("MSGREFTYPES")?.split(",") ?? ["msgid", "timestamp"];
    return told.filter((type) => type === "msgid" || type === "timestamp");
  }

  /**
   * `CLIENTTAGDENY`: whether the server passes a client-only tag on, such as `+typing`; one that it does not it leaves
   * out without a word. ([IRCv3 message-tags](https://ircv3.net/specs/extensions/message-tags))
   */
  passesTag(tag: string): boolean {
    const denied = this.#tokens.get("CLIENTTAGDENY")?.split(",") ?? [];
    const name = tag.replace(/^\+/, "");
    return denied[0] === "*" ? denied.includes(`-${name}`) : !denied.includes(name);
  }

  /** Whether this is the name of a channel, by what it begins with. */
  isChannel(name: string): boolean {
    return name !== "" && this.chanTypes.includes(name.charAt(0));
  }

  /** Folds a nick or a channel's name: equal strings are the same. */
  fold(name: string): string {
    return foldCase(name, this.casemapping);
  }

  /** Whether two nicks or names of channels are the same. */
  isSame(a: string, b: string): boolean {
    return a === b || this.fold(a) === this.fold(b);
  }

  #letter(name: string, empty: string): string | undefined {
    const value = this.#tokens.get(name);
    return value === "" ? empty : value;
  }
}

/** "The value may contain sequences of the form \xHH" */
function unescape(value: string): string {
  return value.replace(/\\x([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

function number(value: string | undefined): number | undefined {
  return value !== undefined && /^[0-9]{1,9}$/.test(value) ? Number(value) : undefined;
}

/** The limit in `names:limit,names:limit`; without a number there is none. */
function limitIn(value: string | undefined, isMeant: (names: string) => boolean): number | undefined {
  for (const pair of value?.split(",") ?? []) {
    const colon = pair.indexOf(":");
    if (colon >= 0 && isMeant(pair.slice(0, colon))) return number(pair.slice(colon + 1)) ?? Infinity;
  }
  return undefined;
}
