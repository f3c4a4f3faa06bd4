import type { Runnable } from "../../../driver/driver.ts";
import { CommandError } from "../../../protocol/errors.ts";
import type { ResumePoint } from "../session/options.ts";
import type { Fleet, Shard } from "./fleet.ts";
import { inWallTime } from "./store/resume_times.ts";
import type { SessionKeeper } from "./store/session_keeper.ts";
import type { SendOptions, ShardInfo } from "./shard_info.ts";
import type { Unconsumed } from "./unconsumed.ts";

/** How a shard is closed. */
export interface CloseShardOptions {
  /** Whether to leave its session, so that it can be taken up again, here or by another process. @default {false} */
  readonly resumable?: boolean;
}

/** What a shard's control needs of its client. */
export interface ShardControlParts {
  readonly id: number;
  /** The shards there are now. */
  readonly fleet: () => Fleet;
  readonly keeper: () => SessionKeeper | undefined;
  readonly unconsumed: () => Unconsumed;
  /** Aborted once the client is to end. */
  readonly leaving: AbortSignal;
  /** Waits until the shard has its session. */
  readonly ready: (signal: AbortSignal | undefined) => Promise<void>;
  /** Resolves when a driver that has not ended has. */
  readonly ended: (driver: Runnable) => Promise<unknown>;
  /** Whether `health` tells of a driver. */
  readonly shows: (driver: Runnable, shown: boolean) => void;
  /** A promise of the user's. */
  readonly commanded: (
    command: string,
    signal: AbortSignal | undefined,
    run: () => Promise<void>,
  ) => Promise<void>;
}

/**
 * One of a bot's shards, to be told what to do. The others take no notice.
 *
 * @example A shard that is moved to another process that shares the store
 * ```ts
 * import type { DiscordGateway } from "@parley/parley/discord";
 *
 * async function move(id: number, from: DiscordGateway, to: DiscordGateway): Promise<void> {
 *   await from.shard(id).close({ resumable: true });
 *   await to.shard(id).start();
 * }
 * ```
 */
export class ShardControl {
  /** The shard's id. */
  readonly id: number;
  readonly #parts: ShardControlParts;

  /** Takes what it needs of its client, which makes it. */
  constructor(parts: ShardControlParts) {
    this.id = parts.id;
    this.#parts = parts;
  }

  /** What is known of it; undefined if it is not run by this process. */
  get info(): ShardInfo | undefined {
    return this.#parts.fleet().infos.find(({ id }) => id === this.id);
  }

  /**
   * Leaves the link, if there is one, and resumes the session on another at once, whatever is waited for; resolves once
   * it has its session.
   *
   * @throws {CommandError} `invalid_command` if this process does not run the shard, `closed` if it has ended, or ends
   * first.
   * @throws {ShardRefusedError} if Discord refuses it first.
   * @throws the signal's reason if it is aborted.
   */
  reconnect({ signal }: SendOptions = {}): Promise<void> {
    return this.#parts.commanded("reconnect", signal, async () => {
      const { driver } = this.#running;
      await driver.command({ kind: "reconnect" }, signal);
      await this.#parts.ready(signal);
    });
  }

  /**
   * Closes the shard, and resolves once it has ended; the others go on. With the last one the client ends. With a store,
   * the shard is given back there.
   *
   * @throws {CommandError} `invalid_command` if this process does not run the shard.
   */
  close({ resumable = false }: CloseShardOptions = {}): Promise<void> {
    const { fleet, keeper, unconsumed, ended, shows, commanded } = this.#parts;
    return commanded("close", undefined, async () => {
      const { driver } = this.#running;
      if (!driver.ended) {
        const over = ended(driver);
        driver.shutdown(resumable ? "resumable" : "end");
        await over;
      }
      shows(driver, false);
      const state = fleet().states(unconsumed()).find(({ id }) => id === this.id);
      fleet().leave(this.id, state?.session);
      if (state !== undefined) await keeper()?.giveBack(state);
    });
  }

  /**
   * Begins the shard again after it was closed or has ended, or one of the bot's that this process did not run before,
   * where the store or `close` has left it; resolves once it has its session, at once if it has one now.
   *
   * @throws {CommandError} `closed` if the client has ended, or the shard is closed first.
   * @throws {ShardRefusedError} if Discord refuses it.
   * @throws the signal's reason if it is aborted.
   */
  start({ signal }: SendOptions = {}): Promise<void> {
    const { id } = this;
    return this.#parts.commanded("start", signal, async () => {
      const { fleet, keeper, ready, shows } = this.#parts;
      this.#checkOpen();
      const before = fleet().get(id);
      if (before === undefined || before.driver.ended) {
        if (before !== undefined) shows(before.driver, false);
        const point = before?.session.restartPoint;
        const own = before && point && inWallTime(point, before.driver);
        const kept = keeper();
        const stored = await kept?.load([id], fleet().count, signal);
        const left = kept === undefined
          ? fleet().leftOf(id) ?? own
          : further(stored?.shards.get(id)?.session, own);
        this.#checkOpen();
        // Somebody else may have begun it meanwhile.
        if (fleet().get(id) === before) fleet().add(id, left).driver.start();
      }
      await ready(signal);
    });
  }

  #checkOpen(): void {
    if (!this.#parts.leaving.aborted) return;
    throw new CommandError("closed", `Cannot begin shard "${this.id}": the client has ended`);
  }

  get #running(): Shard {
    const found = this.#parts.fleet().get(this.id);
    if (found !== undefined) return found;
    throw new CommandError("invalid_command", `Cannot use shard "${this.id}": this process has no such`);
  }
}

/** Where a shard goes on that has ended here: what was told since it was stored is not told again. */
function further(
  stored: ResumePoint | null | undefined,
  own: ResumePoint | undefined,
): ResumePoint | null | undefined {
  if (own === undefined || (stored && stored.sessionId !== own.sessionId)) return stored;
  return own.sequence >= (stored?.sequence ?? 0) ? own : stored;
}
