import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Driver } from "../../src/driver/driver.ts";
import { CommandError, OptionError } from "../../src/protocol/errors.ts";
import { TwitchApi } from "../../src/twitch/api/api.ts";
import { TwitchApiError } from "../../src/twitch/api/errors.ts";
import { TwitchAuth } from "../../src/twitch/auth/auth.ts";
import { TwitchScopeError } from "../../src/twitch/auth/scope_error.ts";
import { TwitchClient, type TwitchClientOptions } from "../../src/twitch/client.ts";
import { eventSubChat, type EventSubChatOptions } from "../../src/twitch/eventsub/chat.ts";
import { EventSubChat } from "../../src/twitch/eventsub/session/chat.ts";
import type { EventSubAnswer, EventSubAsk } from "../../src/twitch/eventsub/session/outputs.ts";
import { EVENTSUB_URL } from "../../src/twitch/eventsub/session/session.ts";
import type { TwitchCommand } from "../../src/twitch/wire/commands/command.ts";
import type { TwitchEvent } from "../../src/twitch/wire/event.ts";
import { TwitchEventSubServer } from "../../testing/twitch/eventsub_server.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { Hand } from "../_hand.ts";
import { Helix } from "./_helix.ts";
import { IdTwitch } from "./_id_twitch.ts";

const USERS: Readonly<Record<string, string>> = { dallas: "1", forsen: "2", bot: "42" };

/** Twitch's API and EventSub, and a client that reads by it. */
function twitch(options: TwitchClientOptions = {}, wire: EventSubChatOptions = {}) {
  const world = new Simulation();
  const id = new IdTwitch();
  id.scopes = ["user:read:chat", "user:write:chat"];
  const helix = new Helix(id, world);
  world.serveHttp("https://id.twitch.tv", id.fetch);
  world.serveHttp("https://api.twitch.tv", helix.fetch);
  const core = new TwitchEventSubServer({ url: EVENTSUB_URL });
  const server = new Driver(core, { host: world.host("server"), label: "eventsub", deliver: () => {} });
  server.start();
  world.serve(EVENTSUB_URL, server);
  const json = ({ status, body }: { readonly status: number; readonly body: unknown }) =>
    status === 204 ? new Response(null, { status }) : Response.json(body, { status });
  /** The type that Twitch refuses to subscribe to. */
  const refused = { type: "" };
  helix.answers.set("POST /eventsub/subscriptions", ({ body }) => {
    const { type, version, condition, transport } = body as {
      type: string;
      version: string;
      condition: Record<string, string>;
      transport: { method: "websocket"; session_id: string };
    };
    if (type === refused.type) return Response.json({ message: "no" }, { status: 403 });
    return json(core.subscribe({ type, version, condition, transport }));
  });
  helix.answers.set("DELETE /eventsub/subscriptions", ({ query }) => json(core.unsubscribe(query.id ?? "")));
  helix.answers.set("GET /users", ({ query: { login = "" } }) => {
    return Response.json({ data: USERS[login] === undefined ? [] : [{ id: USERS[login], login }] });
  });
  helix.answers.set(
    "POST /chat/messages",
    () => Response.json({ data: [{ message_id: "m1", is_sent: true, drop_reason: null }] }),
  );
  const runtime = world.host("bot");
  const auth = new TwitchAuth({
    clientId: "id",
    tokens: { accessToken: "tok1", refreshToken: "r1" },
    runtime,
  });
  const api = new TwitchApi({ auth, runtime });
  const chat = new TwitchClient({
    auth,
    api,
    channels: ["#dallas"],
    wire: eventSubChat(wire),
    runtime,
    ...options,
  });
  const notify = (type: string, condition: Record<string, string>, event: Record<string, unknown>) =>
    void server.command({ kind: "notify", type, condition, event, times: 1 });
  const say = (login: string, text: string) =>
    notify("channel.chat.message", { broadcaster_user_id: "1", user_id: "42" }, {
      broadcaster_user_id: "1",
      broadcaster_user_login: "dallas",
      chatter_user_id: login === "bot" ? "42" : "7",
      chatter_user_login: login,
      chatter_user_name: login,
      message_id: "m-1",
      message: { text, fragments: [{ type: "text", text }] },
      message_type: "text",
    });
  return { world, id, helix, core, server, chat, notify, say, refused };
}

test("eventSubChat: a client reads chat over EventSub, with the same events, and answers by the API", async () => {
  const { world, helix, core, chat, say } = twitch();
  await world.until(chat.connect());
  await world.run(1_000);
  assertEquals([chat.login, chat.channels], ["bot", ["#dallas"]]);
  assertEquals(core.subscriptions.map(({ type }) => type).toSorted(), [
    "channel.chat.clear",
    "channel.chat.clear_user_messages",
    "channel.chat.message",
    "channel.chat.message_delete",
    "channel.chat.notification",
    "channel.chat_settings.update",
  ]);
  assertEquals(helix.asked.filter(({ endpoint }) => endpoint === "GET /users").length, 1);
  const heard = world.until(chat.wait("PRIVMSG"));
  say("ronni", "hello");
  const event = await heard;
  assertEquals([event.channel, event.sender.login, event.text, event.own], [
    "#dallas",
    "ronni",
    "hello",
    false,
  ]);
  assertEquals((await world.until(event.reply("hi"))).id, "m1");
  const sent = helix.asked.find(({ endpoint }) => endpoint === "POST /chat/messages");
  assertEquals(sent?.body, {
    broadcaster_id: "1",
    sender_id: "42",
    message: "hi",
    reply_parent_message_id: "m-1",
  });
  const back = world.until(chat.wait("PRIVMSG"));
  say("bot", "hi");
  assert((await back).own);
  await world.until(chat.close());
  assertEquals(core.connections, 0);
});

test("eventSubChat: joins and parts while it is connected", async () => {
  const { world, core, chat } = twitch({ channels: [] });
  await world.until(chat.connect());
  assertEquals(core.connections, 0);
  await world.until(Promise.all([chat.join("dallas"), chat.join("#forsen"), chat.join("#forsen")]));
  assertEquals([chat.channels, core.subscriptions.length], [["#dallas", "#forsen"], 12]);
  await world.until(chat.part("#dallas"));
  assertEquals([chat.channels, core.subscriptions.length], [["#forsen"], 6]);
  await world.until(chat.part("#dallas"));
  const nobody = await assertRejects(
    () => world.until(chat.join("#nobody")),
    CommandError,
    "nobody on Twitch",
  );
  assertEquals(nobody.code, "invalid_command");
  const ping = await assertRejects(() => world.until(chat.ping()), CommandError, "EventSub only tells");
  assertEquals(ping.code, "invalid_command");
  await world.run(1_000);
  assertEquals([chat.channels, core.subscriptions.length], [["#forsen"], 6]);
  await world.until(chat.close());
});

test("eventSubChat: a channel of which Twitch tells a part only is not joined, and its rest ended", async () => {
  const { world, core, chat, refused } = twitch();
  refused.type = "channel.chat.clear";
  const failed: unknown[] = [];
  chat.on("join_failed", ({ channel, awaited, error }) => failed.push([channel, awaited, error.name]));
  await world.until(chat.connect());
  await world.run(2_000);
  assertEquals(failed, [["#dallas", false, "TwitchApiError"]]);
  await assertRejects(() => world.until(chat.join("#forsen")), TwitchApiError);
  await world.run(2_000);
  assertEquals(failed.slice(1), [["#forsen", true, "TwitchApiError"]]);
  assertEquals([chat.channels, core.subscriptions], [[], []]);
  await world.until(chat.close());
});

test("eventSubChat: what Twitch ends is told once for the channel", async () => {
  const { world, server, core, chat } = twitch();
  const failed: unknown[] = [];
  chat.on("join_failed", ({ channel, error }) => failed.push([channel, error.message]));
  await world.until(chat.connect());
  await world.run(1_000);
  void server.command({ kind: "revoke", type: "channel.chat.message", status: "authorization_revoked" });
  await world.run(2_000);
  assertEquals(failed, [[
    "#dallas",
    'Cannot stay in "#dallas": Twitch has ended it: "authorization_revoked"',
  ]]);
  assertEquals([chat.channels, core.subscriptions], [[], []]);
  await world.until(chat.close());
});

test("eventSubChat: a lost link is a gap of its channels", async () => {
  const { world, server, chat, say } = twitch();
  const told: unknown[] = [];
  chat.on("reconnecting", ({ connection }) => told.push(["reconnecting", connection]));
  chat.on("gap", ({ channels }) => told.push(["gap", channels]));
  await world.until(chat.connect());
  await world.run(1_000);
  void server.command({ kind: "close", code: 4005 });
  await world.run(10_000);
  assertEquals(told, [["reconnecting", 0], ["gap", ["#dallas"]]]);
  const heard = world.until(chat.wait("PRIVMSG"));
  say("ronni", "again");
  assertEquals((await heard).text, "again");
  await world.until(chat.close());
});

test("eventSubChat: with bans, tells them as such, and nothing twice", async () => {
  const { world, core, chat, notify } = twitch({}, { bans: true });
  await world.until(chat.connect());
  await world.run(1_000);
  const types = core.subscriptions.map(({ type }) => type);
  assertEquals([types.includes("channel.ban"), types.includes("channel.chat.clear_user_messages")], [
    true,
    false,
  ]);
  const heard = world.until(chat.wait("CLEARCHAT"));
  notify("channel.ban", { broadcaster_user_id: "1" }, {
    broadcaster_user_id: "1",
    broadcaster_user_login: "dallas",
    user_id: "7",
    user_login: "ronni",
    banned_at: "2026-11-22T02:00:00Z",
    ends_at: "2026-11-22T02:01:00Z",
    is_permanent: false,
  });
  const { action, login, duration } = await heard;
  assertEquals([action, login, duration], ["timeout", "ronni", 60_000]);
  await world.until(chat.close());
});

test("eventSubChat: what says nothing of where it happened is malformed, and harms nothing", async () => {
  const { world, chat, notify, say } = twitch();
  await world.until(chat.connect());
  await world.run(1_000);
  const malformed = world.until(chat.wait("malformed"));
  notify("channel.chat.message", { broadcaster_user_id: "1", user_id: "42" }, {
    chatter_user_login: "ronni",
  });
  assertEquals((await malformed).text, "channel.chat.message");
  const heard = world.until(chat.wait("PRIVMSG"));
  say("ronni", "hello");
  assertEquals((await heard).text, "hello");
  await world.until(chat.close());
});

test("eventSubChat: a join that is given up is not joined", async () => {
  const { world, core, chat, helix } = twitch({ channels: [] });
  await world.until(chat.connect());
  helix.points = 0;
  const { signal, abort } = ((controller) => ({
    signal: controller.signal,
    abort: () => controller.abort(new Error("enough")),
  }))(new AbortController());
  const joining = chat.join("#dallas", { signal });
  joining.catch(() => {});
  await world.run(100);
  abort();
  await assertRejects(() => world.until(joining), Error, "enough");
  helix.points = 800;
  await world.run(120_000);
  assertEquals([chat.channels, core.subscriptions], [[], []]);
  await world.until(chat.close());
});

test("eventSubChat: who gives up joining a channel that is wanted already leaves it wanted", async () => {
  const { world, chat, helix } = twitch({ channels: ["#dallas"] });
  helix.points = 0;
  await world.until(chat.connect());
  const controller = new AbortController();
  const joining = chat.join("#dallas", { signal: controller.signal });
  joining.catch(() => {});
  await world.run(100);
  controller.abort(new Error("enough"));
  await assertRejects(() => world.until(joining), Error, "enough");
  helix.points = 800;
  await world.run(120_000);
  assertEquals(chat.channels, ["#dallas"]);
  await world.until(chat.close());
});

test("EventSubChat: what comes late of a channel that was left tells nothing of how much may be said there", () => {
  const account = { login: "bot", id: "42" };
  const chat = new EventSubChat({
    account,
    channels: ["#dallas"],
    bans: false,
    limits: undefined,
    random: () => 0.5,
  });
  const hand = new Hand<TwitchCommand, TwitchEvent, EventSubAsk, EventSubAnswer>(chat).start().open();
  let messages = 0;
  const message = (message_type: string, payload: object) => {
    const metadata = {
      message_id: `m${++messages}`,
      message_type,
      message_timestamp: "2026-11-21T00:00:00Z",
    };
    hand.receive(JSON.stringify({ metadata, payload }));
  };
  message("session_welcome", { session: { id: "s", keepalive_timeout_seconds: 10 } });
  for (const action of hand.taken()) {
    if (action.kind === "ask") hand.answer(action.id, { kind: "subscribed", id: `sub ${action.id}` });
  }
  const sayAsModerator = () =>
    message("notification", {
      subscription: {
        id: "sub 1",
        type: "channel.chat.message",
        version: "1",
        status: "enabled",
        condition: {},
      },
      event: {
        broadcaster_user_id: "1",
        broadcaster_user_login: "dallas",
        chatter_user_id: "42",
        chatter_user_login: "bot",
        chatter_user_name: "bot",
        badges: [{ set_id: "moderator", id: "1", info: "" }],
        message_id: "m-1",
        message: { text: "hi", fragments: [{ type: "text", text: "hi" }] },
        message_type: "text",
      },
    });
  const permits = () => chat.permitsFor("#dallas").map(({ scope }) => scope);
  const ordinary = permits();
  sayAsModerator();
  assertEquals(permits(), ["twitch.message"]);
  hand.command({ kind: "part", channel: "#dallas" });
  assertEquals([permits(), chat.channels], [ordinary, []]);
  sayAsModerator();
  assertEquals(permits(), ordinary);
});

test("eventSubChat: needs an account, an API and the scope to read", async () => {
  const auth = new TwitchAuth({ clientId: "id", tokens: { accessToken: "a", refreshToken: "b" } });
  assertThrows(() => new TwitchClient({ auth, wire: eventSubChat() }), OptionError, "give auth and api");
  const { world, id, chat } = twitch();
  id.scopes = ["chat:read"];
  const error = await assertRejects(() => world.until(chat.connect()), TwitchScopeError);
  assertEquals(error.scope, "user:read:chat");
});
