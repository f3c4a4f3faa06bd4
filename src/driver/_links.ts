import type { Link, LinkEvents } from "../protocol/link.ts";
import type { CloseInfo, Data, OpenInfo } from "../protocol/protocol.ts";

/** What a driver does with what its links tell. */
export interface Listener {
  opened(id: number, info: OpenInfo): void;
  received(id: number, data: Data, together: boolean): void;
  closed(id: number, info: CloseInfo): void;
}

/** A link, once the transport has returned it, and what hears of it while the core wants to. */
export class Attached implements LinkEvents {
  readonly id: number;
  link: Link | undefined = undefined;
  live = true;
  readonly #listener: Listener;

  constructor(id: number, listener: Listener) {
    this.id = id;
    this.#listener = listener;
  }

  opened(info: OpenInfo): void {
    if (this.live) this.#listener.opened(this.id, info);
  }

  receive(data: Data): void {
    if (this.live) this.#listener.received(this.id, data, false);
  }

  receiveBatch(batch: readonly Data[]): void {
    let together = false;
    for (const data of batch) {
      // What one of them leads to may have dropped the link.
      if (!this.live) return;
      this.#listener.received(this.id, data, together);
      together = true;
    }
  }

  closed(info: CloseInfo): void {
    if (this.live) this.#listener.closed(this.id, info);
  }
}

/** The links of a core by number. Most cores have one at a time, for which a map takes 200 bytes. */
export class Links {
  #one: Attached | undefined = undefined;
  /** Those besides it, if there ever were any. */
  #others: Map<number, Attached> | undefined = undefined;

  /** Whether there are none. */
  get isEmpty(): boolean {
    return this.#one === undefined && !this.#others?.size;
  }

  /** Whether one of them has not told yet all that has come. */
  get areBehind(): boolean {
    if (this.#one?.link?.behind === true) return true;
    for (const { link } of this.#others?.values() ?? []) if (link?.behind === true) return true;
    return false;
  }

  /** Their numbers. */
  get ids(): readonly number[] {
    return [...this.#one === undefined ? [] : [this.#one.id], ...this.#others?.keys() ?? []];
  }

  /** One of them. */
  get(id: number): Attached | undefined {
    return this.#one?.id === id ? this.#one : this.#others?.get(id);
  }

  /** Adds one. */
  add(attached: Attached): void {
    if (this.#one === undefined) this.#one = attached;
    else (this.#others ??= new Map()).set(attached.id, attached);
  }

  /** Takes one out. */
  remove(id: number): void {
    if (this.#one?.id === id) this.#one = undefined;
    else this.#others?.delete(id);
  }
}
