import type { OptionKind } from "@parley/parley/internal";
import type { Instant } from "@parley/parley/protocol";
import type { StopHow } from "./bot/bot.ts";
import type { Duration } from "./time/duration.ts";

/** What every world of a bot takes. */
export interface BotWorldOptions {
  /** What all randomness depends on. @default {1} */
  readonly seed?: number;
  /** How long data travels, one way, in milliseconds. @default {20} */
  readonly latency?: number;
  /** For how long is waited, in virtual time, where nothing else is said. @default {"10s"} */
  readonly patience?: Duration;
  /** What the clocks say when it begins, in milliseconds since 1970 began (UTC). @default {2026-01-01} */
  readonly begins?: Instant;
  /**
   * Whether errors of the bot that nobody listens for, such as what a handler throws, fail the test at the end.
   *
   * @default {true}
   */
  readonly strict?: boolean;
  /**
   * Whether the timers and clocks of the program itself (`setTimeout`, `setInterval`, `Date`, `performance.now()`,
   * `AbortSignal.timeout()`) are the world's until it is closed: for bots that use them. Otherwise such a bot takes what
   * `timersOf(runtime.clock)` gives.
   *
   * @default {false}
   */
  readonly globalTime?: boolean;
}

/** What each of them may be, for a world that refuses what is misspelt. */
export const worldKinds: Readonly<Record<keyof BotWorldOptions, readonly OptionKind[]>> = {
  seed: ["number", "undefined"],
  latency: ["number", "undefined"],
  patience: ["number", "string", "undefined"],
  begins: ["number", "undefined"],
  strict: ["boolean", "undefined"],
  globalTime: ["boolean", "undefined"],
};

/** How a bot is started. */
export interface StartOptions {
  /** What its machine is called. @default "bot", and "bot 2" and so on for others */
  readonly name?: string;
  /** For how long its start is waited for. @default {"2min"} */
  readonly within?: Duration;
  /** How much longer time passes then, in which a bot joins its channels. @default {"1s"} */
  readonly settle?: Duration;
}

/** What each of them may be. */
export const startKinds: Readonly<Record<keyof StartOptions, readonly OptionKind[]>> = {
  name: ["string", "undefined"],
  within: ["number", "string", "undefined"],
  settle: ["number", "string", "undefined"],
};

/** How a bot is started again. */
export interface RestartOptions {
  /** How its process ends before. @default {"asked"} */
  readonly how?: StopHow;
  /** How long it is away. @default {"1s"} */
  readonly after?: Duration;
}

/** What each of them may be. */
export const restartKinds: Readonly<Record<keyof RestartOptions, readonly OptionKind[]>> = {
  how: ["string", "undefined"],
  after: ["number", "string", "undefined"],
};

/** How long a wait may take. */
export interface UntilOptions {
  /** For how long, in virtual time. @default the world's `patience` */
  readonly within?: Duration;
}
