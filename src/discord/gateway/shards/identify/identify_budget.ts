import { type Clock, sleepUntil } from "../../../../driver/clock/clock.ts";
import { ParleyError } from "../../../../protocol/errors.ts";
import type { Permit } from "../../../../protocol/permit.ts";
import type { Instant } from "../../../../protocol/protocol.ts";
import { Contention } from "./contention.ts";

const DAY = 86_400_000;
// "Clients are limited to 1000 IDENTIFY calls to the websocket in a 24-hour period."
const DEFAULT_TOTAL = 1_000;
// What Discord said of the limit is believed for so long: other processes of the bot use it up, too.
const BELIEVED = 60_000;
// What was counted may turn out not to have been sent, and Discord may think again.
const ASK_AGAIN = 300_000;
// For so long what was sent on a link may be on its way.
const LONGEST_WAY = 300_000;
// An earlier run may have died before it could tell when its IDENTIFY arrived: a second for the way there.
const AFTER_RESTART = 6_000;

/** What tells what became of an IDENTIFY. */
const JUDGES: ReadonlySet<string> = new Set(["ready", "invalid_session", "reconnecting"]);

/** What Discord says of the limit on session starts. */
export interface SessionStartLimit {
  readonly total: number;
  readonly remaining: number;
  /** In milliseconds. */
  readonly reset_after: number;
}

/** The shape of the host's grants, and of its permits. */
interface Granted {
  release(used: boolean): void;
  isHeld(): boolean;
}
interface Granting {
  acquire(permit: Permit, signal?: AbortSignal): Promise<Granted>;
}

/** What a budget needs. */
export interface IdentifyBudgetParts {
  readonly permits: Granting;
  readonly clock: Clock;
  readonly random: () => number;
  /** What tells the bot from others. */
  readonly application: string;
  /** "rate_limit_key = shard_id % max_concurrency" */
  readonly concurrency: number;
  /** What Discord has said just now; undefined if it was not asked. */
  readonly limit: SessionStartLimit | undefined;
  /** Asks Discord again; undefined if it is not to be asked. May reject. */
  readonly ask: (() => Promise<SessionStartLimit>) | undefined;
  /** When earlier runs sent IDENTIFYs, by shard and by the wall clock. */
  readonly earlier: ReadonlyMap<number, readonly number[]>;
  /** Stores when IDENTIFYs were sent, before one more is. Never rejects. */
  readonly save: () => Promise<void>;
  /** Whether a shard has its session, so that Discord has counted what that took. */
  readonly isReady: (shard: number) => boolean;
  /** Told when a shard has to wait for the daily limit, and until when by the wall clock. */
  readonly waiting: (shard: number, until: number) => void;
  /** Told that others begin sessions of the bot without sharing permits; once, until nothing is felt of them. */
  readonly contended: (shard: number) => void;
}

/**
 * The limit on session starts: "upon hitting this limit, all active sessions for the app will be terminated,
 * the bot token will be reset". So the IDENTIFY that would exceed it waits, whoever asks for it: by what
 * Discord says or, while Discord cannot be asked, by our own count of the last 24 hours.
 * Those hours are the wall clock's: they go on while the machine sleeps, and from one run to the next.
 *
 * @see https://discord.com/developers/docs/events/gateway#session-start-limit-object
 */
export class IdentifyBudget {
  readonly #parts: IdentifyBudgetParts;
  /** When each shard sent IDENTIFYs in the last 24 hours, oldest first. */
  readonly #sent = new Map<number, number[]>();
  /** Until when each shard was told to wait. */
  readonly #toldOf = new Map<number, number>();
  /** When the last run last used a bucket, by the clock that is waited by. */
  readonly #earlier = new Map<number, Instant>();
  #total = DEFAULT_TOTAL;
  #remaining = Infinity;
  #resetAt = Infinity;
  #askedAt = -Infinity;
  /** Discord can be asked, and has said so when it was asked last. */
  #isTold = false;
  #asking: Promise<void> | undefined;
  /**
   * The IDENTIFYs that Discord may not have counted yet, by the clock that is waited by: nobody knows how long what was
   * sent is on its way.
   */
  readonly #unproven = new Set<{ readonly shard: number; at: Instant }>();
  /** The shards that have sent an IDENTIFY, of which Discord has said nothing yet. */
  readonly #begun = new Set<number>();
  /** What is felt of others, and until when ours wait for that, by bucket. */
  readonly #contention = new Map<number, { readonly felt: Contention; until: Instant }>();

  constructor(parts: IdentifyBudgetParts) {
    this.#parts = parts;
    const { clock } = parts;
    const now = clock.wall();
    for (const [shard, times] of parts.earlier) {
      // A clock that was put back must not make us wait for a time that never was.
      const past = times.map((at) => Math.min(at, now)).filter((at) => at > now - DAY).sort((a, b) => a - b);
      this.#sent.set(shard, past);
      for (const at of past) this.#unproven.add({ shard, at: clock.now() - (now - at) });
      const bucket = shard % parts.concurrency;
      const last = clock.now() - (now - (past.at(-1) ?? -Infinity));
      this.#earlier.set(bucket, Math.max(this.#earlier.get(bucket) ?? -Infinity, last));
    }
    if (parts.limit !== undefined) this.#told(parts.limit, clock.now());
  }

  /** When a shard sent IDENTIFYs in the last 24 hours, oldest first. */
  identifies(shard: number): readonly number[] {
    return this.#sent.get(shard) ?? [];
  }

  /** The shards that sent any in the last 24 hours. */
  get shards(): Iterable<number> {
    return this.#sent.keys();
  }

  /** When a shard sent an IDENTIFY of which Discord has said nothing yet, by the wall clock; undefined: it has not. */
  begunAt(shard: number): number | undefined {
    return this.#begun.has(shard) ? this.#sent.get(shard)?.at(-1) : undefined;
  }

  /** When the daily limit allows another IDENTIFY, by the wall clock; now if it does. */
  allowsAt(now: number): number {
    if (this.#resetAt <= now) {
      this.#remaining = this.#total;
      this.#resetAt = Infinity;
      // Who counts the last 24 hours, not those since a reset, thinks otherwise.
      this.#askedAt = -Infinity;
    }
    const byDiscord = this.#remaining > 0 ? now : this.#resetAt;
    if (this.#isTold) return byDiscord;
    const times = [...this.#sent.values()].flat().filter((at) => at > now - DAY);
    const blocking = times.sort((a, b) => a - b)[times.length - this.#total];
    return Math.max(byDiscord, blocking === undefined ? now : blocking + DAY);
  }

  /** Checks that a session may be started now. @throws {ParleyError} `rate_limited` if none may today. */
  check(): void {
    const now = this.#parts.clock.wall();
    const wait = this.allowsAt(now) - now;
    if (wait <= 0) return;
    const hours = (wait / 3_600_000).toFixed(1);
    throw new ParleyError(
      "rate_limited",
      `Cannot start a session: none of the bot's daily session starts remains; try again in ${hours} hours`,
    );
  }

  /** How many more IDENTIFYs the daily limit allows, by what is known of it. */
  left(now: number): number {
    if (this.allowsAt(now) > now) return 0;
    if (this.#isTold) return this.#remaining;
    const sent = [...this.#sent.values()].flat().filter((at) => at > now - DAY).length;
    return Math.min(this.#remaining, this.#total - sent);
  }

  /**
   * Takes what a shard tells: an IDENTIFY within the limit that Discord refuses shows that others begin sessions, too.
   * "If your app exceeds this limit, Discord will respond with an Invalid Session event."
   */
  told({ kind, shard }: { readonly kind: string; readonly shard?: number }): void {
    // Nearly every event: no shard is to be judged by it.
    if (this.#begun.size === 0) return;
    // What the new shards told until they took over, was told to nobody.
    if (kind === "resharded") this.#begun.clear();
    if (shard === undefined || !JUDGES.has(kind) || !this.#begun.delete(shard)) return;
    if (kind === "reconnecting") return;
    const { clock, concurrency, random, contended } = this.#parts;
    const bucket = shard % concurrency;
    const known = this.#contention.get(bucket);
    if (known === undefined && kind === "ready") return;
    const { felt } = known ?? { felt: new Contention(random) };
    const isNews = !felt.isFelt;
    const wait = kind === "ready" ? felt.accepted() : felt.refused();
    if (felt.isFelt) this.#contention.set(bucket, { felt, until: clock.now() + wait });
    else this.#contention.delete(bucket);
    if (isNews) contended(shard);
  }

  /**
   * The permits of one shard: the host's, and for IDENTIFY within this budget. `waiting` is told in place of the
   * budget's own if it has to wait.
   */
  permitsOf(shard: number, waiting: IdentifyBudgetParts["waiting"] = this.#parts.waiting): Granting {
    return new ShardPermits(this, shard, waiting);
  }

  /** Waits for a permit: that of an IDENTIFY as long as the daily limit wants it, others as the host grants them. */
  async acquire(
    shard: number,
    permit: Permit,
    signal: AbortSignal | undefined,
    waiting: IdentifyBudgetParts["waiting"] = this.#parts.waiting,
  ): Promise<Granted> {
    if (permit.scope !== "discord.identify") return this.#parts.permits.acquire(permit, signal);
    const { permits, clock, concurrency, application, save } = this.#parts;
    const bucket = shard % concurrency;
    for (;;) {
      const grant = await permits.acquire({ ...permit, of: { application, bucket, shard } }, signal);
      await this.#ask();
      const now = clock.wall();
      const allowedAt = this.allowsAt(now);
      const free = Math.max(
        (this.#earlier.get(bucket) ?? -Infinity) + AFTER_RESTART,
        this.#contention.get(bucket)?.until ?? -Infinity,
      );
      const wait = Math.max(allowedAt - now, free - clock.now());
      if (wait <= 0 && !signal?.aborted) {
        const granted = this.#use(shard, grant, now);
        this.#toldOf.delete(shard);
        await save();
        if (grant.isHeld()) return granted;
        // It took so long that others have it by now.
        granted.release(false);
        continue;
      }
      // Others of the bucket may give up meanwhile, or be shown that they have to wait, too.
      grant.release(false);
      // A link that dies meanwhile changes nothing of it, and Discord's clock and ours may differ a little.
      if (allowedAt > now && Math.abs(allowedAt - (this.#toldOf.get(shard) ?? -Infinity)) > BELIEVED) {
        this.#toldOf.set(shard, allowedAt);
        waiting(shard, allowedAt);
      }
      await sleepUntil(clock, clock.now() + Math.min(wait, ASK_AGAIN), signal);
    }
  }

  #use(
    shard: number,
    grant: Granted,
    now: number,
  ): Granted {
    const times = (this.#sent.get(shard) ?? []).filter((at) => at > now - DAY).concat(now);
    this.#sent.set(shard, times);
    this.#begun.add(shard);
    const index = times.length - 1;
    this.#remaining--;
    const { clock } = this.#parts;
    const identify = { shard, at: clock.now() };
    // Who cannot ask has nothing to compare it with.
    if (this.#parts.ask !== undefined) this.#unproven.add(identify);
    let released = false;
    return {
      isHeld: () => grant.isHeld(),
      release: (used) => {
        if (released) return;
        released = true;
        identify.at = clock.now();
        if (!used) {
          this.#begun.delete(shard);
          this.#unproven.delete(identify);
          this.#remaining++;
          if (times[index] === now) times.splice(index, 1);
        } else if (times[index] === now) {
          times[index] = clock.wall();
        }
        grant.release(used);
      },
    };
  }

  /** Asks Discord what remains, unless it has just said so; if it does not answer, our own count has to do. */
  async #ask(): Promise<void> {
    const { ask, clock } = this.#parts;
    const now = clock.wall();
    const asked = clock.now();
    const isFresh = Math.abs(now - this.#askedAt) < BELIEVED && now < this.#resetAt;
    if (ask === undefined || isFresh) return;
    this.#asking ??= ask().then((limit) => this.#told(limit, asked), () => {
      this.#askedAt = clock.wall();
      this.#isTold = false;
    }).finally(() => {
      this.#asking = undefined;
    });
    await this.#asking;
  }

  /** How many IDENTIFYs Discord may not have counted when it was asked. */
  #uncounted(asked: Instant): number {
    for (const identify of this.#unproven) {
      const isOld = identify.at < asked - LONGEST_WAY;
      if (isOld || this.#parts.isReady(identify.shard)) this.#unproven.delete(identify);
    }
    return this.#unproven.size;
  }

  #told(limit: SessionStartLimit, asked: Instant): void {
    const now = this.#parts.clock.wall();
    this.#askedAt = now;
    this.#isTold = this.#parts.ask !== undefined;
    this.#total = Math.max(1, limit.total);
    this.#remaining = limit.remaining - this.#uncounted(asked);
    this.#resetAt = now + Math.max(0, limit.reset_after);
  }
}

class ShardPermits implements Granting {
  readonly #budget: IdentifyBudget;
  readonly #shard: number;
  readonly #waiting: IdentifyBudgetParts["waiting"];

  constructor(budget: IdentifyBudget, shard: number, waiting: IdentifyBudgetParts["waiting"]) {
    this.#budget = budget;
    this.#shard = shard;
    this.#waiting = waiting;
  }

  acquire(permit: Permit, signal?: AbortSignal): Promise<Granted> {
    return this.#budget.acquire(this.#shard, permit, signal, this.#waiting);
  }
}
