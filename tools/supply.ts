/**
 * What is brought in from others: each package that `deno.lock` pins with its licence, those that users install apart from
 * those of development, and those that benchmarks alone need (`bench/peers/package-lock.json`); and what is known of weaknesses
 * in them, by `deno audit` and `npm audit`. Fails on a licence that is not listed here,
 * on a package that is not pinned, and on a weakness; where the registry cannot be asked, it says so.
 *
 * ```sh
 * deno task supply
 * ```
 *
 * @module
 */
import { join } from "node:path";
import ts from "typescript";
import { root } from "./shared/config.ts";
import { walk } from "./shared/files.ts";
import { green, red, run } from "./shared/process.ts";

/** The licences that may be brought in: whoever uses this may do with all of it what its own licence allows. */
const USABLE: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "Unlicense",
  "Zlib",
]);

/** Packages whose manifest names no licence, and what the file says that lies beside it. */
const SAID_BESIDE: Readonly<Record<string, string>> = { "middleware-handler": "MIT" };

/** A package that is pinned. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** The ids of those that it needs. */
  readonly needs: readonly string[];
  /** Whether it is for this system: what is for others only is not installed. */
  readonly isForHere: boolean;
}

interface LockEntry {
  readonly dependencies?: readonly string[];
  readonly optionalDependencies?: readonly string[];
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
}

/** The part of `deno.lock` that is read. */
export interface Lock {
  readonly specifiers: Readonly<Record<string, string>>;
  readonly npm: Readonly<Record<string, LockEntry>>;
}

/** Reads what a lock file pins, by what each is called there. */
export function readLock({ npm }: Lock): ReadonlyMap<string, LockedPackage> {
  const ids = Object.keys(npm);
  // A dependency of which there is one version only is named without it.
  const idOf = (name: string) =>
    npm[name] === undefined ? ids.find((id) => nameOf(id) === name) ?? name : name;
  return new Map(ids.map((id) => {
    const { dependencies = [], optionalDependencies = [], os, cpu } = npm[id] ?? {};
    const version = /^@?[^@]+@([^_]+)/.exec(id)?.[1] ?? "";
    const isForHere = (os?.includes(SYSTEM) ?? true) && (cpu?.includes(PROCESSOR) ?? true);
    return [id, {
      name: nameOf(id),
      version,
      needs: [...dependencies, ...optionalDependencies].map(idOf),
      isForHere,
    }];
  }));
}

const SYSTEM = Deno.build.os === "windows" ? "win32" : Deno.build.os;
const PROCESSOR = Deno.build.arch === "x86_64" ? "x64" : "arm64";

const nameOf = (id: string) => /^@?[^@]+/.exec(id)?.[0] ?? id;

/** What of npm's `deno.json` asks for, each by its name and then as it is called in the lock file. */
export function directOf({ specifiers }: Lock): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [specifier, version] of Object.entries(specifiers)) {
    if (!specifier.startsWith("npm:")) continue;
    const name = nameOf(specifier.slice("npm:".length));
    found.set(name, [...found.get(name) ?? [], `${name}@${version}`]);
  }
  return found;
}

/** All that is reached from some packages, those included. */
export function reachedFrom(
  packages: ReadonlyMap<string, LockedPackage>,
  ids: readonly string[],
): ReadonlySet<string> {
  const reached = new Set(ids);
  for (const id of reached) for (const need of packages.get(id)?.needs ?? []) reached.add(need);
  return reached;
}

/** The packages of npm's that what is published imports, by the folders of its packages. */
function imported(folders: readonly string[]): ReadonlySet<string> {
  const files = folders.flatMap(walk).filter((path) => path.endsWith(".ts"));
  const names = files.flatMap((path) =>
    ts.preProcessFile(Deno.readTextFileSync(join(root, path))).importedFiles.map(({ fileName }) => fileName)
  ).filter((specifier) => !/^(\.|node:|@parley\/)/.test(specifier));
  return new Set(names.map((specifier) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier));
}

/** What is said of a package that names no licence at all. */
const NOBODY = "none that is named";

/** The licence that a package names; undefined if it is not installed, as what is optional and for other systems. */
function licenceOf({ name, version }: LockedPackage): string | undefined {
  const folder = join(root, "node_modules/.deno");
  const begins = `${name.replaceAll("/", "+")}@${version}`;
  for (const entry of Deno.readDirSync(folder)) {
    if (entry.name !== begins && !entry.name.startsWith(`${begins}_`)) continue;
    const { license, licenses } = JSON.parse(
      Deno.readTextFileSync(join(folder, entry.name, "node_modules", name, "package.json")),
    );
    const named = license ?? licenses?.[0];
    return (typeof named === "object" ? named.type : named) ?? SAID_BESIDE[name] ?? NOBODY;
  }
  return undefined;
}

/** Whether a licence may be brought in; `(MIT OR GPL-3.0)` may, since one may choose. */
export function isUsable(licence: string): boolean {
  const choices = licence.replace(/^\((.*)\)$/, "$1").split(" OR ");
  return choices.some((choice) => choice.split(" AND ").every((one) => USABLE.has(one)));
}

/** What an audit says that could not be made. */
const SILENT =
  /error sending request|Method Not Allowed|status 4\d\d|status 5\d\d|audit endpoint returned an error/i;

/** The packages that npm's lock file pins, by their licences. */
export function readNpmLock(
  { packages }: { readonly packages: Readonly<Record<string, { version?: string; license?: string }>> },
): ReadonlyMap<string, readonly string[]> {
  const byLicence = new Map<string, string[]>();
  for (const [path, { version = "", license = NOBODY }] of Object.entries(packages)) {
    if (path === "") continue;
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    byLicence.set(license, [...byLicence.get(license) ?? [], `${name} ${version}`]);
  }
  return byLicence;
}

async function supply(): Promise<boolean> {
  const lock: Lock = JSON.parse(Deno.readTextFileSync(join(root, "deno.lock")));
  const { imports }: { imports: Readonly<Record<string, string>> } = JSON.parse(
    Deno.readTextFileSync(join(root, "deno.json")),
  );
  const problems: string[] = [];
  const direct = directOf(lock);
  for (const target of Object.values(imports)) {
    const name = nameOf(target.replace(/^npm:/, ""));
    if (target.startsWith("npm:") && !direct.has(name)) problems.push(`${name} is not pinned by deno.lock`);
  }
  const packages = readLock(lock);
  const names = imported(["src", "testing", "cli"]);
  const published = reachedFrom(packages, [...names].flatMap((name) => direct.get(name) ?? []));
  for (const isPublished of [true, false]) {
    console.log(isPublished ? "What users install" : "\nWhat development needs besides");
    const byLicence = new Map<string, string[]>();
    for (const [id, one] of packages) {
      if (published.has(id) !== isPublished || !one.isForHere) continue;
      const licence = licenceOf(one);
      const shown = `${one.name} ${one.version}`;
      if (licence !== undefined && !isUsable(licence)) problems.push(`${shown} has the licence "${licence}"`);
      const group = licence ?? "not installed here, for it is optional";
      byLicence.set(group, [...byLicence.get(group) ?? [], shown]);
    }
    for (const [licence, names] of [...byLicence].sort()) console.log(`  ${licence}: ${names.join(", ")}`);
  }
  const measured = readNpmLock(
    JSON.parse(Deno.readTextFileSync(join(root, "bench/peers/package-lock.json"))),
  );
  console.log("\nWhat benchmarks need besides");
  for (const [licence, names] of [...measured].sort()) {
    console.log(`  ${licence}: ${names.join(", ")}`);
    if (!isUsable(licence)) problems.push(`${names.join(", ")} of bench/ has the licence "${licence}"`);
  }
  const audits: readonly [command: string, args: readonly string[]][] = [
    [Deno.execPath(), ["audit"]],
    ["npm", ["audit", "--prefix", "bench/peers"]],
  ];
  for (const [command, args] of audits) {
    const { code, output } = await run(command, args);
    // What is down, or has no such service, says nothing of the packages.
    if (code === 0) console.log(`\n${output.trim()}`);
    else if (!SILENT.test(output)) problems.push(output.trim());
    else console.log("\nThe registry cannot be asked here for weaknesses: nothing is known of them");
  }
  for (const problem of problems) console.log(red(problem));
  if (problems.length === 0) console.log(green(`${packages.size} packages are pinned, and may be used`));
  return problems.length === 0;
}

if (import.meta.main) Deno.exit(await supply() ? 0 : 1);
