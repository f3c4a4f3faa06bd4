/**
 * One bot over many processes and machines, by NATS JetStream: shards as leases that are handed over, permits that all
 * share, and sessions that whoever takes over resumes. It takes a connection that is yours, by its structure: that of
 * `@nats-io/transport-node` or `@nats-io/nats-core`, through `Kvm` of `@nats-io/kv`.
 *
 * @module
 */
export { discordFleet, type DiscordFleetOptions } from "./discord_fleet.ts";
export { Fleet, type FleetEvent, type FleetOptions, type Seated } from "./fleet.ts";
export type { NatsBucketOptions, NatsBuckets, NatsKv, NatsKvEntry, NatsKvWatch } from "./kv.ts";
export { NatsPermits, type NatsPermitsOptions } from "./permits.ts";
export { NatsSessionStore } from "./session_store.ts";
