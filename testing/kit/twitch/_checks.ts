import type { Observation } from "@parley/parley/driver";
import type { Instant } from "@parley/parley/protocol";
import {
  checkTwitchDelivery,
  checkTwitchGaps,
  checkTwitchLimits,
  checkTwitchPauses,
  checkTwitchWire,
  type TwitchDue,
  type TwitchTold,
} from "../../twitch/checker.ts";
import type { TwitchServerRecord, TwitchUtterance } from "../../twitch/server_types.ts";
import { labelled, type Violation } from "../../world/violation.ts";
import { groupedBy } from "../_grouped_by.ts";
import { heardBefore } from "../_heard_before.ts";
import type { Life, Told } from "../bot/_life.ts";

/** Something that was said while a client was to be in the channel, and whose client that is. */
export interface TwitchDueOf extends TwitchDue {
  readonly label: string;
}

/** A link of a client, by the client's number. */
interface ClientLink {
  readonly label: string;
  readonly link: number;
}

/** The links of clients, as they see them. */
export class ClientLinks {
  /** Those that have opened, in order, by labels. */
  readonly #opened = new Map<string, number[]>();
  /** When they were gone. */
  readonly #goneAt = new Map<string, Instant>();
  /** The channels that each client has been in. */
  readonly #inside = new Map<string, Set<string>>();
  /** The account of each client. */
  readonly #logins = new Map<string, string>();
  /** Those that have ended. */
  readonly #ended = new Set<string>();

  see(observation: Observation): void {
    const { label } = observation;
    if (observation.kind === "opened") {
      this.#opened.set(label, [...this.#opened.get(label) ?? [], observation.link]);
    }
    if (observation.kind === "end") this.#ended.add(label);
    if (observation.kind !== "abort" && observation.kind !== "closed") return;
    const key = keyOf({ label, link: observation.link });
    if (!this.#goneAt.has(key)) this.#goneAt.set(key, observation.at);
  }

  /** A client has logged in to an account. */
  loggedIn({ label }: ClientLink, login: string): void {
    this.#logins.set(label, login);
  }

  /** Whether a client had given a link up, or lost it, by then. */
  isGone(link: ClientLink, at: Instant): boolean {
    return (this.#goneAt.get(keyOf(link)) ?? Infinity) < at;
  }

  /** To which clients something that is said now is due; `over`: the links that are in the channel. */
  due(utterance: TwitchUtterance, over: readonly ClientLink[]): TwitchDueOf[] {
    for (const { label } of over) {
      const inside = this.#inside.get(label) ?? new Set();
      this.#inside.set(label, inside.add(utterance.channel));
    }
    return [...this.#inside].flatMap(([label, inside]) => {
      if (!inside.has(utterance.channel) || this.#ended.has(label)) return [];
      // Nobody is told what they say themselves.
      if (this.#logins.get(label) === utterance.login) return [];
      const own = over.filter((link) => link.label === label).map(({ link }) => link);
      const opened = this.#opened.get(label) ?? [];
      const there = opened.filter((link) => own.includes(link) || !this.#goneAt.has(keyOf({ label, link })));
      // Messages are known by their IDs: people say the same twice.
      const { id, text: _, ...rest } = utterance;
      return [{ ...rest, id, text: id, label, over: own, held: there.length > 0 ? there : [...opened] }];
    });
  }
}

function keyOf({ label, link }: ClientLink): string {
  return `${link} ${label}`;
}

/** What is known of a Twitch and of its bots. */
export interface TwitchEvidence {
  readonly log: readonly TwitchServerRecord[];
  readonly observations: readonly Observation[];
  readonly lives: readonly Life[];
  readonly due: readonly TwitchDueOf[];
  /** Whether a line came on a link that its client had given up by then. */
  readonly isStale: (record: TwitchServerRecord) => boolean;
}

/** Holds everything that bots did against Twitch's limits, and what they were told against what was said. */
export function checkTwitch({ log, observations, lives, due, isStale }: TwitchEvidence): Violation[] {
  const clients = [...groupedBy(observations, ({ label }) => label)].flatMap(([label, own]) => {
    const life = lives.find((life) => label.startsWith(`${life.label} `));
    const told = (life?.told ?? []).filter((one) => one.label === label);
    const delivered = told.map(({ event, at }) => ({ event: read(event), at }));
    const theirs = heardBefore(due.filter((one) => one.label === label), own, life?.isOver === true);
    return labelled(label, [
      ...checkTwitchWire(own),
      ...checkTwitchDelivery(theirs, delivered, own),
      ...checkTwitchGaps(delivered, own),
    ]);
  });
  return [
    ...clients,
    ...checkTwitchLimits(log, { stale: isStale }),
    ...checkTwitchPauses(log, { stale: isStale }),
  ];
}

function read(event: Told["event"]): TwitchTold {
  if (isGap(event)) return event;
  const id = event.kind === "PRIVMSG" && "id" in event && typeof event.id === "string" ? event.id : undefined;
  return id === undefined ? { kind: "unknown" } : { kind: "PRIVMSG", id, text: id };
}

function isGap(event: Told["event"]): event is Extract<TwitchTold, { readonly kind: "gap" }> {
  return event.kind === "gap" && "channels" in event;
}
