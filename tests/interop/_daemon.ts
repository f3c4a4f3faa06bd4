import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import process from "node:process";

const SETPRIV = "/usr/bin/setpriv";
/** No daemon runs as root. */
export const NOBODY = 65_534;
/** How long a daemon may take to start or to stop, in milliseconds. */
const PATIENCE = 8_000;

/** Whether these daemons are there, and can be run: where they are not, tests of them are skipped, and say so. */
export function canRun(...programs: readonly string[]): boolean {
  return programs.every((program) => existsSync(program)) &&
    (process.getuid?.() !== 0 || existsSync(SETPRIV));
}

/** Starts a daemon; resolves once it says so. */
export async function started(program: string, args: readonly string[], says: string): Promise<ChildProcess> {
  // With the signal they end even if the test's process is killed.
  const drop = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", "--pdeathsig=KILL", program];
  const [command, all] = process.getuid?.() === 0 ? [SETPRIV, [...drop, ...args]] : [program, [...args]];
  const child = spawn(command, all, { stdio: ["ignore", "pipe", "pipe"] });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let said = "";
  const failed = (why: string) => reject(new Error(`"${program}" ${why}, and said:\n${said}`));
  const timer = setTimeout(() => failed("does not start"), PATIENCE);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Uint8Array) => {
      said += new TextDecoder().decode(chunk);
      if (said.includes(says)) resolve();
    });
  }
  child.on("error", (error) => failed(`cannot be run (${error.message})`));
  child.on("exit", () => failed("ended"));
  try {
    await promise;
  } catch (error) {
    await stopped(child, "SIGKILL");
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return child;
}

/** Stops a daemon; resolves once it has ended. */
export async function stopped(child: ChildProcess | undefined, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill(signal);
  await exit;
}

/**
 * Ports on loopback that nobody listens on; not of those that systems give to whoever connects, so that they are free
 * again when a daemon is started once more.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.on("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
