import {
  assert,
  assertEquals,
  assertFalse,
  assertInstanceOf,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inspect } from "node:util";
import { DiscordHttpError, DiscordRest } from "../../../src/discord/rest/mod.ts";
import {
  AuthenticationError,
  CommandError,
  ConnectionError,
  OptionError,
  ProtocolError,
  TimeoutError,
} from "../../../src/protocol/errors.ts";
import { answer, FakeDiscord, limited, turn } from "./_fakes.ts";

const CHANNEL = "81384788765712384";
const GATEWAY = {
  url: "wss://gateway.discord.gg/",
  shards: 9,
  session_start_limit: { total: 1000, remaining: 999, reset_after: 14400000, max_concurrency: 1 },
};
const EMPTY = () => new Response(null, { status: 204 });

test("DiscordRest: names the bot, itself and the version", async () => {
  const discord = new FakeDiscord(() => answer(200, GATEWAY));
  assertEquals(await discord.run(discord.rest.getGatewayBot()), GATEWAY);
  const [seen] = discord.seen;
  assertEquals(seen?.url, "https://discord.com/api/v10/gateway/bot");
  assertEquals(seen?.method, "GET");
  assertEquals(seen?.headers.get("authorization"), "Bot a.secret.token");
  const { version } = JSON.parse(readFileSync(new URL("../../../deno.json", import.meta.url), "utf8"));
  assertEquals(seen?.headers.get("user-agent"), `DiscordBot (https://jsr.io/@parley/parley, ${version})`);
  assertEquals(seen?.headers.get("content-type"), null);
});

test("DiscordRest: takes a token with or without Bot, another version, base and user agent", async () => {
  const discord = new FakeDiscord(() => answer(200, GATEWAY), {
    token: "Bot a.secret.token",
    version: 9,
    baseUrl: "http://127.0.0.1:8080/api/",
    userAgent: "DiscordBot (https://bot.example, 2.0) relay",
  });
  await discord.run(discord.rest.getGatewayBot());
  const [seen] = discord.seen;
  assertEquals(seen?.url, "http://127.0.0.1:8080/api/v9/gateway/bot");
  assertEquals(seen?.headers.get("authorization"), "Bot a.secret.token");
  assertEquals(seen?.headers.get("user-agent"), "DiscordBot (https://bot.example, 2.0) relay");
});

test("DiscordRest: without a bot's token it asks what has a token of its own, and nothing else", async () => {
  const seen: (string | null)[] = [];
  const rest = new DiscordRest({
    fetch: (_, init) => {
      seen.push(new Headers(init?.headers).get("authorization"));
      return Promise.resolve(answer(200, { id: "1" }));
    },
  });
  await rest.createFollowupMessage(CHANNEL, "a-token", { content: "hi" });
  assertEquals(seen, [null]);
  const error = await assertRejects(
    () => rest.createMessage(CHANNEL, { content: "hi" }),
    CommandError,
    "token",
  );
  assertEquals([error.code, seen.length], ["invalid_command", 1]);
});

test("DiscordRest: refuses options that cannot work, without showing the token", () => {
  const refused: object[] = [
    { token: "" },
    { token: "Bot " },
    { token: undefined },
    { token: "secret\r\nX-Evil: 1" },
    { token: "secret token" },
    { token: "secret\0" },
    { token: "sécret" },
    { baseUrl: "ftp://discord.com/api" },
    { baseUrl: "discord.com" },
    { baseUrl: "https://user:pass@discord.com/api" },
    { baseUrl: "https://discord.com/api?x=1" },
    { version: 8 },
    { userAgent: "curl/8" },
    { userAgent: "DiscordBot (https://bot.example, 1)\r\nX-Evil: 1" },
    { retries: -1 },
    { retries: 1.5 },
    { maxWait: NaN },
    { timeout: 0 },
    { globalLimit: 0 },
    { globalLimit: 1.5 },
    { invalidLimit: 0 },
    { invalidLimit: 10_000 },
  ];
  for (const options of refused) {
    const error = assertThrows(
      () => Reflect.construct(DiscordRest, [{ token: "t", ...options }]),
      OptionError,
    );
    assertFalse(/secret|sécret|pass@/.test(error.message), error.message);
  }
});

test("DiscordRest: never shows its token", async () => {
  const token = "a.secret.token";
  const { rest } = new FakeDiscord(() => answer(200, {}));
  const shown = [inspect(rest, { depth: 9, showHidden: true }), JSON.stringify(rest), `${rest}`];
  for (const runtime of ["Deno", "Bun"]) {
    const show: unknown = Reflect.get(Reflect.get(globalThis, runtime) ?? {}, "inspect");
    if (typeof show === "function") shown.push(String(show(rest)));
  }
  const failures = [
    answer(401, { message: "401: Unauthorized", code: 0 }),
    answer(403, { message: "Missing Access", code: 50001 }),
    new TypeError(`bad header "Bot ${token}"`, { cause: new Error(`really: ${token}`) }),
  ];
  for (const failure of failures) {
    const discord = new FakeDiscord(() => failure);
    const error = await assertRejects(() =>
      discord.run(discord.rest.createMessage(CHANNEL, { content: "hi" }))
    );
    shown.push(inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error));
  }
  for (const text of shown) assertFalse(text.includes("secret"), text);
});

test("createMessage: posts JSON, nonce and all, and gives the message back", async () => {
  const discord = new FakeDiscord(() => answer(200, { id: "2", content: "pong" }));
  const body = { content: "pong", nonce: "n1", enforce_nonce: true };
  const message = await discord.run(discord.rest.createMessage(CHANNEL, body));
  assertEquals(message.id, "2");
  const [seen] = discord.seen;
  assertEquals(seen?.url, `https://discord.com/api/v10/channels/${CHANNEL}/messages`);
  assertEquals(seen?.method, "POST");
  assertEquals(seen?.headers.get("content-type"), "application/json");
  assertEquals(seen?.body, body);
});

test("createMessage: refuses what is no channel before anything is sent", async () => {
  const discord = new FakeDiscord(() => answer(200, {}));
  const long = "18446744073709551616"; // 2⁶⁴
  for (const id of ["", "0", "../users/@me", "1/2", "12a", "-1", "1\r\n", long]) {
    const error = await assertRejects(() => discord.rest.createMessage(id, { content: "x" }), CommandError);
    assertEquals(error.code, "invalid_command");
  }
  assertEquals(discord.seen.length, 0);
});

test("createMessage: refuses a message Discord would refuse before anything is sent", async () => {
  const discord = new FakeDiscord(() => answer(200, {}));
  const refused = [
    {},
    { content: "" },
    { content: " \n " },
    { content: "x".repeat(2001) },
    { content: "😀".repeat(2001) },
    { content: "x", embeds: Array.from({ length: 11 }, () => ({ title: "t" })) },
    { content: "x", nonce: "n".repeat(26) },
    { content: "x", flags: 1 << 15 },
  ];
  for (const body of refused) {
    const error = await assertRejects(() => discord.rest.createMessage(CHANNEL, body), CommandError);
    assertEquals(error.code, "invalid_command");
  }
  assertEquals(discord.seen.length, 0);
});

test("createMessage: counts characters as Discord does, and takes a message without content", async () => {
  const discord = new FakeDiscord(() => answer(200, { id: "1" }));
  for (const body of [{ content: "😀".repeat(2000) }, { embeds: [{ title: "t" }] }]) {
    await discord.run(discord.rest.createMessage(CHANNEL, body));
  }
  assertEquals(discord.seen.length, 2);
});

test("request: repeats a GET after 5xx with growing waits, then reports the status", async () => {
  const discord = new FakeDiscord(() => answer(502, { message: "Bad Gateway", code: 0 }));
  const error = await assertRejects(
    () => discord.run(discord.rest.request("GET /gateway/bot")),
    DiscordHttpError,
  );
  assertEquals(error.status, 502);
  assertEquals(discord.times, [0, 375, 1125, 2625]);
});

test("request: does not repeat anything else after 5xx", async () => {
  const discord = new FakeDiscord(() => new Response("<html>", { status: 500 }));
  const error = await assertRejects(
    () => discord.run(discord.rest.createMessage(CHANNEL, { content: "x" })),
    DiscordHttpError,
  );
  assertEquals([error.status, error.discordCode, error.discordMessage], [500, undefined, undefined]);
  assertEquals(discord.seen.length, 1);
});

test("request: repeats a GET whose connection broke, then says it is unreachable", async () => {
  const broken = new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") });
  const once = new FakeDiscord((_, index) => index === 0 ? broken : answer(200, GATEWAY));
  assertEquals(await once.run(once.rest.getGatewayBot()), GATEWAY);
  const ever = new FakeDiscord(() => broken, { retries: 1 });
  const error = await assertRejects(() => ever.run(ever.rest.getGatewayBot()), ConnectionError);
  assertEquals(error.code, "unreachable");
  assertEquals(
    error.message,
    "Cannot GET /gateway/bot: fetch failed: connect ECONNREFUSED; attempts made: 2",
  );
});

test("createMessage: a connection that breaks is lost, and nothing is repeated", async () => {
  const discord = new FakeDiscord(() => new TypeError("connection reset"));
  const error = await assertRejects(
    () => discord.run(discord.rest.createMessage(CHANNEL, { content: "x" })),
    CommandError,
  );
  assertEquals(error.code, "lost");
  assertEquals(discord.seen.length, 1);
});

test("createMessage: an answer that breaks off is lost", async () => {
  const cut = () =>
    new ReadableStream({
      pull(controller) {
        controller.error(new TypeError("connection reset"));
      },
    });
  const discord = new FakeDiscord(() => new Response(cut()));
  const error = await assertRejects(
    () => discord.run(discord.rest.createMessage(CHANNEL, { content: "x" })),
    CommandError,
  );
  assertEquals(error.code, "lost");
});

test("request: no answer in time is lost for a POST, and a time-out for a GET", async () => {
  const discord = new FakeDiscord(() => "silence", { timeout: 1000, retries: 1 });
  const { rest } = discord;
  const lost = await assertRejects(
    () => discord.run(rest.createMessage(CHANNEL, { content: "x" })),
    CommandError,
  );
  assertEquals(lost.code, "lost");
  await assertRejects(() => discord.run(rest.getGatewayBot()), TimeoutError);
  assertEquals(discord.times, [0, 1000, 2375]);
});

test("request: the signal ends it before it is sent", async () => {
  const discord = new FakeDiscord(() => EMPTY());
  const reason = new Error("enough");
  const given = { signal: AbortSignal.abort(reason) };
  assertEquals(await assertRejects(() => discord.rest.request("GET /users/@me", given)), reason);
  assertEquals(discord.seen.length, 0);
});

test("request: the signal ends it while it is under way, and the fetch too", async () => {
  let inner: AbortSignal | null | undefined;
  const rest = new DiscordRest({
    token: "t",
    fetch: (_, init) => {
      inner = init?.signal;
      return new Promise(() => {});
    },
  });
  const controller = new AbortController();
  const reason = new Error("enough");
  const promise = rest.raw("POST", "/users/@me/channels", { signal: controller.signal });
  await turn();
  controller.abort(reason);
  assertEquals(await assertRejects(() => promise), reason);
  assert(inner?.aborted);
});

test("request: the signal ends it while it waits for a limit", async () => {
  const discord = new FakeDiscord(() => limited(30));
  const controller = new AbortController();
  const reason = new Error("enough");
  const promise = discord.rest.request("GET /users/@me", { signal: controller.signal });
  for (let count = 0; count < 10; count++) await turn();
  controller.abort(reason);
  assertEquals(await assertRejects(() => promise), reason);
  assertEquals(discord.seen.length, 1);
});

test("request: a failure carries Discord's code, message and fields", async () => {
  const body = {
    code: 50035,
    message: "Invalid Form Body",
    errors: {
      embeds: { 0: { title: { _errors: [{ code: "REQUIRED", message: "This field is required" }] } } },
    },
  };
  const discord = new FakeDiscord(() => answer(400, body));
  const error = await assertRejects(
    () => discord.run(discord.rest.createMessage(CHANNEL, { embeds: [{}] })),
    DiscordHttpError,
  );
  assertEquals([error.code, error.status, error.discordCode], ["http_status", 400, 50035]);
  assertEquals(error.details, body.errors);
  assertEquals(
    error.message,
    `Cannot POST /channels/${CHANNEL}/messages: Discord answered 400: "Invalid Form Body" (code 50035): ` +
      "embeds.0.title: This field is required",
  );
});

test("request: a redirect is a failure, as the token is for this host only", async () => {
  const discord = new FakeDiscord(() =>
    new Response(null, { status: 301, headers: { Location: "https://evil.example" } })
  );
  const error = await assertRejects(() => discord.run(discord.rest.getGatewayBot()), DiscordHttpError);
  assertEquals(error.status, 301);
});

test("request: a token that was refused is not sent again", async () => {
  const discord = new FakeDiscord(() => answer(401, { message: "401: Unauthorized", code: 0 }));
  const error = await assertRejects(() => discord.run(discord.rest.getGatewayBot()), AuthenticationError);
  assertEquals(error.code, "authentication_failed");
  await assertRejects(() => discord.rest.createMessage(CHANNEL, { content: "x" }), AuthenticationError);
  assertEquals(discord.seen.length, 1);
});

test("request: a path with its own token goes without the bot's, and its token is shown nowhere", async () => {
  const pathOf = (id: number) => `/webhooks/${id}/hook-secret?wait=true`;
  const failures = [
    answer(401, { message: "Invalid Webhook Token", code: 50027 }),
    answer(404, { message: "Unknown Webhook", code: 10015 }),
    new TypeError("error sending request for url (https://discord.com/api/v10/webhooks/1/hook-secret)"),
  ];
  const discord = new FakeDiscord((_, index) => failures[index] ?? answer(200, GATEWAY));
  for (const id of failures.keys()) {
    const request = () => discord.run(discord.rest.raw("POST", pathOf(id), { body: { content: "x" } }));
    assertFalse(inspect(await assertRejects(request), { depth: 9 }).includes("secret"));
  }
  assertEquals(discord.seen.map(({ headers }) => headers.get("authorization")), [null, null, null]);
  // Nor does its 401 stop the bot.
  await discord.run(discord.rest.getGatewayBot());
});

test("request: refuses a path that is none, and a body that is not JSON", async () => {
  const { rest, seen } = new FakeDiscord(() => EMPTY());
  for (
    const path of [
      "",
      "/",
      "users",
      "//evil.example/x",
      "/a/../b",
      "/a/%2e%2E/b",
      "/a b",
      "/a\r\n",
      "/a#b",
      "/ä",
    ]
  ) {
    const error = await assertRejects(() => rest.raw("GET", path), CommandError);
    assertEquals(error.code, "invalid_command", path);
  }
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  for (const body of [1n, circular, () => {}]) {
    const error = await assertRejects(
      () => rest.raw("POST", "/users/@me/channels", { body }),
      CommandError,
    );
    assertEquals(error.code, "invalid_command");
  }
  assertEquals(seen.length, 0);
});

test("request: an answer that is not JSON is a protocol error", async () => {
  const discord = new FakeDiscord(() => new Response("<html>"));
  await assertRejects(() => discord.run(discord.rest.request("GET /users/@me")), ProtocolError);
});

test("getGatewayBot: an answer that lacks what sharding needs is a protocol error", async () => {
  const wrong = [{ shards: "9" }, { session_start_limit: null }, { url: "gateway" }, {
    url: "https://gateway.discord.gg",
  }];
  for (const body of [{}, [], ...wrong.map((part) => ({ ...GATEWAY, ...part }))]) {
    const discord = new FakeDiscord(() => answer(200, body));
    const error = await discord.run(discord.rest.getGatewayBot()).catch((error) => error);
    assertInstanceOf(error, ProtocolError);
  }
});
