import type { APIMessageComponentInteraction } from "discord-api-types/v10";
import { OptionError } from "../../../protocol/errors.ts";
import {
  chosenIn,
  ComponentInteraction,
  type ComponentKind,
  type ComponentValues,
} from "../interaction/component_interaction.ts";
import { CustomId, type CustomIdArguments, type CustomIdParams } from "../parts/custom_id.ts";
import { isComponent } from "../interaction/payload_reader.ts";
import { resolve } from "../interaction/resolved.ts";
import type { HandlerResult, Opener } from "./match.ts";

/** What answers one kind of component. Made by {@linkcode component}. */
export interface Component<Pattern extends string = string, in Context = never> {
  /** Tells definitions apart. */
  readonly kind: "component";
  /** Builds and matches its `custom_id`. */
  readonly customId: CustomId<Pattern>;
  /** The type of component; undefined for any. */
  readonly type: number | undefined;
  /** Opens one use of it; for routers. */
  readonly open: Opener<Context>;
  /**
   * Makes a `custom_id` for a button or a select that this answers.
   *
   * @throws {CommandError} `invalid_command` if a value is missing, or the whole has more than 100 characters.
   */
  id(...params: CustomIdArguments<Pattern>): string;
}

const TYPES: Readonly<Record<ComponentKind, number>> = {
  button: 2,
  string_select: 3,
  user_select: 5,
  role_select: 6,
  mentionable_select: 7,
  channel_select: 8,
};

/** What answers a component of any kind. */
export type ComponentHandler<Pattern extends string, Values, Context> = (
  i: ComponentInteraction<CustomIdParams<Pattern>, Values>,
  context: Context,
) => HandlerResult;

/**
 * Defines what answers buttons and selects, by a pattern of their `custom_id`. With a kind, only such
 * components are answered, and what was chosen comes as what it is.
 *
 * @throws {OptionError} if the pattern is not acceptable, or there is no such kind.
 *
 * @example
 * ```ts
 * import { component, successButton } from "@parley/parley/discord/interactions";
 *
 * const vote = component("vote:{poll}:{choice}", (i) => i.update(`You chose ${i.params.choice}`));
 * const button = successButton(vote.id({ poll: "7", choice: "yes" }), "Yes");
 * const blame = component("blame", "user_select", (i) => i.reply(`Not ${i.values[0]?.user.username}!`));
 * ```
 */
export function component<const Pattern extends string, Context = unknown>(
  pattern: Pattern,
  handler: ComponentHandler<Pattern, readonly string[], Context>,
): Component<Pattern, Context>;
export function component<const Pattern extends string, Kind extends ComponentKind, Context = unknown>(
  pattern: Pattern,
  kind: Kind,
  handler: ComponentHandler<Pattern, ComponentValues[Kind], Context>,
): Component<Pattern, Context>;
export function component<const Pattern extends string, Context>(
  pattern: Pattern,
  ...[first, second]:
    | [handler: ComponentHandler<Pattern, never, Context>]
    | [kind: ComponentKind, handler: ComponentHandler<Pattern, never, Context>]
): Component<Pattern, Context> {
  const customId = new CustomId(pattern);
  const kind = typeof first === "string" ? first : undefined;
  const handler = typeof first === "string" ? second : first;
  if (kind !== undefined && !Object.hasOwn(TYPES, kind) || typeof handler !== "function") {
    const need = `pass one of ${Object.keys(TYPES).map((kind) => `"${kind}"`).join(", ")}, then the handler`;
    throw new OptionError(`Cannot define component "${pattern}": "${kind}" is no kind; ${need}`);
  }
  return {
    kind: "component",
    customId,
    type: kind && TYPES[kind],
    open: (payload, answer) => {
      const params = isComponent(payload) ? customId.match(payload.data.custom_id) : undefined;
      if (params === undefined || !isComponent(payload)) return undefined;
      return { i: new ComponentInteraction(payload, answer, params, valuesOf(kind, payload)), handler };
    },
    id: (...params) => customId.build(...params),
  };
}

/** What the user chose, as what it is where the kind is known. */
function valuesOf(kind: ComponentKind | undefined, payload: APIMessageComponentInteraction): unknown {
  const { data } = payload;
  const values = chosenIn(payload);
  const resolved = "resolved" in data ? data.resolved : undefined;
  switch (kind) {
    case undefined:
    case "string_select":
      return values;
    case "button":
      return undefined;
    case "user_select":
      return values.map((id) => resolve("user", id, resolved));
    case "role_select":
      return values.map((id) => resolve("role", id, resolved));
    case "mentionable_select":
      return values.map((id) => resolve("mentionable", id, resolved));
    case "channel_select":
      return values.map((id) => resolve("channel", id, resolved));
  }
}
