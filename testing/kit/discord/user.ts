import type { PermissionName } from "@parley/parley/discord/helpers";
import { checkNamesAndKinds, isRecord } from "@parley/parley/internal";
import type { Instant } from "@parley/parley/protocol";
import type { RESTPostAPIApplicationCommandsJSONBody } from "discord-api-types/v10";
import type { DiscordServerRunner } from "../../discord/fetch.ts";
import { userObject } from "../../discord/_world.ts";
import { gatewayInteractions } from "../../discord/gateway_interactions.ts";
import type { DiscordServer, DiscordServerGuild, DiscordServerMessage } from "../../discord/server.ts";
import { type FieldValue, InteractionClient, type OptionValue } from "../../interactions/client.ts";
import type { InteractionReply } from "../../interactions/reply.ts";
import { DiscordAnswer } from "./answer.ts";
import { componentsOf } from "./_components.ts";
import { checkText } from "../_check_text.ts";
import type { Roles } from "./_roles.ts";
import { type Duration, inWords, milliseconds } from "../time/duration.ts";
import type { Stage } from "../expectation.ts";

/** How somebody begins. */
export interface DiscordUserOptions {
  /** Whether they are in every guild from the beginning; otherwise they join. @default {true} */
  readonly member?: boolean;
}

/** Where somebody does something. */
export interface DiscordPlace {
  /** The channel, such as `"#general"`. @default the one they last did something in, or the first */
  readonly in?: string;
}

/** What somebody uses a component of. */
export interface DiscordComponentPlace {
  /** The message. @default the newest that has such a component, and that they see */
  readonly on?: DiscordServerMessage | DiscordAnswer;
}

/** Something said in reply. */
export interface DiscordSayOptions {
  /** The message it is a reply to. @default none */
  readonly replyTo?: DiscordServerMessage;
}

/** A value of an option of a command; somebody whom the test plays, too. */
export type DiscordOptionValue = OptionValue | DiscordUser;

/** A channel of a guild. */
export interface DiscordChannel {
  readonly id: string;
  /** Without its `#`. */
  readonly name: string;
  readonly guild: DiscordServerGuild;
}

/** What people need of their world, and tests do not. */
export interface DiscordBackstage {
  readonly core: DiscordServer;
  readonly discord: DiscordServerRunner;
  /** The bot's own account. */
  readonly me: DiscordUser;
  readonly stage: Stage;
  /** The name of the first channel, where people begin. */
  readonly firstChannel: string;
  channel(name: string): DiscordChannel;
  guild(name?: string): DiscordServerGuild;
  /** The roles of a guild, by its ID. */
  roles(guild: string): Roles;
  /** Who is mentioned in a text. */
  mentioned(text: string): readonly DiscordUser[];
  now(): Instant;
  note(who: string, what: string): void;
  nextId(): string;
  /** Resolves once the bot has changed its answer to an interaction. */
  edited(interaction: string): Promise<void>;
}

const DEFERRED_MESSAGE = 5;
const MODAL = 9;
const EPHEMERAL = 1 << 6;
const USER_COMMAND = 2;
const MESSAGE_COMMAND = 3;
const BUTTON = 2;
const STRING_SELECT = 3;
/** What must be filled in, unless a modal says otherwise: texts, what is chosen from, files. */
const REQUIRED: ReadonlySet<unknown> = new Set([4, STRING_SELECT, 5, 6, 7, 8, 19, 21, 22]);

type Fields = Readonly<Record<string, unknown>>;

/**
 * Somebody on Discord whom a test plays; `world.user(name)` gives one. As text, what mentions them.
 *
 * @example
 * ```ts
 * import { DiscordGateway } from "@parley/parley/discord";
 * import { command, InteractionRouter } from "@parley/parley/discord/interactions";
 * import { discordWorld } from "@parley/testing";
 *
 * const world = await discordWorld();
 * await world.start((runtime) => {
 *   const bot = new DiscordGateway({ token: "any", intents: 0, runtime });
 *   bot.use(new InteractionRouter().add(command("ping", "Answers", (i) => i.reply("pong"))));
 *   return bot.connect();
 * });
 * const ada = world.user("ada");
 * (await ada.command("ping")).content; // "pong"
 * await ada.says("#general", `Thanks, ${world.me}`);
 * await world.close();
 * ```
 */
export class DiscordUser {
  readonly id: string;
  readonly name: string;
  readonly #backstage: DiscordBackstage;
  /** The channel they last did something in. */
  #place: string | undefined = undefined;
  /** The last modal that the bot has shown them. */
  #modal: InteractionReply | undefined = undefined;

  /** Takes who they are, and where. */
  constructor(who: { readonly id: string; readonly name: string }, backstage: DiscordBackstage) {
    this.id = who.id;
    this.name = who.name;
    this.#backstage = backstage;
  }

  /** What mentions them in a message. */
  toString(): string {
    return `<@${this.id}>`;
  }

  /** The ID of the channel of their direct messages with the bot. */
  get directChannel(): string {
    return String(BigInt(this.id) + 1n);
  }

  /** Says something in a channel. */
  async says(
    channel: string,
    text: string,
    { replyTo }: DiscordSayOptions = {},
  ): Promise<DiscordServerMessage> {
    checkText(`say anything in ${channel}`, text);
    const { id, guild } = this.#backstage.channel(channel);
    this.#checkIn(guild);
    this.#place = channel;
    this.#note(`says in ${channel}: ${text}`);
    return await this.#say(text, id, {
      member: this.#memberOf(guild.id),
      ...(replyTo && {
        type: 19,
        message_reference: {
          type: 0,
          message_id: replyTo.id,
          channel_id: replyTo.channel_id,
          guild_id: guild.id,
        },
        referenced_message: replyTo,
      }),
    });
  }

  /** Says something to the bot alone, in a direct message. */
  async tells(text: string): Promise<DiscordServerMessage> {
    checkText("tell the bot anything", text);
    this.#note(`tells the bot: ${text}`);
    return await this.#say(text);
  }

  /** Changes what they said. */
  async edits(message: DiscordServerMessage, text: string): Promise<void> {
    this.#note(`changes a message to: ${text}`);
    const edited_timestamp = new Date(this.#backstage.now()).toISOString();
    await this.#dispatch("MESSAGE_UPDATE", { ...message, content: text, edited_timestamp });
  }

  /** Deletes a message. */
  async deletes({ id, channel_id, guild_id, content }: DiscordServerMessage): Promise<void> {
    this.#note(`deletes a message: ${content}`);
    await this.#dispatch("MESSAGE_DELETE", { id, channel_id, ...(guild_id !== undefined && { guild_id }) });
  }

  /**
   * Reacts to a message.
   *
   * @param message What to. @default the newest in the channel they last did something in
   */
  async reacts(emoji: string, message: DiscordServerMessage = this.#newest()): Promise<void> {
    this.#note(`reacts with ${emoji} to: ${message.content}`);
    const member = this.#memberOf(message.guild_id);
    await this.#dispatch("MESSAGE_REACTION_ADD", { ...this.#reaction(emoji, message), member });
  }

  /** Takes a reaction back. */
  async unreacts(emoji: string, message: DiscordServerMessage = this.#newest()): Promise<void> {
    this.#note(`takes ${emoji} back from: ${message.content}`);
    await this.#dispatch("MESSAGE_REACTION_REMOVE", this.#reaction(emoji, message));
  }

  /** Joins a guild, by its name. @param guild @default the first */
  async joins(guild?: string): Promise<void> {
    const { id, name } = this.#backstage.guild(guild);
    this.#note(`joins ${name}`);
    await this.#backstage.discord.command({ kind: "join", guild: id, user: this.#account });
  }

  /** Leaves a guild, by its name. @param guild @default the first */
  async leaves(guild?: string): Promise<void> {
    const { id, name } = this.#backstage.guild(guild);
    this.#note(`leaves ${name}`);
    await this.#backstage.discord.command({ kind: "leave", guild: id, user: this.#account });
  }

  /**
   * Is given a role, which is made where there is none of that name, with what it lets them do: above all roles that are
   * there. `guild` is the first unless it is named.
   *
   * @throws {OptionError} if there is no such permission.
   *
   * @example
   * ```ts
   * import { discordWorld } from "@parley/testing";
   *
   * const world = await discordWorld();
   * await world.user("ada").gets("moderator", ["BanMembers", "ManageMessages"]);
   * await world.close();
   * ```
   */
  async gets(role: string, permissions: readonly PermissionName[] = [], guild?: string): Promise<void> {
    const { id, name } = this.#backstage.guild(guild);
    this.#note(`gets the role ${role} in ${name}`);
    const made = this.#backstage.roles(id).called(role, permissions, () => this.#backstage.nextId());
    if (made.isNew) await this.#dispatch("GUILD_ROLE_CREATE", { guild_id: id, role: made.role });
    await this.#backstage.discord.command({ kind: "role", guild: id, user: this.id, role: made.role.id });
  }

  /** Throws somebody out of a guild: another, or the bot (`world.me`). @param guild @default the first */
  async kicks(whom: DiscordUser, guild?: string): Promise<void> {
    checkUser("kick", whom);
    const { id, name } = this.#backstage.guild(guild);
    this.#note(`kicks ${whom.name} from ${name}`);
    if (whom === this.#backstage.me) return await this.#dispatch("GUILD_DELETE", { id });
    await this.#backstage.discord.command({ kind: "leave", guild: id, user: whom.#account });
  }

  /** Bans somebody from a guild. @param guild @default the first */
  async bans(whom: DiscordUser, guild?: string): Promise<void> {
    await this.kicks(whom, guild);
    await this.#dispatch("GUILD_BAN_ADD", {
      guild_id: this.#backstage.guild(guild).id,
      user: userObject(whom.#account),
    });
  }

  /** Lets somebody say nothing for so long. @param guild @default the first */
  async timesOut(whom: DiscordUser, duration: Duration, guild?: string): Promise<void> {
    checkUser("time out", whom);
    this.#note(`lets ${whom.name} say nothing for ${inWords(duration)}`);
    const until = new Date(this.#backstage.now() + milliseconds(duration)).toISOString();
    const { id } = this.#backstage.guild(guild);
    await this.#dispatch("GUILD_MEMBER_UPDATE", {
      guild_id: id,
      user: userObject(whom.#account),
      ...whom.#memberOf(id),
      communication_disabled_until: until,
    });
  }

  /**
   * Uses a slash command and waits for the answer; where the bot puts it off, for what it then says. A subcommand
   * stands behind a space: `"list add"`. If the bot has registered its commands, the use must fit them.
   *
   * @throws {WorldError} if the bot does not answer in time.
   * @throws if the use does not fit the command as it is registered, or Discord would refuse the answer.
   */
  async command(
    name: string,
    options: Readonly<Record<string, DiscordOptionValue>> = {},
    place: DiscordPlace = {},
  ): Promise<DiscordAnswer> {
    checkText("use a command", name);
    const [command = "", ...path] = name.split(" ");
    const given = Object.entries(options).map(([key, value]) => `${key}: ${value}`).join(" ");
    return await this.#uses(
      `/${name}${given === "" ? "" : ` ${given}`}`,
      place,
      (client) => client.command(command, { ...pathOf(path), options: this.#plain(options) }),
    );
  }

  /**
   * Uses a command of the context menu of somebody, or of a message, and waits for the answer.
   *
   * @throws {WorldError} if the bot does not answer in time.
   * @throws if the bot has registered its commands, and none of that name for such.
   */
  async uses(name: string, on: DiscordUser | DiscordServerMessage): Promise<DiscordAnswer> {
    checkText("use a command", name);
    const type = on instanceof DiscordUser ? USER_COMMAND : MESSAGE_COMMAND;
    const known = this.#backstage.core.commands && definitions(this.#backstage.core.commands)
      .filter((one) => one.type === type);
    if (known?.some((one) => one.name === name) === false) {
      const names = known.map((one) => `"${one.name}"`).join(", ");
      throw new Error(`There is no command "${name}" for such, but ${names || "none at all"}`);
    }
    const target = on instanceof DiscordUser ? on.name : `the message: ${on.content}`;
    return await this.#uses(
      `uses "${name}" on ${target}`,
      {},
      (client) =>
        on instanceof DiscordUser
          ? client.userCommand(name, { user: on.#account, member: {} })
          : client.messageCommand(name, on),
    );
  }

  /** Whether they are in a guild, and the bot or somebody else has not thrown them out. @param guild @default the first */
  isIn(guild?: string): boolean {
    return this.#backstage.core.isMember(this.#backstage.guild(guild).id, this.id);
  }

  /** Types an option of a slash command, and gets what the bot offers for it. */
  async types(
    name: string,
    options: Readonly<Record<string, DiscordOptionValue>>,
    focused: string,
    place: DiscordPlace = {},
  ): Promise<DiscordAnswer> {
    const [command = "", ...path] = name.split(" ");
    return await this.#uses(
      `types /${name} ${focused}`,
      place,
      (client) => client.autocomplete(command, { ...pathOf(path), options: this.#plain(options), focused }),
    );
  }

  /**
   * Clicks a button, by its `custom_id` or by what stands on it, and waits for what the bot answers.
   *
   * @throws {WorldError} if there is no such button, or the bot does not answer in time.
   */
  async clicks(button: string, { on }: DiscordComponentPlace = {}): Promise<DiscordAnswer> {
    const { message, customId } = this.#component("button", button, on);
    return await this.#uses(
      `clicks "${button}"`,
      {},
      (client) => client.click(customId, { message }),
      message,
    );
  }

  /**
   * Chooses from a select, by its `custom_id`.
   *
   * @throws {WorldError} if there is no such select, or the bot does not answer in time.
   * @throws if it has no such option, or that is too little or too much.
   */
  async selects(
    select: string,
    values: readonly DiscordOptionValue[],
    { on }: DiscordComponentPlace = {},
  ): Promise<DiscordAnswer> {
    const { message, customId, found } = this.#component("select", select, on);
    checkChoice(select, found, values);
    const plain = values.map((value) => plainOf(value));
    const what = `chooses ${values.join(", ")} of "${select}"`;
    return await this.#uses(what, {}, (client) => client.select(customId, plain, { message }), message);
  }

  /**
   * Submits the modal that the bot has shown them last, by the `custom_id` of each field.
   *
   * @throws {WorldError} if the bot has shown none, or does not answer in time.
   * @throws if a field is missing that must be filled in, or there is none of that name.
   */
  async submits(fields: Readonly<Record<string, FieldValue>>): Promise<DiscordAnswer> {
    const modal = this.#modal;
    if (modal === undefined) {
      return this.#backstage.stage.fail(`The bot has shown ${this.name} no modal to submit`);
    }
    checkFields(modal, fields);
    this.#modal = undefined;
    return await this.#uses(
      `submits ${JSON.stringify(fields)}`,
      {},
      (client) => client.submit(modal, fields),
    );
  }

  get #account(): { readonly id: string; readonly username: string } {
    return { id: this.id, username: this.name };
  }

  /** What a message says of the member that its author is, or whom it mentions. */
  #memberOf(guild: unknown): Record<string, unknown> {
    const roles = this.#backstage.core.rolesOf(String(guild), this.id);
    return { roles, joined_at: "2020-01-01T00:00:00.000000+00:00", deaf: false, mute: false, flags: 0 };
  }

  #permissionsIn(guild: string): string {
    const { core } = this.#backstage;
    return String(this.#backstage.roles(guild).permissionsOf(core.rolesOf(guild, this.id)));
  }

  async #say(
    content: string,
    channel?: string,
    extra: Readonly<Record<string, unknown>> = {},
  ): Promise<DiscordServerMessage> {
    const author = this.#account;
    const guild = channel === undefined ? undefined : this.#backstage.channel(channel).guild.id;
    const mentions = this.#backstage.mentioned(content).map((user) => ({
      ...userObject(user.#account),
      ...(guild !== undefined && { member: user.#memberOf(guild) }),
    }));
    const said = await this.#backstage.discord.command({
      kind: "message",
      content,
      author,
      ...(channel !== undefined && { channel }),
      extra: { mentions, ...extra },
    });
    if (!isMessage(said)) throw new Error("The server said nothing");
    return said;
  }

  async #dispatch(t: string, d: unknown): Promise<void> {
    await this.#backstage.discord.command({ kind: "dispatch", t, d });
  }

  #reaction(
    emoji: string,
    { id, channel_id, guild_id, author }: DiscordServerMessage,
  ): Record<string, unknown> {
    return {
      user_id: this.id,
      channel_id,
      message_id: id,
      ...(guild_id !== undefined && { guild_id }),
      message_author_id: author.id,
      emoji: { id: null, name: emoji },
      burst: false,
      type: 0,
    };
  }

  #newest(): DiscordServerMessage {
    const { id } = this.#backstage.channel(this.#place ?? this.#backstage.firstChannel);
    const newest = this.#backstage.core.messages.find((message) =>
      message.channel_id === id && this.#sees(message)
    );
    if (newest !== undefined) return newest;
    return this.#backstage.stage.fail(`There is no message for ${this.name} to react to`);
  }

  /** Uses the bot, and waits for its answer. */
  async #uses(
    what: string,
    where: DiscordPlace,
    use: (client: InteractionClient) => Promise<InteractionReply>,
    on?: DiscordServerMessage,
  ): Promise<DiscordAnswer> {
    checkNamesAndKinds<DiscordPlace>("use a command", where, { in: ["string", "undefined"] });
    const { in: channel = this.#place ?? this.#backstage.firstChannel } = where;
    const place = this.#backstage.channel(channel);
    this.#checkIn(place.guild);
    this.#place = channel;
    this.#note(what);
    const id = this.#backstage.nextId();
    const client = new InteractionClient({
      handler: gatewayInteractions(this.#backstage.discord),
      user: this.#account,
      guildId: place.guild.id,
      ...(this.#backstage.core.commands && { commands: definitions(this.#backstage.core.commands) }),
      extra: {
        id,
        token: `token-of-${id}`,
        application_id: this.#backstage.me.id,
        channel_id: on?.channel_id ?? place.id,
        channel: { id: place.id, name: place.name, type: 0 },
        member: {
          ...this.#memberOf(place.guild.id),
          user: userObject(this.#account),
          permissions: this.#permissionsIn(place.guild.id),
        },
      },
    });
    const { stage } = this.#backstage;
    const edited = this.#backstage.edited(id);
    const answering = use(client);
    if (!await stage.settles(answering, stage.patience)) {
      stage.fail(`The bot did not answer ${this.name}, who ${what}, within ${inWords(stage.patience)}`);
    }
    const reply = await answering.catch((error: unknown) =>
      stage.fail(`The bot did not answer ${this.name}, who used ${what}: ${error}`)
    );
    if (reply.type === MODAL) this.#modal = reply;
    if (reply.type === DEFERRED_MESSAGE && !await stage.settles(edited, stage.patience)) {
      stage.fail(
        `The bot put its answer to ${this.name} off, and gave none within ${inWords(stage.patience)}`,
      );
    }
    return new DiscordAnswer(reply, () => this.#messagesOf(id));
  }

  /** What has become of the messages that answer an interaction. */
  #messagesOf(interaction: string): DiscordServerMessage[] {
    const { interactions, messages } = this.#backstage.core;
    const own = interactions.find(({ id }) => id === interaction)?.messages ?? [];
    return own.map((message) => messages.find(({ id }) => id === message.id) ?? message);
  }

  /** Only who is in a guild does anything there. */
  #checkIn({ id, name }: DiscordServerGuild): void {
    if (this.#backstage.core.isMember(id, this.id)) return;
    this.#backstage.stage.fail(`${this.name} is not in ${name}: they have to join it first`);
  }

  #component(
    what: "button" | "select",
    name: string,
    on: DiscordServerMessage | DiscordAnswer | undefined,
  ): { readonly message: DiscordServerMessage; readonly customId: string; readonly found: Fields } {
    checkText(`use a ${what}`, name);
    const { core, stage } = this.#backstage;
    const among = on === undefined
      ? core.messages
      : on instanceof DiscordAnswer
      ? on.messages
      : [core.messages.find(({ id }) => id === on.id) ?? on];
    for (const message of among) {
      if (!this.#sees(message)) continue;
      const found = componentsOf(message).find(({ custom_id, label }) =>
        custom_id === name || label === name
      );
      if (found === undefined) continue;
      const { type, custom_id, disabled } = found;
      if (disabled === true) return stage.fail(`${this.name} cannot use "${name}": it is disabled`);
      if (typeof custom_id !== "string" || (type === BUTTON) !== (what === "button")) {
        return stage.fail(`${this.name} cannot use "${name}": it is no ${what} of the bot's`);
      }
      return { message, customId: custom_id, found };
    }
    return stage.fail(`There is nothing "${name}" for ${this.name} to use on any message`);
  }

  /** What only one may see, others do not. */
  #sees({ flags, interaction_metadata }: DiscordServerMessage): boolean {
    if ((Number(flags ?? 0) & EPHEMERAL) === 0) return true;
    return isRecord(interaction_metadata) && isRecord(interaction_metadata.user) &&
      interaction_metadata.user.id === this.id;
  }

  #plain(options: Readonly<Record<string, DiscordOptionValue>>): Record<string, OptionValue> {
    return Object.fromEntries(Object.entries(options).map(([name, value]) => [name, plainOf(value)]));
  }

  #note(what: string): void {
    this.#backstage.note(this.name, what);
  }
}

function checkUser(task: string, whom: unknown): void {
  if (whom instanceof DiscordUser) return;
  throw new TypeError(
    `Cannot ${task} ${whom}: give somebody whom you play, as \`world.user(name)\` gives them`,
  );
}

/** Discord's client lets nobody submit a modal of which something is missing. */
function checkFields(modal: InteractionReply, fields: Readonly<Record<string, FieldValue>>): void {
  for (const { type, custom_id, required } of modal.components) {
    if (typeof custom_id !== "string" || !REQUIRED.has(type) || required === false) continue;
    if ((fields[custom_id] ?? "").toString() !== "") continue;
    throw new Error(`The modal needs the field "${custom_id}"`);
  }
}

/** Discord's client lets nobody choose what is not there. */
function checkChoice(select: string, component: Fields, values: readonly DiscordOptionValue[]): void {
  const { type, options, min_values = 1, max_values = 1 } = component;
  if (values.length < Number(min_values) || values.length > Number(max_values)) {
    throw new Error(`Of "${select}" ${min_values} to ${max_values} are chosen, not ${values.length}`);
  }
  if (type !== STRING_SELECT || !Array.isArray(options)) return;
  const known = options.filter(isRecord).map(({ value }) => value);
  const unknown = values.find((value) => !known.includes(value));
  if (unknown === undefined) return;
  throw new Error(
    `There is no "${unknown}" to choose of "${select}", but ${known.map((one) => `"${one}"`).join(", ")}`,
  );
}

function plainOf(value: DiscordOptionValue): OptionValue {
  return value instanceof DiscordUser ? { user: { id: value.id, username: value.name }, member: {} } : value;
}

function pathOf(path: readonly string[]): { readonly path?: readonly [string] | readonly [string, string] } {
  const [first, second] = path;
  if (first === undefined) return {};
  return { path: second === undefined ? [first] : [first, second] };
}

function isMessage(value: unknown): value is DiscordServerMessage {
  return isRecord(value) && typeof value.id === "string" && typeof value.channel_id === "string" &&
    typeof value.content === "string" && isRecord(value.author);
}

function definitions(registered: readonly unknown[]): RESTPostAPIApplicationCommandsJSONBody[] {
  return registered.filter(isCommand);
}

function isCommand(value: unknown): value is RESTPostAPIApplicationCommandsJSONBody {
  return isRecord(value) && typeof value.name === "string";
}
