import { Gap } from "../../../protocol/connection/gap.ts";
import { LastHeard } from "../../../protocol/connection/last_heard.ts";
import { shownUrl } from "../../../protocol/data/quote.ts";
import type { Instant } from "../../../protocol/protocol.ts";
import type { ResumePoint } from "./options.ts";

/** Which session was interrupted, and where it stood. */
interface Interrupted {
  readonly session: string;
  readonly sequence: number;
}

/** A time without a session, and which was interrupted. */
export interface Away extends Interrupted {
  readonly from: Instant;
  readonly to: Instant;
}

const NOTHING: Interrupted = { session: "", sequence: 0 };

/** RESUMEs in a row that led to nothing, after which a new session is begun. */
const MAX_FAILED_RESUMES = 3;

/**
 * The session across its links: what is needed to take it up again, where to dial for that, and what was
 * missed while there was none.
 *
 * @see https://discord.com/developers/docs/events/gateway#resuming
 */
export class Continuity {
  readonly #firstUrl: string;
  #id: string | undefined = undefined;
  #sequence = 0;
  #resumeUrl: string;
  readonly #gap = new Gap();
  /** What the gap is one of. */
  #interrupted: Interrupted = NOTHING;
  #dialFirstUrl = false;
  #failedResumes = 0;
  /** Where the session stood when the last RESUME was sent. */
  #resumedFrom = 0;
  /** A resume was tried to fill a hole in the sequence. */
  #askedAgain = false;
  /** What an earlier run has left is no more to be resumed. */
  #over = false;
  readonly #heard: LastHeard;
  #heardBefore: Instant = -Infinity;

  /** Takes the URL to connect to, and what an earlier run has left, its URL checked. */
  constructor(firstUrl: string, resume: ResumePoint | undefined) {
    this.#firstUrl = firstUrl;
    this.#resumeUrl = firstUrl;
    this.#heard = new LastHeard(resume?.at);
    if (resume === undefined) return;
    this.begin(resume.sessionId, resume.sequence, resume.resumeUrl);
    this.#over = resume.ended === true;
  }

  /** There is a process again: what an earlier run has left was interrupted, or is over. */
  start(now: Instant): void {
    if (this.#heard.at === -Infinity) this.#heard.trust(now);
    if (this.#over) this.drop();
    else this.interrupt();
  }

  /** What a later run needs: the session or, once it is over, what was missed of it and not told yet. */
  get restartPoint(): ResumePoint | undefined {
    const { from } = this.#gap;
    if (this.#id !== undefined || from === undefined) return this.resumePoint;
    const { session, sequence } = this.#interrupted;
    return { sessionId: session, sequence, resumeUrl: shownUrl(this.#resumeUrl), at: from, ended: true };
  }

  /** The session's id; undefined if there is none to take up. */
  get id(): string | undefined {
    return this.#id;
  }

  /** The last sequence number received; 0 before the first. */
  get sequence(): number {
    return this.#sequence;
  }

  /** What is needed to take the session up elsewhere. */
  get resumePoint(): ResumePoint | undefined {
    if (this.#id === undefined) return undefined;
    const at = this.#gap.from ?? this.#heard.at;
    return { sessionId: this.#id, sequence: this.#sequence, resumeUrl: shownUrl(this.#resumeUrl), at };
  }

  /** When the server was heard before it was heard last. */
  get heardBefore(): Instant {
    return this.#heardBefore;
  }

  /** The server says something. */
  heard(now: Instant): void {
    this.#heardBefore = this.#heard.at;
    this.#heard.heard(now);
  }

  /** The server has acknowledged what it was sent at `askedAt`. */
  acknowledged(askedAt: Instant, now: Instant): void {
    this.#heard.answered(askedAt, now);
  }

  /** There is a link again. */
  linked(now: Instant): void {
    this.#heard.trust(now);
  }

  /** The process stood still some time between `since` and `now`. */
  stalled(since: Instant, now: Instant): void {
    this.#heard.stalled(since, now);
  }

  /** Where to dial next. */
  get url(): string {
    return this.#id === undefined || this.#dialFirstUrl ? this.#firstUrl : this.#resumeUrl;
  }

  /** A session is there, to be taken up at that URL, or at the first if there is none that is trusted. */
  begin(id: string, sequence: number, resumeUrl: string | undefined): void {
    this.#id = id;
    this.#sequence = sequence;
    this.#failedResumes = 0;
    this.#dialFirstUrl = false;
    this.#resumeUrl = resumeUrl ?? this.#firstUrl;
  }

  /** The session is over: what was missed of it is not to be had. */
  drop(): void {
    this.interrupt();
    this.#id = undefined;
    this.#sequence = 0;
    this.#askedAgain = false;
  }

  /** The session has no link; remembers since when, and where it stands. */
  interrupt(): void {
    if (this.#id === undefined) return;
    this.#gap.begin(this.#heard.at);
    this.#interrupted = { session: this.#id, sequence: this.#sequence };
  }

  /**
   * "If you cannot reconnect or the reconnect fails, you should open a new connection using the URL from the
   * initial call." Then the other one again: either may be the one that is down.
   */
  dialFailed(): void {
    this.#dialFirstUrl = !this.#dialFirstUrl;
  }

  /** RESUME is about to be sent; returns from which sequence number. */
  resuming(): number {
    this.#resumedFrom = this.#sequence;
    return this.#sequence;
  }

  /** RESUME led to nothing. After a few of those the session is given up, so that no loop is endless. */
  resumeFailed(): void {
    // One that brought some of what was missed was not in vain.
    this.#failedResumes = this.#sequence > this.#resumedFrom ? 0 : this.#failedResumes + 1;
    if (this.#failedResumes >= MAX_FAILED_RESUMES) this.drop();
  }

  /** RESUMED has come. */
  resumed(): void {
    this.#failedResumes = 0;
    this.#dialFirstUrl = false;
    this.#askedAgain = false;
  }

  /** How a sequence number follows on what is there. */
  place(sequence: number): "next" | "repeat" | "hole" {
    return sequence <= this.#sequence ? "repeat" : sequence === this.#sequence + 1 ? "next" : "hole";
  }

  /** Everything up to this number was received. */
  advance(sequence: number): void {
    if (sequence <= this.#sequence) return;
    this.#sequence = sequence;
    // Also by a link that was given up: what it still brings, its RESUME has led to.
    this.#failedResumes = 0;
  }

  /** True the first time only: whether to ask the server to send again what a hole stands for. */
  askAgain(): boolean {
    const first = !this.#askedAgain;
    this.#askedAgain = true;
    return first;
  }

  /** A session is ready again: tells how long there was none, if there was none. */
  back(now: Instant): Away | undefined {
    const gap = this.#gap.end(now);
    return gap && { ...gap, ...this.#interrupted };
  }
}
