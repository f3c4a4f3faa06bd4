import { createInterface } from "node:readline";
import process from "node:process";
import { type Input, type Io, type Output, type RuntimeVersion, Stop } from "./io.ts";

/** What ends a program, and what it then exits with. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * The process as commands see it. The first Ctrl-C or SIGTERM lets them end politely, the second ends the process; what
 * is written where nobody reads any more, as behind `| head -1`, ends them, too.
 */
export function processIo(): Io {
  const stopping = new AbortController();
  for (const [signal, exitCode] of Object.entries(SIGNALS)) {
    // One listener for both: Deno calls one that is added in a listener for the same signal.
    process.on(signal, () => {
      if (stopping.signal.aborted) process.exit(exitCode);
      stopping.abort(new Stop(exitCode));
    });
  }
  const gone = () => stopping.abort(new Stop(0));
  return {
    runtime: thisRuntime(),
    env: process.env,
    out: output(process.stdout, gone),
    err: output(process.stderr, gone),
    input: input(),
    stopped: stopping.signal,
    // Whatever a client has to say comes as an event or an error, and is written as a command writes it.
    host: { console: { error: () => {} } },
  };
}

function thisRuntime(): RuntimeVersion {
  const { deno, bun, node } = process.versions;
  if (deno !== undefined) return { name: "Deno", version: deno };
  return bun !== undefined ? { name: "Bun", version: bun } : { name: "Node", version: node };
}

function output(stream: NodeJS.WriteStream, gone: () => void): Output {
  stream.on("error", gone);
  return {
    isTerminal: Boolean(stream.isTTY),
    write: (text) => new Promise((resolve) => stream.write(text, () => resolve())),
  };
}

function input(): Input {
  const { stdin } = process;
  return {
    isTerminal: Boolean(stdin.isTTY),
    lines: () => createInterface({ input: stdin, crlfDelay: Infinity }),
    readHidden: () => {
      stdin.setRawMode(true);
      stdin.resume();
      return new Promise((resolve) => {
        let typed = "";
        const take = (bytes: Uint8Array) => {
          for (const character of new TextDecoder().decode(bytes)) {
            if (character === "\r" || character === "\n" || character === "\x04") {
              stdin.off("data", take);
              stdin.setRawMode(false);
              stdin.pause();
              return resolve(typed);
            }
            // In raw mode Ctrl-C is a character like any other.
            if (character === "\x03") {
              stdin.setRawMode(false);
              process.exit(SIGNALS.SIGINT);
            }
            typed = character === "\x7f" || character === "\b" ? typed.slice(0, -1) : typed + character;
          }
        };
        stdin.on("data", take);
      });
    },
  };
}
