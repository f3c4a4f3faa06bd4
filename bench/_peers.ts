/**
 * The packages of others that are measured beside ours. Those that the tests use, too, are the project's; the others stand in
 * `bench/peers/package.json`, and the first benchmark installs them beside it.
 *
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

// A folder of its own: Deno would take what lies beside a package.json for a project of its own.
const folder = join(import.meta.dirname ?? "", "peers");
const { dependencies: own }: { dependencies: Record<string, string> } = read(join(folder, "package.json"));

/** Those that are installed there. */
const OWN: readonly string[] = Object.keys(own);

/** All of them. */
export const PEERS: readonly string[] = [
  ...["@discordeno/gateway", "@discordjs/ws", "discord-hono", "discord-interactions", "etf.js", "oceanic.js"],
  ...["irc-framework", "ircv3", "tmi.js", "@twurple/chat"],
  ...OWN,
];

/** Where those are installed that are measured alone. */
export const PEERS_FOLDER: string = join(folder, "node_modules");

function read(path: string) {
  return JSON.parse(readFileSync(path, "utf8"));
}

/** Where a package is. */
export function folderOf(name: string): string {
  return OWN.includes(name) ? join(PEERS_FOLDER, name) : join(folder, "../../node_modules", name);
}

/** The version of a package that is measured. */
export function versionOf(name: string): string {
  return read(join(folderOf(name), "package.json")).version;
}

/** Installs those that are measured alone, as their lock file says, if they are not there. */
export async function installPeers(): Promise<void> {
  const isThere = (name: string) =>
    existsSync(join(folderOf(name), "package.json")) && versionOf(name) === own[name];
  if (OWN.every(isThere)) return;
  const args = ["ci", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund"];
  const { success, stderr } = await new Deno.Command("npm", { args, stdout: "null" }).output();
  if (!success) {
    throw new Error(`Cannot install bench/peers/package.json:\n${new TextDecoder().decode(stderr)}`);
  }
}

/** Loads one of those. The project's types know nothing of it: whoever loads it says what it uses of it. */
export function load<Module>(name: string): Module {
  return createRequire(join(folder, "package.json"))(name);
}
