import { execFile } from "node:child_process";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { assert } from "@std/assert";

const CHILD = fileURLToPath(new URL("./_frames_memory.ts", import.meta.url));
const DENO = ["run", "-A", "--no-check", "--no-config", "--no-lock", "--cached-only"];

const COUNT = 500_000;
/** The payload twice over, and what a runtime's own garbage comes to: lists of parts took 50 to 250 MB. */
const MOST = 32;

for (const kind of ["fragments", "segments"]) {
  test(`FrameDecoder: a message of 500 kB in as many ${kind} takes less than ${MOST} MB`, async () => {
    const runtime = "deno" in process.versions ? DENO : [];
    const args = [...runtime, CHILD, kind, String(COUNT)];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 });
    const grown = Number(stdout);
    assert(grown < MOST, `Grew by ${stdout.trim()} MB`);
  });
}
