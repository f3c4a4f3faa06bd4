import type { Host } from "../../src/driver/host.ts";
import { isConflict } from "../../src/nats/kv.ts";
import type {
  NatsBuckets,
  NatsConnection,
  NatsJetStream,
  NatsStreams,
  Seated,
  StreamedEvent,
} from "../../src/nats/mod.ts";
import { AGREED } from "../../src/nats/leases/records.ts";
import { PartitionReader, type PartitionReaderParts } from "../../src/nats/events/partition_reader.ts";
import type { PlantedBug } from "../../testing/world/search.ts";

/** A wrong variant of what a process of a fleet is made of. */
export interface FleetBug extends PlantedBug {
  /** What its workers read by. */
  readonly reader?: (
    parts: PartitionReaderParts<StreamedEvent>,
  ) => Partial<PartitionReaderParts<StreamedEvent>>;
  /** The outside as its processes find it. */
  readonly host?: (host: Host) => Host;
  /** What makes its buckets. */
  readonly buckets?: (nats: NatsBuckets, name: string, host: Host) => NatsBuckets;
  /** What manages its streams. */
  readonly streams?: (streams: NatsStreams) => NatsStreams;
  /** What sends commands. */
  readonly connection?: (connection: NatsConnection) => NatsConnection;
}

function publishing(
  streams: NatsStreams,
  publish: (real: NatsJetStream) => NatsJetStream["publish"],
): NatsStreams {
  return {
    ...streams,
    jetstream() {
      const real = streams.jetstream();
      return { ...real, publish: publish(real) };
    },
  };
}

/** What can be planted, by name. */
export const fleetBugs: Readonly<Record<string, FleetBug>> = {
  "handles what it holds no more": {
    caught: "handled_unheld",
    shownBy: "freeze",
    reader: () => ({ isHeld: () => true }),
  },
  "counts its lease by a clock that stands with its machine": {
    caught: "two_holders",
    shownBy: "freeze",
    host(host) {
      const { clock } = host;
      const now = () => clock.now();
      return { ...host, clock: { now, wall: now, setTimer: (at, wake) => clock.setTimer(at, wake) } };
    },
  },
  "acknowledges before it has handled": {
    caught: "missed",
    shownBy: "act",
    reader: ({ handle }) => ({ handle: (event, info) => void handle(event, info) }),
  },
  "keeps a permit for ever": {
    caught: "not_up",
    buckets: (nats, _, { clock }) => ({
      async create(name, options) {
        const kv = await nats.create(name, options);
        if (!name.includes("-permits-")) return kv;
        return {
          ...kv,
          async update(key, data, version) {
            const keep = async (revision: number): Promise<void> => {
              await new Promise<void>((resolve) => clock.setTimer(clock.now() + 1_000, resolve));
              await keep(await kv.update(key, data, revision));
            };
            const revision = await kv.update(key, data, version);
            if (data.startsWith("used ")) keep(revision).catch(() => {});
            return revision;
          },
        };
      },
    }),
  },
  "shares its limits with nobody": {
    caught: "identified_early",
    buckets: (nats, name) => ({
      create(bucket, options) {
        const own = bucket.includes("-permits-") ? `${bucket}-${name}` : bucket;
        return nats.create(own, options);
      },
    }),
  },
  "publishes without ids": {
    caught: "repeat_unmarked",
    shownBy: "act",
    streams: (streams) =>
      publishing(
        streams,
        (real) => (subject, payload, { timeout }) => real.publish(subject, payload, { timeout }),
      ),
  },
  "counts as published what it has sent": {
    caught: "missed",
    shownBy: "act",
    streams: (streams) =>
      publishing(streams, (real) => (subject, payload, options) => {
        real.publish(subject, payload, options).catch(() => {});
        return Promise.resolve({ duplicate: false });
      }),
  },
  "goes on behind what another was given": {
    caught: "missed",
    shownBy: "act",
    streams: (streams) => ({
      ...streams,
      consumers: {
        ...streams.consumers,
        async info(stream, name) {
          const info = await streams.consumers.info(stream, name);
          return { ...info, ack_floor: info.delivered };
        },
      },
    }),
  },
  "changes the number of shards whatever another has said": {
    caught: "changed_twice",
    shownBy: "act",
    buckets: (nats) => ({
      async create(name, options) {
        const kv = await nats.create(name, options);
        const write = async (key: string, text: string, written: () => Promise<number>): Promise<number> => {
          try {
            return await written();
          } catch (error) {
            if (key !== AGREED || !isConflict(error)) throw error;
            return await kv.update(key, text, (await kv.get(key))?.revision ?? 0);
          }
        };
        return {
          ...kv,
          create: (key, text) => write(key, text, () => kv.create(key, text)),
          update: (key, text, version) => write(key, text, () => kv.update(key, text, version)),
        };
      },
    }),
  },
  "does not hear that the number of shards has changed": {
    caught: "not_resharded",
    shownBy: "act",
    buckets: (nats) => ({
      async create(name, options) {
        const kv = await nats.create(name, options);
        const watch = async () => {
          const real = await kv.watch();
          async function* others() {
            for await (const entry of real) if (entry.key !== AGREED) yield entry;
          }
          return { stop: () => real.stop(), [Symbol.asyncIterator]: others };
        };
        return { ...kv, watch };
      },
    }),
  },
  "sends a command again that it got no answer to": {
    caught: "sent_twice",
    shownBy: "act",
    connection: (connection) => ({
      ...connection,
      async request(subject, payload, { timeout }) {
        try {
          return await connection.request(subject, payload, { timeout: Math.min(timeout, 40) });
        } catch {
          return await connection.request(subject, payload, { timeout });
        }
      },
    }),
  },
};

/** What reads a partition, with a bug or without. */
export function readerOf(parts: PartitionReaderParts<StreamedEvent>, bug: FleetBug | undefined): Seated {
  const reader = new PartitionReader({ ...parts, ...bug?.reader?.(parts) });
  return { ready: reader.start(), stop: () => reader.stop() };
}
