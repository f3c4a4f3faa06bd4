import { Driver } from "@parley/parley/driver";
import type { IrcMessage } from "@parley/parley/irc";
import type { Instant } from "@parley/parley/protocol";
import {
  IrcServer,
  type IrcServerCommand,
  type IrcServerEvent,
  type IrcServerOptions,
} from "../../irc/server.ts";
import { Expectation, Hearing } from "../expectation.ts";
import type { Setting } from "../_setting.ts";
import { checkText } from "../_check_text.ts";
import { Puppet } from "./_puppet.ts";
import { type IrcBackstage, IrcUser } from "./user.ts";

/** What somebody has said, in a channel or to somebody alone. */
export interface IrcSpeech {
  /** The speaker's link. */
  readonly link: number;
  readonly nick: string;
  readonly channel: string;
  /** As it was sent. */
  readonly text: string;
  readonly at: Instant;
}

/** What else is to be done when something happens. */
export interface IrcSceneEvents {
  /** Somebody has said something, in a channel or to somebody alone. */
  said?(speech: IrcSpeech): void;
  /** A line was read, of anybody. */
  read?(link: number, message: IrcMessage): void;
}

/** An IRC network on which people are played, in any time: who is there, and what the bot has said. */
export class IrcScene implements IrcBackstage {
  readonly core: IrcServer;
  readonly irc: Driver<IrcServerCommand, IrcServerEvent>;
  readonly #setting: Setting;
  readonly #events: IrcSceneEvents;
  readonly #users = new Map<string, IrcUser>();
  readonly #puppets = new Set<number>();
  readonly #hearings = new Map<string, Hearing<string>>();
  readonly #password: string | undefined;
  #botNick = "bot";

  constructor(options: IrcServerOptions, setting: Setting, events: IrcSceneEvents = {}) {
    this.#setting = setting;
    this.#events = events;
    this.#password = options.password;
    this.core = new IrcServer(options);
    this.irc = new Driver<IrcServerCommand, IrcServerEvent>(this.core, {
      host: setting.host,
      label: "irc",
      deliver: (event) => this.#happened(event),
    });
    this.irc.start();
  }

  /**
   * Somebody who is played, by nick: the same each time.
   *
   * @throws {RangeError} if nobody can have that nick, or somebody has it.
   */
  user(nick: string): IrcUser {
    const known = this.#users.get(nick) ?? [...this.#users.values()].find((user) => user.nick === nick);
    if (known !== undefined) return known;
    let refusal = "";
    const puppet = new Puppet(this.irc, "irc://people.test", (line) => {
      const refused = /^\S+ [45]\d\d .*:(.+)$/.exec(line)?.[1] ?? "";
      refusal ||= refused;
      if (refused !== "" && this.#users.has(nick)) this.note("irc", `refuses ${user.nick} that: ${refused}`);
    });
    this.#puppets.add(puppet.link);
    if (this.#password !== undefined) puppet.send(`PASS ${this.#password}`);
    const user = new IrcUser(nick, puppet, this);
    if (refusal !== "" || !this.isThere(nick)) {
      puppet.send("QUIT");
      throw new RangeError(`Cannot play "${nick}" on IRC: ${refusal || "that is no nick"}`);
    }
    this.#users.set(nick, user);
    return user;
  }

  /** What is expected of the bot in a channel, or in what it says to somebody alone. */
  expect(place: string | IrcUser): Expectation<string> {
    checkText("expect anything of a place", place instanceof IrcUser ? place.nick : place);
    return new Expectation(this.#setting.stage, this.#hearing(String(place)));
  }

  /** The nick that the bot has. */
  botNick(): string {
    return this.#botNick;
  }

  note(who: string, what: string): void {
    this.#setting.note(who, what);
  }

  isThere(nick: string): boolean {
    return this.core.holder(nick) === "registered";
  }

  isIn(channel: string, nick: string): boolean {
    return this.core.members(channel).includes(nick);
  }

  async promote(channel: string, nick: string): Promise<void> {
    await this.irc.command({ kind: "mode", channel, modes: "+o", args: [nick] });
  }

  #happened(event: IrcServerEvent): void {
    const { link, nick } = event;
    const isPlayed = this.#puppets.has(link) || !this.#setting.isOfBot(link);
    if (event.kind === "registered" && !isPlayed) {
      this.#botNick = nick;
      this.#setting.loggedIn?.();
      this.#setting.note(
        "irc",
        `lets ${nick} in${event.account === "" ? "" : `, logged in as ${event.account}`}`,
      );
    }
    if (event.kind !== "line") return;
    const { message, at } = event;
    const { command } = message;
    this.#events.read?.(link, message);
    if (!isPlayed && command === "NICK") this.#botNick = message.param(0);
    if (command !== "PRIVMSG" && command !== "NOTICE") return;
    const [targets = "", text = ""] = message.params;
    for (const target of targets.split(",")) {
      // Who has left before the server came to it has not been heard.
      const isHeard = !/^[#&]/.test(target) || this.isIn(target, nick);
      if (command === "PRIVMSG" && isHeard) this.#events.said?.({ link, nick, channel: target, text, at });
      if (isPlayed) continue;
      this.#setting.note(nick, `says ${/^[#&]/.test(target) ? "in" : "to"} ${target}: ${text}`);
      this.#hearing(target).hear(text);
    }
  }

  #hearing(place: string): Hearing<string> {
    const key = place.toLowerCase();
    const known = this.#hearings.get(key) ?? new Hearing(place, (text) => text);
    this.#hearings.set(key, known);
    return known;
  }
}
