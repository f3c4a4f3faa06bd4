import { unless } from "../unless.ts";
import { withResolvers } from "../with_resolvers.ts";
import { type CommandOptions, each, IrcCommandClient, type OneOrMore } from "./command_client.ts";
import {
  type IrcChannelModes,
  type IrcListed,
  type IrcListEntry,
  type IrcMonitored,
  type IrcServerLink,
  type IrcWho,
  type IrcWhois,
  readEntries,
  readLinks,
  readListed,
  readModes,
  readMonitored,
  readMonitorList,
  readNames,
  readTopic,
  readWho,
  readWhois,
} from "./wire/outcomes/answers.ts";
import { MOST_ANSWERED } from "./wire/bounds.ts";
import { commandOf } from "./wire/commands/command.ts";
import { fail, type KnownCommand, type ParameterValue } from "./wire/commands/command_table.ts";
import type { IrcName } from "./wire/events/event_fields.ts";
import type { IrcMessage } from "./wire/messages/message.ts";
import type { IrcTopic } from "./wire/events/presence.ts";

/** What WHO is asked for where it takes that, unless the caller says otherwise. */
const WHOX_FIELDS = "cuhsnfdlar";
/** So many tokens tell answers to WHO apart. */
const MOST_TOKENS = 700;

/** What a {@linkcode IrcAskingClient.who} asks for. */
export interface WhoOptions extends CommandOptions {
  /** Only operators. @default {false} */
  readonly operators?: boolean;
  /**
   * Which fields to tell, where the server has WHOX: of `cuihsnfdlaor`.
   * ([IRCv3 WHOX](https://ircv3.net/specs/extensions/whox))
   *
   * @default all that are useful, where the server has it
   */
  readonly fields?: string;
}

/**
 * A client's methods for what one asks of a server. Each resolves to the answer, which is known by its label where the
 * server has `labeled-response`, else by what it is about and its end, and rejects with an `IrcRefusedError` if the server
 * refuses it, or with a {@linkcode CommandError} `unconfirmed` if it says nothing more for 30 s; `signal` ends the waiting
 * earlier. What is answered arrives as events, too.
 */
export abstract class IrcAskingClient extends IrcCommandClient {
  #asked = 0;
  /** The LIST that is under way: answers to two could not be told apart. */
  #listing: Promise<unknown> = Promise.resolve();

  /**
   * Asks who somebody is (WHOIS). `target`: the server to ask, or the nick itself, whose server then knows more.
   *
   * @throws {IrcRefusedError} 401 if nobody has the nick.
   *
   * @example
   * ```ts no-eval
   * import { IrcClient } from "@parley/parley/irc";
   *
   * await using irc = await new IrcClient({ host: "irc.libera.chat", nick: "parley" }).connect();
   * const { realname, account, idle } = await irc.whois("dan", "dan");
   * ```
   */
  whois(nick: string, target?: string, options: CommandOptions = {}): Promise<IrcWhois> {
    return this.#ask("WHOIS", [target, nick], options, (said) => readWhois(nick, said, this.isupport));
  }

  /**
   * Asks for users that a mask matches, or who are in a channel (WHO); by WHOX where the server has that.
   *
   * @example
   * ```ts no-eval
   * import { IrcClient } from "@parley/parley/irc";
   *
   * await using irc = await new IrcClient({ host: "irc.libera.chat", nick: "parley", channels: ["#deno"] }).connect();
   * const guests = (await irc.who("#deno")).filter(({ account }) => account === null);
   * ```
   */
  who(mask?: string, options: WhoOptions = {}): Promise<readonly IrcWho[]> {
    const { operators = false, fields = this.isupport.whox ? WHOX_FIELDS : undefined } = options;
    const token = String(this.#asked++ % MOST_TOKENS + 1);
    const asked = fields === undefined ? "" : `%t${String(fields).replace("t", "")},${token}`;
    const flags = `${operators ? "o" : ""}${asked}`;
    const isAsked = (message: IrcMessage) => message.command !== "354" || message.param(1) === token;
    const isElsewhere = ({ channel = mask }: IrcWho) =>
      mask !== undefined && channel !== undefined && this.isupport.isChannel(mask) &&
      !this.isupport.isSame(channel, mask);
    return this.#ask("WHO", [mask, flags === "" ? undefined : flags], options, (said) =>
      // Others may ask at the same time.
      said.filter(isAsked).flatMap((message) => readWho(message, fields && `t${fields}`) ?? [])
        .filter((who) => !isElsewhere(who)), () => {
      if (fields !== undefined && !/^[a-z]+$/i.test(fields)) fail("WHO", "the fields are not letters");
    });
  }

  /** Asks who is in a channel (NAMES). */
  names(channel?: string, target?: string, options: CommandOptions = {}): Promise<readonly IrcName[]> {
    return this.#ask("NAMES", [channel, target], options, (said) => readNames(said, this.isupport));
  }

  /**
   * Asks for channels and their topics (LIST); also takes what the server's ELIST has, such as `>100`. Each is there as
   * it comes; another LIST waits for the end of this one.
   *
   * @example
   * ```ts no-eval
   * import { IrcClient } from "@parley/parley/irc";
   *
   * await using irc = await new IrcClient({ host: "irc.libera.chat", nick: "parley" }).connect();
   * for await (const { name, users } of irc.list(">1000")) console.log(name, users);
   * ```
   */
  async *list(
    channels?: OneOrMore,
    target?: string,
    options: CommandOptions = {},
  ): AsyncGenerator<IrcListed, void, undefined> {
    const before = this.#listing;
    const { promise, resolve } = withResolvers<void>();
    // Whoever gives up while waiting lets nobody go before.
    this.#listing = Promise.all([before, promise]);
    try {
      await unless(options.signal, before);
    } catch (reason) {
      resolve();
      throw reason;
    }
    const waiting: IrcListed[] = [];
    let wake = () => {};
    let isOver = false;
    let length = 0;
    const undo = this.on("RPL_LIST", ({ message }) => {
      length += message.raw.length;
      const listed = readListed(message);
      // What is longer ends with an error.
      if (listed !== undefined && length <= MOST_ANSWERED) waiting.push(listed);
      wake();
    });
    const asking = this.#ask("LIST", [channels, target], options, () => {}).finally(() => {
      isOver = true;
      undo();
      resolve();
      wake();
    });
    // Whoever stops looking hears no more of it.
    asking.catch(() => {});
    try {
      for (;;) {
        yield* waiting.splice(0);
        if (isOver) break;
        const next = withResolvers<void>();
        wake = next.resolve;
        await next.promise;
      }
      await asking;
    } finally {
      undo();
    }
  }

  /** Asks for the modes of a channel, or our own (MODE). */
  mode(target: string): Promise<IrcChannelModes>;
  /** Sets modes (MODE), of a channel or of ourselves: `mode("#deno", "+o", ["dan"])`. */
  mode(target: string, modes: string, args?: OneOrMore, options?: CommandOptions): Promise<void>;
  mode(
    target: string,
    modes?: string,
    args: OneOrMore = [],
    options: CommandOptions = {},
  ): Promise<IrcChannelModes | void> {
    if (modes === undefined) {
      return this.#ask("MODE", [target], options, (said) => readModes(said, this.isupport));
    }
    return this.sendKnown("MODE", [target, modes, args.length === 0 ? undefined : each(args)], options);
  }

  /** Asks for a channel's bans. */
  bans(channel: string, options: CommandOptions = {}): Promise<readonly IrcListEntry[]> {
    return this.#entries(channel, "b", options);
  }

  /** Asks for a channel's ban exceptions, if the server has them (EXCEPTS). */
  excepts(channel: string, options: CommandOptions = {}): Promise<readonly IrcListEntry[]> {
    return this.#entries(channel, this.isupport.excepts, options);
  }

  /** Asks for a channel's invite exceptions, if the server has them (INVEX). */
  invites(channel: string, options: CommandOptions = {}): Promise<readonly IrcListEntry[]> {
    return this.#entries(channel, this.isupport.invex, options);
  }

  /** Asks for a channel's topic (TOPIC); undefined: it has none. */
  topic(channel: string): Promise<IrcTopic | undefined>;
  /** Sets a channel's topic, or takes it away with an empty text (TOPIC). */
  topic(channel: string, topic: string, options?: CommandOptions): Promise<void>;
  topic(channel: string, topic?: string, options: CommandOptions = {}): Promise<IrcTopic | undefined | void> {
    if (topic === undefined) return this.#ask("TOPIC", [channel], options, readTopic);
    return this.sendKnown("TOPIC", [channel, topic], options);
  }

  /** Asks for the message of the day (MOTD); its lines, empty: there is none. */
  motd(target?: string, options: CommandOptions = {}): Promise<readonly string[]> {
    return this.#ask(
      "MOTD",
      [target],
      options,
      (said) => said.filter(({ command }) => command === "372").map(({ text }) => text),
    );
  }

  /** Asks for the servers that a mask matches, or those that another server knows (LINKS). */
  links(mask?: string, remote?: string, options: CommandOptions = {}): Promise<readonly IrcServerLink[]> {
    return this.#ask("LINKS", [remote, mask], options, readLinks, () => {
      if (mask === undefined && remote !== undefined) fail("LINKS", "the remote needs a mask");
    });
  }

  /** Watches nicks, `+`, watches them no more, `-`, or watches nobody any more, `C` (MONITOR). */
  monitor(subcommand: "+" | "-" | "C", nicks?: OneOrMore, options?: CommandOptions): Promise<void>;
  /** Asks whom we watch (MONITOR). */
  monitor(subcommand: "L"): Promise<readonly string[]>;
  /** Asks who of those we watch is there (MONITOR). */
  monitor(subcommand: "S"): Promise<IrcMonitored>;
  monitor(
    subcommand: "+" | "-" | "C" | "L" | "S",
    nicks?: OneOrMore,
    options: CommandOptions = {},
  ): Promise<readonly string[] | IrcMonitored | void> {
    if (subcommand === "L") return this.#ask("MONITOR", ["L"], options, readMonitorList);
    if (subcommand === "S") return this.#ask("MONITOR", ["S"], options, readMonitored);
    return this.sendKnown("MONITOR", [subcommand, nicks], options);
  }

  #entries(
    channel: string,
    letter: string | undefined,
    options: CommandOptions,
  ): Promise<readonly IrcListEntry[]> {
    return this.#ask("MODE", [channel, letter && `+${letter}`], options, readEntries, () => {
      if (letter === undefined) fail("MODE", "the server does not have such a list");
    });
  }

  /** Asks, and reads what is answered. `check`: throws if it cannot be asked. */
  #ask<T>(
    command: KnownCommand,
    values: readonly ParameterValue[],
    options: CommandOptions,
    read: (said: readonly IrcMessage[]) => T,
    check: () => void = () => {},
  ): Promise<T> {
    const target = command === "MODE" || command === "TOPIC" ? String(values[0]) : undefined;
    return this.commanded({ command: command.toLowerCase(), target, signal: options.signal }, async () => {
      check();
      const asking = commandOf(command, values, options, this.isupport.lineLen);
      return read(await this.ask(asking.kind === "send" ? { ...asking, asks: true } : asking, options));
    });
  }
}
