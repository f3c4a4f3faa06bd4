import { assert, assertEquals, assertRejects } from "@std/assert";
import { createServer } from "node:http";
import { test } from "node:test";
import { DiscordHttpError, DiscordRest, type HttpMethod } from "../../../src/discord/rest/mod.ts";
import { CommandError, ConnectionError } from "../../../src/protocol/errors.ts";
import { answer, FakeDiscord, type Reaction } from "./_fakes.ts";

const CHANNEL = "81384788765712384";
const NONCE = { content: "x", nonce: "1", enforce_nonce: true };

/** What Discord does once before it answers as it should. */
const BLIPS: readonly (readonly [string, () => Reaction])[] = [
  ["a 503", () => new Response("upstream", { status: 503 })],
  ["a broken connection", () => new TypeError("other side closed")],
];

/** A request, and whether it is repeated when Discord fails. */
const REQUESTS: readonly (readonly [HttpMethod, string, object, boolean])[] = [
  ["GET", "/users/@me", {}, true],
  ["PUT", `/guilds/${CHANNEL}/bans/${CHANNEL}`, {}, true],
  ["DELETE", `/channels/${CHANNEL}/messages/1`, {}, true],
  ["PATCH", `/channels/${CHANNEL}`, { body: { name: "a" } }, false],
  ["PATCH", `/channels/${CHANNEL}`, { body: { name: "a" }, idempotent: true }, true],
  ["POST", `/channels/${CHANNEL}/messages`, { body: { content: "x" } }, false],
  ["POST", `/channels/${CHANNEL}/messages`, { body: { content: "x", nonce: "1" } }, false],
  ["POST", `/channels/${CHANNEL}/messages`, { body: NONCE }, true],
  ["PUT", `/guilds/${CHANNEL}/bans/${CHANNEL}`, { idempotent: false }, false],
];

for (const [blip, react] of BLIPS) {
  for (const [method, path, options, isRepeated] of REQUESTS) {
    const how = `${method} ${JSON.stringify(options)}`;
    test(`request: after ${blip} ${how} is ${isRepeated ? "" : "not "}repeated`, async () => {
      const discord = new FakeDiscord((_, index) => index === 0 ? react() : answer(200, { id: "1" }));
      const made = discord.run(discord.rest.raw(method, path, options));
      if (isRepeated) assertEquals(await made, { id: "1" });
      else assert(await made.then(() => false, () => true));
      assertEquals(discord.seen.length, isRepeated ? 2 : 1);
    });
  }
}

test("request: a DELETE that is repeated and finds nothing more to delete has succeeded", async () => {
  const missing = () => answer(404, { code: 10008, message: "Unknown Message" });
  for (const [, react] of BLIPS) {
    const discord = new FakeDiscord((_, index) => index === 0 ? react() : missing());
    await discord.run(discord.rest.deleteMessage(CHANNEL, "1"));
    assertEquals(discord.seen.length, 2);
  }
  const discord = new FakeDiscord(missing);
  const error = await assertRejects(
    () => discord.run(discord.rest.deleteMessage(CHANNEL, "1")),
    DiscordHttpError,
  );
  assertEquals(error.status, 404);
});

test("request: what never left says so, is repeated whatever it is, and is not told as lost", async () => {
  const refusals = [
    Object.assign(new TypeError("fetch failed"), {
      cause: Object.assign(new Error("connect"), { code: "ECONNREFUSED" }),
    }),
    Object.assign(new TypeError("Unable to connect"), { code: "ConnectionRefused" }),
    new TypeError("error sending request", { cause: new Error("client error (Connect): tcp connect error") }),
    new TypeError("fetch failed", {
      cause: new AggregateError([Object.assign(new Error("connect"), { code: "ECONNREFUSED" })]),
    }),
  ];
  for (const refusal of refusals) {
    const once = new FakeDiscord((_, index) => index === 0 ? refusal : answer(200, { id: "1" }));
    await once.run(once.rest.createMessage(CHANNEL, { content: "x" }));
    assertEquals(once.seen.length, 2);
    const always = new FakeDiscord(() => refusal);
    const error = await assertRejects(
      () => always.run(always.rest.createMessage(CHANNEL, { content: "x" })),
      ConnectionError,
      "attempts made: 4",
    );
    assertEquals(error.code, "unreachable");
  }
});

test("request: a connection that broke before one that was refused leaves a PUT in doubt", async () => {
  const refused = Object.assign(new TypeError("no"), { code: "ECONNREFUSED" });
  const discord = new FakeDiscord((_, index) => index === 0 ? new TypeError("closed") : refused);
  const error = await assertRejects(
    () => discord.run(discord.rest.createReaction(CHANNEL, "1", "👍")),
    CommandError,
  );
  assertEquals([error.code, discord.seen.length], ["lost", 4]);
});

test("request: a server that refuses connections is told as unreachable by this runtime's own fetch", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  assert(typeof address === "object" && address !== null);
  await new Promise((resolve) => server.close(resolve));
  const rest = new DiscordRest({
    token: "a.b.c",
    baseUrl: `http://127.0.0.1:${address.port}/api`,
    retries: 0,
  });
  const error = await assertRejects(() => rest.createMessage(CHANNEL, { content: "x" }), ConnectionError);
  assertEquals(error.code, "unreachable");
});

test("editMessage: sets the same again after a failure, but uploads no file twice", async () => {
  for (const [options, attempts] of [[{}, 2], [{ files: [{ name: "a.txt", data: "a" }] }, 1]] as const) {
    const discord = new FakeDiscord((_, index) => index === 0 ? answer(503, {}) : answer(200, { id: "1" }));
    await discord.run(discord.rest.editMessage(CHANNEL, "1", { content: "x" }, options)).catch(() => {});
    assertEquals(discord.seen.length, attempts);
  }
});
