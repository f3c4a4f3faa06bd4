import { OptionError } from "../../../protocol/errors.ts";
import { openUnknown } from "./_routes.ts";
import type { HandlerResult, Opener } from "./match.ts";
import type { AutocompleteInteraction } from "./autocomplete_interaction.ts";
import type {
  CommandInteraction,
  EntryPointInteraction,
  MessageCommandInteraction,
  UserCommandInteraction,
} from "../interaction/command_interaction.ts";
import { refusal } from "../interaction/refusal.ts";
import type { ComponentInteraction } from "../interaction/component_interaction.ts";
import type { ModalInteraction } from "../interaction/modal_interaction.ts";

/** Any interaction, told apart by `kind`. */
export type AnyInteraction =
  | CommandInteraction
  | UserCommandInteraction
  | MessageCommandInteraction
  | EntryPointInteraction
  | AutocompleteInteraction
  | ComponentInteraction
  | ModalInteraction;

/**
 * Runs around handlers: calls `next` to go on, or answers by itself. What a handler throws, `next` throws.
 *
 * @example
 * ```ts
 * import type { Middleware } from "@parley/parley/discord/interactions";
 *
 * const inGuildsOnly: Middleware = async (i, next) => {
 *   if (i.guildId !== undefined || i.kind === "autocomplete") return await next();
 *   await i.reply({ content: "Only in servers", ephemeral: true });
 * };
 * ```
 */
export type Middleware<Context = unknown> = (
  i: AnyInteraction,
  next: () => Promise<void>,
  context: Context,
) => HandlerResult;

/** What answers when nothing else does. Made by {@linkcode fallback}. */
export interface Fallback<in Context = never> {
  /** Tells definitions apart. */
  readonly kind: "fallback";
  /** Opens any interaction; for routers. */
  readonly open: Opener<Context>;
}

/**
 * Defines what answers when nothing else does, instead of a message that says so.
 *
 * @throws {OptionError} if there is no handler.
 *
 * @example
 * ```ts
 * import { fallback, InteractionRouter } from "@parley/parley/discord/interactions";
 *
 * const router = new InteractionRouter().add(fallback((i) => {
 *   if (i.kind === "component") return i.update({ content: "This is over", components: [] });
 *   if (i.kind !== "autocomplete") return i.reply({ content: "This is gone", ephemeral: true });
 * }));
 * ```
 */
export function fallback<Context = unknown>(
  handler: (i: AnyInteraction, context: Context) => HandlerResult,
): Fallback<Context> {
  if (typeof handler !== "function") {
    throw new OptionError("Cannot define fallback: it has no handler; pass one");
  }
  return {
    kind: "fallback",
    open: (payload, answer) => {
      const i = openUnknown(payload, answer);
      return i && { i, handler };
    },
  };
}

/** Runs a handler inside of middlewares, the first outermost. */
export function runThrough<Context>(
  middlewares: readonly Middleware<Context>[],
  i: AnyInteraction,
  context: Context,
  handler: () => HandlerResult,
  from = 0,
): unknown {
  const middleware = middlewares[from];
  if (middleware === undefined) return handler();
  let gone = false;
  const next = async () => {
    if (gone) throw refusal("run the handler twice", "call next once");
    gone = true;
    await runThrough(middlewares, i, context, handler, from + 1);
  };
  return middleware(i, next, context);
}
