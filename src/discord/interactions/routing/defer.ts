import { OptionError } from "../../../protocol/errors.ts";
import { ANSWER_WITHIN } from "../../rest/_deadline.ts";
import type { Answer } from "../interaction/answer.ts";
import { deferAt } from "../interaction/deferral.ts";
import { isComponent, isModalSubmit } from "../interaction/payload_reader.ts";
import type { AnyInteraction } from "./middleware.ts";

/** Whether, and how, interactions are deferred whose handlers take long: by {@linkcode autoDefer}, or not, by `false`. */
export type AutoDefer = false | AutoDeferral;

/** What {@linkcode autoDefer} makes. */
export interface AutoDeferral {
  /** Finds out how one is deferred; undefined if it is not. For routers, before its handler is called. */
  readonly prepare: (i: AnyInteraction, answer: Answer) => (() => void) | undefined;
}

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

const SAFE_MARGIN = 2_000;

/**
 * Defers what has no answer after a while: messages as "thinking…", components and the modals that they showed without a
 * trace. `reply` and `update` then give what was deferred, as if they had been in time. A function is asked for each
 * interaction before its handler is called. It is an option of a router, or of a command.
 *
 * Source: Discord, "Receiving and Responding", Interaction Callback.
 *
 * @throws {OptionError} if `after` is not before the 3 seconds are over.
 *
 * @example
 * ```ts
 * import { autoDefer, command, InteractionRouter } from "@parley/parley/discord/interactions";
 *
 * const router = new InteractionRouter({ autoDefer: autoDefer() }).add(
 *   command("slow", "Takes its time", async (i) => {
 *     await new Promise((done) => setTimeout(done, 5_000));
 *     await i.reply("At last"); // in place of "thinking…"
 *   }),
 * );
 * router.commands().length; // 1
 * ```
 */
export function autoDefer(
  how: AutoDeferOptions | ((i: AnyInteraction) => boolean | AutoDeferOptions) = {},
): AutoDeferral {
  if (typeof how !== "function") check(how);
  return {
    prepare: (i, answer) => {
      const chosen = typeof how === "function" ? how(i) : how;
      if (chosen === false) return undefined;
      const { after = SAFE_MARGIN, ephemeral = false } = chosen === true ? {} : check(chosen);
      const { payload } = answer;
      const isUpdate = isComponent(payload) || (isModalSubmit(payload) && payload.message !== undefined);
      return () => deferAt(answer, answer.since + after, isUpdate, ephemeral);
    },
  };
}

function check(options: AutoDeferOptions): AutoDeferOptions {
  const { after = 0 } = options;
  if (after >= 0 && after < ANSWER_WITHIN) return options;
  const need = `choose less than the ${ANSWER_WITHIN} ms that Discord waits`;
  throw new OptionError(`Cannot defer after "${after}" ms: ${need}`);
}
