import { type Host, sleepUntil } from "@parley/parley/driver";
import type { RealWork } from "../time/_real_work.ts";
import { type HttpTrouble, type Network, originOf } from "./network.ts";
import type { VirtualClock } from "../time/virtual_clock.ts";

type Fetch = Host["fetch"];

/** What reads a body as a whole. */
const READERS = ["arrayBuffer", "blob", "bytes", "formData", "json", "text"] as const;

/** Answers nothing that was asked, as a captive portal or a proxy does. */
const ANOTHER_PAGE = "<!doctype html><title>Sign in to the network</title>";

/** HTTP in a world: requests and answers take their time, and are given up when their signal says so. */
export class Http {
  readonly #clock: VirtualClock;
  readonly #network: Network;
  readonly #work: RealWork;
  readonly #servers = new Map<string, Fetch>();

  constructor(clock: VirtualClock, network: Network, work: RealWork) {
    this.#clock = clock;
    this.#network = network;
    this.#work = work;
  }

  serve(url: string, fetch: Fetch): void {
    this.#servers.set(originOf(url), fetch);
  }

  async fetch(client: string, url: string, init: RequestInit = {}): Promise<Response> {
    const signal = init.signal ?? undefined;
    signal?.throwIfAborted();
    const over = this.#work.request(client);
    try {
      await this.#travel(client, url, signal);
      for (let obstacle = this.#network.obstacle(client, url); obstacle !== undefined;) {
        if (obstacle.cause !== undefined) throw refused(url);
        await sleepUntil(this.#clock, obstacle.until, signal);
        obstacle = this.#network.obstacle(client, url);
      }
      const trouble = this.#network.trouble(client, url);
      const response = await unlessAborted(this.#answer(url, init, trouble), signal);
      await this.#travel(client, url, signal);
      return this.#received(client, response, trouble, signal);
    } finally {
      over();
    }
  }

  async #answer(url: string, init: RequestInit, trouble: HttpTrouble | undefined): Promise<Response> {
    if (trouble?.kind === "status") {
      const { status, retryAfter } = trouble;
      const headers = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
      return new Response(`${status}`, { status, headers });
    }
    if (trouble?.kind === "wrong") {
      return new Response(ANOTHER_PAGE, { headers: { "content-type": "text/html" } });
    }
    const answer = this.#servers.get(originOf(url));
    if (answer === undefined) throw refused(url);
    return await this.#work.run(`the answer to "${url}"`, async () => await answer(url, init), {
      strict: false,
    });
  }

  /** What the client holds of a response: its body comes as the network lets it. */
  #received(
    client: string,
    response: Response,
    trouble: HttpTrouble | undefined,
    signal: AbortSignal | undefined,
  ): Response {
    const { status, statusText, headers } = response;
    const body = response.body && this.#body(client, response.body, trouble, signal);
    const received = new Response(body, { status, statusText, headers });
    for (const name of READERS) {
      const read: unknown = Reflect.get(received, name);
      if (typeof read !== "function") continue;
      const value = () => this.#reading(client, async () => await Reflect.apply(read, received, []));
      Object.defineProperty(received, name, { value });
    }
    return received;
  }

  #body(
    client: string,
    body: ReadableStream<Uint8Array>,
    trouble: HttpTrouble | undefined,
    signal: AbortSignal | undefined,
  ): ReadableStream<Uint8Array> {
    const reader = body.getReader();
    const due = this.#clock.now() + (trouble?.kind === "slow" ? trouble.ms : 0);
    let begun = false;
    let undo: (() => void) | undefined;
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        const onAbort = () => {
          controller.error(signal?.reason);
          reader.cancel(signal?.reason).catch(() => {});
        };
        signal?.addEventListener("abort", onAbort, { once: true });
        undo = () => signal?.removeEventListener("abort", onAbort);
      },
      pull: async (controller) => {
        if (due > this.#clock.now()) await this.#during(client, sleepUntil(this.#clock, due, signal));
        if (begun && trouble?.kind === "reset") throw new TypeError("The connection was reset");
        const { done, value } = await this.#reading(client, () => reader.read());
        begun = true;
        if (!done) return controller.enqueue(half(value, trouble));
        undo?.();
        controller.close();
      },
      cancel: (reason) => {
        undo?.();
        return reader.cancel(reason);
      },
    }, { highWaterMark: 0 });
  }

  /** A body is read, as a whole or piece by piece. */
  #reading<T>(client: string, read: () => Promise<T>): Promise<T> {
    return this.#work.run("the body of a response", read, { owner: client, strict: false });
  }

  #travel(client: string, url: string, signal: AbortSignal | undefined): Promise<void> {
    return sleepUntil(this.#clock, this.#clock.now() + this.#network.latency(client, url), signal);
  }

  /** A client waits for virtual time as it reads. */
  async #during(client: string, waiting: Promise<void>): Promise<void> {
    const over = this.#work.request(client);
    try {
      await waiting;
    } finally {
      over();
    }
  }
}

function half(bytes: Uint8Array, trouble: HttpTrouble | undefined): Uint8Array {
  return trouble?.kind === "reset" ? bytes.subarray(0, bytes.length >> 1) : bytes;
}

function refused(url: string): TypeError {
  return new TypeError(`Connection refused: "${originOf(url)}"`);
}

/** What a promise comes to, unless the signal is aborted first. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
