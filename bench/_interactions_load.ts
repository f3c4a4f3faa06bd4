/**
 * Loads a module, on Deno, Bun or Node, and prints how long it took, as one line of JSON:
 *
 *     _interactions_load.ts <file>
 *
 * @module
 */
import process from "node:process";
import { pathToFileURL } from "node:url";

/** How long it took to load a module. */
export interface Load {
  readonly milliseconds: number;
}

const { href } = pathToFileURL(process.argv[2] ?? "");
const began = performance.now();
await import(href);
const load: Load = { milliseconds: performance.now() - began };
console.log(JSON.stringify(load));
