import { sleepUntil } from "../../src/driver/clock/clock.ts";
import type { Host } from "../../src/driver/host.ts";
import { byteLength } from "../../src/protocol/data/byte_length.ts";
import type {
  NatsConsumerConfig,
  NatsMessage,
  NatsMessages,
  NatsStreamConfig,
  NatsStreams,
} from "../../src/nats/mod.ts";

type Clock = Host["clock"];

/** How one client's requests and answers get there and back. */
export interface Line {
  /** The client's, which may stand still. */
  readonly clock: Clock;
  readonly server: Clock;
  /** How long one way takes now, in milliseconds. */
  readonly way: () => number;
  readonly reaches: () => boolean;
  readonly ask: <T>(run: () => T) => Promise<T>;
}

/** An answer of JetStream's API that is an error. */
export class ApiError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

interface StoredMessage {
  readonly seq: number;
  readonly subject: string;
  readonly text: string;
  readonly at: number;
}

/** What is sent to a client that consumes. */
interface Delivery {
  readonly stored: StoredMessage;
  /** How many are to follow. */
  readonly pending: number;
  readonly deliverySequence: number;
  readonly redelivered: boolean;
}

/** Given nothing, it is to pull again. */
type Puller = (delivery: Delivery | undefined) => void;

/** So long a client of NATS waits before it pulls again from what was removed, in milliseconds. */
const PULLS_AGAIN = 1_000;

/** So late a consumer counts what has come, in milliseconds. */
const HEARD = 100;

const MILLISECOND = 1_000_000;

/** A consumer whose acknowledgements count for all before, too. */
class StoredConsumer {
  readonly config: NatsConsumerConfig;
  floor = 0;
  delivered: number;
  #deliverySequence = 0;
  /** What was sent and is not acknowledged, by its number: when. */
  readonly #pending = new Map<number, number>();
  readonly #again: StoredMessage[] = [];
  readonly #stream: StoredStream;
  #gone = false;

  constructor(stream: StoredStream, config: NatsConsumerConfig) {
    this.#stream = stream;
    this.config = config;
    this.delivered = config.opt_start_seq - 1;
  }

  /** Whoever pulls is told, and does so again if it still runs. */
  remove(): void {
    this.#gone = true;
    const { pulls } = this.#stream;
    const { durable_name: name } = this.config;
    const all = pulls.get(name) ?? [];
    pulls.delete(name);
    for (const pull of all) pull(undefined);
  }

  /** How many it was not given, and how many it was that are not acknowledged. */
  get left(): { pending: number; unacknowledged: number } {
    const { filter_subject: filter } = this.config;
    const known = this.#stream.clock.now() - HEARD;
    const pending = this.#stream.messages.filter(({ seq, subject, at }) =>
      at <= known && seq > this.delivered && matches(filter, subject)
    );
    return { pending: pending.length, unacknowledged: this.#pending.size };
  }

  acknowledge(seq: number): void {
    this.floor = Math.max(this.floor, seq);
    for (const one of this.#pending.keys()) if (one <= seq) this.#pending.delete(one);
    this.push();
  }

  /** Sends what there is to whoever pulls. */
  push(): void {
    const pull = this.#stream.pullerOf(this.config.durable_name);
    if (pull === undefined || this.#gone) return;
    for (let again = this.#again.shift(); again !== undefined; again = this.#again.shift()) {
      if (this.#pending.has(again.seq)) this.#send(pull, again, true);
    }
    while (this.#pending.size < this.config.max_ack_pending) {
      const next = this.#stream.after(this.delivered, this.config.filter_subject);
      if (next === undefined) return;
      this.delivered = next.seq;
      this.#send(pull, next, false);
    }
  }

  #send(pull: Puller, stored: StoredMessage, redelivered: boolean): void {
    const { clock } = this.#stream;
    const at = clock.now();
    this.#pending.set(stored.seq, at);
    const { pending } = this.left;
    pull({ stored, pending, deliverySequence: ++this.#deliverySequence, redelivered });
    clock.setTimer(at + this.config.ack_wait / MILLISECOND, () => {
      if (this.#gone || this.#pending.get(stored.seq) !== at) return;
      this.#again.push(stored);
      this.push();
    });
  }
}

class StoredStream {
  readonly clock: Clock;
  readonly config: NatsStreamConfig;
  readonly consumers = new Map<string, StoredConsumer>();
  /** What was kept for long enough. */
  readonly dropped = new Set<string>();
  /** Who pulls from which consumer. */
  readonly pulls = new Map<string, Set<Puller>>();
  #messages: StoredMessage[] = [];
  readonly #ids = new Map<string, StoredMessage>();
  #sequence = 0;

  constructor(clock: Clock, config: NatsStreamConfig) {
    this.clock = clock;
    this.config = config;
  }

  publish(subject: string, text: string, id: string | undefined): { seq: number; duplicate: boolean } {
    const at = this.clock.now();
    const known = id === undefined ? undefined : this.#ids.get(id);
    if (known !== undefined && at - known.at < this.config.duplicate_window / MILLISECOND) {
      return { seq: known.seq, duplicate: true };
    }
    const stored = { seq: ++this.#sequence, subject, text, at };
    this.#messages.push(stored);
    if (id !== undefined) this.#ids.set(id, stored);
    for (const consumer of this.consumers.values()) consumer.push();
    return { seq: stored.seq, duplicate: false };
  }

  /** What is kept. */
  get messages(): readonly StoredMessage[] {
    const oldest = this.clock.now() - this.config.max_age / MILLISECOND;
    const first = this.#messages.findIndex(({ at }) => at >= oldest);
    if (first !== 0) {
      const gone = this.#messages.splice(0, first < 0 ? this.#messages.length : first);
      for (const { text } of gone) this.dropped.add(text);
    }
    return this.#messages;
  }

  get state(): { first_seq: number; last_seq: number } {
    const last = this.#sequence;
    return { first_seq: this.messages[0]?.seq ?? last + 1, last_seq: last };
  }

  after(seq: number, filter: string): StoredMessage | undefined {
    const messages = this.messages;
    // They are numbered without a hole.
    const from = Math.max(0, seq + 1 - (messages[0]?.seq ?? 0));
    for (let index = from; index < messages.length; index++) {
      const message = messages[index];
      if (message !== undefined && matches(filter, message.subject)) return message;
    }
    return undefined;
  }

  pullerOf(name: string): Puller | undefined {
    return [...this.pulls.get(name) ?? []].at(-1);
  }
}

function matches(filter: string, subject: string): boolean {
  const [wanted, parts] = [filter.split("."), subject.split(".")];
  return wanted.length === parts.length && wanted.every((one, at) => one === "*" || one === parts[at]);
}

/** All streams of a NATS, and what is in them. */
export class StoredStreams {
  readonly clock: Clock;
  /** How many bytes a message may have. */
  maxPayload = 1_048_576;
  readonly #streams = new Map<string, StoredStream>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** What was kept for long enough, of all. */
  get dropped(): string[] {
    return [...this.#streams.values()].flatMap(({ dropped }) => [...dropped]);
  }

  add(config: NatsStreamConfig): void {
    const known = this.#streams.get(config.name);
    if (known === undefined) {
      this.#streams.set(config.name, new StoredStream(this.clock, config));
    } else if (JSON.stringify(known.config) !== JSON.stringify(config)) {
      throw new ApiError(10_058, "stream name already in use with a different configuration");
    }
  }

  /** Loses all of them. */
  lose(): void {
    for (const { consumers } of this.#streams.values()) for (const one of consumers.values()) one.remove();
    this.#streams.clear();
  }

  get(name: string): StoredStream {
    const found = this.#streams.get(name);
    if (found === undefined) throw new ApiError(10_059, "stream not found");
    return found;
  }

  /** The stream that takes a subject. */
  of(subject: string): StoredStream {
    const found = [...this.#streams.values()].find(({ config }) =>
      config.subjects.some((one) => matches(one, subject))
    );
    if (found === undefined) throw new ApiError(503, "no responders");
    return found;
  }

  consumer(stream: string, name: string): StoredConsumer {
    const found = this.get(stream).consumers.get(name);
    if (found === undefined) throw new ApiError(10_014, "consumer not found");
    return found;
  }
}

/** The streams as one client finds them. */
export function streamsOver(store: StoredStreams, line: Line): NatsStreams {
  const { ask } = line;
  return {
    streams: {
      add: (config) => ask(() => store.add(config)),
      info: (name) =>
        ask(() => {
          const { config, state } = store.get(name);
          return { config, state };
        }),
    },
    consumers: {
      add: (stream, config) =>
        ask(() => {
          const { consumers } = store.get(stream);
          if (consumers.has(config.durable_name)) throw new ApiError(10_148, "consumer already exists");
          const consumer = new StoredConsumer(store.get(stream), config);
          consumers.set(config.durable_name, consumer);
          consumer.push();
        }),
      info: (stream, name) =>
        ask(() => {
          const { floor, delivered, config, left } = store.consumer(stream, name);
          return {
            ack_floor: { stream_seq: floor },
            delivered: { stream_seq: delivered },
            num_pending: left.pending,
            num_ack_pending: left.unacknowledged,
            config,
          };
        }),
      delete: (stream, name) =>
        ask(() => {
          store.consumer(stream, name).remove();
          return store.get(stream).consumers.delete(name);
        }),
    },
    jetstream: () => ({
      async publish(subject, payload, { msgID }) {
        if (byteLength(payload) > store.maxPayload) throw new Error("'payload' max_payload size exceeded");
        return await ask(() => store.of(subject).publish(subject, payload, msgID));
      },
      consumers: {
        async get(stream, name) {
          await ask(() => store.consumer(stream, name));
          return {
            consume: ({ abort_on_missing_resource: ends }) =>
              Promise.resolve(consume(store, line, stream, name, ends)),
          };
        },
      },
    }),
  };
}

function consume(
  store: StoredStreams,
  line: Line,
  stream: string,
  name: string,
  ends: boolean,
): NatsMessages {
  const { clock, server, way, reaches, ask } = line;
  const news: Delivery[] = [];
  let wake = () => {};
  let over = false;
  let last = -Infinity;
  const { pulls, consumers } = store.get(stream);
  const pull = () => {
    if (over) return;
    pulls.set(name, (pulls.get(name) ?? new Set()).add(take));
    consumers.get(name)?.push();
  };
  let gone: ApiError | undefined;
  const take: Puller = (delivery) => {
    if (delivery === undefined) {
      // Who is not there to be told pulls again, and is told then.
      return void clock.setTimer(clock.now() + PULLS_AGAIN, () => {
        if (!ends) return pull();
        gone = new ApiError(10_014, "consumer not found");
        wake();
      });
    }
    // In order, and lost where nobody is at the other end any more.
    last = Math.max(last, server.now() + way());
    server.setTimer(last, () => {
      if (!reaches()) return;
      news.push(delivery);
      wake();
    });
  };
  pull();
  const acknowledge = (seq: number) => consumers.get(name)?.acknowledge(seq);
  const messageOf = ({ stored, redelivered, deliverySequence, pending }: Delivery): NatsMessage => ({
    seq: stored.seq,
    data: new TextEncoder().encode(stored.text),
    redelivered,
    info: { deliverySequence, pending },
    ack() {
      const isSent = reaches();
      server.setTimer(server.now() + way(), () => void (isSent && reaches() && acknowledge(stored.seq)));
    },
    async ackAck() {
      await ask(() => acknowledge(stored.seq));
      return true;
    },
  });
  async function* told(): AsyncGenerator<NatsMessage> {
    while (!over) {
      for (let next = news.shift(); next !== undefined && !over; next = news.shift()) {
        await sleepUntil(clock, clock.now());
        yield messageOf(next);
      }
      if (gone !== undefined && !over) throw gone;
      if (!over) await new Promise<void>((resolve) => wake = resolve);
    }
  }
  const stop = () => {
    over = true;
    pulls.get(name)?.delete(take);
    wake();
  };
  return { stop, [Symbol.asyncIterator]: told };
}
