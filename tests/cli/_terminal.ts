import type { Host } from "@parley/parley/driver";
import type { BotWorld } from "@parley/testing";
import { type Io, type Output, Stop } from "../../cli/io.ts";

/** How a terminal of a test is. */
export interface TerminalOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly host?: Partial<Host>;
  readonly runtime?: Io["runtime"];
  /** Whether it is a terminal, and not pipes. @default {false} */
  readonly isTerminal?: boolean;
  /** What is typed where something is asked for. @default {""} */
  readonly typed?: string;
  /** What comes in by a pipe. @default {[]} */
  readonly lines?: readonly string[];
}

/** The outside of a command in a test: keeps what is written. */
export class Terminal implements Io {
  readonly runtime: Io["runtime"];
  readonly env: Readonly<Record<string, string>>;
  readonly host: Partial<Host>;
  readonly out: Output;
  readonly err: Output;
  readonly input: Io["input"];
  /** What went to standard output. */
  written = "";
  /** What went to standard error. */
  told = "";
  readonly #stopping = new AbortController();
  #wanted: readonly [text: string, seen: () => void] | undefined;

  /** Takes how it is. */
  constructor(options: TerminalOptions = {}) {
    const { env = {}, host = {}, isTerminal = false, typed = "", lines = [] } = options;
    this.runtime = options.runtime ?? { name: "Deno", version: "2.9.6" };
    this.env = env;
    this.host = host;
    const output = (take: (text: string) => void): Output => ({
      isTerminal,
      write: (text) => {
        take(text);
        if (this.#wanted !== undefined && this.written.includes(this.#wanted[0])) this.#wanted[1]();
        return Promise.resolve();
      },
    });
    this.out = output((text) => void (this.written += text));
    this.err = output((text) => void (this.told += text));
    this.input = {
      isTerminal,
      lines: async function* () {
        yield* lines;
      },
      readHidden: () => Promise.resolve(typed),
    };
  }

  get stopped(): AbortSignal {
    return this.#stopping.signal;
  }

  /** What went to standard output, by lines. */
  get lines(): readonly string[] {
    return this.written.split("\n").slice(0, -1);
  }

  /** Does what Ctrl-C does. */
  interrupt(): void {
    this.#stopping.abort(new Stop(130));
  }

  /** Waits until something was written. */
  async writes(text: string): Promise<void> {
    if (this.written.includes(text)) return;
    await new Promise<void>((resolve) => this.#wanted = [text, resolve]);
  }
}

/** What a program sees of a world: its servers are where the real ones are. */
export async function hostIn<Command>(world: BotWorld<Command>): Promise<Host> {
  const { value } = await world.start((runtime) => runtime);
  return value;
}
