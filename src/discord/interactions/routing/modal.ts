import type {
  APIAttachment,
  APIInteractionDataResolvedChannel,
  APIModalInteractionResponseCallbackComponent,
  APIModalSubmitInteraction,
  APIRole,
  ComponentType,
  ModalSubmitComponent,
} from "discord-api-types/v10";
import { OptionError, ProtocolError } from "../../../protocol/errors.ts";
import { CustomId, type CustomIdParams } from "../parts/custom_id.ts";
import type { DefinedModal, ModalForm } from "../interaction/modal_answer.ts";
import { ModalInteraction } from "../interaction/modal_interaction.ts";
import { isModalSubmit } from "../interaction/payload_reader.ts";
import type { HandlerResult, Opener } from "./match.ts";
import { resolve, type ResolvedMentionable, type ResolvedUser } from "../interaction/resolved.ts";

/** What is filled in, by the type of the field. */
interface FieldValues<Value, Nothing> {
  [ComponentType.StringSelect]: readonly Value[];
  [ComponentType.TextInput]: string;
  [ComponentType.UserSelect]: readonly ResolvedUser[];
  [ComponentType.RoleSelect]: readonly APIRole[];
  [ComponentType.MentionableSelect]: readonly ResolvedMentionable[];
  [ComponentType.ChannelSelect]: readonly APIInteractionDataResolvedChannel[];
  [ComponentType.FileUpload]: readonly APIAttachment[];
  [ComponentType.RadioGroup]: Value | Nothing;
  [ComponentType.CheckboxGroup]: readonly Value[];
  [ComponentType.Checkbox]: boolean;
}

/** The fields of a modal's components: what is in labels, and in action rows, the old way. */
type FieldsIn<Component> = Component extends { readonly component: infer Field } ? Field
  : Component extends { readonly components: readonly (infer Field)[] } ? Field
  : never;

/** What is filled in, by the `custom_id` of each field. */
export type ModalFields<Components extends readonly unknown[]> = {
  readonly [
    Field in FieldsIn<Components[number]> as Field extends { readonly custom_id: infer Id extends string }
      ? Id
      : never
  ]: Field extends { readonly type: infer Type extends keyof FieldValues<string, null> }
    ? FieldValues<ChosenIn<Field>, NothingIn<Field>>[Type]
    : never;
};

/** The values of a field's choices. */
type ChosenIn<Field> = Field extends { readonly options: readonly { readonly value: infer Value }[] } ? Value
  : string;

/** What it is where nothing needs to be chosen of it, or may not need to. */
type NothingIn<Field> = Field extends { readonly required?: infer Required }
  ? false extends Required ? null : never
  : never;

/** A modal: what it shows, and what answers it. Made by {@linkcode modal}. */
export interface Modal<Pattern extends string = string, in Context = never> extends DefinedModal<Pattern> {
  /** Tells definitions apart. */
  readonly kind: "modal";
  /** Opens what was submitted; for routers. */
  readonly open: Opener<Context>;
}

/**
 * Defines a modal: a pattern of its `custom_id`, what it shows, and what answers it. Show it with `i.modal`.
 *
 * Source: Discord, "Receiving and Responding", Modal; "Component Reference", Label.
 *
 * @throws {OptionError} if the pattern is not acceptable. The form is checked when it is added to a router with `checks`.
 *
 * @example
 * ```ts
 * import { command, label, modal, textInput } from "@parley/parley/discord/interactions";
 *
 * const report = modal("report:{message}", {
 *   title: "Report",
 *   components: [label("Why?", textInput("why", { style: "paragraph", max_length: 500 }))],
 * }, (i) => i.reply({ content: `Reported ${i.params.message}: ${i.fields.why}`, ephemeral: true }));
 * command("report", "Reports the last message", (i) => i.modal(report, { message: "1" }));
 * ```
 */
export function modal<
  const Pattern extends string,
  const Components extends readonly APIModalInteractionResponseCallbackComponent[],
  Context = unknown,
>(
  pattern: Pattern,
  form: ModalForm<Components>,
  handler: (
    i: ModalInteraction<CustomIdParams<Pattern>, ModalFields<Components>>,
    context: Context,
  ) => HandlerResult,
): Modal<Pattern, Context> {
  const customId = new CustomId(pattern);
  const lacks = !Array.isArray(form?.components)
    ? "form; pass its title and components"
    : typeof handler !== "function"
    ? "handler; pass one last"
    : undefined;
  if (lacks !== undefined) throw new OptionError(`Cannot define modal "${pattern}": it has no ${lacks}`);
  return {
    kind: "modal",
    customId,
    form,
    open: (payload, answer) => {
      const params = isModalSubmit(payload) ? customId.match(payload.data.custom_id) : undefined;
      if (params === undefined || !isModalSubmit(payload)) return undefined;
      return { i: new ModalInteraction(payload, answer, params, fieldsOf(form, payload)), handler };
    },
  };
}

/** Reads what was filled in. @throws {ProtocolError} if a field of the form is missing. */
function fieldsOf({ components }: ModalForm, { data }: APIModalSubmitInteraction): Record<string, unknown> {
  const submitted = new Map<string, ModalSubmitComponent>();
  for (const part of data.components ?? []) {
    const fields = "component" in part ? [part.component] : "components" in part ? part.components : [];
    for (const field of fields) submitted.set(field.custom_id, field);
  }
  const fields: Record<string, unknown> = {};
  for (const part of components) {
    const defined = "component" in part ? [part.component] : "components" in part ? part.components : [];
    for (const definition of defined) {
      const { custom_id, type } = definition;
      const field = submitted.get(custom_id);
      if (field?.type !== type || isUnchosen(field, definition)) {
        throw new ProtocolError(`Cannot read the modal: it came without its field "${custom_id}"`);
      }
      fields[custom_id] = valueOf(field, data.resolved);
    }
  }
  return fields;
}

/** Whether nothing was chosen of radio buttons, though that is required, as it is unless told otherwise. */
function isUnchosen(field: ModalSubmitComponent, definition: object): boolean {
  return "value" in field && field.value === null &&
    !("required" in definition && definition.required === false);
}

function valueOf(
  field: ModalSubmitComponent,
  resolved: APIModalSubmitInteraction["data"]["resolved"],
): unknown {
  if ("value" in field) return field.value;
  switch (field.type as number) {
    case 5:
      return field.values.map((id) => resolve("user", id, resolved));
    case 6:
      return field.values.map((id) => resolve("role", id, resolved));
    case 7:
      return field.values.map((id) => resolve("mentionable", id, resolved));
    case 8:
      return field.values.map((id) => resolve("channel", id, resolved));
    case 19:
      return field.values.map((id) => resolve("attachment", id, resolved));
    default:
      return field.values;
  }
}
