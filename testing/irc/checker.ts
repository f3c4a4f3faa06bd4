import type { Observation } from "@parley/parley/driver";
import type { IrcEvent } from "@parley/parley/irc";
import type { Instant } from "@parley/parley/protocol";
import { checkLines, type Delivered, linesOf } from "../world/checking/checker.ts";
import type { Violation } from "../world/checking/violation.ts";

/** Something a person said in a channel of an IRC server. */
export interface IrcUtterance {
  /** No two are the same. */
  readonly text: string;
  readonly channel: string;
  readonly at: Instant;
  /** Whether the server counted the client among the channel's members. */
  readonly member: boolean;
}

/** What {@linkcode checkIrcDelivery} reads of an event. */
export type IrcTold =
  | { readonly kind: "PRIVMSG"; readonly text: string }
  | { readonly kind: Exclude<IrcEvent["kind"], "PRIVMSG"> };

// What settles SASL: success, failures, and that it was done already.
const SASL_SETTLED = /^:\S+ 90[2-7] /;

/**
 * Checks what an IRC client put on the wire: CAP END once for each link and not before SASL is settled, lines
 * that end where they should and fit, PING answered before anything else is received, nicks tried a bounded
 * number of times, and nothing so fast that the server calls it a flood.
 */
export function checkIrcWire(observations: readonly Observation[]): Violation[] {
  const violations = checkLines(observations);
  const links = new Map<
    number,
    { ends: number; nicks: number; welcomed: boolean; authenticating: boolean }
  >();
  for (const { direction, link, line } of linesOf(observations)) {
    const state = links.get(link) ?? { ends: 0, nicks: 0, welcomed: false, authenticating: false };
    links.set(link, state);
    if (direction === "received") {
      state.welcomed ||= /^:\S+ 001 /.test(line);
      if (SASL_SETTLED.test(line)) state.authenticating = false;
      if (/^ERROR :.*Excess Flood/.test(line)) {
        violations.push({ rule: "flood", message: `link ${link}: the server calls it a flood` });
      }
    } else if (line === "CAP END") {
      state.ends++;
      if (state.authenticating) {
        violations.push({
          rule: "cap_end_early",
          message: `link ${link}: CAP END was sent before SASL was settled`,
        });
      }
    } else if (line.startsWith("AUTHENTICATE ")) state.authenticating = line !== "AUTHENTICATE *";
    else if (line.startsWith("NICK ") && !state.welcomed) state.nicks++;
  }
  for (const [link, { ends, nicks, welcomed }] of links) {
    if (ends > 1) {
      violations.push({ rule: "cap_end_repeated", message: `link ${link}: CAP END was sent ${ends} times` });
    }
    if (welcomed && ends === 0) {
      violations.push({ rule: "cap_end_missing", message: `link ${link}: was let in without CAP END` });
    }
    if (nicks > 20) {
      violations.push({ rule: "too_many_nicks", message: `link ${link}: ${nicks} nicks were tried` });
    }
  }
  return violations;
}

/**
 * Checks what an IRC client was told of what people said: each thing once, in order, and nothing missing
 * but where a `gap` stands in its place.
 */
export function checkIrcDelivery(
  said: readonly IrcUtterance[],
  delivered: readonly Delivered<IrcTold>[],
): Violation[] {
  const violations: Violation[] = [];
  const positions = new Map<string, number>();
  const gaps: number[] = [];
  delivered.forEach(({ event }, position) => {
    if (event.kind === "gap") gaps.push(position);
    if (event.kind !== "PRIVMSG") return;
    if (positions.has(event.text)) {
      violations.push({ rule: "delivered_twice", message: `"${event.text}" was delivered twice` });
    }
    positions.set(event.text, position);
  });
  let before = -1;
  let missing: IrcUtterance[] = [];
  const checkMissing = (after: number) => {
    const told = gaps.some((position) => before < position && position < after);
    for (const { text, at } of told ? [] : missing) {
      violations.push({
        rule: "lost_without_gap",
        message: `"${text}" was said at ${at} and lost without a gap`,
      });
    }
    missing = [];
  };
  for (const utterance of said) {
    const position = positions.get(utterance.text);
    if (position === undefined) {
      if (utterance.member) missing.push(utterance);
    } else {
      if (position < before) {
        violations.push({ rule: "out_of_order", message: `"${utterance.text}" was delivered out of order` });
      }
      checkMissing(position);
      before = position;
    }
  }
  checkMissing(Infinity);
  return violations;
}
