import { hostWith } from "../driver/host.ts";
import { OptionError } from "../protocol/errors.ts";
import { dialer } from "../transport/dial.ts";
import type { StreamedEvent } from "./events/event_message.ts";
import type { EventStream } from "./events/event_stream.ts";
import { PartitionReader, type StreamedInfo } from "./events/partition_reader.ts";
import { Fleet, type FleetOptions } from "./fleet.ts";

/** What {@linkcode discordWorkers} takes. */
export interface DiscordWorkersOptions extends Omit<FleetOptions, "slots" | "run"> {
  /** Where the gateways publish. */
  readonly stream: EventStream;
  /**
   * Called with each event: those of a guild one after the other, each once what was returned for the one before has
   * settled; those of different guilds side by side. One that rejects is called again after a second, and longer each
   * time, up to `tries` times, and what it rejects with is told as an error.
   */
  readonly handle: (event: StreamedEvent, info: StreamedInfo) => unknown;
  /** How many events of a partition are handled at a time. @default {256} */
  readonly atOnce?: number;
  /** How often an event is handled that makes an error, before it is given up. @default {5} */
  readonly tries?: number;
}

/**
 * A process that handles what the gateways of a bot publish, together with others like it: they share the partitions
 * evenly, and what one has taken and not acknowledged when it dies is handled by another. Every event is handled once at
 * least; one that may have been handled before says so.
 *
 * @throws {OptionError} if an option is not acceptable.
 *
 * @example
 * ```ts no-eval
 * import { DiscordRest } from "@parley/parley/discord/rest";
 * import { discordWorkers, EventStream, type NatsBuckets, type NatsStreams } from "@parley/parley/nats";
 *
 * async function run(token: string, nats: NatsBuckets, streams: NatsStreams): Promise<void> {
 *   const rest = new DiscordRest({ token });
 *   await using workers = discordWorkers({
 *     nats, // new Kvm(connection)
 *     name: "my-bot-workers",
 *     stream: new EventStream({ streams, application: "81384788765712384" }), // await jetstreamManager(connection)
 *     async handle(event) {
 *       if (event.kind !== "MESSAGE_CREATE" || event.data.content !== "!ping") return;
 *       await rest.createMessage(event.data.channel_id, { content: "pong" });
 *     },
 *   });
 *   workers.join();
 *   await workers.left;
 * }
 * ```
 */
export function discordWorkers(options: DiscordWorkersOptions): Fleet {
  const { stream, handle, atOnce = 256, tries = 5, ...fleet } = options;
  for (const [option, value] of Object.entries({ atOnce, tries })) {
    if (!(Number.isSafeInteger(value) && value > 0)) {
      throw new OptionError(`Cannot use "${value}" as \`${option}\`: it must be a positive whole number`);
    }
  }
  const host = hostWith(dialer(), options.runtime);
  return new Fleet({
    ...fleet,
    slots: stream.partitions,
    run(partition, _, seat) {
      const { clock, random } = host;
      const reader = new PartitionReader({
        ...seat,
        stream,
        partition,
        handle,
        atOnce,
        tries,
        clock,
        random,
      });
      return { ready: reader.start(), stop: () => reader.stop() };
    },
  });
}
