import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { Program } from "../../_program.ts";

test("KvSessionStore: keeps sessions in Deno's own KV", async () => {
  const args = ["run", "-A", "--unstable-kv", "--quiet", "--no-check", "--config", "deno.offline.json"];
  await using child = new Program([...args, "tests/discord/gateway/_kv_child.ts"]);
  assertEquals(await child.ends(), 0, child.lines.join("\n"));
  assertEquals(JSON.parse(child.lines.at(-1) ?? ""), [null, {
    application: "1",
    shard: [3, 4],
    session: { sessionId: "one", sequence: 7, resumeUrl: "wss://gateway.discord.gg", at: 12.5 },
    identifies: [1, 2.5],
  }]);
});
