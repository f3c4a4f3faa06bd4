import { Driver, type Observation } from "@parley/parley/driver";
import { TwitchServer } from "../twitch/server.ts";
import type {
  TwitchServerCommand,
  TwitchServerEvent,
  TwitchServerOptions,
  TwitchUtterance,
} from "../twitch/server_types.ts";
import { idOf } from "../twitch/_lines.ts";
import type { Violation } from "../world/violation.ts";
import type { Life } from "./_life.ts";
import { checkTwitch, ClientLinks, type TwitchDueOf } from "./_twitch_checks.ts";
import { BotWorld, type BotWorldOptions } from "./bot_world.ts";
import { Expectation, Hearing } from "./expectation.ts";
import { type TwitchBackstage, TwitchUser } from "./twitch_user.ts";

/**
 * How the Twitch of a test is: {@linkcode TwitchServerOptions} say how its chat is, except that any token logs in as any
 * account, unless there are `accounts`.
 */
export interface TwitchWorldOptions extends BotWorldOptions, TwitchServerOptions {
  /** Whose tokens are those that the bot asks about by HTTP. @default {"bot"} */
  readonly login?: string;
}

/**
 * Makes a Twitch for the test of a bot: chat, in virtual time, with people whom the test plays. The bot finds it where the
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
  protected readonly server: Driver<TwitchServerCommand, TwitchServerEvent>;
  readonly #login: string;
  readonly #users = new Map<string, TwitchUser>();
  readonly #bots = new Set<string>();
  readonly #hearings = new Map<string, Hearing<string>>();
  readonly #clients = new ClientLinks();
  readonly #due: TwitchDueOf[] = [];

  /** Takes how it is. */
  constructor(options: TwitchWorldOptions = {}) {
    super(options);
    const { accounts = () => true, login = "bot" } = options;
    this.#login = login;
    this.core = new TwitchServer({ ...options, accounts });
    this.twitch = this.server = new Driver<TwitchServerCommand, TwitchServerEvent>(this.core, {
      host: this.simulation.host("twitch"),
      label: "twitch",
      deliver: (event) => this.#happened(event),
    });
    this.twitch.start();
  }

  /** Somebody whom the test plays, by login: the same each time. */
  user(login: string): TwitchUser {
    const known = this.#users.get(login);
    if (known !== undefined) return known;
    const user = new TwitchUser(login, this.#backstage);
    this.#users.set(login, user);
    return user;
  }

  /** What is expected of the bot in a channel. */
  expect(channel: string): Expectation<string> {
    return new Expectation(this.stage, this.#hearing(channel));
  }

  override readonly troubles: readonly TwitchServerCommand[] = [{ kind: "reconnect" }, { kind: "drop" }];

  protected obey(command: TwitchServerCommand): void {
    void this.twitch.command(command);
  }

  protected checks(lives: readonly Life[]): Violation[] {
    return checkTwitch({
      log: this.core.log,
      observations: this.observations,
      lives,
      due: this.#due,
      isStale: ({ link, at }) => {
        const owner = this.ownerOf(link);
        return owner !== undefined && this.#clients.isGone(owner, at);
      },
    });
  }

  protected override observed(observation: Observation): void {
    this.#clients.see(observation);
  }

  protected override answer(request: Request): Promise<Response> | undefined {
    const { hostname, pathname } = new URL(request.url);
    if (hostname !== "id.twitch.tv") return undefined;
    const scopes = ["chat:read", "chat:edit"];
    if (pathname === "/oauth2/validate") {
      const whose = { client_id: "client", login: this.#login, user_id: idOf(this.#login), scopes };
      return Promise.resolve(Response.json({ ...whose, expires_in: 14_000 }));
    }
    const token = { access_token: "fresh", refresh_token: "refresh", expires_in: 14_000, scope: scopes };
    return Promise.resolve(Response.json({ ...token, token_type: "bearer" }));
  }

  get #backstage(): TwitchBackstage {
    return {
      note: (who, what) => this.note(who, what),
      now: () => this.clock.now(),
      idOf,
      does: (command) => this.twitch.command(command),
    };
  }

  #happened(event: TwitchServerEvent): void {
    const owner = event.kind === "registered" ? this.ownerOf(event.link) : undefined;
    if (event.kind === "registered" && owner !== undefined) {
      this.#bots.add(event.login);
      this.#clients.loggedIn(owner, event.login);
      this.note("twitch", `lets ${event.login} in`);
    }
    if (event.kind !== "said") return;
    this.#note(event);
    if (!this.#bots.has(event.login)) return;
    this.note(event.login, `says in ${event.channel}: ${event.text}`);
    this.#hearing(event.channel).hear(event.text);
  }

  /** What was said is due to all who have been in the channel. */
  #note(utterance: TwitchUtterance): void {
    const over = utterance.links.flatMap((link) => this.ownerOf(link) ?? []);
    this.#due.push(...this.#clients.due(utterance, over));
  }

  #hearing(channel: string): Hearing<string> {
    const key = channel.toLowerCase().replace(/^(?!#)/, "#");
    const known = this.#hearings.get(key) ?? new Hearing(key, (text) => text);
    this.#hearings.set(key, known);
    return known;
  }
}
