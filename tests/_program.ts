import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { within } from "./_within.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** The runtime that we run on. */
export function ownRuntime(): "deno" | "bun" | "node" {
  const { versions } = process;
  return "bun" in versions ? "bun" : "deno" in versions ? "deno" : "node";
}

/** How the runtime that we run on runs a program of ours, at the root of the repository. */
export function runArgs(program: string, ...args: readonly string[]): readonly string[] {
  return runArgsOf(ownRuntime(), program, ...args);
}

/** How a runtime runs a program of ours, at the root of the repository. */
export function runArgsOf(
  runtime: "deno" | "bun" | "node",
  program: string,
  ...args: readonly string[]
): readonly string[] {
  if (runtime === "bun") return [program, ...args];
  if (runtime === "node") return ["--import", "./tools/suite/node_hook.ts", program, ...args];
  const config = ["--config", "deno.offline.json", "--no-lock", "--no-check", "--cached-only", "--quiet"];
  return ["run", "-A", ...config, program, ...args];
}

/** A program of another process, by the runtime that we run on. */
export class Program implements AsyncDisposable {
  /** What it has printed, line by line. */
  readonly lines: string[] = [];
  /** Its exit code, once it has ended; null: by a signal. */
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcess;
  readonly #name: string;
  #told: () => void = () => {};

  /**
   * Starts it at the root of the repository; what it prints in colour is for `env` to say. Only with `input` it can be
   * told something.
   */
  constructor(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    { command = process.execPath, input = false }: {
      readonly command?: string;
      readonly input?: boolean;
    } = {},
  ) {
    const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env;
    this.#name = args.find((arg) => /\.m?[jt]s$/.test(arg)) ?? args.join(" ");
    this.#child = spawn(command, [...args], {
      cwd: ROOT,
      env: { ...inherited, ...env },
      stdio: [input ? "pipe" : "ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream === null) throw new Error("No output");
      createInterface({ input: stream }).on("line", (line) => {
        this.lines.push(line);
        this.#told();
      });
    }
    this.exited = new Promise((resolve) => this.#child.once("close", (code) => resolve(code)));
  }

  /** The id of its process. */
  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** Tells it lines; `end`: and nothing more. */
  tells(lines: string, { end = false }: { readonly end?: boolean } = {}): void {
    const { stdin } = this.#child;
    if (end) stdin?.end(lines);
    else stdin?.write(lines);
  }

  /** Waits until it has printed such a line. */
  async prints(
    what: string,
    wanted: (line: string) => boolean = (line) => line.includes(what),
  ): Promise<void> {
    const seen = () => `\n${this.lines.slice(-20).join("\n")}`;
    const ended = this.exited.then(() => Promise.reject(new Error(`${this.#name} ended: ${seen()}`)));
    ended.catch(() => {});
    const printed = async () => {
      while (!this.lines.some(wanted)) {
        await Promise.race([new Promise<void>((resolve) => this.#told = resolve), ended]);
      }
    };
    await within(`"${what}" from ${this.#name}`, printed(), seen);
  }

  /** Sends it a signal, and waits for its end; resolves to its exit code. */
  async stop(signal: "SIGKILL" | "SIGTERM" | "SIGINT"): Promise<number | null> {
    // By the process: Deno tells no code of a child that it has sent a signal.
    if (this.#child.pid !== undefined) process.kill(this.#child.pid, signal);
    return await this.ends();
  }

  /** Waits until it has ended; resolves to its exit code. */
  async ends(): Promise<number | null> {
    return await within(`the end of ${this.#name}`, this.exited, () => this.lines.slice(-20).join("\n"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null) this.#child.kill("SIGKILL");
    await this.ends();
  }
}
