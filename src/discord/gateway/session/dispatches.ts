import type { Outputs } from "../../../protocol/core/outputs.ts";
import type { Instant } from "../../../protocol/protocol.ts";
import { dispatchEvent, type GatewayEvent } from "../wire/event.ts";
import type { NoPayload, Payload } from "../wire/payload.ts";
import type { Continuity } from "./continuity.ts";
import { ExpectedGuilds } from "./expected_guilds.ts";
import type { GatewayState } from "./state.ts";

/**
 * What a dispatch was:
 * - `taken`: an event, told if it is new and wanted
 * - `resuming`: one that the server has kept for us
 * - `resumed`: RESUMED, whose number counts
 * - `skipped`: the first behind a hole, which the server is to be asked for
 * - else nothing that belongs there
 */
export type DispatchOutcome = "taken" | "resuming" | "resumed" | "skipped" | NoPayload;

const TAKEN = "taken";

/** What is needed to judge dispatches. */
export interface DispatchesParts {
  readonly shard: number;
  /** The names of the events to tell of; undefined: all. */
  readonly wanted: ReadonlySet<string> | undefined;
  readonly continuity: Continuity;
  readonly outputs: Outputs<GatewayEvent>;
}

/**
 * What a link dispatches in a session: each event is told once, in the order of their numbers, and a hole among those
 * is asked for again or, where that is in vain, told as a `gap`.
 *
 * @see https://discord.com/developers/docs/events/gateway#resuming
 */
export class Dispatches {
  readonly #parts: DispatchesParts;
  /** What the link dispatches is of our session, without a hole. */
  #counting = false;
  #replayed = 0;
  readonly #guilds = new ExpectedGuilds();
  /** This resume has brought what was there before. */
  #repeated = false;

  /** Takes what it needs. */
  constructor(parts: DispatchesParts) {
    this.#parts = parts;
  }

  /** How many events the last resume has brought. */
  get replayed(): number {
    return this.#replayed;
  }

  /** How many guilds of the session are still to come, as far as their number tells. */
  get guildsToCome(): number {
    return this.#guilds.toCome;
  }

  /** RESUME is sent: what comes is of our session, and was missed. */
  resuming(): void {
    this.#counting = true;
    this.#replayed = 0;
    this.#repeated = false;
  }

  /** There is a session: what comes is of it. */
  count(): void {
    this.#counting = true;
  }

  /** A new session has begun, with these guilds. */
  begun(ready: { readonly guilds: unknown }): void {
    this.#guilds.ready(ready);
  }

  /** There is no link any more, or one that has not said whose session it brings. */
  stop(): void {
    this.#counting = false;
  }

  /** Takes a dispatch. One without a number, as gateways that are not Discord's own have them, is taken as it comes. */
  take(
    payload: Payload,
    name: string,
    numbered: number | null,
    state: GatewayState,
    now: Instant,
  ): DispatchOutcome {
    const { shard, wanted, continuity, outputs } = this.#parts;
    const { id } = continuity;
    const closing = state === "closing";
    if (!this.#counting || id === undefined) {
      return closing ? TAKEN : { reason: `${name} outside of a session` };
    }
    const sequence = numbered ?? continuity.sequence;
    let place = numbered === null ? "next" : continuity.place(numbered);
    if (place === "repeat" && name !== "RESUMED") {
      this.#repeated = true;
      return TAKEN;
    }
    // Who begins a replay too early may end it too early, too: RESUMED's number may be that of an event that is lost.
    const doubtful = name === "RESUMED" && numbered !== null && place === "next" && this.#repeated;
    if (doubtful) place = "hole";
    if (place === "hole" && !doubtful && (closing || continuity.askAgain())) {
      // Nothing behind the hole counts: the server is asked once to send it all again.
      this.#counting = false;
      return closing ? TAKEN : "skipped";
    }
    if (place === "hole") {
      const { heardBefore: from, sequence: last } = continuity;
      // RESUMED may bear the number of what it comes after, so that this is missing, too.
      const next = name === "RESUMED" ? sequence + 1 : sequence;
      outputs.tell({ kind: "gap", shard, from, to: now, session: id, sequence: last, resumed: false, next });
    }
    continuity.advance(sequence);
    if (name === "RESUMED") return "resumed";
    const replayed = state === "resuming";
    if (replayed) this.#replayed++;
    if (name === "READY") return { reason: "READY in the middle of a session" };
    if (name === "GUILD_CREATE" || name === "GUILD_DELETE") this.#guilds.came();
    if (name === "GUILD_DELETE" && wanted?.has("GUILD_CREATE") !== false) this.#guilds.deleted(payload);
    if (wanted?.has(name) !== false) {
      outputs.tell(dispatchEvent(payload, name, shard, id, numbered ?? 0, replayed, this.#guilds.ids));
    }
    return replayed ? "resuming" : TAKEN;
  }
}
