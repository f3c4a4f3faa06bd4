import { readFile } from "node:fs/promises";
import { type Io, UsageError } from "./io.ts";

/** A secret that a command needs, and where it may be. */
export interface Secret {
  /** What it is, for people: `the bot's token`. */
  readonly name: string;
  /** The variable of the environment that may have it. */
  readonly variable: string;
  /** The file that has it alone, if one is named. */
  readonly file?: string | undefined;
}

/** Reads a secret from the file that is named, or else from the environment; undefined if neither has it. */
export async function findSecret({ env }: Pick<Io, "env">, secret: Secret): Promise<string | undefined> {
  const { name, variable, file } = secret;
  if (file === undefined) return env[variable]?.trim() || undefined;
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? ` (${error.code})` : "";
    throw new UsageError(`Cannot read ${name} from the file "${file}"${code}: name a file that has it alone`);
  }
  if (text.trim() === "") {
    throw new UsageError(`Cannot read ${name} from the file "${file}": it is empty`);
  }
  return text.trim();
}

/**
 * Reads a secret from the file that is named, or else from the environment, or asks for it at a terminal, where it is
 * not shown. It is never taken from the command line, which everybody on the machine can see.
 *
 * @throws {UsageError} if it is nowhere.
 */
export async function readSecret(io: Io, secret: Secret): Promise<string> {
  const found = await findSecret(io, secret);
  if (found !== undefined) return found;
  const { name, variable } = secret;
  if (io.input.isTerminal && io.err.isTerminal) {
    await io.err.write(`${name[0]?.toUpperCase()}${name.slice(1)}, which is not shown: `);
    const typed = (await io.input.readHidden()).trim();
    await io.err.write("\n");
    if (typed !== "") return typed;
  }
  throw new UsageError(
    `Cannot go on without ${name}: set ${variable}, name a file that has it, or be asked at a terminal`,
  );
}
