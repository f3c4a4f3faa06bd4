import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { Hono } from "hono";
import { CHANNEL, worldOf } from "../discord/gateway/_world.ts";

test("health: behind /healthz it answers 200 while events come, and 503 once none has for too long", async () => {
  const { world, server, connect } = worldOf();
  const gateway = await connect();
  const app = new Hono().get("/healthz", (c) => {
    const health = gateway.health({ deafAfter: 10 * 60_000 });
    return c.json(health, health.ok ? 200 : 503);
  });
  const probe = async () => {
    const response = await app.request("/healthz");
    const { ok, sessions }: { ok: boolean; sessions: unknown[] } = await response.json();
    return [response.status, ok, sessions.length];
  };
  assertEquals(await probe(), [200, true, 1]);
  await world.run(11 * 60_000);
  assertEquals(await probe(), [503, false, 1]);
  await server.command({ kind: "message", channel: CHANNEL, content: "hello" });
  await world.run(1_000);
  assertEquals(await probe(), [200, true, 1]);
  await world.until(gateway.close());
  assertEquals(await probe(), [503, false, 1]);
});
