import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Driver } from "../../src/driver/driver.ts";
import { parseMessage } from "../../src/irc/wire/messages/message.ts";
import { CommandError, OptionError, ParleyError } from "../../src/protocol/errors.ts";
import type { Permit } from "../../src/protocol/permit.ts";
import { TwitchApi } from "../../src/twitch/api/api.ts";
import { TwitchDroppedError } from "../../src/twitch/api/dropped_error.ts";
import { TwitchApiError } from "../../src/twitch/api/errors.ts";
import { TwitchAppAuth } from "../../src/twitch/auth/app_auth.ts";
import { TwitchAuth } from "../../src/twitch/auth/auth.ts";
import { TwitchScopeError } from "../../src/twitch/auth/scope_error.ts";
import { TwitchClient, type TwitchClientOptions } from "../../src/twitch/client.ts";
import { TWITCH_URL } from "../../src/twitch/session/options.ts";
import { TwitchPrivmsgEvent } from "../../src/twitch/wire/events/privmsg.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";
import { serveTwitch } from "../../testing/twitch/service/serve.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { Helix } from "./_helix.ts";
import { IdTwitch } from "./_id_twitch.ts";

const SCOPES = [
  "chat:read",
  "chat:edit",
  "user:write:chat",
  "moderator:manage:banned_users",
  "moderator:manage:chat_messages",
  "moderator:manage:announcements",
  "moderator:manage:shoutouts",
  "moderator:manage:warnings",
];

/** Twitch's chat, tokens and API, and what makes clients of the account "bot" in the channel #a. */
function twitch() {
  const world = new Simulation();
  const core = new TwitchServer({ accounts: { bot: "tok1", ronni: "tok9" } });
  const server = new Driver(core, { host: world.host("server"), label: "server", deliver: () => {} });
  server.start();
  world.serve(TWITCH_URL, server);
  const id = new IdTwitch();
  id.scopes = SCOPES;
  const helix = new Helix(id, world);
  world.serveHttp("https://id.twitch.tv", id.fetch);
  world.serveHttp("https://api.twitch.tv", helix.fetch);
  const users: Record<string, string> = { a: "1", bot: "42", ronni: "7" };
  helix.answers.set("GET /users", ({ query }) => {
    const found = users[query.login ?? ""];
    return Response.json({ data: found === undefined ? [] : [{ id: found, login: query.login }] });
  });
  let said = 0;
  helix.answers.set(
    "POST /chat/messages",
    () => Response.json({ data: [{ message_id: `m${++said}`, is_sent: true, drop_reason: null }] }),
  );
  for (const endpoint of ["POST /moderation/bans", "POST /moderation/warnings"]) {
    helix.answers.set(endpoint, () => Response.json({ data: [{}] }));
  }
  const runtime = world.host("bot");
  const auth = new TwitchAuth({
    clientId: "id",
    tokens: { accessToken: "tok1", refreshToken: "r1" },
    runtime,
  });
  const api = new TwitchApi({ auth, runtime });
  const client = (options: TwitchClientOptions = {}) =>
    new TwitchClient({ auth, api, channels: ["#a"], runtime, ...options });
  /** What the API was asked to do, without who is who. */
  const done = () => helix.asked.filter(({ endpoint }) => endpoint !== "GET /users");
  return { world, server, id, helix, runtime, api, client, done };
}

test("TwitchClient: what is known of a message is enough to answer it and to moderate who said it", async () => {
  const { world, client, done } = twitch();
  const chat = client();
  await world.until(chat.connect());
  await world.run(2_000);
  const heard = world.until(chat.wait("PRIVMSG"));
  const other = await world.until(
    new TwitchClient({ login: "ronni", token: "tok9", channels: ["#a"], runtime: world.host("ronni") })
      .connect(),
  );
  await world.run(2_000);
  await world.until(other.say("#a", "buy followers"));
  const event = await heard;
  const answered = world.until(other.wait("PRIVMSG"));
  await world.until(event.reply("no"));
  assertEquals((await answered).parent?.messageId, event.id);
  await world.until(Promise.all([event.delete(), event.timeout(60_000, { reason: "spam" }), event.ban()]));
  const { roomId, sender } = event;
  assertEquals(done().map(({ endpoint, query, body }) => [endpoint, query, body]), [
    [
      "DELETE /moderation/chat",
      { broadcaster_id: roomId, moderator_id: "42", message_id: event.id },
      undefined,
    ],
    ["POST /moderation/bans", { broadcaster_id: roomId, moderator_id: "42" }, {
      data: { user_id: sender.id, duration: 60, reason: "spam" },
    }],
    ["POST /moderation/bans", { broadcaster_id: roomId, moderator_id: "42" }, {
      data: { user_id: sender.id },
    }],
  ]);
  await world.until(Promise.all([chat.close(), other.close()]));
});

test("TwitchClient: moderates by logins, for which it asks once for each channel", async () => {
  const { world, helix, client, done } = twitch();
  const chat = client({ channels: [] });
  await world.until(chat.connect());
  await world.until(chat.ban("A", "Ronni", { reason: "spam" }));
  await world.until(chat.unban("#a", { login: "ronni" }));
  await world.until(chat.warn("#a", { id: "7" }, "language"));
  await world.until(chat.clear("#a"));
  await world.until(chat.announce("#a", "Hello", { color: "blue" }));
  await world.until(chat.shoutout("#a", "ronni"));
  const moderator = { broadcaster_id: "1", moderator_id: "42" };
  assertEquals(done().map(({ endpoint, query, body }) => [endpoint, query, body]), [
    ["POST /moderation/bans", moderator, { data: { user_id: "7", reason: "spam" } }],
    ["DELETE /moderation/bans", { ...moderator, user_id: "7" }, undefined],
    ["POST /moderation/warnings", moderator, { data: { user_id: "7", reason: "language" } }],
    ["DELETE /moderation/chat", moderator, undefined],
    ["POST /chat/announcements", moderator, { message: "Hello", color: "blue" }],
    [
      "POST /chat/shoutouts",
      { from_broadcaster_id: "1", to_broadcaster_id: "7", moderator_id: "42" },
      undefined,
    ],
  ]);
  assertEquals(helix.asked.filter(({ query }) => query.login === "a").length, 1);
  const nobody = await assertRejects(
    () => world.until(chat.ban("#a", "nobody")),
    CommandError,
    "nobody on Twitch",
  );
  assertEquals(nobody.code, "invalid_command");
  await world.until(chat.close());
});

test("TwitchClient: what cannot moderate says what is missing, and sends nothing", async () => {
  const { world, id, runtime, client, done } = twitch();
  const anonymous = await world.until(new TwitchClient({ channels: ["#a"], runtime }).connect());
  const error = await assertRejects(
    () => world.until(anonymous.ban("#a", "ronni")),
    CommandError,
    "give the client",
  );
  assertEquals(error.code, "invalid_command");
  await world.until(anonymous.close());
  id.scopes = ["chat:read", "chat:edit"];
  const chat = client();
  await world.until(chat.connect());
  const scope = await assertRejects(() => world.until(chat.ban("#a", "ronni")), TwitchScopeError);
  assertEquals(scope.scope, "moderator:manage:banned_users");
  assertEquals(done(), []);
  await world.until(chat.close());
  const read = new TwitchPrivmsgEvent(parseMessage(":ronni!ronni@ronni.tmi.twitch.tv PRIVMSG #a :hi"));
  assertThrows(() => read.ban(), CommandError, "no client has brought");
});

test("TwitchClient: what Twitch refuses to do is the API's error, and undelivered if nobody takes it", async () => {
  const { world, helix, client } = twitch();
  helix.answers.set(
    "POST /moderation/bans",
    () => Response.json({ message: "The user is already banned." }, { status: 400 }),
  );
  const chat = client();
  await world.until(chat.connect());
  await assertRejects(() => world.until(chat.ban("#a", "ronni")), TwitchApiError, "already banned");
  const undelivered = world.until(chat.wait("undelivered"));
  void chat.ban("#a", "ronni");
  const { command, target, outcome } = await undelivered;
  assertEquals([command, target, outcome], ["ban", "#a", "failed"]);
  await world.until(chat.close());
});

test("TwitchClient: says with an API what it was given, as itself, in order, in parts, and nothing as a command", async () => {
  const { world, id, helix, api, client, done } = twitch();
  id.scopes = SCOPES.filter((scope) => scope !== "chat:edit");
  const chat = client({ sendWith: api, channels: [] });
  await world.until(chat.connect());
  const long = `${"x".repeat(497)} /ban ronni`;
  const said = await world.until(Promise.all([
    chat.say("#a", long),
    chat.me("#a", "waves"),
    chat.reply({ channel: "#a", id: "m-0" }, "yes"),
  ]));
  assertEquals(said.map(({ messages }) => messages.length), [2, 1, 1]);
  assertEquals(said.map(({ id }) => id), ["m1", "m3", "m4"]);
  const body = { broadcaster_id: "1", sender_id: "42" };
  assertEquals(done().map(({ body }) => body), [
    { ...body, message: long.slice(0, 497) },
    { ...body, message: ". /ban ronni" },
    { ...body, message: "/me waves" },
    { ...body, message: "yes", reply_parent_message_id: "m-0" },
  ]);
  helix.answers.set("POST /chat/messages", () =>
    Response.json({
      data: [{
        message_id: "",
        is_sent: false,
        drop_reason: { code: "msg_duplicate", message: "identical" },
      }],
    }));
  const dropped = await assertRejects(() => world.until(chat.say("#a", "x")), TwitchDroppedError);
  assertEquals(dropped.reason, "msg_duplicate");
  await world.until(chat.close());
});

test("TwitchClient: an application sends for the account, which gives the bot its badge", async () => {
  const { world, runtime, client, done } = twitch();
  const app = new TwitchAppAuth({ clientId: "id", clientSecret: "secret", runtime });
  const chat = client({ sendWith: new TwitchApi({ auth: app, runtime }), channels: [] });
  await world.until(chat.connect());
  await world.until(chat.say("#a", "hello"));
  assertEquals(done().map(({ body }) => body), [{ broadcaster_id: "1", sender_id: "42", message: "hello" }]);
  assert(done()[0]?.token.startsWith("app"), done()[0]?.token);
  await world.until(chat.close());
});

test("TwitchClient: sends with an API for an account only", () => {
  const auth = new TwitchAuth({ clientId: "id", tokens: { accessToken: "a", refreshToken: "b" } });
  assertThrows(() => new TwitchClient({ sendWith: new TwitchApi({ auth }) }), OptionError, "give auth");
});

/** Twitch as a whole, an account in its chat, and when it has said something. */
function sharing() {
  const world = new Simulation();
  const said: { readonly channel: string; readonly at: number }[] = [];
  const service = serveTwitch(world, {
    accounts: { bot: { token: "tok1", refreshToken: "r1", scopes: SCOPES } },
    told: (event) => void (event.kind === "said" && said.push(event)),
  });
  for (let channel = 0; channel < 15; channel++) service.idOf(`c${channel}`);
  const runtime = world.host("bot");
  const auth = new TwitchAuth({
    clientId: "client",
    tokens: { accessToken: "tok1", refreshToken: "r1" },
    runtime,
  });
  const api = new TwitchApi({ auth, runtime });
  return { world, service, said, runtime, auth, api };
}

test("TwitchClient: what is said with an API counts with what other processes say over IRC", async () => {
  const { world, said, auth, api, runtime } = sharing();
  const byApi = new TwitchClient({ auth, api, sendWith: api, runtime });
  const byIrc = new TwitchClient({ login: "bot", token: "tok1", runtime: world.host("other") });
  await world.until(Promise.all([byApi.connect(), byIrc.connect()]));
  const channels = Array.from({ length: 15 }, (_, channel) => `#c${channel}`);
  await world.until(
    Promise.all([byApi, byIrc].flatMap((chat) => channels.map((channel) => chat.say(channel, "hello")))),
  );
  assertEquals(said.length, 30);
  const windows = said.slice(20).map(({ at }, place) => at - (said[place]?.at ?? at));
  assert(Math.min(...windows) >= 30_000, `21 messages in ${Math.min(...windows)} ms`);
  await world.until(Promise.all([byApi.close(), byIrc.close()]));
});

test("TwitchClient: says with an API in its own channel as fast as a moderator may, elsewhere once a second", async () => {
  const { world, service, said, auth, api, runtime } = sharing();
  const chat = new TwitchClient({ auth, api, sendWith: api, channels: ["#bot", "#c1"], runtime });
  await world.until(chat.connect());
  await world.run(3_000);
  void service.chat.command({ kind: "slow", channel: "#c1", seconds: 5 });
  await world.run(1_000);
  const texts = ["one", "two", "three"];
  await world.until(
    Promise.all(["#bot", "#c1"].flatMap((name) => texts.map((text) => chat.say(name, text)))),
  );
  const pauses = (channel: string) => {
    const times = said.filter((one) => one.channel === channel).map(({ at }) => at);
    return times.slice(1).map((at, place) => at - (times[place] ?? at));
  };
  assert(Math.max(...pauses("#bot")) < 1_000, String(pauses("#bot")));
  assert(Math.min(...pauses("#c1")) >= 5_000, String(pauses("#c1")));
  await world.until(chat.close());
});

test("TwitchClient: what waits for a permit when the client is closed is never said", async () => {
  const { world, said, auth, api, runtime } = sharing();
  const chat = new TwitchClient({ auth, api, sendWith: api, runtime });
  await world.until(chat.connect());
  const first = chat.say("#c1", "one");
  await world.until(first);
  const second = assertRejects(() => chat.say("#c1", "two"), CommandError, "being closed");
  const closed = chat.close({ within: 0 });
  await world.until(Promise.all([second, closed]));
  await world.run(60_000);
  assertEquals(said.length, 1);
});

test("TwitchClient: what waits for the points of the API when the client is closed is never said", async () => {
  const { world, helix, client, api, done } = twitch();
  const chat = client({ sendWith: api });
  await world.until(chat.connect());
  await world.until(chat.say("#a", "one"));
  helix.points = 0;
  const second = assertRejects(() => chat.say("#a", "two"), CommandError, "closed");
  const third = assertRejects(() => chat.say("#a", "three"), CommandError, "closed");
  await world.run(5_000);
  await world.until(Promise.all([second, third, chat.close({ within: 0 })]));
  helix.points = 800;
  const { length } = helix.asked;
  await world.run(120_000);
  assertEquals([done().length, helix.asked.length], [1, length]);
});

test("TwitchClient: what would moderate, and waits for the API when the client is closed, is never done", async () => {
  const { world, helix, client, done } = twitch();
  const chat = client({ channels: [] });
  await world.until(chat.connect());
  helix.points = 0;
  const asked = [chat.ban("#a", "ronni"), chat.clear("#a")];
  const lost = asked.map((promise) => assertRejects(() => promise, CommandError, "the client was closed"));
  await world.run(5_000);
  await world.until(Promise.all([...lost, chat.close({ within: 0 })]));
  helix.points = 800;
  const { length } = helix.asked;
  await world.run(120_000);
  assertEquals([done(), helix.asked.length], [[], length]);
  await assertRejects(() => world.until(chat.ban("#a", "ronni")), CommandError, "the client was closed");
});

test("TwitchClient: who gives up saying something with an API waits no longer, and it is never said", async () => {
  const { world, client, api, done } = twitch();
  const chat = client({ sendWith: api });
  await world.until(chat.connect());
  const first = chat.say("#a", "one");
  const controller = new AbortController();
  const second = chat.say("#a", "two", { signal: controller.signal });
  const third = chat.say("#a", "three");
  controller.abort(new Error("enough"));
  const before = world.clock.now();
  await assertRejects(() => world.until(second), Error, "enough");
  assertEquals(world.clock.now(), before);
  await world.until(Promise.all([first, third]));
  assertEquals(done().map(({ body }) => Object(body).message), ["one", "three"]);
  await world.until(chat.close());
});

test("TwitchClient: a thousand messages that wait for the API are enough", async () => {
  const { world, client, api, done } = twitch();
  const chat = client({ sendWith: api });
  await world.until(chat.connect());
  const said = Array.from({ length: 1_000 }, () => chat.say("#a", "hello").catch(() => {}));
  const error = await assertRejects(
    () => world.until(chat.say("#a", "more")),
    ParleyError,
    "waiting already",
  );
  assertEquals([error.code, done().length < 2], ["rate_limited", true]);
  await world.until(Promise.all([chat.close({ within: 0 }), ...said]));
});

test("TwitchClient: what is said with an API fails where no permit can be had", async () => {
  const { world, said, auth, api, runtime } = sharing();
  const permits = {
    acquire: (permit: Permit, signal?: AbortSignal) =>
      permit.scope === "twitch.message"
        ? Promise.reject(new Error("out of order"))
        : runtime.permits.acquire(permit, signal),
  };
  const chat = new TwitchClient({ auth, api, sendWith: api, runtime: { ...runtime, permits } });
  await world.until(chat.connect());
  const error = await assertRejects(() => world.until(chat.say("#c1", "one")), ParleyError, "no permit");
  assertEquals([error.code, said.length], ["rate_limited", 0]);
  await world.until(chat.close());
});
