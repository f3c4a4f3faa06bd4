import type { Driver, Observation } from "@parley/parley/driver";
import { checkNamesAndKinds } from "@parley/parley/internal";
import type { IrcServer, IrcServerCommand, IrcServerEvent, IrcServerOptions } from "../../irc/server.ts";
import type { Violation } from "../../world/checking/violation.ts";
import type { Life } from "../bot/_life.ts";
import { BotWorld } from "../bot_world.ts";
import { type BotWorldOptions, worldKinds } from "../bot_world_options.ts";
import type { Expectation } from "../expectation.ts";
import { checkIrc, type IrcLine, type IrcSaid, saidBy } from "./_checks.ts";
import { IrcScene, type IrcSpeech } from "./_scene.ts";
import type { IrcUser } from "./user.ts";

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
  readonly #scene: IrcScene;
  readonly #said: IrcSaid[] = [];
  readonly #heard: IrcLine[] = [];

  /** Takes how it is. */
  constructor(options: IrcWorldOptions = {}) {
    checkNamesAndKinds<IrcWorldOptions>("make an IrcWorld", options, {
      ...worldKinds,
      name: ["string", "undefined"],
      password: ["string", "undefined"],
      taken: ["array", "undefined"],
      keys: ["object", "undefined"],
      capabilities: ["array", "undefined"],
      accounts: ["object", "undefined"],
      signers: ["object", "undefined"],
      verification: ["string", "undefined"],
      certificate: ["string", "undefined"],
      mechanisms: ["array", "undefined"],
      casemapping: ["string", "undefined"],
      monitor: ["number", "undefined"],
      history: ["number", "undefined"],
      whox: ["boolean", "undefined"],
      flood: ["object", "undefined"],
      bouncer: ["number", "undefined"],
      bouncerKind: ["string", "undefined"],
      pingInterval: ["number", "undefined"],
    });
    super(options);
    this.#scene = new IrcScene(options, this.setting("irc"), {
      said: (speech) => this.#say(speech),
      read: (link, { command, params }) => {
        const label = this.ownerOf(link)?.label;
        if (label === undefined) return;
        for (const line of saidBy(command, params)) this.#heard.push({ label, line });
      },
    });
    this.core = this.#scene.core;
    this.irc = this.server = this.#scene.irc;
  }

  /** Somebody whom the test plays, by nick: the same each time. */
  user(nick: string): IrcUser {
    return this.#scene.user(nick);
  }

  /** What is expected of the bot in a channel, or in what it says to somebody alone. */
  expect(place: string | IrcUser): Expectation<string> {
    return this.#scene.expect(place);
  }

  /** The nick that the bot has. */
  get nick(): string {
    return this.#scene.botNick();
  }

  override readonly troubles: readonly IrcServerCommand[] = [
    { kind: "kill", nick: "bot", reason: "test" },
    { kind: "netsplit", ms: 10_000 },
  ];

  protected obey(command: IrcServerCommand): void {
    void this.irc.command(command.kind === "kill" ? { ...command, nick: this.nick } : command);
  }

  protected checks(lives: readonly Life[], observations: readonly Observation[]): Violation[] {
    return checkIrc({ observations, lives, said: this.#said, heard: this.#heard });
  }

  #say({ link, nick, channel, text: sent, at }: IrcSpeech): void {
    const text = textOf(sent);
    if (text === undefined) return;
    const heardBy = this.core.links(channel).flatMap((other) => {
      const owner = other === link ? undefined : this.ownerOf(other);
      return owner === undefined ? [] : [owner.label];
    });
    this.#said.push({ nick, channel, text, at, heardBy: new Set(heardBy) });
  }
}

/** What is said, also by `/me`; undefined: it is another query by CTCP. */
function textOf(sent: string): string | undefined {
  if (!sent.startsWith("\u0001")) return sent;
  return sent.startsWith(ACTION) ? sent.slice(ACTION.length).replaceAll("\u0001", "") : undefined;
}
