import { CommandError } from "../../protocol/errors.ts";
import { isCount, isRecord } from "../../protocol/data/json_value.ts";
import {
  isConflict,
  isNoBucket,
  type NatsBucketOptions,
  type NatsBuckets,
  type NatsKv,
  type NatsKvEntry,
  type NatsKvWatch,
  NO_STREAM,
  textOf,
  WRONG_LAST_SEQUENCE,
} from "../kv.ts";
import { ownerOf } from "../leases/records.ts";
import { EntryQueue } from "./entry_queue.ts";

/**
 * What takes messages to another process or worker and brings its own: a `ChildProcess` with an IPC channel and, in the
 * process that was forked, its `process`; anything else that does as they do.
 */
export interface BucketPort {
  /** Sends what JSON can say; undefined where nobody is at the other end. */
  send?(message: BucketMessage): unknown;
  /** Listens to what the other end sends, which may be for others, too; or to its end. */
  on(event: "message" | "disconnect", listener: (message: unknown) => void): unknown;
  /** Listens no more. */
  off(event: "message" | "disconnect", listener: (message: unknown) => void): unknown;
}

/** What is done with a bucket, and what it takes. */
type Request =
  | { readonly op: "open"; readonly options: NatsBucketOptions }
  | { readonly op: "get"; readonly key: string }
  | { readonly op: "create"; readonly key: string; readonly text: string }
  | { readonly op: "update"; readonly key: string; readonly text: string; readonly version: number }
  | { readonly op: "delete"; readonly key: string; readonly version: number | null }
  | { readonly op: "watch"; readonly key: string | null }
  | { readonly op: "stop" };

/** An entry, as it is sent: null for a value that was removed. */
interface SentEntry {
  readonly key: string;
  readonly text: string | null;
  readonly revision: number;
  /** In milliseconds since 1970 began. */
  readonly created: number;
}

/** What goes between a process that keeps buckets and one that uses them; `id` is one request's. */
export type BucketMessage =
  & { readonly parley: "bucket"; readonly id: number }
  & (
    | ({ readonly bucket: string } & Request)
    | { readonly revision: number }
    | { readonly entry: SentEntry | null }
    | { readonly failed: string; readonly code?: number }
  );

const encoder = new TextEncoder();

/**
 * Lets another process or worker use buckets, which finds them by {@linkcode RemoteBuckets}, until that is gone; returns
 * what ends it earlier. What it held in a fleet is the others' at once, for it is known to run no more.
 *
 * @example The process that starts the others
 * ```ts no-eval
 * import { MemoryBuckets, serveBuckets } from "@parley/parley/nats";
 * import { fork } from "node:child_process";
 *
 * const buckets = new MemoryBuckets();
 * for (let count = 0; count < 4; count++) serveBuckets(buckets, fork("bot.js"));
 * ```
 */
export function serveBuckets(buckets: NatsBuckets, port: BucketPort): () => void {
  const server = new BucketServer(buckets, port);
  const take = (message: unknown) => server.take(message);
  const end = () => {
    port.off("message", take);
    port.off("disconnect", end);
    server.end();
  };
  port.on("message", take);
  port.on("disconnect", end);
  return end;
}

class BucketServer {
  readonly #buckets: NatsBuckets;
  readonly #port: BucketPort;
  readonly #opened = new Map<string, Promise<NatsKv>>();
  readonly #watches = new Map<number, Promise<NatsKvWatch>>();
  /** What is being done. */
  readonly #underWay = new Set<Promise<unknown>>();
  /** The members of fleets that live at the other end, by their keys. */
  readonly #members = new Map<string, { readonly kv: NatsKv; readonly revision: number }>();
  #over = false;

  constructor(buckets: NatsBuckets, port: BucketPort) {
    this.#buckets = buckets;
    this.#port = port;
  }

  take(message: unknown): void {
    if (!isRecord(message) || message["parley"] !== "bucket") return;
    const { id, bucket } = message;
    const request = readRequest(message);
    if (!isCount(id) || typeof bucket !== "string" || request === undefined) return;
    const done = this.#do(id, bucket, request).catch((error: unknown) => {
      const code = isConflict(error) ? WRONG_LAST_SEQUENCE : isNoBucket(error) ? NO_STREAM : undefined;
      this.#answer({ id, failed: String(error), ...(code !== undefined && { code }) });
    });
    this.#underWay.add(done);
    void done.finally(() => this.#underWay.delete(done));
  }

  /** Whoever is at the other end has gone. */
  end(): void {
    this.#over = true;
    for (const watch of this.#watches.values()) watch.then((one) => one.stop(), () => {});
    // What it has sent last may still be written.
    void Promise.allSettled(this.#underWay).then(async () => {
      for (const [key, { kv, revision }] of this.#members) {
        await kv.delete(key, { previousSeq: revision }).catch(() => {});
      }
    });
  }

  async #do(id: number, bucket: string, request: Request): Promise<void> {
    if (request.op === "open") {
      const opened = this.#buckets.create(bucket, request.options);
      this.#opened.set(bucket, opened);
      await opened;
      return this.#answer({ id, revision: 0 });
    }
    const kv = await this.#opened.get(bucket);
    if (kv === undefined) return this.#answer({ id, failed: "It was not opened" });
    switch (request.op) {
      case "get": {
        const entry = await kv.get(request.key);
        return this.#answer({ id, entry: entry && sent(entry) });
      }
      case "create":
        return this.#wrote(id, kv, request.key, await kv.create(request.key, request.text));
      case "update":
        return this.#wrote(id, kv, request.key, await kv.update(request.key, request.text, request.version));
      case "delete": {
        const { key, version } = request;
        await kv.delete(key, version === null ? undefined : { previousSeq: version });
        this.#members.delete(key);
        return this.#answer({ id, revision: 0 });
      }
      case "watch": {
        const watching = kv.watch(request.key === null ? undefined : { key: request.key });
        this.#watches.set(id, watching);
        watching.catch(() => this.#watches.delete(id));
        const watch = await watching;
        this.#answer({ id, revision: 0 });
        // As long as it tells: that is nothing to wait for.
        void this.#tell(id, watch);
        return;
      }
      case "stop": {
        const watch = await this.#watches.get(id);
        this.#watches.delete(id);
        watch?.stop();
      }
    }
  }

  async #tell(id: number, watch: NatsKvWatch): Promise<void> {
    try {
      for await (const entry of watch) this.#answer({ id, entry: sent(entry) });
    } catch {
      // Whoever watches is told below.
    }
    if (this.#watches.delete(id)) this.#answer({ id, failed: "The watch has ended" });
  }

  #wrote(id: number, kv: NatsKv, key: string, revision: number): void {
    const owner = ownerOf(key);
    if (owner !== undefined && "member" in owner) this.#members.set(key, { kv, revision });
    this.#answer({ id, revision });
  }

  #answer(answer: Answer): void {
    if (!this.#over) this.#port.send?.({ parley: "bucket", ...answer });
  }
}

type Answer =
  & { readonly id: number }
  & (
    | { readonly revision: number }
    | { readonly entry: SentEntry | null }
    | { readonly failed: string; readonly code?: number }
  );

/**
 * The buckets of the process that serves them by {@linkcode serveBuckets}, in another that it has started, or a worker:
 * leases, permits and sessions as in NATS, by messages.
 *
 * @example One of the processes that it starts
 * ```ts no-eval
 * import { discordFleet, RemoteBuckets } from "@parley/parley/nats";
 * import process from "node:process";
 *
 * const token = process.env.DISCORD_TOKEN ?? "";
 * const nats = new RemoteBuckets(process);
 * discordFleet({ token, events: ["MESSAGE_CREATE"], shards: 12, nats, name: "my-bot" }).join();
 * ```
 */
export class RemoteBuckets implements NatsBuckets {
  readonly #port: BucketPort;
  readonly #waiting = new Map<
    number,
    { readonly resolve: (answer: Reply) => void; readonly reject: (error: Error) => void }
  >();
  readonly #watches = new Map<number, EntryQueue>();
  #last = 0;
  #isGone = false;

  /** Takes what leads to the process that keeps them. */
  constructor(port: BucketPort) {
    this.#port = port;
    port.on("message", this.#take);
    port.on("disconnect", this.#gone);
  }

  /**
   * Makes a bucket, or opens the one there is.
   *
   * @throws {CommandError} `lost` if nobody is at the other end.
   */
  async create(name: string, options: NatsBucketOptions): Promise<NatsKv> {
    await this.#ask(name, { op: "open", options });
    const write = async (request: Request) => {
      const answer = await this.#ask(name, request);
      return "revision" in answer ? answer.revision : 0;
    };
    return {
      get: async (key) => {
        const answer = await this.#ask(name, { op: "get", key });
        return "entry" in answer && answer.entry !== null ? received(answer.entry) : null;
      },
      create: (key, text) => write({ op: "create", key, text }),
      update: (key, text, version) => write({ op: "update", key, text, version }),
      delete: async (key, options) => {
        await write({ op: "delete", key, version: options?.previousSeq ?? null });
      },
      watch: async (options) => {
        const id = ++this.#last;
        const told = new EntryQueue();
        this.#watches.set(id, told);
        told.onStop = () => {
          this.#watches.delete(id);
          this.#send(id, name, { op: "stop" });
        };
        try {
          await this.#ask(name, { op: "watch", key: options?.key ?? null }, id);
        } catch (error) {
          told.stop();
          throw error;
        }
        return told;
      },
    };
  }

  #ask(bucket: string, request: Request, id: number = ++this.#last): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.#isGone) return reject(gone());
      this.#waiting.set(id, { resolve, reject });
      this.#send(id, bucket, request);
    });
  }

  #send(id: number, bucket: string, request: Request): void {
    if (!this.#isGone) this.#port.send?.({ parley: "bucket", id, bucket, ...request });
  }

  readonly #take = (message: unknown): void => {
    if (!isRecord(message) || message["parley"] !== "bucket" || !isCount(message["id"])) return;
    const { id, revision, entry, failed, code } = message;
    const waiting = this.#waiting.get(id);
    const read = readEntry(entry);
    if (waiting === undefined) {
      if (read !== undefined) this.#watches.get(id)?.push(received(read));
      else if (typeof failed === "string") this.#watches.get(id)?.stop();
      return;
    }
    this.#waiting.delete(id);
    if (typeof failed === "string") {
      waiting.reject(isCount(code) ? new Refused(code, failed) : new Error(failed));
    } else waiting.resolve(isCount(revision) ? { revision } : { entry: read ?? null });
  };

  readonly #gone = (): void => {
    this.#isGone = true;
    for (const { reject } of this.#waiting.values()) reject(gone());
    this.#waiting.clear();
    for (const watch of [...this.#watches.values()]) watch.stop();
  };
}

type Reply = { readonly revision: number } | { readonly entry: SentEntry | null };

/** What NATS has refused something with, at the other end. */
class Refused extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

function gone(): CommandError {
  return new CommandError("lost", "Cannot use buckets: the process that keeps them is gone");
}

function sent(entry: NatsKvEntry): SentEntry {
  return { key: entry.key, text: textOf(entry), revision: entry.revision, created: entry.created.getTime() };
}

function received({ key, text, revision, created }: SentEntry): NatsKvEntry {
  const operation = text === null ? "DEL" : "PUT";
  return { key, value: encoder.encode(text ?? ""), revision, operation, created: new Date(created) };
}

function readEntry(value: unknown): SentEntry | undefined {
  if (!isRecord(value)) return undefined;
  const { key, text, revision, created } = value;
  const isEntry = typeof key === "string" && (text === null || typeof text === "string") &&
    isCount(revision) && isCount(created);
  return isEntry ? { key, text, revision, created } : undefined;
}

function readRequest(message: { readonly [key: string]: unknown }): Request | undefined {
  const { op, key, text, version, options } = message;
  if (op === "stop") return { op };
  if (op === "watch") return { op, key: typeof key === "string" ? key : null };
  if (op === "open" && isRecord(options) && isCount(options["history"])) {
    const { history, ttl } = options;
    return { op, options: { history, ...(typeof ttl === "number" && { ttl }) } };
  }
  if (typeof key !== "string") return undefined;
  if (op === "get") return { op, key };
  if (op === "delete") return { op, key, version: isCount(version) ? version : null };
  if (typeof text !== "string") return undefined;
  if (op === "create") return { op, key, text };
  return op === "update" && isCount(version) ? { op, key, text, version } : undefined;
}
