import process from "node:process";
import { parseArgs, type ParseArgsConfig } from "node:util";

/** Reads a command's options; of one that there is not it says so, and how the command is used, and exits with 2. */
export function readOptions<const T extends ParseArgsConfig>(
  config: T,
  usage: string,
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\nUsage: ${usage}`);
    process.exit(2);
  }
}
