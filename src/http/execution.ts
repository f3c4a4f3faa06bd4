/** What an edge runtime gives along with a request; it takes work that goes on after the response. */
export interface ExecutionContext {
  /** Keeps the isolate alive for it. */
  waitUntil(work: Promise<unknown>): void;
}

/** What keeps a worker alive, if that is what came. */
export function executionOf(execution: unknown): ExecutionContext | undefined {
  return isExecution(execution) ? execution : undefined;
}

function isExecution(value: unknown): value is ExecutionContext {
  return typeof Object(value).waitUntil === "function";
}
