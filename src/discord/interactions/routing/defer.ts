import { OptionError } from "../../../protocol/errors.ts";
import { ANSWER_WITHIN } from "../interaction/_deadline.ts";
import type { AnyInteraction } from "./middleware.ts";

/**
 * Whether, and how, an interaction is deferred whose handler takes long; see {@linkcode AutoDeferOptions}. A function is
 * asked for each before its handler is called.
 */
export type AutoDefer =
  | boolean
  | AutoDeferOptions
  | ((i: AnyInteraction) => boolean | AutoDeferOptions);

/** How an interaction is deferred whose handler takes long. */
export interface AutoDeferOptions {
  /** After how many milliseconds, less than the 3,000 that Discord waits. @default {2_000} */
  readonly after?: number;
  /**
   * Whether only the user sees that it is coming. A reply that is meant otherwise takes its place, which costs one
   * more request. @default {false}
   */
  readonly ephemeral?: boolean;
}

/**
 * Checks when something is deferred.
 *
 * @throws {OptionError} if that is not before Discord waits no longer.
 */
export function checkDefer<Defer extends AutoDefer | undefined>(autoDefer: Defer): Defer {
  if (typeof autoDefer !== "object" || autoDefer.after === undefined) return autoDefer;
  if (autoDefer.after >= 0 && autoDefer.after < ANSWER_WITHIN) return autoDefer;
  const need = `choose less than the ${ANSWER_WITHIN} ms that Discord waits`;
  throw new OptionError(`Cannot defer after "${autoDefer.after}" ms: ${need}`);
}
