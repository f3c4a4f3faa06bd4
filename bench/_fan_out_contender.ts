/**
 * Publishes dispatches to a stream of NATS, 64 under way at a time: `parley` from the text that Discord sends to the
 * partition of its guild, in order; `JetStream` the same texts, ready-made, to the same subjects.
 *
 * @module
 */
import process from "node:process";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { systemClock } from "../src/driver/clock/clock.ts";
import { dispatchEvent } from "../src/discord/gateway/wire/event.ts";
import { parsePayload, Payload } from "../src/discord/gateway/wire/payload.ts";
import { discordMessage } from "../src/nats/events/event_message.ts";
import { EventPublisher } from "../src/nats/events/publisher.ts";
import { EventStream } from "../src/nats/mod.ts";
import { makeDispatches } from "./_gateway_dispatches.ts";

const [name = "", servers = "", count = "20000"] = process.argv.slice(2);
const COUNT = Number(count);
const PARTITIONS = 64;
const WARM_UP = 5_000;

const connection = await connect({ servers });
const streams = await jetstreamManager(connection);
const stream = new EventStream({ streams, application: "bench", partitions: PARTITIONS });
const jetstream = await stream.open();
const dispatches = makeDispatches(1);

/** A dispatch as it comes, in one guild or another. */
function textOf(at: number): string {
  const { head = "", tail = "" } = dispatches[at % dispatches.length] ?? {};
  return `${head}${at}${tail}`;
}

/** Publishes as a gateway's events are. */
async function publishEvents(session: string, from: number, to: number): Promise<void> {
  const publisher = new EventPublisher({
    write: discordMessage,
    stream,
    clock: systemClock,
    random: Math.random,
    isHeld: () => true,
    failed: console.error,
  });
  let open = 0;
  let wake = () => {};
  async function* deliveries() {
    for (let at = from; at < to; at++) {
      const payload = parsePayload(textOf(at));
      if (!(payload instanceof Payload)) throw new Error(payload.reason);
      const event = dispatchEvent(payload, payload.name ?? "", 0, session, at + 1);
      open++;
      yield { event, done: () => void (open--, wake()) };
      while (open >= 1_024) await new Promise<void>((resolve) => wake = resolve);
    }
  }
  await publisher.run(deliveries());
}

/** Publishes what is ready-made. */
async function publishTexts(session: string, from: number, to: number): Promise<void> {
  let next = from;
  await Promise.all(Array.from({ length: PARTITIONS }, async (_, partition) => {
    for (let at = next++; at < to; at = next++) {
      const text = `{"shard":0,"session":"${session}","replayed":false,"payload":${textOf(at)}}`;
      const subject = stream.subjectOf(partition, "MESSAGE_CREATE");
      await jetstream.publish(subject, text, { msgID: `${session}:${at + 1}`, timeout: 5_000 });
    }
  }));
}

const publish = name === "parley" ? publishEvents : publishTexts;
const session = crypto.randomUUID();
await publish(`warm-up ${session}`, 0, WARM_UP);
const cpu = process.cpuUsage();
const began = performance.now();
await publish(session, 0, COUNT);
const seconds = (performance.now() - began) / 1_000;
const { user, system } = process.cpuUsage(cpu);
await connection.close();
console.log(JSON.stringify({ sum: COUNT, seconds, cpuSeconds: (user + system) / 1e6 }));
