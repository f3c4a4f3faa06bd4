import { type Clock, systemClock } from "../../../driver/clock/clock.ts";
import { OptionError } from "../../../protocol/errors.ts";
import type { MessageOptions } from "../interaction/interaction.ts";
import type { AnyInteraction, Middleware } from "./middleware.ts";

/** How often something may be used, and what is said of more. */
export interface CooldownOptions {
  /** How long it takes until it may be used again, in milliseconds, above 0. */
  readonly every: number;
  /** How often it may be used in that time, 1 or more. @default {1} */
  readonly uses?: number;
  /**
   * For whom it is counted: each user, each guild (in direct messages each user), or what a function says, of which
   * undefined is not counted. @default {"user"}
   */
  readonly per?: "user" | "guild" | ((i: AnyInteraction) => string | undefined);
  /** What is said of more, by how many milliseconds it takes yet. @default {a message that only the user sees} */
  readonly reply?: (left: number) => string | MessageOptions;
  /** For how many of them it is remembered; whoever used it longest ago is forgotten first. @default {10_000} */
  readonly capacity?: number;
  /** Tells the time. @default {systemClock} */
  readonly clock?: Pick<Clock, "now">;
}

/**
 * Makes a middleware that lets each user or guild use what is behind it so often only. Choices for an autocomplete are not
 * counted. It remembers within its process: an edge worker has one for each isolate.
 *
 * @throws {OptionError} if a number is not acceptable.
 *
 * @example
 * ```ts
 * import { command, cooldown, InteractionRouter } from "@parley/parley/discord/interactions";
 *
 * const dice = new InteractionRouter()
 *   .use(cooldown({ every: 10_000, uses: 3, per: "guild" }))
 *   .add(command("roll", "Rolls a die", (i) => i.reply(String(1 + Math.floor(Math.random() * 6)))));
 * const router = new InteractionRouter().add(dice, command("ping", "Answers pong", (i) => i.reply("pong")));
 * router.commands().length; // 2
 * ```
 */
export function cooldown(options: CooldownOptions): Middleware {
  const { every, uses = 1, per = "user", reply = tooSoon, capacity = 10_000, clock = systemClock } = options;
  for (const [name, value] of Object.entries({ every, uses, capacity })) {
    if (value > 0) continue;
    throw new OptionError(`Cannot cool down with a "${name}" of "${value}": it must be above 0`);
  }
  const used = new Map<string, readonly number[]>();
  return (i, next) => {
    if (i.kind === "autocomplete") return next();
    const key = typeof per === "function" ? per(i) : per === "guild" ? i.guildId ?? i.user.id : i.user.id;
    if (key === undefined) return next();
    const now = clock.now();
    const times = (used.get(key) ?? []).filter((at) => now - at < every);
    const [first = now] = times;
    if (times.length >= uses) {
      const said = reply(first + every - now);
      return i.reply(typeof said === "string" ? { content: said, ephemeral: true } : said);
    }
    used.delete(key);
    used.set(key, [...times, now]);
    const [oldest = key] = used.keys();
    if (used.size > capacity) used.delete(oldest);
    return next();
  };
}

function tooSoon(left: number): string {
  return `Not so fast: try again in ${Math.ceil(left / 1_000)} s.`;
}
