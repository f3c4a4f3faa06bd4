import { isRecord } from "../../protocol/json_value.ts";
import { type NatsKv, textOf } from "../kv.ts";

/** Up to when a slot was heard, kept for whoever takes it over. */
export class HeardMark {
  readonly #open: () => Promise<NatsKv>;
  readonly #key: string;
  #kv: NatsKv | undefined;
  #revision = 0;

  /** Takes what opens the bucket. */
  constructor(open: () => Promise<NatsKv>, slot: number) {
    this.#open = open;
    this.#key = `slot.${slot}`;
  }

  /** Gets it, in milliseconds since 1970 began; undefined: it was never heard. */
  async load(): Promise<number | undefined> {
    const kv = this.#kv ??= await this.#open();
    const entry = await kv.get(this.#key);
    this.#revision = entry?.revision ?? 0;
    const value: unknown = JSON.parse(entry && textOf(entry) || "null");
    return isRecord(value) && typeof value["at"] === "number" ? value["at"] : undefined;
  }

  /** Sets it, unless somebody else has since it was looked at. */
  async save(at: number): Promise<void> {
    const kv = this.#kv ??= await this.#open();
    const text = JSON.stringify({ at });
    const written = this.#revision === 0
      ? kv.create(this.#key, text)
      : kv.update(this.#key, text, this.#revision);
    this.#revision = await written;
  }
}
