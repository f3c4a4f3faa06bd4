import type { Driver, Observation } from "@parley/parley/driver";
import { checkNamesAndKinds } from "@parley/parley/internal";
import { discordServerFetch } from "../../discord/fetch.ts";
import { discordServerLinks } from "../../discord/links.ts";
import type {
  DiscordServer,
  DiscordServerCommand,
  DiscordServerEvent,
  DiscordServerGuild,
  DiscordServerLimits,
} from "../../discord/server.ts";
import type { Acceptor } from "../../world/network/listen.ts";
import type { Violation } from "../../world/checking/violation.ts";
import type { Life } from "../bot/_life.ts";
import { BotWorld } from "../bot_world.ts";
import { type BotWorldOptions, worldKinds } from "../bot_world_options.ts";
import { checkDiscord } from "./_checks.ts";
import { checkGuilds, type DiscordExpectation, DiscordScene } from "./_scene.ts";
import type { DiscordChannel, DiscordUser, DiscordUserOptions } from "./user.ts";

export type { DiscordExpectation };

/** How the Discord of a test is. */
export interface DiscordWorldOptions extends BotWorldOptions {
  /** The guilds the bot is in, and their text channels. @default {["home#general"]} */
  readonly guilds?: readonly `${string}#${string}`[];
  /** The only token that is taken, without `Bot ` before it. @default any is */
  readonly token?: string;
  /** What the bot is called. @default {"bot"} */
  readonly username?: string;
  /** How many shards Discord recommends. @default {1} */
  readonly shards?: number;
  /**
   * How requests to the REST API are limited.
   *
   * @default 5 messages in 5 s for each channel, and 50 requests a second, as the real one does about
   */
  readonly limits?: DiscordServerLimits;
}

/** Where the gateway is, and where sessions are resumed. */
const GATEWAY = "wss://gateway.discord.gg";
const RESUME = "wss://gateway-us-east1-b.discord.gg";
const LIMITS: DiscordServerLimits = {
  routes: { "POST /channels/:id/messages": { limit: 5, window: 5_000 } },
  global: 50,
  invalid: 10_000,
};

/**
 * Makes a Discord for the test of a bot: the gateway and the REST API, in virtual time, with guilds, and people whom
 * the test plays. The bot finds it where the real one is, and any token is taken, so that nothing has to be set up.
 *
 * @example
 * ```ts
 * import { DiscordGateway, Intents } from "@parley/parley/discord";
 * import { discordWorld } from "@parley/testing";
 *
 * const world = await discordWorld({ guilds: ["home#general"] });
 * await world.start((runtime) => {
 *   const intents = Intents.Guilds | Intents.GuildMessages | Intents.MessageContent;
 *   const bot = new DiscordGateway({ token: "secret", intents, runtime });
 *   bot.on("MESSAGE_CREATE", ({ data }) => {
 *     if (data.content === "!ping") return bot.rest.createMessage(data.channel_id, { content: "pong" });
 *   });
 *   return bot.connect();
 * });
 * const ada = world.user("ada");
 * await ada.says("#general", "!ping");
 * await world.expect("#general").toSay("pong");
 * await world.close(); // or `await using world = …`
 * ```
 */
export function discordWorld(options: DiscordWorldOptions = {}): Promise<DiscordWorld> {
  // A promise, since what is to come (certificates, files) may take its time, and callers need not change.
  return new Promise((resolve) => resolve(new DiscordWorld(options)));
}

/** A Discord for the test of a bot; {@linkcode discordWorld} makes one. */
export class DiscordWorld extends BotWorld<DiscordServerCommand> {
  /** The server, as a core: its log, sessions, interactions and messages. */
  readonly core: DiscordServer;
  /** Gives the server commands, such as `{ kind: "reconnect" }`. */
  readonly discord: Driver<DiscordServerCommand, DiscordServerEvent>;
  /** The bot's own account; as text, what mentions it. */
  readonly me: DiscordUser;
  protected readonly server: Acceptor;
  readonly #scene: DiscordScene;
  readonly #fetch: (request: Request) => Promise<Response>;

  /** Takes how it is. */
  constructor(options: DiscordWorldOptions = {}) {
    checkNamesAndKinds<DiscordWorldOptions>("make a DiscordWorld", options, {
      ...worldKinds,
      guilds: ["array", "undefined"],
      token: ["string", "undefined"],
      username: ["string", "undefined"],
      shards: ["number", "undefined"],
      limits: ["object", "undefined"],
    });
    // Before the program's timers are replaced, which nobody would put back.
    checkGuilds(options.guilds ?? []);
    super(options);
    const { guilds = ["home#general"], token = null, username = "bot", shards = 1, limits = LIMITS } =
      options;
    this.#scene = new DiscordScene(
      { guilds, token, username, shards, limits, url: GATEWAY, resumeUrl: RESUME, logSize: 10_000_000 },
      this.setting("discord"),
    );
    ({ core: this.core, discord: this.discord, me: this.me } = this.#scene);
    this.server = discordServerLinks(this.discord, { work: (run) => this.simulation.track(run) });
    this.#fetch = discordServerFetch(this.discord);
  }

  /** Somebody whom the test plays, by name: the same each time. They are in every guild, unless told otherwise. */
  user(name: string, options?: DiscordUserOptions): DiscordUser {
    return this.#scene.user(name, options);
  }

  /**
   * What is expected of the bot in a channel, such as `"#general"` or `"home#general"`, or in its direct messages with
   * somebody.
   *
   * @throws {RangeError} if there is no such channel.
   */
  expect(place: string | DiscordUser): DiscordExpectation {
    return this.#scene.expect(place);
  }

  /**
   * A channel, by its name, with its guild's before it if several have one.
   *
   * @throws {RangeError} if there is no such channel.
   */
  channel(name: string): DiscordChannel {
    return this.#scene.channel(name);
  }

  /**
   * A guild, by its name; the first without one.
   *
   * @throws {RangeError} if there is no such guild.
   */
  guild(name?: string): DiscordServerGuild {
    return this.#scene.guild(name);
  }

  override readonly troubles: readonly DiscordServerCommand[] = [
    { kind: "reconnect" },
    { kind: "invalidate", resumable: true },
    { kind: "invalidate", resumable: false },
    { kind: "heartbeat" },
    { kind: "drop" },
    ...[1001, 4000, 4007, 4009].map((code) => ({ kind: "close", code }) as const),
  ];

  protected obey(command: DiscordServerCommand): void {
    void this.discord.command(command);
  }

  protected checks(lives: readonly Life[], observations: readonly Observation[]): Violation[] {
    return checkDiscord({
      log: this.core.log,
      observations,
      ownerOf: (link) => this.ownerOf(link),
      lives,
      said: this.#scene.said,
      gateway: GATEWAY,
    });
  }

  protected override answer(request: Request): Promise<Response> | undefined {
    const { hostname, pathname } = new URL(request.url);
    return /(^|\.)discord(app)?\.com$/.test(hostname) || /^\/api(\/v\d+)?\//.test(pathname)
      ? this.#fetch(request)
      : undefined;
  }
}
