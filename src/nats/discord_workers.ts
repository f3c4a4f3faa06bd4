import { readEvent, type StreamedEvent } from "./events/event_message.ts";
import type { Fleet } from "./fleet.ts";
import { streamWorkers, type StreamWorkersOptions } from "./stream_workers.ts";

/** What {@linkcode discordWorkers} takes: what is of a guild is in order. */
export type DiscordWorkersOptions = StreamWorkersOptions<StreamedEvent>;

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
  return streamWorkers(options, readEvent);
}
