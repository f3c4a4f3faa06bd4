import { assertEquals, assertFalse, assertRejects } from "@std/assert";
import { test } from "node:test";
import { inspect } from "node:util";
import type { RestObservation } from "../../../src/discord/rest/mod.ts";
import { answer, FakeDiscord, limited, type Reaction } from "./_fakes.ts";

/** A fake Discord that gives the reactions in order, and what was observed. */
function observed(reactions: readonly Reaction[]) {
  const seen: RestObservation[] = [];
  const discord = new FakeDiscord((_, index) => reactions[index] ?? answer(200, { id: "1" }), {
    observe: (observation) => {
      seen.push(observation);
    },
  });
  discord.latency = 20;
  return { discord, seen };
}

test("observe: sees requests, answers, 429s and retries, each with whose it is and when", async () => {
  const { discord, seen } = observed([limited(2), answer(503, {}), new TypeError("closed")]);
  await discord.run(discord.rest.request("GET /channels/{channel.id}/messages", {
    params: { "channel.id": "7" },
    query: { limit: 5 },
  }));
  await discord.run(discord.rest.deleteMessage("7", "8"));
  const short = seen.map(({ id, method, route, attempt, at, ...rest }) => {
    assertEquals(
      [method, route],
      id === 1 ? ["GET", "/channels/7/messages"] : ["DELETE", "/channels/7/messages/8"],
    );
    return [id, attempt, at - 1_000_000, rest];
  });
  assertEquals(short, [
    [1, 1, 0, { kind: "request" }],
    [1, 1, 20, { kind: "response", status: 429, duration: 20 }],
    [1, 1, 20, { kind: "rate_limited", scope: "user", retryAfter: 2000, isSublimit: false }],
    [1, 1, 20, { kind: "retry", wait: 2000, because: 429 }],
    [1, 2, 2020, { kind: "request" }],
    [1, 2, 2040, { kind: "response", status: 503, duration: 20 }],
    [1, 2, 2040, { kind: "retry", wait: 375, because: 503 }],
    [1, 3, 2415, { kind: "request" }],
    [1, 3, 2435, { kind: "failure", reason: "closed", duration: 20 }],
    [1, 3, 2435, { kind: "retry", wait: 750, because: undefined }],
    [1, 4, 3185, { kind: "request" }],
    [1, 4, 3205, { kind: "response", status: 200, duration: 20 }],
    [2, 1, 3205, { kind: "request" }],
    [2, 1, 3225, { kind: "response", status: 200, duration: 20 }],
  ]);
});

test("observe: nothing secret is in it", async () => {
  const leak = new TypeError("no way to https://x/webhooks/1/hook-secret with Bot a.secret.token");
  const { discord, seen } = observed([leak, new TypeError("no way with Bot a.secret.token")]);
  await discord.run(discord.rest.executeWebhook("1", "hook-secret", { content: "private" })).catch(() => {});
  await discord.run(discord.rest.request("PATCH /channels/{channel.id}", {
    params: { "channel.id": "1" },
    body: { name: "private" },
    reason: "private",
  })).catch(() => {});
  assertEquals(seen.map(({ kind }) => kind), ["request", "failure", "request", "failure"]);
  assertFalse(/secret|private/.test(inspect(seen, { depth: 9 })));
});

test("observe: what it throws changes nothing", async () => {
  const discord = new FakeDiscord(() => answer(200, { id: "1" }), {
    observe: () => {
      throw new Error("the log is full");
    },
  });
  assertEquals((await discord.run(discord.rest.getMessage("1", "2"))).id, "1");
});

test("observe: the last attempt is followed by no retry", async () => {
  const { discord, seen } = observed([limited(1), limited(1), limited(1), limited(1)]);
  await assertRejects(() => discord.run(discord.rest.getMessage("1", "2")));
  assertEquals(seen.filter(({ kind }) => kind === "retry").length, 3);
  assertEquals(seen.at(-1)?.kind, "rate_limited");
});

test("observe: what it rejects with, if it is asynchronous, goes no further either", async () => {
  const fail = () => Promise.reject(new Error("the log is full"));
  const discord = new FakeDiscord(() => answer(200, { id: "1" }), { observe: fail });
  assertEquals((await discord.run(discord.rest.getMessage("1", "2"))).id, "1");
  // A rejection that nobody handles ends the test's process, or fails it.
  await new Promise((resolve) => setTimeout(resolve));
});
