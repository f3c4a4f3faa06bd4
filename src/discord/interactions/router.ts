import type {
  APIChatInputApplicationCommandInteraction,
  APIInteraction,
  APIInteractionResponse,
} from "discord-api-types/v10";
import { CommandError, OptionError } from "../../protocol/errors.ts";
import type { Command } from "./command.ts";
import { CommandInteraction } from "./interaction.ts";
import { isAutocomplete, isChatInput, isCommand, isInteraction, isPing } from "./message.ts";

/** What an {@linkcode InteractionRouter} does besides routing. */
export interface InteractionRouterOptions {
  /**
   * Is told what a handler threw, or that it never replied; the user is told in general words only. Without
   * it nobody is told: parley prints nothing. What it throws itself is ignored.
   */
  readonly onError?: (error: unknown, interaction: APIInteraction) => void;
}

/** What {@linkcode InteractionRouter.handle} may use of the place it runs in. */
export interface HandleOptions {
  /** Keeps the process alive for a handler that works on after its reply; edge runtimes have one. */
  readonly waitUntil?: ((work: Promise<void>) => void) | undefined;
}

const EPHEMERAL = 64;

/**
 * Finds what answers an interaction, and makes sure that there is an answer: also when nothing matches, when
 * a handler throws, and when it ends without a reply.
 *
 * Source: Discord, "Receiving and Responding".
 *
 * @example
 * ```ts
 * import { command, InteractionRouter } from "@parley/parley/discord/interactions";
 *
 * const router = new InteractionRouter({ onError: (error) => console.error(error) })
 *   .add(command("ping", "Answers pong", (i) => i.reply("pong")));
 * router.commands.length; // 1
 * ```
 */
export class InteractionRouter {
  readonly #commands = new Map<string, Command>();
  readonly #onError: InteractionRouterOptions["onError"];

  /** Takes where errors go. */
  constructor(options: InteractionRouterOptions = {}) {
    this.#onError = options.onError;
  }

  /** What was added, in that order. */
  get commands(): readonly Command[] {
    return [...this.#commands.values()];
  }

  /**
   * Adds a command; returns itself.
   *
   * @throws {OptionError} if there is one of that name.
   */
  add(command: Command): this {
    if (this.#commands.has(command.name)) {
      throw new OptionError(`Cannot add command "${command.name}": there is one of that name already`);
    }
    this.#commands.set(command.name, command);
    return this;
  }

  /**
   * Answers an interaction, with no HTTP and no socket: takes what Discord sent, verified if it came by HTTP,
   * and resolves to what Discord wants back as soon as that is known; the handler may work on.
   *
   * @throws {CommandError} `invalid_command` if this is no interaction, such as a promise that was not awaited.
   *
   * @example
   * ```ts
   * import { InteractionRouter } from "@parley/parley/discord/interactions";
   *
   * const ping = JSON.parse('{ "type": 1 }'); // by HTTP, take what `verifyRequest` yields
   * await new InteractionRouter().handle(ping); // { type: 1 }
   * ```
   */
  async handle(interaction: APIInteraction, options: HandleOptions = {}): Promise<APIInteractionResponse> {
    if (!isInteraction(interaction)) {
      const fix = "pass what Discord sent, parsed and awaited";
      throw new CommandError("invalid_command", `Cannot handle this: it is not an interaction; ${fix}`);
    }
    if (isPing(interaction)) return { type: 1 };
    // An autocomplete can only be answered with choices.
    if (isAutocomplete(interaction)) return { type: 8, data: { choices: [] } };
    if (!isCommand(interaction)) return privately("This bot does not know what to do with that any more.");
    const command = isChatInput(interaction) ? this.#commands.get(interaction.data.name) : undefined;
    if (command === undefined || !isChatInput(interaction)) {
      return privately(`This bot has no command "${interaction.data.name}"; it may have been removed.`);
    }
    return await this.#run(command, interaction, options);
  }

  #run(
    command: Command,
    payload: APIChatInputApplicationCommandInteraction,
    options: HandleOptions,
  ): Promise<APIInteractionResponse> {
    const { promise, resolve } = Promise.withResolvers<APIInteractionResponse>();
    let ended = false;
    const interaction = new CommandInteraction(payload, (response) => {
      if (ended) {
        const fix = "await what the reply depends on inside the handler";
        throw new CommandError("closed", `Cannot reply to "${command.name}": its handler has ended; ${fix}`);
      }
      resolve(response);
      return Promise.resolve();
    });
    const run = async () => {
      try {
        await command.handler(interaction);
        ended = true;
        if (interaction.replied) return;
        const fix = "call reply before it ends, and await what comes before that";
        const message = `Cannot answer "${command.name}": its handler ended without a reply; ${fix}`;
        this.#report(new CommandError("invalid_command", message), payload);
      } catch (error) {
        ended = true;
        this.#report(error, payload);
      }
      // Without effect if there was a reply before the error.
      resolve(privately("Something went wrong with this command. Please try again later."));
    };
    const work = run();
    options.waitUntil?.(work);
    return promise;
  }

  #report(error: unknown, interaction: APIInteraction): void {
    try {
      this.#onError?.(error, interaction);
    } catch {
      // Told to nobody: whom it should be told has just failed.
    }
  }
}

/** A message that only the user sees, and that mentions nobody whatever is quoted in it. */
function privately(content: string): APIInteractionResponse {
  return { type: 4, data: { content, flags: EPHEMERAL, allowed_mentions: { parse: [] } } };
}
