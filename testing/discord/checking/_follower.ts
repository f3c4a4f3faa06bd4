import type { Observation } from "@parley/parley/driver";
import { isRecord, shownSession } from "@parley/parley/internal";
import type { Data, Instant } from "@parley/parley/protocol";
import type { DiscordClient, DiscordClients } from "./_history.ts";
import type { Violation } from "../../world/checking/violation.ts";

/** A session as its client knows it. */
export interface KnownSession {
  /** By its mark: observers see no more of it. */
  readonly id: string;
  /** What READY said of resuming. */
  readonly resumeUrl: string;
  /** The last sequence number received. */
  last: number;
}

/** One link of a client, as it looks from there. */
export class Story {
  readonly label: string;
  readonly link: number;
  readonly url: string;
  readonly dialledAt: Instant;
  /** What there was to resume when it was dialled. */
  readonly session: KnownSession | undefined;
  /** How many dials (nobody said HELLO), and how many RESUMEs, had led to nothing since there last was a session. */
  readonly failedDials: number;
  readonly failedResumes: number;
  openedAt: Instant | undefined = undefined;
  helloAt: Instant | undefined = undefined;
  /** The server said HELLO, or asked to come back. */
  answered = false;
  /** The interval between heartbeats in milliseconds. */
  interval = 0;
  /** When the client gave it up or lost it. */
  leftAt: Instant = Infinity;
  gone = false;
  /** The client closed it so that a session ended which could be resumed. */
  endedSession = false;
  /** A permit was asked for, so it is for a new session. */
  asked = false;
  /** IDENTIFY or RESUME was sent. */
  spoke = false;
  /** The last sequence number when it was, and when that was. */
  spokeAfter = 0;
  spokeAt: Instant = Infinity;
  ready = false;
  resumed = false;
  /** When it was the one or the other. */
  standsAt: Instant = Infinity;
  /** What is dispatched on it follows on what was received before. */
  counting = false;
  /** When something was sent. */
  readonly sent: Instant[] = [];

  constructor(
    dial: Observation & { readonly kind: "dial" },
    session: KnownSession | undefined,
    failedDials: number,
    failedResumes: number,
  ) {
    this.label = dial.label;
    this.link = dial.link;
    this.url = dial.url;
    this.dialledAt = dial.at;
    this.session = session;
    this.failedDials = failedDials;
    this.failedResumes = failedResumes;
  }
}

/** A payload as far as a checker reads it. */
export interface Frame {
  readonly op: number;
  readonly s: number | null;
  readonly t: string | null;
  readonly d: unknown;
}

// "In order to prevent broken reconnect loops, you should consider some close codes as a signal to stop."
export const fatalCodes: ReadonlySet<number> = new Set([4004, 4010, 4011, 4012, 4013, 4014]);
/** How many RESUMEs in a row have to lead to nothing before a new session may be begun. */
export const RESUMES = 3;
const endingCodes: ReadonlySet<number> = new Set([...fatalCodes, 4007, 4009]);

/**
 * Reconstructs from its observations what one client can know: its links, its session, and what is dispatched
 * to it. Kept apart from the client's own code, so that they do not share a mistake.
 */
export class Follower {
  readonly stories: Story[] = [];
  story: Story | undefined = undefined;
  session: KnownSession | undefined = undefined;
  /** A close said never to come back. */
  fatal = false;
  ended = false;
  /** What was just received, if it was a payload. */
  frame: Frame | undefined = undefined;
  /** What it did wrong about numbers that were skipped. */
  readonly mistakes: Violation[] = [];
  /** Behind which number it left a link, to be sent again what was skipped. */
  #askedBehind: string | undefined = undefined;
  /** A number was skipped; whether the client goes on behind it shows in what it tells next. */
  #hole: Frame | undefined = undefined;
  #failedDials = 0;
  #failedResumes = 0;
  readonly #received: (session: string, sequence: number, name: string | null) => void;

  /** `received` is called with each number that is to be delivered, READY's included, and its session's mark. */
  constructor(
    received: (session: string, sequence: number, name: string | null) => void = () => {},
    { resume }: DiscordClient = {},
  ) {
    this.#received = received;
    if (resume === undefined || resume.ended) return;
    this.session = { id: shownSession(resume.sessionId), resumeUrl: resume.resumeUrl, last: resume.sequence };
  }

  feed(observation: Observation): void {
    const { story } = this;
    const { at } = observation;
    switch (observation.kind) {
      case "dial":
        this.story = new Story(observation, this.session, this.#failedDials, this.#failedResumes);
        this.stories.push(this.story);
        return;
      case "end":
        this.ended = true;
        return;
      case "event":
        if (this.#hole !== undefined) this.#judgeHole(observation.event === "gap", at);
        return;
      case "ask":
        if (story !== undefined && observation.ask === "discord.identify") story.asked = true;
        return;
    }
    if (story === undefined || !("link" in observation) || observation.link !== story.link) return;
    switch (observation.kind) {
      case "opened":
        story.openedAt = at;
        return;
      case "received":
        this.frame = frameOf(observation.data ?? "");
        if (this.frame !== undefined) this.#take(story, this.frame, at);
        return;
      case "sent":
        story.sent.push(at);
        // What is secret holds the token.
        if (observation.data !== undefined) return;
        story.spoke = true;
        story.counting = !story.asked;
        story.spokeAfter = this.session?.last ?? 0;
        story.spokeAt = at;
        return;
      case "close":
        story.leftAt = Math.min(story.leftAt, at);
        // "When you close the connection to the gateway with close code 1000 or 1001, your session will be
        // invalidated."
        if (observation.code !== 1000 && observation.code !== 1001) return;
        story.endedSession = this.session !== undefined &&
          (story.ready || story.resumed || !this.#inVain(story));
        this.session = undefined;
        return;
      case "abort":
        return this.#gone(story, at);
      case "closed":
        if (story.openedAt !== undefined) {
          if (endingCodes.has(observation.info.code)) this.session = undefined;
          this.fatal ||= fatalCodes.has(observation.info.code);
        }
        return this.#gone(story, at);
    }
  }

  #gone(story: Story, at: Instant): void {
    story.leftAt = Math.min(story.leftAt, at);
    story.gone = true;
    story.counting = false;
    if (!story.answered) this.#failedDials++;
    if (!story.spoke || story.asked || story.resumed) return;
    // One that brought something was not in vain.
    this.#failedResumes = (this.session?.last ?? 0) > story.spokeAfter ? 0 : this.#failedResumes + 1;
  }

  /** Whether a session may be given up: for a link on which a new one was asked for, or after RESUMEs in vain. */
  #inVain(story: Story): boolean {
    const failed = story.spoke && (this.session?.last ?? 0) === story.spokeAfter;
    return story.asked || this.#failedResumes + (failed ? 1 : 0) >= RESUMES;
  }

  #take(story: Story, frame: Frame, at: Instant): void {
    const { op, s, t, d } = frame;
    const left = story.leftAt < Infinity;
    if (op === 10 && !left && story.helloAt === undefined && isRecord(d)) {
      story.interval = Number(d.heartbeat_interval);
      if (story.interval > 0) story.helloAt = at;
    }
    if (!left && (op === 7 || op === 9 || story.helloAt !== undefined)) story.answered = true;
    if (op === 9 && !left && d !== true) this.session = undefined;
    if (op !== 0 || s === null) return;
    if (t === "READY" && story.asked && story.spoke && !story.ready) {
      if (left || !isRecord(d) || typeof d.session_id !== "string") return;
      const id = shownSession(d.session_id);
      this.session = { id, resumeUrl: String(d.resume_gateway_url), last: s };
      story.ready = story.counting = true;
      this.#recovered(story, at);
      return this.#received(id, s, t);
    }
    const { session } = this;
    if (session === undefined || !story.counting) return;
    if (s > session.last + 1) {
      if (left) story.counting = false;
      else this.#hole = frame;
      return;
    }
    if (t === "RESUMED") {
      session.last = Math.max(session.last, s);
      // On a link that is being left it comes too late to prove anything.
      if (left) return;
      story.resumed = true;
      return this.#recovered(story, at);
    }
    if (s <= session.last) return;
    session.last = s;
    this.#received(session.id, s, t);
  }

  #recovered(story: Story, at: Instant): void {
    story.standsAt = Math.min(story.standsAt, at);
    this.#failedDials = this.#failedResumes = 0;
  }

  #judgeHole(accepted: boolean, at: Instant): void {
    const { session, story } = this;
    const { s = null, t = null } = this.#hole ?? {};
    this.#hole = undefined;
    if (story === undefined || session === undefined || s === null) return;
    const place = `${session.id} ${session.last}`;
    if (!accepted) {
      if (this.#askedBehind === place) {
        this.mistakes.push({
          rule: "hole_asked_twice",
          message: `what comes behind ${place} was asked for twice`,
        });
      }
      this.#askedBehind = place;
      story.counting = false;
      return;
    }
    // Only a replay shows that it is not to be had.
    if (story.asked || story.resumed) {
      this.mistakes.push({
        rule: "hole_not_asked",
        message: `what comes behind ${place} was not asked for again`,
      });
    }
    session.last = s;
    if (t !== "RESUMED") return this.#received(session.id, s, t);
    story.resumed = true;
    this.#recovered(story, at);
  }
}

/** Follows every client there is; returns them by label. */
export function follow(
  observations: readonly Observation[],
  clients: DiscordClients = new Map(),
  each: (follower: Follower, observation: Observation) => void = () => {},
  received: (observation: Observation, session: string, sequence: number, name: string | null) => void =
    () => {},
): Map<string, Follower> {
  const followers = new Map<string, Follower>();
  let now: Observation;
  for (const observation of observations) {
    const { label } = observation;
    let follower = followers.get(label);
    if (follower === undefined) {
      follower = new Follower(
        (session, sequence, name) => received(now, session, sequence, name),
        clients.get(label),
      );
      followers.set(label, follower);
    }
    now = observation;
    follower.feed(observation);
    each(follower, observation);
  }
  return followers;
}

// As the server writes most of what it sends: to find two fields so is ten times as fast as to parse it all.
const [NAME, NUMBER, REST] = ['{"t":"', '","s":', ',"op":0,"d":{'];

function usualFrame(data: string): Frame | undefined {
  if (!data.startsWith(NAME)) return undefined;
  const end = data.indexOf('"', NAME.length);
  const from = end + NUMBER.length;
  const to = data.indexOf(",", from);
  if (!data.startsWith(NUMBER, end) || !data.startsWith(REST, to)) return undefined;
  const t = data.slice(NAME.length, end);
  const s = Number(data.slice(from, to));
  // Of READY more is read.
  return t === "READY" || !Number.isSafeInteger(s) || s < 1 ? undefined : { op: 0, s, t, d: undefined };
}

function frameOf(data: Data): Frame | undefined {
  if (typeof data !== "string") return undefined;
  const usual = usualFrame(data);
  if (usual !== undefined) return usual;
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  const { op, s = null, t = null, d } = value;
  if (typeof op !== "number" || (op === 0 && (typeof s !== "number" || typeof t !== "string"))) {
    return undefined;
  }
  return { op, s: typeof s === "number" ? s : null, t: typeof t === "string" ? t : null, d };
}
