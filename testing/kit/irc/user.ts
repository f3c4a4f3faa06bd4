import { CommandError } from "@parley/parley/protocol";
import { checkText } from "../_check_text.ts";
import type { Puppet } from "./_puppet.ts";

/** What people need of their world, and tests do not. */
export interface IrcBackstage {
  note(who: string, what: string): void;
  /** The nick that the bot has now. */
  botNick(): string;
  isIn(channel: string, nick: string): boolean;
  /** Whether somebody has this nick, and was let in. */
  isThere(nick: string): boolean;
  /** Makes somebody an operator of a channel, as services do. */
  promote(channel: string, nick: string): Promise<void>;
}

/**
 * Somebody on IRC whom a test plays, with a connection of their own; `world.user(nick)` gives one.
 *
 * @example
 * ```ts
 * import { IrcClient } from "@parley/parley/irc";
 * import { ircWorld } from "@parley/testing";
 *
 * const world = await ircWorld();
 * const bot = await world.start((runtime) => {
 *   const irc = new IrcClient({ host: "irc.test", nick: "bot", channels: ["#deno"], runtime });
 *   irc.on("PRIVMSG", (event) => irc.privmsg(event.replyTarget, `You said ${event.text}`));
 *   return irc.connect();
 * });
 * const ada = world.user("ada");
 * await ada.tells("hello");
 * await world.expect(ada).toSay("You said hello");
 * await ada.modes("#deno", "+o", bot.value.nick);
 * await world.close();
 * ```
 */
export class IrcUser {
  readonly #puppet: Puppet;
  readonly #backstage: IrcBackstage;
  #nick: string;

  /** Takes their connection, and where they are. */
  constructor(nick: string, puppet: Puppet, backstage: IrcBackstage) {
    this.#nick = nick;
    this.#puppet = puppet;
    this.#backstage = backstage;
    puppet.send(`NICK ${nick}`);
    puppet.send(`USER ${nick} 0 * :${nick}`);
  }

  /** The nick they have. */
  get nick(): string {
    return this.#nick;
  }

  /** The same: what addresses them. */
  toString(): string {
    return this.#nick;
  }

  /**
   * Says something in a channel, which they join first, if need be; or to somebody's nick.
   *
   * @throws {RangeError} if it is neither.
   * @throws {CommandError} if there is nothing in it, or it holds CR, LF or NUL.
   */
  async says(where: string, text: string): Promise<void> {
    await this.#goes(where, text);
    await this.#does(`says in ${where}: ${text}`, `PRIVMSG ${where} :${text}`);
  }

  /** Says something to the bot alone. */
  async tells(text: string): Promise<void> {
    checkSaid("the bot's direct messages", text);
    await this.#does(`tells the bot: ${text}`, `PRIVMSG ${this.#backstage.botNick()} :${text}`);
  }

  /** Does something, as by `/me`. */
  async acts(where: string, what: string): Promise<void> {
    await this.#goes(where, what);
    await this.#does(`in ${where} ${what}`, `PRIVMSG ${where} :\u0001ACTION ${what}\u0001`);
  }

  /** Says something by NOTICE, to which no bot answers. */
  async notices(where: string, text: string): Promise<void> {
    await this.#goes(where, text);
    await this.#does(`notices ${where}: ${text}`, `NOTICE ${where} :${text}`);
  }

  /**
   * Joins a channel, unless they are in it.
   *
   * @throws {RangeError} if that is no name of a channel.
   */
  async joins(channel: string): Promise<void> {
    if (this.#backstage.isIn(channelOf(channel), this.#nick)) return;
    await this.#does(`joins ${channel}`, `JOIN ${channel}`);
  }

  /** Leaves a channel. */
  async leaves(channel: string, reason = ""): Promise<void> {
    await this.#does(`leaves ${channelOf(channel)}`, `PART ${channel} :${reason}`);
  }

  /** Leaves the server. */
  async quits(reason = ""): Promise<void> {
    await this.#does("quits", `QUIT :${reason}`);
  }

  /** Takes another nick. */
  async renames(nick: string): Promise<void> {
    await this.#does(`is now called ${nick}`, `NICK ${nick}`);
    this.#nick = nick;
  }

  /** Throws somebody out of a channel. @param nick @default the bot's */
  async kicks(channel: string, nick: string = this.#backstage.botNick(), reason = ""): Promise<void> {
    await this.#operates(channel);
    await this.#does(`kicks ${nick} from ${channel}`, `KICK ${channel} ${nick} :${reason}`);
  }

  /** Sets modes of a channel, such as `"+o", "bot"`. */
  async modes(channel: string, modes: string, ...args: readonly string[]): Promise<void> {
    await this.#operates(channel);
    const all = [modes, ...args].join(" ");
    await this.#does(`sets ${all} in ${channel}`, `MODE ${channel} ${all}`);
  }

  /** Sets the topic of a channel. */
  async topics(channel: string, topic: string): Promise<void> {
    await this.#operates(channel);
    await this.#does(`sets the topic of ${channel}: ${topic}`, `TOPIC ${channel} :${topic}`);
  }

  /** Invites somebody to a channel. @param nick @default the bot's */
  async invites(channel: string, nick: string = this.#backstage.botNick()): Promise<void> {
    await this.#operates(channel);
    await this.#does(`invites ${nick} to ${channel}`, `INVITE ${nick} ${channel}`);
  }

  /**
   * Sends any line.
   *
   * @throws {CommandError} if it holds CR, LF or NUL.
   */
  async sends(line: string): Promise<void> {
    await this.#does(`sends ${line}`, line);
  }

  /** Goes where something is to be said. */
  async #goes(where: string, text: string): Promise<void> {
    checkText("say anything somewhere", where);
    checkSaid(where, text);
    if (isChannel(where)) await this.joins(where);
    else if (!this.#backstage.isThere(where)) {
      throw new RangeError(noChannel(where, ", and nobody has that nick"));
    }
  }

  async #operates(channel: string): Promise<void> {
    await this.joins(channel);
    await this.#backstage.promote(channel, this.#nick);
  }

  #does(what: string, line: string): Promise<void> {
    return new Promise((resolve) => {
      if (/[\r\n\0]/.test(line)) {
        throw new CommandError("invalid_command", "Cannot send a line: it contains CR, LF or NUL");
      }
      this.#backstage.note(this.#nick, what);
      this.#puppet.send(line);
      resolve();
    });
  }
}

function checkSaid(where: string, text: unknown): void {
  checkText(`say anything in ${where}`, text);
  if (text !== "") return;
  throw new CommandError("invalid_command", `Cannot say nothing in ${where}: IRC has no such message`);
}

/** @throws {RangeError} if that is no name of a channel. */
function channelOf(name: unknown): string {
  if (typeof name === "string" && isChannel(name)) return name;
  throw new RangeError(noChannel(name));
}

function noChannel(name: unknown, besides = ""): string {
  return `There is no channel "${name}" on IRC, where its name begins with "#"${besides}`;
}

function isChannel(name: string): boolean {
  return /^[#&]/.test(name);
}
