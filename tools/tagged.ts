/**
 * Fails unless a tag is the version that every package of the workspace has, and that the changelog has a heading for; and
 * unless the repository that it is built in is the one that the packages name.
 *
 * ```sh
 * deno run -A tools/tagged.ts v0.1.0 https://github.com/OWNER/NAME
 * ```
 *
 * @module
 */
import { join } from "node:path";
import { root } from "./shared/config.ts";
import { REPOSITORY } from "./shared/repository.ts";

/** What is to be published, and from where. */
export interface Tagged {
  /** `v0.1.0`. */
  readonly tag: string;
  /** The version of each package, by its name. */
  readonly versions: Readonly<Record<string, string>>;
  readonly changelog: string;
  /** The address of the repository that the tag is in. */
  readonly repository: string;
}

/** What keeps a tag from being published; nothing: it may be. */
export function faultsOf({ tag, versions, changelog, repository }: Tagged): readonly string[] {
  const version = tag.replace(/^v/, "");
  const faults = Object.entries(versions).filter(([, has]) => has !== version)
    .map(([name, has]) => `${name} is of version ${has}, and the tag is ${tag}`);
  const heading = new RegExp(`^## ${version.replaceAll(".", "\\.")} · \\d{4}-\\d\\d-\\d\\d$`, "m");
  if (!heading.test(changelog)) faults.push(`CHANGELOG.md has no heading "## ${version} · YYYY-MM-DD"`);
  if (repository !== REPOSITORY) {
    faults.push(
      `The packages say that they are of ${REPOSITORY}, and this is "${repository}": set tools/shared/repository.ts`,
    );
  }
  return faults;
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
  const [tag = "", repository = ""] = Deno.args;
  const faults = faultsOf({ tag, versions, changelog: read("CHANGELOG.md"), repository });
  for (const fault of faults) console.error(fault);
  Deno.exit(faults.length === 0 ? 0 : 1);
}
