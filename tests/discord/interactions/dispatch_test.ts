import { assertEquals, assertRejects } from "@std/assert";
import { test } from "node:test";
import { dispatchHandler, verifyRequest } from "../../../src/discord/interactions/verify.ts";
import { InteractionClient, SigningKeys } from "../../../testing/mod.ts";

const keys = await SigningKeys.generate();
const env = { DISCORD_PUBLIC_KEY: keys.publicKey, NAME: "parley" };

const handler = dispatchHandler<typeof env>({
  command: ({ data }, { env }) => ({ type: 4, data: { content: `${env.NAME}: ${data.name}` } }),
  autocomplete: () => Promise.resolve({ type: 8, data: { choices: [{ name: "a", value: "a" }] } }),
  component: ({ data }) => ({ type: 7, data: { content: data.custom_id } }),
});
const client = new InteractionClient({ keys, handler: (request) => handler(request, env) });

test("dispatchHandler: answers PING, and each kind by its function, with what comes along", async () => {
  assertEquals((await client.ping()).body, { type: 1 });
  const pong = await client.command("ping");
  assertEquals([pong.status, pong.content, pong.headers.get("content-type")], [
    200,
    "parley: ping",
    "application/json",
  ]);
  assertEquals((await client.autocomplete("find", { options: { what: "a" }, focused: "what" })).type, 8);
  assertEquals((await client.click("go")).content, "go");
});

test("dispatchHandler: what nothing answers gets 501, and what is not Discord's 401, 400 or 413", async () => {
  assertEquals((await client.submit("m")).status, 501);
  assertEquals((await client.forge()).status, 401);
  assertEquals((await client.send({ type: "x" })).status, 400);
  const small = dispatchHandler<typeof env>({ maxBodyBytes: 10 });
  const long = new InteractionClient({ keys, handler: (request) => small(request, env) });
  assertEquals((await long.ping()).status, 413);
});

test("dispatchHandler: what a function throws, it rejects with", async () => {
  const failing = dispatchHandler({
    publicKey: keys.publicKey,
    command: () => Promise.reject(new Error("boom")),
  });
  const user = new InteractionClient({ keys, handler: (request) => failing(request) });
  await assertRejects(() => user.command("ping"), Error, "boom");
});

test("verifyRequest: is the same by the entry that only verifies", async () => {
  const body = JSON.stringify({ type: 1 });
  const headers = await keys.sign(body);
  const request = new Request("https://bot.example/", { method: "POST", headers, body });
  const result = await verifyRequest(request, { publicKey: keys.publicKey });
  assertEquals(result, { kind: "verified", interaction: JSON.parse(body) });
});
