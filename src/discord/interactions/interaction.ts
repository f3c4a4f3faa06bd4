import type {
  APIChatInputApplicationCommandInteraction,
  APIInteractionResponse,
  APIInteractionResponseCallbackData,
  APIUser,
} from "discord-api-types/v10";
import { CommandError } from "../../protocol/errors.ts";
import { checkMessage } from "../rest/message.ts";

/**
 * Takes the response to an interaction; resolves once it is delivered, or handed to whoever delivers it.
 *
 * @throws {CommandError} `closed`, at once, if it is too late for one.
 */
export type Respond = (response: APIInteractionResponse) => Promise<void>;

/**
 * One use of a slash command, as its handler sees it. It is replied to once.
 *
 * Its payload holds a token that answers in the bot's name for 15 minutes, so nothing of it shows up when
 * this is logged.
 *
 * @example
 * ```ts
 * import { command } from "@parley/parley/discord/interactions";
 *
 * const EPHEMERAL = 64;
 * command("secret", "Tells you alone", (i) => i.reply({ content: "psst", flags: EPHEMERAL }));
 * ```
 */
export class CommandInteraction {
  readonly #payload: APIChatInputApplicationCommandInteraction;
  readonly #respond: Respond;
  #replied = false;

  /** Takes what Discord sent, and what takes the response. */
  constructor(payload: APIChatInputApplicationCommandInteraction, respond: Respond) {
    this.#payload = payload;
    this.#respond = respond;
  }

  /** The name of the command. */
  get name(): string {
    return this.#payload.data.name;
  }

  /** Who used it, in a guild or not. */
  get user(): APIUser | undefined {
    return this.#payload.member?.user ?? this.#payload.user;
  }

  /** Everything Discord sent. It holds a token: do not log it. */
  get payload(): APIChatInputApplicationCommandInteraction {
    return this.#payload;
  }

  /** Whether it has been replied to. */
  get replied(): boolean {
    return this.#replied;
  }

  /**
   * Replies with a message: a text of at most 2000 characters, or what else Discord takes. Discord waits
   * for it for 3 seconds.
   *
   * Source: Discord, "Receiving and Responding", Interaction Response Object.
   *
   * @throws {CommandError} `invalid_command`, at once, if the message is not acceptable or there was a reply
   * before; `closed` if the handler had ended, so that Discord has another answer already.
   */
  reply(message: string | APIInteractionResponseCallbackData): Promise<void> {
    const action = `reply to "${this.name}"`;
    if (this.#replied) {
      const fix = "an interaction takes one reply";
      throw new CommandError("invalid_command", `Cannot ${action}: it has a reply already, and ${fix}`);
    }
    const data = typeof message === "string" ? { content: message } : { ...message };
    checkMessage(action, data);
    const delivered = this.#respond({ type: 4, data });
    this.#replied = true;
    return delivered;
  }
}
