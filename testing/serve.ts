#!/usr/bin/env node
/**
 * Servers of Discord, IRC and Twitch for the tests of bots in any language, with a prompt to play people.
 *
 * ```sh
 * npx @parley/testing serve discord
 * deno run -A jsr:@parley/testing/serve discord
 * ```
 *
 * @module
 */
import { serveCommand } from "./serve/command.ts";

export * from "./serve/command.ts";

/** Whether this is what a program was asked to run; Node tells it by `import.meta.main` from version 24 on. */
async function isMain(): Promise<boolean> {
  const { argv } = (await import("node:process")).default;
  const { fileURLToPath } = await import("node:url");
  const { realpathSync } = await import("node:fs");
  const [, program] = argv;
  if (program === undefined || !import.meta.url.startsWith("file:")) return import.meta.main === true;
  try {
    return realpathSync(program) === fileURLToPath(import.meta.url);
  } catch {
    return false;
  }
}

async function main(): Promise<void> {
  const { default: process } = await import("node:process");
  const { createInterface } = await import("node:readline");
  const { readFile } = await import("node:fs/promises");
  const isTerminal = process.stdin.isTTY === true;
  const stop = new AbortController();
  const end = () => stop.abort();
  process.on("SIGINT", end).on("SIGTERM", end);
  const reader = createInterface({ input: process.stdin, ...(isTerminal && { output: process.stdout }) });
  // On a terminal Ctrl-C is read from it, and Ctrl-D ends it.
  reader.on("SIGINT", end);
  // What comes before somebody listens would be lost.
  const lines = new ReadableStream<string>({
    start(controller) {
      reader.on("line", (line) => controller.enqueue(line));
      reader.on("close", () => controller.close());
    },
  });
  const code = await serveCommand(process.argv.slice(2), {
    lines,
    isTerminal,
    stop: stop.signal,
    print: (text) => console.log(text),
    printError: (text) => console.error(text),
    readFile: (path) => readFile(path, "utf8"),
  });
  process.exit(code);
}

if (await isMain()) await main();
