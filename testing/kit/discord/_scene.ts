import { Intents } from "@parley/parley/discord";
import { Driver, type Host } from "@parley/parley/driver";
import { isRecord } from "@parley/parley/internal";
import type { Instant } from "@parley/parley/protocol";
import {
  DiscordServer,
  type DiscordServerCommand,
  type DiscordServerEvent,
  type DiscordServerGuild,
  type DiscordServerMessage,
  type DiscordServerOptions,
} from "../../discord/server.ts";
import { Roles } from "./_roles.ts";
import { Expectation, type ExpectOptions, Hearing, type Stage } from "../expectation.ts";
import { checkText } from "../_check_text.ts";
import type { Setting } from "../_setting.ts";
import { type DiscordBackstage, type DiscordChannel, DiscordUser, type DiscordUserOptions } from "./user.ts";

const EPHEMERAL = 1 << 6;
const REACTING = { does: "react with", did: "reacted with" };
// "Milliseconds since Discord Epoch, the first second of 2015 or 1420070400000."
const DISCORD_EPOCH = 1_420_070_400_000;
const A_YEAR = 31_536_000_000;

/** How a Discord is on which people are played. */
export interface DiscordSceneOptions extends Omit<DiscordServerOptions, "guilds" | "user"> {
  readonly guilds: readonly `${string}#${string}`[];
  /** What the bot is called. */
  readonly username: string;
}

/** A Discord on which people are played, in any time: who and what there is, and what the bot has said. */
export class DiscordScene implements DiscordBackstage {
  readonly core: DiscordServer;
  readonly discord: Driver<DiscordServerCommand, DiscordServerEvent>;
  readonly me: DiscordUser;
  /** What was said, by people and by bots, and when. */
  readonly said: { readonly message: DiscordServerMessage; readonly at: Instant }[] = [];
  readonly #setting: Setting;
  readonly #host: Host;
  readonly #guilds: readonly DiscordServerGuild[];
  readonly #channels: readonly DiscordChannel[];
  readonly #users = new Map<string, DiscordUser>();
  /** By the IDs of guilds. */
  readonly #roles = new Map<string, Roles>();
  readonly #spoken = new Map<string, Hearing<DiscordServerMessage>>();
  readonly #reactions = new Map<string, Hearing<string>>();
  /** Who waits for the answer to an interaction that the bot has put off. */
  readonly #edited = new Map<string, () => void>();
  #ids = 0;

  constructor({ guilds, username, ...options }: DiscordSceneOptions, setting: Setting) {
    checkGuilds(guilds);
    this.#setting = setting;
    this.#host = setting.host;
    this.#guilds = this.#guildsOf(guilds);
    this.#channels = this.#guilds.flatMap((guild) =>
      guild.channels.map((channel) => ({ ...channel, guild }))
    );
    this.me = new DiscordUser({ id: this.#earlierId(), name: username }, this);
    this.core = new DiscordServer({ ...options, guilds: this.#guilds, user: { id: this.me.id, username } });
    this.discord = new Driver<DiscordServerCommand, DiscordServerEvent>(this.core, {
      host: setting.host,
      label: "discord",
      deliver: (event) => this.#happened(event),
    });
    this.discord.start();
  }

  /** Somebody whom is played, by name: the same each time. They are in every guild, unless told otherwise. */
  user(name: string, { member = true }: DiscordUserOptions = {}): DiscordUser {
    if (typeof name !== "string" || name === "") throw new RangeError("Cannot play somebody without a name");
    const known = this.#users.get(name);
    if (known !== undefined) return known;
    const user = new DiscordUser({ id: this.#earlierId(), name }, this);
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
    if (!(place instanceof DiscordUser)) checkText("expect anything of a place", place);
    const name = typeof place === "string" ? place : `direct messages with ${place.name}`;
    const id = typeof place === "string" ? this.channel(place).id : place.directChannel;
    return new DiscordExpectation(this.#setting.stage, this.#spokenIn(id, name), this.#reactionsIn(id, name));
  }

  /**
   * A channel, by its name, with its guild's before it if several have one.
   *
   * @throws {RangeError} if there is no such channel.
   */
  channel(name: string): DiscordChannel {
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

  /** The roles of a guild. */
  roles(guild: string): Roles {
    const known = this.#roles.get(guild) ?? new Roles(guild);
    this.#roles.set(guild, known);
    return known;
  }

  /** What the time is. */
  now(): Instant {
    return this.#host.clock.now();
  }

  get stage(): Stage {
    return this.#setting.stage;
  }

  note(who: string, what: string): void {
    this.#setting.note(who, what);
  }

  edited(interaction: string): Promise<void> {
    return new Promise((resolve) => void this.#edited.set(interaction, resolve));
  }

  /** The ID of something that was made now: of interactions it is read how late an answer is. */
  nextId(): string {
    return snowflake(this.#host.clock.now(), ++this.#ids);
  }

  #happened(event: DiscordServerEvent): void {
    switch (event.kind) {
      case "message": {
        const { message, bot } = event;
        this.said.push({ message, at: this.#host.clock.now() });
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
        this.#setting.loggedIn?.();
        return this.#warnOfIntents();
      case "refused":
        return this.#setting.note("discord", `closes the link with ${event.code} "${event.reason}"`);
      case "resumed":
        return this.#setting.note(
          "discord",
          `resumes ${event.session}, and sends ${event.replayed} events again`,
        );
    }
  }

  #warnOfIntents(): void {
    const entry = this.core.log.findLast((entry) => entry.kind === "received" && entry.op === 2);
    const intents = entry?.kind === "received" && isRecord(entry.d) ? Number(entry.d.intents) : 0;
    if ((intents & Intents.GuildMessages) === 0 || (intents & Intents.MessageContent) !== 0) return;
    this.#setting.note(
      "discord",
      "shows the bot no text of messages: its intents lack Intents.MessageContent",
    );
  }

  #botSays(message: DiscordServerMessage): void {
    const place = this.#nameOf(message.channel_id);
    const isPrivate = (Number(message.flags ?? 0) & EPHEMERAL) !== 0;
    this.#setting.note(
      this.me.name,
      `says in ${place}${isPrivate ? ", to one alone" : ""}: ${message.content}`,
    );
    if (isPrivate) return;
    this.#spokenIn(message.channel_id, place).hear(message);
  }

  #changed(t: string, d: unknown): void {
    if (!isRecord(d)) return;
    this.#setting.note(this.me.name, `does something: ${t}`);
    if (t !== "MESSAGE_REACTION_ADD" || !isRecord(d.emoji)) return;
    const channel = String(d.channel_id);
    this.#reactionsIn(channel, this.#nameOf(channel)).hear(String(d.emoji.name));
  }

  /** What a channel is called, by its ID. */
  #nameOf(id: string): string {
    const channel = this.#channels.find((channel) => channel.id === id);
    return channel === undefined ? "a direct message" : `#${channel.name}`;
  }

  #spokenIn(id: string, place: string): Hearing<DiscordServerMessage> {
    const known = this.#spoken.get(id) ?? new Hearing(place, ({ content }) => content);
    this.#spoken.set(id, known);
    return known;
  }

  #reactionsIn(id: string, place: string): Hearing<string> {
    const known = this.#reactions.get(id) ?? new Hearing(place, (emoji) => emoji, REACTING);
    this.#reactions.set(id, known);
    return known;
  }

  #guildsOf(names: readonly string[]): DiscordServerGuild[] {
    const guilds = new Map<string, { readonly id: string; readonly name: string }[]>();
    for (const name of names) {
      const [guild = "", channel = ""] = name.split("#");
      guilds.set(guild, [...guilds.get(guild) ?? [], { id: this.#earlierId(), name: channel }]);
    }
    return [...guilds].map(([name, channels]) => {
      const id = this.#earlierId();
      return { id, name, channels, data: { roles: this.roles(id).all } };
    });
  }

  /** The ID of something that was there before, each made a millisecond after the one before it, so that guilds are on all shards. */
  #earlierId(): string {
    return snowflake(this.#host.clock.now() - A_YEAR + ++this.#ids, 0);
  }
}

/**
 * Checks what is to be there: guilds, and their channels.
 *
 * @throws {RangeError} if one is written otherwise, or twice.
 */
export function checkGuilds(names: readonly string[]): void {
  for (const [index, name] of names.entries()) {
    if (!/^[^#]+#[^#]+$/.test(name)) {
      throw new RangeError(`Cannot make the guild "${name}": write it as "guild#channel"`);
    }
    if (names.indexOf(name) < index) {
      throw new RangeError(`Cannot make the guild "${name}" twice: give each channel a name of its own`);
    }
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
  async toReact(emoji: string, options: ExpectOptions = {}): Promise<void> {
    await this.#reactions.toSay(emoji, options);
  }
}

function snowflake(at: number, count: number): string {
  return String((BigInt(Math.max(0, Math.trunc(at - DISCORD_EPOCH))) << 22n) | BigInt(count));
}
