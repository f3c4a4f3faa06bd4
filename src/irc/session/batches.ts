import { MOST_BATCHED, MOST_BATCHES } from "../wire/bounds.ts";
import type { IrcBatchEvent, IrcEvent } from "../wire/events/event.ts";
import { type IrcMessage, parseLine } from "../wire/messages/message.ts";
import { malformedLine } from "./malformed_line.ts";

/** Batches of what was said before: [chathistory](https://ircv3.net/specs/batches/chathistory), ZNC's playback. */
const HISTORY = /^(?:(?:draft\/)?chathistory|znc\.in\/playback)$/;
/** A batch that is one text ([IRCv3 multiline](https://ircv3.net/specs/extensions/multiline)). */
const MULTILINE = /^(?:draft\/)?multiline$/;
/** The lines of that which go on without a break. */
const CONCAT = ["draft/multiline-concat", "multiline-concat"] as const;
/** What a line takes beside its characters. */
const OVERHEAD = 200;

interface OpenBatch {
  readonly start: IrcMessage;
  readonly parent: OpenBatch | undefined;
  readonly isHistory: boolean;
  readonly events: IrcEvent[];
  /** The lines of a text; undefined: it is none. */
  readonly lines: IrcMessage[] | undefined;
  size: number;
  isWhole: boolean;
}

/** The batches that are open on a link, and what they hold. */
export class Batches {
  readonly #open = new Map<string, OpenBatch>();
  readonly #eventOf: (message: IrcMessage) => IrcEvent;
  #size = 0;
  #histories = 0;

  /** Takes what makes an event of a message. */
  constructor(eventOf: (message: IrcMessage) => IrcEvent) {
    this.#eventOf = eventOf;
  }

  /** Whether the batch of this reference tells what was said before; undefined: none of them does. */
  get isHistory(): ((reference: string) => boolean) | undefined {
    return this.#histories === 0 ? undefined : this.#isHistory;
  }

  /** Whether a line is one of a text of several, which is told as a whole. */
  withholds(message: IrcMessage): boolean {
    if (this.#open.size === 0 || (message.command !== "PRIVMSG" && message.command !== "NOTICE")) {
      return false;
    }
    const batch = this.#batchOf(message);
    if (batch?.lines === undefined) return false;
    const [first = message] = batch.lines;
    // "a target which matches the batch target"; what does not belong to it stands for itself.
    const isPart = message.command === first.command && message.param(0) === batch.start.param(2);
    if (isPart && this.#hasRoom(batch, message)) batch.lines.push(message);
    return isPart;
  }

  /** Takes a line that was told as an event; returns what is to be told behind it. */
  take(message: IrcMessage, event: IrcEvent): readonly IrcEvent[] {
    if (message.command === "BATCH") {
      const isStart = message.param(0).startsWith("+");
      return isStart ? this.#begin(message) : this.#end(message.param(0).slice(1));
    }
    const batch = this.#open.size === 0 ? undefined : this.#batchOf(message);
    if (batch !== undefined && this.#hasRoom(batch, message)) batch.events.push(event);
    return [];
  }

  /** The link is gone: returns what was withheld and never will be told. */
  linkLost(): readonly IrcEvent[] {
    const cut = [...this.#open.values()].flatMap(({ lines = [] }) => lines.slice(0, 1));
    this.#open.clear();
    this.#size = this.#histories = 0;
    return cut.map((line) => malformedLine(line.raw, "the link was lost before the end of its batch"));
  }

  readonly #isHistory = (reference: string): boolean => this.#open.get(reference)?.isHistory === true;

  #batchOf(message: IrcMessage): OpenBatch | undefined {
    const reference = message.tag("batch");
    return reference === undefined ? undefined : this.#open.get(reference);
  }

  #begin(start: IrcMessage): readonly IrcEvent[] {
    const reference = start.param(0).slice(1);
    if (this.#open.has(reference)) return [malformedLine(start.raw, "a batch of this reference is open")];
    if (this.#open.size >= MOST_BATCHES) {
      return [malformedLine(start.raw, `there are ${MOST_BATCHES} batches already`)];
    }
    const parent = this.#batchOf(start);
    const isHistory = HISTORY.test(start.param(1)) || parent?.isHistory === true;
    const lines = MULTILINE.test(start.param(1)) ? [] : undefined;
    if (isHistory) this.#histories++;
    this.#open.set(reference, { start, parent, isHistory, events: [], lines, size: 0, isWhole: true });
    return [];
  }

  #end(reference: string): readonly IrcEvent[] {
    const batch = this.#open.get(reference);
    if (batch === undefined) return [];
    this.#open.delete(reference);
    if (batch.isHistory) this.#histories--;
    const { start, parent, lines, isWhole } = batch;
    const event = lines === undefined ? batchEvent(batch) : this.#textEvent(start, lines);
    if (parent !== undefined && this.#isOpen(parent)) {
      parent.size += batch.size;
      parent.isWhole &&= isWhole;
      if (event !== undefined) parent.events.push(event);
    } else this.#size -= batch.size;
    const cut = lines === undefined || isWhole ? [] : [malformedLine(start.raw, "the text has no end")];
    return event === undefined ? cut : [event, ...cut];
  }

  /** A text of several lines, as if it had come as one: with the tags and the sender that its batch began with. */
  #textEvent(start: IrcMessage, lines: readonly IrcMessage[]): IrcEvent | undefined {
    const [first] = lines;
    if (first === undefined) return undefined;
    const text = lines.map((line, index) => {
      const isFurther = index > 0 && CONCAT.every((tag) => line.tag(tag) === undefined);
      return `${isFurther ? "\n" : ""}${line.param(1)}`;
    }).join("");
    const tags = start.raw.startsWith("@") ? `${start.raw.slice(0, start.raw.indexOf(" "))} ` : "";
    const source = start.source ?? first.source;
    const from = source === undefined ? "" : `:${source.raw} `;
    return this.#eventOf(parseLine(`${tags}${from}${first.command} ${first.param(0)} :${text}`));
  }

  #isOpen(batch: OpenBatch): boolean {
    return this.#open.get(batch.start.param(0).slice(1)) === batch;
  }

  #hasRoom(batch: OpenBatch, { raw }: IrcMessage): boolean {
    const size = raw.length + OVERHEAD;
    if (this.#size + size > MOST_BATCHED) batch.isWhole = false;
    if (!batch.isWhole) return false;
    batch.size += size;
    this.#size += size;
    return true;
  }
}

function batchEvent({ start, events, isWhole }: OpenBatch): IrcBatchEvent {
  const [, type = "", ...args] = start.params;
  return { kind: "batch", type, args, label: start.tag("label"), message: start, events, isWhole };
}
