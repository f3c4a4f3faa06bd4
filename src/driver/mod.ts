/**
 * What runs a protocol core: the driver, the outside it stands on, and the shape all clients share.
 *
 * @example Watch everything a client does
 * ```ts
 * import type { Observation } from "@parley/parley/driver";
 *
 * const seen: Observation[] = [];
 * const runtime = { observe: (observation: Observation) => void seen.push(observation) };
 * // new TwitchClient({ channels: ["#deno"], runtime })
 * ```
 *
 * @module
 */
export * from "./client/client.ts";
export * from "./client/client_event.ts";
export * from "./clock/clock.ts";
export * from "./driver.ts";
export type {
  Health,
  HealthOptions,
  HealthState,
  HealthTrouble,
  HealthWaiting,
  SessionHealth,
  Vitals,
} from "./health/health.ts";
export * from "./host.ts";
export * from "./logger.ts";
export * from "./mailbox.ts";
export * from "./permit_port.ts";
export * from "./permits.ts";
