import { assert, assertEquals } from "@std/assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import process from "node:process";
import { InteractionClient, SigningKeys } from "../../../testing/mod.ts";
import { POST } from "./_vercel_program.ts";

/** Where `@vercel/functions` looks for what Vercel gives along with a request. */
const CONTEXT = Symbol.for("@vercel/request-context");

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

test("docs/deploying.md: the program for Vercel answers, and keeps its function alive for what follows", async () => {
  const program = read("./_vercel_program.ts");
  assert(
    read("../../../docs/deploying.md").includes(`\`\`\`ts no-eval\n${program}\`\`\``),
    "another program",
  );
  const keys = await SigningKeys.generate();
  const before = process.env.DISCORD_PUBLIC_KEY;
  const works: Promise<unknown>[] = [];
  const context = { waitUntil: (work: Promise<unknown>) => void works.push(work) };
  try {
    process.env.DISCORD_PUBLIC_KEY = keys.publicKey;
    Reflect.set(globalThis, CONTEXT, { get: () => context });
    // Vercel gives a function nothing but the request.
    const discord = new InteractionClient({ keys, handler: (request) => POST(request) });
    assertEquals((await discord.ping()).body, { type: 1 });
    assertEquals(works.length, 0);
    assertEquals((await discord.command("ping")).body, { type: 4, data: { content: "pong" } });
    assertEquals([works.length, await works[0]], [1, undefined]);
    assertEquals((await discord.forge()).status, 401);
  } finally {
    Reflect.deleteProperty(globalThis, CONTEXT);
    if (before === undefined) delete process.env.DISCORD_PUBLIC_KEY;
    else process.env.DISCORD_PUBLIC_KEY = before;
  }
});
