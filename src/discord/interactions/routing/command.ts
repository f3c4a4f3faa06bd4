import type {
  APIApplicationCommandOption,
  ApplicationIntegrationType,
  InteractionContextType,
  LocalizationMap,
  RESTPostAPIApplicationCommandsJSONBody,
} from "discord-api-types/v10";
import { OptionError } from "../../../protocol/errors.ts";
import { made, misplaced, optionOf, optionsOf, registered, slash } from "./_registration.ts";
import {
  type CommandInteraction,
  EntryPointInteraction,
  MessageCommandInteraction,
  UserCommandInteraction,
} from "../interaction/command_interaction.ts";
import { isEntryPoint, isMessageCommand, isUserCommand } from "../interaction/payload_reader.ts";
import type { HandlerResult, Opener } from "./match.ts";
import type { AutoDefer } from "./defer.ts";
import type { Option, Options, OptionValues } from "./options.ts";

/** What any command may have. */
export interface CommandDetails {
  /** Its name in other languages. @default {undefined} */
  readonly name_localizations?: LocalizationMap;
  /** Its description in other languages; slash commands only. @default {undefined} */
  readonly description_localizations?: LocalizationMap;
  /** The permissions a member needs: a bit set, 0n for administrators only. @default everybody may use it */
  readonly default_member_permissions?: bigint | string | null;
  /** Where it is available, by how the app is installed: in servers (0), for users (1). @default the app's own */
  readonly integration_types?: readonly ApplicationIntegrationType[];
  /** Where it can be used: servers (0), direct messages with the bot (1), others (2). @default everywhere */
  readonly contexts?: readonly InteractionContextType[];
  /** Whether it is age-restricted. @default {false} */
  readonly nsfw?: boolean;
  /** Whether it is deferred when its handler takes long. @default the router's own */
  readonly autoDefer?: AutoDefer;
}

/** What answers one use of a slash command, or of a subcommand. */
export interface CommandRoute<in Context = never> {
  /** Its options. */
  readonly options: Options;
  /** Answers it. */
  readonly handler: (i: never, context: Context) => HandlerResult;
}

/** A command: what Discord shows of it, and what answers it. */
export interface Command<in Context = never> {
  /** Tells definitions apart. */
  readonly kind: "command";
  /** Its name. */
  readonly name: string;
  /** As it is registered. */
  readonly json: RESTPostAPIApplicationCommandsJSONBody;
  /** Opens one use of it; for routers. */
  readonly open: Opener<Context>;
  /** Whether it is deferred when its handler takes long; undefined for what the router says. */
  readonly autoDefer: AutoDefer | undefined;
}

/** A subcommand. Made by {@linkcode subcommand}. */
export interface Subcommand<in Context = never> extends CommandRoute<Context> {
  /** Tells definitions apart. */
  readonly kind: "subcommand";
  /** What it does. */
  readonly description: string;
  /** Its name and description in other languages. */
  readonly details: SubcommandDetails;
  /** Gives what is registered of it, and adds what answers it to a command's routes, by its path; for commands. */
  readonly enter: Enter;
}

/**
 * Gives a part of a command as it is registered, and adds what answers it to the command's routes, by the names of the
 * group and the subcommand, each with a slash behind it.
 */
export type Enter = (
  name: string,
  path: string,
  routes: Map<string, CommandRoute>,
) => APIApplicationCommandOption;

/** A group of subcommands. Made by {@linkcode group}. */
export interface SubcommandGroup<in Context = never> {
  /** Tells definitions apart. */
  readonly kind: "group";
  /** What its subcommands are for. */
  readonly description: string;
  /** Its name and description in other languages. */
  readonly details: SubcommandDetails;
  /** What is in it, by their names. */
  readonly subcommands: Readonly<Record<string, Subcommand<Context>>>;
  /** Gives what is registered of it, and adds what answers it to a command's routes, by its path; for commands. */
  readonly enter: Enter;
}

/** What a subcommand or a group may have. */
export type SubcommandDetails = Pick<CommandDetails, "name_localizations" | "description_localizations">;

/** The subcommands and groups of a command, by their names. */
export type Subcommands = Readonly<Record<string, Subcommand | SubcommandGroup>>;

/** What the autocomplete handlers of options need to come with the interaction. */
export type OptionsContext<Of extends Options> = Of[keyof Of] extends Option<unknown, boolean, infer Context>
  ? Context
  : never;

/** What the handlers of subcommands need to come with the interaction: all that any of them does. */
export type SubcommandsContext<Of extends Subcommands> = TakerOf<Of[keyof Of]> extends
  (context: infer Context) => void ? Context : never;

type TakerOf<Entry> = Entry extends Subcommand<infer Context> ? (context: Context) => void
  : Entry extends SubcommandGroup<infer Context> ? (context: Context) => void
  : never;

/** Answers a slash command. What it throws is reported, and told to the user in general words. */
export type CommandHandler<Values, Context> = (
  i: CommandInteraction<Values>,
  context: Context,
) => HandlerResult;

/**
 * Defines a slash command: with a handler, with options and a handler, or with subcommands. What the handler
 * gets of the options is inferred from them. Discord's own limits are checked when it is added to a router with
 * `checks`, and when it is registered.
 *
 * The handler is called with the interaction, and with what came with it: Hono's context, or what was given to
 * the router. Annotate that second parameter, and the command can only be mounted where it comes.
 *
 * Source: Discord, "Application Commands".
 *
 * @param name 1 to 32 characters, lower-case where case exists.
 * @param description 1 to 100 characters.
 * @throws {OptionError} if it has no handler, or mixes options and subcommands.
 *
 * @example
 * ```ts
 * import { command, option, subcommand } from "@parley/parley/discord/interactions";
 *
 * const ping = command("ping", "Answers pong", (i) => i.reply("pong"));
 * const roll = command("roll", "Rolls dice", {
 *   sides: option.integer("How many sides", { required: true, choices: [6, 20] }),
 *   secret: option.boolean("Whether only you see it"),
 * }, (i) => {
 *   const { sides, secret = false } = i.options; // 6 | 20, boolean
 *   return i.reply({ content: String(1 + Math.floor(Math.random() * sides)), ephemeral: secret });
 * });
 * const tag = command("tag", "Keeps texts", {
 *   show: subcommand("Shows one", { name: option.string("Which", { required: true }) }, (i) => {
 *     return i.reply(`There is no "${i.options.name}"`);
 *   }),
 *   list: subcommand("Lists all", (i) => i.reply("There are none")),
 * });
 * ```
 */
export function command<Context = unknown>(
  name: string,
  description: string,
  handler: CommandHandler<NoOptions, Context>,
  details?: CommandDetails,
): Command<Context>;
export function command<const Of extends Options, Context = unknown>(
  name: string,
  description: string,
  options: Of,
  handler: CommandHandler<OptionValues<Of>, Context>,
  details?: CommandDetails,
): Command<Context & OptionsContext<Of>>;
export function command<const Of extends Subcommands>(
  name: string,
  description: string,
  subcommands: Of,
  details?: CommandDetails,
): Command<SubcommandsContext<Of>>;
export function command(
  name: string,
  description: string,
  first: CommandHandler<never, never> | Options | Subcommands,
  second?: CommandHandler<never, never> | CommandDetails,
  third?: CommandDetails,
): Command {
  if (typeof first === "function") {
    return slash(name, description, { options: {}, handler: first }, detailsOf(second));
  }
  if (typeof first !== "object" || first === null) {
    throw new OptionError(`Cannot define command "${name}": it has no handler; pass one last`);
  }
  if (typeof second === "function") {
    return slash(name, description, { options: checkedOptions(name, first), handler: second }, third);
  }
  return slash(name, description, first, detailsOf(second));
}

/** The options of a command that has none. */
export type NoOptions = Readonly<Record<never, never>>;

/**
 * Defines a subcommand, for {@linkcode command} or {@linkcode group}, which give it its name.
 *
 * @example
 * ```ts
 * import { command, option, subcommand } from "@parley/parley/discord/interactions";
 *
 * command("timer", "Counts down", {
 *   start: subcommand("Starts one", {
 *     minutes: option.integer("How long", { required: true, min_value: 1 }),
 *   }, (i) => i.reply(`${i.options.minutes} minutes from now`)),
 * });
 * ```
 */
export function subcommand<Context = unknown>(
  description: string,
  handler: CommandHandler<NoOptions, Context>,
  details?: SubcommandDetails,
): Subcommand<NoInfer<Context>>;
export function subcommand<const Of extends Options, Context = unknown>(
  description: string,
  options: Of,
  handler: CommandHandler<OptionValues<Of>, Context>,
  details?: SubcommandDetails,
): Subcommand<NoInfer<Context & OptionsContext<Of>>>;
export function subcommand(
  description: string,
  first: CommandHandler<never, never> | Options,
  second?: CommandHandler<never, never> | SubcommandDetails,
  third: SubcommandDetails = {},
): Subcommand {
  if (typeof first === "function") {
    return subcommandOf(description, {}, first, detailsOf(second));
  }
  if (typeof second !== "function") {
    throw new OptionError(`Cannot define subcommand "${description}": it has no handler; pass one last`);
  }
  return subcommandOf(description, first, second, third);
}

function subcommandOf(
  description: string,
  options: Options,
  handler: CommandHandler<never, never>,
  details: SubcommandDetails,
): Subcommand {
  const enter: Enter = (name, path, routes) => {
    routes.set(`${path}${name}/`, { options, handler });
    const listed = optionsOf(options);
    return optionOf({
      type: 1,
      name,
      description,
      ...details,
      ...(listed.length > 0 && { options: listed }),
    });
  };
  return { kind: "subcommand", description, details, options, handler, enter };
}

/**
 * Defines a group of subcommands, for {@linkcode command}, which gives it its name.
 *
 * @example
 * ```ts
 * import { command, group, subcommand } from "@parley/parley/discord/interactions";
 *
 * command("settings", "Settings", {
 *   language: group("The bot's language", {
 *     show: subcommand("Shows it", (i) => i.reply("English")),
 *     reset: subcommand("Resets it", (i) => i.reply("Done")),
 *   }),
 * });
 * ```
 */
export function group<const Of extends Readonly<Record<string, Subcommand>>>(
  description: string,
  subcommands: Of,
  details?: SubcommandDetails,
): SubcommandGroup<SubcommandsContext<Of>>;
export function group(
  description: string,
  subcommands: Readonly<Record<string, Subcommand>>,
  details: SubcommandDetails = {},
): SubcommandGroup {
  const enter: Enter = (name, path, routes) => {
    const options = Object.entries(subcommands).map(([key, { enter }]) =>
      enter(key, `${path}${name}/`, routes)
    );
    return optionOf({ type: 2, name, description, ...details, options });
  };
  return { kind: "group", description, details, subcommands, enter };
}

/**
 * Defines a command on users, in their context menu.
 *
 * @param name 1 to 32 characters, of any case, with spaces.
 *
 * @throws {OptionError} if it has no handler.
 *
 * @example
 * ```ts
 * import { userCommand } from "@parley/parley/discord/interactions";
 *
 * userCommand("High five", (i) => i.reply(`A high five for ${i.target.user.username}`));
 * ```
 */
export function userCommand<Context = unknown>(
  name: string,
  handler: (i: UserCommandInteraction, context: Context) => HandlerResult,
  details: CommandDetails = {},
): Command<Context> {
  checkHandler(name, handler);
  return made(
    { type: 2, name, ...registered(details) },
    (payload, answer) =>
      isUserCommand(payload) ? { i: new UserCommandInteraction(payload, answer), handler } : undefined,
    details,
  );
}

/**
 * Defines a command on messages, in their context menu.
 *
 * @param name 1 to 32 characters, of any case, with spaces.
 *
 * @throws {OptionError} if it has no handler.
 *
 * @example
 * ```ts
 * import { messageCommand } from "@parley/parley/discord/interactions";
 *
 * messageCommand("Count words", (i) => i.reply(String(i.target.content.split(/\s+/).length)));
 * ```
 */
export function messageCommand<Context = unknown>(
  name: string,
  handler: (i: MessageCommandInteraction, context: Context) => HandlerResult,
  details: CommandDetails = {},
): Command<Context> {
  checkHandler(name, handler);
  return made(
    { type: 3, name, ...registered(details) },
    (payload, answer) =>
      isMessageCommand(payload) ? { i: new MessageCommandInteraction(payload, answer), handler } : undefined,
    details,
  );
}

/**
 * Defines the primary entry point: the command in the App Launcher that opens an Activity. Without a handler
 * Discord opens it by itself.
 *
 * Source: Discord, "Application Commands", Entry Point Commands.
 *
 * @param name 1 to 32 characters, of any case, with spaces.
 * @param description 1 to 100 characters.
 *
 * @throws {OptionError} if what is in the place of its handler is none.
 *
 * @example
 * ```ts
 * import { entryPoint } from "@parley/parley/discord/interactions";
 *
 * entryPoint("Launch", "Opens the game", (i) => i.launchActivity());
 * ```
 */
export function entryPoint<Context = unknown>(
  name: string,
  description: string,
  handler?: (i: EntryPointInteraction, context: Context) => HandlerResult,
  details: CommandDetails = {},
): Command<Context> {
  if (handler !== undefined) checkHandler(name, handler);
  const json = { type: 4, name, description, handler: handler ? 1 : 2, ...registered(details) } as const;
  return made(
    json,
    (payload, answer) =>
      handler && isEntryPoint(payload)
        ? { i: new EntryPointInteraction(payload, answer), handler }
        : undefined,
    details,
  );
}

function checkHandler(command: string, handler: unknown): void {
  if (typeof handler === "function") return;
  throw new OptionError(`Cannot define command "${command}": it has no handler; pass one behind its texts`);
}

function checkedOptions(command: string, options: Options | Subcommands): Options {
  const isOption = (entry: Option | Subcommand | SubcommandGroup): entry is Option =>
    Object.hasOwn(entry, "definition");
  const checked: Record<string, Option> = {};
  for (const [name, entry] of Object.entries(options)) {
    if (!isOption(entry)) throw misplaced(command, name);
    checked[name] = entry;
  }
  return checked;
}

function detailsOf<Details>(value: Details | CommandHandler<never, never> | undefined): Details | NoOptions {
  return typeof value === "object" && value !== null ? value : {};
}
