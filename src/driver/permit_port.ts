import { CommandError, OptionError } from "../protocol/errors.ts";
import { isRecord } from "../protocol/data/json_value.ts";
import type { Permit } from "../protocol/permit.ts";
import type { Grant, Permits } from "./permits.ts";

/**
 * What takes messages to another process and brings its own: a `ChildProcess` with an IPC channel and, in the process that
 * was forked, its `process`; anything else that does as they do.
 */
export interface PermitPort {
  /**
   * Sends what JSON can say, and tells `sent` if that failed, where Node would else have the process fail; undefined
   * where nobody is at the other end.
   */
  send?(message: PermitMessage, sent?: (error: Error | null) => void): unknown;
  /** Listens to what the other process sends, which may be for others, too; or to its end. */
  on(event: "message" | "disconnect", listener: (message: unknown) => void): unknown;
  /** Listens no more. */
  off(event: "message" | "disconnect", listener: (message: unknown) => void): unknown;
}

/**
 * What goes between a process that grants permits and one that asks for them; `id` is one asking's.
 * - `ask` for a permit, and `release` it, or give up asking for it
 * - `granted`, or `refused` with the reason
 */
export type PermitMessage =
  & { readonly id: string }
  & (
    | { readonly parley: "ask"; readonly permit: Permit }
    | { readonly parley: "release"; readonly used: boolean }
    | { readonly parley: "granted" }
    | { readonly parley: "refused"; readonly reason: string }
  );

/**
 * Grants permits to another process, which asks for them by {@linkcode RemotePermits}, until that is gone; returns what
 * ends it earlier. What it held then counts as used from then on.
 *
 * @example The process that starts the others
 * ```ts
 * import { grantPermits, LocalPermits, systemClock } from "@parley/parley/driver";
 * import { type ChildProcess, fork } from "node:child_process";
 *
 * const permits = new LocalPermits(systemClock);
 * function start(program: string): ChildProcess {
 *   const child = fork(program);
 *   grantPermits(permits, child);
 *   return child;
 * }
 * ```
 */
export function grantPermits(permits: Permits, port: PermitPort): () => void {
  const asked = new Map<string, Asked>();
  const take = (message: unknown) => {
    if (!isRecord(message) || typeof message.id !== "string") return;
    const { id, parley } = message;
    if (parley === "ask" && isPermit(message.permit) && !asked.has(id)) {
      const answer: Answer = (answered) => {
        if (answered.parley === "refused") asked.delete(id);
        port.send?.({ id, ...answered }, ignored);
      };
      asked.set(id, new Asked(permits, message.permit, answer));
    } else if (parley === "release") {
      asked.get(id)?.release(message.used === true);
      asked.delete(id);
    }
  };
  const end = () => {
    port.off("message", take);
    port.off("disconnect", end);
    for (const one of asked.values()) one.release(true);
    asked.clear();
  };
  port.on("message", take);
  port.on("disconnect", end);
  return end;
}

type Answer = (answered: { parley: "granted" } | { parley: "refused"; reason: string }) => void;

/** A permit that another process has asked for. */
class Asked {
  readonly #over = new AbortController();
  #grant: Grant | undefined;

  constructor(permits: Permits, permit: Permit, answer: Answer) {
    const { signal } = this.#over;
    // Somebody's own may throw at once.
    const acquire = async () => await permits.acquire(permit, signal);
    acquire().then(
      (grant) => {
        if (signal.aborted) return grant.release(false);
        this.#grant = grant;
        answer({ parley: "granted" });
      },
      (error: unknown) => {
        if (!signal.aborted) answer({ parley: "refused", reason: String(error) });
      },
    );
  }

  /** It is not wanted, or not held, any more. */
  release(used: boolean): void {
    this.#over.abort();
    this.#grant?.release(used);
  }
}

const GONE = "it is gone";

/**
 * Permits that another process grants by {@linkcode grantPermits}: so the processes of one bot, or of one account, keep
 * its limits together. It listens only while it waits for one, so that it keeps no process from ending.
 *
 * @example One of the processes that it starts
 * ```ts no-eval
 * import { DiscordGateway } from "@parley/parley/discord";
 * import { RemotePermits } from "@parley/parley/driver";
 * import process from "node:process";
 *
 * const token = process.env.DISCORD_TOKEN ?? "";
 * const runtime = { permits: new RemotePermits(process) };
 * await new DiscordGateway({ token, intents: 0, shards: { count: 4, ids: [0] }, runtime }).connect();
 * ```
 */
export class RemotePermits implements Permits {
  readonly #port: PermitPort;
  readonly #waiting = new Map<string, { grant(): void; refuse(reason: string): void }>();
  #isListening = false;

  /**
   * Takes what leads to the process that grants them.
   *
   * @throws {OptionError} if nobody is at the other end.
   */
  constructor(port: PermitPort) {
    if (port.send === undefined) {
      throw new OptionError(
        "Cannot ask for permits: no process is at the other end; begin this one by `fork`",
      );
    }
    this.#port = port;
  }

  /**
   * Waits until it is granted.
   *
   * @throws {CommandError} `refused` if what grants them in the other process fails, or that is gone.
   * @throws the signal's reason if it is aborted first.
   */
  acquire(permit: Permit, signal?: AbortSignal): Promise<Grant> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const id = crypto.randomUUID();
      const settled = () => {
        signal?.removeEventListener("abort", onAbort);
        this.#waiting.delete(id);
        this.#listen();
      };
      const release = (used: boolean) => void this.#port.send?.({ id, parley: "release", used }, ignored);
      const onAbort = () => {
        settled();
        release(false);
        reject(signal?.reason);
      };
      const grant = () => {
        settled();
        let released = false;
        resolve({
          // It is kept for this process until that is gone.
          isHeld: () => !released,
          release(used) {
            released = true;
            release(used);
          },
        });
      };
      const refuse = (reason: string) => {
        settled();
        reject(new CommandError("refused", `The process that grants permits has refused one: ${reason}`));
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#waiting.set(id, { grant, refuse });
      this.#listen();
      this.#port.send?.({ id, parley: "ask", permit }, (error) => {
        if (error && this.#waiting.has(id)) refuse(GONE);
      });
    });
  }

  /** Listens as long as something is waited for. */
  #listen(): void {
    const listens = this.#waiting.size > 0;
    if (listens === this.#isListening) return;
    this.#isListening = listens;
    this.#port[listens ? "on" : "off"]("message", this.#take);
    this.#port[listens ? "on" : "off"]("disconnect", this.#gone);
  }

  readonly #gone = (): void => {
    for (const { refuse } of [...this.#waiting.values()]) refuse(GONE);
  };

  readonly #take = (message: unknown): void => {
    if (!isRecord(message) || typeof message.id !== "string") return;
    const waiter = this.#waiting.get(message.id);
    if (message.parley === "granted") waiter?.grant();
    else if (message.parley === "refused") waiter?.refuse(String(message.reason));
  };
}

/** Whoever is gone needs to be told nothing. */
function ignored(): void {}

function isPermit(value: unknown): value is Permit {
  if (!isRecord(value)) return false;
  const { scope, key, limit, per } = value;
  return typeof scope === "string" && typeof key === "string" && typeof limit === "number" &&
    typeof per === "number";
}
