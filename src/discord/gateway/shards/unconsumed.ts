import { DispatchEvent } from "../wire/dispatch_event.ts";
import type { GapEvent, GatewayEvent } from "../wire/event.ts";
import type { ResumePoint } from "../session/options.ts";

/** What consumers are not done with: a later run has to begin before it. */
export class Unconsumed {
  /** Whether there is any. */
  readonly some: boolean;
  /** Whether some consumer was not told yet that it missed events, nobody knows which. */
  readonly lagged: boolean;
  /** The first number of each session that some consumer is not done with. */
  readonly #first = new Map<string, number>();
  /** The first loss that was not told yet, by shard. */
  readonly #losses = new Map<number, GapEvent>();

  /** Takes the events that some consumer is not done with. */
  constructor(
    events: Iterable<GatewayEvent | { readonly kind: "error" | "undelivered" | "lagged" | "closed" }>,
  ) {
    let some = false;
    let lagged = false;
    for (const event of events) {
      some = true;
      if (event.kind === "lagged") lagged = true;
      if (event instanceof DispatchEvent || event.kind === "unknown") {
        if (event.sequence > 0) this.#holdBefore(event.session, event.sequence);
      } else if (event.kind === "gap" && !event.resumed) {
        // Who asks for what is behind it is told of the same hole again.
        this.#holdBefore(event.session, event.sequence + 1);
        if (event.from < (this.#losses.get(event.shard)?.from ?? Infinity)) {
          this.#losses.set(event.shard, event);
        }
      }
    }
    this.some = some;
    this.lagged = lagged;
  }

  /** Where a later run has to begin, so that its consumers get all of this that they were not done with. */
  before(shard: number, point: ResumePoint): ResumePoint {
    const loss = this.#losses.get(shard);
    if (loss !== undefined && (point.ended || loss.session !== point.sessionId)) {
      // Nobody was told of it yet, so that the session that followed is the lesser loss.
      return { ...point, sessionId: loss.session, sequence: loss.sequence, at: loss.from, ended: true };
    }
    const first = this.#first.get(point.sessionId);
    if (first === undefined) return point;
    // READY has the number 1, and is not sent again.
    return { ...point, sequence: Math.max(1, Math.min(point.sequence, first - 1)) };
  }

  #holdBefore(session: string, sequence: number): void {
    this.#first.set(session, Math.min(sequence, this.#first.get(session) ?? Infinity));
  }
}
