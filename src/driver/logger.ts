import type { Data } from "../protocol/protocol.ts";
import { colorsWanted } from "./_colors.ts";
import type { Observation } from "./host.ts";

/** Where lines go; `console` is one. */
export interface LogTarget {
  /** Takes a line. */
  log(line: string): void;
}

/** How a {@linkcode logger} writes. */
export interface LoggerOptions {
  /** Whether lines are coloured. @default {on a terminal, unless `NO_COLOR` is set} */
  readonly colors?: boolean;
  /** The kinds of observations to leave out. @default {["event"]} what was received tells as much */
  readonly without?: readonly Observation["kind"][];
}

const BLUE = 34;
const GREEN = 32;
const RED = 31;
const DIM = 2;

const COLORS: Readonly<Partial<Record<Observation["kind"], number>>> = {
  received: GREEN,
  sent: BLUE,
  closed: RED,
  error: RED,
  abort: RED,
  stalled: RED,
};

/** No line is longer, in characters: a GUILD_CREATE has millions. */
const LONGEST = 1_000;

/**
 * Writes what is observed as plain lines for people, secrets left out: for the option `runtime.observe`.
 *
 * @example
 * ```ts
 * import { logger } from "@parley/parley/driver";
 * import { TwitchClient } from "@parley/parley/twitch";
 *
 * const chat = new TwitchClient({ channels: ["#forsen"], runtime: { observe: logger(console) } });
 * // 20:15:00.123 twitch #1 < :tmi.twitch.tv 001 justinfan12345 :Welcome, GLHF!
 * ```
 */
export function logger(
  target: LogTarget,
  options: LoggerOptions = {},
): (observation: Observation) => void {
  const { colors = colorsWanted(globalThis), without = ["event"] } = options;
  return (observation) => {
    if (without.includes(observation.kind)) return;
    const { at, label, kind } = observation;
    const time = new Date(at).toISOString().slice(11, 23);
    const color = COLORS[kind] ?? DIM;
    for (const words of wordsOf(observation)) {
      const line = `${label}${"link" in observation ? ` #${observation.link}` : ""} ${oneLine(words)}`;
      target.log(colors ? `\x1b[${DIM}m${time}\x1b[0m \x1b[${color}m${line}\x1b[0m` : `${time} ${line}`);
    }
  };
}

/** What a line says of it; data with several lines makes several. */
function wordsOf(observation: Observation): readonly string[] {
  switch (observation.kind) {
    case "dial":
      return [`dials ${observation.url}`];
    case "opened":
      return ["is open"];
    case "received":
      return linesOf(observation.data).map((line) => `< ${line}`);
    case "sent":
      return linesOf(observation.data).map((line) => `> ${line}`);
    case "close":
      return [`is being closed: ${observation.code} ${observation.reason}`];
    case "abort":
      return ["is dropped"];
    case "closed": {
      const { cause, code, reason } = observation.info;
      return [`is closed: ${cause}${code === 0 ? "" : ` ${code}`}${reason === "" ? "" : ` ${reason}`}`];
    }
    case "ask":
      return [`asks for ${observation.ask}`];
    case "answered":
      return [`gets ${observation.answer}`];
    case "waiting":
      return [`waits for ${observation.for}`];
    case "released":
      return [observation.used ? "has used a permit" : "gives a permit back"];
    case "settled":
      return [`command ${observation.ticket}: ${observation.outcome}`];
    case "event":
      return [`tells ${observation.event}`];
    case "stalled":
      return [`stood still for ${Math.round(observation.ms)} ms`];
    case "error":
      return [`failed: ${observation.error}`];
    case "end":
      return [observation.error === undefined ? "has ended" : `has ended: ${observation.error}`];
  }
}

function linesOf(data: Data | undefined): readonly string[] {
  if (data === undefined) return ["(secret)"];
  const text = typeof data === "string" ? data : new TextDecoder().decode(data);
  return text.split(/\r?\n/).filter((line) => line !== "");
}

/** Nothing that came from outside moves the cursor of a terminal, or makes a line of its own. */
function oneLine(text: string): string {
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text;
  // deno-lint-ignore no-control-regex
  return short.replace(/[\x00-\x1f\x7f-\x9f]/g, (control) => {
    return `\\x${control.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}
