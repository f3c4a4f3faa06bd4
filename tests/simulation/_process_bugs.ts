import type { Host } from "../../src/driver/host.ts";
import type { PartitionReaderParts } from "../../src/nats/events/partition_reader.ts";
import type { NatsBuckets, NatsJetStream, NatsStreams } from "../../src/nats/mod.ts";
import type { PlantedBug } from "../../testing/world/checking/search.ts";

/** A wrong variant of what a process of any fleet is made of. */
export interface ProcessBug extends PlantedBug {
  /** What its workers read by. */
  readonly reader?: <Event>(parts: PartitionReaderParts<Event>) => Partial<PartitionReaderParts<Event>>;
  /** The outside as its processes find it. */
  readonly host?: (host: Host) => Host;
  /** What makes its buckets. */
  readonly buckets?: (nats: NatsBuckets, name: string, host: Host) => NatsBuckets;
  /** What manages its streams. */
  readonly streams?: (streams: NatsStreams) => NatsStreams;
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

/** What can be planted in any fleet whose events are published, by name. */
export const processBugs: Readonly<Record<string, ProcessBug>> = {
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
};
