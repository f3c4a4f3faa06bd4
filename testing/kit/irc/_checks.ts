import type { Observation } from "@parley/parley/driver";
import { formatCommand, type IrcCommand, IrcTextEvent, parseMessage } from "@parley/parley/irc";
import { isRecord } from "@parley/parley/internal";
import type { Instant } from "@parley/parley/protocol";
import { checkIrcDelivery, checkIrcWire, type IrcTold } from "../../irc/checker.ts";
import { labelled, type Violation } from "../../world/checking/violation.ts";
import { groupedBy } from "../../world/checking/_grouped_by.ts";
import type { Life, Told } from "../bot/_life.ts";
import { checkGapsOwed, lossesOf } from "../_gaps.ts";
import { heardBefore } from "../_heard_before.ts";
import { checkOutcomes, counted } from "../_outcomes.ts";

/** Something that was said, in a channel or to somebody alone. */
export interface IrcSaid {
  readonly nick: string;
  /** Where: in a channel, or to whom. */
  readonly channel: string;
  readonly text: string;
  readonly at: Instant;
  /** The clients of bots that were in the channel, by their labels. */
  readonly heardBy: ReadonlySet<string>;
}

/** A line that the server has read of a client of a bot, by that one's label, without its tags. */
export interface IrcLine {
  readonly label: string;
  readonly line: string;
}

/** What is known of an IRC network and of its bots. */
export interface IrcEvidence {
  readonly observations: readonly Observation[];
  readonly lives: readonly Life[];
  readonly said: readonly IrcSaid[];
  /** What bots have said to anybody, as the server has read it. */
  readonly heard: readonly IrcLine[];
}

/** Holds everything that bots did against IRC's rules, and what they were told against what was said. */
export function checkIrc({ observations, lives, said, heard }: IrcEvidence): Violation[] {
  const spoken = new Set(said.map(keyOf));
  const heardOf = groupedBy(heard, ({ label }) => label);
  return [...groupedBy(observations, ({ label }) => label)].flatMap(([label, own]) => {
    const life = lives.find((life) => label.startsWith(`${life.label} `));
    const told = (life?.told ?? []).filter((one) => one.label === label);
    // Without the time that the server puts to what is said, two of the same text are one.
    const dated = told.every(({ event }) => !isText(event) || event.time !== undefined);
    const names = new Names();
    const due = dated ? said.filter(({ heardBy }) => heardBy.has(label)) : [];
    const delivered = told.map(({ event, at }) => ({ event: read(event), at }));
    const heardTexts = new Set(
      delivered.map(({ event }) => event.kind === "PRIVMSG" ? event.text : undefined),
    );
    const isTold = (one: IrcSaid) => heardTexts.has(keyOf(one));
    const utterances = heardBefore(due, own, life?.isOver === true, isTold).map((one) => ({
      text: names.add(keyOf(one), one.text),
      channel: one.channel,
      at: one.at,
      member: true,
    }));
    const found = [
      ...checkIrcWire(own),
      ...dated ? names.spelt(checkIrcDelivery(utterances, delivered)) : [],
      ...dated ? checkTrue(told, spoken) : [],
      ...checkGapsOwed(told, awaysOf(own)),
      ...life === undefined ? [] : checkOutcomes(
        life,
        label,
        textsOf,
        counted((heardOf.get(label) ?? []).map(({ line }) => line)),
      ),
    ];
    return labelled(label, found);
  });
}

/** What is said twice in a millisecond by the same, in the same place, is told apart by nobody. */
function keyOf({ nick, channel, text, at }: Omit<IrcSaid, "heardBy">): string {
  return JSON.stringify([nick, channel.toLowerCase(), text, Math.trunc(at)]);
}

/** What keys stand for, in what checkers say. */
class Names {
  readonly #texts = new Map<string, string>();

  add(key: string, text: string): string {
    this.#texts.set(key, text);
    return key;
  }

  spelt(violations: readonly Violation[]): Violation[] {
    return violations.map(({ rule, message }) => {
      const key = [...this.#texts.keys()].find((key) => message.includes(`"${key}"`));
      const text = key === undefined ? undefined : JSON.stringify(this.#texts.get(key));
      return { rule, message: text === undefined ? message : message.replaceAll(`"${key}"`, text) };
    });
  }
}

function isText(event: Told["event"]): event is IrcTextEvent<"PRIVMSG"> {
  return event instanceof IrcTextEvent && event.kind === "PRIVMSG";
}

function read(event: Told["event"]): IrcTold {
  if (event.kind === "gap") return { kind: "gap" };
  if (!isText(event) || event.time === undefined) return { kind: "unknown" };
  const { nick, target: channel, text, time: at } = event;
  return { kind: "PRIVMSG", text: keyOf({ nick, channel, text, at }) };
}

/** Whatever a client tells that somebody has said, they have said. */
function checkTrue(told: readonly Told[], spoken: ReadonlySet<string>): Violation[] {
  return told.flatMap(({ event }) => {
    if (!isText(event) || event.time === undefined) return [];
    const { nick, target: channel, text, time: at } = event;
    if (spoken.has(keyOf({ nick, channel, text, at }))) return [];
    return [{ rule: "told_untruly", message: `${nick} is told to say "${text}" in ${channel}, and has not` }];
  });
}

/** When a client, or the bouncer that it goes by, has lost the network. */
function awaysOf(observations: readonly Observation[]): Instant[] {
  const outages = observations.filter((one) => one.kind === "event" && one.event === "network_lost");
  return [...lossesOf(observations), ...outages.map(({ at }) => at)];
}

/** What a command says to anybody, as the line that it becomes. */
function textsOf(command: unknown): readonly string[] {
  if (!isIrcCommand(command)) return [];
  const { command: name, params } = parseMessage(formatCommand(command));
  return saidBy(name, params);
}

/** What a line says to anybody. */
export function saidBy(command: string, params: readonly string[]): readonly string[] {
  return command === "PRIVMSG" || command === "NOTICE" ? [[command, ...params].join(" ")] : [];
}

const SAYING: ReadonlySet<unknown> = new Set<IrcCommand["kind"]>(["PRIVMSG", "NOTICE", "send", "raw"]);

function isIrcCommand(command: unknown): command is IrcCommand {
  return isRecord(command) && SAYING.has(command.kind);
}
