import type { Observation } from "@parley/parley/driver";
import { IrcTextEvent } from "@parley/parley/irc";
import type { Instant } from "@parley/parley/protocol";
import { checkIrcDelivery, checkIrcWire, type IrcTold } from "../../irc/checker.ts";
import { labelled, type Violation } from "../../world/violation.ts";
import { groupedBy } from "../_grouped_by.ts";
import type { Life, Told } from "../bot/_life.ts";
import { heardBefore } from "../_heard_before.ts";

/** Something that was said in a channel. */
export interface IrcSaid {
  readonly nick: string;
  readonly channel: string;
  readonly text: string;
  readonly at: Instant;
  /** The clients of bots that were in the channel, by their labels. */
  readonly heardBy: ReadonlySet<string>;
}

/** What is known of an IRC network and of its bots. */
export interface IrcEvidence {
  readonly observations: readonly Observation[];
  readonly lives: readonly Life[];
  readonly said: readonly IrcSaid[];
}

/** Holds everything that bots did against IRC's rules, and what they were told against what was said. */
export function checkIrc({ observations, lives, said }: IrcEvidence): Violation[] {
  return [...groupedBy(observations, ({ label }) => label)].flatMap(([label, own]) => {
    const life = lives.find((life) => label.startsWith(`${life.label} `));
    const told = (life?.told ?? []).filter((one) => one.label === label);
    // Without the time that the server puts to what is said, two of the same text are one.
    const dated = told.every(({ event }) => !isText(event) || event.time !== undefined);
    const names = new Names();
    const due = dated ? said.filter(({ heardBy }) => heardBy.has(label)) : [];
    const delivered = told.map(({ event, at }) => ({ event: read(event), at }));
    const utterances = heardBefore(due, own, life?.isOver === true).map((one) => ({
      text: names.add(keyOf(one), one.text),
      channel: one.channel,
      at: one.at,
      member: true,
    }));
    const found = [
      ...checkIrcWire(own),
      ...dated ? names.spelt(checkIrcDelivery(utterances, delivered)) : [],
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
