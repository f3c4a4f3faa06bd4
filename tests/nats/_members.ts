import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "@std/assert";
import { Program, runArgsOf } from "../_program.ts";
import { pause } from "../transport/_harness.ts";
import type { NatsServer } from "./_nats_server.ts";

/** A runtime, and where it is. */
export interface Engine {
  readonly runtime: "deno" | "bun" | "node";
  readonly path: string;
}

/** How long slots may take to be shared out, and what was said to get where it is to, in milliseconds. */
export const PATIENCE = 45_000;

/** What a process has written. */
export interface Line {
  readonly kind: string;
  /** When it was written, by the clock that all processes have: in milliseconds since 1970. */
  readonly written: number;
  readonly slot?: number;
  readonly at?: string;
  readonly content?: string;
  readonly guild?: string;
  readonly resumed?: boolean;
  readonly repeated?: boolean;
  readonly from?: number;
  readonly to?: number;
}

/** A process of a fleet, and the file it writes into. */
export interface Member {
  readonly program: Program;
  readonly path: string;
}

/** What a process has written until now. */
export function linesOf({ path }: Member): Line[] {
  if (!existsSync(path)) return [];
  // The last line may not be whole yet.
  return readFileSync(path, "utf8").split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

/** The slots that a process runs, by what it has printed. */
export function slotsOf(member: Member): number[] {
  const slots = new Set<number>();
  for (const { kind, slot = -1 } of linesOf(member)) {
    if (kind === "slot_started") slots.add(slot);
    if (kind === "slot_stopped") slots.delete(slot);
  }
  return [...slots];
}

/** Sends a process a signal. */
export function signalTo({ program }: Member, signal: "SIGSTOP" | "SIGCONT" | "SIGTERM"): void {
  // By a program: Deno counts a child as ended that it has sent a signal.
  spawnSync("kill", [`-${signal.slice(3)}`, String(program.pid)]);
}

/** The processes of a fleet on a real NATS, on one runtime or on several by turns. */
export class Members implements AsyncDisposable {
  readonly all: Member[] = [];
  readonly #stack = new AsyncDisposableStack();
  readonly #nats: NatsServer;
  readonly #engines: readonly Engine[];

  constructor(nats: NatsServer, engines: readonly Engine[]) {
    this.#nats = nats;
    this.#engines = engines;
  }

  /** Starts a process: a program that takes where NATS is, what it is called, where to write, and `more`. */
  begin(program: string, label: string, ...more: readonly string[]): Member {
    const engine = this.#engines[this.all.length % this.#engines.length];
    assert(engine !== undefined);
    const path = join(this.#nats.folder, `${label}.jsonl`);
    const args = runArgsOf(engine.runtime, program, this.#nats.address, label, path, ...more);
    const member = { program: this.#stack.use(new Program(args, {}, { command: engine.path })), path };
    this.all.push(member);
    return member;
  }

  /** Waits until so many slots are shared evenly; returns how long that took, in milliseconds. */
  async settles(members: readonly Member[], slots: number): Promise<number> {
    const from = performance.now();
    const counts = () => members.map((member) => slotsOf(member).length);
    const isEven = () => {
      const all = counts();
      return all.reduce((sum, count) => sum + count, 0) === slots && Math.max(...all) - Math.min(...all) <= 1;
    };
    while (!isEven()) {
      const told = (member: Member) =>
        linesOf(member).filter(({ kind }) => kind !== "heard" && kind !== "handled");
      const shown = () => JSON.stringify(this.all.map(told), undefined, 1);
      assert(performance.now() - from < PATIENCE, `The slots are shared out ${counts()}:\n${shown()}`);
      await pause(50);
    }
    return performance.now() - from;
  }

  /** What was told or handled, by all, in the order in which that was: a slot may come back to whoever had it before. */
  linesOf(kind: string): Line[] {
    const lines = this.all.flatMap((member) => linesOf(member).filter((line) => line.kind === kind));
    return lines.toSorted((one, other) => one.written - other.written);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}
