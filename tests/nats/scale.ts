/**
 * Prints what a large fleet costs, and with `--write` puts that into docs/many-processes.md.
 *
 * @module
 */
import { readFile, writeFile } from "node:fs/promises";
import process from "node:process";
import { replaceTable } from "../../tools/shared/markdown_tables.ts";
import { scaleTable } from "./_scale.ts";

const table = scaleTable();
console.log(table);
if (process.argv.includes("--write")) {
  const page = new URL("../../docs/many-processes.md", import.meta.url);
  await writeFile(page, replaceTable(await readFile(page, "utf8"), table));
}
