import type {
  APIInteractionDataResolvedChannel,
  APIMessage,
  APIMessageComponentInteraction,
  APIRole,
} from "discord-api-types/v10";
import type { Answer } from "./answer.ts";
import { CustomIdInteraction } from "./custom_id_interaction.ts";
import { type ModalAnswer, modalResponse } from "./modal_answer.ts";
import type { ResolvedMentionable, ResolvedUser } from "./resolved.ts";

/** What the user chose, by the kind of component. */
export interface ComponentValues {
  readonly button: undefined;
  readonly string_select: readonly string[];
  readonly user_select: readonly ResolvedUser[];
  readonly role_select: readonly APIRole[];
  readonly mentionable_select: readonly ResolvedMentionable[];
  readonly channel_select: readonly APIInteractionDataResolvedChannel[];
}

/** The kinds of components in messages that make interactions. */
export type ComponentKind = keyof ComponentValues;

/** The texts or IDs that were chosen. */
export function chosenIn({ data }: APIMessageComponentInteraction): readonly string[] {
  return "values" in data && Array.isArray(data.values) ? data.values : [];
}

/**
 * One use of a button or a select, as its handler sees it.
 *
 * @typeParam Params What its `custom_id` carries.
 * @typeParam Values What the user chose.
 *
 * @example
 * ```ts
 * import { component } from "@parley/parley/discord/interactions";
 *
 * component("vote:{poll}:{choice}", (i) => i.update(`You chose ${i.params.choice} in ${i.params.poll}`));
 * ```
 */
export class ComponentInteraction<out Params = unknown, out Values = unknown>
  extends CustomIdInteraction<APIMessageComponentInteraction, Params> {
  /** Tells interactions apart. */
  readonly kind = "component";
  /** What the user chose; undefined for a button. */
  readonly values: Values;

  /** Takes what Discord sent, what takes the answers, what the `custom_id` carries and what was chosen. */
  constructor(payload: APIMessageComponentInteraction, answer: Answer, params: Params, values: Values) {
    super(payload, answer, params);
    this.values = values;
  }

  /** The message that the component is in. */
  get message(): APIMessage {
    return this.payload.message;
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
