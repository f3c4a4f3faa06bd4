import type { APIInteraction } from "discord-api-types/v10";
import type { Answer } from "../interaction/answer.ts";
import type { AnyInteraction } from "./middleware.ts";

/**
 * What a handler gives back: nothing, or a promise of nothing; whatever else is ignored. It is `any` and not `unknown`
 * for one reason: TypeScript then does not look at it to find the type of what is defined, so that a component and a
 * message that has it may refer to each other without an annotation.
 */
// deno-lint-ignore no-explicit-any
export type HandlerResult = any;

/** What answers an interaction: the interaction as its handler sees it, and the handler. */
export interface Match<in Context> {
  /** What the handler is called with. */
  readonly i: AnyInteraction;
  /** Answers it. */
  readonly handler: (i: never, context: Context) => unknown;
}

/**
 * Opens an interaction for what was defined; undefined if that does not answer it.
 *
 * @throws {ProtocolError} if what came does not fit what was defined.
 */
export type Opener<in Context> = (payload: APIInteraction, answer: Answer) => Match<Context> | undefined;
