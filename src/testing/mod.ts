/**
 * Servers, a world in virtual time, and what else tests of bots need.
 *
 * @example
 * ```ts
 * import { Simulation } from "@parley/parley/testing";
 *
 * const world = new Simulation({ seed: 1 });
 * await world.run(1_000);
 * world.clock.now(); // 1000
 * ```
 *
 * @module
 */
export * from "./certificate.ts";
export * from "./checker.ts";
export * from "./discord_checker.ts";
export * from "./discord_server.ts";
export * from "./faults.ts";
export * from "./gateway_interactions.ts";
export * from "./interaction_client.ts";
export * from "./interaction_keys.ts";
export { type CallFilter, InteractionRecorder, type RecordedCall } from "./interaction_recorder.ts";
export * from "./interaction_reply.ts";
export * from "./irc_checker.ts";
export * from "./irc_server.ts";
export * from "./listen.ts";
export * from "./network.ts";
export * from "./random.ts";
export * from "./search.ts";
export * from "./simulation.ts";
export * from "./trace_hash.ts";
export * from "./twitch_checker.ts";
export * from "./twitch_server.ts";
export * from "./twitch_server_types.ts";
export type { Violation } from "./violation.ts";
export * from "./virtual_clock.ts";
