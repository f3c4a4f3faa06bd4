/**
 * Lets Node import by the names in `deno.json`: `@std/*` as the stand-ins under `tests/std/`, and the
 * packages that are made here by their own.
 *
 * Used as `node --import ./tools/suite/node_hook.ts`.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import process from "node:process";

const root = new URL("../../", import.meta.url);
const config: { name: string; exports: Record<string, string> } = JSON.parse(
  readFileSync(new URL("deno.json", root), "utf8"),
);

function mapped(specifier: string): string | undefined {
  if (specifier.startsWith("@std/")) return `tests/std/${specifier.slice("@std/".length)}.ts`;
  if (specifier === "@parley/testing") return "testing/mod.ts";
  if (specifier !== config.name && !specifier.startsWith(`${config.name}/`)) return undefined;
  return config.exports[`.${specifier.slice(config.name.length)}`];
}

registerHooks({
  resolve(specifier, context, next) {
    const path = mapped(specifier);
    const resolved = next(path === undefined ? specifier : new URL(path, root).href, context);
    // Else Node, which finds no package.json here, strips and parses each file once more to learn that.
    const isOurs = process.features.typescript !== false && resolved.url.startsWith(root.href) &&
      resolved.url.endsWith(".ts");
    return isOurs ? { ...resolved, format: "module-typescript" } : resolved;
  },
});
