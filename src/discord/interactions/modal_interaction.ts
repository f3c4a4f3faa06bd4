import type { APIMessage, APIModalSubmitInteraction } from "discord-api-types/v10";
import { CommandError } from "../../protocol/errors.ts";
import type { Answer } from "./_answer.ts";
import { messageOf, type MessageOptions, RepliableInteraction } from "./interaction.ts";

/**
 * A modal was submitted, as its handler sees it.
 *
 * @typeParam Params What its `custom_id` carries.
 * @typeParam Fields What was filled in, by the `custom_id` of each field.
 *
 * @example
 * ```ts
 * import { label, modal, textInput } from "@parley/parley/discord/interactions";
 *
 * modal("feedback", {
 *   title: "Feedback",
 *   components: [label("What do you think?", textInput("thoughts", { style: "paragraph" }))],
 * }, (i) => i.reply(`Thank you! You think: ${i.fields.thoughts}`));
 * ```
 */
export class ModalInteraction<out Params = unknown, out Fields = unknown>
  extends RepliableInteraction<APIModalSubmitInteraction> {
  /** Tells interactions apart. */
  readonly kind = "modal";
  /** What the `custom_id` carries. */
  readonly params: Params;
  /** What was filled in, by the `custom_id` of each field. */
  readonly fields: Fields;

  /** Takes what Discord sent, what takes the answers, what the `custom_id` carries and what was filled in. */
  constructor(payload: APIModalSubmitInteraction, answer: Answer, params: Params, fields: Fields) {
    super(payload, answer);
    this.params = params;
    this.fields = fields;
  }

  /** The modal's `custom_id`. */
  get customId(): string {
    return this.payload.data.custom_id;
  }

  /** The message whose component showed the modal; undefined if it was a command that did. */
  get message(): APIMessage | undefined {
    return this.payload.message;
  }

  /** What to call it in an error. */
  protected override get label(): string {
    return `"${this.customId}"`;
  }

  /**
   * Answers by changing the message whose component showed the modal; what is left out stays.
   *
   * @throws {CommandError} `invalid_command`, at once, if there is no such message, this one is not acceptable or
   * there was an answer before; `closed` if it comes too late.
   */
  update(message: string | MessageOptions): Promise<void> {
    const action = `update the message of ${this.label}`;
    this.#checkMessage(action);
    const { files, ...data } = messageOf(message);
    return this.answer.respond(action, { type: 7, data }, files);
  }

  /**
   * Answers with nothing that the user sees; `edit` changes the message later.
   *
   * @throws {CommandError} `invalid_command`, at once, if no component showed the modal or there was an answer
   * before; `closed` if it comes too late.
   */
  deferUpdate(): Promise<void> {
    const action = `defer the update for ${this.label}`;
    this.#checkMessage(action);
    return this.answer.respond(action, { type: 6 });
  }

  #checkMessage(action: string): void {
    if (this.payload.message !== undefined) return;
    const fix = "use reply or defer";
    throw new CommandError("invalid_command", `Cannot ${action}: a command showed the modal; ${fix}`);
  }
}
