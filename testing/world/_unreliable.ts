import { type Clock, sleepUntil } from "@parley/parley/driver";
import type { Instant } from "@parley/parley/protocol";

/** What goes wrong with something that a client is given. */
export type PartTrouble =
  /** Every call rejects. */
  | "throw"
  /** No call settles, unless a signal given to it is aborted. */
  | "hang"
  /** No call is begun before it is over, or its signal is aborted. */
  | "slow"
  /** A call brings what the same one brought last when all was well. */
  | "stale";

/** That something goes wrong with a part, until then. */
interface Window {
  readonly name: string;
  readonly until: Instant;
  readonly trouble: PartTrouble;
}

/** What goes wrong with stores, permits and providers, by the names they were given. */
export class Unreliables {
  readonly #clock: Clock;
  #windows: Window[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  trouble(name: string, ms: number, trouble: PartTrouble): void {
    this.#windows.push({ name, until: this.#clock.now() + ms, trouble });
  }

  /** The same part, all of whose calls heed what goes wrong with it. */
  wrap<Part extends object>(name: string, part: Part): Part {
    const known = new Map<string, unknown>();
    const call = (id: string, args: readonly unknown[], through: () => unknown): unknown => {
      const key = `${id} ${JSON.stringify(args)}`;
      const window = this.#now(name);
      const signal = args.find((arg) => arg instanceof AbortSignal);
      switch (window?.trouble) {
        case "throw":
          return Promise.reject(new Error(`Cannot use "${name}": it is out of order in this world`));
        case "hang":
          return sleepUntil(this.#clock, Infinity, signal);
        case "slow":
          return sleepUntil(this.#clock, window.until, signal).then(through);
        case "stale":
          return known.has(key) ? known.get(key) : through();
        case undefined: {
          const result = through();
          known.set(key, result);
          return result;
        }
      }
    };
    return new Proxy(part, {
      get(target, key) {
        const member: unknown = Reflect.get(target, key, target);
        if (typeof member !== "function") return member;
        return (...args: unknown[]) => call(String(key), args, () => Reflect.apply(member, target, args));
      },
      apply: (target, self, args) =>
        call("", args, () => typeof target === "function" && Reflect.apply(target, self, args)),
    });
  }

  #now(name: string): Window | undefined {
    const now = this.#clock.now();
    this.#windows = this.#windows.filter(({ until }) => until > now);
    return this.#windows.find((window) => window.name === name);
  }
}
