import { checkNamesAndKinds } from "@parley/parley/internal";
import type { BotWorld } from "./bot_world.ts";
import { type Duration, milliseconds } from "./time/duration.ts";
import { play, type Wrong } from "./_play.ts";
import { type BotFault, drawPlan } from "./plan.ts";
import { WorldError } from "./world_error.ts";

/** How many worlds a property is tried in, and how bad they are. */
export interface PropertyOptions {
  /** How many. @default {30} */
  readonly runs?: number;
  /** The seed of the first; those that follow are the next. @default one that is drawn, and told if a world goes wrong */
  readonly from?: number;
  /** How many faults there are in a world at most. @default {5} */
  readonly faults?: number;
  /** For how long after the bot is up faults begin. @default {"2min"} */
  readonly until?: Duration;
}

/** The longest a failing plan is made smaller, in milliseconds. */
const LONGEST_SHRINK = 20_000;

/**
 * Runs a scenario in many worlds in which things go wrong: links break and stall, processes stand still and die, the
 * server asks to reconnect. Whatever the scenario expects must hold all the same, and so must the rules; where a bot needs
 * time to come back, it says `await world.calm()` first. The faults of a world that goes wrong are made as few as possible,
 * and told as a test to paste.
 *
 * @throws {WorldError} if a world goes wrong: with its seed, its faults as a test, and what happened last.
 * @throws {RangeError} if there are to be no runs: a property of no world holds always.
 *
 * @example
 * ```ts
 * import { IrcClient } from "@parley/parley/irc";
 * import { ircWorld, property } from "@parley/testing";
 *
 * await property(ircWorld, async (world) => {
 *   await world.start(async (runtime) => {
 *     const irc = new IrcClient({ host: "irc.test", nick: "bot", channels: ["#deno"], runtime });
 *     irc.on("PRIVMSG", (event) => void irc.privmsg("#deno", `You said ${event.text}`));
 *     return await irc.connect();
 *   });
 *   await world.calm();
 *   await world.user("ada").says("#deno", "hello");
 *   await world.expect("#deno").toSay("You said hello");
 * }, { runs: 5, from: 1 });
 * ```
 */
export async function property<Command, World extends BotWorld<Command>>(
  makeWorld: (options: { readonly seed: number }) => Promise<World & BotWorld<Command>>,
  scenario: (world: World) => Promise<void>,
  options: PropertyOptions = {},
): Promise<void> {
  checkNamesAndKinds<PropertyOptions>("try a property", options, {
    runs: ["number", "undefined"],
    from: ["number", "undefined"],
    faults: ["number", "undefined"],
    until: ["number", "string", "undefined"],
  });
  if (typeof makeWorld !== "function" || typeof scenario !== "function") {
    throw new TypeError("Cannot try a property: give what makes a world, such as `ircWorld`, and a scenario");
  }
  const { runs = 30, from = Math.floor(Math.random() * 1e9), faults = 5, until = "2min" } = options;
  checkWhole("runs", runs, 1);
  checkWhole("from", from, 0);
  checkWhole("faults", faults, 0);
  const how = { most: faults, until: milliseconds(until) };
  const attempt = async (seed: number, plan?: readonly BotFault<Command>[]): Promise<Attempt<Command>> => {
    const world = await makeWorld({ seed });
    const scheduled = plan ?? drawPlan(seed, world.troubles, how);
    return { plan: scheduled, wrong: await play<Command, World>(world, scheduled, scenario) };
  };
  for (let seed = from; seed < from + runs; seed++) {
    const first = await attempt(seed);
    if (first.wrong === undefined) continue;
    const { plan, wrong: { error } = first.wrong } = await shrunk(first, (plan) => attempt(seed, plan));
    const text = error instanceof Error ? error.message : String(error);
    const again = await attempt(seed, plan);
    const chance = again.wrong === undefined ? CHANCE : "";
    const which = `Seed ${seed} goes wrong, of ${runs} from ${from}`;
    const violations = error instanceof WorldError ? error.violations : [];
    const test = asTest(makeWorld.name, scenario.name, seed, plan);
    throw new WorldError(`${which}: ${text}${chance}\n\nAs a test:\n${test}`, violations, { cause: error });
  }
}

/** Where it did not happen again. */
const CHANCE = "\n\nTried again, all was well: something depends on more than the seed, such as real time, " +
  "`Math.random()`, or what an earlier world has left behind";

/** What came of a world. */
interface Attempt<Command> {
  readonly plan: readonly BotFault<Command>[];
  /** Undefined: all was well. */
  readonly wrong: Wrong | undefined;
}

/** Leaves out of a plan whatever the failure does not need, and makes shorter what remains. */
async function shrunk<Command>(
  failed: Attempt<Command>,
  attempt: (plan: readonly BotFault<Command>[]) => Promise<Attempt<Command>>,
): Promise<Attempt<Command>> {
  const until = performance.now() + LONGEST_SHRINK;
  let smallest = failed;
  const isStillWrong = async (plan: readonly BotFault<Command>[]) => {
    if (performance.now() > until) return false;
    const tried = await attempt(plan);
    if (tried.wrong !== undefined) smallest = tried;
    return tried.wrong !== undefined;
  };
  for (let index = smallest.plan.length - 1; index >= 0; index--) {
    await isStillWrong(smallest.plan.toSpliced(index, 1));
  }
  for (let index = 0; index < smallest.plan.length; index++) {
    for (;;) {
      const fault = smallest.plan[index];
      if (fault === undefined || !("ms" in fault) || fault.ms === undefined || fault.ms < 1_000) break;
      if (!await isStillWrong(smallest.plan.with(index, { ...fault, ms: Math.ceil(fault.ms / 2) }))) break;
    }
  }
  return smallest;
}

/** @throws {RangeError} if it is no whole number, or less. */
function checkWhole(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new RangeError(
    `Cannot try a property: \`${name}\` is ${value}; give a whole number from ${least} on`,
  );
}

function asTest(
  makeWorld: string,
  scenario: string,
  seed: number,
  plan: readonly BotFault<unknown>[],
): string {
  const faults = plan.map((fault) => `    ${JSON.stringify(fault)},\n`).join("");
  return [
    `test("seed ${seed}", async () => {`,
    `  await using world = await ${makeWorld || "makeWorld"}({ seed: ${seed} });`,
    `  world.schedule([${faults === "" ? "" : `\n${faults}  `}]);`,
    `  await ${scenario || "scenario"}(world);`,
    `});`,
  ].join("\n");
}
