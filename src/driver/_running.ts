import { CommandError, OptionError } from "../protocol/errors.ts";
import type {
  Action,
  AskFailed,
  CloseInfo,
  Data,
  Instant,
  OpenInfo,
  Outcome,
  PermitAnswer,
  Protocol,
  ShutdownMode,
} from "../protocol/protocol.ts";
import { shownUrl } from "../protocol/data/quote.ts";
import { type Asker, Asks, kindOf, nameOf, type Waiting } from "./_asks.ts";
import { HealthTracker } from "./health/_health_tracker.ts";
import { Attached, Links, type Listener } from "./_links.ts";
import { Tickets } from "./_tickets.ts";
import { toError } from "./_to_error.ts";
import type { DriverOptions, Runnable, WallSpan } from "./driver.ts";
import type { Host, Observation } from "./host.ts";
import type { Dial, Link, LinkEvents } from "../protocol/link.ts";
import { WallTimes } from "./clock/_wall_times.ts";

/** A timer that wakes so much later than it should says that the whole process stood still, in milliseconds. */
const LATE = 1_000;
/** As often it is looked whether it did while there are links, in milliseconds: a core may have nothing due for long. */
const WATCH = 5_000;
/**
 * After that nothing must have come for so long before what is due counts, in milliseconds: an answer to what could
 * only then be sent is there by then, too.
 */
const QUIET = 250;
/** But what is due waits no longer than this, in milliseconds. */
const LONGEST_BACKLOG = 1_000;
/** A link that is behind holds up what is due only as long as it tells something so often, in milliseconds. */
const STUCK = 10_000;

// A plain `Omit` would merge the members of the union.
type Unstamped<T> = T extends unknown ? Omit<T, "label" | "at"> : never;

/** What a driver does; its links and asks tell it what they bring, which is nobody else's to call. */
export class Running<Command, Event extends { readonly kind: string }, Ask, Answer>
  implements Listener, Asker<Answer> {
  readonly health: HealthTracker = new HealthTracker();
  readonly #driver: Runnable;
  readonly #core: Protocol<Command, Event, Ask, Answer>;
  readonly #host: Host;
  readonly #dialWith: Dial;
  readonly #label: string;
  readonly #deliverTo: DriverOptions<Event, Ask, Answer>["deliver"];
  readonly #endedTo: DriverOptions<Event, Ask, Answer>["ended"];
  readonly #askFailedTo: DriverOptions<Event, Ask, Answer>["askFailed"];
  /** Whether to make an observation of what happens for every message. */
  readonly #observed: boolean;
  readonly #links = new Links();
  readonly #asks: Asks<Ask, Answer>;
  /** Made with the first command: of many shards, most are given none. */
  #tickets: Tickets | undefined = undefined;
  #lastAccepted = 0;
  #started = false;
  #draining = false;
  #ended = false;
  /** What the clock said last. */
  #time: Instant = -Infinity;
  readonly #wallTimes = new WallTimes();
  #timerAt: Instant = Infinity;
  #undoTimer: () => void = nothing;
  /** Until when what is due waits for what has arrived before; undefined: it does not. */
  #backlogUntil: Instant | undefined = undefined;
  /** When something last came. */
  #fedAt: Instant = -Infinity;

  constructor(
    core: Protocol<Command, Event, Ask, Answer>,
    options: DriverOptions<Event, Ask, Answer>,
    driver: Runnable,
  ) {
    this.#driver = driver;
    const { host, label, permits = host.permits, deliver, ended, answer, answerWithin = 10_000 } = options;
    this.#core = core;
    this.#host = host;
    this.#dialWith = options.dial ?? host.dial;
    this.#label = label;
    this.#deliverTo = deliver;
    this.#endedTo = ended;
    this.#observed = host.observe !== undefined;
    this.#askFailedTo = options.askFailed;
    this.#asks = new Asks({ host, permits, answerBy: answer, answerWithin }, this);
  }

  get ended(): boolean {
    return this.#ended;
  }

  get waiting(): readonly Waiting[] {
    return this.#asks.waiting;
  }

  start(): void {
    this.#started = true;
    const now = this.#now();
    this.health.began(now);
    this.#core.start(now);
    this.#drain();
  }

  shutdown(mode: ShutdownMode): void {
    if (this.#ended) return;
    this.#core.shutdown(mode, this.#now());
    this.#drain();
  }

  wallTime(at: Instant): number {
    return this.#wallTimes.at(at, this.#host.clock);
  }

  wallSpan(from: Instant, to: Instant): WallSpan {
    return { from: this.wallTime(from), to: this.#wallTimes.latestAt(to, this.#host.clock) };
  }

  command(
    command: Command,
    signal: AbortSignal | undefined,
    read: (value: unknown) => unknown = (value) => value,
  ): Promise<unknown> {
    if (this.#ended) throw new CommandError("closed", "Cannot send a command: the session has ended");
    if (!this.#started) {
      throw new CommandError(
        "invalid_command",
        "Cannot send a command: there is no connection; call connect() first",
      );
    }
    this.#tickets ??= new Tickets();
    const settled = this.#tickets.open({
      give: (ticket) => this.#core.command(command, ticket, this.#now()),
      cancel: (ticket) => {
        this.#core.cancel(ticket, this.#now());
        this.#drain();
      },
      settled: (outcome) => this.#tellSettled(command, outcome),
      signal,
      read,
    });
    this.#drain();
    return settled;
  }

  accept(info: OpenInfo, attach: (events: LinkEvents) => Link): number {
    const id = --this.#lastAccepted;
    if (this.#ended) {
      attach({ opened() {}, receive() {}, receiveBatch() {}, closed() {} }).abort();
      return id;
    }
    this.#attach(id, attach);
    this.#observe({ kind: "opened", link: id, info });
    this.#core.opened(id, info, this.#now());
    this.#drain();
    return id;
  }

  opened(id: number, info: OpenInfo): void {
    const now = this.#fedAt = this.#now();
    if (this.#observed) {
      this.#observe({ kind: "opened", link: id, info: { ...info, url: shownUrl(info.url) } });
    }
    this.#core.opened(id, info, now);
    this.#drain();
  }

  received(id: number, data: Data, together: boolean): void {
    // What came at the same time needs no look at the clock, which on Deno costs as much as all else here.
    const now = this.health.heardAt = this.#fedAt = together ? this.#time : this.#glance();
    if (this.#observed) {
      const shown = this.#core.shown === undefined ? data : this.#core.shown(id, data);
      this.#observe({ kind: "received", link: id, data: shown });
    }
    this.#core.receive(id, data, now);
    this.#drain();
  }

  closed(id: number, info: CloseInfo): void {
    this.#forget(id);
    const now = this.#fedAt = this.#now();
    this.#observe({ kind: "closed", link: id, info });
    if (info.mistake !== undefined) return this.#finish(info.mistake);
    this.#core.closed(id, info, now);
    this.#drain();
  }

  answered(id: number, answer: Answer | PermitAnswer | AskFailed): void {
    const now = this.#fedAt = this.#now();
    this.#observe({ kind: "answered", id, answer: kindOf(answer) });
    this.#core.answered(id, answer, now);
    this.#drain();
  }

  askFailed(error: Error): void {
    this.#askFailedTo?.(error);
  }

  stillWaiting(id: number, waiting: Waiting): void {
    this.#observe({ kind: "waiting", id, ...waiting });
  }

  /**
   * Performs actions and delivers events until there are none. Inputs that arrive meanwhile (a handler
   * sends a command, a runtime closes within `close()`) go to the core at once and are drained here.
   */
  #drain(): void {
    if (this.#draining || this.#ended) return;
    this.#draining = true;
    try {
      for (let output = this.#core.poll(); output !== undefined; output = this.#core.poll()) {
        if (output.kind === "event") this.#deliver(output.event);
        else this.#perform(output);
        if (this.#ended) return;
      }
      this.#arm();
    } catch (error) {
      // A core that throws is broken, and so is what it would do next.
      this.#finish(toError(error));
    } finally {
      this.#draining = false;
    }
  }

  #deliver(event: Event): void {
    this.health.told(event, this.#time);
    if (this.#observed) this.#observe({ kind: "event", event: event.kind });
    try {
      this.#deliverTo(event, this.#driver);
    } catch (error) {
      this.#observe({ kind: "error", error });
    }
  }

  /** Sets the timer only for an earlier deadline: to wake too early is cheap, to set a timer is not. */
  #arm(): void {
    // What a core finds due that was due before is not late: it was not known, and nobody could be woken.
    const due = Math.max(this.#core.deadline(), this.#time);
    const at = Math.min(due, this.#links.isEmpty ? Infinity : this.#time + WATCH);
    if (at < this.#timerAt && this.#backlogUntil === undefined) this.#setTimer(at);
  }

  #setTimer(at: Instant): void {
    this.#undoTimer();
    this.#timerAt = at;
    this.#undoTimer = this.#host.clock.setTimer(at, this.#wake);
  }

  readonly #wake = (): void => {
    if (this.#ended) return;
    const timer = this.#undoTimer;
    const now = this.#now();
    // It was found just now that the process stood still, or there may be more to read.
    if (this.#undoTimer !== timer || this.#reads(now)) return;
    this.#backlogUntil = undefined;
    this.#timerAt = Infinity;
    if (this.#core.deadline() <= now) this.#core.tick(now);
    this.#drain();
  };

  /** The process stood still some time since then, and woke late, or its clock stood, by so many milliseconds. */
  #stalled(since: Instant, now: Instant, late: number, stood: number): void {
    this.#observe({ kind: "stalled", since, ms: Math.max(late, stood) });
    this.#core.stalled?.(since, now, Math.max(0, stood));
    this.#backlogUntil ??= now + LONGEST_BACKLOG;
    this.#fedAt = now;
    // A handler that blocks at each line of the backlog does not put off what is due for ever.
    if (!this.#reads(now)) this.#timerAt = now;
  }

  /** Puts off what is due while there may be more to read of what came before. */
  #reads(now: Instant): boolean {
    const behind = this.#links.areBehind && now < this.#fedAt + STUCK;
    if (behind) this.#backlogUntil = now + QUIET;
    if (this.#backlogUntil === undefined) return false;
    const until = behind ? this.#backlogUntil : Math.min(this.#fedAt + QUIET, this.#backlogUntil);
    if (now >= until) return false;
    this.#setTimer(until);
    return true;
  }

  #perform(action: Action<Ask>): void {
    switch (action.kind) {
      case "send":
        if (this.#observed) {
          this.#observe({
            kind: "sent",
            link: action.link,
            data: action.secret ? action.shown : action.data,
          });
        }
        this.#links.get(action.link)?.link?.send(action.data);
        break;
      case "dial":
        this.#dial(action);
        break;
      case "close":
        this.#observe(action);
        this.#links.get(action.link)?.link?.close(action.code, action.reason);
        break;
      case "abort":
        this.#observe(action);
        this.#drop(action.link);
        break;
      case "ask":
        this.#observe({ kind: "ask", id: action.id, ask: nameOf(action.ask) });
        this.#asks.ask(action.id, action.ask);
        break;
      case "release":
        this.#observe({ kind: "released", id: action.id, used: action.used });
        this.#asks.release(action.id, action.used);
        break;
      case "settle":
        this.#settle(action.ticket, action.outcome);
        break;
      case "end":
        this.#finish(action.error);
        break;
    }
  }

  #dial(action: Action<Ask> & { kind: "dial" }): void {
    const { link: id, url, protocols, maxMessage } = action;
    this.#observe({ kind: "dial", link: id, url: shownUrl(url) });
    try {
      const request = { url, ...(protocols && { protocols }), ...(maxMessage && { maxMessage }) };
      this.#attach(id, (events) => this.#dialWith(request, events));
    } catch (error) {
      // A mistake of the caller's, which no other attempt would mend.
      if (error instanceof OptionError) return this.#finish(error);
      const reason = error instanceof Error ? error.message : String(error);
      this.closed(id, { code: 0, reason, clean: false, cause: "unknown" });
    }
  }

  /** Opens a link and lets its callbacks through for as long as the core has not dropped it. */
  #attach(id: number, open: (events: LinkEvents) => Link): void {
    // A transport may call back before it has returned the link.
    const attached = new Attached(id, this);
    this.#links.add(attached);
    const link = open(attached);
    if (attached.live) attached.link = link;
    else link.abort();
  }

  #drop(id: number): void {
    this.#forget(id)?.abort();
  }

  /** Nothing of the link is heard any more. */
  #forget(id: number): Link | undefined {
    const attached = this.#links.get(id);
    if (attached === undefined) return undefined;
    this.#links.remove(id);
    attached.live = false;
    return attached.link;
  }

  /** Looks at the clocks, and finds out whether the process stood still. */
  #now(): Instant {
    const { clock } = this.#host;
    const now = this.#time = clock.now();
    const since = this.#wallTimes.lookedAt;
    const jump = this.#wallTimes.look(clock, now);
    const late = now - this.#timerAt;
    if (Math.max(late, jump) > LATE) this.#stalled(since, now, late, jump);
    return now;
  }

  /** The same, but looks at the wall clock once a second at most. */
  #glance(): Instant {
    const now = this.#host.clock.now();
    if (now - this.#wallTimes.lookedAt > LATE || now - this.#timerAt > LATE) return this.#now();
    return this.#time = now;
  }

  #settle(ticket: number, outcome: Outcome): void {
    this.#observe({ kind: "settled", ticket, outcome: outcome.kind });
    if (outcome.kind === "lost") this.health.lost++;
    this.#tickets?.settle(ticket, outcome);
  }

  #tellSettled(command: Command, outcome: Outcome["kind"]): void {
    try {
      this.#host.settled?.(command, outcome, this.#label);
    } catch {
      // As an observer.
    }
  }

  /** Lets go of everything; the core has ended. */
  #finish(error: Error | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.health.ended(this.#time, error);
    this.#undoTimer();
    for (const id of this.#links.ids) this.#drop(id);
    this.#asks.end();
    for (const ticket of this.#tickets?.unsettled ?? []) {
      const closed = new CommandError("closed", "The session ended before the command was done");
      this.#settle(ticket, { kind: "failed", error: closed });
    }
    this.#observe({ kind: "end", error });
    this.#endedTo?.(error, this.#driver);
  }

  #observe(observation: Unstamped<Observation>): void {
    const { observe, clock } = this.#host;
    if (observe === undefined) return;
    try {
      observe({ ...observation, label: this.#label, at: clock.now() });
    } catch {
      // An observer must not change what it observes.
    }
  }
}

function nothing(): void {}
