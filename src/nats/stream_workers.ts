import { hostWith } from "../driver/host.ts";
import { OptionError } from "../protocol/errors.ts";
import { dialer } from "../transport/dial.ts";
import type { EventStream } from "./events/event_stream.ts";
import {
  type DroppedEvent,
  PartitionReader,
  type PartitionReaderParts,
  type StreamedInfo,
} from "./events/partition_reader.ts";
import { Fleet, type FleetOptions } from "./fleet.ts";

/** What workers take that handle the events of a stream. */
export interface StreamWorkersOptions<Event> extends Omit<FleetOptions, "slots" | "what" | "run"> {
  /** Where events are published. Workers of each `name` are told all of them, and share them with no others. */
  readonly stream: EventStream;
  /**
   * Called with each event: those that are in order one after the other, each once what was returned for the one before
   * has settled; others side by side. One that rejects is called again after a second, and longer each time, up to
   * `tries` times, and what it rejects with is told as an error. `dropped` says that some were gone before a worker took
   * them.
   */
  readonly handle: (event: Event | DroppedEvent, info: StreamedInfo) => unknown;
  /** How many events of a partition are handled at a time. @default {256} */
  readonly atOnce?: number;
  /** How often an event is handled that makes an error, before it is given up. @default {5} */
  readonly tries?: number;
}

/** Processes that share a stream's partitions, and read by `read` what is in them. */
export function streamWorkers<Event>(
  options: StreamWorkersOptions<Event>,
  read: PartitionReaderParts<Event>["read"],
): Fleet {
  const { stream, handle, atOnce = 256, tries = 5, ...fleet } = options;
  for (const [option, value] of Object.entries({ atOnce, tries })) {
    if (!(Number.isSafeInteger(value) && value > 0)) {
      throw new OptionError(`Cannot use "${value}" as \`${option}\`: it must be a positive whole number`);
    }
  }
  const { clock, random } = hostWith(dialer(), options.runtime);
  return new Fleet({
    ...fleet,
    slots: stream.partitions,
    what: `partitions of ${stream.name}`,
    run(partition, _, seat) {
      const parts = {
        ...seat,
        stream,
        name: fleet.name,
        partition,
        read,
        handle,
        atOnce,
        tries,
        clock,
        random,
      };
      const reader = new PartitionReader(parts);
      return { ready: reader.start(), stop: () => reader.stop() };
    },
  });
}
