import fc from "fast-check";
import type { Host } from "../../src/driver/host.ts";
import { play, type Wrong } from "../../testing/kit/_play.ts";
import type { BotWorld } from "../../testing/kit/bot_world.ts";
import { type BotFault, drawPlan } from "../../testing/kit/plan.ts";
import { WorldError } from "../../testing/kit/world_error.ts";
import type { Fault } from "../../testing/world/faults.ts";
import { seededRandom } from "../../testing/world/random.ts";
import type { PlantedBug, World } from "../../testing/world/checking/search.ts";
import type { Violation } from "../../testing/world/checking/violation.ts";

/** What only the world of a bot can let happen. */
export type KitAct<Command> = Extract<BotFault<Command>, { readonly kind: "restart" | "server" }>;

/** A wrong variant of the bot's client, by the outside that it is given. */
export interface KitBug extends PlantedBug {
  readonly host: (host: Host) => Host;
}

/** What a scenario has beside its world. */
export interface Part {
  /** What to give a bot for the runtime that its world gives. */
  readonly runtime: (host: Host) => Host;
  /** Draws what people do. */
  readonly random: () => number;
}

/** A world of the kit that people are given, and what happens in it. */
export interface KitSetup<Command, Kit extends BotWorld<Command>> {
  readonly name: string;
  readonly identifier: string;
  readonly bugs: Readonly<Record<string, KitBug>>;
  readonly make: (seed: number) => Kit & BotWorld<Command>;
  /** Expects of the bot whatever it must do, whatever happens. */
  readonly scenario: (world: Kit, part: Part) => Promise<void>;
}

/** No fault begins later than so long after the bot is up, in milliseconds. */
const UNTIL = 120_000;
const MOST = 8;
/** Whatever it is called by those who start no other. */
const BOT = "bot";

/** The world of a bot as one to search: what `property` draws goes wrong, and is made less where that finds something. */
export function kitWorld<Command, Kit extends BotWorld<Command>>(
  { name, identifier, bugs, make, scenario }: KitSetup<Command, Kit>,
): World<KitAct<Command>> {
  const { troubles } = make(1);
  const drawn = fc.noShrink(fc.nat()).map((seed) => drawPlan(seed, troubles, { most: MOST, until: UNTIL }));
  return {
    name,
    identifier,
    bugs,
    until: UNTIL,
    plans: drawn.chain((plan) => fc.subarray(plan.map(asFault))),
    run: async (seed, plan, bug) => {
      const world = make(seed);
      const began = world.clock.now();
      let events = 0;
      const planted = bug === undefined ? undefined : bugs[bug];
      const runtime = (host: Host): Host => {
        const counting: Host = {
          ...host,
          told: (event, label) => {
            events++;
            host.told?.(event, label);
          },
        };
        return planted?.host(counting) ?? counting;
      };
      const random = seededRandom(seed, "people");
      const wrong = await play<Command, Kit>(
        world,
        plan.map(asBotFault),
        (world) => scenario(world, { runtime, random }),
      );
      return {
        violations: [...unexpected(wrong), ...world.check()],
        trace: world.simulation.trace,
        simulated: world.clock.now() - began,
        events,
      };
    },
  };
}

/** What went wrong beside the rules that were broken. */
function unexpected(wrong: Wrong | undefined): Violation[] {
  if (wrong === undefined) return [];
  const { error } = wrong;
  if (error instanceof WorldError && error.violations.length > 0) return [];
  return [{ rule: "unexpected", message: error instanceof Error ? error.message : String(error) }];
}

function asFault<Command>(fault: BotFault<Command>): Fault<KitAct<Command>> {
  if (fault.kind === "restart" || fault.kind === "server") return { kind: "act", at: fault.at, act: fault };
  return fault.kind === "freeze" ? { ...fault, client: BOT } : fault;
}

function asBotFault<Command>(fault: Fault<KitAct<Command>>): BotFault<Command> {
  if (fault.kind === "act") return { ...fault.act, at: fault.at };
  if (fault.kind === "skew" || fault.kind === "part") {
    throw new RangeError(`Cannot let "${fault.kind}" happen in the world of a bot`);
  }
  return fault;
}
