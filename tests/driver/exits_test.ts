import { execFile } from "node:child_process";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { assert } from "@std/assert";

const CHILD = fileURLToPath(new URL("./_exits.ts", import.meta.url));
// Its server finds the package by the name that the config gives it.
const CONFIG = fileURLToPath(new URL("../../deno.offline.json", import.meta.url));
const DENO = ["run", "-A", "--no-check", "--config", CONFIG, "--no-lock", "--cached-only"];

/** In milliseconds: the least that a timer left behind has to wait is longer. */
const AT_ONCE = 1_500;

for (
  const [what, title] of [
    ["systemClock", "systemClock: timers that were undone keep no process"],
    ["PooledClock", "PooledClock: timers that were undone keep no process"],
    ["client", "Client.close: the process can end at once"],
  ] as const
) {
  test(title, async () => {
    const runtime = "deno" in process.versions ? DENO : [];
    const { stdout } = await promisify(execFile)(process.execPath, [...runtime, CHILD, what], {
      timeout: 20_000,
    });
    const took = Number(stdout);
    assert(stdout !== "" && took < AT_ONCE, `The process lived on for ${stdout.trim() || "too many"} ms`);
  });
}
