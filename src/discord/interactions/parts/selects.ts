import type {
  APIChannelSelectComponent,
  APIMentionableSelectComponent,
  APIRoleSelectComponent,
  APISelectMenuOption,
  APIStringSelectComponent,
  APIUserSelectComponent,
  ChannelType,
} from "discord-api-types/v10";
import { built } from "./_build.ts";

/** What any select may have. */
export interface SelectOptions {
  /** What it shows while nothing is chosen, at most 150 characters. @default {undefined} */
  readonly placeholder?: string;
  /** How many must be chosen, 0 to 25. @default {1} */
  readonly min_values?: number;
  /** How many can be chosen, 1 to 25. @default {1} */
  readonly max_values?: number;
  /** In a modal, whether it must be answered. @default {true} */
  readonly required?: boolean;
  /** In a message, whether it cannot be used. @default {false} */
  readonly disabled?: boolean;
  /** Tells it apart within its message, in numbers. @default {given by Discord} */
  readonly id?: number;
}

/** What a select of users, roles or channels may have. */
export interface EntitySelectOptions extends SelectOptions {
  /** The IDs that are chosen from the start. @default {[]} */
  readonly defaults?: readonly string[];
}

/** What a select of users and roles may have. */
export interface MentionableSelectOptions extends SelectOptions {
  /** Who is chosen from the start. @default {[]} */
  readonly defaults?: readonly { readonly type: "user" | "role"; readonly id: string }[];
}

/** What a select of channels may have. */
export interface ChannelSelectOptions extends EntitySelectOptions {
  /** The types that are offered. @default {all} */
  readonly channel_types?: readonly ChannelType[];
}

/** A component with its `custom_id`, as a literal where it was given as one. */
export type WithCustomId<Component, CustomId extends string> = Component & { custom_id: CustomId };

/** A choice with its value, as a literal where it was given as one. */
export type WithValue<Choice, Value extends string> = Choice & { readonly value: Value };

/** A component with its `custom_id` and the values of its choices, as literals where they were given as such. */
export type WithChoices<Component, CustomId extends string, Choice, Value extends string> =
  & Omit<Component, "custom_id" | "options">
  & { custom_id: CustomId; options: WithValue<Choice, Value>[] };

/**
 * Builds a select of given texts, for an action row or a label.
 *
 * Source: Discord, "Component Reference", String Select.
 *
 * @param custom_id What its interaction says: 1 to 100 characters, once in a message.
 * @param choices 1 to 25, each with a `label` and a `value` of its own of at most 100 characters.
 * @throws {OptionError} if a text, a number or the count is out of Discord's limits.
 *
 * @example
 * ```ts
 * import { actionRow, stringSelect } from "@parley/parley/discord/interactions";
 *
 * const colours = stringSelect("colour", [
 *   { label: "Red", value: "red", emoji: { name: "🟥" } },
 *   { label: "Blue", value: "blue", default: true },
 * ], { placeholder: "Which one?" });
 * actionRow(colours).components.length; // 1
 * ```
 */
export function stringSelect<const CustomId extends string, const Value extends string>(
  custom_id: CustomId,
  choices: readonly WithValue<APISelectMenuOption, Value>[],
  options: SelectOptions = {},
): WithChoices<APIStringSelectComponent, CustomId, APISelectMenuOption, Value> {
  return built("a string select", { type: 3, custom_id, options: [...choices], ...options });
}

/**
 * Builds a select of users, for an action row or a label.
 *
 * Source: Discord, "Component Reference", User Select.
 *
 * @throws {OptionError} if a text, a number or an ID is out of Discord's limits.
 *
 * @example
 * ```ts
 * import { userSelect } from "@parley/parley/discord/interactions";
 *
 * userSelect("blame", { max_values: 3, defaults: ["80351110224678912"] }).type; // 5
 * ```
 */
export function userSelect<const CustomId extends string>(
  custom_id: CustomId,
  options: EntitySelectOptions = {},
): WithCustomId<APIUserSelectComponent, CustomId> {
  return entitySelect<WithCustomId<APIUserSelectComponent, CustomId>>(5, custom_id, "user", options);
}

/**
 * Builds a select of roles, for an action row or a label.
 *
 * Source: Discord, "Component Reference", Role Select.
 *
 * @throws {OptionError} if a text, a number or an ID is out of Discord's limits.
 *
 * @example
 * ```ts
 * import { roleSelect } from "@parley/parley/discord/interactions";
 *
 * roleSelect("team", { placeholder: "Your team" }).type; // 6
 * ```
 */
export function roleSelect<const CustomId extends string>(
  custom_id: CustomId,
  options: EntitySelectOptions = {},
): WithCustomId<APIRoleSelectComponent, CustomId> {
  return entitySelect<WithCustomId<APIRoleSelectComponent, CustomId>>(6, custom_id, "role", options);
}

/**
 * Builds a select of users and roles, for an action row or a label.
 *
 * Source: Discord, "Component Reference", Mentionable Select.
 *
 * @throws {OptionError} if a text, a number or an ID is out of Discord's limits.
 *
 * @example
 * ```ts
 * import { mentionableSelect } from "@parley/parley/discord/interactions";
 *
 * mentionableSelect("ping", { defaults: [{ type: "role", id: "80351110224678912" }] }).type; // 7
 * ```
 */
export function mentionableSelect<const CustomId extends string>(
  custom_id: CustomId,
  options: MentionableSelectOptions = {},
): WithCustomId<APIMentionableSelectComponent, CustomId> {
  const { defaults, ...rest } = options;
  return select<WithCustomId<APIMentionableSelectComponent, CustomId>>(7, custom_id, defaults, rest);
}

/**
 * Builds a select of channels, for an action row or a label.
 *
 * Source: Discord, "Component Reference", Channel Select.
 *
 * @throws {OptionError} if a text, a number or an ID is out of Discord's limits.
 *
 * @example
 * ```ts
 * import { channelSelect } from "@parley/parley/discord/interactions";
 *
 * const GUILD_TEXT = 0;
 * channelSelect("where", { channel_types: [GUILD_TEXT] }).type; // 8
 * ```
 */
export function channelSelect<const CustomId extends string>(
  custom_id: CustomId,
  options: ChannelSelectOptions = {},
): WithCustomId<APIChannelSelectComponent, CustomId> {
  return entitySelect<WithCustomId<APIChannelSelectComponent, CustomId>>(8, custom_id, "channel", options);
}

function entitySelect<Select extends { readonly type: number }>(
  type: Select["type"],
  custom_id: string,
  kind: "user" | "role" | "channel",
  { defaults, ...options }: EntitySelectOptions,
): Select {
  return select(type, custom_id, defaults?.map((id) => ({ id, type: kind })), options);
}

function select<Select extends { readonly type: number }>(
  type: Select["type"],
  custom_id: string,
  defaults: readonly { readonly id: string; readonly type: string }[] | undefined,
  options: SelectOptions,
): Select {
  const component = { type, custom_id, ...options, ...(defaults && { default_values: [...defaults] }) };
  // The types of default values are an enum of strings, which only its own members are assignable to.
  return built("a select", component) as unknown as Select;
}
