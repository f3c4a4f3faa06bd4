import { CommandError } from "../../protocol/errors.ts";
import type { Action, Data, Instant } from "../../protocol/protocol.ts";
import { RateLog } from "../../protocol/rate_log.ts";
import { encodeCommand, type GatewayCommand } from "./command.ts";

/** A command that has not been sent. */
export interface Held {
  readonly ticket: number;
  readonly command: GatewayCommand;
  /** What is to be sent. */
  readonly text: string;
}

const CAPACITY = 4_096;
// "Apps can send 120 gateway events per connection every 60 seconds." The second more is what the link's
// jitter may take off, as the server sees it.
const LIMIT = 120;
const PER = 61_000;

/**
 * What may be sent when: commands wait here for a session and for the rate limit, which always keeps room
 * for heartbeats. Bounded.
 *
 * @see https://discord.com/developers/docs/events/gateway#rate-limiting
 */
export class Outbox {
  readonly #sent = new RateLog(LIMIT, PER);
  // A map keeps the order, and finds one that is cancelled. Undefined while it is empty, as it mostly is.
  #held: Map<number, Held> | undefined = undefined;

  /** Takes a command in. @throws {CommandError} if it is not acceptable, or too many are waiting. */
  add(command: GatewayCommand, ticket: number): void {
    const text = encodeCommand(command);
    if (this.held >= CAPACITY) {
      throw new CommandError("invalid_command", `Cannot hold more than ${CAPACITY} commands: send fewer`);
    }
    this.#held ??= new Map();
    this.#held.set(ticket, { ticket, command, text });
  }

  /** Takes one out that is no longer wanted; false if it is not here. */
  cancel(ticket: number): boolean {
    const found = this.#held?.delete(ticket) ?? false;
    if (this.#held?.size === 0) this.#held = undefined;
    return found;
  }

  /** Takes the oldest out. */
  take(): Held | undefined {
    const held = this.#held?.values().next().value;
    if (held !== undefined) this.cancel(held.ticket);
    return held;
  }

  /** Takes all out, since the session has ended; returns that they have failed. */
  fail(cause: Error | undefined): readonly Action<Data>[] {
    const held = [...this.#held?.values() ?? []];
    this.#held = undefined;
    return held.map(({ ticket, command: { kind } }) => {
      const message = `Cannot send ${kind}: the session ended first`;
      const error = new CommandError("closed", message, cause && { cause });
      return { kind: "settle", ticket, outcome: { kind: "failed", error } };
    });
  }

  /** When the next command may be sent; Infinity if there is none. */
  readyAt(now: Instant, heartbeatInterval: number): Instant {
    if (this.#held === undefined) return Infinity;
    return this.#sent.readyAt(now, reserveFor(heartbeatInterval));
  }

  /** How many commands could be sent at once, were none held. */
  room(now: Instant, heartbeatInterval: number): number {
    return Math.max(0, LIMIT - reserveFor(heartbeatInterval) - this.#sent.count(now));
  }

  /** How many commands wait. */
  get held(): number {
    return this.#held?.size ?? 0;
  }

  /** When a heartbeat may be sent: at once, unless even the room kept for it is used up. */
  heartbeatAt(now: Instant): Instant {
    return this.#sent.readyAt(now);
  }

  /** Something was sent, a command or not. */
  sent(now: Instant): void {
    this.#sent.add(now);
  }

  /** There is a new link, with a limit of its own. */
  newLink(): void {
    this.#sent.clear();
  }
}

/** Room for the heartbeats that fall due, and for a few the server asks for. */
function reserveFor(heartbeatInterval: number): number {
  return Math.min(LIMIT / 2, 3 + Math.ceil(PER / heartbeatInterval));
}
