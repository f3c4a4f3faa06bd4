import type { APIMessage, APIModalSubmitInteraction } from "discord-api-types/v10";
import type { Answer } from "./answer.ts";
import { CustomIdInteraction } from "./custom_id_interaction.ts";

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
  extends CustomIdInteraction<APIModalSubmitInteraction, Params> {
  /** Tells interactions apart. */
  readonly kind = "modal";
  /** What was filled in, by the `custom_id` of each field. */
  readonly fields: Fields;

  /** Takes what Discord sent, what takes the answers, what the `custom_id` carries and what was filled in. */
  constructor(payload: APIModalSubmitInteraction, answer: Answer, params: Params, fields: Fields) {
    super(payload, answer, params);
    this.fields = fields;
  }

  /** The message whose component showed the modal; undefined if it was a command that did. */
  get message(): APIMessage | undefined {
    return this.payload.message;
  }
}
