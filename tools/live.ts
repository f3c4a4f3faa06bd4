import { stripVTControlCharacters } from "node:util";
import type { Runtime } from "./runtimes.ts";

/** What a line that a runner prints tells of a test. */
export interface Told {
  /** Its groups' names and its own, joined by " > "; on Node its own only. */
  readonly name: string;
  /** Its file, from where the runner was started; on Node undefined. */
  readonly file: string | undefined;
  /** Whether it failed. */
  readonly failed: boolean;
}

/** Reads what a runner prints while it runs, line by line. */
export interface LiveReader {
  /** What a line tells, if it tells of a test. */
  read(line: string): Told | undefined;
}

const DENO = /^(?:\.\/)?(\S+_test\.ts) =>\s+(.+) \.\.\. (ok|FAILED|ignored)\b/;
const BUN = /^\((pass|fail|skip)\) (.+?)(?: \[[\d.]+m?s\])?$/;
const BUN_FILE = /^(\S+_test\.ts):$/;
const NODE = /^\s*([✔✖﹣]) (.+) \([\d.]+ms\)/;

/** Reads what a runtime's runner prints: `deno test --parallel`, `bun test`, or `node --test` with its reporter `spec`. */
export function liveReader(runtime: Runtime): LiveReader {
  let file: string | undefined;
  // At the end, Bun and Node tell of everything that failed once more.
  let over = false;
  const read: Record<Runtime, (line: string) => Told | undefined> = {
    deno(line) {
      const [, file, name = "", how] = DENO.exec(line) ?? [];
      return file === undefined
        ? undefined
        : { name: name.replaceAll(" ... ", " > "), file, failed: how === "FAILED" };
    },
    bun(line) {
      file = BUN_FILE.exec(line)?.[1] ?? file;
      over ||= /^\d+ tests? failed:$/.test(line);
      const [, how, name] = BUN.exec(line) ?? [];
      return over || name === undefined ? undefined : { name, file, failed: how === "fail" };
    },
    node(line) {
      over ||= line.startsWith("ℹ tests ");
      const [, mark, name] = NODE.exec(line) ?? [];
      return over || name === undefined ? undefined : { name, file: undefined, failed: mark === "✖" };
    },
  };
  return { read: (line) => read[runtime](stripVTControlCharacters(line)) };
}
