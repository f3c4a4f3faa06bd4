import type { Observation } from "@parley/parley/driver";
import type { StopHow } from "./bot.ts";

/** What ends a bot's process, in the transcript. */
export const WORDS: Readonly<Record<StopHow, string>> = {
  asked: "is asked to stop",
  killed: "is killed",
  gone: "is gone with its machine",
};

/** The events that tell how a client is. */
export const LOUD: ReadonlySet<string> = new Set([
  "ready",
  "resumed",
  "reconnecting",
  "gap",
  "lagged",
  "undelivered",
  "malformed",
  "error",
]);

/** What is observed of a bot, in the transcript; undefined: too much happens for it to be told. */
export function wordsOf(observation: Observation): string | undefined {
  switch (observation.kind) {
    case "dial":
      return `dials ${observation.url}`;
    case "closed": {
      const { code, reason, cause } = observation.info;
      return `its link is closed: ${cause}, ${code}${reason === "" ? "" : ` "${reason}"`}`;
    }
    case "end":
      return observation.error === undefined ? "its client ends" : `its client ends: ${observation.error}`;
    default:
      return undefined;
  }
}
