import { quote, shownUrl } from "../data/quote.ts";
import { ConnectionError } from "../errors.ts";
import type { CloseCause, CloseInfo } from "../protocol.ts";
import { CAUSES } from "./_causes.ts";
import type { CauseWords } from "./_causes_anywhere.ts";

/** Why a link is gone, or did not come to a session, in one word for programs; a closed set. */
export type LossCause =
  | CloseCause
  /** The server did not let us in, for now. */
  | "login"
  /** The server asked for another link. */
  | "reconnect"
  /** What only the outside has could not be had: a permit, a token, what is known of the server. */
  | "ask";

/** An attempt to connect, or what it led to, has failed. */
export interface ConnectFailure {
  /** What was dialled. */
  readonly url: string;
  /** Why, for programs. */
  readonly cause: LossCause;
  /** Why, for people: a clause. */
  readonly reason: string;
  /** How the link ended, if it ended by itself, or the error it comes of. */
  readonly info?: CloseInfo | Error | undefined;
  /** True if the link had opened, and to none but the server: until it is dialled again, the time for a first session does not run. */
  readonly reached?: boolean;
}

/** What is said of a cause, if it is one of a link. */
function wordsOn(cause: LossCause): CauseWords | undefined {
  return cause === "login" || cause === "reconnect" || cause === "ask" ? undefined : CAUSES[cause];
}

/** What to do about it. */
function adviceOn(cause: LossCause, url: string): string | undefined {
  const advice = wordsOn(cause)?.advice;
  if (typeof advice !== "function") return advice;
  return advice(URL.canParse(url) ? new URL(url) : { protocol: "", host: "", port: "" });
}

/** Whether to try again unchanged is useless: what is set up does not fit. */
export function isHopeless(cause: LossCause): boolean {
  return wordsOn(cause)?.hopeless !== undefined;
}

/** The error of a client that gives up connecting: where, why, and what to do. `how` much was tried: `in 3 attempts`. */
export function connectError({ url, cause, reason, info }: ConnectFailure, how = ""): ConnectionError {
  const advice = adviceOn(cause, url);
  const text = `Cannot connect to ${quote(shownUrl(url), 200)}${how === "" ? "" : ` ${how}`}: ${reason}`;
  const code = how === "" ? wordsOn(cause)?.hopeless ?? "unreachable" : "unreachable";
  return new ConnectionError(code, advice === undefined ? text : `${text}; ${advice}`, {
    ...(info !== undefined && { cause: info }),
  });
}
