import type { IrcMessage } from "../../../irc/wire/messages/message.ts";
import { CommandError, ParleyError } from "../../../protocol/errors.ts";
import type { Permit } from "../../../protocol/permit.ts";
import type { Instant } from "../../../protocol/protocol.ts";
import type { TwitchOutputs } from "../outputs.ts";
import { MOST_QUEUED } from "../bounds.ts";
import { sayLine, sayTexts, type TwitchSayCommand } from "../../wire/commands/command.ts";
import type { MessagePermits } from "./message_permits.ts";
import { ChannelOutbox, type UnderWay } from "./channel_outbox.ts";
import type { Connection } from "../connection.ts";
import type { Dedupe } from "../dedupe.ts";
import { TwitchRefusedError } from "../../wire/commands/refusal.ts";
import { TwitchUserStateEvent } from "../../wire/events/state.ts";

/** What {@linkcode Outbox} is made of. */
export interface OutboxParts {
  readonly outputs: TwitchOutputs;
  readonly login: string;
  readonly permits: MessagePermits;
  /** Whether a text that is the same as the last one is made another. */
  readonly bypassDuplicates: boolean;
  /** How long an answer may take, in milliseconds. */
  readonly timeout: number;
  /** What our nonces begin with. */
  readonly nonce: string;
  /** What is sent comes back on another link as somebody's message. */
  readonly dedupe: Dedupe;
  /** Finds the link on which something can be said in a channel now. */
  readonly connectionTo: (channel: string) => Connection | undefined;
}

/** All that is to be said, and what became of it. Survives links. */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #outboxes = new Map<string, ChannelOutbox>();
  /** Those that have something waiting or under way. */
  readonly #busy = new Set<ChannelOutbox>();
  /** Asks for permits of what has been sent already, by who was thought to moderate and did not. */
  readonly #debts = new Set<number>();
  #queued = 0;
  #nonces = 0;
  #ended = false;
  #now: Instant = -Infinity;

  /** Takes its parts. */
  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  /**
   * Adds something to say; `channel` as Twitch writes it.
   *
   * @throws {CommandError} if it cannot be sent.
   * @throws {ParleyError} if too much is waiting.
   */
  add(command: TwitchSayCommand, channel: string, ticket: number): void {
    const texts = sayTexts({ ...command, channel });
    if (this.#queued + texts.length > MOST_QUEUED) {
      throw new ParleyError(
        "rate_limited",
        `Cannot say to "${channel}": ${this.#queued} messages of at most ${MOST_QUEUED} are waiting already`,
      );
    }
    this.#queued += texts.length;
    const nonce = command.nonce ?? `${this.#parts.nonce}${(++this.#nonces).toString(16).padStart(8, "0")}`;
    const outbox = this.#outboxOf(channel);
    outbox.queue.push({ channel, ticket, texts, replyTo: command.replyTo, nonce, accepted: [] });
    this.#busy.add(outbox);
  }

  /** Takes back what has not been sent, not even in part; false if there is none. */
  cancel(ticket: number): boolean {
    for (const outbox of this.#busy) {
      const index = outbox.queue.findIndex((say) => say.ticket === ticket && say.accepted.length === 0);
      if (index < 0 || outbox.underWay?.say.ticket === ticket) continue;
      this.#queued -= outbox.queue.splice(index, 1)[0]?.texts.length ?? 0;
      this.#parts.outputs.settle(ticket, { kind: "cancelled" });
      return true;
    }
    return false;
  }

  /** Whether something is to be said in a channel, or is under way there. */
  busyIn(channel: string): boolean {
    return this.#outboxes.get(channel)?.busy === true;
  }

  /** Whether something was or is to be said in a channel, or we were told what we are there. */
  knows(channel: string): boolean {
    return this.#outboxes.has(channel);
  }

  /** A USERSTATE says what we are in a channel that we are in or speak in. */
  userState(channel: string, state: IrcMessage): void {
    this.#outboxOf(channel).userState(state);
  }

  /** A ROOMSTATE describes a channel that we are in or speak in. */
  roomState(channel: string, state: IrcMessage): void {
    this.#outboxOf(channel).roomState(state);
  }

  /** Whether we moderate a channel, as far as is known. */
  moderates(channel: string): boolean {
    return channel === `#${this.#parts.login}` || this.#outboxes.get(channel)?.role === "moderator";
  }

  /** The permits that a message to a channel takes, however it is sent. */
  permitsFor(channel: string): readonly Permit[] {
    return (this.#outboxes.get(channel) ?? this.#newOutbox(channel)).permits;
  }

  /** A channel is left for good. */
  forget(channel: string): void {
    if (this.#outboxes.get(channel)?.busy === false) this.#outboxes.delete(channel);
  }

  /** Does what has become possible; idempotent. */
  advance(now: Instant): void {
    this.#now = now;
    for (const outbox of this.#busy) {
      if (!outbox.busy) {
        outbox.releasePermits();
        this.#busy.delete(outbox);
      } else if (outbox.underWay === undefined) {
        this.#sendNext(outbox);
      }
    }
  }

  /** A permit was granted; false if it is not for a message. */
  granted(id: number, now: Instant): boolean {
    if (this.#debts.delete(id)) {
      this.#parts.outputs.release(id, true);
      return true;
    }
    const outbox = this.#asking(id);
    if (outbox === undefined) return false;
    outbox.granted();
    this.#now = now;
    this.#sendNext(outbox);
    return true;
  }

  /** A permit was refused: what waited longest for it fails. False if it was not for a message. */
  denied(id: number, error: Error): boolean {
    if (this.#debts.delete(id)) return true;
    const outbox = this.#asking(id);
    const [say] = outbox?.queue ?? [];
    if (outbox === undefined || say === undefined) return outbox !== undefined;
    outbox.asked = undefined;
    const message = `Cannot say to "${say.channel}": no permit could be had`;
    this.#fail(outbox, new ParleyError("rate_limited", message, { cause: error }));
    return true;
  }

  /** A USERSTATE on a link takes what is under way in its channel. */
  accepted(channel: string, connection: Connection, state: IrcMessage, now: Instant): void {
    const { outbox, sent } = this.#sentOn(channel, connection, now);
    if (outbox === undefined) return;
    const nonce = state.tag("client-nonce");
    // An answer to what was given up long ago.
    if (nonce !== undefined && nonce !== "" && nonce !== sent.nonce) return;
    const { say, text, deadline } = sent;
    if (sent.role === "moderator" && outbox.role !== "moderator") this.#owe(channel);
    this.#end(outbox, sent, text);
    if (deadline === Infinity) return;
    say.accepted.push({
      id: state.tag("id") || undefined,
      nonce: sent.nonce,
      text,
      state: new TwitchUserStateEvent(state),
    });
    if (say.texts.length > 0) return;
    outbox.queue.shift();
    this.#parts.outputs.done(say.ticket, say.accepted);
  }

  /** A NOTICE on a link has refused what is under way in its channel; false if nothing is. */
  refused(channel: string, connection: Connection, notice: IrcMessage, now: Instant): boolean {
    const { outbox, sent } = this.#sentOn(channel, connection, now);
    if (outbox === undefined) return false;
    const error = new TwitchRefusedError(`Cannot say to "${channel}"`, channel, notice);
    const isSame = error.id === "msg_duplicate" && this.#parts.bypassDuplicates;
    this.#end(
      outbox,
      sent,
      // Another of this account has said it: the process before this one, say.
      isSame ? sent.text : undefined,
      error.id === "msg_slowmode" ? error.retryAfter : undefined,
    );
    if (sent.deadline === Infinity) return true;
    if (!isSame || sent.differs || outbox.distinct(sent.text, now) === sent.text) this.#fail(outbox, error);
    else {
      sent.say.texts.unshift(sent.text);
      this.#queued++;
    }
    return true;
  }

  /** What is under way on a link. */
  underWay(connection: Connection): UnderWay[] {
    return [...this.#busy].flatMap(({ underWay }) => underWay?.connection === connection ? [underWay] : []);
  }

  /** When {@linkcode Outbox.due} or {@linkcode Outbox.advance} has something to do. */
  deadline(): Instant {
    let deadline = Infinity;
    for (const { underWay, notBefore } of this.#busy) {
      if (underWay !== undefined) deadline = Math.min(deadline, underWay.deadline);
      else if (notBefore > this.#now) deadline = Math.min(deadline, notBefore);
    }
    return deadline;
  }

  /** Gives up on answers that took too long: Twitch drops some messages in silence. */
  due(now: Instant): void {
    this.#now = now;
    for (const outbox of this.#busy) {
      const sent = outbox.underWay;
      if (sent === undefined || now < sent.deadline) continue;
      sent.deadline = Infinity;
      const message = `Cannot tell whether "${outbox.channel}" got the message: ` +
        `Twitch said nothing within ${this.#parts.timeout} ms`;
      this.#fail(outbox, new CommandError("unconfirmed", message));
      const proven = () => {
        if (outbox.underWay === sent) this.#end(outbox, sent, sent.text);
      };
      // What is no longer live ends it as lost before long.
      if (sent.connection.live) sent.connection.pings.request(now, { proven });
    }
  }

  /** A link is gone: nobody can know what became of what was under way on it. */
  lost(connection: Connection, now: Instant): void {
    for (const outbox of this.#busy) {
      const sent = outbox.underWay;
      if (sent?.connection !== connection) continue;
      this.#now = now;
      this.#end(outbox, sent, sent.text);
      if (sent.deadline === Infinity) continue;
      this.#drop(outbox);
      this.#parts.outputs.settle(sent.say.ticket, { kind: "lost" });
    }
  }

  /** The session ends: nothing more will be sent. */
  end(): void {
    this.#ended = true;
    for (const outbox of this.#busy) {
      const sent = outbox.underWay;
      for (const say of outbox.queue.splice(0)) {
        // What is sent whole may still be answered.
        if (say === sent?.say && say.texts.length === 0) outbox.queue.push(say);
        else this.#parts.outputs.failed(say.ticket, ended(say.channel));
      }
      if (sent !== undefined && outbox.queue.length === 0) sent.deadline = Infinity;
      outbox.releasePermits();
    }
    for (const id of this.#debts) this.#parts.outputs.release(id, false);
    this.#debts.clear();
    this.#queued = 0;
  }

  #outboxOf(channel: string): ChannelOutbox {
    const known = this.#outboxes.get(channel);
    if (known !== undefined) return known;
    const outbox = this.#newOutbox(channel);
    this.#outboxes.set(channel, outbox);
    return outbox;
  }

  #newOutbox(channel: string): ChannelOutbox {
    const { outputs, permits, login } = this.#parts;
    return new ChannelOutbox(channel, channel === `#${login}`, outputs, permits);
  }

  /** What is under way in a channel on a link on which an answer has come. */
  #sentOn(channel: string, connection: Connection, now: Instant):
    | { readonly outbox: ChannelOutbox; readonly sent: UnderWay }
    | { readonly outbox?: undefined; readonly sent?: undefined } {
    this.#now = now;
    const outbox = this.#outboxes.get(channel);
    const sent = outbox?.underWay;
    return outbox === undefined || sent?.connection !== connection ? {} : { outbox, sent };
  }

  #asking(id: number): ChannelOutbox | undefined {
    for (const outbox of this.#busy) if (outbox.asked === id) return outbox;
    return undefined;
  }

  #sendNext(outbox: ChannelOutbox): void {
    const connection = outbox.queue.length === 0 ? undefined : this.#parts.connectionTo(outbox.channel);
    // What it would hold meanwhile, others could use.
    if (connection === undefined || this.#now < outbox.notBefore) return outbox.releasePermits();
    if (outbox.acquirePermits()) this.#send(outbox, connection);
  }

  #send(outbox: ChannelOutbox, connection: Connection): void {
    const [say] = outbox.queue;
    const next = say?.texts.shift();
    if (say === undefined || next === undefined) return;
    this.#queued--;
    const { outputs, bypassDuplicates, timeout, dedupe } = this.#parts;
    const { channel, role } = outbox;
    const text = bypassDuplicates ? outbox.distinct(next, this.#now) : next;
    const { length } = say.accepted;
    const nonce = length === 0 ? say.nonce : `${say.nonce}-${length + 1}`;
    outputs.line(connection.link.id, sayLine(channel, text, { nonce, replyTo: say.replyTo }));
    const permits = outbox.takePermits();
    const deadline = this.#now + timeout;
    outbox.underWay = { say, text, differs: text !== next, nonce, connection, role, permits, deadline };
    dedupe.said(channel, text, connection.link.id);
  }

  /** What was under way is over; what it has used counts from now. */
  #end(outbox: ChannelOutbox, sent: UnderWay, taken: string | undefined, pause?: number): void {
    for (const permit of sent.permits) this.#parts.outputs.release(permit, true);
    outbox.over(this.#now, taken, pause);
  }

  /** What is first in the queue has failed, and what is left of it is not sent. */
  #fail(outbox: ChannelOutbox, error: ParleyError): void {
    const say = this.#drop(outbox);
    if (say !== undefined) this.#parts.outputs.failed(say.ticket, error);
  }

  #drop(outbox: ChannelOutbox): ChannelOutbox["queue"][number] | undefined {
    const say = outbox.queue.shift();
    this.#queued -= say?.texts.length ?? 0;
    return say;
  }

  /** A message was counted among those where we moderate, and Twitch has counted it among the others. */
  #owe(channel: string): void {
    if (this.#ended) return;
    const permit = this.#parts.permits.ordinary(channel);
    this.#debts.add(this.#parts.outputs.ask({ kind: "permit", permit }));
  }
}

function ended(channel: string): CommandError {
  return new CommandError("closed", `Cannot say to "${channel}": the session has ended`);
}
