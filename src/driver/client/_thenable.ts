/** Whether there is something to wait for, which may fail: a promise, or whatever else has a `then`. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
