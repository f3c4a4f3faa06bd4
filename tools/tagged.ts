/**
 * Fails unless a tag is the version that every package of the workspace has, and that the changelog has a heading for.
 *
 * ```sh
 * deno run -A tools/tagged.ts v0.1.0
 * ```
 *
 * @module
 */
import { join } from "node:path";
import { root } from "./config.ts";

/** What keeps a tag from being published; nothing: it may be. */
export function faultsOf(
  tag: string,
  versions: Readonly<Record<string, string>>,
  changelog: string,
): readonly string[] {
  const version = tag.replace(/^v/, "");
  const other = Object.entries(versions).filter(([, has]) => has !== version)
    .map(([name, has]) => `${name} is of version ${has}, and the tag is ${tag}`);
  const dated = new RegExp(
    `^## ${version.replaceAll(".", "\\.")} · \\d{4}-\\d\\d-\\d\\d$`,
    "m",
  ).test(
    changelog,
  );
  return dated ? other : [...other, `CHANGELOG.md has no heading "## ${version} · YYYY-MM-DD"`];
}

if (import.meta.main) {
  const read = (path: string) => Deno.readTextFileSync(join(root, path));
  const { workspace }: { workspace: readonly string[] } = JSON.parse(
    read("deno.json"),
  );
  const versions = Object.fromEntries(["", ...workspace].map((folder) => {
    const { name, version } = JSON.parse(read(join(folder, "deno.json")));
    return [name, version];
  }));
  const faults = faultsOf(Deno.args[0] ?? "", versions, read("CHANGELOG.md"));
  for (const fault of faults) console.error(fault);
  Deno.exit(faults.length === 0 ? 0 : 1);
}
