import { type Clock, sleepUntil, within } from "../../driver/clock/clock.ts";
import { stopwatch } from "../../driver/clock/stopwatch.ts";
import { Backoff } from "../../protocol/connection/backoff.ts";
import { ProtocolError, TimeoutError } from "../../protocol/errors.ts";
import type { EventStream } from "./event_stream.ts";
import {
  isNoConsumer,
  type NatsConsumerInfo,
  type NatsMessage,
  type NatsMessages,
  type NatsStreamInfo,
} from "./streams.ts";

/** How an event has come to a worker. */
export interface StreamedInfo {
  /** Whether a worker may have handled it before: it was given to one that has not acknowledged it. */
  readonly repeated: boolean;
  /** How often it has been handled here with an error. */
  readonly failures: number;
}

/**
 * Events that were gone from the stream before a worker took them, or may have been: none had for about as long as the stream
 * keeps them, or NATS has lost what it had stored.
 */
export interface DroppedEvent {
  readonly kind: "dropped";
  /** In which partition. */
  readonly partition: number;
  /** Up to when they had come, at the latest, in milliseconds since 1970 began, by this process's clock on the wall. */
  readonly until: number;
}

/** What a reader needs. */
export interface PartitionReaderParts<Event> {
  readonly stream: EventStream;
  /** What the workers are called that share the partitions: those of each name are given everything. */
  readonly name: string;
  readonly partition: number;
  /** Reads a message: an event, and what is in order with it; undefined for what is none. */
  readonly read: (text: string) => { readonly event: Event; readonly key: string } | undefined;
  readonly handle: (event: Event | DroppedEvent, info: StreamedInfo) => unknown;
  /** How many events are under way at a time. */
  readonly atOnce: number;
  /** How often an event is handled that makes an error. */
  readonly tries: number;
  readonly clock: Clock;
  readonly random: () => number;
  /** Whether this process may handle the partition's events, right now. */
  readonly isHeld: () => boolean;
  /** Told of what went wrong and is survived. */
  readonly failed: (error: unknown) => void;
}

const decoder = new TextDecoder();
const SECOND = 1_000;
const NANOSECONDS = 1_000_000;
/** An acknowledgement that was lost shows after so long, and what is handled for ever, in milliseconds. */
const ACK_WAIT = 60_000;
/** So long it is waited for what is being handled, in milliseconds. */
const LAST_HANDLED = 60_000;
/** So long it is waited until NATS has taken the last acknowledgement, in milliseconds. */
const LAST_ACK = 2_000;
/** Of what the stream keeps for so long nothing is gone yet that came in this share of it. */
const SAFE = 0.75;
/** In which an idle reader notes that it has missed nothing: who comes after it is to know. */
const IDLE = 0.25;
/** That is done in this time at the latest, in milliseconds. */
const MOST_IDLE = 86_400_000;

/** A message that is under way. */
interface UnderWay {
  readonly message: NatsMessage;
  isDone: boolean;
  /** Whether it was told that it takes long. */
  isLate: boolean;
}

/**
 * Handles the events of one partition: those of a guild one after the other, those of different guilds side by side. All
 * up to the last one before which none is missing are acknowledged.
 *
 * Each that begins to read makes a consumer of its own behind what was acknowledged to the one before, and removes that:
 * so what was under way there comes again at once, in order, and who was suspended gets nothing more.
 */
export class PartitionReader<Event> {
  readonly #parts: PartitionReaderParts<Event>;
  readonly #over = new AbortController();
  /** In the order in which they came. */
  #underWay: UnderWay[] = [];
  /** The last one of each guild. */
  readonly #lanes = new Map<string, Promise<void>>();
  /** For how long the stream keeps what is in it, in milliseconds. */
  #keep = Infinity;
  /** Up to which message all was given, or told to be gone; undefined: what was before is not for these workers. */
  #given: number | undefined;
  /** How long ago all that had come was given, or told to be gone, in milliseconds. */
  #sinceAll: () => number = () => Infinity;
  /** How long ago it was told that something is gone, and that handled, in milliseconds. */
  #sinceTold: () => number = () => Infinity;
  /** Up to which message there were some when it was looked, a while ago. */
  #look: { readonly seq: number; readonly passed: () => number } | undefined;
  /** Up to which message all is handled. */
  #floor = 0;
  #toAck: NatsMessage | undefined;
  /** Which of the two consumers is read from. */
  #name = "";
  #messages: NatsMessages | undefined;
  #failing = false;
  #running: Promise<void> = Promise.resolve();

  constructor(parts: PartitionReaderParts<Event>) {
    this.#parts = parts;
  }

  /** Begins; resolves once it reads. */
  start(): Promise<void> {
    return new Promise((resolve) => void (this.#running = this.#run(resolve)));
  }

  /**
   * Begins no more, and resolves once what is being handled is, and is acknowledged; or after a minute, for whoever has the
   * partition next handles again what is not.
   */
  async stop(): Promise<void> {
    this.#over.abort();
    this.#messages?.stop();
    const limit = new AbortController();
    const late = sleepUntil(this.#parts.clock, this.#parts.clock.now() + LAST_HANDLED, limit.signal).catch(
      () => {},
    );
    await Promise.race([this.#running, late]);
    limit.abort();
  }

  get #isOver(): boolean {
    return this.#over.signal.aborted || !this.#parts.isHeld();
  }

  async #run(reads: () => void): Promise<void> {
    const { stream, clock, random, failed } = this.#parts;
    const backoff = new Backoff({ base: 250, cap: 5 * SECOND }, random);
    while (!this.#over.signal.aborted) {
      try {
        // Who stood still does not know for a moment whether the partition is still theirs.
        const before = this.#isOver ? undefined : await this.#takeOver();
        if (before !== undefined && !this.#isOver) {
          const messages = await this.#consume();
          reads();
          backoff.reset();
          this.#failing = false;
          await this.#read(messages, before);
        }
      } catch (error) {
        if (!this.#failing) failed(error);
        this.#failing = true;
        stream.openAnew();
      }
      // What is behind it comes from another consumer, which must not begin before it.
      await Promise.all(this.#lanes.values());
      await sleepUntil(clock, clock.now() + (backoff.next() ?? SECOND), this.#over.signal).catch(() => {});
    }
    await Promise.all(this.#lanes.values());
    await this.#acknowledgeLast();
  }

  /**
   * Makes a consumer in place of the one there is; returns up to where that was given messages, undefined if that is
   * another's to do: who stood still in between must not go on with it.
   */
  async #takeOver(): Promise<number | undefined> {
    const { stream, name, partition, atOnce } = this.#parts;
    await stream.open();
    const { consumers } = stream.streams;
    const names = [`${name}-${partition}-a`, `${name}-${partition}-b`] as const;
    const info = await stream.streams.streams.info(stream.name);
    const [a, b] = await Promise.all([this.#infoOf(names[0]), this.#infoOf(names[1])]);
    if (this.#isOver) return undefined;
    // Where somebody died in between there are two: nothing is acknowledged that is not handled.
    const isB = floorOf(b) > floorOf(a) || a === undefined;
    const [old, fresh] = isB ? [names[1], names[0]] : names;
    const last = isB ? b : a;
    const before = Math.max(this.#floor, a?.delivered.stream_seq ?? 0, b?.delivered.stream_seq ?? 0);
    this.#beginBehind(last, info);
    this.#toAck = undefined;
    this.#underWay = [];
    if ((isB ? a : b) !== undefined) await this.#remove(fresh);
    if (this.#isOver) return undefined;
    this.#name = fresh;
    await consumers.add(stream.name, {
      durable_name: fresh,
      filter_subject: stream.subjectOf(partition),
      deliver_policy: "by_start_sequence",
      opt_start_seq: this.#floor + 1,
      ack_policy: "all",
      ack_wait: ACK_WAIT * NANOSECONDS,
      max_ack_pending: atOnce,
    });
    if (this.#isOver) return undefined;
    if (last !== undefined) await this.#remove(old);
    return before;
  }

  /** Goes on behind what a consumer was given, undefined: there was none, and tells what is gone from there on. */
  #beginBehind(last: NatsConsumerInfo | undefined, { config, state }: NatsStreamInfo): void {
    // Without one, the stream was removed and is made again, or is new to these workers: it counts from its beginning.
    const isLost = last === undefined && this.#floor > 0;
    this.#floor = last === undefined ? 0 : Math.max(this.#floor, floorOf(last));
    this.#keep = config.max_age === 0 ? Infinity : config.max_age / NANOSECONDS;
    const hasAll = last?.num_pending === 0 && last.num_ack_pending === 0;
    // A consumer hears late of what came just now.
    const hadBeen = this.#look;
    const isOld = last !== undefined && hadBeen !== undefined && hadBeen.passed() >= this.#keep * IDLE;
    if (isOld || last === undefined || hadBeen === undefined) {
      this.#look = { seq: state.last_seq, passed: stopwatch(this.#parts.clock) };
    }
    const upTo = Math.max(this.#floor, state.first_seq - 1, hasAll && isOld ? hadBeen.seq : 0);
    // What has come since that was told is not gone yet.
    const mayBeGone = last !== undefined && this.#sinceTold() >= this.#keep * SAFE;
    const isGone = isLost || mayBeGone && state.first_seq > this.#floor + 1;
    const now = stopwatch(this.#parts.clock);
    if (!isGone) this.#floor = upTo;
    else {
      this.#inLane("", this.#dropped(), false, () => {
        this.#floor = Math.max(this.#floor, upTo);
        this.#sinceTold = now;
      });
    }
    this.#given = last && upTo;
    this.#sinceAll = hasAll || isGone ? now : () => Infinity;
  }

  async #infoOf(name: string): Promise<NatsConsumerInfo | undefined> {
    const { stream } = this.#parts;
    try {
      return await stream.streams.consumers.info(stream.name, name);
    } catch (error) {
      if (isNoConsumer(error)) return undefined;
      throw error;
    }
  }

  async #remove(name: string): Promise<void> {
    const { stream } = this.#parts;
    try {
      await stream.streams.consumers.delete(stream.name, name);
    } catch (error) {
      if (!isNoConsumer(error)) throw error;
    }
  }

  async #consume(): Promise<NatsMessages> {
    const { stream, atOnce } = this.#parts;
    const consumer = await (await stream.open()).consumers.get(stream.name, this.#name);
    const messages = await consumer.consume({ max_messages: atOnce, abort_on_missing_resource: true });
    this.#messages = messages;
    // Who was stopped meanwhile had nothing to stop yet.
    if (this.#over.signal.aborted) messages.stop();
    return messages;
  }

  /** Takes messages as long as none is missing. */
  async #read(messages: NatsMessages, before: number): Promise<void> {
    let next = 1;
    const over = new AbortController();
    void this.#stopIdle(messages, over.signal);
    try {
      for await (const message of messages) {
        if (this.#isOver || message.info.deliverySequence !== next) return;
        next++;
        if (message.redelivered) {
          // Its acknowledgement was lost, or another reader has taken over.
          if (!this.#isUnderWay(message)) return;
          continue;
        }
        await this.#tellDropped(message);
        this.#take(message, message.seq <= before);
      }
    } finally {
      over.abort();
      messages.stop();
    }
  }

  /** Begins anew where nothing has come for long, so that a consumer says how far all is handled. */
  async #stopIdle(messages: NatsMessages, signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    const often = Math.min(this.#keep * IDLE, MOST_IDLE);
    for (let given: number | undefined = NaN; given !== this.#given || this.#lanes.size > 0;) {
      given = this.#given;
      await sleepUntil(clock, clock.now() + often, signal).catch(() => {});
      if (signal.aborted) return;
    }
    messages.stop();
  }

  /** Tells what is gone from before a message. Of what came since all was given nothing is, until it was kept for long. */
  async #tellDropped({ seq, info }: NatsMessage): Promise<void> {
    const { stream, clock } = this.#parts;
    const next = (this.#given ?? Infinity) + 1;
    this.#given = seq;
    let isGone = false;
    if (seq > next && this.#sinceAll() >= this.#keep * SAFE) {
      const { state } = await stream.streams.streams.info(stream.name);
      isGone = state.first_seq > next;
      if (isGone) this.#inLane("", this.#dropped(), false, () => {});
    }
    if (isGone || info.pending === 0) this.#sinceAll = stopwatch(clock);
  }

  #dropped(): DroppedEvent {
    const { partition, clock } = this.#parts;
    return { kind: "dropped", partition, until: clock.wall() };
  }

  /** Whether a message that comes again is only not acknowledged yet: one before it takes so long, or itself. */
  #isUnderWay({ seq }: NatsMessage): boolean {
    const [first] = this.#underWay;
    if (first?.message.seq === seq && !first.isLate) {
      first.isLate = true;
      const what = `Message "${seq}" of a stream is not handled after "${ACK_WAIT / SECOND}" s`;
      this.#parts.failed(new TimeoutError(`${what}: what is to come after it waits`));
    }
    return this.#underWay.some(({ message }) => message.seq === seq);
  }

  #take(message: NatsMessage, repeated: boolean): void {
    const one: UnderWay = { message, isDone: false, isLate: false };
    this.#underWay.push(one);
    const read = this.#parts.read(decoder.decode(message.data));
    if (read === undefined) {
      this.#parts.failed(
        new ProtocolError(`Cannot read message "${message.seq}" of a stream: it is no event`),
      );
      return this.#done(one);
    }
    this.#inLane(read.key, read.event, repeated, () => this.#done(one));
  }

  /** Handles an event once it is its turn. */
  #inLane(key: string, event: Event | DroppedEvent, repeated: boolean, done: () => void): void {
    const handled = this.#after(key).then(async () => {
      if (await this.#handle(event, repeated)) done();
      // It comes again to whoever reads next, and so does all behind it.
      else this.#messages?.stop();
      if (this.#lanes.get(key) === handled) this.#lanes.delete(key);
    });
    this.#lanes.set(key, handled);
  }

  /** What an event waits for: that before it of its guild; what is of no guild is of all. */
  async #after(key: string): Promise<void> {
    if (key === "") await Promise.all(this.#lanes.values());
    else await Promise.all([this.#lanes.get(key), this.#lanes.get("")]);
  }

  /** Handles an event, again if that fails; false: it was not, since that is another's to do. */
  async #handle(event: Event | DroppedEvent, repeated: boolean): Promise<boolean> {
    const { handle, tries, clock, random, failed } = this.#parts;
    const backoff = new Backoff({ base: SECOND, cap: 60 * SECOND }, random);
    for (let failures = 0;; failures++) {
      // Whoever reads next is given it.
      if (this.#isOver) return false;
      try {
        await handle(event, { repeated, failures });
        return true;
      } catch (error) {
        failed(error);
        if (failures + 1 >= tries) return true;
      }
      await sleepUntil(clock, clock.now() + (backoff.next() ?? SECOND), this.#over.signal).catch(() => {});
    }
  }

  #done(one: UnderWay): void {
    one.isDone = true;
    const first = this.#underWay.findIndex(({ isDone }) => !isDone);
    const handled = this.#underWay.splice(0, first < 0 ? this.#underWay.length : first);
    const last = handled.at(-1)?.message;
    if (last === undefined) return;
    this.#floor = last.seq;
    const isAcking = this.#toAck !== undefined;
    this.#toAck = last;
    if (!isAcking) queueMicrotask(() => this.#acknowledge());
  }

  #acknowledge(): void {
    if (this.#over.signal.aborted) return;
    this.#toAck?.ack();
    this.#toAck = undefined;
  }

  /** Whoever reads next must know of it. */
  async #acknowledgeLast(): Promise<void> {
    const last = this.#toAck;
    if (last === undefined) return;
    await within(this.#parts.clock, LAST_ACK, "NATS did not answer", () => last.ackAck()).catch(() => {});
  }
}

function floorOf(info: NatsConsumerInfo | undefined): number {
  return info === undefined ? -1 : Math.max(info.ack_floor.stream_seq, (info.config.opt_start_seq ?? 1) - 1);
}
