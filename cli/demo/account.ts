import type { NetworkName } from "./networks.ts";
import type { Absence, Entry, Fate, Relay } from "./relay.ts";
import type { Venue } from "./servers.ts";

/** What came of one network. */
export interface Statement {
  readonly name: NetworkName;
  /** How much people said; undefined on real services, where nobody but the service knows. */
  readonly said: number | undefined;
  readonly received: number;
  /** Said while the bot was away, and never received. */
  readonly missed: number | undefined;
  /** To this network: how many relays ended how. */
  readonly fates: Readonly<Record<Fate, number>>;
  readonly absences: readonly Absence[];
}

/** Adds up what the relay knows and, for servers of our own, holds it against what they know. */
export function account(
  relay: Relay,
  venues: readonly Venue[],
): { statements: Statement[]; faults: string[] } {
  const faults: string[] = [];
  const statements = relay.networks.map(({ name, say }): Statement => {
    const venue = venues.find(({ network }) => network.name === name);
    const received = relay.entries.filter(({ from }) => from === name);
    const inbound = relay.entries.filter(({ from }) => from !== name);
    const fates: Record<Fate, number> = { "under way": 0, relayed: 0, lost: 0, refused: 0 };
    for (const entry of inbound) {
      const fate = entry.fates.get(name);
      if (fate !== undefined) fates[fate]++;
      else if (say !== undefined) faults.push(`"${entry.relayedAs}" was never sent to ${name}`);
      if (fate === "under way") faults.push(`nobody knows what became of "${entry.relayedAs}" on ${name}`);
    }
    const absences = relay.absences.get(name) ?? [];
    const missed = venue && checkReceived(venue, received, absences, faults);
    if (venue !== undefined) checkRelayed(venue, inbound, faults);
    return { name, said: venue?.said.length, received: received.length, missed, fates, absences };
  });
  return { statements, faults };
}

// What is missing may have been said while the last line before it was on its way, in milliseconds.
const ON_ITS_WAY = 250;

/** What was said on a network was received once, or fell into a time the client said it was away. */
function checkReceived(
  venue: Venue,
  received: readonly Entry[],
  absences: readonly Absence[],
  faults: string[],
): number {
  const counts = countBy(received.map(({ heard }) => heard.text));
  let missed = 0;
  for (const { text, at } of venue.said) {
    const count = counts.get(text) ?? 0;
    if (count > 1) faults.push(`"${text}" was received ${count} times from ${venue.network.name}`);
    if (count > 0) continue;
    missed++;
    const told = absences.some(({ from, to, replayed }) =>
      replayed === undefined && from - ON_ITS_WAY <= at && at <= to
    );
    if (!told) faults.push(`"${text}" was said on ${venue.network.name} and silently lost`);
  }
  return missed;
}

/** What the relay calls relayed has arrived exactly once, and what it calls lost at most once. */
function checkRelayed(venue: Venue, inbound: readonly Entry[], faults: string[]): void {
  const { name } = venue.network;
  const counts = countBy(venue.heard);
  for (const { relayedAs, fates } of inbound) {
    const count = counts.get(relayedAs) ?? 0;
    const fate = fates.get(name);
    if (count > 1) faults.push(`"${relayedAs}" arrived ${count} times on ${name}`);
    if (fate === "relayed" && count === 0) {
      faults.push(`"${relayedAs}" never arrived on ${name}, but counts as relayed`);
    }
    if (fate === "refused" && count > 0) {
      faults.push(`"${relayedAs}" arrived on ${name}, but counts as refused`);
    }
  }
}

function countBy(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}
