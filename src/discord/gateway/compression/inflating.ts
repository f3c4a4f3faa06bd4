import type { Dial, DialRequest, Link, LinkEvents } from "../../../protocol/link.ts";
import type { CloseInfo, Data, OpenInfo } from "../../../protocol/protocol.ts";
import { ByteBuffer, joinBytes } from "../../../protocol/data/bytes.ts";
import { Queue } from "../../../protocol/core/queue.ts";
import { decodeUtf8 } from "../../../protocol/data/utf8.ts";
import type { Inflated, Inflater } from "./inflater.ts";
import type { InflatedBy } from "./inflaters.ts";

/** How what a link brings is inflated. */
export interface InflatingOptions {
  /** How it is compressed. */
  readonly compression: InflatedBy;
  /** Whether messages are text, and not bytes. */
  readonly text: boolean;
  /** Makes what inflates the messages of one link, which are no longer than so many bytes. */
  readonly inflater: (most: number) => Inflater;
  /** Does what takes real time, as `Host.work` does. @default calls it */
  readonly work?: (<T>(what: string, run: () => Promise<T>) => Promise<T>) | undefined;
}

/** The largest message, unless who dials says otherwise. */
const MAX_MESSAGE = 67_108_864;
/** What the last message of zlib's that was flushed ends with: 00 00 ff ff. */
const FLUSHED = 0x0000ffff;

/**
 * The same dial, whose links inflate what they bring: strictly one piece after the other, so that messages come out as
 * they were sent and in their order, however they are cut. What cannot be inflated, or inflates to more than
 * `maxMessage` bytes, ends the link as `corrupt`; one that brings more than can be inflated in time, so that as many
 * wait, as `lost`. That a link is closed is told behind what it has brought.
 *
 * @see https://discord.com/developers/docs/events/gateway#transport-compression
 */
export function inflating(dial: Dial, options: InflatingOptions): Dial {
  return (request, events) => new InflatingLink(dial, request, events, options);
}

class InflatingLink implements Link, LinkEvents {
  readonly #events: LinkEvents;
  readonly #options: InflatingOptions;
  readonly #inflater: Inflater;
  readonly #maxMessage: number;
  #link: Link | undefined = undefined;
  /** What has come and is not inflated. */
  readonly #queue = new Queue<Data>();
  /** How many bytes those are. */
  #waiting = 0;
  /** A piece is with the inflater. */
  #busy = false;
  /** What is inflated and not told. */
  readonly #inflated = new Queue<Data | Error>();
  #telling = false;
  /** What there is of a message that is not whole, as one: it may come in millions of pieces. */
  readonly #begun = new ByteBuffer();
  /** How many bytes of it have come. */
  #deflatedSize = 0;
  /** The last four bytes that have come of a stream of zlib's. */
  #tail = -1;
  /** With what the inflater has, the message is whole. */
  #last = false;
  /** How the link has ended, to be told behind what it has brought. */
  #info: CloseInfo | undefined = undefined;
  #gone = false;

  constructor(dial: Dial, request: DialRequest, events: LinkEvents, options: InflatingOptions) {
    this.#events = events;
    this.#options = options;
    this.#maxMessage = request.maxMessage ?? MAX_MESSAGE;
    this.#inflater = options.inflater(this.#maxMessage);
    try {
      this.#link = dial(request, this);
    } catch (error) {
      this.#leave();
      throw error;
    }
    if (this.#gone) this.#link.abort();
  }

  // What the link's owner wants.

  send(data: Data): void {
    this.#link?.send(data);
  }

  close(code: number, reason: string): void {
    this.#link?.close(code, reason);
  }

  abort(): void {
    if (this.#gone) return;
    this.#leave();
    this.#link?.abort();
  }

  get behind(): boolean {
    return !this.#gone && (this.#busy || this.#inflated.length > 0 || this.#queue.length > 0);
  }

  // What the link tells.

  opened(info: OpenInfo): void {
    if (!this.#gone) this.#events.opened(info);
  }

  receive(data: Data): void {
    if (this.#gone || data.length === 0) return;
    this.#queue.push(data);
    this.#waiting += data.length;
    if (this.#waiting > this.#maxMessage) {
      const reason = `More comes than can be inflated: ${this.#waiting} bytes are waiting`;
      return this.#drop({ code: 1006, reason, clean: false, cause: "lost" });
    }
    this.#work();
  }

  receiveBatch(batch: readonly Data[]): void {
    for (const data of batch) this.receive(data);
  }

  closed(info: CloseInfo): void {
    if (this.#gone) return;
    this.#info = info;
    this.#work();
  }

  /** Keeps the inflater busy, and tells what it gave meanwhile. */
  #work(): void {
    if (this.#telling) return;
    this.#telling = true;
    try {
      while (!this.#gone) {
        if (!this.#busy) this.#next();
        const inflated = this.#inflated.shift();
        if (inflated !== undefined) this.#tell(inflated);
        else if (this.#busy || this.#queue.length === 0) break;
      }
    } finally {
      this.#telling = false;
    }
    if (this.#info === undefined || this.#gone || this.behind) return;
    const info = this.#info;
    this.#leave();
    this.#events.closed(info);
  }

  /** Gives the inflater the next piece, if there is one. */
  #next(): void {
    const data = this.#queue.shift();
    if (data === undefined) return;
    this.#waiting -= data.length;
    // Payloads that Discord does not find worth it come as they are.
    if (typeof data === "string") return this.#inflated.push(data);
    this.#busy = true;
    this.#last = this.#isLast(data);
    this.#deflatedSize += data.length;
    const most = this.#maxMessage - this.#begun.length;
    if (this.#deflatedSize > this.#maxMessage) return this.#took(new RangeError("It is too long"));
    const { work } = this.#options;
    if (work === undefined) return this.#inflater.inflate(data, this.#last, most, this.#took);
    const run = () =>
      new Promise<Inflated>((resolve) => this.#inflater.inflate(data, this.#last, most, resolve));
    void work("the inflater", run).then(this.#took);
  }

  readonly #took = (inflated: Inflated): void => {
    this.#busy = false;
    if (this.#gone) return;
    if (inflated instanceof Error) this.#inflated.push(inflated);
    else if (this.#last) this.#inflated.push(this.#messageOf(inflated));
    else {
      // Copied: what the inflater gave holds until it is given more.
      for (const part of inflated) this.#begun.push(part);
    }
    this.#work();
  };

  /** Whether a message ends with this piece. A message of zlib's stream may come in several. */
  #isLast(piece: Uint8Array): boolean {
    if (this.#options.compression !== "zlib-stream") return true;
    const { length } = piece;
    for (let at = Math.max(0, length - 4); at < length; at++) {
      this.#tail = ((this.#tail << 8) | (piece[at] ?? 0)) >>> 0;
    }
    if (this.#tail !== FLUSHED) return false;
    this.#tail = -1;
    return true;
  }

  #tell(message: Data | Error): void {
    if (!(message instanceof Error)) return this.#events.receive(message);
    const reason = `A message cannot be inflated: ${message.message}`;
    this.#drop({ code: 1006, reason, clean: false, cause: "corrupt" });
  }

  /** The message that ends with these parts. */
  #messageOf(last: readonly Uint8Array[]): Data | Error {
    this.#deflatedSize = 0;
    const begun = this.#begun;
    const bytes = joinBytes(begun.length === 0 ? last : [begun.take(begun.length), ...last]);
    if (bytes.length === 0) return new Error("There is nothing in it");
    // A copy: what is kept of it shall not keep what came before and after.
    if (!this.#options.text) return new Uint8Array(bytes);
    try {
      return decodeUtf8(bytes);
    } catch {
      return new Error("It is not UTF-8");
    }
  }

  #drop(info: CloseInfo): void {
    this.#leave();
    this.#link?.abort();
    this.#events.closed(info);
  }

  #leave(): void {
    this.#gone = true;
    this.#inflater.free();
    this.#begun.clear();
    while (this.#queue.shift() !== undefined);
    while (this.#inflated.shift() !== undefined);
  }
}
