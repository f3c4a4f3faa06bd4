import { serve } from "@hono/node-server";
import { assertEquals } from "@std/assert";
import { Hono } from "hono";
import { once } from "node:events";
import { test } from "node:test";
import { command, InteractionRouter } from "../../src/discord/interactions/mod.ts";
import { interactions } from "../../src/hono/mod.ts";
import { InteractionClient, SigningKeys } from "../../testing/mod.ts";

test("interactions: behind Hono on Node, served by @hono/node-server", async () => {
  const keys = await SigningKeys.generate();
  const file = { name: "a.txt", data: "a" };
  const router = new InteractionRouter().add(
    command("ping", "Answers pong", (i) => i.reply("pong")),
    command("file", "Sends a file", (i) => i.reply({ files: [file] })),
  );
  const app = new Hono().post("/interactions", interactions({ publicKey: keys.publicKey, router }));
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
  try {
    if (!server.listening) await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const url = `http://127.0.0.1:${port}/interactions`;
    const client = new InteractionClient({ keys, handler: (request) => fetch(request), url });
    assertEquals((await client.ping()).body, { type: 1 });
    assertEquals((await client.command("ping")).content, "pong");
    assertEquals((await client.command("file")).files.map(({ name }) => name), ["a.txt"]);
    assertEquals((await client.forge()).status, 401);
  } finally {
    server.close();
    if ("closeAllConnections" in server) server.closeAllConnections();
  }
});
