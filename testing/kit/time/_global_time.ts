import type { Clock } from "@parley/parley/driver";
import { clockNow } from "../bot/_life.ts";
import { timersOf, WorldTimer } from "./timers.ts";

/** True while some world's time is the program's. */
let replaced = false;

/**
 * Lets the timers and clocks of the program itself go by the clock of whichever bot uses them, or by this one; returns
 * what puts the runtime's own back.
 *
 * @throws if another world has done so and is not closed.
 */
export function replaceTime(clock: Clock): () => void {
  if (replaced) {
    throw new Error(
      "Cannot replace the timers of the program: another world has done so, which is not closed",
    );
  }
  replaced = true;
  const now = () => clockNow() ?? clock;
  const begun = clock.now();
  const { Date: RealDate, clearTimeout, clearInterval } = globalThis;
  /** Timers of the runtime's own were set before. */
  const clearing = (clear: (timer?: number) => void) => (timer: unknown) => {
    if (timer instanceof WorldTimer) timer.close();
    else Reflect.apply(clear, globalThis, [timer]);
  };
  const WorldDate = new Proxy(RealDate, {
    construct: (target, args, as) => Reflect.construct(target, args.length === 0 ? [now().wall()] : args, as),
    apply: () => String(new RealDate(now().wall())),
    get: (target, key) => key === "now" ? () => Math.trunc(now().wall()) : Reflect.get(target, key),
  });
  const undo = [
    put(
      globalThis,
      "setTimeout",
      (...args: Parameters<typeof setTimeout>) => Reflect.apply(timersOf(now()).setTimeout, undefined, args),
    ),
    put(
      globalThis,
      "setInterval",
      (...args: Parameters<typeof setInterval>) =>
        Reflect.apply(timersOf(now()).setInterval, undefined, args),
    ),
    put(globalThis, "clearTimeout", clearing(clearTimeout)),
    put(globalThis, "clearInterval", clearing(clearInterval)),
    put(globalThis, "Date", WorldDate),
    put(performance, "now", () => now().now() - begun),
    put(AbortSignal, "timeout", (ms: number) => {
      const controller = new AbortController();
      timersOf(now()).setTimeout(() => {
        controller.abort(new DOMException("The signal timed out", "TimeoutError"));
      }, ms);
      return controller.signal;
    }),
  ];
  return () => {
    if (replaced) { for (const restore of undo) restore(); }
    replaced = false;
  };
}

/** Puts something in the place of a property; returns what puts back what was there. */
function put(holder: object, name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(holder, name);
  Object.defineProperty(holder, name, { value, configurable: true, writable: true });
  return () => {
    if (before === undefined) Reflect.deleteProperty(holder, name);
    else Object.defineProperty(holder, name, before);
  };
}
