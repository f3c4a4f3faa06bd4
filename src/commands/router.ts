import { type Clock, systemClock } from "../driver/clock/clock.ts";
import { OptionError } from "../protocol/errors.ts";
import { checkKinds } from "../protocol/option_checks.ts";
import { quote } from "../protocol/data/quote.ts";
import { readArguments } from "./_arguments.ts";
import { Cooldowns } from "./_cooldowns.ts";
import { type Command, type CommandUse, usageOf } from "./command.ts";
import { type ChatMessage, keyOf } from "./message.ts";

/** Why a command was not run. */
export type CommandRefusal<Message extends ChatMessage = ChatMessage> =
  & {
    /** The message that uses it. */
    readonly event: Message;
    /** The command's name. */
    readonly name: string;
  }
  & (
    /** It is not for everybody. */
    | { readonly why: "denied" }
    /** It was used a moment ago; `left`: for how many milliseconds it cannot be. */
    | { readonly why: "cooldown"; readonly left: number }
    /** What was given does not fit `option`, or nothing was; `usage` shows how the command is used: `!roll <sides>`. */
    | { readonly why: "usage"; readonly usage: string; readonly option: string; readonly expected: string }
  );

/** What runs around a command's handler: it calls `next` to go on. What the handler throws, `next` rejects with. */
export type CommandMiddleware<Message extends ChatMessage> = (
  use: CommandUse<Readonly<Record<string, unknown>>, Message>,
  next: () => Promise<void>,
) => unknown;

/** How a {@linkcode CommandRouter} works. */
export interface CommandRouterOptions<Message extends ChatMessage> {
  /** What commands begin with, one or several. @default {"!"} */
  readonly prefix?: string | readonly string[];
  /**
   * Is told what a handler threw. Without it, and of what it throws itself, the client that brought the message makes an
   * `error` event, which is printed where nobody listens.
   */
  readonly onError?: (error: unknown, use: { readonly event: Message; readonly name: string }) => unknown;
  /** Is told of what was not run, and may answer it. @default how a command is used is said, and nothing else */
  readonly onRefusal?: (refusal: CommandRefusal<Message>) => unknown;
  /**
   * Of how many users and channels it is remembered when they used what; whoever did longest ago is forgotten first.
   *
   * @default {10_000}
   */
  readonly capacity?: number;
  /** Tells the time. @default {systemClock} */
  readonly clock?: Pick<Clock, "now">;
}

/** What a router has of a command. */
export interface CommandInfo {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly description: string;
  /** How it is used: `!roll <sides> [colour]`. */
  readonly usage: string;
}

/** What some clients put behind a text to have it differ from the last. */
const UNSEEN = /[\s\u{E0000}]+$/u;

/**
 * Finds which command a message of chat is, and runs it: on IRC, on Twitch, or both. What we have said ourselves is none,
 * nor what comes from another channel of a shared chat. Names are the same in upper and lower case.
 *
 * @typeParam Message The messages of the clients that it is used with: `TwitchPrivmsgEvent`, `IrcTextEvent<"PRIVMSG">`.
 *
 * @example
 * ```ts
 * import { command, CommandRouter, option } from "@parley/parley/commands";
 * import { TwitchClient, type TwitchPrivmsgEvent } from "@parley/parley/twitch";
 *
 * const router = new CommandRouter<TwitchPrivmsgEvent>().add(
 *   command("roll", "Rolls a die", { sides: option.integer("How many sides", { min_value: 2 }) }, (i) => {
 *     const { sides = 6 } = i.options;
 *     return i.reply(String(1 + Math.floor(Math.random() * sides)));
 *   }, { cooldown: { user: 5_000 }, aliases: ["dice"] }),
 *   command("title", "Says what moderators want said", { text: option.text("What", { required: true }) }, (i) => {
 *     return i.reply(i.options.text);
 *   }, { allow: ({ sender }) => sender.moderates }),
 * );
 * const chat = new TwitchClient({ channels: ["#dallas"] });
 * chat.on("PRIVMSG", router.handle);
 * ```
 */
export class CommandRouter<in out Message extends ChatMessage = ChatMessage> {
  readonly #prefixes: readonly string[];
  readonly #options: CommandRouterOptions<Message>;
  readonly #clock: Pick<Clock, "now">;
  readonly #cooldowns: Cooldowns;
  /** By each of their names, in lower case. */
  readonly #commands = new Map<string, Command<Message>>();
  readonly #middlewares: CommandMiddleware<Message>[] = [];

  /**
   * Takes what commands begin with, and where failures go.
   *
   * @throws {OptionError} if an option is not acceptable.
   */
  constructor(options: CommandRouterOptions<Message> = {}) {
    checkKinds("make a CommandRouter", options, {
      prefix: ["string", "array", "undefined"],
      onError: ["function", "undefined"],
      onRefusal: ["function", "undefined"],
      clock: ["object", "undefined"],
    });
    const { prefix = "!", capacity = 10_000, clock = systemClock } = options;
    const prefixes = typeof prefix === "string" ? [prefix] : [...prefix];
    if (prefixes.length === 0 || prefixes.some((prefix) => prefix.trim() === "")) {
      throw new OptionError("Cannot tell commands from what else is said: a prefix is empty");
    }
    if (!(Number.isSafeInteger(capacity) && capacity > 0)) {
      throw new OptionError(`Cannot remember "${capacity}" uses: capacity must be at least 1`);
    }
    // Of two the longer one is meant.
    this.#prefixes = prefixes.toSorted((a, b) => b.length - a.length);
    this.#options = options;
    this.#clock = clock;
    this.#cooldowns = new Cooldowns(capacity);
  }

  /** The commands, in the order in which they were added. */
  get commands(): readonly CommandInfo[] {
    return [...new Set(this.#commands.values())].map((command) => ({
      name: command.name,
      aliases: command.aliases ?? [],
      description: command.description,
      usage: this.#usage(command),
    }));
  }

  /**
   * Adds commands. Returns itself.
   *
   * @throws {OptionError} if one is no command, or there is one of that name, or with that alias.
   */
  add(...commands: readonly Command<Message>[]): this {
    for (const command of commands) {
      // Discord's commands are called the same, and are no functions of a message.
      if (typeof command?.handler !== "function" || typeof command.name !== "string") {
        throw new OptionError("Cannot add what is no command: give what `command` of ./commands made");
      }
      const names = new Set([command.name, ...command.aliases ?? []].map((name) => name.toLowerCase()));
      for (const name of names) {
        if (!this.#commands.has(name)) continue;
        throw new OptionError(`Cannot add command ${quote(command.name)}: another is called ${quote(name)}`);
      }
      for (const name of names) this.#commands.set(name, command);
    }
    return this;
  }

  /**
   * Runs a middleware around every handler; those used first are outermost. Returns itself.
   *
   * @throws {OptionError} if it is no function.
   */
  use(...middlewares: readonly CommandMiddleware<Message>[]): this {
    if (middlewares.some((middleware) => typeof middleware !== "function")) {
      throw new OptionError("Cannot use a middleware that is no function");
    }
    this.#middlewares.push(...middlewares);
    return this;
  }

  /**
   * Runs the command that a message is, if it is one; give it to a client: `chat.on("PRIVMSG", router.handle)`. It
   * rejects with what nobody was told of.
   */
  readonly handle = (event: Message): Promise<void> | undefined => {
    if (event.own || event.sharedChat?.isCopy === true) return undefined;
    const { text } = event;
    const prefix = this.#prefixes.find((prefix) => text.startsWith(prefix));
    if (prefix === undefined) return undefined;
    const [, name = "", rest = ""] = /^(\S*)\s*([^]*)$/.exec(text.slice(prefix.length).replace(UNSEEN, "")) ??
      [];
    const command = this.#commands.get(name.toLowerCase());
    return command && this.#run(event, command, rest);
  };

  async #run(event: Message, command: Command<Message>, rest: string): Promise<void> {
    const { name } = command;
    try {
      if (command.allow !== undefined && !(await command.allow(event))) {
        return await this.#refuse({ event, name, why: "denied" });
      }
      const left = this.#cool(event, command);
      if (left > 0) return await this.#refuse({ event, name, why: "cooldown", left });
      const given = readArguments(command.options, rest);
      if (given.kind === "wrong") {
        const { option, expected } = given;
        return await this.#refuse({
          event,
          name,
          why: "usage",
          usage: this.#usage(command),
          option,
          expected,
        });
      }
      const use = { event, name, options: given.values, rest, reply: (text: string) => event.reply(text) };
      // Its handler was defined for the options that were read for it.
      await this.#through(use, () => command.handler(use as never));
    } catch (error) {
      const { onError } = this.#options;
      if (onError === undefined) throw error;
      await onError(error, { event, name });
    }
  }

  /** How long it takes until the command may be used; if it may be now, that counts as a use. */
  #cool(event: Message, { name, cooldown }: Command<Message>): number {
    if (cooldown === undefined) return 0;
    const { user = 0, channel = 0 } = cooldown;
    const now = this.#clock.now();
    const who = keyOf(event);
    // What is said to us alone is a place of its own for each.
    const where = JSON.stringify([name, event.channel ?? who]);
    const both = `${where} ${who}`;
    const left = Math.max(this.#cooldowns.left(where, now), this.#cooldowns.left(both, now));
    if (left > 0) return left;
    this.#cooldowns.use(where, channel, now);
    this.#cooldowns.use(both, user, now);
    return 0;
  }

  async #refuse(refusal: CommandRefusal<Message>): Promise<void> {
    const { onRefusal } = this.#options;
    if (onRefusal !== undefined) await onRefusal(refusal);
    else if (refusal.why === "usage") {
      await refusal.event.reply(`${refusal.usage}: ${refusal.option} is ${refusal.expected}`);
    }
  }

  async #through(
    use: CommandUse<Readonly<Record<string, unknown>>, Message>,
    handler: () => unknown,
    from = 0,
  ): Promise<void> {
    const middleware = this.#middlewares[from];
    if (middleware === undefined) await handler();
    else await middleware(use, () => this.#through(use, handler, from + 1));
  }

  #usage(command: Command<Message>): string {
    return `${this.#prefixes.at(-1)}${usageOf(command)}`;
  }
}
