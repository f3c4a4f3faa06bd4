import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { InteractionClient, SigningKeys } from "../../testing/mod.ts";
import { serveWorker } from "../workers/_workerd.ts";

test("interactions, webhookEvents: behind Hono, inside workerd, over real HTTP, with the key from a binding", async () => {
  const keys = await SigningKeys.generate();
  const module = new URL("./_worker.ts", import.meta.url).pathname;
  await using workerd = await serveWorker(module, { bindings: { DISCORD_PUBLIC_KEY: keys.publicKey } });
  const handler = (request: Request) => fetch(request);
  const at = (path: string) => new InteractionClient({ keys, handler, url: `${workerd.origin}/${path}` });
  for (const path of ["interactions", "plain"]) {
    const bot = at(path);
    const pong = await bot.ping();
    assertEquals([pong.status, pong.body], [200, { type: 1 }]);
    assertEquals(pong.headers.get("content-type"), "application/json");
    assertEquals((await bot.command("ping")).content, "pong");
    assertEquals((await bot.forge()).status, 401);
  }

  const seen = async () => await (await fetch(`${workerd.origin}/seen`)).json();
  const events = at("events");
  assertEquals((await events.webhookEvent()).status, 204);
  for (let i = 0; i < 2; i++) {
    assertEquals((await events.webhookEvent("ENTITLEMENT_CREATE", { sku_id: "5" })).status, 204);
  }
  assertEquals((await events.forge()).status, 401);
  for (const end = Date.now() + 5_000; (await seen()).length < 1 && Date.now() < end;) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assertEquals(await seen(), ["5 true"]);

  // What fails is delivered again, each while others are under way.
  const deliver = (id: number) => at("money").webhookEvent("ENTITLEMENT_CREATE", { id: String(id) });
  for (const expected of [500, 204, 204]) {
    const answers = await Promise.all([1, 2, 3].map(deliver));
    assertEquals(answers.map(({ status }) => status), [expected, expected, expected]);
  }
  assertEquals((await seen()).slice(1).sort(), ["1 at 2", "2 at 2", "3 at 2"]);
});
