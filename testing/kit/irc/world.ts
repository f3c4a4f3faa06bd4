import { Driver } from "@parley/parley/driver";
import type { Instant } from "@parley/parley/protocol";
import {
  IrcServer,
  type IrcServerCommand,
  type IrcServerEvent,
  type IrcServerOptions,
} from "../../irc/server.ts";
import type { Violation } from "../../world/violation.ts";
import { checkIrc, type IrcSaid } from "./_checks.ts";
import type { Life } from "../bot/_life.ts";
import { Puppet } from "./_puppet.ts";
import { BotWorld } from "../bot_world.ts";
import type { BotWorldOptions } from "../bot_world_options.ts";
import { Expectation, Hearing } from "../expectation.ts";
import { type IrcBackstage, IrcUser } from "./user.ts";

const ACTION = "\u0001ACTION ";

/** How the IRC network of a test is: {@linkcode IrcServerOptions} say how its server is. */
export interface IrcWorldOptions extends BotWorldOptions, IrcServerOptions {}

/**
 * Makes an IRC network for the test of a bot, in virtual time, with people whom the test plays. Whatever address the
 * bot dials, this is what it finds there.
 *
 * @example
 * ```ts
 * import { IrcClient } from "@parley/parley/irc";
 * import { ircWorld } from "@parley/testing";
 *
 * const world = await ircWorld({ accounts: { bot: "sesame" } });
 * await world.start((runtime) => {
 *   const sasl = { username: "bot", password: "sesame" };
 *   const irc = new IrcClient({ host: "irc.libera.chat", nick: "bot", channels: ["#deno"], sasl, runtime });
 *   irc.on("PRIVMSG", (event) => {
 *     if (event.text === "!ping") return irc.privmsg(event.replyTarget, "pong");
 *   });
 *   return irc.connect();
 * });
 * const ada = world.user("ada");
 * await ada.says("#deno", "!ping");
 * await world.expect("#deno").toSay("pong");
 * await world.close(); // or `await using world = …`
 * ```
 */
export function ircWorld(options: IrcWorldOptions = {}): Promise<IrcWorld> {
  // A promise, as those of the other networks.
  return new Promise((resolve) => resolve(new IrcWorld(options)));
}

/** An IRC network for the test of a bot; {@linkcode ircWorld} makes one. */
export class IrcWorld extends BotWorld<IrcServerCommand> {
  /** The server, as a core: who is in which channels. */
  readonly core: IrcServer;
  /** Gives the server commands, such as `{ kind: "netsplit", ms: 10_000 }`. */
  readonly irc: Driver<IrcServerCommand, IrcServerEvent>;
  protected readonly server: Driver<IrcServerCommand, IrcServerEvent>;
  readonly #users = new Map<string, IrcUser>();
  readonly #puppets = new Set<number>();
  readonly #hearings = new Map<string, Hearing<string>>();
  readonly #said: IrcSaid[] = [];
  #botNick = "bot";

  /** Takes how it is. */
  constructor(options: IrcWorldOptions = {}) {
    super(options);
    this.core = new IrcServer(options);
    this.irc = this.server = new Driver<IrcServerCommand, IrcServerEvent>(this.core, {
      host: this.simulation.host("irc"),
      label: "irc",
      deliver: (event) => this.#happened(event),
    });
    this.irc.start();
  }

  /** Somebody whom the test plays, by nick: the same each time. */
  user(nick: string): IrcUser {
    const known = this.#users.get(nick);
    if (known !== undefined) return known;
    const puppet = new Puppet(this.irc, "irc://people.test", () => {});
    this.#puppets.add(puppet.link);
    const user = new IrcUser(nick, puppet, this.#backstage);
    this.#users.set(nick, user);
    return user;
  }

  /** What is expected of the bot in a channel, or in what it says to somebody alone. */
  expect(place: string | IrcUser): Expectation<string> {
    return new Expectation(this.stage, this.#hearing(String(place)));
  }

  /** The nick that the bot has. */
  get nick(): string {
    return this.#botNick;
  }

  override readonly troubles: readonly IrcServerCommand[] = [
    { kind: "kill", nick: "bot", reason: "test" },
    { kind: "netsplit", ms: 10_000 },
  ];

  protected obey(command: IrcServerCommand): void {
    void this.irc.command(command.kind === "kill" ? { ...command, nick: this.#botNick } : command);
  }

  protected checks(lives: readonly Life[]): Violation[] {
    return checkIrc({ observations: this.observations, lives, said: this.#said });
  }

  get #backstage(): IrcBackstage {
    return {
      note: (who, what) => this.note(who, what),
      botNick: () => this.#botNick,
      isIn: (channel, nick) => this.core.members(channel).includes(nick),
      promote: async (channel, nick) => {
        await this.irc.command({ kind: "mode", channel, modes: "+o", args: [nick] });
      },
    };
  }

  #happened(event: IrcServerEvent): void {
    const { link, nick } = event;
    const isPlayed = this.#puppets.has(link) || this.ownerOf(link) === undefined;
    if (event.kind === "registered" && !isPlayed) {
      this.#botNick = nick;
      this.note("irc", `lets ${nick} in${event.account === "" ? "" : `, logged in as ${event.account}`}`);
    }
    if (event.kind !== "line") return;
    const { message, at } = event;
    const { command } = message;
    if (!isPlayed && command === "NICK") this.#botNick = message.param(0);
    if (command !== "PRIVMSG" && command !== "NOTICE") return;
    const [targets = "", text = ""] = message.params;
    for (const target of targets.split(",")) {
      if (command === "PRIVMSG") this.#say(link, nick, target, text, at);
      if (isPlayed) continue;
      this.note(nick, `says ${/^[#&]/.test(target) ? "in" : "to"} ${target}: ${text}`);
      this.#hearing(target).hear(text);
    }
  }

  #say(link: number, nick: string, channel: string, sent: string, at: Instant): void {
    const text = textOf(sent);
    if (text === undefined) return;
    const heardBy = this.core.links(channel).flatMap((other) => {
      const owner = other === link ? undefined : this.ownerOf(other);
      return owner === undefined ? [] : [owner.label];
    });
    if (heardBy.length > 0) this.#said.push({ nick, channel, text, at, heardBy: new Set(heardBy) });
  }

  #hearing(place: string): Hearing<string> {
    const key = place.toLowerCase();
    const known = this.#hearings.get(key) ?? new Hearing(place, (text) => text);
    this.#hearings.set(key, known);
    return known;
  }
}

/** What is said, also by `/me`; undefined: it is another query by CTCP. */
function textOf(sent: string): string | undefined {
  if (!sent.startsWith("\u0001")) return sent;
  return sent.startsWith(ACTION) ? sent.slice(ACTION.length).replaceAll("\u0001", "") : undefined;
}
