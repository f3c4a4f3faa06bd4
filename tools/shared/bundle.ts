import { join, relative } from "node:path";
import {
  build,
  type BuildOptions,
  type BuildResult,
  buildSync,
  type Metafile,
  type Plugin,
  stop,
} from "esbuild";
import { root } from "./config.ts";
import { IN_BROWSERS } from "./in_browsers.ts";

/** A file of a bundle. */
export interface BundledFile {
  readonly contents: Uint8Array;
  /** The modules that it is made of, as paths from the root of the repository. */
  readonly sources: readonly string[];
  /** How many of its bytes each of them takes. */
  readonly bytesOf: ReadonlyMap<string, number>;
  /** The other files that are loaded with it, and not only when they are needed. */
  readonly loads: readonly string[];
}

/** What a program was bundled into. */
export interface Bundle {
  /** Its files by name; the first to be loaded is `main.js`. */
  readonly files: ReadonlyMap<string, BundledFile>;
  /** What each module imports, by its path from the root of the repository. */
  readonly inputs: Metafile["inputs"];
}

/**
 * Bundles a program, as if it were a file at the root of the repository, by esbuild: for browsers, into one file, if
 * `options` do not say otherwise.
 *
 * @throws what esbuild does not find, or what a browser does not have.
 */
export function bundle(program: string, options: BuildOptions = {}): Bundle {
  return bundleOf(buildSync(optionsFor(program, options)));
}

/** Bundles a program as `bundle` does, with what the package on npm has for browsers in place of other modules. */
export async function bundleForBrowsers(program: string, options: BuildOptions = {}): Promise<Bundle> {
  try {
    return bundleOf(await build({ ...optionsFor(program, options), plugins: [forBrowsers] }));
  } finally {
    // Its process would outlive a test.
    await stop();
  }
}

const forBrowsers: Plugin = {
  name: "for browsers",
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
      const other = IN_BROWSERS[relative(root, join(resolveDir, path)).replaceAll("\\", "/")];
      return other === undefined ? undefined : { path: join(root, other) };
    });
  },
};

type Options = BuildOptions & { metafile: true; write: false };

function optionsFor(program: string, options: BuildOptions): Options {
  return {
    absWorkingDir: root,
    stdin: { contents: program, resolveDir: root },
    entryNames: "main",
    bundle: true,
    format: "esm",
    platform: "browser",
    outdir: "bundle",
    logLevel: "silent",
    ...options,
    write: false,
    metafile: true,
  };
}

function bundleOf({ outputFiles, metafile }: BuildResult<Options>): Bundle {
  const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);
  const files = outputFiles.map(({ path, contents }): [string, BundledFile] => {
    const { inputs = {}, imports = [] } = metafile.outputs[`bundle/${nameOf(path)}`] ?? {};
    const loads = imports.filter(({ kind, external }) => kind === "import-statement" && !external)
      .map(({ path }) => nameOf(path));
    const bytesOf = new Map(
      Object.entries(inputs).map(([source, { bytesInOutput }]) => [source, bytesInOutput]),
    );
    return [nameOf(path), { contents, sources: [...bytesOf.keys()], bytesOf, loads }];
  });
  return { files: new Map(files), inputs: metafile.inputs };
}

/** The files that are loaded once the first runs, without those that are loaded only when they are needed. */
export function loadedAtOnce({ files }: Bundle): BundledFile[] {
  const names = new Set(["main.js"]);
  for (const name of names) for (const other of files.get(name)?.loads ?? []) names.add(other);
  return [...names].flatMap((name) => files.get(name) ?? []);
}
