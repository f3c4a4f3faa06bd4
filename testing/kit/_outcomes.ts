import { checkSayings, type Saying } from "../world/checking/checker.ts";
import type { Violation } from "../world/checking/violation.ts";
import type { Life, Settled } from "./bot/_life.ts";

/**
 * Checks how the commands of a life's client have ended against what was heard of them, by their texts. `textsOf` gives
 * those that a command becomes on the wire, which is none for one that says nothing.
 */
export function checkOutcomes(
  life: Life,
  label: string,
  textsOf: (command: unknown) => readonly string[],
  heard: ReadonlyMap<string, number>,
): Violation[] {
  const sayings = life.settled.filter((one) => one.label === label).flatMap((one) => sayingsOf(one, textsOf));
  // Of what it had not settled when it died the server may have heard.
  return checkSayings(sayings, heard).filter(({ rule }) => rule === "done_unheard" || !life.isOver);
}

function sayingsOf(
  { command, outcome }: Settled,
  textsOf: (command: unknown) => readonly string[],
): Saying[] {
  const texts = textsOf(command);
  // What is given up in the midst of it was said in part.
  const ended = outcome === "cancelled" && texts.length > 1 ? "lost" : outcome;
  return texts.map((text) => ({ text, outcome: ended }));
}

/** How often each was there. */
export function counted(texts: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}
