import { assertEquals, assertFalse, assertRejects } from "@std/assert";
import { test } from "node:test";
import { inspect } from "node:util";
import { DiscordCalls, type HttpMethod, type RawRequestOptions } from "../../../src/discord/rest/mod.ts";
import { CommandError, TimeoutError } from "../../../src/protocol/errors.ts";
import { answer, FakeDiscord } from "./_fakes.ts";

type Call = (rest: DiscordCalls) => Promise<unknown>;

/** Every named call: what it asks, with what body, and whether as the bot. */
const CALLS: Readonly<Record<string, [Call, string, body?: unknown, asBot?: false]>> = {
  getMessage: [(rest) => rest.getMessage("1", "2"), "GET /channels/1/messages/2"],
  createMessage: [
    (rest) => rest.createMessage("1", { content: "x" }),
    "POST /channels/1/messages",
    { content: "x" },
  ],
  editMessage: [
    (rest) => rest.editMessage("1", "2", { content: null, flags: null }),
    "PATCH /channels/1/messages/2",
    { content: null, flags: null },
  ],
  deleteMessage: [(rest) => rest.deleteMessage("1", "2"), "DELETE /channels/1/messages/2"],
  createReaction: [
    (rest) => rest.createReaction("1", "2", "😀"),
    "PUT /channels/1/messages/2/reactions/%F0%9F%98%80/@me",
  ],
  deleteOwnReaction: [
    (rest) => rest.deleteOwnReaction("1", "2", { id: "4", name: "wave" }),
    "DELETE /channels/1/messages/2/reactions/wave%3A4/@me",
  ],
  executeWebhook: [
    (rest) => rest.executeWebhook("1", "t", { content: "x" }, { threadId: "3" }),
    "POST /webhooks/1/t?wait=true&thread_id=3",
    { content: "x" },
    false,
  ],
  getWebhookMessage: [
    (rest) => rest.getWebhookMessage("1", "t", "2"),
    "GET /webhooks/1/t/messages/2",
    undefined,
    false,
  ],
  editWebhookMessage: [
    (rest) => rest.editWebhookMessage("1", "t", "2", {}, { withComponents: true }),
    "PATCH /webhooks/1/t/messages/2?with_components=true",
    {},
    false,
  ],
  deleteWebhookMessage: [
    (rest) => rest.deleteWebhookMessage("1", "t", "2", { threadId: "3" }),
    "DELETE /webhooks/1/t/messages/2?thread_id=3",
    undefined,
    false,
  ],
  createInteractionResponse: [
    (rest) => rest.createInteractionResponse("1", "t", { type: 5 }, { withResponse: true }),
    "POST /interactions/1/t/callback?with_response=true",
    { type: 5 },
    false,
  ],
  getOriginalInteractionResponse: [
    (rest) => rest.getOriginalInteractionResponse("1", "t"),
    "GET /webhooks/1/t/messages/@original",
    undefined,
    false,
  ],
  editOriginalInteractionResponse: [
    (rest) => rest.editOriginalInteractionResponse("1", "t", { content: "x" }),
    "PATCH /webhooks/1/t/messages/@original",
    { content: "x" },
    false,
  ],
  deleteOriginalInteractionResponse: [
    (rest) => rest.deleteOriginalInteractionResponse("1", "t"),
    "DELETE /webhooks/1/t/messages/@original",
    undefined,
    false,
  ],
  createFollowupMessage: [
    (rest) => rest.createFollowupMessage("1", "t", { content: "x", flags: 64 }),
    "POST /webhooks/1/t",
    { content: "x", flags: 64 },
    false,
  ],
  getFollowupMessage: [
    (rest) => rest.getFollowupMessage("1", "t", "2"),
    "GET /webhooks/1/t/messages/2",
    undefined,
    false,
  ],
  editFollowupMessage: [
    (rest) => rest.editFollowupMessage("1", "t", "2", { content: "y" }),
    "PATCH /webhooks/1/t/messages/2",
    { content: "y" },
    false,
  ],
  deleteFollowupMessage: [
    (rest) => rest.deleteFollowupMessage("1", "t", "2"),
    "DELETE /webhooks/1/t/messages/2",
    undefined,
    false,
  ],
  getGateway: [(rest) => rest.getGateway(), "GET /gateway", undefined, false],
  getGatewayBot: [(rest) => rest.getGatewayBot(), "GET /gateway/bot"],
  getCurrentApplication: [(rest) => rest.getCurrentApplication(), "GET /applications/@me"],
  getApplicationCommands: [
    (rest) => rest.getApplicationCommands("1", { withLocalizations: true }),
    "GET /applications/1/commands?with_localizations=true",
  ],
  getApplicationCommand: [
    (rest) => rest.getApplicationCommand("1", "2", { guildId: "3" }),
    "GET /applications/1/guilds/3/commands/2",
  ],
  createApplicationCommand: [
    (rest) => rest.createApplicationCommand("1", { name: "ping", description: "Answers pong" }),
    "POST /applications/1/commands",
    { name: "ping", description: "Answers pong" },
  ],
  editApplicationCommand: [
    (rest) => rest.editApplicationCommand("1", "2", { description: "Answers" }, { guildId: "3" }),
    "PATCH /applications/1/guilds/3/commands/2",
    { description: "Answers" },
  ],
  deleteApplicationCommand: [
    (rest) => rest.deleteApplicationCommand("1", "2"),
    "DELETE /applications/1/commands/2",
  ],
  bulkOverwriteApplicationCommands: [
    (rest) => rest.bulkOverwriteApplicationCommands("1", [], { guildId: "3" }),
    "PUT /applications/1/guilds/3/commands",
    [],
  ],
};

const GATEWAY = {
  url: "wss://gateway.discord.gg/",
  shards: 1,
  session_start_limit: { total: 1000, remaining: 999, reset_after: 0, max_concurrency: 1 },
};

for (const [name, [call, asked, body, asBot = true]] of Object.entries(CALLS)) {
  test(`${name}: asks ${asked}${asBot ? "" : ", without the bot's token"}`, async () => {
    const discord = new FakeDiscord(() => answer(200, GATEWAY));
    const result = await discord.run(call(discord.rest));
    const [seen] = discord.seen;
    assertEquals(`${seen?.method} ${seen?.url.replace("https://discord.com/api/v10", "")}`, asked);
    assertEquals(seen?.body, body);
    assertEquals(seen?.headers.get("authorization"), asBot ? "Bot a.secret.token" : null);
    assertEquals(result, name.startsWith("delete") || name === "createReaction" ? undefined : GATEWAY);
  });
}

test("DiscordCalls: has a test of every call", () => {
  const names = new Set<string>();
  for (let at = DiscordCalls.prototype; at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) if (name !== "constructor") names.add(name);
  }
  names.delete("request");
  assertEquals([...names].sort(), Object.keys(CALLS).sort());
});

test("DiscordCalls: refuses what is no ID, token or emoji before anything is sent, and shows no token", async () => {
  const { rest, seen } = new FakeDiscord(() => answer(200, {}));
  const refused: Call[] = [
    (rest) => rest.getMessage("1", "@me"),
    (rest) => rest.editMessage("../1", "2", {}),
    (rest) => rest.deleteMessage("1", ""),
    (rest) => rest.executeWebhook("1", "t", { content: "x" }, { threadId: "x" }),
    (rest) => rest.editFollowupMessage("1", "t", "original", {}),
    (rest) => rest.getApplicationCommands("x"),
    (rest) => rest.getApplicationCommand("1", "x"),
    (rest) => rest.deleteApplicationCommand("1", "2", { guildId: "x" }),
    ...["", ".", "..", "secret\r\n", "secret token", "sécret"].map((token): Call => (rest) =>
      rest.createInteractionResponse("1", token, { type: 5 })
    ),
    ...["", ".", "a b", "<:wave:4>", "a/b", "\ud800", "x".repeat(101)].map((emoji): Call => (rest) =>
      rest.createReaction("1", "2", emoji)
    ),
    (rest) => rest.createReaction("1", "2", { id: null, name: null }),
  ];
  for (const call of refused) {
    const error = await assertRejects(() => call(rest), CommandError, undefined, `${call}`);
    assertEquals(error.code, "invalid_command");
    assertFalse(/secret|sécret/.test(inspect(error)));
  }
  assertEquals(seen.length, 0);
});

test("DiscordCalls: checks every message by Discord's limits, an edit without what it may leave out", async () => {
  const discord = new FakeDiscord(() => answer(200, {}));
  const long = { content: "x".repeat(2001) };
  const refused: Call[] = [
    (rest) => rest.editMessage("1", "2", long),
    (rest) => rest.executeWebhook("1", "t", {}),
    (rest) => rest.editWebhookMessage("1", "t", "2", long),
    (rest) => rest.createFollowupMessage("1", "t", {}),
    (rest) => rest.createInteractionResponse("1", "t", { type: 4, data: {} }),
    (rest) => rest.createInteractionResponse("1", "t", { type: 7, data: long }),
  ];
  for (const call of refused) await assertRejects(() => call(discord.rest), CommandError);
  assertEquals(discord.seen.length, 0);
  await discord.run(discord.rest.createInteractionResponse("1", "t", { type: 7, data: {} }));
  await discord.run(discord.rest.editOriginalInteractionResponse("1", "t", {}));
});

test("createReaction: takes emoji as events have them", async () => {
  const discord = new FakeDiscord(() => new Response(null, { status: 204 }));
  for (
    const emoji of ["wave:4", { id: null, name: "👋" }, { id: "4", name: "wave" }, { id: "4", name: null }]
  ) {
    await discord.run(discord.rest.createReaction("1", "2", emoji));
  }
  const asked = discord.seen.map(({ url }) => url.split("/").at(-2));
  assertEquals(asked, ["wave%3A4", "%F0%9F%91%8B", "wave%3A4", "_%3A4"]);
});

test("request: says the reason as the audit log wants it", async () => {
  const discord = new FakeDiscord(() => new Response(null, { status: 204 }));
  await discord.run(discord.rest.deleteMessage("1", "2", { reason: "Spam: grüße 😀\n" }));
  assertEquals(
    discord.seen[0]?.headers.get("x-audit-log-reason"),
    "Spam%3A%20gr%C3%BC%C3%9Fe%20%F0%9F%98%80%0A",
  );
  await discord.run(discord.rest.deleteMessage("1", "2", { reason: "😀".repeat(512) }));
  for (const reason of ["", "x".repeat(513), "\ud800"]) {
    await assertRejects(() => discord.rest.deleteMessage("1", "2", { reason }), CommandError);
  }
});

test("request: writes a query as Discord reads it", async () => {
  const discord = new FakeDiscord(() => answer(200, []));
  const asked = async (path: string, query: object) => {
    await discord.run(discord.rest.raw("GET", path, { query }));
    return new URL(discord.seen.at(-1)?.url ?? "").search;
  };
  assertEquals(await asked("/a", {}), "");
  assertEquals(await asked("/a", { b: undefined }), "");
  assertEquals(
    await asked("/a", { b: 1, c: true, d: "x&y=ß", e: 2n ** 63n }),
    `?b=1&c=true&d=x%26y%3D%C3%9F&e=${2n ** 63n}`,
  );
  assertEquals(await asked("/a", { id: ["123", 456] }), "?id=123&id=456");
  assertEquals(await asked("/a?b=1", { c: 2 }), "?b=1&c=2");
  assertEquals(await asked("/a", new URLSearchParams({ b: "1" })), "?b=1");
  for (const b of [null, NaN, {}, [null], () => {}]) {
    await assertRejects(() => discord.rest.raw("GET", "/a", { query: { b } }), CommandError);
  }
});

test("request: takes a timeout of its own", async () => {
  const discord = new FakeDiscord(() => "silence", { retries: 0 });
  await assertRejects(() => discord.run(discord.rest.getGateway({ timeout: 500 })), TimeoutError);
  assertEquals(discord.clock.now(), 1_000_500);
  for (const timeout of [0, -1, NaN]) {
    await assertRejects(() => discord.rest.getGateway({ timeout }), CommandError);
  }
});

test("DiscordCalls: works over any way to send a request", async () => {
  class Recorder extends DiscordCalls {
    readonly asked: [HttpMethod, string, RawRequestOptions | undefined][] = [];
    override raw(method: HttpMethod, path: string, options?: RawRequestOptions): Promise<unknown> {
      this.asked.push([method, path, options]);
      return Promise.resolve({});
    }
  }
  const rest = new Recorder();
  await rest.createMessage("1", { content: "x" });
  await rest.createInteractionResponse("1", "t", { type: 5 });
  assertEquals(rest.asked, [
    ["POST", "/channels/1/messages", { body: { content: "x" } }],
    ["POST", "/interactions/1/t/callback", { query: { with_response: undefined }, body: { type: 5 } }],
  ]);
});
