import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Job, Told } from "./_simulate_worker.ts";

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
    const over = () => {
      worker.off("message", onMessage);
      worker.off("error", onError);
    };
    const onError = (error: unknown) => {
      over();
      reject(error);
    };
    const onMessage = (told: Told) => {
      if (told.kind === "ran") return ran();
      over();
      if (told.kind === "done") resolve(told);
      else reject(new Error(`The world "${job.world}" could not be run: ${told.error}`));
    };
    worker.on("message", onMessage);
    worker.on("error", onError);
    worker.postMessage(job);
  });
}
