import { CommandError } from "../../../protocol/errors.ts";
import type { Outputs } from "../../../protocol/core/outputs.ts";
import type { Instant } from "../../../protocol/protocol.ts";
import { RateLog } from "../../../protocol/core/rate_log.ts";
import type { GatewayCommand, Presence } from "../wire/command.ts";
import { Opcode } from "../wire/opcodes.ts";

/** A command that has not been sent. */
export interface Held {
  /** By which it is settled; undefined if it was before. */
  readonly ticket: number | undefined;
  readonly command: GatewayCommand;
  /** What is to be sent, as JSON. */
  readonly text: string;
}

const CAPACITY = 4_096;
// "Apps can send 120 gateway events per connection every 60 seconds." The second more is what the link's
// jitter may take off, as the server sees it.
const LIMIT = 120;
const PER = 61_000;
// "Clients may only update their game status 5 times per 20 seconds."
// https://discord.com/developers/docs/events/gateway-events#activity-object
const PRESENCES = 5;
const PRESENCES_PER = 21_000;
const PRESENCE = `{"op":${Opcode.PresenceUpdate},`;

/**
 * What may be sent when: commands wait here for a session and for the rate limit, which always keeps room
 * for heartbeats; presences for a limit of their own, too, with which they hold up nothing else, and only the last
 * one that is wanted. Bounded.
 *
 * @see https://discord.com/developers/docs/events/gateway#rate-limiting
 */
export class Outbox {
  readonly #sent = new RateLog(LIMIT, PER);
  /** When presences were sent; most shards send none but with IDENTIFY. */
  #presences: RateLog | undefined = undefined;
  /** What waits, the oldest first. */
  readonly #held: Held[] = [];

  /**
   * Takes a command in. A presence takes the place of one that waits, whose ticket is returned.
   *
   * @throws {CommandError} if too many are waiting.
   */
  add(held: Held): number | undefined {
    const index = isWanted(held) ? this.#held.findIndex(isWanted) : -1;
    if (index >= 0) return this.#held.splice(index, 1, held)[0]?.ticket;
    if (this.held >= CAPACITY) {
      throw new CommandError("invalid_command", `Cannot hold more than ${CAPACITY} commands: send fewer`);
    }
    this.#held.push(held);
    return undefined;
  }

  /** Takes in first what was sent before, and nobody may have read. */
  addAgain(held: Held): void {
    this.#held.unshift(held);
  }

  /** The presence that waits, if one does. */
  get presence(): Presence | undefined {
    const command = this.#held.find(isWanted)?.command;
    return command?.kind === "presence" ? command.data : undefined;
  }

  /** Takes one out that is no longer wanted; false if it is not here. */
  cancel(ticket: number): boolean {
    const index = this.#held.findIndex((held) => held.ticket === ticket);
    if (index >= 0) this.#held.splice(index, 1);
    return index >= 0;
  }

  /** Takes the oldest out that may be sent, once `readyAt` has come. */
  take(now: Instant): Held | undefined {
    const presences = (this.#presences?.readyAt(now) ?? now) <= now;
    const index = this.#held.findIndex((held) => presences || !isPresence(held));
    return index >= 0 ? this.#held.splice(index, 1)[0] : undefined;
  }

  /** Takes all out, since the session has ended, and tells that they have failed. */
  fail(cause: Error | undefined, outputs: Outputs<unknown>): void {
    for (const { ticket, command: { kind } } of this.#held.splice(0)) {
      if (ticket === undefined) continue;
      const message = `Cannot send ${kind}: the session ended first`;
      outputs.failed(ticket, new CommandError("closed", message, cause && { cause }));
    }
  }

  /** When the next command may be sent; Infinity if there is none. */
  readyAt(now: Instant, heartbeatInterval: number): Instant {
    if (this.#held.length === 0) return Infinity;
    const at = this.#sent.readyAt(now, reserveFor(heartbeatInterval));
    return this.#held.every(isPresence) ? Math.max(at, this.#presences?.readyAt(now) ?? now) : at;
  }

  /** How many commands could be sent at once, were none held. */
  room(now: Instant, heartbeatInterval: number): number {
    return Math.max(0, LIMIT - reserveFor(heartbeatInterval) - this.#sent.count(now));
  }

  /** How many commands wait. */
  get held(): number {
    return this.#held.length;
  }

  /** When a heartbeat may be sent: at once, unless even the room kept for it is used up. */
  heartbeatAt(now: Instant): Instant {
    return this.#sent.readyAt(now);
  }

  /** Something was sent, a command or not. */
  sent(now: Instant, held?: Held): void {
    this.#sent.add(now);
    if (held === undefined || !isPresence(held)) return;
    this.#presences ??= new RateLog(PRESENCES, PRESENCES_PER);
    this.#presences.add(now);
  }

  /** There is a new link, with a limit of its own. */
  newLink(): void {
    this.#sent.clear();
  }
}

/** Whether it is the presence that is wanted, not what somebody sends by its opcode. */
function isWanted({ command }: Held): boolean {
  return command.kind === "presence";
}

function isPresence({ text }: Held): boolean {
  return text.startsWith(PRESENCE);
}

/** Room for the heartbeats that fall due, and for a few the server asks for. */
function reserveFor(heartbeatInterval: number): number {
  return Math.min(LIMIT / 2, 3 + Math.ceil(PER / heartbeatInterval));
}
