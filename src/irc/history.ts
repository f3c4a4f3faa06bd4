import { CommandError, OptionError } from "../protocol/errors.ts";
import type { Instant } from "../protocol/protocol.ts";
import type { IrcBatchEvent, IrcEvent, IrcTextEvent } from "./wire/events/event.ts";
import type { Isupport } from "./wire/support/isupport.ts";

/**
 * A message, to ask for what was said before it or after: its id, the time it was said, in milliseconds of Unix time, or
 * an event that has one of these.
 */
export type HistoryReference = string | Instant | {
  readonly id?: string | undefined;
  readonly time?: Instant | undefined;
};

/** What to ask for of what was said before we came. */
export interface HistoryOptions {
  /** How many messages at most: the latest of them, or with `after` the first. @default {100} */
  readonly limit?: number;
  /** Only what was said before this. @default up to now */
  readonly before?: HistoryReference | undefined;
  /** Only what was said after this. @default from the beginning */
  readonly after?: HistoryReference | undefined;
  /** Ends the iteration, with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Between which times to look for those who have said something. */
export interface HistoryTargetsOptions {
  /** After this, in milliseconds of Unix time. */
  readonly after: Instant;
  /** Before this, in milliseconds of Unix time. */
  readonly before: Instant;
  /** How many at most, those first who were heard of last the longest ago. @default {100} */
  readonly limit?: number;
  /** Takes the command back if it has not been sent. */
  readonly signal?: AbortSignal | undefined;
}

/** A channel, or somebody, in whose history there is something. */
export interface HistoryTarget {
  /** The channel or the nick. */
  readonly target: string;
  /** When something was said there last, in milliseconds of Unix time. */
  readonly time: Instant | undefined;
}

/** A text that was said before we came. */
export type HistoryText = IrcTextEvent<"history">;

/** Asks for a page: sends CHATHISTORY with these parameters, and gives the batch that answers it. */
export type AskHistory = (params: readonly string[], target: string) => Promise<IrcBatchEvent>;

/**
 * Checks how many messages are to be had.
 *
 * @throws {OptionError} if that is no number of messages.
 */
export function checkHistoryLimit(limit: number, isEndless: boolean): void {
  if ((Number.isInteger(limit) && limit > 0) || (isEndless && limit === Infinity)) return;
  const most = isEndless ? ", or Infinity" : ", which is finite unless there is an `after`";
  throw new OptionError(`Cannot ask for "${limit}" messages: need a whole number of at least 1${most}`);
}

/** A message as CHATHISTORY names it: `msgid=…` or `timestamp=…`. */
function selectorOf(reference: HistoryReference, isupport: Isupport): string {
  const named = typeof reference === "string"
    ? { id: reference }
    : typeof reference === "number"
    ? { time: reference }
    : reference ?? {};
  const selector = selectorIn(named, isupport);
  if (selector !== undefined) return selector;
  const known = isupport.msgRefTypes.join(" or ");
  throw new CommandError(
    "invalid_command",
    `Cannot ask for history: the server needs the ${known} of a message`,
  );
}

/** By what the server knows messages by best. */
function selectorIn(
  { id, time }: Exclude<HistoryReference, string | number>,
  isupport: Isupport,
): string | undefined {
  for (const type of isupport.msgRefTypes) {
    if (type === "msgid" && id !== undefined) return `msgid=${id}`;
    if (type === "timestamp" && time !== undefined && Number.isFinite(time)) {
      return `timestamp=${new Date(time).toISOString()}`;
    }
  }
  return undefined;
}

/** What was said in a channel, or with somebody, in the order in which it was: page after page, as it is asked for. */
export async function* historyOf(
  target: string,
  { limit = 100, before, after, signal }: HistoryOptions,
  isupport: Isupport,
  ask: AskHistory,
): AsyncGenerator<HistoryText, void, undefined> {
  const until = before === undefined ? undefined : selectorOf(before, isupport);
  const pageOf = (left: number) => Math.min(left, isupport.chatHistory, LARGEST_PAGE);
  if (after === undefined) {
    yield* await latest(target, limit, until, isupport, ask, pageOf, signal);
    return;
  }
  let from = selectorOf(after, isupport);
  const taken = new Set<string>();
  for (let left = limit; left > 0;) {
    signal?.throwIfAborted();
    const page = pageOf(left);
    const subcommand = until === undefined ? ["AFTER", target, from] : ["BETWEEN", target, from, until];
    const batch = await ask([...subcommand, String(page)], target);
    const texts = textsIn(batch, taken);
    yield* texts.slice(0, left);
    left -= texts.length;
    const next = furthest(batch.events.toReversed(), isupport);
    // A server may give fewer than it has; but one that gives the same again has nothing more.
    if (next === undefined || next === from) return;
    from = next;
  }
}

/** Where the server sets no limit, so many at once. */
const LARGEST_PAGE = 1_000;

/** The latest messages, of which a page before a page is asked for. */
async function latest(
  target: string,
  limit: number,
  until: string | undefined,
  isupport: Isupport,
  ask: AskHistory,
  pageOf: (left: number) => number,
  signal: AbortSignal | undefined,
): Promise<readonly HistoryText[]> {
  const pages: (readonly HistoryText[])[] = [];
  const taken = new Set<string>();
  let before = until;
  for (let left = limit; left > 0;) {
    signal?.throwIfAborted();
    const subcommand = before === undefined ? ["LATEST", target, "*"] : ["BEFORE", target, before];
    const batch = await ask([...subcommand, String(pageOf(left))], target);
    const texts = textsIn(batch, taken);
    pages.unshift(texts.slice(-left));
    left -= texts.length;
    const next = furthest(batch.events, isupport);
    if (next === undefined || next === before) break;
    before = next;
  }
  return pages.flat();
}

/**
 * The first of these that can be named, by its name: a text, where there is one, else what was played back. When one was
 * taken back says little of where that stands, and counts where there is nothing else.
 */
function furthest(events: readonly IrcEvent[], isupport: Isupport): string | undefined {
  const rank = (event: IrcEvent) => event.kind === "history" ? 0 : redactedBy(event) === undefined ? 1 : 2;
  for (const event of events.toSorted((a, b) => rank(a) - rank(b))) {
    const reference = referenceOf(event);
    const selector = reference && selectorIn(reference, isupport);
    if (selector !== undefined) return selector;
  }
  return undefined;
}

/** By what something in a batch of history may be named. */
function referenceOf(event: IrcEvent): Exclude<HistoryReference, string | number> | undefined {
  if (event.kind === "history") return event;
  if (event.kind !== "playback" || !("message" in event.event)) return undefined;
  const { message } = event.event;
  return { id: message.tag("msgid"), time: Date.parse(message.tag("time") ?? "") };
}

/** The texts in a batch, without those that it takes back, or one before it has. */
function textsIn(batch: IrcBatchEvent, taken: Set<string>): readonly HistoryText[] {
  for (const event of batch.events) {
    const id = redactedBy(event);
    if (id !== undefined) taken.add(id);
  }
  return batch.events.filter((event): event is HistoryText =>
    event.kind === "history" && !(event.id !== undefined && taken.has(event.id))
  );
}

function redactedBy(event: IrcEvent): string | undefined {
  return event.kind === "playback" && event.event.kind === "REDACT" ? event.event.id : undefined;
}
