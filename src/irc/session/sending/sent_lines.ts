import type { Instant } from "../../../protocol/protocol.ts";
import { MOST_ANSWERED } from "../../wire/bounds.ts";
import { isFollowed, isLast, isProvable } from "../../wire/outcomes/command_answers.ts";
import {
  type CommandPart,
  type EndContext,
  endOf,
  hasEnd,
  isAnsweredBy,
  isError,
  mayEnd,
  type PartEnd,
  partsOf,
  repliesTo,
} from "../../wire/outcomes/command_ends.ts";
import { fitsTags } from "../../wire/commands/command.ts";
import type { Isupport } from "../../wire/support/isupport.ts";
import { type IrcMessage, parseMessage } from "../../wire/messages/message.ts";
import type { Outgoing } from "./outbox.ts";

/** How long a line is given to be proven by what is cheaper than a PING, in milliseconds. */
const PATIENCE = {
  /** Nothing says that it was done; but what refuses it may come from behind a bouncer, which answers PING itself. */
  bare: 500,
  /** Its own end comes, unless it had nothing to change. */
  ended: 2_000,
  /** What carries its label comes, however late; as do ends, where somebody sits in between who lets lines wait. */
  late: 10_000,
} as const;
/** So many lines are proven by a PING at the latest, even while more are waiting: a PING costs as much as a line. */
const MOST_UNPROVEN = 8;
/** When nobody can know any more what became of a line, in milliseconds. */
const UNCONFIRMED = { own: 10_000, ask: 30_000, join: 30_000, part: 90_000, say: 90_000 } as const;

/** How a line that was sent has ended, or a part of it. */
export type LineEnd =
  /** A part of it was done, or all of it if there are no more. `channels`: what is left of a JOIN. */
  | {
    readonly kind: "done" | "unconfirmed";
    readonly outgoing: Outgoing;
    readonly channels: readonly string[];
    /** What has answered it, if that is wanted. */
    readonly answers?: readonly IrcMessage[] | undefined;
  }
  | {
    readonly kind: "refused";
    readonly outgoing: Outgoing;
    readonly channels: readonly string[];
    readonly message: IrcMessage;
  };

interface Sent {
  readonly outgoing: Outgoing;
  readonly command: string;
  readonly label: string | undefined;
  /** How many were sent before it on this link, and it. */
  readonly order: number;
  /** When a PING is worth its price, and when nothing is. */
  readonly proofAt: Instant;
  expiresAt: Instant;
  /** What more may come of. */
  parts: readonly CommandPart[];
  /** Those of them that were done already. */
  readonly done: Set<CommandPart>;
  /** Refused already, and told; something more may come that means this line. */
  failed: boolean;
  /** Told of as unconfirmed; what answers it may be on its way all the same. */
  overdue: boolean;
  /** The batch that answers it. */
  batch: string | undefined;
  /** What has answered it so far; undefined: nobody wants that. */
  readonly answers: IrcMessage[] | undefined;
  /** How many characters those have. */
  answered: number;
}

/** What the server makes of what it is sent. */
export interface SentContext extends EndContext {
  readonly isupport: Isupport;
  /** Whether it takes tags. */
  readonly tags: boolean;
  /** Whether a label comes back with what answers a line. */
  readonly labels: boolean;
  /** Whether what we say comes back once the server has handled it. */
  readonly echoes: boolean;
  /** Whether somebody sits in between who answers for the server. */
  readonly bouncer: boolean;
}

/**
 * What was sent on a link, and has not ended. A line ends by what carries its label, by its own end, by its echo, or
 * with all that were sent before a line that has ended; a PING is the last resort, and proves nothing of a JOIN.
 */
export class SentLines {
  #sent: Sent[] = [];
  #count = 0;
  /** How many were sent before each PING, or what does its work. */
  readonly #proofs = new Map<string, number>();
  /** How many were sent before the last of them. */
  #covered = 0;
  /** How many the server has handled for certain. */
  #handled = 0;

  /** Notes a line that is sent now; returns it as it goes out, perhaps with a label. */
  add(outgoing: Outgoing, context: SentContext, now: Instant): string {
    // What waited for another link may have tags that this server would take for a command.
    const line = context.tags ? outgoing.line : withoutTags(outgoing.line);
    const message = parseMessage(line);
    const { command } = message;
    // Nobody waits for what nothing answers.
    if (outgoing.purpose === "own" && !hasEnd(command, false)) return line;
    let label = message.tag("label") || undefined;
    const parts = partsOf(message, context.isupport);
    // soju passes several targets on one by one, and the label to none.
    const labels = context.labels && outgoing.purpose !== "own" && label === undefined &&
      !(context.bouncer && parts.length > 1);
    this.#count++;
    const labeled = labels ? withLabel(line, `parley-${this.#count}`) : undefined;
    if (labeled !== undefined) label = `parley-${this.#count}`;
    const isLabeled = label !== undefined && context.labels;
    const patience = !isLabeled && !hasEnd(command, context.echoes)
      ? PATIENCE.bare
      : isLabeled || context.bouncer
      ? PATIENCE.late
      : PATIENCE.ended;
    const isJoin = outgoing.purpose === "join";
    const { asks = false } = outgoing;
    const isPinged = !isJoin && outgoing.purpose !== "own" && (!asks || isProvable(command));
    this.#sent.push({
      outgoing,
      command,
      label: isLabeled ? label : undefined,
      order: this.#count,
      proofAt: isPinged ? now + patience : Infinity,
      expiresAt: now + UNCONFIRMED[asks ? "ask" : outgoing.purpose],
      parts,
      done: new Set(),
      failed: false,
      overdue: false,
      batch: undefined,
      answers: asks ? [] : undefined,
      answered: 0,
    });
    return labeled ?? line;
  }

  /** A PING goes out, or what does its work: what was sent before is proven by its answer. */
  proofSent(token: string): void {
    this.#covered = this.#count;
    this.#proofs.set(token, this.#count);
  }

  /** The answer came; returns what it proves. */
  proven(token: string): readonly LineEnd[] {
    const until = this.#proofs.get(token) ?? 0;
    this.#proofs.delete(token);
    this.#handled = Math.max(this.#handled, until);
    return this.#prove(({ order }) => order <= until);
  }

  /** No PING that is under way proves anything: who answers it is not the server. */
  unprovable(): void {
    this.#proofs.clear();
    this.#covered = 0;
  }

  /** The server has handled all that it got. */
  allProven(): readonly LineEnd[] {
    this.#handled = this.#count;
    return this.#prove(() => true);
  }

  /** What a message ends. */
  take(message: IrcMessage, context: SentContext, now: Instant): readonly LineEnd[] {
    if (message.command === "470") this.#forward(message.param(1), message.param(2), context);
    if (this.#sent.length === 0 || !this.#mayMean(message)) return [];
    const asked = this.#askedBy(message, context);
    if (asked !== undefined) this.#answeredBy(asked, message, now);
    const batched = this.#takeBatched(message, context);
    if (batched !== undefined) return batched;
    if (asked === undefined && !mayEnd(message)) return [];
    let best: { sent: Sent; part: CommandPart; end: PartEnd } | undefined;
    for (const sent of this.#sent) {
      if (sent.label !== undefined) continue;
      if (context.bouncer && isEcho(sent, message)) continue;
      for (const part of sent.parts) {
        const end = endOf(sent.command, part, message, context) ?? lastOf(sent, asked, message);
        if (end === undefined || (sent.done.has(part) && end.outcome === "refused")) continue;
        if (best === undefined || isCloser(end, best.end) || saysSame(sent, best.sent, message)) {
          best = { sent, part, end };
        }
        break;
      }
    }
    return best === undefined ? [] : this.#end(best.sent, best.part, best.end, message, context);
  }

  /** ERR_LINKCHANNEL: what comes of a JOIN bears another name, and what is said of its own name means another line. */
  #forward(name: string, to: string, { isSame }: SentContext): void {
    for (const sent of this.#sent) {
      if (sent.command !== "JOIN") continue;
      sent.parts = sent.parts.map((part) =>
        part.get("channel")?.some((channel) => isSame(channel, name))
          ? new Map(part).set("channel", [to])
          : part
      );
    }
  }

  /** Whether a message may mean any of them at all, which most do not. */
  #mayMean(message: IrcMessage): boolean {
    return mayEnd(message) || message.command === "BATCH" || message.tag("batch") !== undefined ||
      message.tag("label") !== undefined || this.#sent.some(({ answers }) => answers !== undefined);
  }

  /** Nobody wants any more what answers this; false if it is not under way, or not asked. */
  cancelAsk(ticket: number): boolean {
    const sent = this.#sent.find(({ outgoing, answers }) =>
      outgoing.ticket === ticket && answers !== undefined
    );
    if (sent === undefined || !isOpen(sent)) return false;
    sent.failed = true;
    return true;
  }

  /** Whether this line of the session's own is under way. */
  has(line: string): boolean {
    return this.#sent.some(({ outgoing, overdue }) =>
      outgoing.purpose === "own" && !overdue && outgoing.line === line
    );
  }

  /** When a PING is to go out, for nothing cheaper has proven what was sent. `waiting`: more lines wait to be sent. */
  proofAt(waiting: boolean): Instant {
    let at: Instant = Infinity;
    let unproven = 0;
    for (const { order, failed, overdue, proofAt } of this.#sent) {
      if (order <= this.#covered || failed || overdue || proofAt === Infinity) continue;
      unproven++;
      at = Math.min(at, proofAt);
    }
    return waiting && unproven < MOST_UNPROVEN ? Infinity : at;
  }

  /** When {@linkcode SentLines.expired} has something to say. */
  get expiresAt(): Instant {
    return this.#sent.reduce((at, sent) => sent.overdue ? at : Math.min(at, sent.expiresAt), Infinity);
  }

  /**
   * What nobody can know of any more. While it may still be answered it is kept, so that a late answer ends no line
   * like it that was sent since, and proves nothing of those in between.
   */
  expired(now: Instant, { bouncer }: SentContext): readonly LineEnd[] {
    if (this.expiresAt > now) return [];
    const old = this.#sent.filter(({ expiresAt, overdue }) => expiresAt <= now && !overdue);
    const ends = old.filter(isOpen).map((sent): LineEnd => ({
      kind: "unconfirmed",
      outgoing: sent.outgoing,
      channels: channelsOf(sent),
    }));
    for (const sent of old) sent.overdue = true;
    this.#sent = this.#sent.filter(({ overdue, order, label }) =>
      !overdue || (order > this.#handled && label === undefined && !bouncer)
    );
    return ends;
  }

  /** The link died: what was under way. */
  linkLost(): readonly Outgoing[] {
    const lost = this.#sent.filter(({ failed, overdue }) => !failed && !overdue).map(({ outgoing }) =>
      outgoing
    );
    this.#sent = [];
    this.unprovable();
    return lost;
  }

  /**
   * "the server MUST respond with exactly one logical message": a message, a batch, or ACK (IRCv3 labeled-response).
   * Some commands are answered by a batch without a label, too.
   */
  #takeBatched(message: IrcMessage, context: SentContext): readonly LineEnd[] | undefined {
    const label = context.labels ? message.tag("label") : undefined;
    let sent = label === undefined ? undefined : this.#sent.find((one) => one.label === label);
    const isBatch = message.command === "BATCH";
    const reference = message.param(0).slice(1);
    if (isBatch && message.param(0).startsWith("+")) {
      sent ??= this.#sent.find((one) => isAnswer(one, message, context));
      if (sent === undefined) return undefined;
      sent.batch = reference;
      return [];
    }
    const batch = isBatch ? reference : message.tag("batch");
    const answered = sent ??
      (batch === undefined ? undefined : this.#sent.find((one) => one.batch === batch));
    if (answered === undefined) return undefined;
    if (isBatch) return this.#finish(answered);
    const ends = this.#answer(answered, message, context);
    return sent === undefined ? ends : [...ends, ...this.#finish(answered)];
  }

  /** What answers a line by its label, be it one of several. */
  #answer(sent: Sent, message: IrcMessage, context: SentContext): readonly LineEnd[] {
    for (const part of sent.parts) {
      const end = endOf(sent.command, part, message, context);
      if (end !== undefined) {
        return sent.outgoing.purpose === "join" || end.outcome === "refused"
          ? this.#endPart(sent, part, end, message)
          : [];
      }
    }
    if (!isError(message.command)) return [];
    const [part] = sent.parts;
    return part === undefined
      ? []
      : this.#endPart(sent, part, { outcome: "refused", exact: true, more: true }, message);
  }

  /** All that answers a line has come. */
  #finish(sent: Sent): readonly LineEnd[] {
    this.#sent = this.#sent.filter((other) => other !== sent);
    if (!isOpen(sent)) return [];
    return [doneOf(sent)];
  }

  #end(
    sent: Sent,
    part: CommandPart,
    end: PartEnd,
    message: IrcMessage,
    context: SentContext,
  ): readonly LineEnd[] {
    // The server handles lines in their order; who sits in between may not.
    if (!context.bouncer) this.#handled = Math.max(this.#handled, sent.order - 1);
    const before = context.bouncer
      ? []
      : this.#prove(({ order, label }) => order < sent.order && label === undefined);
    return [...before, ...this.#endPart(sent, part, end, message)];
  }

  #endPart(sent: Sent, part: CommandPart, end: PartEnd, message: IrcMessage): readonly LineEnd[] {
    const { outgoing } = sent;
    if (sent.answers !== undefined && end.outcome === "done" && isFollowed(sent.command, message)) return [];
    if (!end.more) sent.parts = sent.parts.filter((other) => other !== part);
    else if (end.outcome === "done") sent.done.add(part);
    if (sent.parts.length === 0) this.#sent = this.#sent.filter((other) => other !== sent);
    const wasOpen = isOpen(sent);
    if (end.outcome === "refused") {
      sent.failed = true;
      return wasOpen ? [{ kind: "refused", outgoing, channels: part.get("channel") ?? [], message }] : [];
    }
    const isDone = sent.parts.length === 0 && wasOpen && outgoing.purpose !== "join";
    return isDone ? [doneOf(sent)] : [];
  }

  /** The line that a message answers, if what answers it is wanted: by its label, or the first that asks for such. */
  #askedBy(message: IrcMessage, context: SentContext): Sent | undefined {
    const label = context.labels ? message.tag("label") : undefined;
    const batch = label === undefined ? message.tag("batch") : undefined;
    return this.#sent.find((sent) => {
      if (sent.answers === undefined) return false;
      if (sent.label !== undefined) {
        return message.command !== "BATCH" &&
          (sent.label === label || (batch !== undefined && sent.batch === batch));
      }
      return sent.parts.some((part) => repliesTo(sent.command, part, message, context));
    });
  }

  #answeredBy(sent: Sent, message: IrcMessage, now: Instant): void {
    if (sent.answers === undefined || sent.failed || sent.overdue) return;
    sent.answered += message.raw.length;
    // What will be no answer is not waited for as long as more of it comes.
    if (sent.answered > MOST_ANSWERED) return;
    sent.expiresAt = now + UNCONFIRMED.ask;
    sent.answers.push(message);
  }

  /** The server has handled those lines; what became of a JOIN only its own end says. */
  #prove(isHandled: (sent: Sent) => boolean): readonly LineEnd[] {
    const mayProve = ({ outgoing, overdue, command, answers }: Sent) =>
      overdue || (outgoing.purpose !== "join" && (answers === undefined || isProvable(command)));
    const proves = (sent: Sent) => mayProve(sent) && isHandled(sent);
    const proven = this.#sent.filter(proves);
    if (proven.length > 0) this.#sent = this.#sent.filter((sent) => !proves(sent));
    return proven.filter(isOpen).map(doneOf);
  }
}

/** Whether a message is what a reply was to be followed by that else would have been the end. */
function lastOf(sent: Sent, asked: Sent | undefined, message: IrcMessage): PartEnd | undefined {
  return sent === asked && isLast(sent.command, message)
    ? { outcome: "done", exact: true, more: false }
    : undefined;
}

function withoutTags(line: string): string {
  return line.startsWith("@") ? line.slice(line.indexOf(" ") + 1) : line;
}

/** A line with a label; undefined: its tags leave no room for that. */
function withLabel(line: string, label: string): string | undefined {
  const labeled = line.startsWith("@") ? `@label=${label};${line.slice(1)}` : `@label=${label} ${line}`;
  return fitsTags(labeled.slice(0, labeled.indexOf(" ") + 1)) ? labeled : undefined;
}

/** That a line was done. */
function doneOf(sent: Sent): LineEnd {
  const { outgoing, answers, answered } = sent;
  // Half of an answer is none.
  if (answered > MOST_ANSWERED) return { kind: "unconfirmed", outgoing, channels: [] };
  return { kind: "done", outgoing, channels: channelsOf(sent), answers };
}

/** Whether something is left to be told of it. */
function isOpen({ outgoing, failed, overdue }: Sent): boolean {
  return !overdue && (outgoing.purpose === "join" || !failed);
}

/** What is left of a JOIN. */
function channelsOf({ outgoing, parts, done }: Sent): readonly string[] {
  if (outgoing.purpose !== "join") return [];
  return parts.filter((part) => !done.has(part)).flatMap((part) => part.get("channel") ?? []);
}

/** Whether a batch that begins without a label is what answers a line. */
function isAnswer(
  { command, parts, label, batch }: Sent,
  message: IrcMessage,
  context: SentContext,
): boolean {
  // Who sits in between echoes what the server has not seen yet.
  if (label !== undefined || batch !== undefined || (context.bouncer && command === "BATCH")) return false;
  return parts.some((part) => isAnsweredBy(command, part, message, context));
}

/** Whether a message is what we have said ourselves, as it comes back. */
function isEcho({ command }: Sent, message: IrcMessage): boolean {
  return message.command === command && /^(?:PRIVMSG|NOTICE|TAGMSG)$/.test(command);
}

function isCloser(end: PartEnd, than: PartEnd): boolean {
  return end.exact && !than.exact;
}

/** Of several texts to one target, the one that comes back is the one that says the same. */
function saysSame(sent: Sent, than: Sent, message: IrcMessage): boolean {
  if (!isEcho(sent, message)) return false;
  const says = ({ parts }: Sent) => parts[0]?.get("")?.[1] === message.param(1);
  return says(sent) && !says(than);
}
