import type { Observation } from "@parley/parley/driver";
import type { Instant } from "@parley/parley/protocol";
import { follow, type Follower, type KnownSession, RESUMES, type Story } from "./_follower.ts";
import type { DiscordClient, DiscordClients } from "./_history.ts";
import { labelled, type Violation } from "../../world/checking/violation.ts";

const MINUTE = 60_000;
// "Apps can send 120 gateway events per connection every 60 seconds."
const SENDS = 120;
// Whatever goes wrong, to dial more often than this is to spin.
const DIALS = 30;
/** Rounding, in milliseconds. */
const SLACK = 1;
/** How long what is due waits for what came while the process stood still, in milliseconds. */
const BACKLOG = 1_000;
/** By how much less a process may stand still without its notice, in milliseconds. */
const UNNOTICED = 1_001;

/**
 * Checks what clients of Discord's gateway put on the wire, by their own clocks:
 * - one link at a time, and nothing sent on one that is not open or is being left, heartbeats included
 * - heartbeats: the first within the interval, then one each interval, and one at once when asked for and behind
 *   IDENTIFY, with the last sequence number, or an earlier one if the client keeps its sessions
 * - a link whose heartbeats are not acknowledged is left within two intervals
 * - at most 120 messages in any 60 s for each link, and at most 30 dials
 * - a session that could be resumed is not ended by closing with 1000 or 1001, unless the client ends too
 * - a URL that could not be dialled, or where nobody said HELLO, is not the next to be dialled while there is a session to resume, since
 *   either of its two may be the one that is down
 * - sequence numbers that are skipped are asked for once, by a RESUME, and given up only if that does not bring
 *   them
 * - no dial after a fatal close code, but the end
 *
 * What was due while a process stood still (`stalled`) is done within a second after that.
 *
 * @example
 * ```ts
 * import { checkDiscordWire } from "@parley/testing";
 *
 * const dial = { label: "shard 0", at: 0, kind: "dial", url: "wss://gateway.test" } as const;
 * checkDiscordWire([{ ...dial, link: 1 }, { ...dial, link: 2 }]);
 * // [ { rule: "two_links", message: "shard 0: link 2 is dialled while link 1 is there" } ]
 * ```
 */
export function checkDiscordWire(
  observations: readonly Observation[],
  clients: DiscordClients = new Map(),
): Violation[] {
  const violations: Violation[] = [];
  const watches = new Map<string, SendWatch>();
  const followers = follow(observations, clients, (follower, observation) => {
    const { label } = observation;
    let watch = watches.get(label);
    if (watch === undefined) watches.set(label, watch = new SendWatch(violations, clients.get(label)));
    watch.see(follower, observation);
  });
  for (const [label, { fatal, ended, mistakes }] of followers) {
    if (fatal && !ended && !clients.get(label)?.died) {
      violations.push({ rule: "fatal_ignored", message: `${label}: did not end after a fatal close` });
    }
    violations.push(...labelled(label, mistakes));
  }
  return violations;
}

/** Watches what one client sends, and when. */
class SendWatch {
  readonly #violations: Violation[];
  readonly #keeps: boolean;
  /** How late what it does may be, in milliseconds. */
  readonly #slack: number;
  #story: Story | undefined = undefined;
  /** When the last heartbeat was sent that was due by its interval. */
  #beatAt: Instant | undefined = undefined;
  #unansweredSince: Instant = Infinity;
  #asked = 0;
  #askedAt: Instant = -Infinity;
  #stalledAt: Instant = -Infinity;
  readonly #dials: Instant[] = [];
  /** What was said of this link already. */
  readonly #told = new Set<string>();

  constructor(violations: Violation[], { keeps = false, stands = false }: DiscordClient = {}) {
    this.#violations = violations;
    this.#keeps = keeps;
    this.#slack = stands ? UNNOTICED : SLACK;
  }

  see({ story, frame, session, fatal }: Follower, observation: Observation): void {
    const { at, kind } = observation;
    if (kind === "stalled") this.#stalledAt = at;
    if (story === undefined) return;
    if (kind === "dial") this.#dialled(story, fatal, at);
    // What comes in at this very moment can still be in time.
    if (story.leftAt >= at) this.#checkOverdue(story, at);
    if (!("link" in observation) || observation.link !== story.link) return;
    if (kind === "received" && frame !== undefined && story.leftAt === Infinity) {
      if (frame.op === 11) this.#unansweredSince = Infinity;
      if (frame.op === 1 && story.helloAt !== undefined) {
        this.#asked++;
        this.#askedAt = at;
      }
    }
    if (kind !== "sent") return;
    this.#sent(story, session, observation.data, at);
    // IDENTIFY, which nobody is shown: one behind it proves that it was read.
    if (observation.data === undefined && story.asked) {
      this.#asked++;
      this.#askedAt = at;
    }
  }

  #dialled(story: Story, fatal: boolean, at: Instant): void {
    const before = this.#story;
    this.#story = story;
    this.#beatAt = undefined;
    this.#unansweredSince = Infinity;
    this.#asked = 0;
    this.#told.clear();
    if (before !== undefined && !before.gone) {
      this.#tell(story, {
        rule: "two_links",
        message: `link ${story.link} is dialled while link ${before.link} is there`,
      });
    }
    if (fatal) {
      this.#tell(story, {
        rule: "fatal_ignored",
        message: `link ${story.link} is dialled after a fatal close`,
      });
    }
    const resumable = story.session !== undefined && story.failedResumes < RESUMES;
    if (resumable && before?.answered === false && before.url === story.url) {
      this.#tell(story, {
        rule: "same_url_again",
        message: `link ${story.link} is dialled where link ${before.link} could not be`,
      });
    }
    if (before?.endedSession) {
      this.#tell(story, {
        rule: "session_ended",
        message: `link ${before.link} was closed so that its session ended`,
      });
    }
    this.#dials.push(at);
    const earlier = this.#dials[this.#dials.length - 1 - DIALS];
    if (earlier !== undefined && at - earlier < MINUTE) {
      this.#tell(story, { rule: "dial_rate", message: `more than ${DIALS} dials in a minute, at ${at}` });
    }
  }

  #sent(story: Story, session: KnownSession | undefined, data: unknown, at: Instant): void {
    const { link, sent } = story;
    if (story.openedAt === undefined || story.leftAt < Infinity) {
      this.#tell(story, {
        rule: "sent_while_closed",
        message: `${String(data).slice(0, 20)} was sent on link ${link}, which is not open`,
      });
    }
    const earlier = sent[sent.length - 1 - SENDS];
    if (earlier !== undefined && at - earlier < MINUTE) {
      this.#tell(story, {
        rule: "send_rate",
        message: `more than ${SENDS} messages in a minute on link ${link}`,
      });
    }
    if (typeof data === "string" && data.startsWith('{"op":1,')) this.#beat(story, session, data, at);
  }

  #beat(story: Story, session: KnownSession | undefined, data: string, at: Instant): void {
    const { link, helloAt, interval } = story;
    if (helloAt === undefined) {
      return this.#tell(story, {
        rule: "heartbeat_before_hello",
        message: `a heartbeat was sent on link ${link} before HELLO`,
      });
    }
    const { d }: { d?: unknown } = JSON.parse(data);
    const expected = story.asked && !story.ready ? null : session?.last ?? null;
    const earlier = this.#keeps && typeof d === "number" && expected !== null && d >= 1 && d < expected;
    if (d !== expected && !earlier) {
      this.#tell(story, {
        rule: "heartbeat_sequence",
        message: `a heartbeat on link ${link} says ${d}, not ${expected}, at ${at}`,
      });
    }
    this.#unansweredSince = Math.min(this.#unansweredSince, at);
    if (this.#asked > 0 && this.#askedAt === at) {
      this.#asked--;
      return;
    }
    const due = this.#beatAt === undefined ? at : this.#beatAt + interval;
    if ((at < due - SLACK || at > this.#atTheLatest(due)) && !throttled(story, at)) {
      this.#tell(story, {
        rule: "heartbeat_time",
        message: `a heartbeat on link ${link} was sent at ${at}, and due at ${due}`,
      });
    }
    this.#beatAt = at;
  }

  #checkOverdue(story: Story, at: Instant): void {
    const { link, helloAt, interval } = story;
    if (helloAt === undefined) return;
    if (at > this.#atTheLatest((this.#beatAt ?? helloAt) + interval) && !throttled(story, at)) {
      this.#tell(story, {
        rule: "heartbeat_missing",
        message: `no heartbeat was sent on link ${link} since ${this.#beatAt}`,
      });
    }
    if (this.#asked > 0 && at > this.#askedAt && !throttled(story, at)) {
      this.#tell(story, {
        rule: "heartbeat_request",
        message: `a heartbeat was asked for on link ${link} at ${this.#askedAt}, in vain`,
      });
    }
    if (at > this.#atTheLatest(this.#unansweredSince + 2 * interval)) {
      this.#tell(story, {
        rule: "zombie",
        message: `link ${link} is held though nothing is acknowledged since ${this.#unansweredSince}`,
      });
    }
  }

  /** When what is due at a time must be done. */
  #atTheLatest(due: Instant): Instant {
    // It was due before the process was found to have stood still.
    const excused = due < this.#stalledAt + BACKLOG ? this.#stalledAt + BACKLOG : due;
    return excused + this.#slack;
  }

  /** Says it once for each link. */
  #tell(story: Story, violation: Violation): void {
    const key = violation.message.replace(/\d+/g, "");
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#violations.push(...labelled(story.label, [violation]));
  }
}

/** Whether even a heartbeat had to wait: the client counts a second more than a minute, for what is under way. */
function throttled({ sent }: Story, at: Instant): boolean {
  return at - (sent[sent.length - SENDS] ?? -Infinity) <= MINUTE + 1_000 + SLACK;
}
