import type { Instant } from "@parley/parley/protocol";
import type { NetworkFault } from "../world/faults.ts";
import type { Freeze } from "../world/simulation.ts";
import { seededRandom } from "../world/random.ts";
import type { StopHow } from "./bot/bot.ts";

/** How far a network fault is limited: it meets all links and requests of the bots. */
type Unscoped<Some> = Some extends { readonly at: Instant } ? Omit<Some, "scope"> : never;

/**
 * Something that goes wrong in the world of a bot, as data: `at` so many milliseconds after the first bot is up.
 *
 * @typeParam Command What the server can be told to do.
 */
export type BotFault<Command = never> =
  /** Something about the network. */
  | Unscoped<NetworkFault>
  /** The bots' processes stand still for so long, in milliseconds. */
  | { readonly kind: "freeze"; readonly at: Instant; readonly ms: number } & Freeze
  /** The bots' processes end and are started again so many milliseconds later, however often that takes. */
  | { readonly kind: "restart"; readonly at: Instant; readonly how: StopHow; readonly after: number }
  /** The server does something. */
  | { readonly kind: "server"; readonly at: Instant; readonly command: Command };

/** How long the longest of them lasts, in milliseconds. */
const LONGEST = 30_000;

/** The faults that belong to a seed: so many at most, within so many milliseconds. */
export function drawPlan<Command>(
  seed: number,
  commands: readonly Command[],
  { most, until }: { readonly most: number; readonly until: number },
): BotFault<Command>[] {
  const random = seededRandom(seed, "plan");
  const whole = (least: number, limit: number) => least + Math.floor(random() * (limit - least));
  const one = <T>(of: readonly [T, ...T[]]): T => of[whole(0, of.length)] ?? of[0];
  const draw = (): BotFault<Command> => {
    const at = whole(0, until);
    const ms = whole(100, LONGEST);
    const [command, ...more] = commands;
    const kinds = [
      ...[
        "reset",
        "stall",
        "silence",
        "partition",
        "refuse",
        "slow",
        "coalesce",
        "narrow",
        "freeze",
        "restart",
      ],
      ...command === undefined ? [] : ["server", "server", "server"],
    ] as const;
    switch (kinds[whole(0, kinds.length)]) {
      case "stall":
        return {
          kind: "stall",
          at,
          ms,
          directions: one([["to client"], ["to server"], ["to client", "to server"]]),
        };
      case "silence":
        return { kind: "silence", at, ms, directions: ["to client", "to server"] };
      case "partition":
        return { kind: "partition", at, ms };
      case "refuse":
        return { kind: "refuse", at, ms, cause: one(["refused", "tls"]) };
      case "slow":
        return { kind: "slow", at, ms, latency: whole(50, 2_000) };
      case "coalesce":
        return { kind: "coalesce", at, ms, every: whole(10, 1_000) };
      case "narrow":
        return { kind: "narrow", at, ms, perSecond: whole(500, 20_000) };
      case "freeze":
        return { kind: "freeze", at, ms };
      case "restart":
        return { kind: "restart", at, how: one(["asked", "killed", "gone"]), after: whole(0, 10_000) };
      case "server":
        if (command !== undefined) return { kind: "server", at, command: one([command, ...more]) };
    }
    return { kind: "reset", at };
  };
  return Array.from({ length: whole(1, most + 1) }, draw).sort((a, b) => a.at - b.at);
}

/** When a fault is over, in milliseconds after the first bot is up. */
export function endOf(fault: BotFault<unknown>): Instant {
  if (fault.kind === "restart") return fault.at + fault.after;
  return fault.at + ("ms" in fault ? fault.ms ?? 0 : 0);
}
