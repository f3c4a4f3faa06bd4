import type { BotWorld } from "./bot_world.ts";
import type { BotFault } from "./plan.ts";

/** What has gone wrong. */
export interface Wrong {
  readonly error: unknown;
}

/**
 * Runs a scenario in a world in which faults happen, and closes that. Gives what went wrong first: what the scenario
 * threw, be it nothing, or what the world found at its end; undefined if all was well.
 */
export async function play<Command, World extends BotWorld<Command>>(
  world: World & BotWorld<Command>,
  faults: readonly BotFault<Command>[],
  scenario: (world: World) => Promise<void>,
): Promise<Wrong | undefined> {
  world.schedule(faults);
  let wrong: Wrong | undefined;
  try {
    await scenario(world);
  } catch (error) {
    wrong = { error };
  }
  await world.close().catch((error: unknown) => wrong ??= { error });
  return wrong;
}
