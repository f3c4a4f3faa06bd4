import type { Observation } from "@parley/parley/driver";
import { builtin } from "../../world/_builtin.ts";
import { written } from "./_recording.ts";

/**
 * Records what clients do, and what is sent to them, into a file: for the option `runtime.observe`. What is secret is
 * left out, as it is of every observation. {@linkcode replay} gives it to a client again, so that a report of a bug becomes a
 * test.
 *
 * @throws if the file cannot be written, or the runtime has no files.
 *
 * @example
 * ```ts
 * import { IrcClient } from "@parley/parley/irc";
 * import { ircWorld, record } from "@parley/testing";
 * import { mkdtempSync } from "node:fs";
 * import { tmpdir } from "node:os";
 *
 * const file = `${mkdtempSync(`${tmpdir()}/parley-`)}/bot.jsonl`;
 * const world = await ircWorld();
 * await world.start((runtime) => {
 *   const observed = { ...runtime, observe: record(file) };
 *   return new IrcClient({ host: "irc.libera.chat", nick: "bot", runtime: observed }).connect();
 * }); // one JSON object a line
 * ```
 */
export function record(file: string): (observation: Observation) => void {
  const fs = builtin("node:fs");
  if (fs === undefined) throw new Error("Cannot record: this runtime has no node:fs");
  fs.writeFileSync(file, "");
  return (observation) => fs.appendFileSync(file, `${written(observation)}\n`);
}
