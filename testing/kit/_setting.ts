import type { Host } from "@parley/parley/driver";
import type { Stage } from "./expectation.ts";

/** Where people are played: in a world of virtual time, or beside real bots. */
export interface Setting {
  /** What the server runs on. */
  readonly host: Host;
  /** What expectations wait by. */
  readonly stage: Stage;
  /** Notes that somebody did something. */
  note(who: string, what: string): void;
  /** Whether a link of the server's is a bot's, and nobody's who is played. */
  isOfBot(link: number): boolean;
  /** A bot has logged in. @default nobody is told */
  loggedIn?(): void;
}
