/**
 * `Promise.withResolvers`, which the oldest runtimes that parley runs on have.
 *
 * @throws {Error} on an older one, saying so.
 */
export function withResolvers<T>(): PromiseWithResolvers<T> {
  if (typeof Promise.withResolvers === "function") return Promise.withResolvers<T>();
  throw new Error(
    "Cannot run here, this runtime is too old: parley needs Deno 2.5, Bun 1.2.18, Node 22.15 or later",
  );
}
