import { assertEquals } from "@std/assert";
import { Hono } from "hono";
import { Hono as OldestHono } from "hono-oldest";
import { readFile } from "node:fs/promises";
import { describe, it, test } from "node:test";
import { command, InteractionRouter } from "../../src/discord/interactions/mod.ts";
import { interactions, webhookEvents } from "../../src/hono/mod.ts";
import { InteractionClient, SigningKeys } from "../../testing/mod.ts";

type Bindings = { NAME: string };
type Env = { Bindings: Bindings; Variables: { who: string } };

const keys = await SigningKeys.generate();
const { publicKey } = keys;
const router = new InteractionRouter().add(command("ping", "Answers pong", (i) => i.reply("pong")));
const seen: string[] = [];
const events = webhookEvents<Bindings>({
  publicKey,
  on: { ENTITLEMENT_CREATE: (_, { env }) => void seen.push(env.NAME) },
});

/** The same app on each; that this compiles is half of the test. */
const apps = {
  "4.0.0": new OldestHono<Env>().basePath("/bot")
    .use("*", async (_, next) => await next())
    .post("/interactions", interactions({ publicKey, router }))
    .post("/events", events),
  newest: new Hono<Env>().basePath("/bot")
    .use("*", async (_, next) => await next())
    .post("/interactions", interactions({ publicKey, router }))
    .post("/events", events),
};

describe("Hono", () => {
  for (const [version, app] of Object.entries(apps)) {
    it(`interactions: mounts on Hono ${version}, with bindings, with and without an execution context`, async () => {
      const kept: Promise<unknown>[] = [];
      const context = {
        waitUntil: (work: Promise<unknown>) => void kept.push(work),
        passThroughOnException() {},
        props: {},
      };
      const contexts = [undefined, context];
      for (const given of contexts) {
        const handler = (request: Request) => app.fetch(request, { NAME: version }, given);
        const client = new InteractionClient({ keys, handler, url: "https://bot.example/bot/interactions" });
        assertEquals((await client.ping()).type, 1);
        assertEquals((await client.command("ping")).content, "pong");
        assertEquals((await client.forge()).status, 401);
      }
      const handler = (request: Request) => app.fetch(request, { NAME: version }, context);
      const client = new InteractionClient({ keys, handler, url: "https://bot.example/bot/events" });
      assertEquals((await client.webhookEvent("ENTITLEMENT_CREATE", { sku_id: version })).status, 204);
      await Promise.all(kept);
      assertEquals(seen.at(-1), version);
    });
  }
});

test("interactions: the versions of Hono that are tested are the first of 4 and the one that we develop with", async () => {
  const { imports } = JSON.parse(await readFile(new URL("../../deno.json", import.meta.url), "utf8"));
  assertEquals([imports["hono-oldest"], /^npm:hono@\^4\./.test(imports.hono)], ["npm:hono@4.0.0", true]);
});
