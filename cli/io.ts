import type { Host } from "@parley/parley/driver";

/** Where text goes. */
export interface Output {
  /** Whether people read along, at a terminal. */
  readonly isTerminal: boolean;
  /** Writes text; resolves once it is taken, so that who writes much waits for who reads. Never rejects. */
  write(text: string): Promise<void>;
}

/** Where text comes from. */
export interface Input {
  /** Whether somebody sits there who can be asked. */
  readonly isTerminal: boolean;
  /** What comes, line by line, without what ends them. */
  lines(): AsyncIterable<string>;
  /** Reads one line that is not shown while it is typed. */
  readHidden(): Promise<string>;
}

/** Why the program is to end before it is done. */
export class Stop {
  /** What it is to exit with: 128 and the number of the signal; 0 where nobody reads any more. */
  readonly exitCode: number;

  /** Takes what to exit with. */
  constructor(exitCode: number) {
    this.exitCode = exitCode;
  }
}

/** A runtime and its version. */
export interface RuntimeVersion {
  readonly name: "Deno" | "Bun" | "Node";
  readonly version: string;
}

/** All that a command has of the outside: a process has the real ones, a test its own. */
export interface Io {
  readonly runtime: RuntimeVersion;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: Output;
  readonly err: Output;
  readonly input: Input;
  /** Aborted with a {@linkcode Stop} when the program is to end. */
  readonly stopped: AbortSignal;
  /** Parts of the host that clients get. */
  readonly host: Partial<Host>;
}

/** The command line asks for what cannot be: the program exits with 2. */
export class UsageError extends Error {
  override name = "UsageError";
}
