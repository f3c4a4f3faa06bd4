import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { InteractionClient, SigningKeys } from "../../testing/mod.ts";
import { serveWorker } from "../workers/_workerd.ts";

test("interactions, webhookEvents: behind Hono, inside workerd, over real HTTP", async () => {
  const keys = await SigningKeys.generate();
  const module = new URL("./_worker.ts", import.meta.url).pathname;
  await using workerd = await serveWorker(module, { bindings: { PUBLIC_KEY: keys.publicKey } });
  const handler = (request: Request) => fetch(request);
  const bot = new InteractionClient({ keys, handler, url: `${workerd.origin}/interactions` });
  const pong = await bot.ping();
  assertEquals([pong.status, pong.body], [200, { type: 1 }]);
  assertEquals(pong.headers.get("content-type"), "application/json");
  assertEquals((await bot.command("ping")).content, "pong");
  assertEquals((await bot.forge()).status, 401);

  const events = new InteractionClient({ keys, handler, url: `${workerd.origin}/events` });
  assertEquals((await events.webhookEvent()).status, 204);
  for (let i = 0; i < 2; i++) {
    assertEquals((await events.webhookEvent("ENTITLEMENT_CREATE", { sku_id: "5" })).status, 204);
  }
  assertEquals((await events.forge()).status, 401);
  assertEquals(await (await fetch(`${workerd.origin}/seen`)).json(), ["5 true"]);
});
