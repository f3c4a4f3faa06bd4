import { assert, assertEquals, assertRejects } from "@std/assert";
import type { NatsConsumerConfig, NatsMessage, NatsStreamConfig, NatsStreams } from "../../src/nats/mod.ts";
import type { Clock } from "../../src/driver/clock/clock.ts";
import type { GatewayDispatchEvent } from "../../src/discord/gateway/wire/event.ts";
import { discordMessage, readEvent } from "../../src/nats/events/event_message.ts";
import { EventStream } from "../../src/nats/events/event_stream.ts";
import { PartitionReader } from "../../src/nats/events/partition_reader.ts";
import { EventPublisher } from "../../src/nats/events/publisher.ts";
import { isMadeOtherwise, isNoConsumer } from "../../src/nats/events/streams.ts";

/** What streams are tried with. */
export interface StreamRoom {
  readonly streams: NatsStreams;
  /** Lets time pass. */
  readonly pause: (ms: number) => Promise<void>;
}

type Check = (room: StreamRoom, name: string) => Promise<void>;

const SECOND = 1_000_000_000;

function configOf(name: string): NatsStreamConfig {
  return {
    name,
    description: "a stream",
    subjects: [`${name}.*.*`],
    max_age: 60 * SECOND,
    duplicate_window: 30 * SECOND,
    num_replicas: 1,
  };
}

function consumerOf(name: string, more: Partial<NatsConsumerConfig> = {}): NatsConsumerConfig {
  return {
    durable_name: "reader",
    filter_subject: `${name}.0.*`,
    deliver_policy: "by_start_sequence",
    opt_start_seq: 1,
    ack_policy: "all",
    ack_wait: 30 * SECOND,
    max_ack_pending: 100,
    ...more,
  };
}

/** A stream with ten messages in two partitions. */
async function filled({ streams }: StreamRoom, name: string) {
  await streams.streams.add(configOf(name));
  const publish = (at: number) =>
    streams.jetstream().publish(`${name}.${at % 2}.X`, String(at), { msgID: `id ${at}`, timeout: 5_000 });
  for (let at = 0; at < 10; at++) assertEquals((await publish(at)).duplicate, false);
  return { publish };
}

/** Listens to a consumer. */
async function listen({ streams }: StreamRoom, name: string, consumer = "reader") {
  const heard: NatsMessage[] = [];
  const messages = await (await streams.jetstream().consumers.get(name, consumer)).consume({
    max_messages: 50,
    abort_on_missing_resource: false,
  });
  void (async () => {
    for await (const message of messages) heard.push(message);
  })();
  return { heard, stop: () => messages.stop() };
}

async function until(room: StreamRoom, isSo: () => boolean, what: string): Promise<void> {
  for (let waited = 0; !isSo(); waited++) {
    assert(waited < 200, what);
    await room.pause(100);
  }
}

const textsOf = (heard: readonly NatsMessage[]) => heard.map(({ data }) => new TextDecoder().decode(data));

/** A partition's texts, and who reads them. */
class Texts {
  readonly stream: EventStream;
  readonly handled: [text: string, repeated: boolean][] = [];
  /** Behind how many that are handled some were told to be gone. */
  readonly dropped: number[] = [];
  readonly errors: unknown[] = [];
  readonly #clock: Clock;

  constructor(
    { streams, clock }: StreamRoom & { readonly clock: Clock },
    application: string,
    keep?: number,
  ) {
    const kept = keep === undefined ? {} : { keep };
    this.stream = new EventStream({ streams, application, partitions: 2, runtime: { clock }, ...kept });
    this.#clock = clock;
  }

  async publish(text: string, partition = 0): Promise<void> {
    await (await this.stream.open()).publish(this.stream.subjectOf(partition, "X"), text, { timeout: 5_000 });
  }

  reader(): PartitionReader<string> {
    return new PartitionReader<string>({
      stream: this.stream,
      name: "workers",
      partition: 0,
      read: (text) => ({ event: text, key: "" }),
      handle: (event, { repeated }) => {
        if (typeof event === "string") this.handled.push([event, repeated]);
        else this.dropped.push(this.handled.length);
      },
      atOnce: 10,
      tries: 1,
      clock: this.#clock,
      random: () => 0.5,
      isHeld: () => true,
      failed: (error) => void this.errors.push(error),
    });
  }
}

/** A worker whose stream is removed, by `lose`, and made again, reads what comes then from its beginning, and is told. */
export async function lostStream(
  room: StreamRoom & { readonly clock: Clock },
  application: string,
  lose: (name: string) => Promise<void>,
): Promise<void> {
  const texts = new Texts(room, application);
  const { stream, handled, dropped, errors } = texts;
  const reader = texts.reader();
  await reader.start();
  for (const text of ["a", "b", "c"]) await texts.publish(text);
  await until(room, () => handled.length >= 3, "Three are handled");
  await lose(stream.name);
  stream.openAnew();
  for (const text of ["d", "e"]) await texts.publish(text);
  const shown = () => `${JSON.stringify(handled)}; ${errors.join()}`;
  for (let waited = 0; handled.length < 5; waited++) {
    if (waited === 300) await reader.stop();
    assert(waited < 300, shown());
    await room.pause(100);
  }
  await reader.stop();
  assertEquals(handled.map(([text]) => text), ["a", "b", "c", "d", "e"]);
  assertEquals(dropped, [3]);
  // Nobody knows whether those were handled that have the same numbers.
  assertEquals(handled.map(([, repeated]) => repeated), [false, false, false, true, true]);
  assert(errors.length > 0);
}

/** Workers are told that something is gone if it may be, and not where nothing has come that was kept too shortly. */
export async function droppedEvents(
  room: StreamRoom & { readonly clock: Clock },
  application: string,
): Promise<void> {
  const texts = new Texts(room, application, 3_000);
  const { handled, dropped, errors } = texts;
  const others = async (times: number) => {
    for (let at = 0; at < times; at++) {
      await texts.publish("x", 1);
      await room.pause(300);
    }
  };
  const first = texts.reader();
  await first.start();
  await texts.publish("a");
  await others(16);
  await first.stop();
  const second = texts.reader();
  await second.start();
  await others(14);
  await texts.publish("b");
  await until(room, () => handled.length >= 2, "Two are handled");
  assertEquals(dropped, [], errors.join());
  await second.stop();
  await texts.publish("c");
  await others(14);
  await texts.publish("d");
  const third = texts.reader();
  await third.start();
  await until(room, () => handled.length >= 3, "Three are handled");
  await others(14);
  await third.stop();
  assertEquals(handled, [["a", false], ["b", false], ["d", false]]);
  assertEquals([dropped, errors], [[2], []]);
}

/** Publishes three events, the second one larger than NATS carries: it comes without its data, and holds up nothing. */
export async function largeEvent(
  room: StreamRoom & { readonly clock: Clock },
  application: string,
  size: number,
): Promise<void> {
  const { streams, clock } = room;
  const stream = new EventStream({ streams, application, partitions: 1, runtime: { clock } });
  const errors: unknown[] = [];
  const publisher = new EventPublisher<GatewayDispatchEvent>({
    stream,
    write: discordMessage,
    clock,
    random: () => 0.5,
    isHeld: () => true,
    failed: (error) => void errors.push(error),
  });
  const session = application;
  const eventOf = (sequence: number, content: string) => {
    const d = { id: "1", guild_id: "2", content };
    const payload = { op: 0, t: "MESSAGE_CREATE", s: sequence, d };
    const { event } = readEvent(JSON.stringify({ shard: 0, session, replayed: false, payload })) ?? {};
    assert(event?.kind === "MESSAGE_CREATE");
    return { event, size: JSON.stringify(payload).length };
  };
  const events = [eventOf(1, "a"), eventOf(2, "b".repeat(size)), eventOf(3, "c")];
  let done = 0;
  async function* deliveries() {
    for (const { event } of events) yield { event, done: () => void done++ };
  }
  const published = publisher.run(deliveries());
  await until(room, () => done === 3, "Three are published");
  await published;
  await streams.consumers.add(stream.name, consumerOf("", { filter_subject: stream.subjectOf(0) }));
  const { heard, stop } = await listen(room, stream.name);
  await until(room, () => heard.length >= 3, "Three are heard");
  stop();
  const told = textsOf(heard).map((text) => readEvent(text)?.event);
  assertEquals(told.map((event) => event?.kind), ["MESSAGE_CREATE", "omitted", "MESSAGE_CREATE"]);
  assertEquals(told[1], {
    kind: "omitted",
    name: "MESSAGE_CREATE",
    shard: 0,
    session,
    sequence: 2,
    replayed: false,
    size: events[1]?.size ?? 0,
  });
  assertEquals(errors.map(String), [
    'OptionError: Cannot publish an event whole: NATS carries less than `maxPayload` says, "1000000" bytes',
  ]);
}

/** What fan-out relies on: what the model of the simulator and the real NATS must both do. */
export const streamSuite: Readonly<Record<string, Check>> = {
  async "a stream is made once, and not otherwise"({ streams }, name) {
    await streams.streams.add(configOf(name));
    await streams.streams.add(configOf(name));
    const other = { ...configOf(name), description: "another" };
    assert(isMadeOtherwise(await assertRejects(() => streams.streams.add(other))));
    assertEquals((await streams.streams.info(name)).config.description, "a stream");
  },
  async "what is published again by its id is not stored again"(room, name) {
    const { publish } = await filled(room, name);
    assertEquals((await publish(3)).duplicate, true);
    await room.streams.consumers.add(name, consumerOf(name, { filter_subject: `${name}.*.*` }));
    const { heard, stop } = await listen(room, name);
    await until(room, () => heard.length >= 10, "All are heard");
    await room.pause(300);
    stop();
    assertEquals(textsOf(heard), Array.from({ length: 10 }, (_, at) => String(at)));
    assertEquals(heard.map(({ info }) => info.deliverySequence), heard.map((_, at) => at + 1));
  },
  async "a consumer begins where it is to, and an acknowledgement counts for all before"(room, name) {
    await filled(room, name);
    const { streams } = room;
    assert(isNoConsumer(await assertRejects(() => streams.consumers.info(name, "reader"))));
    await streams.consumers.add(name, consumerOf(name, { opt_start_seq: 4 }));
    const { heard, stop } = await listen(room, name);
    await until(room, () => heard.length >= 3, "Three are heard");
    assertEquals(textsOf(heard), ["4", "6", "8"]);
    assertEquals(await heard[1]?.ackAck(), true);
    const info = await streams.consumers.info(name, "reader");
    assertEquals([info.ack_floor.stream_seq, info.config.opt_start_seq], [heard[1]?.seq, 4]);
    // It may have looked further, at what is not for it.
    assert(info.delivered.stream_seq >= (heard[2]?.seq ?? Infinity));
    stop();
    await streams.consumers.delete(name, "reader");
    assert(isNoConsumer(await assertRejects(() => streams.consumers.delete(name, "reader"))));
  },
  async "what is not acknowledged in time comes again, marked"(room, name) {
    await filled(room, name);
    await room.streams.consumers.add(name, consumerOf(name, { ack_wait: SECOND }));
    const { heard, stop } = await listen(room, name);
    await until(room, () => heard.length >= 5, "Five are heard");
    heard[2]?.ack();
    await until(room, () => heard.length >= 7, "Two are heard again");
    // As it was sent first, it can be acknowledged still.
    heard[4]?.ack();
    await room.pause(1_500);
    stop();
    assertEquals(heard.map(({ info }) => info.deliverySequence), [1, 2, 3, 4, 5, 6, 7]);
    assertEquals(heard.slice(5, 7).map(({ redelivered }) => redelivered), [true, true]);
    assertEquals(textsOf(heard.slice(5, 7)), ["6", "8"]);
  },
  async "a stream says what it still keeps, and a consumer what it was not given of that"(room, name) {
    const { streams } = room;
    await streams.streams.add({ ...configOf(name), max_age: 2 * SECOND, duplicate_window: SECOND });
    const publish = (at: number) =>
      streams.jetstream().publish(`${name}.${at % 2}.X`, String(at), { timeout: 5_000 });
    const told = async () => {
      const { config, state } = await streams.streams.info(name);
      const { num_pending, num_ack_pending } = await streams.consumers.info(name, "reader");
      return [config.max_age, state.first_seq, state.last_seq, num_pending, num_ack_pending];
    };
    for (let at = 0; at < 6; at++) await publish(at);
    await streams.consumers.add(name, consumerOf(name, { max_ack_pending: 2 }));
    await room.pause(300);
    assertEquals(await told(), [2 * SECOND, 1, 6, 3, 0]);
    const { heard, stop } = await listen(room, name);
    await until(room, () => heard.length >= 2, "Two are heard");
    assertEquals(heard.map(({ info }) => info.pending), [2, 1]);
    assertEquals(await told(), [2 * SECOND, 1, 6, 1, 2]);
    await room.pause(3_000);
    const [, first, last, pending] = await told();
    // One more than the last one, as nothing is kept.
    assertEquals([first, last, pending], [7, 6, 0]);
    heard[1]?.ack();
    await publish(6);
    await until(room, () => textsOf(heard).includes("6"), "One more is heard");
    stop();
    // It may have had one in hand that is gone since.
    assertEquals(textsOf(heard).filter((text) => text !== "4"), ["0", "2", "6"]);
    assertEquals(heard.at(-1)?.info.pending, 0);
  },
  async "no more than so many are under way"(room, name) {
    await filled(room, name);
    await room.streams.consumers.add(name, consumerOf(name, { max_ack_pending: 2 }));
    const { heard, stop } = await listen(room, name);
    await until(room, () => heard.length >= 2, "Two are heard");
    await room.pause(500);
    assertEquals(heard.length, 2);
    heard[1]?.ack();
    await until(room, () => heard.length >= 4, "Two more are heard");
    stop();
  },
  async "who reads from a consumer that was removed gets nothing more, and counts anew from one made in its place"(
    room,
    name,
  ) {
    const { publish } = await filled(room, name);
    const { streams } = room;
    await streams.consumers.add(name, consumerOf(name));
    const { heard, stop } = await listen(room, name);
    await until(room, () => heard.length >= 5, "Five are heard");
    await streams.consumers.delete(name, "reader");
    await publish(10);
    await room.pause(300);
    assertEquals(heard.length, 5);
    stop();
    await streams.consumers.add(name, consumerOf(name, { opt_start_seq: 7 }));
    const again = await listen(room, name);
    await until(room, () => again.heard.length >= 3, "Three are heard");
    again.stop();
    assertEquals(textsOf(again.heard), ["6", "8", "10"]);
    assertEquals(again.heard.map(({ info, redelivered }) => [info.deliverySequence, redelivered]), [
      [1, false],
      [2, false],
      [3, false],
    ]);
  },
};
