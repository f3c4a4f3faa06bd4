import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { assertEquals } from "@std/assert";
import { Program } from "./_program.ts";

const SCRIPT = fileURLToPath(new URL("./_denied.ts", import.meta.url));
const PAGE = readFileSync(new URL("../docs/errors.md", import.meta.url), "utf8");

test("docs/errors.md: no permission on Deno is told at once, with what to allow", async () => {
  // Denied by name: Deno's node:child_process gives every program it starts `-A`.
  const flags = [
    "run",
    "--deny-net",
    "--no-prompt",
    "--no-check",
    "--no-config",
    "--no-lock",
    "--cached-only",
  ];
  await using program = new Program([...flags, SCRIPT]);
  assertEquals(await program.ends(), 0, program.lines.join("\n"));
  const said = (program.lines.at(-1) ?? "").replaceAll("127.0.0.1:6697", "HOST:PORT");
  const row = PAGE.split("\n").find((line) => line.startsWith("| no permission on Deno "));
  assertEquals([said, row?.includes(`\`${said}\``)], [said, true]);
});
