import type { ServerSession } from "./gateway/_session.ts";

/** Which sessions a command is for. */
export interface Aim {
  /** Those of which shard. @default all */
  readonly shard?: number;
  /** Those of which set, by how many shards it has. @default all */
  readonly count?: number;
}

/** Whether a session is among them; who has none is where none is named. */
export function isAimedAt({ shard, count }: Aim, session: ServerSession | undefined): boolean {
  return (shard === undefined || shard === session?.shard[0]) &&
    (count === undefined || count === session?.shard[1]);
}
