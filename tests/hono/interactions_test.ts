import { assertEquals, assertThrows } from "@std/assert";
import { type Context, Hono } from "hono";
import { test } from "node:test";
import { command, InteractionRouter } from "../../src/discord/interactions/mod.ts";
import { interactions } from "../../src/hono/mod.ts";
import { OptionError } from "../../src/protocol/errors.ts";
import { PING, use } from "../discord/interactions/_payloads.ts";
import { Signer } from "../discord/interactions/_signing.ts";

const signer = await Signer.create();
const { publicKey } = signer;
const router = new InteractionRouter().add(command("ping", "Answers pong", (i) => i.reply("pong")));
const app = new Hono().post("/interactions", interactions({ publicKey, router }));

async function post(payload: object, headers: Record<string, string> = {}): Promise<Response> {
  const body = JSON.stringify(payload);
  const init = { method: "POST", headers: { ...await signer.sign(body), ...headers }, body };
  return await app.request("/interactions", init);
}

test("interactions: a signed PING gets a PONG as JSON", async () => {
  const response = await post(PING);
  assertEquals(response.status, 200);
  assertEquals(response.headers.get("content-type"), "application/json");
  assertEquals(await response.json(), { type: 1 });
});

test("interactions: a signed command gets its reply", async () => {
  const response = await post(use("ping"));
  assertEquals(response.status, 200);
  assertEquals(await response.json(), { type: 4, data: { content: "pong" } });
});

test("interactions: a wrong signature gets 401", async () => {
  assertEquals((await post(PING, { "X-Signature-Timestamp": "1" })).status, 401);
  assertEquals((await app.request("/interactions", { method: "POST", body: "{}" })).status, 401);
});

test("interactions: fits an app with bindings, variables and a base path, behind middleware", async () => {
  type Env = { Bindings: { KEY: string }; Variables: { who: string } };
  const bot = new Hono<Env>().basePath("/bot").use(async (_, next) => await next());
  bot.post("/:tenant/interactions", interactions({ publicKey, router }));
  const body = JSON.stringify(PING);
  const init = { method: "POST", headers: await signer.sign(body), body };
  assertEquals((await bot.request("/bot/a/interactions", init)).status, 200);
});

test("interactions: work after the reply goes to waitUntil where there is one", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let done = false;
  const working = new InteractionRouter().add(
    command("ping", "Answers pong", (i) => i.reply("pong")),
    command("work", "Goes on", async (i) => {
      await i.reply("begun");
      await promise;
      done = true;
    }),
  );
  const kept: Promise<unknown>[] = [];
  const context = {
    waitUntil: (work: Promise<unknown>) => void kept.push(work),
    passThroughOnException() {},
    props: {},
  };
  const bot = new Hono().post("/interactions", interactions({ publicKey, router: working }));
  const ask = async (name: string) => {
    const body = JSON.stringify(use(name));
    const init = { method: "POST", headers: await signer.sign(body), body };
    return await (await bot.request("/interactions", init, {}, context)).json();
  };
  assertEquals((await ask("work")).data, { content: "begun" });
  assertEquals([kept.length, done], [1, false]);
  resolve();
  await kept[0];
  assertEquals(done, true);
  // What is done with its reply needs nobody to wait for it.
  assertEquals([(await ask("ping")).data, kept.length], [{ content: "pong" }, 1]);
});

test("interactions: refuses at once a key that cannot be one", () => {
  assertThrows(() => interactions({ publicKey: "abc", router }), OptionError);
});

test("interactions: is a named function", () => {
  assertEquals(interactions({ publicKey, router }).name, "interactions");
});

test("interactions: handlers get Hono's context, with its bindings and variables", async () => {
  type Env = { Bindings: { GREETING: string }; Variables: { who: string } };
  const router = new InteractionRouter<Context<Env>>().add(
    command("greet", "Greets", (i, c: Context<Env>) => i.reply(`${c.env.GREETING} ${c.get("who")}`)),
  );
  const bot = new Hono<Env>();
  bot.use(async (c, next) => {
    c.set("who", "ada");
    await next();
  });
  bot.post(
    "/interactions",
    interactions<Context<Env>>({ publicKey: (c) => c.req.query("key") ?? "", router }),
  );
  const body = JSON.stringify(use("greet"));
  const init = { method: "POST", headers: await signer.sign(body), body };
  const response = await bot.request(`/interactions?key=${publicKey}`, init, { GREETING: "hello" });
  assertEquals(await response.json(), { type: 4, data: { content: "hello ada" } });
});

test("interactions: work that fails after the reply is told, and nobody else hears of it, without waitUntil", async () => {
  const errors: unknown[] = [];
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const { promise: told, resolve: tell } = Promise.withResolvers<void>();
  const failing = new InteractionRouter({
    onError: (error) => {
      errors.push(error);
      tell();
    },
  }).add(command("ping", "Answers pong", async (i) => {
    await i.reply("pong");
    await gate;
    throw new Error("boom");
  }));
  const bot = new Hono().post("/interactions", interactions({ publicKey, router: failing }));
  const body = JSON.stringify(use("ping"));
  const init = { method: "POST", headers: await signer.sign(body), body };
  assertEquals((await bot.request("/interactions", init)).status, 200);
  open();
  await told;
  assertEquals(errors.map(String), ["Error: boom"]);
});
