import type {
  APICheckboxComponent,
  APICheckboxGroupComponent,
  APICheckboxGroupOption,
  APIComponentInLabel,
  APIFileUploadComponent,
  APILabelComponent,
  APIRadioGroupComponent,
  APIRadioGroupOption,
  APITextInputComponent,
} from "discord-api-types/v10";
import { built } from "./_build.ts";
import type { ComponentOptions } from "./layout.ts";
import type { WithChoices, WithCustomId, WithValue } from "./selects.ts";

/** What a label may have. */
export interface LabelOptions extends ComponentOptions {
  /** More about it, at most 100 characters. @default {undefined} */
  readonly description?: string;
}

/** A label around a component, whose type it keeps. */
export type LabelOf<Component extends APIComponentInLabel> = APILabelComponent & { component: Component };

/**
 * Builds a part of a modal: a text above what is to be filled in.
 *
 * Source: Discord, "Component Reference", Label.
 *
 * @param text 1 to 45 characters.
 * @throws {OptionError} if a text is too long, or what it holds cannot stand in a modal.
 *
 * @example
 * ```ts
 * import { label, stringSelect, textInput } from "@parley/parley/discord/interactions";
 *
 * const components = [
 *   label("Your name", textInput("name", { max_length: 80 })),
 *   label("Meal", stringSelect("meal", [{ label: "Soup", value: "soup" }]), { description: "Vegan" }),
 * ];
 * components.length; // 2
 * ```
 */
export function label<Component extends APIComponentInLabel>(
  text: string,
  component: Component,
  options: LabelOptions = {},
): LabelOf<Component> {
  return built("a label", { type: 18, label: text, component, ...options });
}

/** What a text input may have. */
export interface TextInputOptions extends ComponentOptions {
  /** Whether it takes one line or several. @default {"short"} */
  readonly style?: "short" | "paragraph";
  /** The least characters, 0 to 4000. @default {0} */
  readonly min_length?: number;
  /** The most characters, 1 to 4000. @default {4000} */
  readonly max_length?: number;
  /** Whether it must be filled in. @default {true} */
  readonly required?: boolean;
  /** What it holds from the start. @default {""} */
  readonly value?: string;
  /** What it shows while it is empty, at most 100 characters. @default {undefined} */
  readonly placeholder?: string;
}

/**
 * Builds a field for text, for a label.
 *
 * Source: Discord, "Component Reference", Text Input.
 *
 * @param custom_id What the submitted modal calls it: 1 to 100 characters, once in a modal.
 * @throws {OptionError} if a text or a number is out of Discord's limits.
 *
 * @example
 * ```ts
 * import { label, textInput } from "@parley/parley/discord/interactions";
 *
 * label("What happened?", textInput("story", { style: "paragraph", min_length: 20 })).type; // 18
 * ```
 */
export function textInput<const CustomId extends string>(
  custom_id: CustomId,
  options: TextInputOptions = {},
): WithCustomId<APITextInputComponent, CustomId> {
  const { style = "short", ...rest } = options;
  return built("a text input", { type: 4, custom_id, style: style === "short" ? 1 : 2, ...rest });
}

/** What a file upload may have. */
export interface FileUploadOptions extends ComponentOptions {
  /** The least files, 0 to 10. @default {1} */
  readonly min_values?: number;
  /** The most files, 1 to 10. @default {1} */
  readonly max_values?: number;
  /** Whether there must be any. @default {true} */
  readonly required?: boolean;
  /** Up to 10 of `image`, `video`, `audio` and extensions; look at what comes all the same. @default {all} */
  readonly file_types?: readonly ("image" | "video" | "audio" | `.${string}`)[];
}

/**
 * Builds a field for files, for a label.
 *
 * Source: Discord, "Component Reference", File Upload.
 *
 * @throws {OptionError} if a text or a number is out of Discord's limits.
 *
 * @example
 * ```ts
 * import { fileUpload, label } from "@parley/parley/discord/interactions";
 *
 * label("Proof", fileUpload("proof", { max_values: 3, file_types: ["image", ".pdf"] })).type; // 18
 * ```
 */
export function fileUpload<const CustomId extends string>(
  custom_id: CustomId,
  options: FileUploadOptions = {},
): WithCustomId<APIFileUploadComponent, CustomId> {
  const { file_types, ...rest } = options;
  return built("a file upload", {
    type: 19,
    custom_id,
    ...rest,
    ...(file_types && { file_types: [...file_types] }),
  });
}

/** What a group of radio buttons may have. */
export interface RadioGroupOptions extends ComponentOptions {
  /** Whether one must be chosen. @default {true} */
  readonly required?: boolean;
}

/** Whether one must be chosen, by the options. */
export type RequiredBy<Options extends RadioGroupOptions> = Options extends
  { readonly required: infer Required } ? Required
  : true;

/**
 * Builds a choice of one, for a label.
 *
 * Source: Discord, "Component Reference", Radio Group.
 *
 * @param choices 2 to 10, each with a `label` and a `value` of its own of at most 100 characters.
 * @throws {OptionError} if a text or the count is out of Discord's limits.
 *
 * @example
 * ```ts
 * import { label, radioGroup } from "@parley/parley/discord/interactions";
 *
 * const sizes = [{ label: "Small", value: "s" }, { label: "Large", value: "l" }];
 * label("Size", radioGroup("size", sizes)).component.options.length; // 2
 * ```
 */
export function radioGroup<
  const CustomId extends string,
  const Value extends string,
  const Options extends RadioGroupOptions = Record<never, never>,
>(
  custom_id: CustomId,
  choices: readonly WithValue<APIRadioGroupOption, Value>[],
  options?: Options,
): WithChoices<APIRadioGroupComponent, CustomId, APIRadioGroupOption, Value> & {
  required?: RequiredBy<Options>;
} {
  const group = { type: 21, custom_id, options: [...choices], ...options };
  // What the options say of `required` is what the type says, which a spread does not keep.
  return built("a radio group", group) as unknown as ReturnType<typeof radioGroup<CustomId, Value, Options>>;
}

/** What a group of checkboxes may have. */
export interface CheckboxGroupOptions extends ComponentOptions {
  /** The least that must be chosen, 0 to 10. @default {1} */
  readonly min_values?: number;
  /** The most that can be chosen, 1 to 10. @default {all} */
  readonly max_values?: number;
  /** Whether any must be chosen. @default {true} */
  readonly required?: boolean;
}

/**
 * Builds a choice of several, for a label.
 *
 * Source: Discord, "Component Reference", Checkbox Group.
 *
 * @param choices 1 to 10, each with a `label` and a `value` of its own of at most 100 characters.
 * @throws {OptionError} if a text, a number or the count is out of Discord's limits.
 *
 * @example
 * ```ts
 * import { checkboxGroup, label } from "@parley/parley/discord/interactions";
 *
 * const days = [{ label: "Monday", value: "mon" }, { label: "Friday", value: "fri" }];
 * label("Days", checkboxGroup("days", days, { required: false, min_values: 0 })).type; // 18
 * ```
 */
export function checkboxGroup<const CustomId extends string, const Value extends string>(
  custom_id: CustomId,
  choices: readonly WithValue<APICheckboxGroupOption, Value>[],
  options: CheckboxGroupOptions = {},
): WithChoices<APICheckboxGroupComponent, CustomId, APICheckboxGroupOption, Value> {
  return built("a checkbox group", { type: 22, custom_id, options: [...choices], ...options });
}

/** What a checkbox may have. */
export interface CheckboxOptions extends ComponentOptions {
  /** Whether it is checked from the start. @default {false} */
  readonly default?: boolean;
}

/**
 * Builds a yes or no, for a label.
 *
 * Source: Discord, "Component Reference", Checkbox.
 *
 * @throws {OptionError} if the `custom_id` is empty or too long.
 *
 * @example
 * ```ts
 * import { checkbox, label } from "@parley/parley/discord/interactions";
 *
 * label("Tell me about news", checkbox("news", { default: true })).type; // 18
 * ```
 */
export function checkbox<const CustomId extends string>(
  custom_id: CustomId,
  options: CheckboxOptions = {},
): WithCustomId<APICheckboxComponent, CustomId> {
  return built("a checkbox", { type: 23, custom_id, ...options });
}
