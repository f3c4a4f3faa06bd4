import { CommandError, ParleyError, TimeoutError } from "../protocol/errors.ts";
import type { Permit } from "../protocol/permit.ts";
import type { Instant } from "../protocol/protocol.ts";
import { type Actions, PermitAsks } from "./actions.ts";
import type { Proofs } from "./proofs.ts";

/** A message on its way to a channel. */
export interface Say {
  readonly channel: string;
  readonly text: string;
  /** The line, without its line ending. */
  readonly line: string;
  readonly ticket: number;
}

// A user who has this many messages waiting will not see them sent in any useful time.
const MOST_QUEUED = 1_000;

/** The messages that wait to be sent. Survives links. */
export class Says {
  readonly #actions: Actions;
  readonly #asks: PermitAsks;
  #queue: Say[] = [];

  /** Takes where to put actions, and the permit of a message. */
  constructor(actions: Actions, permit: Permit) {
    this.#actions = actions;
    this.#asks = new PermitAsks(actions, permit);
  }

  /**
   * Adds a message.
   *
   * @throws {ParleyError} if too many are waiting.
   */
  add(say: Say): void {
    if (this.#queue.length >= MOST_QUEUED) {
      throw new ParleyError(
        "rate_limited",
        `Cannot say to "${say.channel}": ${MOST_QUEUED} messages are waiting already`,
      );
    }
    this.#queue.push(say);
  }

  /** Asks for as many permits as there are messages that could be sent. */
  match(sendable: (channel: string) => boolean): void {
    if (this.#queue.length === 0) return this.#asks.match(0);
    this.#asks.match(this.#queue.filter(({ channel }) => sendable(channel)).length);
  }

  /** A permit was granted; the message to send with it, or false if it is not for a message. */
  granted(id: number, sendable: (channel: string) => boolean): Say | undefined | false {
    if (!this.#asks.take(id)) return false;
    const index = this.#queue.findIndex(({ channel }) => sendable(channel));
    if (index < 0) {
      this.#actions.release(id, false);
      return undefined;
    }
    return this.#queue.splice(index, 1)[0];
  }

  /** A permit was refused: the message that waited longest fails. False if it was not for a message. */
  denied(id: number, error: Error): boolean {
    if (!this.#asks.take(id)) return false;
    const say = this.#queue.shift();
    if (say !== undefined) {
      const message = `Cannot say to "${say.channel}": no permit could be had`;
      this.#actions.failed(say.ticket, new ParleyError("rate_limited", message, { cause: error }));
    }
    return true;
  }

  /** Takes back a message that has not been sent; false if there is none. */
  cancel(ticket: number): boolean {
    const index = this.#queue.findIndex((say) => say.ticket === ticket);
    if (index < 0) return false;
    this.#queue.splice(index, 1);
    this.#actions.settle(ticket, "cancelled");
    return true;
  }

  /** The session ends: nothing more will be sent. */
  end(): void {
    for (const { channel, ticket } of this.#queue) {
      this.#actions.failed(
        ticket,
        new CommandError("closed", `Cannot say to "${channel}": the session has ended`),
      );
    }
    this.#queue = [];
    this.#asks.match(0);
  }
}

interface UnderWay {
  readonly say: Say;
  readonly permit: number;
  /**
   * Infinity: it took too long and has failed. It keeps its place until it is proven that no answer to it is
   * under way, which would be taken for that of the next.
   */
  deadline: Instant;
}

/** The messages under way on one link. Twitch answers those of one channel in their order. */
export class LinkSays {
  readonly #link: number;
  readonly #actions: Actions;
  readonly #timeout: number;
  readonly #proofs: Proofs;
  readonly #sent = new Map<string, UnderWay[]>();

  /** Takes the link, where to put actions, how long an answer may take, and what proves that none comes. */
  constructor(link: number, actions: Actions, timeout: number, proofs: Proofs) {
    this.#link = link;
    this.#actions = actions;
    this.#timeout = timeout;
    this.#proofs = proofs;
  }

  /** Whether no message is under way. */
  get settled(): boolean {
    return this.#sent.size === 0;
  }

  /** The messages under way. */
  underWay(): Say[] {
    return [...this.#sent.values()].flat().map(({ say }) => say);
  }

  /** Sends a message. */
  send(say: Say, permit: number, now: Instant): void {
    this.#actions.send(this.#link, say.line);
    const sent = this.#sent.get(say.channel) ?? [];
    this.#sent.set(say.channel, sent);
    sent.push({ say, permit, deadline: now + this.#timeout });
  }

  /** Twitch has taken the oldest message to a channel. */
  accepted(channel: string, id: string | undefined): void {
    const sent = this.#take(channel);
    if (sent !== undefined && sent.deadline < Infinity) this.#actions.done(sent.say.ticket, id);
  }

  /** Twitch has refused the oldest message to a channel. */
  refused(channel: string, reason: string): void {
    const sent = this.#take(channel);
    if (sent === undefined || sent.deadline === Infinity) return;
    this.#actions.failed(
      sent.say.ticket,
      new CommandError("refused", `Cannot say to "${channel}": ${reason}`),
    );
  }

  /** When {@linkcode LinkSays.due} has something to do. */
  deadline(): Instant {
    let deadline = Infinity;
    for (const sent of this.#sent.values()) {
      const oldest = sent.find((say) => say.deadline < Infinity);
      if (oldest !== undefined) deadline = Math.min(deadline, oldest.deadline);
    }
    return deadline;
  }

  /** Gives up on answers that took too long: Twitch drops some messages in silence. */
  due(now: Instant): void {
    const late = [...this.#sent.values()].flat().filter(({ deadline }) => now >= deadline);
    if (late.length === 0) return;
    for (const sent of late) {
      sent.deadline = Infinity;
      const { channel, ticket } = sent.say;
      const message =
        `Cannot tell whether "${channel}" got the message: Twitch said nothing within ${this.#timeout} ms`;
      this.#actions.failed(ticket, new TimeoutError(message));
    }
    this.#proofs.request(now, () => {
      for (const sent of late) {
        if (this.#sent.get(sent.say.channel)?.[0] === sent) this.#take(sent.say.channel);
      }
    });
  }

  /** The link is gone: nobody can know what became of what was under way. */
  lost(): void {
    for (const { say, permit, deadline } of [...this.#sent.values()].flat()) {
      this.#actions.release(permit, true);
      if (deadline < Infinity) this.#actions.settle(say.ticket, "lost");
    }
    this.#sent.clear();
  }

  #take(channel: string): UnderWay | undefined {
    const sent = this.#sent.get(channel);
    const oldest = sent?.shift();
    if (sent?.length === 0) this.#sent.delete(channel);
    if (oldest !== undefined) this.#actions.release(oldest.permit, true);
    return oldest;
  }
}
