import type { ClientEvent, CommandName, EventOf, UndeliveredEvent } from "./client_event.ts";
import { CommandError, ConnectionError } from "../../protocol/errors.ts";
import type { ConnectFailure } from "../../protocol/connection/connect_error.ts";
import type { Protocol, ShutdownMode } from "../../protocol/protocol.ts";
import { quote, shownUrl } from "../../protocol/data/quote.ts";
import { Driver, type Runnable } from "../driver.ts";
import { ClientHealth } from "../health/_client_health.ts";
import type { Health, HealthOptions, Vitals } from "../health/health.ts";
import type { Host } from "../host.ts";
import { toError } from "../_to_error.ts";
import { Commands } from "./_commands.ts";
import { Consumers } from "./_consumers.ts";
import type { Handler } from "./_handlers.ts";
import { clientKinds, inWallTime, isReconnecting } from "./_known_events.ts";
import { NotedPromise } from "./_noted_promise.ts";
import { isThenable } from "./_thenable.ts";
import { Unheard } from "./_unheard.ts";
import type {
  AttachOptions,
  ClientOptions,
  CloseOptions,
  Delivery,
  HandlerOptions,
  WaitOptions,
} from "./client_options.ts";
import { withResolvers } from "../../with_resolvers.ts";

export type * from "./client_options.ts";

const CLOSE_WITHIN = 3_000;

/**
 * The shape all clients share: made, listened to, connected, closed. Handlers with `on`, one event with `wait`, all
 * of them with `for await`, one's own with `trigger`. A protocol's client is this with its cores attached.
 *
 * Handlers are called as events come, so that those which are added before `connect()` miss nothing. An iterator
 * that is taken before `connect()`, or in the task in which it resolves, gets everything from the first event on,
 * as much as `mailbox` allows.
 *
 * Nothing fails unheard. An end with an error that nobody awaits (`connect()`, `closed`, `wait`, an iterator) or listens
 * for (`error`, `closed`) is an uncaught error of the platform. What the client survives is an `error` event, and a
 * command that failed and was left alone an `undelivered` one; without a handler for it, that is printed, see `strict`.
 * What an `error` handler throws is an uncaught error, too.
 *
 * @typeParam Event The protocol's events.
 */
export abstract class Client<Event extends { readonly kind: string }>
  implements AsyncIterable<Event | ClientEvent>, AsyncDisposable {
  /** Everything outside. */
  protected readonly host: Host;
  readonly #label: string;
  readonly #kinds: readonly string[] | undefined;
  readonly #consumers: Consumers<Event>;
  readonly #signal: AbortSignal | undefined;
  readonly #drivers = new Set<Runnable>();
  readonly #ready = withResolvers<void>();
  readonly #done = withResolvers<void>();
  readonly #closed: NotedPromise<void> = NotedPromise.of(() => this.#done.promise);
  readonly #unheard: Unheard;
  /** Promises that an end with an error rejects. */
  readonly #awaited = new Set<NotedPromise<unknown>>();
  readonly #commands: Commands;
  /** Aborted once the client is to end, for what its beginning waits for. */
  readonly #leaving = new AbortController();
  #connecting: NotedPromise<this> | undefined;
  #begun = false;
  /** The drivers whose cores have not told yet that they are ready. */
  readonly #unready = new Set<Runnable>();
  /** Each of its sessions has stood. */
  #stood = false;
  /** The user has closed it. */
  #closing = false;
  /** Nothing is told any more but what becomes of commands. */
  #ending = false;
  #ended = false;
  /** What went wrong last on the way to a session. */
  #lastFailure: Pick<ConnectFailure, "url" | "reason"> | undefined;
  #error: Error | undefined;
  /** What has ended some of its cores, which it has survived. */
  #survived: Error | undefined;
  readonly #health = new ClientHealth();

  /**
   * Takes the outside and the options; a subclass then attaches its cores. Where all other events have the names of the
   * wire, in upper case, `kinds` are those of its own, and nobody can listen for another. @default any kind is let through
   */
  protected constructor(host: Host, options: ClientOptions, label: string, kinds?: readonly string[]) {
    this.host = host;
    this.#kinds = kinds;
    this.#label = options.label ?? label;
    this.#consumers = new Consumers({
      capacity: options.mailbox ?? 4096,
      bytes: { most: options.mailboxBytes ?? 134_217_728, of: (event) => this.sizeOf(event) },
      call: (handler, event) => this.#call(handler, event),
    });
    this.#signal = options.signal;
    this.#commands = new Commands(host.clock, (event) => this.#dispatch(event));
    this.#unheard = new Unheard(host, this.#label, options.strict ?? false);
    this.#ready.promise.catch(() => {});
  }

  /**
   * Connects, and resolves to this client once each of its sessions stands; to call it again gives the same promise,
   * which may be left alone. A client lives once: one that has ended connects no more.
   *
   * @throws {ConnectionError} `closed` if the client was closed before, or is meanwhile; `aborted` if the signal was,
   * with its reason as `cause`: it says what was waited for, and what went wrong last.
   * @throws the client's error if that ends first.
   */
  connect(): Promise<this> {
    return this.#connecting ??= NotedPromise.of(() => this.#connect());
  }

  /** Resolves when the client has ended as it was told to; rejects if it ended with an error. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  /**
   * Calls the handler with every event of the kind, in order, until what it returns is called or the signal is aborted.
   * Its second argument is this client, so that a handler can live where the client is not known.
   * A handler that throws, or what it returns is a promise that rejects, makes an `error` event and changes nothing
   * else.
   */
  on<Kind extends (Event | ClientEvent)["kind"]>(
    kind: Kind,
    handler: (event: EventOf<Event | ClientEvent, Kind>, client: this) => unknown,
    { signal }: HandlerOptions = {},
  ): () => void {
    return this.#listen(kind, handler, signal);
  }

  /** Calls the handler with the next event of the kind, and no other; otherwise as {@linkcode Client.on}. */
  once<Kind extends (Event | ClientEvent)["kind"]>(
    kind: Kind,
    handler: (event: EventOf<Event | ClientEvent, Kind>, client: this) => unknown,
    { signal }: HandlerOptions = {},
  ): () => void {
    const undo = this.#listen(kind, (event) => {
      undo();
      return handler(event, this);
    }, signal);
    return undo;
  }

  /**
   * Waits for the first event of a kind, or of any of several.
   *
   * @throws {CommandError} `invalid_command` if there is no kind, or no event of one, so that none could come.
   * @throws the signal's reason if it is aborted, the client's error if that ends first.
   */
  wait<Kind extends (Event | ClientEvent)["kind"]>(
    kinds: Kind | readonly Kind[],
    options: WaitOptions<EventOf<Event | ClientEvent, Kind>> = {},
  ): Promise<EventOf<Event | ClientEvent, Kind>> {
    // The handlers are of the kinds that are waited for, which a map cannot express.
    const wanted = [kinds].flat();
    return this.pending(() => {
      if (wanted.length === 0) {
        throw new CommandError("invalid_command", "Cannot wait for no event: give a kind");
      }
      for (const kind of wanted) this.checkKind(kind);
      return this.#consumers.first(wanted, options);
    }) as Promise<never>;
  }

  /**
   * Waits until an event of each of these kinds has come, in whatever order; resolves to the first of each, in
   * the order of the kinds, at once if there are none.
   *
   * @throws {CommandError} `invalid_command` if no event is of one of them.
   * @throws the signal's reason if it is aborted, the client's error if that ends first.
   */
  waitAll<const Kinds extends readonly (Event | ClientEvent)["kind"][]>(
    kinds: Kinds,
    options: WaitOptions<EventOf<Event | ClientEvent, Kinds[number]>> = {},
  ): Promise<{ -readonly [Index in keyof Kinds]: EventOf<Event | ClientEvent, Kinds[Index]> }> {
    return this.pending(() => {
      for (const kind of kinds) this.checkKind(kind);
      return Promise.all(kinds.map((kind) => this.#consumers.first([kind], options)));
    }) as Promise<never>;
  }

  /** Hands out an event as if it had come from the server. */
  trigger(event: Event): void {
    this.#dispatch(event);
  }

  /**
   * How the client is, in plain data that can be turned into JSON and holds no secrets. `ok` is by the rule that
   * {@linkcode HealthOptions} has.
   *
   * @example
   * ```ts
   * import { TwitchClient } from "@parley/parley/twitch";
   *
   * const chat = new TwitchClient({ channels: ["#forsen"] });
   * const { ok, problems } = chat.health({ deafAfter: 10 * 60_000 });
   * ok; // false
   * problems; // ["connect() was not called"]
   * ```
   */
  health(options: HealthOptions = {}): Health {
    return this.#health.report({
      clock: this.host.clock,
      ended: this.#ended,
      lagged: this.#consumers.missed,
      budgets: this.budgets(),
      vitals: new Map(this.vitals()),
    }, options);
  }

  /**
   * Closes politely and waits for the end, after which nothing of the client keeps the process. What was asked for
   * before is sent first, if that takes no longer than `within`.
   */
  async close({ resumable = false, within = CLOSE_WITHIN }: CloseOptions = {}): Promise<void> {
    this.#closing = true;
    if (within > 0 && this.#canWait) await this.#commands.ended(within);
    this.#leave(resumable ? "resumable" : "end");
    await this.#done.promise.catch(() => {});
  }

  /** Closes, at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /**
   * All events from now on, in order, with at most `mailbox` of them waiting; those before, too, until the end of the
   * task in which `connect()` resolves. Ends when the client does, with the client's error if it has one.
   */
  [Symbol.asyncIterator](): AsyncIterator<Event | ClientEvent, undefined> {
    return this.#consumers.iterate();
  }

  /**
   * The same events, each with what says that it has been dealt with: so many can be under way at a time, and what is kept
   * for another run begins before the first that is not done.
   *
   * @example Storing what was said, several at a time
   * ```ts
   * import { DiscordGateway } from "@parley/parley/discord";
   *
   * async function store(gateway: DiscordGateway, put: (key: string, text: string) => Promise<void>): Promise<void> {
   *   for await (const { event, done } of gateway.deliveries()) {
   *     if (event.kind !== "MESSAGE_CREATE") done();
   *     else put(event.data.id, event.data.content).then(done, console.error);
   *   }
   * }
   * ```
   */
  deliveries(): AsyncIterableIterator<Delivery<Event | ClientEvent>, undefined> {
    return this.#consumers.deliver();
  }

  /** Adds a core to this client, which begins it; `connect` resolves when each has told that it is ready. */
  protected attach<Command, Ask, Answer>(
    core: Protocol<Command, Event, Ask, Answer>,
    options: AttachOptions<Ask, Answer> = {},
  ): Driver<Command, Event, Ask, Answer> {
    const { answer, answerWithin, permits, dial, part } = options;
    // Only observations show a part's name.
    const named = part !== undefined && this.host.observe !== undefined;
    const driver = new Driver<Command, Event, Ask, Answer>(core, {
      host: this.host,
      ...(permits && { permits }),
      ...(dial && { dial }),
      label: named ? `${this.#label} ${part}` : this.#label,
      ...(answer && { answer }),
      ...(answerWithin !== undefined && { answerWithin }),
      askFailed: this.#askFailed,
      deliver: this.#deliver,
      ended: this.#left,
    });
    this.#drivers.add(driver);
    this.#health.watch(driver);
    this.#unready.add(driver);
    return driver;
  }

  /**
   * Asked of each event before it is handed out: true if it is not to be, or not now. @default {undefined}: all are
   */
  protected intercept: ((event: Event, driver: Runnable) => boolean) | undefined = undefined;

  /**
   * A core has ended: returns whether the client goes on without it should that have been an error, where it can:
   * all of its cores have stood, and this is not the last. @default it does not
   */
  protected partEnded(_driver: Runnable, _error: Error | undefined, _canGoOn: boolean): boolean {
    return false;
  }

  /** Whether `health` speaks of a core, and `connect` waits for it. @default of each that is attached */
  protected count(driver: Runnable, counts: boolean): void {
    if (counts) return this.#health.watch(driver);
    this.#health.forget(driver);
    this.proceed(driver);
  }

  /** Whether a core has its first session, by an event of its. @default one of kind `ready` tells so */
  protected tellsReady(event: Event): boolean {
    return event.kind === "ready";
  }

  /** An event is handed out next: what is to know of it before any consumer does. @default nothing */
  protected beforeHandOut(_event: Event | ClientEvent): void {}

  /** How many bytes an event holds of what came, about. @default 0: few, so that their number bounds them */
  protected sizeOf(_event: Event | ClientEvent): number {
    return 0;
  }

  /** What is known of the sessions of each core, for `health`. @default one without a name each */
  protected vitals(): Iterable<readonly [driver: Runnable, sessions: readonly Vitals[]]> {
    return [];
  }

  /** What is left of the limits that the sessions share, for `health`. @default nothing is known */
  protected budgets(): Readonly<Record<string, number>> {
    return {};
  }

  /** Lets `connect` wait for this core no longer. */
  protected proceed(driver: Runnable): void {
    if (!this.#unready.delete(driver) || this.#unready.size > 0) return;
    this.#stood = true;
    this.#ready.resolve();
  }

  /**
   * Begins, for `connect`: starts every core that is attached. What it throws, or rejects with, ends the client. A
   * client that has to ask somebody before it knows its cores overrides it, and waits for nothing once the signal is
   * aborted: then the client has ended.
   */
  protected begin(_signal: AbortSignal): Promise<void> | void {
    this.#begun = true;
    for (const driver of [...this.#drivers]) driver.start();
  }

  /** What `connect` is waiting for, for people. @default the session, or as many of them as are missing */
  protected get awaited(): string {
    return this.#unready.size > 1 ? `${this.#unready.size} sessions` : "the server to let us in";
  }

  /** What has gone wrong, of which no event of a core tells. */
  protected noteFailure(failure: Pick<ConnectFailure, "url" | "reason">): void {
    this.#lastFailure = failure;
  }

  /** Connecting was given up. @default closes */
  protected giveUp(): void {
    void this.close({ within: 0 });
  }

  /** What went wrong, by an event that is to be printed where nobody has a handler for it. @default nothing */
  protected failure(_event: Event): unknown {
    return undefined;
  }

  /** The client has ended, which its consumers are told next. */
  protected atEnd(): void {}

  /** Hands out an event of the client's own, one that no core gave. */
  protected emit(event: Event): void {
    this.#dispatch(event);
  }

  /** Hands out that something the client does on the side has failed, or what handles an event. */
  protected report(error: unknown, handling?: Event["kind"]): void {
    this.#dispatch({ kind: "error", error, handling });
  }

  /**
   * A promise for the user that an end with an error rejects. Whoever has taken it then hears of that; left alone, it
   * is not reported by the runtime.
   */
  protected pending<T>(run: () => T | PromiseLike<T>): Promise<T> {
    const promise = NotedPromise.of(run);
    this.#awaited.add(promise);
    const over = () => void this.#awaited.delete(promise);
    promise.settled(over, over);
    return promise;
  }

  /**
   * A promise for the user of what becomes of a command, which may be left alone: then its failure is an
   * `undelivered` event. What `run` throws, it is rejected with.
   */
  protected commanded<T>(name: CommandName, run: () => T | PromiseLike<T>): Promise<T> {
    return this.#commands.run(name, run);
  }

  /** Ends with an error, which no core has told; what the cores have is left for the next run. */
  protected fail(error: Error): void {
    this.#error ??= error;
    this.#leave("resumable");
  }

  /** Waits for the commands that are under way, as `close` does. */
  protected async settled(): Promise<void> {
    if (this.#canWait) await this.#commands.ended(CLOSE_WITHIN);
  }

  /** Whether there are commands under way that may end. As long as there is no session, nothing can be sent. */
  get #canWait(): boolean {
    return this.#stood && !this.#ending && this.#commands.underWay > 0;
  }

  /** What some consumer is not done with: each one's events come oldest first. */
  protected unfinished(): IterableIterator<Event | ClientEvent> {
    return this.#consumers.unfinished();
  }

  readonly #deliver = (event: Event, driver: Runnable): void => {
    if (isReconnecting(event)) this.#lastFailure = event;
    if (this.intercept?.(event, driver) !== true) this.#dispatch(inWallTime(event, driver));
    if (this.#unready.size > 0 && this.tellsReady(event)) this.proceed(driver);
  };

  // One for all drivers, as those around it.
  readonly #askFailed = (error: Error): void => this.report(error);

  readonly #left = (error: Error | undefined, driver: Runnable): void => {
    this.#drivers.delete(driver);
    const canGoOn = this.#stood && this.#drivers.size > 0;
    if (this.partEnded(driver, error, canGoOn) && error !== undefined && canGoOn) {
      this.#survived = error;
      return;
    }
    // Of a whole whose last part was told to end, the end is what ended the others.
    const last = this.#drivers.size === 0 && !this.#leaving.signal.aborted;
    this.#error ??= error ?? (last ? this.#survived : undefined);
    // One core that can never work again makes the whole a half: better to say so. What the others have is left
    // for the next run.
    if (error !== undefined) this.#shutdown("resumable");
    else if (this.#drivers.size === 0) this.#end();
  };

  /** The error of a `connect` whose signal was aborted. */
  #aborted(cause: unknown): ConnectionError {
    const last = this.#lastFailure;
    const went = last === undefined
      ? "nothing had gone wrong"
      : `what went wrong last, at ${quote(shownUrl(last.url), 200)}: ${last.reason}`;
    const text = `Cannot connect: the signal was aborted while waiting for ${this.awaited}; ${went}`;
    return new ConnectionError("aborted", text, { cause });
  }

  async #connect(): Promise<this> {
    const signal = this.#signal;
    this.#health.begunAt = this.host.clock.now();
    const onAbort = () => {
      this.#ready.reject(this.#aborted(signal?.reason));
      this.giveUp();
    };
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      if (!this.#leaving.signal.aborted) void this.#begin();
      await this.#ready.promise;
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
    // In a task of its own, so that whoever awaits this runs first, and can take an iterator of all that came.
    this.host.clock.setTimer(this.host.clock.now(), () => this.#consumers.keepNoMore());
    return this;
  }

  async #begin(): Promise<void> {
    try {
      await this.begin(this.#leaving.signal);
    } catch (error) {
      if (!this.#ended) this.fail(toError(error));
    }
  }

  #leave(mode: ShutdownMode): void {
    this.#leaving.abort();
    if (this.#begun) this.#shutdown(mode);
    else this.#end();
  }

  /** Ends the cores, the last of which ends the client. */
  #shutdown(mode: ShutdownMode): void {
    for (const driver of [...this.#drivers]) driver.shutdown(mode);
    if (this.#drivers.size === 0) this.#end();
  }

  /** Says what is wrong with a kind that no event has. @default by the client's own `kinds` @throws {CommandError} */
  protected checkKind(kind: string): void {
    if (/^[A-Z]/.test(kind) || clientKinds.includes(kind) || (this.#kinds?.includes(kind) ?? true)) return;
    throw new CommandError("invalid_command", `Cannot listen to "${kind}": no event is called so`);
  }

  #listen(kind: string, handler: Handler, signal: AbortSignal | undefined): () => void {
    this.checkKind(kind);
    if (typeof handler !== "function") {
      const why = `give a function, not ${typeof handler}`;
      throw new CommandError("invalid_command", `Cannot listen to "${kind}": ${why}`);
    }
    return this.#consumers.listen(kind, handler, signal, !clientKinds.includes(kind));
  }

  #dispatch(event: Event | ClientEvent): void {
    this.host.told?.(event, this.#label);
    this.beforeHandOut(event);
    if (!this.#handOut(event)) this.#missed(event);
  }

  /** Hands an event to whoever wants it; false if there is no handler for it. */
  #handOut(event: Event | ClientEvent): boolean {
    if (event.kind === "error" && "error" in event) this.#health.failed(event.error, this.host.clock.now());
    return this.#consumers.handOut(event);
  }

  /** Nobody has a handler for it; most loops look at other kinds. */
  #missed(event: Event | ClientEvent): void {
    if (!isOwn(event)) {
      const error = this.failure(event);
      if (error !== undefined) this.#unheard.survived(`"${event.kind}"`, error);
      return;
    }
    if (event.kind === "undelivered") return this.#unheard.survived(wordsOf(event), event.reason);
    if (event.kind !== "error") return;
    const what = event.handling === undefined
      ? "something failed on the side"
      : `a handler of "${event.handling}" failed`;
    this.#unheard.survived(what, event.error);
  }

  #call(handler: Handler, event: Event | ClientEvent): void {
    try {
      // `on` ties each handler to events of its kind, which a map cannot express.
      const result = handler(event as never, this as never);
      if (isThenable(result)) Promise.resolve(result).catch((error) => this.#failed(error, event));
    } catch (error) {
      this.#failed(error, event);
    }
  }

  #failed(error: unknown, event: Event | ClientEvent): void {
    if (event.kind !== "error") return this.#dispatch({ kind: "error", error, handling: event.kind });
    // An `error` handler that throws would be called again for ever.
    this.host.observe?.({ kind: "error", error, label: this.#label, at: this.host.clock.now() });
    this.#unheard.fatal(error);
  }

  #end(): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#drivers.clear();
    // What the end has settled is told before it, once it is known who has taken it.
    if (!this.#commands.leftAlone) return this.#finish();
    this.host.clock.setTimer(this.host.clock.now(), () => this.#finish());
  }

  #finish(): void {
    this.#commands.decide();
    this.#ended = true;
    this.atEnd();
    const error = this.#error;
    this.#consumers.end(error);
    if (error !== undefined) this.#handOut({ kind: "error", error, handling: undefined });
    this.#handOut({ kind: "closed", error });
    if (error !== undefined) this.#die(error);
    if (error === undefined) this.#done.resolve();
    else this.#done.reject(error);
    this.#ready.reject(error ?? new ConnectionError("closed", "The client was closed before it was ready"));
    this.#consumers.tellEnd();
    this.#unheard.end();
  }

  /** The client has ended with an error: somebody has to hear of it. */
  #die(error: Error): void {
    const consumers = this.#consumers;
    if (consumers.handles("error") || consumers.handles("closed") || consumers.iterating) return;
    if (this.#closing) {
      return this.#unheard.survived("while it was being closed it ended with an error", error);
    }
    const rejected = [this.#closed, ...this.#awaited];
    // Whoever comes in this task is not too late.
    const { clock } = this.host;
    clock.setTimer(clock.now(), () => {
      if (!this.#stood && this.#connecting !== undefined) rejected.push(this.#connecting);
      if (!consumers.told && !rejected.some(({ taken }) => taken)) this.#unheard.fatal(error);
    });
  }
}

/** An event of the client's own, of which no protocol has the kinds. */
function isOwn<Event extends { readonly kind: string }>(event: Event | ClientEvent): event is ClientEvent {
  return clientKinds.includes(event.kind);
}

function wordsOf({ command, target, outcome }: UndeliveredEvent): string {
  return `${command}()${target === undefined ? "" : ` for ${quote(target)}`} was left alone, and ${
    WORDS[outcome]
  }`;
}

const WORDS: Readonly<Record<UndeliveredEvent["outcome"], string>> = {
  failed: "failed",
  lost: "nobody can know whether it took effect",
  cancelled: "was taken back before it was sent",
};
