import { assertEquals, assertStringIncludes } from "@std/assert";
import { Hono } from "hono";
import { connect } from "node:net";
import { test } from "node:test";
import {
  command,
  interactionHandler,
  InteractionRouter,
  webhookHandler,
} from "../../src/discord/interactions/mod.ts";
import { interactions, webhookEvents } from "../../src/hono/mod.ts";
import { InteractionClient, SigningKeys } from "../../testing/mod.ts";
import { listen } from "./_listen.ts";

const keys = await SigningKeys.generate();
const { publicKey } = keys;
const router = new InteractionRouter().add(command("ping", "Answers pong", (i) => i.reply("pong")));
const on = {};
const plain = interactionHandler({ publicKey, router });
const plainEvents = webhookHandler({ publicKey, on });

const doors = {
  Hono: new Hono()
    .post("/interactions", interactions({ publicKey, router }))
    .post("/events", webhookEvents({ publicKey, on })).fetch,
  "no framework": (request: Request) =>
    request.url.endsWith("/events") ? plainEvents(request) : plain(request),
};

for (const [name, handler] of Object.entries(doors)) {
  test(`interactionHandler: a signed request over real HTTP gets its answer, with ${name}`, async () => {
    await using server = await listen((request) => handler(request));
    const client = new InteractionClient({
      keys,
      handler: (request) => fetch(request),
      url: `${server.origin}/interactions`,
    });
    const pong = await client.ping();
    assertEquals([pong.status, pong.body], [200, { type: 1 }]);
    assertStringIncludes(pong.headers.get("content-type") ?? "", "application/json");
    assertEquals((await client.command("ping")).content, "pong");
    assertEquals((await client.forge()).status, 401);
    const events = new InteractionClient({
      keys,
      handler: (request) => fetch(request),
      url: `${server.origin}/events`,
    });
    const acknowledged = await events.webhookEvent("ENTITLEMENT_CREATE", { id: "1" });
    assertEquals([acknowledged.status, acknowledged.body], [204, undefined]);
  });
}

test("interactionHandler: 413 over real HTTP, while the body is still being sent", async () => {
  await using server = await listen(interactionHandler({ publicKey, router, maxBodyBytes: 1_000 }));
  const { port } = new URL(server.origin);
  const headers = Object.entries(await keys.sign("")).map(([name, value]) => `${name}: ${value}\r\n`).join(
    "",
  );
  const socket = connect(Number(port), "127.0.0.1");
  const { promise, resolve } = Promise.withResolvers<string>();
  socket.once("data", (data) => resolve(String(data)));
  socket.on("error", () => {});
  socket.write(`POST / HTTP/1.1\r\nHost: x\r\n${headers}Transfer-Encoding: chunked\r\n\r\n`);
  // Two chunks beyond the limit, and never the last.
  socket.write(`400\r\n${"x".repeat(0x400)}\r\n400\r\n${"x".repeat(0x400)}\r\n`);
  assertStringIncludes(await promise, "413");
  socket.destroy();
});
