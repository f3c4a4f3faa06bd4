import { assertEquals, assertRejects } from "@std/assert";
import { test } from "node:test";
import { Sublimits } from "../../../src/discord/rest/limits/_sublimits.ts";
import { DiscordRateLimitError, type DiscordRestOptions } from "../../../src/discord/rest/mod.ts";
import { answer, FakeDiscord, type Seen, turn } from "./_fakes.ts";

const CHANNEL = "81384788765712384";
const PATH = `/channels/${CHANNEL}`;

/** A Discord that takes two names in so many seconds, though the bucket of the route has room. */
function twoNames(seconds: number, options: Partial<DiscordRestOptions> = {}): FakeDiscord {
  let names: number[] = [];
  return new FakeDiscord(({ body, at }: Seen) => {
    const headers = {
      "X-RateLimit-Bucket": "channel",
      "X-RateLimit-Limit": "5",
      "X-RateLimit-Remaining": "4",
      "X-RateLimit-Reset-After": "15",
    };
    if (!Object.hasOwn(Object(body), "name")) return answer(200, { id: "1" }, headers);
    names = names.filter((when) => when > at - seconds * 1000);
    if (names.length < 2) {
      names.push(at);
      return answer(200, { id: "1" }, headers);
    }
    const wait = String((names[0] ?? 0) / 1000 + seconds - at / 1000);
    return answer(429, { retry_after: Number(wait), global: false }, {
      ...headers,
      "Retry-After": wait,
      "X-RateLimit-Scope": "user",
    });
  }, options);
}

test("request: a limit on one parameter holds back what sets it, and not the bucket", async () => {
  const discord = twoNames(540);
  const patch = (body: object) => discord.run(discord.rest.raw("PATCH", PATH, { body }));
  await patch({ name: "a" });
  await patch({ name: "b" });
  const error = await assertRejects(() => patch({ name: "c" }), DiscordRateLimitError);
  assertEquals([error.retryAfter, error.scope], [540_000, "user"]);
  await patch({ rate_limit_per_user: 5 });
  assertEquals(discord.seen.map(({ body }) => body), [
    { name: "a" },
    { name: "b" },
    { name: "c" },
    { rate_limit_per_user: 5 },
  ]);
});

test("request: what would run into a known limit on a parameter again is not sent", async () => {
  const discord = twoNames(540);
  const patch = (body: object) => discord.run(discord.rest.raw("PATCH", PATH, { body }));
  await patch({ name: "a" });
  await patch({ name: "b" });
  await assertRejects(() => patch({ name: "c" }), DiscordRateLimitError);
  for (const body of [{ name: "d" }, { name: "d", topic: "x" }]) {
    await assertRejects(() => patch(body), DiscordRateLimitError);
  }
  assertEquals(discord.seen.length, 3);
  await discord.run(discord.rest.raw("PATCH", "/channels/2", { body: { topic: "x" } }));
  assertEquals(discord.seen.length, 4);
});

test("request: who waits for a limit on a parameter lets the others of its line go first", async () => {
  for (const inOrder of [true, false]) {
    const discord = twoNames(30, { inOrder });
    const patch = (body: object) => discord.rest.raw("PATCH", PATH, { body });
    await discord.run(patch({ name: "a" }));
    await discord.run(patch({ name: "b" }));
    const c = patch({ name: "c" });
    await turn();
    const others = [patch({ name: "d" }), patch({ topic: "x" }), patch({ topic: "y" })];
    for (const other of others.slice(1)) await discord.run(other);
    assertEquals(discord.seen.slice(-2).map(({ at, body }) => [at, body]), [[0, { topic: "x" }], [0, {
      topic: "y",
    }]]);
    await discord.run(c);
    await discord.run(Promise.all(others));
    assertEquals(discord.seen.slice(-2).map(({ at, body }) => [at, body]), [
      [30_000, { name: "c" }],
      [30_000, { name: "d" }],
    ]);
  }
});

test("request: who gives up while it waits for a limit on a parameter holds up nobody", async () => {
  const discord = twoNames(30);
  const controller = new AbortController();
  const patch = (body: object, signal?: AbortSignal) =>
    discord.rest.raw("PATCH", PATH, { body, ...(signal && { signal }) });
  await discord.run(patch({ name: "a" }));
  await discord.run(patch({ name: "b" }));
  const c = patch({ name: "c" }, controller.signal);
  await turn();
  controller.abort(new Error("enough"));
  await assertRejects(() => discord.run(c), Error, "enough");
  await discord.run(patch({ topic: "x" }));
  assertEquals(discord.seen.at(-1)?.at, 0);
});

test("Sublimits: what sets all that was refused together waits, what leaves one out does not", () => {
  const limits = new Sublimits();
  limits.hold("PATCH /channels/:id 1", ["name", "nsfw"], 1_000, 0);
  const readyAt = (...names: string[]) => limits.readyAt("PATCH /channels/:id 1", names, 500);
  assertEquals(readyAt("nsfw", "topic", "name"), 1_000);
  assertEquals([readyAt("name"), readyAt("nsfw", "topic"), readyAt()], [-Infinity, -Infinity, -Infinity]);
  assertEquals(limits.readyAt("PATCH /channels/:id 2", ["name", "nsfw"], 500), -Infinity);
  assertEquals(limits.readyAt("PATCH /channels/:id 1", ["name", "nsfw"], 1_000), -Infinity);
});
