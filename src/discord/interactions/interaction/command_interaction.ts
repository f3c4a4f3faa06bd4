import type {
  APIApplicationCommandInteraction,
  APIChatInputApplicationCommandInteraction,
  APIMessage,
  APIMessageApplicationCommandInteraction,
  APIPrimaryEntryPointCommandInteraction,
  APIUserApplicationCommandInteraction,
} from "discord-api-types/v10";
import { ProtocolError } from "../../../protocol/errors.ts";
import type { Answer } from "./answer.ts";
import { RepliableInteraction } from "./interaction.ts";
import { type ModalAnswer, modalResponse } from "./modal_answer.ts";
import { own, resolve, type ResolvedUser } from "./resolved.ts";

/** What the uses of all commands have in common. */
abstract class AnyCommandInteraction<Payload extends APIApplicationCommandInteraction>
  extends RepliableInteraction<Payload> {
  /** The name of the command. */
  get name(): string {
    return this.payload.data.name;
  }

  /** What to call it in an error. */
  protected override get label(): string {
    return `"${this.name}"`;
  }

  /**
   * Replies with a modal: a window with a form.
   *
   * Source: Discord, "Receiving and Responding", Modal.
   *
   * @throws {CommandError} `invalid_command`, at once, if it is not acceptable or there was an answer before;
   * `closed` if it comes too late.
   */
  modal<Pattern extends string>(...modal: ModalAnswer<Pattern>): Promise<void> {
    return this.answer.respond(`show a modal for ${this.label}`, modalResponse(modal));
  }
}

/**
 * One use of a slash command, as its handler sees it.
 *
 * @typeParam Values What its options are.
 *
 * @example
 * ```ts
 * import { command, option } from "@parley/parley/discord/interactions";
 *
 * command("greet", "Greets somebody", {
 *   whom: option.user("Whom", { required: true }),
 * }, (i) => i.reply(`Hello ${i.options.whom.user.username}, says ${i.user?.username}`));
 * ```
 */
export class CommandInteraction<out Values = object>
  extends AnyCommandInteraction<APIChatInputApplicationCommandInteraction> {
  /** Tells interactions apart. */
  readonly kind = "command";
  /** What the user gave, by the names of the options. */
  readonly options: Values;
  /** The names of the command, its subcommand group and its subcommand, as far as there are some. */
  readonly path: readonly string[];

  /** Takes what Discord sent, what takes the answers, and what the user gave. */
  constructor(
    payload: APIChatInputApplicationCommandInteraction,
    answer: Answer,
    path: readonly string[],
    options: Values,
  ) {
    super(payload, answer);
    this.path = path;
    this.options = options;
  }
}

/** One use of a command on a user. */
export class UserCommandInteraction extends AnyCommandInteraction<APIUserApplicationCommandInteraction> {
  /** Tells interactions apart. */
  readonly kind = "user_command";
  /** The user it was used on. */
  readonly target: ResolvedUser;

  /**
   * Takes what Discord sent, and what takes the answers.
   *
   * @throws {ProtocolError} if Discord did not send the user.
   */
  constructor(payload: APIUserApplicationCommandInteraction, answer: Answer) {
    super(payload, answer);
    this.target = resolve("user", payload.data.target_id, payload.data.resolved);
  }
}

/** One use of a command on a message. */
export class MessageCommandInteraction
  extends AnyCommandInteraction<APIMessageApplicationCommandInteraction> {
  /** Tells interactions apart. */
  readonly kind = "message_command";
  /** The message it was used on. */
  readonly target: APIMessage;

  /**
   * Takes what Discord sent, and what takes the answers.
   *
   * @throws {ProtocolError} if Discord did not send the message.
   */
  constructor(payload: APIMessageApplicationCommandInteraction, answer: Answer) {
    super(payload, answer);
    const target = own(payload.data.resolved?.messages, payload.data.target_id);
    if (target === undefined) {
      throw new ProtocolError("Cannot resolve a message: Discord did not send what it stands for");
    }
    this.target = target;
  }
}

/** One use of the primary entry point: the command in the App Launcher that opens an Activity. */
export class EntryPointInteraction extends AnyCommandInteraction<APIPrimaryEntryPointCommandInteraction> {
  /** Tells interactions apart. */
  readonly kind = "entry_point";
}
