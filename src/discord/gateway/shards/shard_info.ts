import type { ResumePoint } from "../session/options.ts";
import type { GatewayState } from "../session/state.ts";

/** What is known of one shard. */
export interface ShardInfo {
  /** The shard's id. */
  readonly id: number;
  /** Where its session stands. */
  readonly state: GatewayState;
  /** From the last heartbeat that was acknowledged to its acknowledgement, in milliseconds. */
  readonly latency: number | undefined;
  /** The last latencies, the latest last; at most ten. */
  readonly latencies: readonly number[];
  /** How many commands wait for a session or for the rate limit. */
  readonly heldCommands: number;
  /** How many more commands could be sent at once, heartbeats reserved; 0 while there is no session. */
  readonly commandsLeft: number;
  /** What is needed to take up its session elsewhere. */
  readonly resumePoint: ResumePoint | undefined;
}

/** What a command may bring along. */
export interface SendOptions {
  /** Gives up on the command, if it has not been sent. */
  readonly signal?: AbortSignal;
}
