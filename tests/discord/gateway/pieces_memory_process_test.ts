import { assert, assertEquals } from "@std/assert";
import { execFile } from "node:child_process";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const CHILD = fileURLToPath(new URL("./_pieces_child.ts", import.meta.url));
const DENO = ["run", "-A", "--no-check", "--no-config", "--no-lock", "--cached-only"];

test("inflating: a message in 400,000 pieces of a byte takes no more room than in one", async () => {
  const runtime = "deno" in process.versions ? DENO : [];
  const { stdout } = await promisify(execFile)(process.execPath, [...runtime, CHILD], { timeout: 60_000 });
  const [grown, links] = stdout.trim().split(" ").map(Number);
  assertEquals(links, 2);
  assert(grown !== undefined && grown < 100, `${grown} MB`);
});
