import { Driver } from "../../src/driver/driver.ts";
import { hostWith } from "../../src/driver/host.ts";
import type { Protocol } from "../../src/protocol/protocol.ts";
import type { Acceptor, Listener } from "../../testing/world/network/listen.ts";
import { dialer } from "../../src/transport/dial.ts";

/** How long something may take that takes a moment. */
const PATIENCE = 5_000;

/** What happened, in order; each thing is taken once, by whoever waits for it. */
export class Journal<T> {
  readonly #name: string;
  readonly #entries: T[] = [];
  readonly #all: T[] = [];
  #waiting: { readonly matches: (entry: T) => boolean; readonly resolve: (entry: T) => void }[] = [];

  /** Takes what it is called when something is missing from it. */
  constructor(name: string) {
    this.#name = name;
  }

  /** Everything that was written, taken or not. */
  get all(): readonly T[] {
    return this.#all;
  }

  write(entry: T): void {
    this.#all.push(entry);
    const waiting = this.#waiting.find(({ matches }) => matches(entry));
    if (waiting === undefined) {
      this.#entries.push(entry);
      return;
    }
    this.#waiting = this.#waiting.filter((other) => other !== waiting);
    waiting.resolve(entry);
  }

  /** Takes the oldest entry that matches and was not taken yet, or waits for it; `what` names it if it never comes. */
  take<U extends T>(what: string, matches: (entry: T) => entry is U): Promise<U>;
  take(what: string, matches: (entry: T) => boolean): Promise<T>;
  async take(what: string, matches: (entry: T) => boolean): Promise<T> {
    const at = this.#entries.findIndex(matches);
    if (at >= 0) return this.#entries.splice(at, 1)[0] as T;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#waiting.push({ matches, resolve });
    const timer = setTimeout(() => {
      const seen = this.#all.slice(-20).map((entry) => `\n  ${JSON.stringify(entry)}`).join("");
      reject(new Error(`Gave up waiting: ${this.#name} had no ${what}, but${seen || " nothing at all"}`));
    }, PATIENCE);
    return await promise.finally(() => clearTimeout(timer));
  }
}

/** Those of `T` whose kind may be `K`. */
type OfKind<T, K> = T extends { readonly kind: infer Kind } ? (K extends Kind ? T : never) : never;

/** Takes the oldest entry of a kind. */
export async function takeKind<T extends { readonly kind: string }, K extends T["kind"]>(
  journal: Journal<T>,
  kind: K,
): Promise<OfKind<T, K>> {
  return await journal.take(kind, (entry): entry is OfKind<T, K> => entry.kind === kind);
}

/** A server core that listens on loopback. */
export interface Served<Command, Event> extends AsyncDisposable {
  readonly listener: Listener;
  /** What the server told. */
  readonly events: Journal<Event>;
  readonly command: (command: Command) => Promise<unknown>;
}

/** What runs a server. */
interface Runner<Command> extends Acceptor {
  command(command: Command): Promise<unknown>;
}

/** Runs a server core on loopback, until it is disposed of; then it must end. */
export async function serve<Command, Event extends { readonly kind: string }>(
  core: Protocol<Command, Event>,
  listen: (runner: Runner<Command>) => Promise<Listener>,
): Promise<Served<Command, Event>> {
  const events = new Journal<Event>("the server");
  const ended = new Journal<Error | undefined>("the driver");
  const driver = new Driver(core, {
    host: hostWith(dialer()),
    label: "server",
    deliver: (event: Event) => events.write(event),
    ended: (error) => ended.write(error),
  });
  driver.start();
  const listener = await listen(driver);
  return {
    listener,
    events,
    command: (command) => driver.command(command),
    async [Symbol.asyncDispose]() {
      driver.shutdown("end");
      await listener.close();
      const error = await ended.take("end", () => true);
      if (error !== undefined) throw error;
    },
  };
}
