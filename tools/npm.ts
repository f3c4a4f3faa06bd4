/**
 * Builds the packages for npm, `@parley/parley`, `@parley/testing` and `@parley/cli`, as ES modules with declarations, by
 * `tsc`: into `npm/`, each in a folder of its own that `npm pack` and `npm publish` take as it is.
 *
 * ```sh
 * deno task npm [--out FOLDER]
 * ```
 *
 * @module
 */
import { basename, dirname, join, relative } from "node:path";
import ts from "typescript";
import { root } from "./shared/config.ts";
import { IN_BROWSERS } from "./shared/in_browsers.ts";
import { readOptions } from "./shared/options.ts";
import { REPOSITORY, withAbsoluteLinks } from "./shared/repository.ts";
import { ENGINES } from "./shared/runtimes.ts";

/** What `deno.json` says of a package. */
interface DenoConfig {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly exports: string | Readonly<Record<string, string>>;
}

/** A package to build. */
interface Package {
  /** Its folder, from the root of the repository. */
  readonly folder: string;
  readonly description: string;
  readonly keywords: readonly string[];
  /** Modules that bundlers for browsers have others for, by their paths. */
  readonly inBrowsers?: Readonly<Record<string, string>>;
  /** The programs that it installs, by their names. */
  readonly bin?: Readonly<Record<string, string>>;
}

const PACKAGES: readonly Package[] = [
  {
    folder: "",
    description: "Keeps a bot connected to IRC, Twitch chat and Discord, on any runtime",
    keywords: ["irc", "twitch", "discord", "bot", "chat", "gateway", "sans-io"],
    inBrowsers: IN_BROWSERS,
  },
  {
    folder: "testing",
    description:
      "Servers, worlds in virtual time and signed interactions, for tests of bots made with @parley/parley",
    keywords: ["irc", "twitch", "discord", "bot", "testing", "simulation"],
    // The only one, so that `npx @parley/testing` needs no name.
    bin: { "parley-testing": "serve.js" },
  },
  {
    folder: "cli",
    description: "Reads and says things on IRC, Twitch and Discord, and finds out why a bot does not work",
    keywords: ["irc", "twitch", "discord", "bot", "cli", "doctor"],
    bin: { parley: "main.js" },
  },
];

/** Where the project is: npm's provenance wants it to be where the package was built. */
const WHERE = {
  repository: { type: "git", url: `git+${REPOSITORY}.git` },
  homepage: `${REPOSITORY}#readme`,
  bugs: `${REPOSITORY}/issues`,
};

const readJson = (path: string) => JSON.parse(Deno.readTextFileSync(join(root, path)));
const { imports }: { imports: Record<string, string> } = readJson("deno.json");

/** A package that was built. */
export interface BuiltPackage {
  readonly name: string;
  /** Where it is. */
  readonly folder: string;
}

const entries = ({ exports }: DenoConfig): [subpath: string, path: string][] =>
  Object.entries(typeof exports === "string" ? { ".": exports } : exports);

// What the oldest runtimes know, so that the use of anything newer is an error here.
const COMPILER: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2024.d.ts", "lib.esnext.disposable.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  types: ["node"],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  declaration: true,
  noEmitOnError: true,
  allowImportingTsExtensions: true,
  rewriteRelativeImportExtensions: true,
  verbatimModuleSyntax: true,
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
};

/** Builds packages into folders of `out`: all of them, or the first so many, which need none of those after them. */
export function buildPackages(out: string, count: number = PACKAGES.length): BuiltPackage[] {
  const paths: Record<string, string[]> = {};
  return PACKAGES.slice(0, count).map(({ folder, ...about }) => {
    const config: DenoConfig = readJson(join(folder, "deno.json"));
    const target = join(out, config.name.split("/").at(-1) ?? "");
    const others = Object.entries(about.inBrowsers ?? {});
    const names = new Map(others.map(([path]) => [join(target, jsOf(path)), nameOf(path)]));
    const modules = [...entries(config).map(([, path]) => path), ...others.map(([, other]) => other)];
    const outside = compile(join(root, folder), target, modules, paths, names);
    for (const [subpath, path] of entries(config)) {
      paths[join(config.name, subpath)] = [join(target, path.replace(/\.ts$/, ".d.ts"))];
    }
    Deno.writeTextFileSync(join(target, "package.json"), packageJson(config, about, outside));
    const readme = Deno.readTextFileSync(join(root, folder, "README.md"));
    Deno.writeTextFileSync(join(target, "README.md"), withAbsoluteLinks(readme));
    Deno.copyFileSync(join(root, folder, "LICENSE"), join(target, "LICENSE"));
    return { name: config.name, folder: target };
  });
}

const jsOf = (path: string) => path.replace(/\.ts$/, ".js");
/** What a module is imported by that bundlers for browsers have another for: `#dial`. */
const nameOf = (path: string) => `#${basename(path, ".ts").replace(/^_/, "")}`;

/**
 * Compiles modules and all that they reach, and imports by their `names` those that have one; returns the packages that
 * the outcome imports.
 */
function compile(
  from: string,
  to: string,
  modules: readonly string[],
  paths: Record<string, string[]>,
  names: ReadonlyMap<string, string>,
): Set<string> {
  const options = {
    ...COMPILER,
    rootDir: from,
    outDir: to,
    // From wherever the package before was put, what it imports is not found.
    paths: { ...paths, "discord-api-types/*": [join(root, "node_modules/discord-api-types/*")] },
    typeRoots: [join(root, "node_modules/@types")],
  };
  const program = ts.createProgram(modules.map((path) => join(from, path)), options);
  const outside = new Set<string>();
  const named = new Set<string>();
  const byName = (path: string, text: string) =>
    text.replaceAll(/(\bfrom |\bimport\()"(\.[^"]+)"/g, (whole, before: string, specifier: string) => {
      const name = names.get(join(dirname(path), specifier));
      if (name === undefined) return whole;
      named.add(name);
      return `${before}"${name}"`;
    });
  const write: ts.WriteFileCallback = (path, text) => {
    for (const { fileName } of ts.preProcessFile(text).importedFiles) {
      if (!/^(\.|node:)/.test(fileName)) outside.add(/^(@[^/]+\/)?[^/]+/.exec(fileName)?.[0] ?? fileName);
    }
    Deno.mkdirSync(dirname(path), { recursive: true });
    // Whose lib is older than what it can run has no such symbol.
    const needsLib = path.endsWith(".d.ts") && /\b(asyncDispose|AsyncDisposable)\b/.test(text);
    const made = needsLib ? `/// <reference lib="esnext.disposable" />\n${text}` : text;
    Deno.writeTextFileSync(path, path.endsWith(".js") ? byName(path, made) : made);
  };
  const { diagnostics } = program.emit(undefined, write);
  const problems = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (problems.length > 0) {
    throw new Error(ts.formatDiagnostics(problems, {
      getCanonicalFileName: (path) => path,
      getCurrentDirectory: () => from,
      getNewLine: () => "\n",
    }));
  }
  for (const [path, name] of names) {
    if (!named.has(name)) {
      throw new Error(`Cannot have another in place of "${relative(to, path)}": nothing imports it`);
    }
  }
  return outside;
}

function packageJson(
  config: DenoConfig,
  { inBrowsers = {}, ...about }: Omit<Package, "folder">,
  outside: Iterable<string>,
): string {
  const { name, version, license } = config;
  // An edge worker has TCP, or can say so itself; its bundlers ask for what is for browsers, too.
  const imports = Object.fromEntries(
    Object.entries(inBrowsers).map(([path, other]) => {
      const module = `./${jsOf(path)}`;
      return [nameOf(path), { workerd: module, browser: `./${jsOf(other)}`, default: module }];
    }),
  );
  const exports = Object.fromEntries(
    entries(config).map(([subpath, path]) => {
      const module = path.replace(/\.ts$/, "");
      return [subpath, { types: `${module}.d.ts`, default: `${module}.js` }];
    }),
  );
  const dependencies = Object.fromEntries([...outside].sort().map((name) => [name, versionOf(name)]));
  const made = {
    name,
    version,
    ...about,
    license,
    ...WHERE,
    type: "module",
    // A program is there for nothing else.
    ...(about.bin === undefined && { sideEffects: false }),
    exports: { ...exports, "./package.json": "./package.json" },
    ...(Object.keys(imports).length > 0 && { imports }),
    engines: ENGINES,
    dependencies,
  };
  return `${JSON.stringify(made, undefined, 2)}\n`;
}

/** Of a package that is made here the very version; of npm's the range in `deno.json`. */
function versionOf(name: string): string {
  const own = PACKAGES.map(({ folder }): DenoConfig => readJson(join(folder, "deno.json")))
    .find((config) => config.name === name);
  if (own !== undefined) return own.version;
  const range = new RegExp(`^npm:${name}@(.+)$`).exec(imports[name] ?? "")?.[1];
  if (range === undefined) {
    throw new Error(`Cannot find the version of "${name}": deno.json imports no such package`);
  }
  return range;
}

if (import.meta.main) {
  const { values } = readOptions(
    { args: Deno.args, options: { out: { type: "string", default: join(root, "npm") } } },
    "deno task npm [--out FOLDER]",
  );
  for (const { name, folder } of buildPackages(values.out)) {
    console.log(`${name} in ${relative(Deno.cwd(), folder)}`);
  }
}
