import { type Clock, sleepUntil } from "../../../driver/clock/clock.ts";
import type { Instant } from "../../../protocol/protocol.ts";
import { RateLog } from "../../../protocol/core/rate_log.ts";
import { type HeaderReader, type RateLimit, type Shape, Window } from "./_bucket.ts";
import { Sublimits } from "./_sublimits.ts";
import { DiscordRateLimitError, type RateLimitScope } from "../errors.ts";
import type { Domain, Route } from "../routes/route.ts";
import { withResolvers } from "../../../with_resolvers.ts";

/** A request's place in the line of its limit. */
export class Turn {
  readonly route: Route;
  /** The limit it counts against; another one once Discord has told which. */
  bucket: Bucket;
  /** Lets it begin. */
  begin: () => void = () => {};
  /** The window it was counted in, while it is under way. */
  counted: Window | undefined;
  /** When it was counted last. */
  sentAt: Instant = -Infinity;
  /** How long it may be under way, in milliseconds. */
  readonly timeout: number;
  /** What it sets, where some of that may have a limit of its own. */
  readonly parameters: readonly string[];
  /** When it has moved on at the latest, unless nobody is left to do so. */
  until: Instant = Infinity;

  constructor(route: Route, bucket: Bucket, timeout: number, parameters: readonly string[]) {
    this.route = route;
    this.bucket = bucket;
    this.timeout = timeout;
    this.parameters = parameters;
  }

  /** It counts no longer. */
  over(): void {
    this.counted?.done();
    this.counted = undefined;
  }
}

/** One limit, and the line before it. */
class Bucket {
  readonly group: string;
  readonly owner: string;
  window: Window;
  /** Whose turn it is: in a line one, and more only while lines are joined. */
  readonly active: Set<Turn> = new Set();
  waiting: Turn[] = [];

  constructor(group: string, owner: string, shape: Shape | undefined) {
    this.group = group;
    this.owner = owner;
    this.window = new Window(shape);
  }

  /** Gives the next their turn. */
  advance(): void {
    if (this.active.size > 0) return;
    const next = this.waiting.shift();
    if (next === undefined) return;
    this.active.add(next);
    next.begin();
  }

  /** Forgets those that ended in the middle, as their request or object did. */
  forsake(now: Instant): void {
    for (const turn of this.active) {
      if (turn.until > now) continue;
      turn.over();
      this.active.delete(turn);
    }
  }

  isIdle(now: Instant): boolean {
    this.forsake(now);
    return this.active.size === 0 && this.waiting.length === 0 && this.window.isOver(now);
  }
}

/** A limit on everything that goes out in one name. */
interface GlobalLimit {
  /** What was sent, and what has a time to be sent at; undefined where nothing limits it but a 429. */
  readonly log: RateLog | undefined;
  until: Instant;
}

/** How many limits are kept at least before those nobody needs are looked for. */
const SWEEP = 64;
/** How late a timer may be, in milliseconds. */
const LATE = 5_000;
/** How many patterns and buckets are known at most; the oldest is forgotten first. */
const MOST_PATTERNS = 1_000;

/**
 * The limits of one bot: a line for each bucket, and the global limit on top.
 *
 * A bucket's requests go out one after the other, each when the one before is answered. That keeps their
 * order, and no limit that Discord has told is ever exceeded; to have several under way would gain little,
 * as buckets let through about as many as can follow each other.
 *
 * Which routes share a bucket, Discord tells in its answers only. Until then a route has a line of its own;
 * when it turns out to share one, its line joins the other, in order.
 *
 * What a sublimit holds back steps out of its line, so that it holds up nothing else.
 *
 * Where requests share an isolate there are no lines: what one began may end with it at any point, and whoever
 * waits for that waits for ever. What is shared there is what is known of the limits, which each waits out by
 * itself.
 */
export class RateLimits {
  readonly #clock: Clock;
  readonly #maxWait: number;
  readonly #inOrder: boolean;
  readonly #buckets = new Map<string, Bucket>();
  /** Pattern → bucket, as Discord told. */
  readonly #groups = new Map<string, string>();
  /** Bucket → what its limits have in common, whatever the top-level resource. */
  readonly #shapes = new Map<string, Shape>();
  readonly #sublimits = new Sublimits();
  readonly #globals: Readonly<Record<Domain, GlobalLimit>>;
  #sweepAt = SWEEP;

  /**
   * Takes how many requests may be sent in a second, how long one may wait, in milliseconds, and whether there are
   * lines.
   */
  constructor(clock: Clock, globalLimit: number, maxWait: number, inOrder: boolean) {
    this.#clock = clock;
    this.#maxWait = maxWait;
    this.#inOrder = inOrder;
    this.#globals = {
      bot: { log: new RateLog(globalLimit, 1_000), until: -Infinity },
      address: { log: new RateLog(globalLimit, 1_000), until: -Infinity },
      interactions: { log: undefined, until: -Infinity },
    };
  }

  /** How many buckets are kept. */
  get size(): number {
    return this.#buckets.size;
  }

  /**
   * Waits until it is a request's turn in its line, where there is one. It may be under way for `timeout`
   * milliseconds, and sets `parameters`. Whoever was given a turn must leave.
   */
  async enter(
    route: Route,
    timeout: number,
    signal: AbortSignal | undefined,
    parameters: readonly string[] = [],
  ): Promise<Turn> {
    const turn = new Turn(route, this.#bucketOf(route), timeout, parameters);
    if (this.#inOrder) await this.#queue(turn, signal);
    return turn;
  }

  /** Waits in the line of a turn's bucket. */
  #queue(turn: Turn, signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = withResolvers<void>();
    const onAbort = () => {
      const { waiting } = turn.bucket;
      waiting.splice(waiting.indexOf(turn), 1);
      reject(signal?.reason);
    };
    turn.begin = () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    turn.bucket.waiting.push(turn);
    turn.bucket.advance();
    return promise;
  }

  /** Lets the others of the line go first until a time, and waits for another turn then. */
  async #stepAside(turn: Turn, until: Instant, signal: AbortSignal | undefined): Promise<void> {
    turn.bucket.active.delete(turn);
    turn.bucket.advance();
    await sleepUntil(this.#clock, until, signal);
    turn.bucket = this.#bucketOf(turn.route);
    if (this.#inOrder) await this.#queue(turn, signal);
  }

  /**
   * Waits until all limits let the request pass, and counts it.
   *
   * @throws {DiscordRateLimitError} if that would take longer than `maxWait`.
   */
  async pass(turn: Turn, signal: AbortSignal | undefined): Promise<void> {
    const global = this.#globals[turn.route.domain];
    let slot: Instant | undefined;
    for (;;) {
      const now = this.#clock.now();
      const { bucket } = turn;
      const { window } = bucket;
      turn.until = Infinity;
      bucket.active.add(turn);
      bucket.forsake(now);
      const held = this.#sublimits.readyAt(sublimitKeyOf(turn.route), turn.parameters, now);
      if (held > now) {
        if (held - now > this.#maxWait) throw tooLong(turn, held - now, "user");
        slot = undefined;
        await this.#stepAside(turn, held, signal);
        continue;
      }
      let at = Math.max(window.readyAt(), global.until);
      if (at > now) {
        // It would come too late for its place among the requests of its second.
        slot = undefined;
      } else {
        if (slot === undefined) {
          slot = global.log?.readyAt(now) ?? now;
          if (slot - now <= this.#maxWait) global.log?.add(slot);
        }
        if (slot <= now) {
          window.take(now);
          turn.counted = window;
          turn.sentAt = now;
          if (!this.#inOrder) turn.until = now + turn.timeout + LATE;
          return;
        }
        at = slot;
      }
      if (at - now > this.#maxWait) {
        throw tooLong(turn, at - now, window.readyAt() < at ? "global" : window.scope);
      }
      if (!this.#inOrder) turn.until = at + LATE;
      await sleepUntil(this.#clock, at, signal);
    }
  }

  /** The request that passed is over; `headers` are those of its answer, if there was one. */
  answered(turn: Turn, headers?: HeaderReader): void {
    const { counted, sentAt } = turn;
    turn.over();
    if (headers === undefined) return counted?.unanswered(sentAt);
    const group = headers.get("x-ratelimit-bucket");
    if (group !== null && group !== "") this.#learn(turn.route.pattern, group);
    const { bucket } = turn;
    bucket.window.update(headers, sentAt, this.#clock.now());
    if (bucket.group === group) remember(this.#shapes, group, bucket.window.shape);
  }

  /** The request was answered with 429. */
  limited(turn: Turn, { retryAfter, scope, isForeign, isSublimit }: RateLimit): void {
    const now = this.#clock.now();
    const until = now + retryAfter;
    if (isSublimit) return this.#sublimits.hold(sublimitKeyOf(turn.route), turn.parameters, until, now);
    if (scope !== "global") return turn.bucket.window.block(until, scope);
    const hit = isForeign ? Object.values(this.#globals) : [this.#globals[turn.route.domain]];
    for (const global of hit) global.until = Math.max(global.until, until);
  }

  /** Gives the turn to the next in line. */
  leave(turn: Turn): void {
    this.answered(turn);
    turn.bucket.active.delete(turn);
    turn.bucket.advance();
  }

  /** Discord told which bucket a pattern's requests count against. */
  #learn(pattern: string, group: string): void {
    const known = this.#groups.get(pattern);
    if (known === group) return;
    remember(this.#groups, pattern, group);
    for (const from of [...this.#buckets.values()]) {
      if (from.group !== (known ?? pattern)) continue;
      if (known === undefined) this.#buckets.delete(keyOf(from.group, from.owner));
      if (from.isIdle(this.#clock.now())) continue;
      const to = this.#bucket(group, from.owner);
      // What a line of the pattern's own has learnt holds for where it goes. A bucket that others stay in
      // keeps its own.
      if (known === undefined && from.window.readyAt() > to.window.readyAt()) to.window = from.window;
      for (const turn of from.active) {
        if (turn.route.pattern !== pattern) continue;
        from.active.delete(turn);
        to.active.add(turn);
        turn.bucket = to;
        if (turn.counted === undefined || turn.counted === to.window) continue;
        turn.counted.done();
        turn.counted = to.window;
        turn.counted.join();
      }
      const stay: Turn[] = [];
      for (const turn of from.waiting) {
        if (turn.route.pattern === pattern) {
          turn.bucket = to;
          to.waiting.push(turn);
        } else stay.push(turn);
      }
      from.waiting = stay;
      from.advance();
      to.advance();
    }
  }

  #bucketOf(route: Route): Bucket {
    return this.#bucket(this.#groups.get(route.pattern) ?? route.pattern, ownerOf(route));
  }

  #bucket(group: string, owner: string): Bucket {
    const key = keyOf(group, owner);
    const known = this.#buckets.get(key);
    if (known !== undefined) return known;
    if (this.#buckets.size >= this.#sweepAt) {
      const now = this.#clock.now();
      for (const [name, bucket] of this.#buckets) if (bucket.isIdle(now)) this.#buckets.delete(name);
      this.#sweepAt = Math.max(SWEEP, 2 * this.#buckets.size);
    }
    const bucket = new Bucket(group, owner, this.#shapes.get(group));
    this.#buckets.set(key, bucket);
    return bucket;
  }
}

/** Whose limit it is: that of a top-level resource, for the bot or for its address. */
function ownerOf(route: Route): string {
  return `${route.auth ? "bot" : "address"} ${route.major}`;
}

function sublimitKeyOf(route: Route): string {
  return keyOf(route.pattern, ownerOf(route));
}

function tooLong({ route }: Turn, wait: number, scope: RateLimitScope): DiscordRateLimitError {
  return new DiscordRateLimitError(route.method, route.label, wait, scope);
}

/** Sets an entry, and forgets the oldest if there are too many. */
function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.set(key, value);
  if (map.size <= MOST_PATTERNS) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}

function keyOf(group: string, owner: string): string {
  return `${group} ${owner}`;
}
