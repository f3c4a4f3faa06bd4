import type { Clock } from "../../src/driver/clock/clock.ts";
import type { Instant } from "../../src/protocol/protocol.ts";
import type { Fault } from "../../testing/world/faults.ts";
import type { Violation } from "../../testing/world/checking/violation.ts";
import { Wall } from "./_walls.ts";

/** Something that happened in a channel. */
interface Happening {
  readonly mark: string;
  readonly channel: number;
  readonly at: Instant;
  /** Whether the client is to be told of it. */
  isDue: boolean;
}

/** A time away that was told, by the clock on the wall. */
interface Gap {
  readonly from: number;
  readonly to: number;
  readonly channels: readonly number[];
  readonly at: Instant;
  /** How long the quickest news took since the gap before, in milliseconds. */
  readonly quickest: number;
}

/** How long the clocks of a standstill, a link and a server may differ about when something was, in milliseconds. */
const SLACK = 1_000;
/** How long before a time away what is to blame for it may have been, in milliseconds. */
const BLAME = 90_000;
/** How many bytes Twitch sends in a second at most, where nothing is repeated. */
const PER_SECOND = 1_500;

/** Whose news they are, and what goes wrong. */
export interface ChannelNewsParts<Act> {
  readonly clock: Pick<Clock, "now">;
  readonly plan: readonly Fault<Act>[];
  /** The name of the client's host. */
  readonly client: string;
  /** Whether an act is no reason to be away. */
  readonly isHarmless: (act: Act) => boolean;
  /** Whether nobody can miss an end of a subscription while such an act happens. */
  readonly isQuiet: (act: Act) => boolean;
}

/** What happens in channels, and what of it a client of EventSub was told, or when it was away. */
export class ChannelNews<Act> {
  /** The channels that the user wants to be told of. */
  readonly wanted: Set<number> = new Set();
  /** Those whose subscriptions Twitch has ended, and of which the client was told so. */
  readonly revoked: number[] = [];
  readonly toldRevoked: number[] = [];
  readonly #parts: ChannelNewsParts<Act>;
  readonly #wall: Wall;
  /** Since when each channel's news are due: it was placed, and has been wanted ever since. */
  readonly #placed = new Map<number, Instant>();
  readonly #happened = new Map<string, Happening>();
  readonly #told: string[] = [];
  readonly #gaps: Gap[] = [];
  /** How long the quickest news took since the last gap; undefined: there were none. */
  #quickest: number | undefined;

  constructor(parts: ChannelNewsParts<Act>) {
    this.#parts = parts;
    this.#wall = new Wall(parts.plan, parts.client);
  }

  /** How much was told. */
  get count(): number {
    return this.#told.length;
  }

  /** How long what narrow links could not carry in their time takes to come, in milliseconds. */
  get backlog(): number {
    return this.#parts.plan.reduce((sum, fault) => sum + backlogOf(fault), 0);
  }

  /** Twitch tells of those that are placed: from now on, what happens there is due. */
  look(isPlaced: (channel: number) => boolean): void {
    for (const channel of this.wanted) {
      if (!this.#placed.has(channel) && isPlaced(channel)) this.#placed.set(channel, this.#parts.clock.now());
    }
  }

  /** Something happens. */
  happens(channel: number, mark: string): void {
    const at = this.#parts.clock.now();
    const isDue = (this.#placed.get(channel) ?? Infinity) < at - SLACK;
    this.#happened.set(mark, { mark, channel, at, isDue });
  }

  /** The client was told of it. */
  tell(mark: string): void {
    this.#told.push(mark);
    const { at } = this.#happened.get(mark) ?? {};
    if (at !== undefined) this.#quickest = Math.min(this.#quickest ?? Infinity, this.#parts.clock.now() - at);
  }

  /** The client has told that it was away, by the clock on its wall. */
  away({ from, to }: Pick<Gap, "from" | "to">, channels: readonly number[]): void {
    const quickest = this.#quickest ?? this.backlog;
    this.#gaps.push({ from, to, channels, at: this.#parts.clock.now(), quickest });
    this.#quickest = undefined;
  }

  /** Twitch ends what tells of a channel: what happened just before may be told after, what happens from here on is not due. */
  revoke(channel: number): void {
    this.revoked.push(channel);
    this.drop(channel);
  }

  /** Nobody is told of a channel any more. */
  drop(channel: number): void {
    this.wanted.delete(channel);
    this.#placed.delete(channel);
  }

  /** The user does not want to be told of a channel any more: what has just happened may be on its way, and is not due. */
  leave(channel: number): void {
    this.drop(channel);
    for (const one of this.#happened.values()) {
      if (one.channel === channel && !this.#told.includes(one.mark)) one.isDue = false;
    }
  }

  /** Checks that what was due was told once, in order, or is within a time away that has its cause. */
  check(): Violation[] {
    return [...this.#checkTold(), ...this.#checkGaps(), ...this.#checkRevoked()];
  }

  #checkTold(): Violation[] {
    const violations: Violation[] = [];
    const counts = new Map<string, number>();
    for (const mark of this.#told) counts.set(mark, (counts.get(mark) ?? 0) + 1);
    for (const [mark, count] of counts) {
      if (count > 1) violations.push({ rule: "told_twice", message: `"${mark}" was told ${count} times` });
    }
    const places = new Map([...this.#happened.keys()].map((mark, place) => [mark, place]));
    let last = 0;
    for (const mark of this.#told) {
      const place = places.get(mark) ?? last;
      if (place < last) violations.push({ rule: "out_of_order", message: `"${mark}" came too late` });
      last = place;
    }
    for (const { mark, channel, at, isDue } of this.#happened.values()) {
      if (!isDue || counts.has(mark) || this.revoked.includes(channel) || this.#isAway(channel, at)) continue;
      violations.push({
        rule: "lost_without_gap",
        message: `"${mark}" of ${at} in ${channel} was not told, and no gap is there for it`,
      });
    }
    return violations;
  }

  #isAway(channel: number, at: Instant): boolean {
    // A gap begins when the last message was sent, by how much longer that was under way than the quickest. Where all of a
    // session were slow, that is nothing: who has but Twitch's clock, which may be ahead, cannot tell late from early.
    const { plan } = this.#parts;
    const slow = Math.max(0, ...plan.map((fault) => fault.kind === "slow" ? fault.latency : 0));
    return this.#gaps.some((gap) => {
      if (!gap.channels.includes(channel)) return false;
      const late = Math.max(slow, gap.quickest);
      // The gap is told by the clock on the wall, which may have stepped since.
      const ahead = this.#wall.ahead(-Infinity, gap.at);
      const [least, most] = [Math.min(...ahead), Math.max(...ahead)];
      return gap.from - most - late - SLACK <= at && at <= gap.to - least + SLACK;
    });
  }

  /** A time away has its cause: to be sent away is none. */
  #checkGaps(): Violation[] {
    const { plan, isHarmless } = this.#parts;
    const isNone = (fault: Fault<Act>) =>
      fault.kind === "skew" || fault.kind === "http" && fault.at > 2_000 ||
      fault.kind === "act" && isHarmless(fault.act);
    return this.#gaps.flatMap(({ at }) => {
      const causes = plan.filter((fault) => {
        const ms = backlogOf(fault) + ("ms" in fault ? fault.ms ?? Infinity : 0);
        return !isNone(fault) && fault.at <= at && at <= fault.at + ms + BLAME;
      });
      // Nobody can say until when these two are to blame. Twitch closes a session without subscriptions, 10 s after it
      // began: where its API has failed that may be long after the fault is over, by as much as the pauses between attempts
      // have grown. A link that is silent towards Twitch alone goes on bringing all, and is found to be dead whenever one of
      // both needs it next.
      const isLasting = plan.some((fault) =>
        fault.at <= at &&
        (fault.kind === "http" || fault.kind === "silence" && !fault.directions.includes("to client"))
      );
      if (causes.length > 0 || isLasting) return [];
      return [{ rule: "gap_needless", message: `was away until ${at}, and nothing had gone wrong` }];
    });
  }

  /** Each end of a subscription is told, unless the link is lost with it. */
  #checkRevoked(): Violation[] {
    const { plan, isQuiet } = this.#parts;
    if (!plan.every((fault) => fault.kind === "act" && isQuiet(fault.act))) return [];
    return this.revoked.filter((channel) => !this.toldRevoked.includes(channel)).map((channel) => ({
      rule: "revocation_untold",
      message: `was not told that the subscription to ${channel} has ended`,
    }));
  }
}

function backlogOf(fault: Fault<unknown>): number {
  return fault.kind === "narrow" ? fault.ms * PER_SECOND / fault.perSecond : 0;
}
