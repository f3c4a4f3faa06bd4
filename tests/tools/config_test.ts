import { assertEquals } from "@std/assert";
import { readFileSync } from "node:fs";
import { join } from "node:path/posix";
import { test } from "node:test";

interface Config {
  name: string;
  exports: Record<string, string>;
  imports: Record<string, string>;
  lock?: boolean;
}

const text = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const config: Config = JSON.parse(text("deno.json"));
const offline: Config = JSON.parse(text("deno.offline.json"));
const testing: Config = JSON.parse(text("testing/deno.json"));
const tsconfig: { compilerOptions: { paths: Record<string, string[]> } } = JSON.parse(text("tsconfig.json"));

test("deno.offline.json: differs from deno.json only in where @std/* come from, and keeps no lock file", () => {
  const imports = Object.entries(config.imports).map(([name, to]) => {
    return name.startsWith("@std/") ? [name, `./tests/std/${name.slice("@std/".length)}.ts`] : [name, to];
  });
  assertEquals(offline, { ...config, imports: Object.fromEntries(imports), lock: false });
});

test("tsconfig.json: maps the names that deno.json exports", () => {
  const pathsOf = ({ name, exports }: Config, folder: string) =>
    Object.entries(exports).map(([subpath, to]) => [`${name}${subpath.slice(1)}`, [`./${join(folder, to)}`]]);
  assertEquals(tsconfig.compilerOptions.paths, {
    "@std/*": ["./tests/std/*.ts"],
    ...Object.fromEntries([...pathsOf(config, "."), ...pathsOf(testing, "testing")]),
  });
});

test("deno.lock: holds what npm provides, and no address", () => {
  const lock = text("deno.lock");
  assertEquals(lock.match(/https?:\/\/[^"]*/g), null);
  assertEquals(
    Object.keys(JSON.parse(lock)).filter((key) =>
      !["version", "specifiers", "npm", "workspace"].includes(key)
    ),
    [],
  );
});
