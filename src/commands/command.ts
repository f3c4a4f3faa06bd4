import { OptionError } from "../protocol/errors.ts";
import { quote } from "../protocol/data/quote.ts";
import type { ChatMessage } from "./message.ts";
import type { Options, OptionValues } from "./options.ts";

/** One use of a command. */
export interface CommandUse<Values, Message extends ChatMessage = ChatMessage> {
  /** The message that it is. */
  readonly event: Message;
  /** The command's own name, whichever of its names was used. */
  readonly name: string;
  /** What was given. */
  readonly options: Values;
  /** All that stands behind the name, as it was written. */
  readonly rest: string;
  /** Answers the message, as its own `reply` does. */
  reply(text: string): Promise<unknown>;
}

/** Answers a use of a command. What it throws is told to the router's `onError`. */
export type CommandHandler<Values, Message extends ChatMessage> = (
  use: CommandUse<Values, Message>,
) => unknown;

/** How long it takes until a command may be used again, in milliseconds. */
export interface CommandCooldown {
  /** By the same user in the same place. @default {0} */
  readonly user?: number;
  /** By anybody in the same place. @default {0} */
  readonly channel?: number;
}

/** What any command may have. */
export interface CommandDetails<in Message extends ChatMessage = never> {
  /** Other names. @default {[]} */
  readonly aliases?: readonly string[];
  /** How long it takes until it may be used again. @default at once */
  readonly cooldown?: CommandCooldown;
  /** Who may use it, by the message: `({ sender }) => sender.moderates`. @default everybody */
  readonly allow?: (message: Message) => boolean | Promise<boolean>;
}

/** A command: what it is called, and what answers it. Made by {@linkcode command}. */
export interface Command<in Message extends ChatMessage = never> extends CommandDetails<Message> {
  /** Its name. */
  readonly name: string;
  /** What it does, for people. */
  readonly description: string;
  /** What stands behind its name. */
  readonly options: Options;
  /** Answers it. */
  readonly handler: (use: never) => unknown;
}

/** The options of a command that has none. */
export type NoOptions = Readonly<Record<never, never>>;

const NAME = /^[^\s"]{1,50}$/;

/**
 * Defines a command. Its options are given behind its name, in their order, separated by spaces.
 *
 * @throws {OptionError} if it cannot be used: a name with spaces, an option that must be given behind one that need not,
 * a text that is not the last.
 *
 * @example
 * ```ts
 * import { command, CommandRouter, option } from "@parley/parley/commands";
 * import { TwitchClient, type TwitchPrivmsgEvent } from "@parley/parley/twitch";
 *
 * const so = command("so", "Recommends a channel", {
 *   channel: option.user("Whose", { required: true }),
 * }, (i) => i.reply(`Have a look at twitch.tv/${i.options.channel}`), { cooldown: { channel: 10_000 } });
 *
 * const router = new CommandRouter<TwitchPrivmsgEvent>().add(
 *   so,
 *   command("lurk", "Says that you are away", (i) => i.reply(`See you, ${i.event.sender.name}`)),
 * );
 * const chat = new TwitchClient({ channels: ["#dallas"] });
 * chat.on("PRIVMSG", router.handle);
 * ```
 */
export function command<Message extends ChatMessage>(
  name: string,
  description: string,
  handler: CommandHandler<NoOptions, Message>,
  details?: CommandDetails<Message>,
): Command<Message>;
export function command<Message extends ChatMessage, const Of extends Options = Options>(
  name: string,
  description: string,
  options: Of,
  handler: CommandHandler<OptionValues<Of>, Message>,
  details?: CommandDetails<Message>,
): Command<Message>;
export function command<Message extends ChatMessage>(
  name: string,
  description: string,
  first: CommandHandler<never, Message> | Options,
  second?: CommandHandler<never, Message> | CommandDetails<Message>,
  third?: CommandDetails<Message>,
): Command<Message> {
  const simple = typeof first === "function";
  const handler = simple ? first : second;
  const details = (simple ? second : third) ?? {};
  if (typeof handler !== "function" || typeof details === "function") {
    throw new OptionError(
      `Cannot define command ${quote(name)}: it has no handler; pass one behind its options`,
    );
  }
  const options = simple ? {} : first;
  check(name, options, details);
  return { name, description, options, handler, ...details };
}

function check(name: string, options: Options, { aliases = [], cooldown = {} }: CommandDetails): void {
  if (!Array.isArray(aliases)) {
    throw new OptionError(`Cannot define command ${quote(name)}: its \`aliases\` are no array`);
  }
  for (const each of [name, ...aliases]) {
    if (typeof each === "string" && NAME.test(each)) continue;
    throw new OptionError(
      `Cannot call a command ${quote(String(each))}: a name is 1 to 50 characters without spaces`,
    );
  }
  for (const [whose, ms] of Object.entries(cooldown)) {
    if (ms >= 0 && ms < Infinity) continue;
    throw new OptionError(
      `Cannot cool command ${quote(name)} down for "${ms}" ms per ${whose}: it must be 0 or more`,
    );
  }
  const all = Object.entries(options);
  all.forEach(([option, { required, takesRest, read }], at) => {
    if (typeof read !== "function") {
      throw new OptionError(
        `Cannot define command ${quote(name)}: option ${quote(option)} is none; make it by \`option\``,
      );
    }
    const before = all[at - 1];
    if (required && before?.[1].required === false) {
      const message = `Cannot define command ${quote(name)}: option ${quote(option)} must be given, ` +
        `and ${quote(before[0])} before it need not`;
      throw new OptionError(message);
    }
    if (!takesRest || at === all.length - 1) return;
    throw new OptionError(`Cannot define command ${quote(name)}: only its last option can be a text`);
  });
}

/** What is written to use a command, for people: `roll <sides> [colour]`. */
export function usageOf({ name, options }: Command): string {
  const named = Object.entries(options).map(([name, { required }]) => required ? `<${name}>` : `[${name}]`);
  return [name, ...named].join(" ");
}
