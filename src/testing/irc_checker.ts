import type { Observation } from "../driver/host.ts";
import type { IrcEvent } from "../irc/event.ts";
import { LineDecoder } from "../irc/line_decoder.ts";
import { LONGEST_MESSAGE } from "../irc/command.ts";
import type { Instant, Outcome } from "../protocol/protocol.ts";

/** Something a person said in a channel of an IRC server. */
export interface IrcUtterance {
  /** No two are the same. */
  readonly text: string;
  readonly channel: string;
  readonly at: Instant;
  /** Whether the server counted the client among the channel's members. */
  readonly member: boolean;
}

/** Something a client said, and how that ended. */
export interface IrcSaying {
  /** No two are the same. */
  readonly text: string;
  /** Undefined: not settled. */
  outcome: Outcome["kind"] | undefined;
}

/** An event and when it was delivered. */
export interface Delivered<Event> {
  readonly event: Event;
  readonly at: Instant;
}

const encoder = new TextEncoder();

/**
 * Checks what an IRC client put on the wire: CAP END once for each link, lines that end where they should
 * and fit, PING answered before anything else is received, and nicks tried a bounded number of times.
 */
export function checkIrcWire(observations: readonly Observation[]): string[] {
  const violations: string[] = [];
  const links = new Map<number, WireState>();
  const stateOf = (link: number) => {
    const state = links.get(link) ?? new WireState();
    links.set(link, state);
    return state;
  };
  for (const observation of observations) {
    if (observation.kind === "sent" && typeof observation.data === "string") {
      stateOf(observation.link).sent(observation.data, observation.link, violations);
    } else if (observation.kind === "received") {
      stateOf(observation.link).received(observation, violations);
    }
  }
  for (const [link, state] of links) state.finish(link, violations);
  return violations;
}

class WireState {
  readonly #decoder = new LineDecoder({ messages: false });
  /** PINGs that were received and are not answered. */
  #owed: string[] = [];
  #ends = 0;
  #nicks = 0;
  #welcomed = false;

  sent(data: string, link: number, violations: string[]): void {
    const line = data.slice(0, -2);
    // deno-lint-ignore no-control-regex -- these are what must not be there
    if (!data.endsWith("\r\n") || /[\r\n\0]/.test(line)) {
      violations.push(`link ${link}: ${JSON.stringify(data)} is not one line`);
    }
    const { length } = encoder.encode(line);
    if (length > LONGEST_MESSAGE) violations.push(`link ${link}: a line of ${length} bytes was sent`);
    if (line === "CAP END") this.#ends++;
    if (line.startsWith("NICK ") && !this.#welcomed) this.#nicks++;
    if (line.startsWith("PONG :")) {
      const index = this.#owed.indexOf(line.slice(6));
      if (index >= 0) this.#owed.splice(index, 1);
    }
  }

  received(observation: Observation & { readonly kind: "received" }, violations: string[]): void {
    for (const token of this.#owed) {
      violations.push(`link ${observation.link}: PING ${token} was not answered in the same drain`);
    }
    this.#owed = [];
    this.#decoder.push(observation.data);
    for (let line = this.#decoder.next(); line !== undefined; line = this.#decoder.next()) {
      if (line.text.startsWith("PING :")) this.#owed.push(line.text.slice(6));
      if (/^:\S+ 001 /.test(line.text)) this.#welcomed = true;
    }
  }

  finish(link: number, violations: string[]): void {
    for (const token of this.#owed) violations.push(`link ${link}: PING ${token} was never answered`);
    if (this.#ends > 1) violations.push(`link ${link}: CAP END was sent ${this.#ends} times`);
    if (this.#welcomed && this.#ends === 0) violations.push(`link ${link}: was let in without CAP END`);
    if (this.#nicks > 20) violations.push(`link ${link}: ${this.#nicks} nicks were tried`);
  }
}

/**
 * Checks what an IRC client was told of what people said: each thing once, in order, and nothing missing
 * but where a `gap` stands in its place.
 */
export function checkIrcDelivery(
  said: readonly IrcUtterance[],
  delivered: readonly Delivered<IrcEvent>[],
): string[] {
  const violations: string[] = [];
  const positions = new Map<string, number>();
  const gaps: number[] = [];
  delivered.forEach(({ event }, position) => {
    if (event.kind === "gap") gaps.push(position);
    if (event.kind !== "PRIVMSG") return;
    if (positions.has(event.text)) violations.push(`"${event.text}" was delivered twice`);
    positions.set(event.text, position);
  });
  let before = -1;
  let missing: IrcUtterance[] = [];
  const checkMissing = (after: number) => {
    const told = gaps.some((position) => before < position && position < after);
    for (const { text, at } of told ? [] : missing) {
      violations.push(`"${text}" was said at ${at} and lost without a gap`);
    }
    missing = [];
  };
  for (const utterance of said) {
    const position = positions.get(utterance.text);
    if (position === undefined) {
      if (utterance.member) missing.push(utterance);
    } else {
      if (position < before) violations.push(`"${utterance.text}" was delivered out of order`);
      checkMissing(position);
      before = position;
    }
  }
  checkMissing(Infinity);
  return violations;
}

/** Checks how what an IRC client said has ended against what the server heard, each text as often as it heard it. */
export function checkIrcSayings(sayings: readonly IrcSaying[], heard: ReadonlyMap<string, number>): string[] {
  const violations: string[] = [];
  for (const { text, outcome } of sayings) {
    const count = heard.get(text) ?? 0;
    if (outcome === undefined) violations.push(`"${text}" never settled`);
    if (count > 1) violations.push(`"${text}" was sent ${count} times`);
    if (outcome === "done" && count === 0) {
      violations.push(`"${text}" is called done, but the server never heard it`);
    }
    if (outcome === "cancelled" && count > 0) violations.push(`"${text}" is called cancelled, but was sent`);
  }
  return violations;
}

/** Checks that nothing was delivered or done after the end. */
export function checkEnd(observations: readonly Observation[]): string[] {
  const end = observations.findIndex(({ kind }) => kind === "end");
  const after = end < 0 ? [] : observations.slice(end + 1);
  return after.filter(({ kind }) => kind !== "error").map(({ kind }) => `"${kind}" came after the end`);
}
