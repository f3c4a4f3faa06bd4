import type { Observation } from "@parley/parley/driver";
import { LineDecoder, LONGEST_MESSAGE } from "@parley/parley/irc";
import type { Instant, Outcome } from "@parley/parley/protocol";
import { groupedBy } from "./_grouped_by.ts";
import type { Violation } from "./violation.ts";

/** An event and when it was delivered. */
export interface Delivered<Event> {
  readonly event: Event;
  readonly at: Instant;
}

/** Something a client said, and how that ended. */
export interface Saying {
  readonly text: string;
  /** Undefined: not settled. */
  outcome: Outcome["kind"] | undefined;
}

/** What links carried, line by line and in order: what {@linkcode linesOf} gives. */
export interface ObservedLine {
  readonly direction: "sent" | "received";
  readonly link: number;
  /** The line, without its line ending. */
  readonly line: string;
  /** Whether the client had closed the link by then. */
  readonly closing: boolean;
  /** The observation it was, or was completed by. */
  readonly observation: Observation;
}

const encoder = new TextEncoder();

/** The lines a client of a line protocol sent and received; what is secret is left out. */
export function* linesOf(observations: readonly Observation[]): Generator<ObservedLine> {
  const urls = new Map<number, string>();
  const decoders = new Map<number, LineDecoder>();
  const closed = new Set<number>();
  for (const observation of observations) {
    if (observation.kind === "dial") urls.set(observation.link, observation.url);
    if (observation.kind === "close") closed.add(observation.link);
    if (observation.kind === "sent" && typeof observation.data === "string") {
      const line = observation.data.replace(/\r\n$/, "");
      const { link } = observation;
      yield { direction: "sent", link, line, closing: closed.has(link), observation };
    }
    if (observation.kind !== "received" || observation.data === undefined) continue;
    const { link } = observation;
    const messages = /^wss?:/i.test(urls.get(link) ?? "");
    const decoder = decoders.get(link) ?? new LineDecoder({ messages });
    decoders.set(link, decoder);
    decoder.push(observation.data);
    for (let line = decoder.next(); line !== undefined; line = decoder.next()) {
      if (line.kind !== "line") continue;
      yield { direction: "received", link, line: line.text, closing: closed.has(link), observation };
    }
  }
}

/**
 * Checks what a client of a line protocol put on the wire: each send is one line that ends where it should
 * and fits, and PING is answered before anything else is received.
 */
export function checkLines(observations: readonly Observation[]): Violation[] {
  const violations: Violation[] = [];
  for (const observation of observations) {
    if (observation.kind !== "sent" || typeof observation.data !== "string") continue;
    const { link, data } = observation;
    const line = data.slice(0, -2);
    if (!data.endsWith("\r\n") || /[\r\n\0]/.test(line)) {
      violations.push({
        rule: "not_one_line",
        message: `link ${link}: ${JSON.stringify(data)} is not one line`,
      });
    }
    const { length } = encoder.encode(line);
    if (length > LONGEST_MESSAGE) {
      violations.push({ rule: "line_too_long", message: `link ${link}: a line of ${length} bytes was sent` });
    }
  }
  return [...violations, ...checkPings(observations)];
}

function checkPings(observations: readonly Observation[]): Violation[] {
  const violations: Violation[] = [];
  /** PINGs that were received and are not answered, by link. */
  const owed = new Map<number, { readonly token: string; readonly by: Observation }[]>();
  const leftAt = new Map<number, Instant>();
  for (const observation of observations) {
    if (observation.kind === "close") leftAt.set(observation.link, observation.at);
  }
  for (const { direction, link, line, closing, observation } of linesOf(observations)) {
    const pings = owed.get(link) ?? [];
    owed.set(link, pings);
    if (direction === "sent") {
      const index = pings.findIndex(({ token }) => line === `PONG :${token}`);
      if (index >= 0) pings.splice(index, 1);
      continue;
    }
    for (const { token, by } of pings.filter(({ by }) => by !== observation)) {
      violations.push({
        rule: "ping_late",
        message: `link ${link}: PING ${token} was not answered in the same drain`,
      });
      pings.splice(pings.findIndex((ping) => ping.by === by), 1);
    }
    // On a link that is being closed, perhaps for what was read with it, there is nobody to answer any more.
    const leaving = closing || leftAt.get(link) === observation.at;
    if (line.startsWith("PING :") && !leaving) pings.push({ token: line.slice(6), by: observation });
  }
  for (const [link, pings] of owed) {
    for (const { token } of pings) {
      violations.push({ rule: "ping_unanswered", message: `link ${link}: PING ${token} was never answered` });
    }
  }
  return violations;
}

/**
 * Checks how what a client said has ended against what the server heard, each text as often as it heard it:
 * what is done was heard once, what was cancelled never, and nothing more than once. What was said more than once is
 * counted, for nobody can tell which of them was heard.
 */
export function checkSayings(sayings: readonly Saying[], heard: ReadonlyMap<string, number>): Violation[] {
  const violations: Violation[] = [];
  for (const [text, same] of groupedBy(sayings, ({ text }) => text)) {
    const count = heard.get(text) ?? 0;
    const those = (ended: Saying["outcome"]) => same.filter(({ outcome }) => outcome === ended).length;
    const said = same.length === 1 ? "" : `, of ${same.length} times that it was said`;
    if (those(undefined) > 0) violations.push({ rule: "unsettled", message: `"${text}" never settled` });
    if (count > same.length) {
      violations.push({ rule: "sent_twice", message: `"${text}" was sent ${count} times${said}` });
    }
    if (those("done") > count) {
      violations.push({
        rule: "done_unheard",
        message: `"${text}" is called done, but the server never heard it${said}`,
      });
    }
    if (those("cancelled") > 0 && count > same.length - those("cancelled")) {
      violations.push({
        rule: "cancelled_sent",
        message: `"${text}" is called cancelled, but was sent${said}`,
      });
    }
  }
  return violations;
}

/** Checks that nothing was delivered or done after the end. */
export function checkEnd(observations: readonly Observation[]): Violation[] {
  const end = observations.findIndex(({ kind }) => kind === "end");
  const after = end < 0 ? [] : observations.slice(end + 1);
  return after.filter(({ kind }) => kind !== "error").map(({ kind }) => {
    return { rule: "after_end", message: `"${kind}" came after the end` };
  });
}
