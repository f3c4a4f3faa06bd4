import { assertEquals, assertThrows } from "@std/assert";
import { Hono } from "hono";
import { test } from "node:test";
import { webhookEvents } from "../../src/hono/mod.ts";
import { OptionError } from "../../src/protocol/errors.ts";
import { InteractionClient, SigningKeys } from "../../testing/mod.ts";

const keys = await SigningKeys.generate();
const { publicKey } = keys;
const url = "https://bot.example/events";

test("webhookEvents: answers 204 to a PING and to an event, and 401 to a wrong signature", async () => {
  const seen: string[] = [];
  const app = new Hono().post(
    "/events",
    webhookEvents({ publicKey, on: { ENTITLEMENT_CREATE: ({ data }) => void seen.push(data.sku_id) } }),
  );
  const client = new InteractionClient({ keys, handler: (request) => app.fetch(request), url });
  assertEquals((await client.webhookEvent()).status, 204);
  assertEquals((await client.webhookEvent("ENTITLEMENT_CREATE", { sku_id: "5" })).status, 204);
  assertEquals((await client.forge()).status, 401);
  assertEquals(seen, ["5"]);
});

test("webhookEvents: handlers get the app's bindings, by type, and their work goes to waitUntil", async () => {
  type Bindings = { GREETING: string };
  const seen: string[] = [];
  const kept: Promise<unknown>[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const app = new Hono<{ Bindings: Bindings }>().post(
    "/events",
    webhookEvents<Bindings>({
      publicKey,
      on: {
        APPLICATION_AUTHORIZED: async ({ data }, { env }) => {
          await promise;
          seen.push(`${env.GREETING} ${data.user.username}`);
        },
      },
    }),
  );
  const context = {
    waitUntil: (work: Promise<unknown>) => void kept.push(work),
    passThroughOnException() {},
    props: {},
  };
  const handler = (request: Request) => app.fetch(request, { GREETING: "Hello" }, context);
  const client = new InteractionClient({ keys, handler, url });
  const user = { id: "7", username: "ada" };
  assertEquals((await client.webhookEvent("APPLICATION_AUTHORIZED", { user, scopes: [] })).status, 204);
  assertEquals([kept.length, seen], [1, []]);
  resolve();
  await Promise.all(kept);
  assertEquals(seen, ["Hello ada"]);
});

test("webhookEvents: refuses at once a key that cannot be one, and is a named function", () => {
  assertThrows(() => webhookEvents({ publicKey: "abc", on: {} }), OptionError);
  assertEquals(webhookEvents({ publicKey, on: {} }).name, "webhookEvents");
});
