import { type Host, type Observation, sleepUntil } from "@parley/parley/driver";
import type { Instant, OpenInfo } from "@parley/parley/protocol";
import { checkEnd } from "../world/checking/checker.ts";
import { type Fault, scheduleFaults } from "../world/faults.ts";
import type { Acceptor } from "../world/network/listen.ts";
import { originOf } from "../world/network/network.ts";
import { seededRandom } from "../world/random.ts";
import { Simulation } from "../world/simulation.ts";
import type { VirtualClock } from "../world/time/virtual_clock.ts";
import { labelled, type Violation } from "../world/checking/violation.ts";
import { closeOf, isWell } from "./bot/_bot_value.ts";
import { LOUD, WORDS, wordsOf } from "./bot/_words.ts";
import { Bot, type StartBot, type StopHow } from "./bot/bot.ts";
import {
  type BotWorldOptions,
  restartKinds,
  type RestartOptions,
  startKinds,
  type StartOptions,
  type UntilOptions,
} from "./bot_world_options.ts";
import { checkNamesAndKinds } from "@parley/parley/internal";
import { type Duration, endingMilliseconds, inWords, milliseconds } from "./time/duration.ts";
import type { Setting } from "./_setting.ts";
import { type BotFault, endOf } from "./plan.ts";
import { wrongIn } from "./_fault_needs.ts";
import { groupedBy } from "../world/checking/_grouped_by.ts";
import { Life, type Told } from "./bot/_life.ts";
import { replaceTime } from "./time/_global_time.ts";
import { IdleWatch } from "./_idle_watch.ts";
import { Transcript } from "./_transcript.ts";
import { WorldError } from "./world_error.ts";

// Any day will do, as long as it is always the same.
const BEGINS = Date.UTC(2026, 0, 1);
/** What was said last has arrived after that, in milliseconds. */
const SETTLED = 5_000;
const LONGEST_STOP: Duration = "30s";
/** How often it is looked whether a bot is well, in milliseconds. */
const LOOKS_EVERY = 1_000;

/** What a plan lets happen that only this world can do. */
type BotAct<Command> = Extract<BotFault<Command>, { readonly kind: "restart" | "server" }>;

/**
 * The world of a bot: a network in virtual time, where people are played and things go wrong when told to, and rules
 * that hold to its end. `discordWorld`, `ircWorld` and `twitchWorld` make one.
 *
 * At the end, of an `await using` block or by `close()`, the bots are closed, and everything that happened is checked:
 * nothing lost, doubled, out of order, said untruly or over a limit.
 *
 * @typeParam Command What its server can be told to do.
 */
export abstract class BotWorld<Command = never> implements AsyncDisposable {
  /** What all randomness depends on. */
  readonly seed: number;
  /** The clock and the network, with everything that can go wrong with them. */
  readonly simulation: Simulation;
  /** For how long is waited where nothing else is said. */
  readonly patience: Duration;
  protected readonly transcript: Transcript;
  /** What the clients of all bots observed, in order: each label begins with the bot's name and its life's number. */
  protected readonly observations: Observation[] = [];
  /** What the server was told of links that it accepted, by its numbers for them, and whose they were. */
  protected readonly accepted: Map<number, OpenInfo> = new Map();
  protected readonly links: WeakMap<OpenInfo, { readonly label: string; readonly link: number }> =
    new WeakMap();
  readonly #bots: Bot[] = [];
  readonly #unheard: Violation[] = [];
  readonly #served = new Set<string>();
  /** The names of bots that have dialled, or asked something by HTTP. */
  readonly #seen = new Set<string>();
  readonly #strict: boolean;
  /** Whatever lets time pass does so one after the other. */
  #driving: Promise<unknown> = Promise.resolve();
  readonly #idle = new IdleWatch(() =>
    console.error(
      `Nobody has let time pass for a while in the world of seed ${this.seed}, which is not closed: what a test asks of ` +
        "the bot itself it has to wait for by `await world.until(promise)`, and to end with `await world.close()`",
    )
  );
  #failed = false;
  /** When the first bot was up. */
  #upAt: Instant | undefined = undefined;
  /** Faults that wait for that. */
  readonly #waiting: BotFault<Command>[] = [];
  /** When the last fault is over. */
  #faultsEnd: Instant = -Infinity;
  readonly #restoreTime: () => void;
  #closed: Promise<void> | undefined = undefined;

  protected constructor(options: BotWorldOptions) {
    const { seed = 1, latency = 20, patience = "10s", begins = BEGINS, strict = true, globalTime = false } =
      options;
    if (!Number.isSafeInteger(seed)) {
      throw new RangeError(`Cannot make a world of seed ${seed}: give a whole number`);
    }
    if (!(latency >= 0 && latency < Infinity)) {
      throw new RangeError(`Cannot make a world where data travels ${latency} ms`);
    }
    endingMilliseconds(patience);
    this.seed = seed;
    this.patience = patience;
    this.#strict = strict;
    this.simulation = new Simulation({ seed, latency, begins });
    this.transcript = new Transcript(this.simulation.clock);
    this.#restoreTime = globalTime ? replaceTime(this.simulation.clock) : () => {};
  }

  /** The virtual clock: for a bot that takes one, and for timers of a test's own. */
  get clock(): VirtualClock {
    return this.simulation.clock;
  }

  /**
   * Starts a bot: calls the function with the `runtime` for its clients, waits, in virtual time, for what it gives, and
   * lets it join its channels.
   *
   * @throws what the function throws.
   * @throws {WorldError} if it takes too long.
   * @throws {TypeError} if it is no function, but what one gives, say.
   */
  async start<Value>(start: StartBot<Value>, options: StartOptions = {}): Promise<Bot<Value>> {
    if (typeof start !== "function") {
      throw new TypeError(
        "Cannot start a bot: give what starts it, (runtime) => startBot(runtime), not what that gives",
      );
    }
    checkNamesAndKinds<StartOptions>("start a bot", options, startKinds);
    const { name = this.#nextName(), within = "2min", settle = "1s" } = options;
    if (this.#closed !== undefined) throw new Error(`Cannot start "${name}": the world is closed`);
    if (this.#bots.some((bot) => bot.name === name)) {
      throw new RangeError(`Cannot start "${name}": a bot of this world has that name`);
    }
    const bot = new Bot(name, start);
    this.#bots.push(bot);
    await this.#led(`The bot "${name}" did not start`, this.#begin(bot), within);
    if (this.#upAt === undefined) {
      this.#upAt = this.clock.now();
      this.#happen(this.#waiting.splice(0), this.#upAt);
    }
    await this.run(settle);
    return bot;
  }

  /** Ends a bot's process, unless it has ended. */
  async stop(bot: Bot, how: StopHow = "asked"): Promise<void> {
    this.#checkOwn("stop it", bot);
    checkHow("stop it", how);
    await this.#led(`The bot "${bot.name}" did not stop`, this.#stop(bot, how), LONGEST_STOP);
  }

  /** Ends a bot's process and starts it again by the same function; resolves once that is up. */
  async restart(bot: Bot, options: RestartOptions = {}): Promise<void> {
    this.#checkOwn("start it again", bot);
    checkNamesAndKinds<RestartOptions>("start it again", options, restartKinds);
    checkHow("start it again", options.how);
    await this.#led(`The bot "${bot.name}" did not start again`, this.#restart(bot, options), "5min");
    await this.run("1s");
  }

  /** Breaks all links of a bot, or of all bots: both ends see them lost. */
  cut(bot?: Bot): void {
    if (bot !== undefined) this.#checkOwn("cut its links", bot);
    this.note(bot?.name ?? "network", "links are cut");
    this.simulation.network.reset(scopeOf(bot));
  }

  /** Lets nothing through for so long, to a bot or to all: neither data nor dials. */
  partition(duration: Duration, bot?: Bot): void {
    if (bot !== undefined) this.#checkOwn("let nothing through to it", bot);
    this.note(bot?.name ?? "network", `nothing gets through for ${inWords(duration)}`);
    this.simulation.network.partition(scopeOf(bot), milliseconds(duration));
  }

  /** Lets a bot's process stand still for so long, as one that is stopped or asleep with its machine. */
  freeze(bot: Bot, duration: Duration): void {
    this.#checkOwn("let it stand still", bot);
    this.note(bot.name, `stands still for ${inWords(duration)}`);
    this.#mark([bot]);
    this.simulation.freeze(bot.name, milliseconds(duration));
  }

  /**
   * Lets faults happen, each so many milliseconds after the first bot is up: those of a {@linkcode property} that failed,
   * say.
   *
   * @throws {RangeError} if one is none.
   */
  schedule(faults: readonly BotFault<Command>[]): void {
    for (const [index, fault] of faults.entries()) {
      const wrong = wrongIn(fault);
      if (wrong !== undefined) throw new RangeError(`Cannot let fault ${index} happen: ${wrong}`);
    }
    if (this.#upAt === undefined) this.#waiting.push(...faults);
    else this.#happen(faults, this.#upAt);
  }

  /**
   * Lets virtual time pass until all scheduled faults are over and every bot is well again, as far as it can say so: by
   * `health()`, as clients have it.
   *
   * @throws {WorldError} if a bot is not, so long after the last fault.
   */
  async calm(within: Duration = "10min"): Promise<void> {
    // What the last of them has broken, or what somebody has just done, shows once it has arrived.
    const settled = Math.max(this.#faultsEnd, this.clock.now()) + SETTLED;
    const over = settled - this.clock.now();
    const wells = async () => {
      await sleepUntil(this.clock, settled);
      while (!this.#bots.every(isWell)) await sleepUntil(this.clock, this.clock.now() + LOOKS_EVERY);
    };
    await this.#led("The bots are not well again", wells(), over + milliseconds(within));
  }

  /** Answers HTTP requests for the scheme, host and port of an URL: other services that the bot asks. */
  serveHttp(url: string, fetch: (request: Request) => Response | Promise<Response>): void {
    this.#served.add(originOf(url));
    this.simulation.serveHttp(url, async (input, init) => await fetch(new Request(input, init)));
  }

  /** Lets virtual time pass. */
  async run(duration: Duration): Promise<void> {
    const ms = endingMilliseconds(duration);
    await this.#drive(() => this.simulation.run(ms));
  }

  /**
   * Lets virtual time pass until a promise settles, and gives what it comes to: for what a test asks of the bot itself.
   *
   * @throws what the promise rejects with.
   * @throws {WorldError} if it does not settle in time.
   */
  async until<T>(promise: Promise<T>, options: UntilOptions = {}): Promise<T> {
    if (!(promise instanceof Promise)) throw new TypeError(`Cannot wait for ${promise}: it is no promise`);
    checkNamesAndKinds<UntilOptions>("wait for a promise", options, {
      within: ["number", "string", "undefined"],
    });
    const { within = this.patience } = options;
    if (!await this.#settles(promise, within)) {
      this.fail(`Nothing settled the promise within ${inWords(within)}`);
    }
    return await promise;
  }

  /**
   * What is wrong so far: the rules that were broken. What was just sent has to have the time to arrive; at the end,
   * all of it is checked anyway.
   */
  check(): Violation[] {
    const lives = this.#bots.flatMap((bot) => Bot.livesOf(bot));
    const ends = lives.flatMap(({ label }) =>
      [...groupedBy(
        this.observations.filter((one) => one.label.startsWith(`${label} `)),
        ({ label }) => label,
      )]
        .flatMap(([label, own]) => labelled(label, checkEnd(own)))
    );
    // What is replayed to a client nobody has said here.
    const [elsewhere, here] = [
      lives.filter((life) => life.isElsewhere),
      lives.filter((life) => !life.isElsewhere),
    ];
    const observations = this.observations.filter(({ label }) =>
      !elsewhere.some((life) => label.startsWith(`${life.label} `))
    );
    return [...(this.#strict ? this.#unheard : []), ...ends, ...this.checks(here, observations)].map((
      { rule, message },
    ) => ({
      rule,
      message: this.transcript.sinceBegin(message),
    }));
  }

  /** What happened last, with virtual times, and the seed: what the message of an error shows, too. */
  get story(): string {
    return `What happened last (seed ${this.seed}):\n${this.transcript.render()}`;
  }

  /**
   * Closes the bots, lets what was sent last arrive, and checks everything. To call it again gives the same promise.
   *
   * @throws {WorldError} if a rule was broken, unless an expectation has failed before.
   */
  close(): Promise<void> {
    return this.#closed ??= this.#end();
  }

  /** Closes it, at the end of an `await using` block, and prints what was broken. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.close();
    } catch (error) {
      // Where the test has failed, too, both become a SuppressedError, of which runners show neither.
      console.error(error instanceof Error ? error.message : error);
      throw error;
    }
  }

  /** What the server may do that a bot must bear: {@linkcode property} draws from it. */
  abstract readonly troubles: readonly Command[];

  /** Lets the server do something. */
  protected abstract obey(command: Command): void;

  /** What the rules of the network say of what the bots did in these lives, as it was observed. */
  protected abstract checks(lives: readonly Life[], observations: readonly Observation[]): Violation[];

  /** Takes the links that bots dial. */
  protected abstract readonly server: Acceptor;

  /** What takes a link to this address. @default the server */
  protected reach(_url: string): Acceptor {
    return this.server;
  }

  /** Answers what bots ask by HTTP. @default nothing is there */
  protected answer(_request: Request): Promise<Response> | undefined {
    return undefined;
  }

  /** Whose a link of the server's is; undefined: nobody was told that it opened, or it is no bot's. */
  protected ownerOf(link: number): { readonly label: string; readonly link: number } | undefined {
    const info = this.accepted.get(link);
    return info && this.links.get(info);
  }

  /** A client of a bot was seen doing something. */
  protected observed(_observation: Observation): void {}

  /** A bot was told something. */
  protected told(_told: Told): void {}

  /** Notes in the transcript that somebody did something. */
  protected note(who: string, what: string): void {
    this.transcript.add(who, what);
  }

  /** Fails the test, and says what happened last. */
  protected fail(message: string): never {
    this.#failed = true;
    throw new WorldError(`${message}${this.#unseen()}\n\n${this.story}`);
  }

  /** What to say of bots of which nothing was seen: so do those look that go to the real network. */
  #unseen(): string {
    const unseen = this.#bots.filter(({ name }) => !this.#seen.has(name));
    if (unseen.length === 0) return "";
    const names = unseen.map(({ name }) => `"${name}"`).join(", ");
    return `\n\nNothing was seen of ${names} here: what starts a bot has to pass the \`runtime\` given on to each client`;
  }

  #checkOwn(task: string, bot: Bot): void {
    if (this.#bots.includes(bot)) return;
    throw new TypeError(`Cannot ${task}: that is no bot of this world, as \`world.start()\` gives one`);
  }

  /** Where people are played; the server runs on a host of this name. */
  protected setting(name: string): Setting {
    return {
      host: this.simulation.host(name),
      stage: {
        settles: (promise, within) => this.#settles(promise, within),
        run: (duration) => this.run(duration),
        fail: (message) => this.fail(message),
        patience: this.patience,
      },
      note: (who, what) => this.note(who, what),
      isOfBot: (link) => this.ownerOf(link) !== undefined,
    };
  }

  #happen(faults: readonly BotFault<Command>[], since: Instant): void {
    for (const fault of faults) this.#faultsEnd = Math.max(this.#faultsEnd, since + endOf(fault));
    const plan = faults.flatMap((fault): Fault<BotAct<Command>>[] => {
      const at = since + fault.at;
      if (fault.kind === "restart" || fault.kind === "server") return [{ kind: "act", at, act: fault }];
      if (fault.kind !== "freeze") return [{ ...fault, at }];
      return this.#bots.map((bot) => ({ ...fault, at, client: bot.name }));
    });
    for (const fault of faults) {
      this.clock.setTimer(since + fault.at, () => this.#noteFault(fault));
    }
    scheduleFaults(this.simulation, plan, (act) => {
      if (act.kind === "server") return this.obey(act.command);
      for (const bot of this.#bots) {
        this.#revive(bot, act).catch((error) => this.note(bot.name, `does not stop: ${error}`));
      }
    });
  }

  #noteFault(fault: BotFault<Command>): void {
    const { at: _, ...what } = fault;
    this.note("fault", JSON.stringify(what));
    if (fault.kind === "freeze") this.#mark(this.#bots);
  }

  /** Remembers that processes stood still. */
  #mark(bots: readonly Bot[]): void {
    for (const life of bots.flatMap((bot) => Bot.livesOf(bot))) life.stood = true;
  }

  // What bots do while somebody else lets time pass.

  async #begin<Value>(bot: Bot<Value>): Promise<void> {
    const lives = Bot.livesOf(bot);
    const number = lives.length + 1;
    const { name } = bot;
    this.note(name, number === 1 ? "is started" : "is started again");
    const machine = (parts: Partial<Host>) => {
      const random = seededRandom(this.seed, `${name} ${number}`);
      return this.#reaching(name, this.simulation.host(name, { random, ...parts }));
    };
    const life = new Life<Value>(machine, name, number, {
      observed: (observation) => this.#observed(name, observation),
      told: (told) => this.#told(name, told),
      opened: (info, link) => void this.links.set(info, link),
      unheard: (what, isMistake) => {
        this.note(name, `prints: ${what}`);
        if (isMistake) this.#unheard.push({ rule: "unheard_error", message: `${name}: ${what}` });
      },
      crashed: (what) => {
        this.note(name, `crashes: ${what}`);
        this.#unheard.push({ rule: "crashed", message: `${name}: ${what}` });
      },
    });
    lives.push(life);
    life.value = { value: await life.within(async () => await Bot.startOf(bot)(life.host)) };
    this.note(name, "is up");
  }

  async #stop(bot: Bot, how: StopHow): Promise<void> {
    const life = Bot.livesOf(bot).at(-1);
    if (life === undefined || life.dead) return;
    this.note(bot.name, WORDS[how]);
    if (how === "asked") await this.#close(life, true);
    const { network } = this.simulation;
    if (how === "gone") network.silence({ client: bot.name });
    life.end();
    // The system closes what a process had open.
    if (how !== "gone") network.reset({ client: bot.name });
  }

  async #restart(bot: Bot, { how = "asked", after = "1s" }: RestartOptions): Promise<void> {
    await this.#stop(bot, how);
    await sleepUntil(this.clock, this.clock.now() + milliseconds(after));
    await this.#begin(bot);
  }

  /** Starts a bot again, as often as it takes: what looks after it does so. */
  async #revive(bot: Bot, { how, after }: Extract<BotFault, { readonly kind: "restart" }>): Promise<void> {
    // It was ended before, and is being started again.
    if (!bot.running || Bot.livesOf(bot).at(-1)?.value === undefined) return;
    await this.#stop(bot, how);
    for (let wait = after; this.#closed === undefined; wait = 1_000) {
      await sleepUntil(this.clock, this.clock.now() + wait);
      try {
        return await this.#begin(bot);
      } catch (error) {
        this.note(bot.name, `does not start: ${error}`);
        Bot.livesOf(bot).at(-1)?.end();
      }
    }
  }

  /** Closes what the bot's function gave, as one that is asked to stop does; what cannot be closed is killed. */
  async #close(life: Life, resumable: boolean): Promise<void> {
    const closing = life.within(() => closeOf(life.value?.value, resumable));
    if (closing === undefined) life.isOver = true;
    else await Promise.race([closing, sleepUntil(this.clock, this.clock.now() + milliseconds(LONGEST_STOP))]);
  }

  /** A host for which the world's servers are wherever it looks for them. */
  #reaching(name: string, host: Host): Host {
    const serve = (url: string, add: () => void) => {
      this.#seen.add(name);
      if (this.#served.has(originOf(url))) return;
      this.#served.add(originOf(url));
      add();
    };
    return {
      ...host,
      dial: (request, events) => {
        serve(request.url, () => this.simulation.serve(request.url, this.#noting));
        return host.dial(request, events);
      },
      fetch: (input, init) => {
        serve(
          input,
          () => this.simulation.serveHttp(input, (url, init) => this.#answer(new Request(url, init))),
        );
        return host.fetch(input, init);
      },
    };
  }

  readonly #noting: Acceptor = {
    accept: (info, attach) => {
      const server = this.reach(info.url);
      const id = server.accept(info, attach);
      if (server === this.server) this.accepted.set(id, info);
      return id;
    },
  };

  #answer(request: Request): Promise<Response> {
    return this.answer(request) ??
      Promise.reject(
        new TypeError(`Nobody answers for "${originOf(request.url)}": give world.serveHttp() who does`),
      );
  }

  async #end(): Promise<void> {
    try {
      await this.run(SETTLED);
      const lives = this.#bots.flatMap((bot) => Bot.livesOf(bot)).filter((life) => !life.dead);
      const closing = Promise.all(lives.map((life) => this.#close(life, false)));
      await this.#led("The bots were not closed", closing.then(() => {}), "1min");
      await this.run(SETTLED);
      for (const life of lives) life.end({ isOver: false });
    } finally {
      this.#idle.end();
      this.#restoreTime();
    }
    if (this.#failed) return;
    const violations = this.check();
    if (violations.length === 0) return;
    const list = violations.slice(0, 10).map(({ rule, message }) => `  ${rule}: ${message}`).join("\n");
    throw new WorldError(`Rules were broken:\n${list}\n\n${this.story}`, violations);
  }

  async #settles(promise: Promise<unknown>, within: Duration): Promise<boolean> {
    const limit = endingMilliseconds(within);
    let settled = false;
    const done = () => void (settled = true);
    const ended = promise.then(done, done);
    const until = this.clock.now() + limit;
    await this.#drive(async () => {
      try {
        await this.simulation.until(ended, Math.max(0, until - this.clock.now()));
      } catch (error) {
        // That nothing settled it is for the caller to say.
        if (error instanceof Error && /^The world waits for /.test(error.message)) throw error;
      }
    });
    return settled;
  }

  /** Lets virtual time pass until something that was begun is done. */
  async #led(otherwise: string, doing: Promise<void>, within: Duration): Promise<void> {
    if (!await this.#settles(doing, within)) this.fail(`${otherwise} within ${inWords(within)}`);
    await doing;
  }

  /** Lets time pass, after all who began to do so before. */
  async #drive(pass: () => Promise<void>): Promise<void> {
    const driving = this.#driving.then(pass);
    const driven = this.#driving = driving.catch(() => {});
    this.#idle.pause();
    try {
      await driving;
    } finally {
      if (this.#driving === driven) this.#idle.begin();
    }
  }

  #nextName(): string {
    return this.#bots.length === 0 ? "bot" : `bot ${this.#bots.length + 1}`;
  }

  #observed(name: string, observation: Observation): void {
    this.observations.push(observation);
    this.observed(observation);
    const said = wordsOf(observation);
    if (said !== undefined) this.note(name, said);
  }

  #told(name: string, told: Told): void {
    const { event } = told;
    if (LOUD.has(event.kind)) this.note(name, `is told "${event.kind}"`);
    this.told(told);
  }
}

/** @throws {RangeError} if a process does not end so. */
function checkHow(task: string, how: unknown): void {
  if (how === undefined || Object.hasOwn(WORDS, String(how))) return;
  throw new RangeError(`Cannot ${task}: there is no way "${how}", but ${Object.keys(WORDS).join(", ")}`);
}

function scopeOf(bot: Bot | undefined): { readonly client?: string } {
  return bot === undefined ? {} : { client: bot.name };
}
