import { Intents } from "@parley/parley/discord";
import { Driver } from "@parley/parley/driver";
import { isRecord } from "@parley/parley/internal";
import { discordServerFetch } from "../../discord/fetch.ts";
import { discordServerLinks } from "../../discord/links.ts";
import {
  DiscordServer,
  type DiscordServerCommand,
  type DiscordServerEvent,
  type DiscordServerGuild,
  type DiscordServerLimits,
  type DiscordServerMessage,
} from "../../discord/server.ts";
import type { Acceptor } from "../../world/listen.ts";
import type { Violation } from "../../world/violation.ts";
import type { Life } from "../bot/_life.ts";
import { checkDiscord } from "./_checks.ts";
import { BotWorld } from "../bot_world.ts";
import type { BotWorldOptions } from "../bot_world_options.ts";
import { type Backstage, DiscordUser, type DiscordUserOptions } from "./user.ts";
import { Expectation, Hearing, type Stage } from "../expectation.ts";

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

/** A channel of a guild. */
interface Channel {
  readonly id: string;
  /** Without its `#`. */
  readonly name: string;
  readonly guild: DiscordServerGuild;
}

/** Where the gateway is, and where sessions are resumed. */
const GATEWAY = "wss://gateway.discord.gg";
const RESUME = "wss://gateway-us-east1-b.discord.gg";
const EPHEMERAL = 1 << 6;
// "Milliseconds since Discord Epoch, the first second of 2015 or 1420070400000."
const DISCORD_EPOCH = 1_420_070_400_000;
const A_YEAR = 31_536_000_000;

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
  readonly #guilds: readonly DiscordServerGuild[];
  readonly #channels: readonly Channel[];
  readonly #users = new Map<string, DiscordUser>();
  readonly #fetch: (request: Request) => Promise<Response>;
  readonly #said: { readonly message: DiscordServerMessage; readonly at: number }[] = [];
  readonly #spoken = new Map<string, Hearing<DiscordServerMessage>>();
  readonly #reactions = new Map<string, Hearing<string>>();
  /** Who waits for the answer to an interaction that the bot has put off. */
  readonly #edited = new Map<string, () => void>();
  #ids = 0;

  /** Takes how it is. */
  constructor(options: DiscordWorldOptions = {}) {
    super(options);
    const { guilds = ["home#general"], token = null, username = "bot", shards = 1, limits = LIMITS } =
      options;
    this.#guilds = this.#guildsOf(guilds);
    this.#channels = this.#guilds.flatMap((guild) =>
      guild.channels.map((channel) => ({ ...channel, guild }))
    );
    this.me = new DiscordUser(this, { id: this.#earlierId(), name: username }, this.#backstage);
    this.core = new DiscordServer({
      token,
      guilds: this.#guilds,
      user: { id: this.me.id, username },
      url: GATEWAY,
      resumeUrl: RESUME,
      shards,
      limits,
      logSize: 10_000_000,
    });
    this.discord = new Driver<DiscordServerCommand, DiscordServerEvent>(this.core, {
      host: this.simulation.host("discord"),
      label: "discord",
      deliver: (event) => this.#happened(event),
    });
    this.discord.start();
    this.server = discordServerLinks(this.discord, { work: (run) => this.simulation.track(run) });
    this.#fetch = discordServerFetch(this.discord);
  }

  /** Somebody whom the test plays, by name: the same each time. They are in every guild, unless told otherwise. */
  user(name: string, { member = true }: DiscordUserOptions = {}): DiscordUser {
    const known = this.#users.get(name);
    if (known !== undefined) return known;
    const user = new DiscordUser(this, { id: this.#earlierId(), name }, this.#backstage);
    this.#users.set(name, user);
    const account = { id: user.id, username: name };
    for (const { id } of member ? this.#guilds : []) {
      void this.discord.command({ kind: "join", guild: id, user: account, quietly: true });
    }
    return user;
  }

  /**
   * What is expected of the bot in a channel, such as `"#general"` or `"home#general"`, or in its direct messages with
   * somebody.
   *
   * @throws {RangeError} if there is no such channel.
   */
  expect(place: string | DiscordUser): DiscordExpectation {
    const name = typeof place === "string" ? place : `direct messages with ${place.name}`;
    const id = typeof place === "string" ? this.channel(place).id : place.directChannel;
    return new DiscordExpectation(this.stage, this.#spokenIn(id, name), this.#reactionsIn(id, name));
  }

  /**
   * A channel, by its name, with its guild's before it if several have one.
   *
   * @throws {RangeError} if there is no such channel.
   */
  channel(name: string): Channel {
    const found = this.#channels.find((channel) =>
      [`#${channel.name}`, `${channel.guild.name}#${channel.name}`, channel.id].includes(name)
    );
    if (found !== undefined) return found;
    const known = this.#channels.map((channel) => `"${channel.guild.name}#${channel.name}"`).join(", ");
    throw new RangeError(`There is no channel "${name}" in this world, which has ${known}`);
  }

  /** The name of the first channel, where people begin. */
  get firstChannel(): string {
    const [channel] = this.#channels;
    return channel === undefined ? "" : `${channel.guild.name}#${channel.name}`;
  }

  /** Who is mentioned in a text. */
  mentioned(text: string): DiscordUser[] {
    return [this.me, ...this.#users.values()].filter((user) => text.includes(String(user)));
  }

  /**
   * A guild, by its name; the first without one.
   *
   * @throws {RangeError} if there is no such guild.
   */
  guild(name?: string): DiscordServerGuild {
    const found = name === undefined ? this.#guilds[0] : this.#guilds.find((guild) => guild.name === name);
    if (found === undefined) throw new RangeError(`There is no guild "${name}" in this world`);
    return found;
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

  protected checks(lives: readonly Life[]): Violation[] {
    return checkDiscord({
      log: this.core.log,
      observations: this.observations,
      ownerOf: (link) => this.ownerOf(link),
      lives,
      said: this.#said,
      gateway: GATEWAY,
    });
  }

  protected override answer(request: Request): Promise<Response> | undefined {
    const { hostname, pathname } = new URL(request.url);
    return /(^|\.)discord(app)?\.com$/.test(hostname) || /^\/api(\/v\d+)?\//.test(pathname)
      ? this.#fetch(request)
      : undefined;
  }

  /** What people need that tests do not. */
  get #backstage(): Backstage {
    return {
      note: (who, what) => this.note(who, what),
      stage: this.stage,
      nextId: () => this.#nextId(),
      edited: (interaction) => new Promise((resolve) => void this.#edited.set(interaction, resolve)),
    };
  }

  #happened(event: DiscordServerEvent): void {
    switch (event.kind) {
      case "message": {
        const { message, bot } = event;
        this.#said.push({ message, at: this.clock.now() });
        if (bot) this.#botSays(message);
        return;
      }
      case "answered": {
        const answered = this.core.interactions.find(({ id }) => id === event.interaction)?.messages[0];
        if (event.answer.type === 4 && answered !== undefined) this.#botSays(answered);
        return;
      }
      case "interaction_message":
        if (event.change === "edit") this.#edited.get(event.interaction)?.();
        if (event.change !== "delete") this.#botSays(event.message);
        return;
      case "changed":
        return this.#changed(event.t, event.d);
      case "identified":
        return this.#warnOfIntents();
      case "refused":
        return this.note("discord", `closes the link with ${event.code} "${event.reason}"`);
      case "resumed":
        return this.note("discord", `resumes ${event.session}, and sends ${event.replayed} events again`);
    }
  }

  #warnOfIntents(): void {
    const entry = this.core.log.findLast((entry) => entry.kind === "received" && entry.op === 2);
    const intents = entry?.kind === "received" && isRecord(entry.d) ? Number(entry.d.intents) : 0;
    if ((intents & Intents.GuildMessages) === 0 || (intents & Intents.MessageContent) !== 0) return;
    this.note("discord", "shows the bot no text of messages: its intents lack Intents.MessageContent");
  }

  #botSays(message: DiscordServerMessage): void {
    const channel = this.#channels.find(({ id }) => id === message.channel_id);
    const place = channel === undefined ? "a direct message" : `#${channel.name}`;
    const isPrivate = (Number(message.flags ?? 0) & EPHEMERAL) !== 0;
    this.note(this.me.name, `says in ${place}${isPrivate ? ", to one alone" : ""}: ${message.content}`);
    if (isPrivate) return;
    this.#spokenIn(message.channel_id, place).hear(message);
  }

  #changed(t: string, d: unknown): void {
    if (!isRecord(d)) return;
    this.note(this.me.name, `does something: ${t}`);
    if (t !== "MESSAGE_REACTION_ADD" || !isRecord(d.emoji)) return;
    this.#reactionsIn(String(d.channel_id), "").hear(String(d.emoji.name));
  }

  #spokenIn(id: string, place: string): Hearing<DiscordServerMessage> {
    const known = this.#spoken.get(id) ?? new Hearing(place, ({ content }) => content);
    this.#spoken.set(id, known);
    return known;
  }

  #reactionsIn(id: string, place: string): Hearing<string> {
    const known = this.#reactions.get(id) ?? new Hearing(place, (emoji) => emoji);
    this.#reactions.set(id, known);
    return known;
  }

  #guildsOf(names: readonly string[]): DiscordServerGuild[] {
    const guilds = new Map<string, { readonly id: string; readonly name: string }[]>();
    for (const name of names) {
      const [guild = "", channel = ""] = name.split("#");
      if (guild === "" || channel === "") {
        throw new RangeError(`Cannot make the guild "${name}": write it as "guild#channel"`);
      }
      guilds.set(guild, [...guilds.get(guild) ?? [], { id: this.#earlierId(), name: channel }]);
    }
    return [...guilds].map(([name, channels]) => ({ id: this.#earlierId(), name, channels }));
  }

  /** The ID of something that was made now: of interactions it is read how late an answer is. */
  #nextId(): string {
    return snowflake(this.clock.now(), ++this.#ids);
  }

  /** The ID of something that was there before, each made a millisecond after the one before it, so that guilds are on all shards. */
  #earlierId(): string {
    return snowflake(this.clock.now() - A_YEAR + ++this.#ids, 0);
  }
}

/** What is expected of a bot in a place of Discord's. */
export class DiscordExpectation extends Expectation<DiscordServerMessage> {
  readonly #reactions: Expectation<string>;

  /** Takes where to look; `world.expect(place)` does. */
  constructor(
    stage: Stage,
    spoken: Hearing<DiscordServerMessage>,
    reactions: Hearing<string>,
  ) {
    super(stage, spoken);
    this.#reactions = new Expectation(stage, reactions);
  }

  /**
   * Waits until the bot reacts to something here with this emoji, be it by now or later.
   *
   * @throws {WorldError} if it does not in time.
   */
  async toReact(emoji: string): Promise<void> {
    await this.#reactions.toSay(emoji);
  }
}

function snowflake(at: number, count: number): string {
  return String((BigInt(Math.max(0, Math.trunc(at - DISCORD_EPOCH))) << 22n) | BigInt(count));
}
