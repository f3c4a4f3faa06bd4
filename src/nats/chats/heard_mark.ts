import { isRecord, jsonOf } from "../../protocol/data/json_value.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { type NatsKv, textOf } from "../kv.ts";

/** Up to when a slot was heard, kept for whoever takes it over. */
export class HeardMark {
  readonly #open: () => Promise<NatsKv>;
  readonly #key: string;
  readonly #failed: (error: unknown) => void;
  #kv: NatsKv | undefined;
  #revision = 0;
  #saved: number | undefined;

  /** Takes what opens the bucket, and who is told of what is in it and is no mark. */
  constructor(open: () => Promise<NatsKv>, slot: number, failed: (error: unknown) => void) {
    this.#open = open;
    this.#failed = failed;
    this.#key = `slot.${slot}`;
  }

  /** Gets it, in milliseconds since 1970 began; undefined: it was never heard, as far as is known. */
  async load(): Promise<number | undefined> {
    this.#saved = undefined;
    const kv = this.#kv ??= await this.#open();
    const entry = await kv.get(this.#key);
    this.#revision = entry?.revision ?? 0;
    const text = entry && textOf(entry);
    if (text === null) return undefined;
    const value = jsonOf(text);
    if (isRecord(value) && typeof value["at"] === "number") return value["at"];
    const why = `the entry "${this.#key}" does not say until when`;
    this.#failed(new ProtocolError(`Cannot tell of the time since the account was heard: ${why}`));
    return undefined;
  }

  /** Sets it, unless somebody else has since it was looked at. */
  async save(at: number): Promise<void> {
    if (at === this.#saved) return;
    const kv = this.#kv ??= await this.#open();
    const text = JSON.stringify({ at });
    const written = this.#revision === 0
      ? kv.create(this.#key, text)
      : kv.update(this.#key, text, this.#revision);
    this.#revision = await written;
    this.#saved = at;
  }
}
