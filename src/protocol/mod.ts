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
export * from "./backoff.ts";
export { ByteBuffer } from "./bytes.ts";
export * from "./client_core.ts";
export type { ConnectFailure, LossCause } from "./connect_error.ts";
export * from "./close_reason.ts";
export * from "./connector.ts";
export * from "./core.ts";
export * from "./core_pool.ts";
export * from "./deadlines.ts";
export * from "./errors.ts";
export * from "./gap.ts";
export * from "./inbox.ts";
export * from "./last_heard.ts";
export * from "./lazy_record.ts";
export type * from "./link.ts";
export * from "./outputs.ts";
export type * from "./host_crypto.ts";
export * from "./permit.ts";
export * from "./ping_barrier.ts";
export * from "./protocol.ts";
export * from "./queue.ts";
export * from "./rate_log.ts";
