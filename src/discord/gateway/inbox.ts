import type { CloseInfo, Data, Instant } from "../../protocol/protocol.ts";
import { Queue } from "../../protocol/queue.ts";

/** What came in. */
export type Input =
  | { readonly kind: "opened"; readonly link: number; readonly now: Instant }
  | { readonly kind: "received"; readonly link: number; readonly data: Data; readonly now: Instant }
  | { readonly kind: "closed"; readonly link: number; readonly info: CloseInfo; readonly now: Instant }
  | {
    readonly kind: "answered";
    readonly id: number;
    readonly error: Error | undefined;
    readonly now: Instant;
  };

/**
 * What came in and has not been worked through, oldest first. A message that comes while nothing else waits,
 * as nearly all do, lies in fields: it takes no memory of its own.
 */
export class Inbox {
  /** The message that is the oldest of all; undefined if the oldest is something else. */
  message: Data | undefined = undefined;
  /** The link it came on. */
  link = 0;
  /** When it came. */
  now: Instant = 0;
  /** Undefined while it would be empty. */
  #rest: Queue<Input> | undefined = undefined;

  /** Takes in a message. */
  receive(link: number, data: Data, now: Instant): void {
    if (this.message !== undefined || this.#rest !== undefined) {
      return this.push({ kind: "received", link, data, now });
    }
    this.message = data;
    this.link = link;
    this.now = now;
  }

  /** Takes in anything. */
  push(input: Input): void {
    this.#rest ??= new Queue<Input>();
    this.#rest.push(input);
  }

  /** Takes out the oldest, once `message` is undefined. */
  shift(): Input | undefined {
    const input = this.#rest?.shift();
    if (this.#rest?.length === 0) this.#rest = undefined;
    return input;
  }
}
