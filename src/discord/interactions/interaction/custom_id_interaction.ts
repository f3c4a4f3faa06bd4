import type { APIMessageComponentInteraction, APIModalSubmitInteraction } from "discord-api-types/v10";
import type { Answer } from "./answer.ts";
import { withKept } from "./bodies.ts";
import { messageOf, type MessageOptions, RepliableInteraction } from "./interaction.ts";
import { refusal } from "./refusal.ts";
/**
 * What the interactions have in common that are told apart by a `custom_id`: they may change the message that they
 * come from.
 *
 * @typeParam Params What the `custom_id` carries.
 */
export abstract class CustomIdInteraction<
  Payload extends APIMessageComponentInteraction | APIModalSubmitInteraction,
  out Params,
> extends RepliableInteraction<Payload> {
  /** What the `custom_id` carries. */
  readonly params: Params;

  /** Takes what Discord sent, what takes the answers, and what the `custom_id` carries. */
  constructor(payload: Payload, answer: Answer, params: Params) {
    super(payload, answer);
    this.params = params;
  }

  /** The `custom_id`. */
  get customId(): string {
    return this.payload.data.custom_id;
  }

  /** What to call it in an error. */
  protected override get label(): string {
    return `"${this.customId}"`;
  }

  /**
   * Answers by changing the message that the component is in, or whose component showed the modal; what is left out
   * stays.
   *
   * @throws {CommandError} `invalid_command`, at once, if there is no such message, this one is not acceptable or
   * there was an answer before; `closed` if it comes too late.
   */
  update(message: string | MessageOptions): Promise<void> {
    const action = `update the message of ${this.label}`;
    this.#checkMessage(action);
    const { files, ...data } = messageOf(message);
    const kept = withKept(data, files, this.payload.message?.attachments ?? []);
    return this.answer.respond(action, { type: 7, data: kept }, files);
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
    throw refusal(action, "a command showed the modal; use reply or defer");
  }
}
