import type { Observation } from "@parley/parley/driver";
import { isRecord, sayTexts, toldText } from "@parley/parley/internal";
import type { Instant } from "@parley/parley/protocol";
import { channelName, TwitchPrivmsgEvent, type TwitchSayCommand } from "@parley/parley/twitch";
import {
  checkTwitchDelivery,
  checkTwitchGaps,
  checkTwitchLimits,
  checkTwitchPauses,
  checkTwitchWire,
  type TwitchDue,
  type TwitchTold,
} from "../../twitch/checker.ts";
import { beliefsOf, nonceOf } from "../../twitch/_beliefs.ts";
import type { TwitchServerRecord, TwitchUtterance } from "../../twitch/server_types.ts";
import { linesOf } from "../../world/checking/checker.ts";
import { labelled, type Violation } from "../../world/checking/violation.ts";
import { groupedBy } from "../../world/checking/_grouped_by.ts";
import { checkGapsOwed, lossesOf } from "../_gaps.ts";
import { heardBefore } from "../_heard_before.ts";
import { checkOutcomes, counted } from "../_outcomes.ts";
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

/** Something that was said, and whose client said it, if it was a bot's. */
export interface TwitchSaidBy extends Pick<TwitchUtterance, "id" | "channel" | "text"> {
  readonly label: string | undefined;
}

/** What is known of a Twitch and of its bots. */
export interface TwitchEvidence {
  readonly log: readonly TwitchServerRecord[];
  readonly observations: readonly Observation[];
  readonly lives: readonly Life[];
  readonly due: readonly TwitchDueOf[];
  /** Everything that was said, by anybody. */
  readonly said: readonly TwitchSaidBy[];
  /** Whose a link is, by label; undefined: no bot's. */
  readonly labelOf: (link: number) => string | undefined;
  /** Whether a line came on a link that its client had given up by then. */
  readonly isStale: (record: TwitchServerRecord) => boolean;
}

/** Holds everything that bots did against Twitch's limits, and what they were told against what was said. */
export function checkTwitch(evidence: TwitchEvidence): Violation[] {
  const { log, observations, lives, due, said, labelOf, isStale } = evidence;
  const texts = new Map(said.map(({ id, text }) => [id, text]));
  const saidBy = groupedBy(said, ({ label = "" }) => label);
  const clients = [...groupedBy(observations, ({ label }) => label)].flatMap(([label, own]) => {
    const life = lives.find((life) => label.startsWith(`${life.label} `));
    const told = (life?.told ?? []).filter((one) => one.label === label);
    const delivered = told.map(({ event, at }) => ({ event: read(event), at }));
    const ids = new Set(delivered.map(({ event }) => event.kind === "PRIVMSG" ? event.id : undefined));
    const dueThere = due.filter((one) => one.label === label);
    const theirs = heardBefore(dueThere, own, life?.isOver === true, ({ id }) => ids.has(id));
    return labelled(label, [
      ...checkTwitchWire(own),
      ...checkTwitchDelivery(theirs, delivered, own),
      ...checkTwitchGaps(delivered, own),
      ...checkGapsOwed(told, [...lossesOf(own), ...rejoins(own)]),
      ...checkTrue(told, texts),
      ...life === undefined ? [] : checkOutcomes(
        life,
        label,
        textsOf,
        counted((saidBy.get(label) ?? []).map(shown)),
      ),
    ]);
  });
  // No process knows what another of its account has sent.
  const processes = lives.flatMap(({ label }) => {
    const own = log.filter(({ link }) => labelOf(link)?.startsWith(`${label} `));
    const beliefs = beliefsOf(observations.filter((one) => one.label.startsWith(`${label} `)));
    const belief = (record: TwitchServerRecord) => beliefs.get(nonceOf(record)) ?? record;
    return [
      ...checkTwitchLimits(own, { stale: isStale, standing: (record) => belief(record).standing }),
      ...checkTwitchPauses(own, { stale: isStale, pause: (record) => belief(record).pause }),
    ];
  });
  return [...clients, ...processes];
}

function read(event: Told["event"]): TwitchTold {
  if (isGap(event)) return event;
  const id = event.kind === "PRIVMSG" && "id" in event && typeof event.id === "string" ? event.id : undefined;
  return id === undefined ? { kind: "unknown" } : { kind: "PRIVMSG", id, text: id };
}

function isGap(event: Told["event"]): event is Extract<TwitchTold, { readonly kind: "gap" }> {
  return event.kind === "gap" && "channels" in event;
}

/** When a client has joined channels again on the same links: those that Twitch had taken it out of. */
function rejoins(observations: readonly Observation[]): Instant[] {
  const joined = new Set<string>();
  const again: Instant[] = [];
  for (const { direction, link, line, observation } of linesOf(observations)) {
    if (direction !== "sent" || !line.startsWith("JOIN ")) continue;
    for (const channel of line.slice("JOIN ".length).split(",")) {
      const key = `${link} ${channel}`;
      if (joined.has(key)) again.push(observation.at);
      joined.add(key);
    }
  }
  return again;
}

/** Whatever a client tells that somebody has said, they have said, and so. */
function checkTrue(told: readonly Told[], said: ReadonlyMap<string, string>): Violation[] {
  return told.flatMap(({ event }) => {
    if (!(event instanceof TwitchPrivmsgEvent) || event.id === undefined) return [];
    const text = said.get(event.id);
    const { text: instead } = event.message;
    if (text === instead) return [];
    const truth = text === undefined ? "nobody has said that" : `it was "${text}"`;
    return [{ rule: "told_untruly", message: `"${instead}" is told to be said, and ${truth}` }];
  });
}

/** What a command says, as others are told of it. */
function textsOf(command: unknown): readonly string[] {
  if (!isSay(command)) return [];
  const channel = channelName(command.channel);
  return sayTexts(command).map((text) => shown({ channel, text: toldText(text) }));
}

function isSay(command: unknown): command is TwitchSayCommand {
  return isRecord(command) && command.kind === "say";
}

/** What was said, and where; a client lets two of the same text differ by what nobody sees. */
function shown({ channel, text }: { readonly channel: string; readonly text: string }): string {
  return `${channel} ${text.replace(/ \u{E0000}$/u, "")}`;
}
