import { nodeProcess } from "../../node_process.ts";
import { OptionError } from "../../protocol/errors.ts";

/** What parley uses of `node:worker_threads`, which Deno, Bun and Node have. */
export type WorkerThreads = typeof import("node:worker_threads");

/**
 * What starts workers.
 *
 * @throws {OptionError} if this runtime has none.
 */
export function workerThreads(): WorkerThreads {
  try {
    const threads = nodeProcess()?.getBuiltinModule("node:worker_threads");
    if (typeof threads?.Worker === "function") return threads;
  } catch {
    // It has no such module.
  }
  throw new OptionError("Cannot use workers: this runtime has none; Deno, Bun and Node do");
}
