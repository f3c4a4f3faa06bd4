import { type Clock, sleepUntil } from "@parley/parley/driver";
import type { Instant } from "@parley/parley/protocol";

/** What goes wrong with something that a client is given. */
export type PartTrouble =
  /** Every call rejects. */
  | "throw"
  /** No call settles, unless a signal given to it is aborted. */
  | "hang"
  /** A call brings what the same one brought last when all was well. */
  | "stale";

/** What goes wrong with stores, permits and providers, by the names they were given. */
export class Unreliables {
  readonly #clock: Clock;
  #windows: { readonly name: string; readonly until: Instant; readonly trouble: PartTrouble }[] = [];

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
      switch (this.#now(name)) {
        case "throw":
          return Promise.reject(new Error(`Cannot use "${name}": it is out of order in this world`));
        case "hang":
          return sleepUntil(this.#clock, Infinity, args.find((arg) => arg instanceof AbortSignal));
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

  #now(name: string): PartTrouble | undefined {
    const now = this.#clock.now();
    this.#windows = this.#windows.filter(({ until }) => until > now);
    return this.#windows.find((window) => window.name === name)?.trouble;
  }
}
