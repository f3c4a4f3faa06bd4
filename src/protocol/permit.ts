/**
 * A share of a limit that is wider than one core: at most `limit` effects in any `per` milliseconds for
 * each `scope` and `key`.
 *
 * @example Discord's IDENTIFY limit for the bucket of one shard
 * ```ts
 * import type { Permit } from "@parley/parley/protocol";
 *
 * const permit: Permit = { scope: "discord.identify", key: "application 1, bucket 0", limit: 1, per: 5_000 };
 * permit.limit; // 1
 * ```
 */
export interface Permit {
  /** Which limit, such as `discord.identify` or `twitch.join`. */
  readonly scope: string;
  /** Whose limit: an account, a bucket. Never a secret: it shows up in observations. */
  readonly key: string;
  /** How many effects fit into `per`; at least 1. */
  readonly limit: number;
  /** The length of the sliding window, in milliseconds. */
  readonly per: number;
  /**
   * Whose limit, and for what, as data: `{ application, bucket, shard }` of `discord.identify`. For limits that are kept
   * over several processes, so that none has to read `key`.
   */
  readonly of?: Readonly<Record<string, string | number>> | undefined;
}
