import { CommandError } from "../../../protocol/errors.ts";
import type { Outputs } from "../../../protocol/core/outputs.ts";
import type { Instant } from "../../../protocol/protocol.ts";
import { encodeCommand, type GatewayCommand, type Presence } from "../wire/command.ts";
import type { GatewayEvent } from "../wire/event.ts";
import type { Continuity } from "./continuity.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { type BotOptions, fitsIdentify, identifyText, resumeText } from "./options.ts";
import { type Held, Outbox } from "./outbox.ts";

/** What a session sends by. */
export interface UplinkParts {
  readonly bot: BotOptions;
  readonly shard: readonly [id: number, count: number];
  /** Up to which number of a session heartbeats acknowledge events. */
  readonly acknowledged: (session: string) => number;
  readonly continuity: Continuity;
  readonly heartbeat: Heartbeat;
  readonly outputs: Outputs<GatewayEvent>;
  /** The presence to begin with. */
  readonly presence: Presence | undefined;
  /** Whether it begins with a session of somebody else, which may show another presence. */
  readonly resumes: boolean;
}

/**
 * What a session sends on its link: IDENTIFY or RESUME, heartbeats, and what the user wants, within the limit that all
 * of them share.
 */
export class Uplink {
  // Each by itself: a bot may have thousands of these.
  readonly #bot: BotOptions;
  readonly #shard: number;
  readonly #count: number;
  readonly #acknowledgedOf: (session: string) => number;
  readonly #continuity: Continuity;
  readonly #heartbeat: Heartbeat;
  readonly #outputs: Outputs<GatewayEvent>;
  readonly #outbox = new Outbox();
  #link = 0;
  /** The link is closed, though the session may still have to work through what came before. */
  #isGone = false;
  /** The presence that was sent last, or is to be the first. */
  #presence: Presence | undefined;
  /**
   * The heartbeat of this link whose acknowledgement proves that Discord has read that presence: 0 if it is proven,
   * Infinity if it is to be sent again, for the link on which it was sent is gone.
   */
  #provenBy = 0;
  /** When a command that waits for the limit can go. */
  #deadline: Instant = Infinity;

  /** Takes what it sends by. */
  constructor(parts: UplinkParts) {
    this.#bot = parts.bot;
    [this.#shard, this.#count] = parts.shard;
    this.#acknowledgedOf = parts.acknowledged;
    this.#continuity = parts.continuity;
    this.#heartbeat = parts.heartbeat;
    this.#outputs = parts.outputs;
    this.#presence = parts.presence;
    if (parts.resumes) this.#provenBy = Infinity;
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
    return this.#outbox.room(now, this.#heartbeat.interval);
  }

  /** There is a new link, with a limit of its own. */
  begin(link: number): void {
    this.#link = link;
    this.#isGone = false;
    if (this.#provenBy > 0) this.#provenBy = Infinity;
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
  identify(now: Instant): void {
    this.#send(identifyText(this.#bot, [this.#shard, this.#count], this.presence), now, { secret: true });
    // There is no session without it.
    this.#provenBy = 0;
  }

  /** Sends RESUME. */
  resume(session: string, sequence: number, now: Instant): void {
    this.#send(resumeText(this.#bot.token, session, sequence), now, { secret: true });
  }

  /** Sends a heartbeat: because it is `due`, or one more. If even the room kept for them is used up, puts it off. */
  beat(now: Instant, why: "due" | "asked"): void {
    if (this.#isGone) return;
    const at = this.#outbox.heartbeatAt(now);
    if (at > now) return this.#heartbeat.putOff(at);
    // "If you have not yet received one, send null."
    const { id, sequence } = this.#continuity;
    const acknowledged = id === undefined ? null : Math.min(sequence, this.#acknowledgedOf(id));
    this.#send(`{"op":1,"d":${acknowledged}}`, now);
    if (why === "due") this.#heartbeat.sentOnTime(now);
    else this.#heartbeat.sent(now);
  }

  /** A heartbeat was acknowledged. */
  acknowledged(): void {
    if (this.#heartbeat.hasProven(this.#provenBy)) this.#provenBy = 0;
  }

  /**
   * Holds a command until `flush` sends it. Of presences only the last waits: one whose place it takes fails as
   * `superseded`.
   *
   * @throws {CommandError} if it is not acceptable, or too many are held.
   */
  hold(command: GatewayCommand, ticket: number): void {
    const text = encodeCommand(command, this.#bot.codec);
    const shard = [this.#shard, this.#count] as const;
    if (command.kind === "presence" && !fitsIdentify(this.#bot, shard, command.data)) {
      const message =
        "Cannot send presence: IDENTIFY could not carry it, for which Discord accepts 4096 bytes";
      throw new CommandError("invalid_command", message);
    }
    const superseded = this.#outbox.add({ ticket, command, text });
    if (superseded === undefined) return;
    const message = "Did not send presence: a newer one took its place first";
    this.#outputs.failed(superseded, new CommandError("superseded", message));
  }

  /** Gives up on a command that is held. */
  cancel(ticket: number): void {
    if (this.#outbox.cancel(ticket)) this.#outputs.settle(ticket, { kind: "cancelled" });
  }

  /** Fails all that is held, since the session has ended. */
  fail(cause: Error | undefined): void {
    this.#outbox.fail(cause, this.#outputs);
  }

  /** Sends what is held as far as the limit allows, keeping room for heartbeats. */
  flush(now: Instant): void {
    this.#deadline = Infinity;
    if (this.#isGone) return;
    if (this.#provenBy === Infinity && this.#presence !== undefined && this.#outbox.presence === undefined) {
      const command = { kind: "presence", data: this.#presence } as const;
      this.#outbox.addAgain({ ticket: undefined, command, text: encodeCommand(command, this.#bot.codec) });
    }
    for (;;) {
      const at = this.#outbox.readyAt(now, this.#heartbeat.interval);
      const held = at <= now ? this.#outbox.take(now) : undefined;
      if (held === undefined) {
        this.#deadline = at;
        return;
      }
      if (held.command.kind === "presence") {
        this.#presence = held.command.data;
        this.#provenBy = this.#heartbeat.count + 1;
      }
      this.#send(held.text, now, { held });
      if (held.ticket !== undefined) this.#outputs.done(held.ticket);
    }
  }

  #send(json: string, now: Instant, { secret, held }: { secret?: true; held?: Held } = {}): void {
    this.#outbox.sent(now, held);
    const data = this.#bot.codec.write(json);
    // Observers are shown what can be read.
    const readable = secret || data === json ? { secret } : { secret: true, shown: json } as const;
    this.#outputs.send(this.#link, data, readable);
  }
}
