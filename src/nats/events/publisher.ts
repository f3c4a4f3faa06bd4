import type { Delivery } from "../../driver/client/client_options.ts";
import { type Clock, sleepUntil } from "../../driver/clock/clock.ts";
import { Backoff } from "../../protocol/connection/backoff.ts";
import { OptionError, ParleyError } from "../../protocol/errors.ts";
import { Queue } from "../../protocol/core/queue.ts";
import { type EventMessage, partitionOf, withoutData } from "./event_message.ts";
import type { EventStream } from "./event_stream.ts";
import { isTooLarge } from "./streams.ts";

/** What a publisher needs. */
export interface EventPublisherParts<Event> {
  readonly stream: EventStream;
  /** An event as a message of so many bytes at most; undefined: it is not for workers. May throw. */
  readonly write: (event: Event, most: number) => EventMessage | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  /** Whether this process may speak for the shard, right now. */
  readonly isHeld: () => boolean;
  /** Told of what went wrong and is tried again: once until it goes well. */
  readonly failed: (error: unknown) => void;
}

/** A message that waits for those before it in its partition. */
interface Waiting {
  readonly subject: string;
  text: string;
  /** Undefined: it has none, and comes twice if it is sent twice. */
  readonly id: string | undefined;
  readonly done: () => void;
}

/** For so long an answer of NATS is waited for, in milliseconds. */
const PATIENCE = 5_000;
/** So many events, and so many characters of them, may wait for NATS. */
const MOST = 8_192;
const MOST_TEXT = 67_108_864;

/**
 * Publishes what one client tells. In each partition one message goes at a time, and again until NATS has it, so that
 * whatever is lost on the way none overtakes another; partitions do not wait for each other.
 */
export class EventPublisher<Event extends { readonly kind: string }> {
  readonly #parts: EventPublisherParts<Event>;
  readonly #lanes = new Map<number, Queue<Waiting>>();
  readonly #stopped = new AbortController();
  /** How many events are not published yet, and how many characters. */
  #open = 0;
  #text = 0;
  /** Called when there are less. */
  #lessOpen: () => void = () => {};
  #failing = false;
  /** Whether it was told that NATS carries less than it was said to. */
  #isTold = false;
  /** What trying again does not help against. */
  #mistake: OptionError | undefined;

  constructor(parts: EventPublisherParts<Event>) {
    this.#parts = parts;
  }

  /** Publishes no more; what is not published by then is never done. */
  stop(): void {
    this.#stopped.abort();
    this.#lessOpen();
  }

  /**
   * Publishes what comes until there is no more, and resolves once all is published, or it was stopped.
   *
   * @throws {OptionError} if the stream is another's, {@linkcode ParleyError} `lost` if NATS was too slow, what the
   * events end with.
   */
  async run(deliveries: AsyncIterable<Delivery<Event>>): Promise<void> {
    try {
      for await (const delivery of deliveries) {
        if (this.#isOver) break;
        this.take(delivery);
      }
    } finally {
      while (this.#open > 0 && !this.#isOver) await new Promise<void>((resolve) => this.#lessOpen = resolve);
    }
    if (this.#mistake !== undefined) throw this.#mistake;
  }

  get #isOver(): boolean {
    return this.#stopped.signal.aborted;
  }

  /**
   * Publishes one event.
   *
   * @throws {ParleyError} `lost` if NATS is too slow.
   */
  take({ event, done }: Delivery<Event>): void {
    if (event.kind === "lagged" || this.#open >= MOST || this.#text >= MOST_TEXT) {
      // Nobody is done with it: a later run begins before it.
      this.stop();
      throw new ParleyError(
        "lost",
        `Cannot publish events: NATS is too slow, and "${this.#open}" wait for it`,
      );
    }
    const { stream, write, failed } = this.#parts;
    let message: EventMessage | undefined;
    try {
      message = write(event, stream.maxPayload);
    } catch (error) {
      // What has been sent is no JSON.
      failed(error);
    }
    if (message === undefined) return done();
    this.#open++;
    this.#add(message, () => {
      done();
      this.#open--;
      this.#lessOpen();
    });
  }

  #add({ name, key, text, id }: EventMessage, published: () => void): void {
    const { stream } = this.#parts;
    if (key !== undefined) {
      const partition = partitionOf(key, stream.partitions);
      return this.#send(partition, { subject: stream.subjectOf(partition, name), text, id, done: published });
    }
    let left = stream.partitions;
    for (let partition = 0; partition < stream.partitions; partition++) {
      this.#send(partition, {
        subject: stream.subjectOf(partition, name),
        text,
        id: id === undefined ? undefined : `${id}:${partition}`,
        done: () => void (--left === 0 && published()),
      });
    }
  }

  #send(partition: number, message: Waiting): void {
    this.#text += message.text.length;
    const lane = this.#lanes.get(partition);
    if (lane !== undefined) return lane.push(message);
    const begun = new Queue<Waiting>();
    begun.push(message);
    this.#lanes.set(partition, begun);
    void this.#empty(partition, begun);
  }

  async #empty(partition: number, lane: Queue<Waiting>): Promise<void> {
    for (let next = lane.peek(); next !== undefined; next = lane.peek()) {
      if (!await this.#published(next)) return;
      lane.shift();
      this.#text -= next.text.length;
      next.done();
    }
    this.#lanes.delete(partition);
  }

  /** Publishes a message, however often it takes; false if that was stopped first. */
  async #published(message: Waiting): Promise<boolean> {
    const { subject, id } = message;
    const { stream, clock, random, isHeld, failed } = this.#parts;
    const options = { timeout: PATIENCE, ...(id !== undefined && { msgID: id }) };
    let backoff: Backoff | undefined;
    while (!this.#isOver) {
      try {
        // Who stood still does not know for a moment whether the shard is still theirs.
        if (isHeld()) {
          await (await stream.open()).publish(subject, message.text, options);
          this.#failing = false;
          return true;
        }
      } catch (error) {
        if (error instanceof OptionError) {
          this.#mistake = error;
          this.stop();
          break;
        }
        if (isTooLarge(error) && this.#shorten(message, error)) continue;
        stream.openAnew();
        if (!this.#failing) failed(error);
        this.#failing = true;
      }
      backoff ??= new Backoff({ base: 250, cap: PATIENCE }, random);
      const again = clock.now() + (backoff.next() ?? PATIENCE);
      await sleepUntil(clock, again, this.#stopped.signal).catch(() => {});
    }
    return false;
  }

  /** Leaves out the data of what NATS does not carry, and would refuse again; false: there is none. */
  #shorten(message: Waiting, cause: unknown): boolean {
    const { stream, failed } = this.#parts;
    const text = withoutData(message.text);
    if (text === undefined) return false;
    const why = `NATS carries less than \`maxPayload\` says, "${stream.maxPayload}" bytes`;
    if (!this.#isTold) failed(new OptionError(`Cannot publish an event whole: ${why}`, { cause }));
    this.#isTold = true;
    this.#text += text.length - message.text.length;
    message.text = text;
    return true;
  }
}
