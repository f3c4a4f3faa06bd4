/**
 * The contract between protocols that do no I/O and whatever drives them, and the pure parts they share.
 *
 * @example
 * ```ts
 * import { Backoff, RateLog } from "@parley/parley/protocol";
 *
 * const backoff = new Backoff({ base: 500, cap: 30_000 }, Math.random);
 * const limit = new RateLog(120, 60_000);
 * limit.add(performance.now());
 * backoff.next();
 * ```
 *
 * @module
 */
export * from "./connection/backoff.ts";
export { ByteBuffer } from "./data/bytes.ts";
export * from "./core/client_core.ts";
export type { ConnectFailure, LossCause } from "./connection/connect_error.ts";
export * from "./connection/close_reason.ts";
export * from "./connection/connector.ts";
export * from "./core/core.ts";
export * from "./core/core_pool.ts";
export * from "./core/deadlines.ts";
export * from "./errors.ts";
export * from "./connection/gap.ts";
export * from "./core/inbox.ts";
export * from "./connection/last_heard.ts";
export * from "./data/lazy_record.ts";
export type * from "./link.ts";
export * from "./core/outputs.ts";
export type * from "./host_crypto.ts";
export * from "./permit.ts";
export * from "./connection/ping_barrier.ts";
export * from "./protocol.ts";
export * from "./core/queue.ts";
export * from "./core/rate_log.ts";
