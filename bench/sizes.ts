/**
 * Measures how large each public entry is: all of it, minified and gzipped, in one file, and, split, what of it is
 * loaded at once, without what is loaded only where it is needed (TCP on Deno, Bun and Node, say). Beside them the
 * packages that others publish for the same, in one file. What is built into a runtime is not counted.
 *
 *     deno task bench sizes [--write]
 *
 * `--write` puts the table into the README. Below it is of what some programs in a browser are made, by room.
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { gzipSync } from "node:zlib";
import { bundle, loadedAtOnce } from "../tools/shared/bundle.ts";
import { root } from "../tools/shared/config.ts";
import { asTable, replaceTable } from "../tools/shared/markdown_tables.ts";
import { readOptions } from "../tools/shared/options.ts";
import { measuredTable } from "./_figures.ts";
import { BROWSER_PROGRAMS, weigh } from "./_browser_programs.ts";
import { folderOf, installPeers, versionOf } from "./_peers.ts";

const { values } = readOptions({
  args: process.argv.slice(2),
  options: { write: { type: "boolean", default: false } },
}, "deno task bench sizes [--write]");
const { exports }: { exports: Record<string, string> } = JSON.parse(
  readFileSync(join(root, "deno.json"), "utf8"),
);

/** What others publish for the same. */
const LIKE_OURS: readonly [name: string, like: string][] = [
  ["irc-framework", "./irc"],
  ["@twurple/chat", "./twitch"],
  ["tmi.js", "./twitch"],
  ["@mastondzn/dank-twitch-irc", "./twitch"],
  ["@discordjs/ws", "./discord"],
  ["@discordeno/gateway", "./discord"],
  ["discord-hono", "./discord/interactions"],
];

/** How many bytes a module is, minified and then gzipped, in one file or as far as it is loaded at once. */
function sizeOf(module: string, splitting: boolean): number {
  const whole = bundle(`export * from ${JSON.stringify(module)};`, {
    platform: "node",
    target: "es2022",
    splitting,
    minify: true,
    // Optional parts of others, which they go without.
    external: ["zlib-sync", "bufferutil", "utf-8-validate", "@discordjs/opus"],
  });
  return loadedAtOnce(whole)
    .reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0);
}

await installPeers();
const kB = (bytes: number): string => `${(bytes / 1_000).toFixed(1)} kB`;
const rows = Object.entries(exports).filter(([entry]) => entry !== "./internal").map(([entry, path]) => {
  const others = LIKE_OURS.filter(([, like]) => like === entry)
    .map(([name]) => `${name} ${versionOf(name)} ${kB(sizeOf(folderOf(name), false))}`);
  return [`\`${entry}\``, kB(sizeOf(path, false)), kB(sizeOf(path, true)), others.join(", ")];
});
const table = asTable(["entry", "in one file", "split, at once", "others, in one file"], rows);
console.log(table);
measuredTable("How large each entry is, minified and gzipped", table);
for (const { name, program, most, beside } of BROWSER_PROGRAMS) {
  const { size, rooms } = await weigh(program);
  console.log(`\n${name} in a browser: ${kB(size)}, at most ${kB(most)}`);
  if (beside !== undefined) {
    const [other, theirs] = beside;
    console.log(
      `  ${kB((await weigh(theirs)).size).padStart(8)}  ${other} ${versionOf(other)}, the same of it`,
    );
  }
  for (const [room, bytes] of [...rooms].toSorted(([, a], [, b]) => b - a)) {
    if (bytes >= 50) console.log(`  ${kB(bytes).padStart(8)}  ${room}`);
  }
}
if (values.write) {
  const readme = join(root, "README.md");
  writeFileSync(readme, replaceTable(readFileSync(readme, "utf8"), table));
}
