import { assert, assertEquals, assertFalse, assertRejects } from "@std/assert";
import { test } from "node:test";
import { inspect } from "node:util";
import { Window } from "../../../src/discord/rest/limits/_bucket.ts";
import { RateLimits } from "../../../src/discord/rest/limits/_limits.ts";
import {
  DiscordHttpError,
  DiscordInvalidRequestsError,
  DiscordRateLimitError,
} from "../../../src/discord/rest/mod.ts";
import { routeOf } from "../../../src/discord/rest/routes/route.ts";
import { AuthenticationError } from "../../../src/protocol/errors.ts";
import { VirtualClock } from "../../../testing/world/time/virtual_clock.ts";
import { answer, FakeDiscord, limited, turn } from "./_fakes.ts";

const CHANNEL = "81384788765712384";
const EMPTY = () => new Response(null, { status: 204 });

/** What an answer tells of its limit. */
function told(bucket: string, remaining: number, resetAfter: number, limit = 5): Record<string, string> {
  return {
    "X-RateLimit-Bucket": bucket,
    "X-RateLimit-Limit": String(limit),
    "X-RateLimit-Remaining": String(remaining),
    "X-RateLimit-Reset-After": String(resetAfter),
  };
}

test("request: waits out a 429 by its header, in fractions of a second", async () => {
  const discord = new FakeDiscord((_, index) =>
    index === 0 ? answer(429, {}, { "Retry-After": "1.5", "X-RateLimit-Scope": "user" }) : EMPTY()
  );
  assertEquals(await discord.run(discord.rest.request("GET /users/@me")), undefined);
  assertEquals(discord.times, [0, 1500]);
});

test("request: waits out a 429 by its body where there is no header", async () => {
  const discord = new FakeDiscord((_, index) =>
    index === 0 ? answer(429, { retry_after: 0.25, global: false }) : EMPTY()
  );
  await discord.run(discord.rest.request("GET /users/@me"));
  assertEquals(discord.times, [0, 250]);
});

test("request: repeats a POST after a 429, as it had no effect", async () => {
  const discord = new FakeDiscord((_, index) => index === 0 ? limited(2) : answer(200, { id: "1" }));
  await discord.run(discord.rest.createMessage(CHANNEL, { content: "x" }));
  assertEquals(discord.times, [0, 2000]);
});

test("request: a route's 429 holds up that route only", async () => {
  const discord = new FakeDiscord(({ url }, index) =>
    index === 0 && url.includes("/1/") ? limited(5) : EMPTY()
  );
  const held = discord.rest.raw("GET", "/channels/1/messages");
  await turn();
  await discord.run(discord.rest.raw("GET", "/channels/2/messages"));
  assertEquals(discord.times, [0, 0]);
  await discord.run(held);
  assertEquals(discord.times, [0, 0, 5000]);
});

for (
  const [how, response] of [
    ["scope", () => answer(429, {}, { "Retry-After": "3", "X-RateLimit-Scope": "global" })],
    ["header", () => answer(429, {}, { "Retry-After": "3", "X-RateLimit-Global": "true" })],
    ["body", () => answer(429, { retry_after: 3, global: true })],
    [
      "absence of Discord's own signs",
      () => new Response("banned", { status: 429, headers: { "Retry-After": "3" } }),
    ],
  ] as const
) {
  test(`request: a 429 that is global by its ${how} holds up every route`, async () => {
    const discord = new FakeDiscord((_, index) => index === 0 ? response() : EMPTY());
    const first = discord.rest.raw("GET", "/channels/1/messages");
    for (let count = 0; count < 5; count++) await turn();
    const second = discord.rest.raw("GET", "/channels/2/messages");
    await discord.run(Promise.all([first, second]));
    assertEquals(discord.times, [0, 3000, 3000]);
  });
}

test("request: gives up on 429 after so many retries, with a typed error", async () => {
  const discord = new FakeDiscord(() => limited(1, "shared"), { retries: 2 });
  const error = await assertRejects(
    () => discord.run(discord.rest.createMessage(CHANNEL, { content: "x" })),
    DiscordRateLimitError,
  );
  assertEquals([error.code, error.retryAfter, error.scope], ["rate_limited", 1000, "shared"]);
  assertEquals(discord.times, [0, 1000, 2000]);
});

test("request: does not wait for a limit that outlasts maxWait, nor run into it again", async () => {
  const discord = new FakeDiscord(() => limited(3600, "shared"));
  for (let count = 0; count < 2; count++) {
    const error = await assertRejects(
      () => discord.run(discord.rest.request("GET /users/@me")),
      DiscordRateLimitError,
    );
    assertEquals([error.retryAfter, error.scope], [3_600_000, "shared"]);
  }
  assertEquals(discord.times, [0]);
});

test("request: holds the next request of a route while its bucket is spent", async () => {
  const headers = (remaining: number) => ({
    "X-RateLimit-Limit": "2",
    "X-RateLimit-Remaining": String(remaining),
    "X-RateLimit-Reset-After": "0.75",
    "X-RateLimit-Bucket": "abcd1234",
  });
  const discord = new FakeDiscord((_, index) => answer(200, { id: String(index) }, headers(1 - index % 2)));
  const posts = Array.from({ length: 5 }, (_, n) => discord.rest.createMessage(CHANNEL, { content: `${n}` }));
  await discord.run(Promise.all(posts));
  assertEquals(discord.times, [0, 0, 750, 750, 1500]);
});

test("request: keeps the order of one route, one at a time", async () => {
  const discord = new FakeDiscord((_, index) =>
    index === 1 ? limited(1) : answer(200, { id: String(index) })
  );
  discord.latency = 100;
  const posts = ["a", "b", "c"].map((content) => discord.rest.createMessage(CHANNEL, { content }));
  await discord.run(Promise.all(posts));
  assertEquals(discord.seen.map(({ body }) => body), [
    { content: "a" },
    { content: "b" },
    { content: "b" },
    { content: "c" },
  ]);
  assertEquals(discord.times, [0, 100, 1200, 1300]);
});

test("DiscordRest: remembers a spent limit however many routes are used meanwhile", async () => {
  const spent = { "X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "9" };
  const discord = new FakeDiscord((_, index) => answer(200, { id: "1" }, index === 0 ? spent : {}), {
    globalLimit: 1000,
  });
  for (let id = 1; id <= 300; id++) {
    await discord.run(discord.rest.createMessage(String(id), { content: "x" }));
  }
  await discord.run(discord.rest.createMessage("1", { content: "x" }));
  assertEquals(discord.times.slice(-2), [0, 9000]);
});
test("request: who gives up in the queue lets nobody overtake", async () => {
  const discord = new FakeDiscord(() => answer(200, { id: "1" }));
  discord.latency = 100;
  const controller = new AbortController();
  const { rest } = discord;
  const a = rest.createMessage(CHANNEL, { content: "a" });
  const b = rest.createMessage(CHANNEL, { content: "b" }, { signal: controller.signal });
  const c = rest.createMessage(CHANNEL, { content: "c" });
  controller.abort(new Error("enough"));
  await assertRejects(() => b);
  await discord.run(Promise.all([a, c]));
  assertEquals(discord.seen.map(({ body }) => body), [{ content: "a" }, { content: "c" }]);
  assertEquals(discord.times, [0, 100]);
});

test("request: routes that turn out to share a bucket share its limit", async () => {
  const discord = new FakeDiscord((_, index) => answer(200, {}, told("shared", index === 1 ? 0 : 3, 2)));
  await discord.run(discord.rest.raw("PUT", `/channels/${CHANNEL}/pins/1`));
  await discord.run(discord.rest.raw("DELETE", `/channels/${CHANNEL}/pins/1`));
  // The bucket is spent by what another route did.
  await discord.run(discord.rest.raw("PUT", `/channels/${CHANNEL}/pins/2`));
  assertEquals(discord.times, [0, 0, 2000]);
});

test("request: a shared bucket counts each top-level resource apart", async () => {
  const discord = new FakeDiscord(() => answer(200, {}, told("shared", 0, 2)));
  for (const channel of ["1", "2", "1"]) {
    await discord.run(discord.rest.raw("GET", `/channels/${channel}/messages`));
  }
  assertEquals(discord.times, [0, 0, 2000]);
});

test("request: lines that turn out to share a bucket are joined, each in its order", async () => {
  const discord = new FakeDiscord((_, index) =>
    answer(200, {}, told("shared", Math.max(0, 2 - index), 1, 3))
  );
  discord.latency = 100;
  const asked = (method: "PUT" | "DELETE", id: number) =>
    discord.rest.raw(method, `/channels/${CHANNEL}/pins/${id}`);
  await discord.run(Promise.all([1, 2, 3].flatMap((id) => [asked("PUT", id), asked("DELETE", id)])));
  const seen = discord.seen.map(({ method, url }) => `${method} ${url.at(-1)}`);
  for (const method of ["PUT", "DELETE"]) {
    assertEquals(seen.filter((one) => one.startsWith(method)), [1, 2, 3].map((id) => `${method} ${id}`));
  }
  // Nobody knows at first that they share it; from the first answers on, one goes after the other.
  assertEquals(discord.times.slice(0, 3), [0, 0, 100]);
  assert(discord.times.slice(3).every((at) => at >= 1000), `${discord.times}`);
});

test("request: follows a route to another bucket", async () => {
  const discord = new FakeDiscord((_, index) => answer(200, {}, told(index === 0 ? "old" : "new", 0, 1)));
  const gets = Array.from({ length: 3 }, () => discord.rest.request("GET /users/@me"));
  await discord.run(Promise.all(gets));
  assertEquals(discord.times, [0, 1000, 2000]);
});

test("request: counts what was sent though its answer was lost", async () => {
  const discord = new FakeDiscord((_, index) =>
    index === 0 ? answer(200, {}, told("b", 1, 1, 2)) : new TypeError("connection reset")
  );
  const post = () => discord.run(discord.rest.raw("POST", "/users/@me/channels").catch(() => {}));
  for (let count = 0; count < 5; count++) await post();
  // One is left of the first window, then two for each; nobody knows when those began.
  assertEquals(discord.times, [0, 0, 1000, 1000, 2000]);
});

test("request: sends 50 a second at most, whatever the routes", async () => {
  const discord = new FakeDiscord(() => EMPTY());
  const ids = Array.from({ length: 120 }, (_, id) => id + 1);
  await discord.run(Promise.all(ids.map((id) => discord.rest.raw("GET", `/channels/${id}`))));
  for (const at of [0, 1000, 2000]) {
    assertEquals(discord.times.filter((time) => time === at).length, at === 2000 ? 20 : 50);
  }
});

test("request: the bot's global limit holds up no answer to an interaction", async () => {
  const discord = new FakeDiscord((_, index) => index === 0 ? limited(5, "global") : EMPTY(), {
    globalLimit: 2,
  });
  const held = discord.rest.request("GET /users/@me");
  for (let count = 0; count < 5; count++) await turn();
  const token = btoa("interaction:1:secret");
  const calls = Array.from({ length: 5 }, (_, id) => [
    discord.rest.createInteractionResponse(`${id + 1}`, token, { type: 5 }),
    discord.rest.createFollowupMessage(`${id + 1}`, token, { content: "x" }),
  ]).flat();
  await discord.run(Promise.all(calls));
  assertEquals(discord.times, Array.from({ length: 11 }, () => 0));
  await discord.run(held);
  assertEquals(discord.times.at(-1), 5000);
});

test("request: a 429 that is not the API's holds up everything", async () => {
  const banned = () => new Response("banned", { status: 429, headers: { "Retry-After": "3" } });
  const discord = new FakeDiscord((_, index) => index === 0 ? banned() : EMPTY());
  const first = discord.rest.request("GET /users/@me");
  for (let count = 0; count < 5; count++) await turn();
  const second = discord.rest.createInteractionResponse("1", "t", { type: 5 });
  await discord.run(Promise.all([first, second]));
  assertEquals(discord.times, [0, 3000, 3000]);
});

test("request: after a global 429 it keeps to so many a second again", async () => {
  const discord = new FakeDiscord((_, index) => index === 0 ? limited(2, "global") : EMPTY(), {
    globalLimit: 2,
  });
  const ids = [1, 2, 3, 4, 5];
  await discord.run(Promise.all(ids.map((id) => discord.rest.raw("GET", `/channels/${id}`))));
  const later = discord.times.filter((at) => at > 0);
  for (const [index, at] of later.entries()) assert(at - (later[index - 2] ?? -Infinity) >= 1000, `${later}`);
  assert(later[0] !== undefined && later[0] >= 2000, `${later}`);
});

test("request: sends nothing any more after too many invalid requests, and tells for how long", async () => {
  const discord = new FakeDiscord(() => answer(403, { message: "Missing Access", code: 50001 }), {
    invalidLimit: 10,
  });
  const get = () => discord.run(discord.rest.raw("GET", `/channels/${CHANNEL}`));
  for (let count = 0; count < 10; count++) await assertRejects(get, DiscordHttpError);
  const error = await assertRejects(get, DiscordInvalidRequestsError);
  assertEquals([error.code, error.retryAfter], ["rate_limited", 600_000]);
  assertEquals(discord.seen.length, 10);
  discord.clock.advance(600_000);
  await assertRejects(get, DiscordHttpError);
  assertEquals(discord.seen.length, 11);
});

test("request: a 429 of scope shared is no invalid request, one of scope user is", async () => {
  for (const [scope, sent] of [["shared", 20], ["user", 5]] as const) {
    const discord = new FakeDiscord(() => limited(0.1, scope), { invalidLimit: 5, retries: 0 });
    for (let count = 0; count < 20; count++) {
      await discord.run(discord.rest.raw("GET", `/channels/${CHANNEL}`).catch(() => {}));
    }
    assertEquals(discord.seen.length, sent);
  }
});

test("request: a webhook that is gone, or refuses its token, is not asked again", async () => {
  const gone = () => answer(404, { message: "Unknown Webhook", code: 10015 });
  const refused = () => answer(401, { message: "Invalid Webhook Token", code: 50027 });
  for (const [react, type] of [[gone, DiscordHttpError], [refused, AuthenticationError]] as const) {
    const discord = new FakeDiscord(react);
    const execute = (id: string) => discord.run(discord.rest.executeWebhook(id, "secret", { content: "x" }));
    for (let count = 0; count < 3; count++) {
      const error = await assertRejects(() => execute("1"), type);
      assertFalse(inspect(error).includes("secret"));
    }
    assertEquals(discord.seen.length, 1);
    await assertRejects(() => execute("2"), type);
    assertEquals(discord.seen.length, 2);
  }
});

test("request: a webhook whose message is unknown may be asked again", async () => {
  const discord = new FakeDiscord(() => answer(404, { message: "Unknown Message", code: 10008 }));
  for (let count = 0; count < 2; count++) {
    await assertRejects(() => discord.run(discord.rest.getWebhookMessage("1", "t", "2")), DiscordHttpError);
  }
  assertEquals(discord.seen.length, 2);
});

test("request: a line that joins another keeps its own block", async () => {
  const unnamed = () => answer(429, {}, { "Retry-After": "5", "X-RateLimit-Scope": "user" });
  const discord = new FakeDiscord(
    ({ at, url }) => at === 0 && url.includes("/1/") ? unnamed() : answer(200, [], told("named", 4, 1)),
    { retries: 0 },
  );
  const ask = (channel: number) => discord.run(discord.rest.raw("GET", `/channels/${channel}/messages`));
  await assertRejects(() => ask(1), DiscordRateLimitError);
  await ask(2);
  await ask(1);
  assertEquals(discord.times, [0, 0, 5000]);
});

test("RateLimits: a line that joins another brings along what it has under way", async () => {
  const clock = new VirtualClock();
  const limits = new RateLimits(clock, 50, Infinity, true);
  const asked = async (method: "PUT" | "DELETE", channel: number) => {
    const place = await limits.enter(routeOf(method, `/channels/${channel}/pins/1`), 15_000, undefined);
    await limits.pass(place, undefined);
    return place;
  };
  const put = await asked("PUT", 1);
  limits.answered(put, new Headers(told("shared", 1, 10, 2)));
  await asked("DELETE", 1);
  // It tells that the one under way takes what was left to the first.
  limits.answered(await asked("DELETE", 2), new Headers(told("shared", 1, 10, 2)));
  let hasPassed = false;
  const passed = limits.pass(put, undefined).then(() => hasPassed = true);
  await turn();
  assertFalse(hasPassed);
  clock.advance(10_000);
  await passed;
});

test("Window: an answer may not know of the others under way", () => {
  const window = new Window();
  window.take(0);
  window.take(0);
  window.done();
  window.update(new Headers(told("b", 2, 1)), 0, 0);
  window.take(0);
  assertEquals(window.readyAt(), 1000);
});

test("RateLimits: forgets buckets that nobody needs", async () => {
  const clock = new VirtualClock();
  const limits = new RateLimits(clock, 50, 0, true);
  for (let id = 1; id <= 10_000; id++) {
    const place = await limits.enter(routeOf("POST", `/interactions/${id}/t/callback`), 15_000, undefined);
    await limits.pass(place, undefined);
    limits.answered(place, new Headers(told("callbacks", 4, 1)));
    limits.leave(place);
    clock.advance(10);
  }
  assert(limits.size <= 300, `${limits.size} are kept`);
});

test("request: not in order, each goes when the limits let it, whatever became of those before", async () => {
  const discord = new FakeDiscord(
    (_, index) => index === 0 ? "silence" : answer(200, [], told("messages", 2, 5, 3)),
    { inOrder: false },
  );
  const ask = () => discord.rest.raw("GET", "/channels/1/messages");
  void ask();
  await discord.run(Promise.all([ask(), ask()]));
  await discord.run(Promise.all([ask(), ask(), ask()]));
  // Two were left at first, but for the one that may still be under way.
  assertEquals(discord.times, [0, 0, 0, 0, 5_000, 5_000]);
});

test("RateLimits: not in order, what ended in the middle is counted no longer than it may take", async () => {
  const clock = new VirtualClock();
  const limits = new RateLimits(clock, 50, 60_000, false);
  const begin = async (channel: number) => {
    const place = await limits.enter(routeOf("GET", `/channels/${channel}/messages`), 15_000, undefined);
    await limits.pass(place, undefined);
    return place;
  };
  await begin(1);
  await begin(1);
  const readyIn = async () => {
    const place = await begin(1);
    limits.answered(place, new Headers(told("messages", 2, 5, 3)));
    limits.leave(place);
    const next = await limits.enter(routeOf("GET", "/channels/1/messages"), 15_000, undefined);
    const began = clock.now();
    const passed = limits.pass(next, undefined);
    await turn();
    if (clock.next() < Infinity) clock.advance(clock.next() - began);
    await passed;
    limits.leave(next);
    return clock.now() - began;
  };
  assertEquals(await readyIn(), 5_000);
  clock.advance(20_000);
  assertEquals(await readyIn(), 0);

  for (let channel = 1; channel <= 10_000; channel++) {
    await begin(channel);
    clock.advance(100);
  }
  assert(limits.size <= 500, `${limits.size} are kept`);
});
