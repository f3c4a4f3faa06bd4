/**
 * One bot over many processes and machines, by NATS JetStream: shards as leases that are handed over, permits that all
 * share, and sessions that whoever takes over resumes. It takes a connection that is yours, by its structure: that of
 * `@nats-io/transport-node` or `@nats-io/nats-core`, through `Kvm` of `@nats-io/kv`.
 *
 * @module
 */
export {
  type ChatClient,
  chatFleet,
  type ChatFleetOptions,
  chatWorkers,
  type ChatWorkersOptions,
} from "./chats/chat_fleet.ts";
export type { ChatEvent, StreamedGap, StreamedLine } from "./chats/chat_message.ts";
export type { NatsConnection, NatsRequest, NatsSubscription } from "./commands/connection.ts";
export { type CommandOptions, RemoteGateway, type RemoteGatewayOptions } from "./commands/remote_gateway.ts";
export { DiscordFleet, discordFleet, type DiscordFleetOptions } from "./discord_fleet.ts";
export { discordWorkers, type DiscordWorkersOptions } from "./discord_workers.ts";
export type { OmittedEvent, StreamedEvent } from "./events/event_message.ts";
export { EventStream, type EventStreamOptions, type PublishOptions } from "./events/event_stream.ts";
export type { DroppedEvent, StreamedInfo } from "./events/partition_reader.ts";
export type {
  NatsConsumerConfig,
  NatsConsumerInfo,
  NatsJetStream,
  NatsMessage,
  NatsMessages,
  NatsStreamConfig,
  NatsStreamInfo,
  NatsStreams,
} from "./events/streams.ts";
export { Fleet, type FleetEvent, type FleetOptions, type Seat, type Seated } from "./fleet.ts";
export type {
  NatsBucketOptions,
  NatsBuckets,
  NatsKv,
  NatsKvEntry,
  NatsKvWatch,
  NatsWatchOptions,
} from "./kv.ts";
export { type BucketMessage, type BucketPort, RemoteBuckets, serveBuckets } from "./local/bucket_port.ts";
export {
  type FleetWorkerParts,
  FleetWorkers,
  type FleetWorkersEvent,
  type FleetWorkersOptions,
  workInFleet,
} from "./local/fleet_workers.ts";
export { MemoryBuckets } from "./local/memory_buckets.ts";
export { NatsPermits, type NatsPermitsOptions } from "./permits.ts";
export type { StreamWorkersOptions } from "./stream_workers.ts";
export { NatsSessionStore } from "./session_store.ts";
