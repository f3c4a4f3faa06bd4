import { CommandError } from "../../../protocol/errors.ts";
import type { Outputs } from "../../../protocol/outputs.ts";
import type { Instant } from "../../../protocol/protocol.ts";
import type { GatewayCommand, Presence } from "../wire/command.ts";
import type { GatewayEvent } from "../wire/event.ts";
import type { Continuity } from "./continuity.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { type BotOptions, identifyText, resumeText } from "./options.ts";
import { type Held, Outbox } from "./outbox.ts";

/** What a session sends by. */
export interface UplinkParts {
  readonly bot: BotOptions;
  /** Up to which number of a session heartbeats acknowledge events. */
  readonly acknowledged: (session: string) => number;
  readonly continuity: Continuity;
  readonly heartbeat: Heartbeat;
  readonly outputs: Outputs<GatewayEvent>;
}

/**
 * What a session sends on its link: IDENTIFY or RESUME, heartbeats, and what the user wants, within the limit that all
 * of them share.
 */
export class Uplink {
  readonly #parts: UplinkParts;
  readonly #outbox: Outbox;
  #link = 0;
  /** The link is closed, though the session may still have to work through what came before. */
  #isGone = false;
  /** The presence that was sent last, or is to be the first. */
  #presence: Presence | undefined;
  /** When a command that waits for the limit can go. */
  #deadline: Instant = Infinity;

  /** Takes what it sends by. */
  constructor(parts: UplinkParts) {
    this.#parts = parts;
    this.#outbox = new Outbox(parts.bot.codec);
    this.#presence = parts.bot.presence;
  }

  /** When `flush` is due; Infinity if it is not. */
  get deadline(): Instant {
    return this.#deadline;
  }

  /** The presence that is wanted last, with which a session that is to begin begins. */
  get presence(): Presence | undefined {
    return this.#outbox.presence ?? this.#presence;
  }

  /** How many commands wait. */
  get held(): number {
    return this.#outbox.held;
  }

  /** How many more commands could be sent at once, had the link a session. */
  room(now: Instant): number {
    return this.#outbox.room(now, this.#parts.heartbeat.interval);
  }

  /** There is a new link, with a limit of its own. */
  begin(link: number): void {
    this.#link = link;
    this.#isGone = false;
    this.#outbox.newLink();
  }

  /** The link is being left: commands wait for the next. */
  pause(): void {
    this.#deadline = Infinity;
  }

  /** The link is gone: nothing more is sent on it. */
  gone(): void {
    this.#isGone = true;
  }

  /** Sends IDENTIFY. */
  identify(shard: readonly [id: number, count: number], now: Instant): void {
    this.#send(identifyText(this.#parts.bot, shard, this.presence), now, { secret: true });
  }

  /** Sends RESUME. */
  resume(session: string, sequence: number, now: Instant): void {
    this.#send(resumeText(this.#parts.bot.token, session, sequence), now, { secret: true });
  }

  /** Sends a heartbeat: because it is `due`, or one more. If even the room kept for them is used up, puts it off. */
  beat(now: Instant, why: "due" | "asked"): void {
    if (this.#isGone) return;
    const { continuity, heartbeat, acknowledged } = this.#parts;
    const at = this.#outbox.heartbeatAt(now);
    if (at > now) return heartbeat.putOff(at);
    // "If you have not yet received one, send null."
    const { id, sequence } = continuity;
    this.#send(`{"op":1,"d":${id === undefined ? null : Math.min(sequence, acknowledged(id))}}`, now);
    if (why === "due") heartbeat.sentOnTime(now);
    else heartbeat.sent(now);
  }

  /**
   * Holds a command until `flush` sends it. Of presences only the last waits: one whose place it takes fails as
   * `superseded`.
   *
   * @throws {CommandError} if it is not acceptable, or too many are held.
   */
  hold(command: GatewayCommand, ticket: number): void {
    const superseded = this.#outbox.add(command, ticket);
    if (superseded === undefined) return;
    const message = "Did not send presence: a newer one took its place first";
    this.#parts.outputs.failed(superseded, new CommandError("superseded", message));
  }

  /** Gives up on a command that is held. */
  cancel(ticket: number): void {
    if (this.#outbox.cancel(ticket)) this.#parts.outputs.settle(ticket, { kind: "cancelled" });
  }

  /** Fails all that is held, since the session has ended. */
  fail(cause: Error | undefined): void {
    this.#outbox.fail(cause, this.#parts.outputs);
  }

  /** Sends what is held as far as the limit allows, keeping room for heartbeats. */
  flush(now: Instant): void {
    this.#deadline = Infinity;
    if (this.#isGone) return;
    const { heartbeat, outputs } = this.#parts;
    for (;;) {
      const at = this.#outbox.readyAt(now, heartbeat.interval);
      const held = at <= now ? this.#outbox.take(now) : undefined;
      if (held === undefined) {
        this.#deadline = at;
        return;
      }
      if (held.command.kind === "presence") this.#presence = held.command.data;
      this.#send(held.text, now, { held });
      outputs.done(held.ticket);
    }
  }

  #send(json: string, now: Instant, { secret, held }: { secret?: true; held?: Held } = {}): void {
    const { bot, outputs } = this.#parts;
    this.#outbox.sent(now, held);
    const data = bot.codec.write(json);
    // Observers are shown what can be read.
    const readable = secret || data === json ? { secret } : { secret: true, shown: json } as const;
    outputs.send(this.#link, data, readable);
  }
}
