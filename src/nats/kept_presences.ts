import { WantedPresences } from "../discord/gateway/shards/wanted_presences.ts";
import type { Presence } from "../discord/gateway/wire/command.ts";
import { type Clock, sleepUntil } from "../driver/clock/clock.ts";
import { CommandError, ProtocolError } from "../protocol/errors.ts";
import { isCount, isRecord, jsonOf } from "../protocol/data/json_value.ts";
import { isPresence } from "./commands/command_message.ts";
import type { Seat } from "./fleet.ts";
import { type NatsKv, textOf } from "./kv.ts";

/** What could not be kept is tried again after so long, in milliseconds. */
const AGAIN = 1_000;

/** What the presences of a slot are kept by. */
export interface KeptPresencesParts extends Seat {
  readonly slot: number;
  /** The bucket that they are kept in. */
  readonly bucket: NatsKv;
  readonly clock: Clock;
}

/** What is kept of a slot's presences. */
interface PresencesRecord {
  /** What all of its shards are to show that were asked for nothing else. */
  readonly all?: Presence;
  /** What single ones are to. */
  readonly shards: readonly (readonly [id: number, presence: Presence])[];
}

/**
 * What the shards of a slot were asked to show, kept in NATS for whoever runs them next. It has an entry of its own:
 * sessions are saved all the time, and this rarely changes.
 */
export class KeptPresences {
  readonly #parts: KeptPresencesParts;
  readonly #wanted = new WantedPresences(undefined);
  readonly #over = new AbortController();
  #keeping: Promise<void> = Promise.resolve();
  /** How often something was asked for, and how much of that is kept. */
  #asked = 0;
  #kept = 0;

  constructor(parts: KeptPresencesParts) {
    this.#parts = parts;
  }

  /**
   * Takes up what is kept of these shards, as far as a session could begin with it, which `isAcceptable` says: anybody
   * may have written it.
   *
   * @throws what NATS answers with.
   */
  async load(
    ids: readonly number[],
    isAcceptable: (presence: Presence) => boolean,
  ): Promise<WantedPresences> {
    const { slot, bucket, failed } = this.#parts;
    const entry = await bucket.get(keyOf(slot));
    const text = entry && textOf(entry);
    const kept = text === null ? { shards: [] } : readRecord(text);
    const ofOne = new Map(kept?.shards ?? []);
    for (const id of ofOne.keys()) if (!ids.includes(id)) ofOne.delete(id);
    const found = [...kept?.all ? [kept.all] : [], ...ofOne.values()];
    if (kept === undefined || !found.every(isAcceptable)) {
      failed(
        new ProtocolError(`Cannot show what slot "${slot}" showed: what NATS keeps of it is no presence`),
      );
      return this.#wanted;
    }
    if (kept.all !== undefined) this.#wanted.set(kept.all, undefined);
    for (const [id, presence] of ofOne) this.#wanted.set(presence, id);
    return this.#wanted;
  }

  /** Another one is wanted, of one shard or of all: begins to keep that. */
  set(presence: Presence, shard: number | undefined): void {
    this.#wanted.set(presence, shard);
    this.#asked++;
    this.#keeping = this.#keeping.then(() => this.#keep());
  }

  /**
   * Resolves once all that was asked for until now is kept.
   *
   * @throws {CommandError} `unconfirmed` if this process holds the slot no more: what it wrote may be there.
   */
  async kept(): Promise<void> {
    const asked = this.#asked;
    await this.#keeping;
    if (this.#kept >= asked) return;
    const why = `this process holds slot "${this.#parts.slot}" no more`;
    throw new CommandError("unconfirmed", `Nobody can know whether the presence will stay: ${why}`);
  }

  /** Tries no more. */
  stop(): void {
    this.#over.abort();
  }

  /** Writes what is wanted now, again until that goes well. */
  async #keep(): Promise<void> {
    const { slot, bucket, clock, isHeld, failed } = this.#parts;
    const { signal } = this.#over;
    for (let isTold = false; this.#kept < this.#asked && !signal.aborted;) {
      try {
        // What was not answered may have been written.
        const entry = await bucket.get(keyOf(slot));
        if (!isHeld()) return;
        const asked = this.#asked;
        const text = JSON.stringify(recordOf(this.#wanted));
        await (entry?.operation === "PUT"
          ? bucket.update(keyOf(slot), text, entry.revision)
          : bucket.create(keyOf(slot), text));
        this.#kept = asked;
      } catch (error) {
        if (!isTold) failed(error);
        isTold = true;
        await sleepUntil(clock, clock.now() + AGAIN, signal).catch(() => {});
      }
    }
  }
}

function keyOf(slot: number): string {
  return `presence.${slot}`;
}

function recordOf({ ofAll, ofOne }: WantedPresences): PresencesRecord {
  return { ...(ofAll && { all: ofAll }), shards: [...ofOne] };
}

/** Reads what is kept of a slot; undefined for what is no such. */
function readRecord(text: string): PresencesRecord | undefined {
  const value = jsonOf(text);
  if (!isRecord(value)) return undefined;
  const { all, shards } = value;
  if (all !== undefined && !isPresence(all) || !Array.isArray(shards) || !shards.every(isOfOne)) {
    return undefined;
  }
  return { ...(all !== undefined && { all }), shards };
}

function isOfOne(value: unknown): value is readonly [id: number, presence: Presence] {
  return Array.isArray(value) && value.length === 2 && isCount(value[0]) && isPresence(value[1]);
}
