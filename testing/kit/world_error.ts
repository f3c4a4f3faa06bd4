import type { Violation } from "../world/checking/violation.ts";

/**
 * What a world finds wrong: that an expectation was not met, or that a rule was broken. Its message tells what
 * happened last, at which virtual times, and the seed.
 *
 * @example
 * ```ts
 * import { ircWorld, WorldError } from "@parley/testing";
 *
 * const world = await ircWorld();
 * const failed = await world.expect("#deno").toSay("pong").catch((error: unknown) => error);
 * failed instanceof WorldError; // true: there is no bot
 * await world.close();
 * ```
 */
export class WorldError extends Error {
  override readonly name: string = "WorldError";
  /** The rules that were broken; none if an expectation was not met. */
  readonly violations: readonly Violation[];

  /** Takes what is wrong. */
  constructor(message: string, violations: readonly Violation[] = [], options?: ErrorOptions) {
    super(message, options);
    this.violations = violations;
  }
}
