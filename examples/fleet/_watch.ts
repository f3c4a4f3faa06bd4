/**
 * Starts a program several times, and shows what each has to say: as a table in a terminal, else line by line.
 *
 * @module
 */
import { type ChildProcess, fork } from "node:child_process";
import process from "node:process";
import type { Fleet, FleetEvent } from "@parley/parley/nats";

/** What a process says of itself. */
export interface Report {
  /** What it runs: shards, or partitions. */
  readonly held: readonly number[];
  /** How many events it has told, or handled. */
  readonly events: number;
  /** What happened last. */
  readonly last: string;
}

/** Starts this program so many times; resolves once all have ended. SIGINT and SIGTERM are passed on. */
export async function startAll(count: number, what: string): Promise<void> {
  const reports: Report[] = [];
  const screen = process.stdout.isTTY ? new Screen(what, count) : undefined;
  const children = Array.from({ length: count }, (_, index) => {
    const child = fork(process.argv[1] ?? "", ["one"]).on("error", console.error);
    child.on("message", (message: Report) => {
      if (screen === undefined && message.last !== reports[index]?.last) {
        console.log(`${what} ${index + 1}: ${message.last}; ${message.held.length} here`);
      }
      reports[index] = message;
      screen?.draw(reports);
    });
    return child;
  });
  const stop = () => children.forEach((child) => child.kill("SIGTERM"));
  process.once("SIGINT", stop).once("SIGTERM", stop);
  await Promise.all(children.map(ended));
  process.removeListener("SIGINT", stop).removeListener("SIGTERM", stop);
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.once("exit", () => resolve()));
}

/** Runs a part of a fleet until it is told to leave, and tells what it does to the process that has started this one. */
export async function runOne(
  waitsFor: string,
  begin: (onEvent: (event: FleetEvent) => void, counted: () => void) => Fleet,
): Promise<void> {
  const held = new Set<number>();
  let events = 0;
  let last = `waits for ${waitsFor}`;
  const report = () => void process.send?.({ held: [...held], events, last } satisfies Report);
  const onEvent = (event: FleetEvent) => {
    if (event.kind === "slot_started") held.add(event.slot);
    if (event.kind === "slot_stopped") held.delete(event.slot);
    last = event.kind === "error" ? String(event.error) : event.kind;
    report();
  };
  const fleet = begin(onEvent, () => void events++);
  const timer = setInterval(report, 1_000);
  const leave = () => void fleet.leave();
  process.once("SIGTERM", leave).once("SIGINT", leave);
  fleet.join();
  await fleet.left;
  clearInterval(timer);
  process.disconnect?.();
}

/** A table that is drawn over itself. */
class Screen {
  readonly #what: string;
  readonly #count: number;
  #drawn = false;

  constructor(what: string, count: number) {
    this.#what = what;
    this.#count = count;
  }

  draw(reports: readonly (Report | undefined)[]): void {
    const lines = Array.from({ length: this.#count }, (_, index) => {
      const { held = [], events = 0, last = "starts" } = reports[index] ?? {};
      return `${this.#what} ${index + 1}`.padEnd(12) + `${events} events`.padEnd(16) +
        last.slice(0, 24).padEnd(26) + held.toSorted((a, b) => a - b).join(" ");
    });
    const up = this.#drawn ? `\x1b[${this.#count}A` : "";
    this.#drawn = true;
    process.stdout.write(`${up}${lines.map((line) => `\x1b[2K${line}\n`).join("")}`);
  }
}
