import type { Driver, Observation } from "@parley/parley/driver";
import { checkNamesAndKinds } from "@parley/parley/internal";
import type { TwitchServer } from "../../twitch/server.ts";
import type { TwitchService } from "../../twitch/service/service.ts";
import type { TwitchServiceOptions } from "../../twitch/service/types.ts";
import type { Acceptor } from "../../world/network/listen.ts";
import type {
  TwitchServerCommand,
  TwitchServerEvent,
  TwitchServerOptions,
  TwitchUtterance,
} from "../../twitch/server_types.ts";
import type { Violation } from "../../world/checking/violation.ts";
import type { Life } from "../bot/_life.ts";
import { checkTwitch, ClientLinks, type TwitchDueOf, type TwitchSaidBy } from "./_checks.ts";
import { BotWorld } from "../bot_world.ts";
import { type BotWorldOptions, worldKinds } from "../bot_world_options.ts";
import type { Expectation } from "../expectation.ts";
import { TwitchScene } from "./_scene.ts";
import type { TwitchUser } from "./user.ts";

/**
 * How the Twitch of a test is: {@linkcode TwitchServerOptions} say how its chat is. Any token is taken, unless there are
 * `accounts`.
 */
export interface TwitchWorldOptions extends BotWorldOptions, Omit<TwitchServerOptions, "accounts"> {
  /** The accounts that have let the bot in, with their tokens; no others are taken then. @default any token is */
  readonly accounts?: TwitchServiceOptions["accounts"];
  /** Whose a token is, where any is taken and no login is said with it: in the API. @default {"bot"} */
  readonly login?: string;
}

/**
 * Makes a Twitch for the test of a bot: chat, the API, EventSub and tokens, in virtual time, with people whom the test plays. The bot finds it where the
 * real one is, and any token is taken, so that nothing has to be set up.
 *
 * @example
 * ```ts
 * import { TwitchClient } from "@parley/parley/twitch";
 * import { twitchWorld } from "@parley/testing";
 *
 * const world = await twitchWorld();
 * await world.start((runtime) => {
 *   const chat = new TwitchClient({ login: "bot", token: "secret", channels: ["#dallas"], runtime });
 *   chat.on("PRIVMSG", (event) => {
 *     if (event.text === "!hello") return chat.say(event.channel, `Hello, ${event.sender.name}`);
 *   });
 *   return chat.connect();
 * });
 * await world.user("ronni").says("#dallas", "!hello");
 * await world.expect("#dallas").toSay("Hello, ronni");
 * await world.close(); // or `await using world = …`
 * ```
 */
export function twitchWorld(options: TwitchWorldOptions = {}): Promise<TwitchWorld> {
  // A promise, as those of the other networks.
  return new Promise((resolve) => resolve(new TwitchWorld(options)));
}

/** A Twitch for the test of a bot; {@linkcode twitchWorld} makes one. */
export class TwitchWorld extends BotWorld<TwitchServerCommand> {
  /** Chat, as a core: who is in which channels, and all that happened on links. */
  readonly core: TwitchServer;
  /** Gives chat commands, such as `{ kind: "reconnect" }`. */
  readonly twitch: Driver<TwitchServerCommand, TwitchServerEvent>;
  /** All of Twitch: chat, the API, EventSub and tokens. */
  readonly service: TwitchService;
  protected readonly server: Driver<TwitchServerCommand, TwitchServerEvent>;
  readonly #scene: TwitchScene;
  readonly #clients = new ClientLinks();
  readonly #due: TwitchDueOf[] = [];
  readonly #said: TwitchSaidBy[] = [];

  /** Takes how it is. */
  constructor(options: TwitchWorldOptions = {}) {
    checkNamesAndKinds<TwitchWorldOptions>("make a TwitchWorld", options, {
      ...worldKinds,
      accounts: ["object", "undefined"],
      login: ["string", "undefined"],
      channels: ["array", "undefined"],
      suspended: ["array", "undefined"],
      limits: ["object", "undefined"],
      pingInterval: ["number", "undefined"],
      echoesAll: ["boolean", "undefined"],
      reconnectGrace: ["number", "undefined"],
    });
    super(options);
    const { seed: _, ...scene } = options;
    this.#scene = new TwitchScene(scene, this.setting("twitch"), {
      registered: (link, login) => {
        const owner = this.ownerOf(link);
        if (owner !== undefined) this.#clients.loggedIn(owner, login);
      },
      said: (utterance) => this.#note(utterance),
    });
    this.service = this.#scene.service;
    this.core = this.service.chatServer;
    this.twitch = this.server = this.#scene.twitch;
  }

  /** Somebody whom the test plays, by login: the same each time. */
  user(login: string): TwitchUser {
    return this.#scene.user(login);
  }

  /** What is expected of the bot in a channel. */
  expect(channel: string): Expectation<string> {
    return this.#scene.expect(channel);
  }

  override readonly troubles: readonly TwitchServerCommand[] = [{ kind: "reconnect" }, { kind: "drop" }];

  protected obey(command: TwitchServerCommand): void {
    void this.twitch.command(command);
  }

  protected checks(lives: readonly Life[], observations: readonly Observation[]): Violation[] {
    return checkTwitch({
      log: this.core.log,
      observations,
      lives,
      due: this.#due,
      said: this.#said,
      labelOf: (link) => this.ownerOf(link)?.label,
      isStale: ({ link, at }) => {
        const owner = this.ownerOf(link);
        return owner !== undefined && this.#clients.isGone(owner, at);
      },
    });
  }

  protected override observed(observation: Observation): void {
    this.#clients.see(observation);
  }

  protected override reach(url: string): Acceptor {
    return /^wss?:\/\/eventsub\./.test(url) ? this.service.eventsub : this.server;
  }

  protected override answer(request: Request): Promise<Response> | undefined {
    return /^(?:id|api)\.twitch\.tv$/.test(new URL(request.url).hostname)
      ? this.#scene.fetch(request)
      : undefined;
  }

  /** What was said is due to all who have been in the channel. */
  #note(utterance: TwitchUtterance): void {
    const { id, channel, text, from } = utterance;
    this.#said.push({ id, channel, text, label: from === undefined ? undefined : this.ownerOf(from)?.label });
    const over = utterance.links.flatMap((link) => this.ownerOf(link) ?? []);
    this.#due.push(...this.#clients.due(utterance, over));
  }
}
