import { buildSync, type Metafile } from "esbuild";
import { root } from "../../tools/config.ts";

/** What a bundle for browsers is made of. */
export interface Bundle {
  /** Its files, by name. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Of what each file is made, which it loads at once and which only when they are needed. */
  readonly outputs: Metafile["outputs"];
}

/**
 * Bundles a module of the repository for browsers: into one file, or split where something is loaded only when it is
 * needed.
 *
 * @throws what esbuild does not find, or what a browser does not have.
 */
export function bundle(module: string, { splitting = false } = {}): Bundle {
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: { main: module },
    bundle: true,
    format: "esm",
    platform: "browser",
    splitting,
    minify: true,
    outdir: "bundle",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  return {
    files: new Map(outputFiles.map(({ path, contents }) => [path.split("/").at(-1) ?? path, contents])),
    outputs: metafile.outputs,
  };
}

/** The sources that a browser has loaded once the bundle's first file runs. */
export function loadedAtOnce({ outputs }: Bundle): string[] {
  const files = ["bundle/main.js"];
  for (const file of files) {
    for (const { path, kind } of outputs[file]?.imports ?? []) {
      if (kind === "import-statement" && !files.includes(path)) files.push(path);
    }
  }
  return files.flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));
}
