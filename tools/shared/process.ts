import { styleText } from "node:util";
import { root } from "./config.ts";

/** How long a process that we run may take, in milliseconds: nothing takes that long. */
const PROCESS_LIMIT = 600_000;

/** Whether to print in colour. */
const colour: boolean = Deno.stdout.isTerminal() && !Deno.noColor;

/** Text in green, if in colour. */
export const green = (text: string): string => colour ? styleText("green", text) : text;

/** Text in red, if in colour. */
export const red = (text: string): string => colour ? styleText("red", text) : text;

/** How a process ended. */
export interface Finished {
  /** Its exit code; 1 if it was stopped. */
  readonly code: number;
  /** What it printed, stdout and stderr, each line as it came. */
  readonly output: string;
  /** How long it took, in seconds. */
  readonly seconds: number;
  /** Whether it was stopped, since it took too long. */
  readonly stopped: boolean;
}

/** What a run is given beside its command. */
export interface RunOptions {
  /** Variables of its environment, beside ours. */
  readonly env?: Readonly<Record<string, string>>;
  /** Told each line that is printed, when it is printed. */
  readonly line?: (line: string) => void;
}

/** Runs a command at the root of the repository, to its end. */
export async function run(
  command: string,
  args: readonly string[],
  { env = {}, line }: RunOptions = {},
): Promise<Finished> {
  const from = performance.now();
  let output = "";
  const child = new Deno.Command(command, {
    args: [...args],
    cwd: root,
    // Deno and Bun would colour a pipe, too.
    env: { ...(colour ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" }), ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const collect = async (stream: ReadableStream<Uint8Array>) => {
    let rest = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      output += text;
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      if (line !== undefined) lines.forEach(line);
    }
  };
  let stopped = false;
  const limit = setTimeout(() => {
    stopped = true;
    output += `\nStopped after ${PROCESS_LIMIT / 1_000} s\n`;
    child.kill("SIGKILL");
  }, PROCESS_LIMIT);
  const [{ code }] = await Promise.all([child.status, collect(child.stdout), collect(child.stderr)]);
  clearTimeout(limit);
  return { code, output, seconds: (performance.now() - from) / 1_000, stopped };
}
