import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";

/** How a test went. */
export interface TestResult {
  /** Its groups' names and its own, joined by " > ". */
  readonly name: string;
  /** Its file, from the root of the repository, or the whole path of one that is elsewhere. */
  readonly file: string;
  /** How long it took, in seconds; zero if that is not known. */
  readonly seconds: number;
  /** How it went. */
  readonly outcome: "passed" | "failed" | "skipped";
}

/** How many tests did what. */
export interface Counts {
  /** Tests that passed. */
  readonly passed: number;
  /** Tests that failed. */
  readonly failed: number;
  /** Tests that were skipped. */
  readonly skipped: number;
}

/** What a report says of a test, a line for each time: that it has begun, and how it went. */
export interface Told extends TestResult {
  /** Which test of its process it is: names may come twice. */
  readonly id: number;
  /** Whether it is still running; then it counts as failed, should nothing more be told of it. */
  readonly running: boolean;
}

/** A line of a report. */
export function writeTold(told: Told): string {
  return `${JSON.stringify(told)}\n`;
}

/** The report of one process, read while it is written. */
export class Report {
  readonly #path: string;
  readonly #results = new Map<number, TestResult>();
  readonly #decoder = new TextDecoder();
  #at = 0;
  #rest = "";

  /** @param path Where it is, or will be: a process that does not come so far writes none. */
  constructor(path: string) {
    this.#path = path;
  }

  /** How the tests went that were told of so far; one that has begun and not ended has failed. */
  get results(): TestResult[] {
    return [...this.#results.values()];
  }

  /** Whether Node has reported to the end: it tells of no test that it has not ended, so that one that died shows by this. */
  get isEnded(): boolean {
    return existsSync(`${this.#path}.ended`);
  }

  /** Reads what has been written since. */
  read(): Told[] {
    const lines = (this.#rest + this.#decoder.decode(this.#written(), { stream: true })).split("\n");
    this.#rest = lines.pop() ?? "";
    return lines.map((line) => {
      const told: Told = JSON.parse(line);
      const { id, running: _, ...result } = told;
      this.#results.set(id, result);
      return told;
    });
  }

  #written(): Uint8Array {
    if (!existsSync(this.#path)) return new Uint8Array();
    const file = openSync(this.#path, "r");
    try {
      const written = new Uint8Array(fstatSync(file).size - this.#at);
      const length = readSync(file, written, 0, written.length, this.#at);
      this.#at += length;
      return written.subarray(0, length);
    } finally {
      closeSync(file);
    }
  }
}

/** Counts how tests went. */
export function countTests(results: readonly TestResult[]): Counts {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { outcome } of results) counts[outcome]++;
  return counts;
}

/** The files whose tests took longest, longest first, and how many seconds they took in sum. */
export function slowestFiles(
  results: readonly TestResult[],
  count: number,
): { readonly file: string; readonly seconds: number }[] {
  const taken = new Map<string, number>();
  for (const { file, seconds } of results) taken.set(file, (taken.get(file) ?? 0) + seconds);
  const files = [...taken].map(([file, seconds]) => ({ file, seconds }));
  return files.sort((a, b) => b.seconds - a.seconds).slice(0, count);
}
