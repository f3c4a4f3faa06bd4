import { type Clock, sleepUntil } from "../../driver/clock/clock.ts";
import { stopwatch } from "../../driver/clock/stopwatch.ts";
import { isCount, isRecord, jsonOf } from "../../protocol/data/json_value.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import type { Instant } from "../../protocol/protocol.ts";
import { type NatsKv, type NatsKvEntry, textOf } from "../kv.ts";

/** What a mark needs. */
export interface HeardMarkParts {
  readonly bucket: NatsKv;
  readonly slot: number;
  readonly clock: Clock;
  /** Told of what is in it and is no mark. */
  readonly failed: (error: unknown) => void;
}

/** What the server's clock said when something was written. */
interface Stamp {
  /** In milliseconds since 1970 began. */
  readonly at: number;
  /** When it was there by then, at the latest. */
  readonly known: Instant;
  /** For how long it may have been there. */
  readonly passed: () => number;
}

/** Times that differ by less are one: clocks on walls tell whole milliseconds. */
const SAME = 10;
/** Who has not heard of a write is asked again after so long, in milliseconds, and so often. */
const BEHIND = 100;
const BEHIND_TRIES = 20;
/** After so long the server's clock is looked at again, in milliseconds: one of ours may have stood still. */
const LOOK_AGAIN = 60_000;

/**
 * Up to when a slot was heard, kept for whoever takes it over. It is kept by the clock of the server, which says of each
 * entry when it was written: those of the processes need not agree. What is not known of it makes it earlier, by the time
 * that the server takes to answer.
 */
export class HeardMark {
  readonly #parts: HeardMarkParts;
  readonly #key: string;
  #revision = 0;
  #saved: Instant | undefined;
  #stamp: Stamp | undefined;

  constructor(parts: HeardMarkParts) {
    this.#parts = parts;
    this.#key = `slot.${parts.slot}`;
  }

  /**
   * Takes it over: since when it is to be told that nobody has heard the slot, by this process's clock on the wall;
   * undefined: it was never heard, as far as is known, and is to be from now on.
   *
   * @throws what NATS answers with: that somebody else has written it meanwhile, too.
   */
  async load(): Promise<number | undefined> {
    const { clock } = this.#parts;
    const at = this.#read(await this.#look());
    const stamp = await this.#stamped(() => this.#write(at ?? null));
    // The server tells no parts of a millisecond.
    return at === undefined ? undefined : clock.wall() - Math.max(0, stamp.at + 1 + stamp.passed() - at);
  }

  /** Sets it, unless somebody else has since it was looked at. */
  async save(heardUntil: Instant): Promise<void> {
    const isSaved = this.#saved !== undefined && Math.abs(heardUntil - this.#saved) < SAME;
    if (isSaved || this.#stamp === undefined) return;
    const { at, known, passed } = this.#stamp;
    const write = () => this.#write(Math.max(0, Math.floor(at + heardUntil - known)));
    await (passed() > LOOK_AGAIN ? this.#stamped(write) : write());
    this.#saved = heardUntil;
  }

  /** Looks at what was written last, to write behind that. */
  async look(): Promise<void> {
    this.#saved = undefined;
    await this.#look();
  }

  async #look(): Promise<NatsKvEntry | null> {
    const entry = await this.#parts.bucket.get(this.#key);
    this.#revision = entry?.revision ?? 0;
    return entry;
  }

  async #write(at: number | null): Promise<void> {
    const { bucket } = this.#parts;
    const text = JSON.stringify({ at });
    const written = this.#revision === 0
      ? bucket.create(this.#key, text)
      : bucket.update(this.#key, text, this.#revision);
    this.#revision = await written;
  }

  /** Writes it, and looks when the server says that this was. */
  async #stamped(write: () => Promise<void>): Promise<Stamp> {
    const { clock } = this.#parts;
    const passed = stopwatch(clock);
    await write();
    const known = clock.now();
    const written = this.#revision;
    for (let tried = 0;; tried++) {
      const entry = await this.#look();
      if (entry?.revision === written) return this.#stamp = { at: entry.created.getTime(), known, passed };
      const isBehind = this.#revision < written && tried < BEHIND_TRIES;
      if (!isBehind) throw new ProtocolError(`Cannot hold the entry "${this.#key}": it is another's`);
      // In a cluster a server answers that has not heard of it yet.
      await sleepUntil(clock, clock.now() + BEHIND);
    }
  }

  /** What an entry says; undefined: nothing. */
  #read(entry: NatsKvEntry | null): number | undefined {
    const text = entry && textOf(entry);
    if (entry === null || text === null) return undefined;
    const value = jsonOf(text);
    const at = isRecord(value) ? value["at"] : undefined;
    // It was begun to be heard by who has written that.
    if (at === null) return entry.created.getTime();
    if (isCount(at)) return at;
    const why = `the entry "${this.#key}" does not say until when`;
    this.#parts.failed(new ProtocolError(`Cannot tell of the time since the account was heard: ${why}`));
    return undefined;
  }
}
