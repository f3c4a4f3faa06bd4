import { mock } from "node:test";

const NAMES = [
  "setTimeout",
  "setInterval",
  "setImmediate",
  "clearTimeout",
  "clearInterval",
  "clearImmediate",
] as const;

/** Mocks timers as `node:test` does; returns what puts the real ones back, which Deno's does not for who comes next. */
export function mockTimers(apis: readonly ("setTimeout" | "setInterval" | "setImmediate")[]): () => void {
  const real = NAMES.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
  mock.timers.enable({ apis: [...apis] });
  return () => {
    mock.timers.reset();
    for (const [name, property] of real) if (property) Object.defineProperty(globalThis, name, property);
  };
}
