import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Job, Told } from "./_simulate_worker.ts";

/** A world takes less than a second, and a plan is made smaller for half a minute; all for a bug, in milliseconds. */
const LONGEST = 180_000;

/** What came of a job. */
export type Done = Extract<Told, { readonly kind: "done" }>;

/** As many workers as there are cores, which do jobs as they come. */
export class Pool {
  /** How many. */
  readonly size: number = availableParallelism();
  readonly #idle: Worker[] = [];
  readonly #waiting: ((worker: Worker) => void)[] = [];
  readonly #workers: Worker[] = [];

  /** Starts them. */
  constructor() {
    for (let count = 0; count < this.size; count++) {
      const worker = new Worker(new URL("./_simulate_worker.ts", import.meta.url));
      this.#workers.push(worker);
      this.#idle.push(worker);
    }
  }

  /** Does a job, as soon as a worker has time; `ran` is called after each of its worlds. */
  async do(job: Job, ran: () => void): Promise<Done> {
    const worker = this.#idle.shift() ??
      await new Promise<Worker>((resolve) => void this.#waiting.push(resolve));
    try {
      return await whenDone(worker, job, ran);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#idle.push(worker);
      else next(worker);
    }
  }

  /** Stops them, whatever they do. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

function whenDone(worker: Worker, job: Job, ran: () => void): Promise<Done> {
  return new Promise((resolve, reject) => {
    let next = job.from;
    const over = () => {
      clearTimeout(limit);
      worker.off("message", onMessage);
      worker.off("error", fail);
    };
    const fail = (error: unknown) => {
      over();
      reject(
        new Error(`Cannot run the world "${job.world}", seed ${next} or one behind it`, { cause: error }),
      );
    };
    const wait = () => setTimeout(() => fail(`It has not ended within ${LONGEST} ms`), LONGEST);
    let limit = wait();
    const onMessage = (told: Told) => {
      if (told.kind === "ran") {
        clearTimeout(limit);
        limit = wait();
        next = told.seed + 1;
        return ran();
      }
      if (told.kind === "failed") return fail(told.error);
      over();
      resolve(told);
    };
    worker.on("message", onMessage);
    worker.on("error", fail);
    worker.postMessage(job);
  });
}
