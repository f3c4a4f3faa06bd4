import type { IrcMessage } from "../../../irc/wire/messages/message.ts";
import type { Permit } from "../../../protocol/permit.ts";
import type { Instant } from "../../../protocol/protocol.ts";
import type { Connection } from "../connection.ts";
import type { TwitchOutputs } from "../outputs.ts";
import type { MessagePermits } from "./message_permits.ts";
import { type ChannelRole, channelRoleOf } from "../../wire/senders/channel_role.ts";
import type { TwitchAccepted } from "../../wire/events/said.ts";
import { TwitchRoomStateEvent } from "../../wire/events/state.ts";

/** Something to say in a channel, in one message or several. */
export interface Say {
  readonly channel: string;
  readonly ticket: number;
  /** What remains to be sent. */
  readonly texts: string[];
  readonly replyTo: string | undefined;
  /** The mark of the first message; those that follow get one that is made from it. */
  readonly nonce: string;
  /** What Twitch has taken. */
  readonly accepted: TwitchAccepted[];
}

/** The message of a channel that is sent and not answered. */
export interface UnderWay {
  readonly say: Say;
  readonly text: string;
  /** It was made to differ from the last one. */
  readonly differs: boolean;
  readonly nonce: string;
  readonly connection: Connection;
  /** As what we have sent it. */
  readonly role: ChannelRole;
  readonly permits: readonly number[];
  /**
   * Infinity: it took too long and has failed. It keeps its place until it is proven that no answer to it is
   * under way, which would be taken for that of the next.
   */
  deadline: Instant;
}

// "Your message was not sent because it is identical to the previous one you sent, less than 30 seconds ago."
const DUPLICATE = 30_000;
// What nobody sees: a tag character of Unicode.
const DIFFERENCE = " \u{E0000}";
const LONGEST_DIFFERENT = 500 - [...DIFFERENCE].length;

/**
 * What is to be said in one channel, what we are there, and when the next message may be sent: one is under
 * way at a time, since a NOTICE does not tell which it refuses. Survives links.
 */
export class ChannelOutbox {
  /** The channel, with its `#`. */
  readonly channel: string;
  /** What waits; the first may be sent in part. */
  readonly queue: Say[] = [];
  /** What is sent and not answered. */
  underWay: UnderWay | undefined = undefined;
  /** The ask for a permit that is under way. */
  asked: number | undefined = undefined;
  readonly #outputs: TwitchOutputs;
  readonly #permits: MessagePermits;
  readonly #own: boolean;
  /** The permits of the next message that are held, and of which scope they are. */
  readonly #held = new Map<string, number>();
  #asking: string | undefined;
  #role: ChannelRole = "ordinary";
  #slow = 0;
  #last: { readonly text: string; readonly at: Instant } | undefined;
  #overAt: Instant = -Infinity;
  /** Until when Twitch has told us to wait. */
  #waitUntil: Instant = -Infinity;

  /** Takes the channel, whether it is our own account's, where to put what it wants done, and the permits of a message. */
  constructor(channel: string, own: boolean, outputs: TwitchOutputs, permits: MessagePermits) {
    this.channel = channel;
    this.#own = own;
    this.#outputs = outputs;
    this.#permits = permits;
  }

  /** What we are in the channel, as far as is known. */
  get role(): ChannelRole {
    return this.#own ? "moderator" : this.#role;
  }

  /**
   * When the next message may be sent, as far as is known here: slow mode may have begun since the last one,
   * whose permit is over by the rule of its time.
   */
  get notBefore(): Instant {
    if (this.role !== "ordinary" || this.#slow === 0) return this.#waitUntil;
    return Math.max(this.#waitUntil, this.#overAt + this.#slow + this.#permits.jitter);
  }

  /** The permits that the next message takes, the narrowest first. */
  get permits(): readonly Permit[] {
    return this.#permits.of(this.channel, this.role, this.#slow);
  }

  /** Whether anything waits or is under way. */
  get busy(): boolean {
    return this.queue.length > 0 || this.underWay !== undefined;
  }

  /** A USERSTATE says what we are in the channel. */
  userState(state: IrcMessage): void {
    this.#role = channelRoleOf(state);
  }

  /** A ROOMSTATE says whether the channel is in slow mode. */
  roomState(state: IrcMessage): void {
    this.#slow = new TwitchRoomStateEvent(state).slow ?? this.#slow;
  }

  /** Asks for what the next message lacks; true if it lacks nothing, and can be sent. */
  acquirePermits(): boolean {
    const { permits } = this;
    for (const [scope, id] of this.#held) {
      if (permits.some((permit) => nameOf(permit) === scope)) continue;
      this.#held.delete(scope);
      this.#outputs.release(id, false);
    }
    const lacking = permits.find((permit) => !this.#held.has(nameOf(permit)));
    if (lacking === undefined) return true;
    if (this.asked !== undefined && this.#asking === nameOf(lacking)) return false;
    this.#withdraw();
    this.asked = this.#outputs.ask({ kind: "permit", permit: lacking });
    this.#asking = nameOf(lacking);
    return false;
  }

  /** What was asked for is granted. */
  granted(): void {
    if (this.asked !== undefined && this.#asking !== undefined) this.#held.set(this.#asking, this.asked);
    this.asked = undefined;
  }

  /** Nothing can be sent for now: gives back what it has for that. */
  releasePermits(): void {
    this.#withdraw();
    for (const id of this.#held.values()) this.#outputs.release(id, false);
    this.#held.clear();
  }

  /** Takes the permits that are held, for a message that is sent now. */
  takePermits(): number[] {
    const permits = [...this.#held.values()];
    this.#held.clear();
    return permits;
  }

  /** The text as it is to be sent, so that Twitch does not refuse it as the same as the last one. */
  distinct(text: string, now: Instant): string {
    const last = this.#last;
    if (last === undefined || last.text !== text || now - last.at > DUPLICATE + this.#permits.jitter) {
      return text;
    }
    return this.role !== "ordinary" || [...text].length > LONGEST_DIFFERENT ? text : text + DIFFERENCE;
  }

  /** What was under way is over; `text` is what Twitch has taken. `pause`: how long Twitch says to wait. */
  over(now: Instant, text: string | undefined, pause = 0): void {
    this.underWay = undefined;
    if (text !== undefined) this.#last = { text, at: now };
    this.#overAt = now;
    if (pause > 0) this.#waitUntil = now + pause + this.#permits.jitter;
  }

  #withdraw(): void {
    if (this.asked !== undefined) this.#outputs.release(this.asked, false);
    this.asked = undefined;
  }
}

function nameOf({ scope, key, per }: Permit): string {
  // Slow mode may change while a permit is asked for or held.
  return `${scope} ${key} ${per}`;
}
