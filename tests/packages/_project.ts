import { assertEquals } from "@std/assert";
import { basename, join } from "node:path";
import { buildPackages } from "../../tools/npm.ts";
import { find, type Runtime } from "../../tools/shared/runtimes.ts";

/** The packages, as `npm publish` would upload them. */
export interface Packed {
  readonly parley: string;
  readonly testing: string;
  /** Empty where it was not asked for. */
  readonly cli: string;
}

/** Builds the packages and packs them into a folder; `cli`: the command line, too, which takes its time. */
export async function pack(
  into: string,
  { cli: withCli = false }: { readonly cli?: boolean } = {},
): Promise<Packed> {
  const [parley = "", testing = "", cli = ""] = await Promise.all(
    buildPackages(join(into, "npm"), withCli ? 3 : 2).map(async ({ folder }) => {
      const printed = await run("npm", ["pack", folder, "--silent", `--pack-destination=${into}`], into);
      return join(into, printed.trim());
    }),
  );
  return { parley, testing, cli };
}

/** How a process ends that nobody has ended. */
const CRASHES: ReadonlySet<Deno.Signal> = new Set(["SIGSEGV", "SIGBUS", "SIGILL", "SIGABRT", "SIGTRAP"]);
/** 128, and the number of one of those. */
const CRASH_CODES: ReadonlySet<number> = new Set([132, 133, 134, 135, 139]);

/** Whether it was that: also of what a shell has run, which tells it by its own code. */
const crashed = (signal: Deno.Signal | null, code: number): boolean =>
  signal !== null ? CRASHES.has(signal) : CRASH_CODES.has(code);

/** Runs a command in a folder; resolves to what it prints, and fails with all of it if the command does. */
export async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const output = () =>
    new Deno.Command(command, {
      args: [...args],
      cwd,
      env: { NO_COLOR: "1", npm_config_update_notifier: "false", ...env },
      stdin: "null",
      signal: AbortSignal.timeout(120_000),
    }).output();
  let { success, code, signal, stdout, stderr } = await output();
  // An old runtime crashes now and then, which says nothing of the package.
  if (crashed(signal, code)) ({ success, code, signal, stdout, stderr } = await output());
  const [printed = "", told = ""] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (!success) {
    const how = `${basename(command)} ${args.join(" ")} (${signal ?? code})`;
    throw new Error(`Cannot run ${how}:\n${printed}\n${told}`);
  }
  return printed;
}

/** Where a runtime of this version is. */
export async function pathOf(runtime: Runtime, version?: string): Promise<string> {
  const found = await find(runtime, version);
  if (found === undefined) throw new Error(`Cannot find ${runtime} ${version ?? ""}`);
  return found.path;
}

/** The packages that a project has installed. */
export function installed(project: string): string[] {
  const names: string[] = [];
  const modules = join(project, "node_modules");
  for (const { name } of Deno.readDirSync(modules)) {
    if (name.startsWith(".")) continue;
    if (!name.startsWith("@")) names.push(name);
    else for (const inner of Deno.readDirSync(join(modules, name))) names.push(`${name}/${inner.name}`);
  }
  return names.sort();
}

/** Makes an empty project. */
export function emptyProject(scratch: string, name: string): string {
  const folder = join(scratch, name);
  Deno.mkdirSync(folder);
  Deno.writeTextFileSync(join(folder, "package.json"), `{ "name": "${name}", "private": true }\n`);
  return folder;
}

/** The packages that Deno has locked in a folder. */
export function locked(folder: string): string[] {
  const { jsr = {}, npm = {} } = JSON.parse(Deno.readTextFileSync(join(folder, "deno.lock")));
  return [...Object.keys(jsr), ...Object.keys(npm)].map((name) => name.replace(/@[\d.]+$/, "")).sort();
}

/** What a program printed last, which is JSON. */
export function lastLine(printed: string): unknown {
  return JSON.parse(printed.trim().split("\n").at(-1) ?? "");
}

/** Fails unless what a program printed last is this, as JSON. */
export function assertPrinted(printed: string, expected: unknown): void {
  assertEquals(lastLine(printed), expected);
}
