import type { Clock, Host, Observation } from "@parley/parley/driver";
import {
  type ErrorCode,
  type Instant,
  type OpenInfo,
  type Outcome,
  ParleyError,
} from "@parley/parley/protocol";
import { builtin } from "../../world/_builtin.ts";
import { type Killable, killable } from "./_killable.ts";

/** An event that a client of a bot was told. */
export interface Told {
  readonly event: { readonly kind: string };
  /** The client's. */
  readonly label: string;
  readonly at: Instant;
}

/** How a command has ended that a client of a bot was given. */
export interface Settled {
  readonly command: unknown;
  readonly outcome: Outcome["kind"];
  /** The client's. */
  readonly label: string;
}

/** What a world hears of its bots. */
export interface LifeEvents {
  observed(observation: Observation): void;
  told(told: Told): void;
  /** A link has opened; `info` is the object that the server was given. */
  opened(info: OpenInfo, link: { readonly label: string; readonly link: number }): void;
  /** Something went wrong that nobody listens for; `isMistake`: not because of what the world did to it. */
  unheard(what: string, isMistake: boolean): void;
  /** An error was thrown that nobody catches, which ends a process. */
  crashed(what: string): void;
}

/** One life of a bot, from the start of its process to its end. */
export class Life<Value = unknown> {
  /** Distinguishes it from others: what is observed of it begins with this. */
  readonly label: string;
  /** What its clients were told. */
  readonly told: Told[] = [];
  /** How the commands of its clients have ended. */
  readonly settled: Settled[] = [];
  /** Whether it was over before the world was: what came later is not for it. */
  isOver = false;
  /** Whether it stood still at some time. */
  stood = false;
  /** What the function that started it gave. */
  value: { readonly value: Value } | undefined = undefined;
  readonly #process: Killable;
  /** How many links its clients have dialled that this world was not asked for. */
  #dials = 0;

  /** `machine`: the world's host of this name; `number`: which life of the bot it is, from 1. */
  constructor(machine: (parts: Partial<Host>) => Host, name: string, number: number, events: LifeEvents) {
    // Else the second life of "bot" would be mistaken for the bot called "bot 2".
    this.label = `${name} ${number}:`;
    let dialled: { readonly label: string; readonly link: number } | undefined;
    const host = machine({
      observe: (observation) => {
        const labelled = { ...observation, label: `${this.label} ${observation.label}` };
        if (labelled.kind === "dial") {
          dialled = labelled;
          this.#dials++;
        }
        events.observed(labelled);
      },
      told: (event, label) => {
        const told = { event, label: `${this.label} ${label}`, at: host.clock.now() };
        this.told.push(told);
        events.told(told);
      },
      settled: (command, outcome, label) => {
        this.settled.push({ command, outcome, label: `${this.label} ${label}` });
      },
      console: { error: (...what) => events.unheard(what.map(String).join(" "), isMistake(what)) },
      uncaught: (error) => events.crashed(textOf(error)),
    });
    this.#process = killable({
      ...host,
      clock: {
        now: () => host.clock.now(),
        wall: () => host.clock.wall(),
        setTimer: (at, wake) => host.clock.setTimer(at, () => this.within(wake)),
      },
      dial: (request, to) => {
        const link = dialled;
        this.#dials--;
        return host.dial(request, {
          opened: (info) => {
            if (link !== undefined) events.opened(info, link);
            this.within(() => to.opened(info));
          },
          receive: (data) => this.within(() => to.receive(data)),
          receiveBatch: (batch) => this.within(() => to.receiveBatch(batch)),
          closed: (info) => this.within(() => to.closed(info)),
        });
      },
    });
  }

  /** Does something of the bot's, so that timers which that sets are its own. */
  within<T>(act: () => T): T {
    return clocks === undefined ? act() : clocks.run(this.host.clock, act);
  }

  /** Whether links of its are not of this world, but replayed, say. */
  get isElsewhere(): boolean {
    return this.#dials > 0;
  }

  /** What its process sees of the world. */
  get host(): Host {
    return this.#process.host;
  }

  get dead(): boolean {
    return this.#process.dead;
  }

  /** Ends it as SIGKILL does; `isOver`: and before the world ends. */
  end({ isOver = true }: { readonly isOver?: boolean } = {}): void {
    this.isOver ||= isOver;
    this.#process.die();
  }
}

// Tells whose timers of the program itself are, where they are the world's.
const Storage = builtin("node:async_hooks")?.AsyncLocalStorage;
const clocks = Storage && new Storage<Clock>();

/** The clock of the bot that is doing something now, if the runtime can tell. */
export function clockNow(): Clock | undefined {
  return clocks?.getStore();
}

/** What a bot whose links break cannot help: commands that are lost with them, or come too late. */
const HELPLESS: ReadonlySet<string> = new Set<ErrorCode>([
  "lost",
  "unconfirmed",
  "rate_limited",
  "closed",
  "timeout",
  "unreachable",
]);

function isMistake(printed: readonly unknown[]): boolean {
  return !printed.some((one) => one instanceof ParleyError && (HELPLESS.has(one.code) || isTooEarly(one)));
}

/**
 * Whether it was refused for now: such as in a channel that has just gone into slow mode, or since something that was
 * under way for long on another link came with it.
 */
function isTooEarly(error: ParleyError): boolean {
  if ("retryAfter" in error && error.retryAfter !== undefined) return true;
  return "id" in error && error.id === "msg_ratelimit";
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? String(error) : String(error);
}
