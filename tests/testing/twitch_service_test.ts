import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { TwitchApi } from "../../src/twitch/api/api.ts";
import { TwitchApiError } from "../../src/twitch/api/errors.ts";
import { TwitchAppAuth } from "../../src/twitch/auth/app_auth.ts";
import { TwitchAuth } from "../../src/twitch/auth/auth.ts";
import { deviceLogin } from "../../src/twitch/auth/device_login.ts";
import { TwitchClient } from "../../src/twitch/client.ts";
import { eventSubChat } from "../../src/twitch/eventsub/chat.ts";
import { TwitchEventSub } from "../../src/twitch/eventsub/client.ts";
import { twitchEventsHandler } from "../../src/twitch/eventsub/webhook.ts";
import { AuthenticationError } from "../../src/protocol/errors.ts";
import { listenTwitch, serveTwitch } from "../../testing/twitch/service/serve.ts";
import type { TwitchServiceOptions } from "../../testing/twitch/service/types.ts";
import { Simulation } from "../../testing/world/simulation.ts";

const SCOPES = [
  "chat:read",
  "chat:edit",
  "user:read:chat",
  "user:write:chat",
  "moderator:manage:banned_users",
  "moderator:manage:chat_messages",
  "moderator:manage:announcements",
];
const TOKENS = { accessToken: "tok", refreshToken: "ref" };

function twitch(options: Omit<TwitchServiceOptions, "host"> = {}) {
  const world = new Simulation();
  const service = serveTwitch(world, {
    accounts: { bot: { token: "tok", refreshToken: "ref", scopes: SCOPES } },
    ...options,
  });
  const runtime = world.host("bot");
  const auth = new TwitchAuth({ clientId: "client", clientSecret: "secret", tokens: TOKENS, runtime });
  const api = new TwitchApi({ auth, runtime });
  const client = async () => {
    const chat = new TwitchClient({ auth, channels: ["#dallas"], runtime });
    await world.until(chat.connect());
    await world.run(2_000);
    return chat;
  };
  return { world, service, runtime, auth, api, client };
}

test("TwitchService: what is said in chat or by the API comes over both wires", async () => {
  const { world, service, api, client, runtime } = twitch();
  const chat = await client();
  const condition = { broadcaster_user_id: service.idOf("dallas"), user_id: service.idOf("bot") };
  const events = new TwitchEventSub({
    api,
    subscriptions: [{ type: "channel.chat.message", condition }],
    runtime,
  });
  const overEventSub: string[] = [];
  events.on("channel.chat.message", ({ data }) => {
    overEventSub.push(`${data.chatter_user_login}: ${data.message.text}`);
  });
  await world.until(events.connect());
  await world.run(1_000);
  const overIrc: string[] = [];
  chat.on("PRIVMSG", ({ sender, text }) => void overIrc.push(`${sender.login}: ${text}`));
  await service.chat.command({ kind: "say", channel: "#dallas", login: "ronni", text: "Kappa" });
  await world.until(chat.say("#dallas", "over IRC"));
  await world.run(1_500);
  await world.until(api.sendMessage(service.idOf("dallas"), "over Helix"));
  await world.run(1_000);
  assertEquals(overEventSub, ["ronni: Kappa", "bot: over IRC", "bot: over Helix"]);
  // Over IRC one does not hear oneself, unless it came another way.
  assertEquals(overIrc, ["ronni: Kappa", "bot: over Helix"]);
  await world.until(Promise.all([chat.close(), events.close()]));
});

test("TwitchService: what a moderator does by the API is told in chat", async () => {
  const { world, service, api, client } = twitch();
  const chat = await client();
  const told: string[] = [];
  chat.on("CLEARCHAT", ({ action, login }) => void told.push(`${action} ${login}`));
  chat.on("CLEARMSG", ({ login, text }) => void told.push(`delete ${login}: ${text}`));
  chat.on("USERNOTICE", ({ message }) => void told.push(`announce ${message.param(1)}`));
  const dallas = service.idOf("dallas");
  const id = await service.chat.command({ kind: "say", channel: "#dallas", login: "ronni", text: "rude" });
  await world.until(api.deleteMessage(dallas, String(id)));
  const { end_time } = await world.until(api.timeout(dallas, service.idOf("ronni"), 60_000));
  assert(end_time !== null);
  await world.until(api.announce(dallas, "be kind", { color: "green" }));
  await world.until(api.clearChat(dallas));
  await world.run(1_000);
  assertEquals(told, ["delete ronni: rude", "timeout ronni", "announce be kind", "clear undefined"]);
  await assertRejects(() => world.until(api.deleteMessage(dallas, "none")), TwitchApiError, "not found");
  await world.until(chat.close());
});

test("TwitchService: somebody who was only asked for by name can be banned by the ID that came of it", async () => {
  const { world, service, api } = twitch();
  const eve = await world.until(api.userByLogin("eve"));
  await world.until(api.ban(service.idOf("dallas"), eve?.id ?? "", { reason: "spam" }));
  assert(service.chatServer.refuses("#dallas", "eve"));
  service.close();
});

test("TwitchService: a token that has expired is refused everywhere, and refreshed once", async () => {
  const { world, service, api, auth, client } = twitch();
  const chat = await client();
  service.expire("bot");
  await world.until(api.request("GET /users"));
  assertEquals(await world.until(auth.accessToken()), "token1");
  void service.chat.command({ kind: "drop", login: "bot" });
  await world.run(20_000);
  assertEquals(service.chatServer.members("#dallas"), ["bot"]);
  service.disconnect("bot");
  await assertRejects(() => world.until(api.request("GET /users")), AuthenticationError);
  await world.until(chat.close());
});

test("TwitchService: a scope that is missing is refused, and points are counted", async () => {
  const { world, service, runtime } = twitch({
    accounts: { bot: { token: "tok", refreshToken: "ref" } },
    points: 2,
  });
  const source = { clientId: "client", accessToken: () => "tok" };
  const api = new TwitchApi({ auth: source, runtime, maxWait: 1 });
  const query = { broadcaster_id: service.idOf("bot") };
  await assertRejects(
    () => world.until(api.request("GET /polls", { query })),
    AuthenticationError,
    "channel:read:polls or channel:manage:polls",
  );
  const headers = { authorization: "Bearer tok", "client-id": "client" };
  const { status } = await service.fetch("https://api.twitch.tv/helix/users", { headers });
  assertEquals(status, 429);
});

test("TwitchService: gives tokens to devices and to applications", async () => {
  const { world, service, runtime } = twitch();
  const tokens = deviceLogin({
    clientId: "client",
    scopes: ["chat:read"],
    show: ({ code }) => void service.enter(code, "ronni"),
    runtime,
  });
  const auth = new TwitchAuth({ clientId: "client", tokens: await world.until(tokens), runtime });
  assertEquals((await world.until(auth.account())).login, "ronni");
  service.expire("ronni");
  await world.until(auth.accessToken({ refused: await world.until(auth.accessToken()) }));
  assertEquals((await world.until(auth.account())).scopes, ["chat:read"]);
  const app = new TwitchAppAuth({ clientId: "client", clientSecret: "secret", runtime });
  assertEquals(await world.until(app.accessToken()), "apptoken4");
});

test("TwitchService: posts to webhooks what they have confirmed", async () => {
  const { world, service, runtime } = twitch();
  const app = new TwitchAppAuth({ clientId: "client", clientSecret: "secret", runtime });
  const api = new TwitchApi({ auth: app, runtime });
  const heard: string[] = [];
  const secret = "ten characters";
  const handler = twitchEventsHandler({
    secret,
    clock: world.host("hook").clock,
    on: { "stream.online": ({ data }) => void heard.push(data.broadcaster_user_login) },
  });
  world.serveHttp("https://bot.test", (input, init) => handler(new Request(input, init)));
  const transport = { method: "webhook", callback: "https://bot.test/twitch", secret } as const;
  const condition = { broadcaster_user_id: service.idOf("ronni") };
  await world.until(
    api.request("POST /eventsub/subscriptions", {
      body: { type: "stream.online", version: "1", condition, transport },
    }),
  );
  await world.run(5_000);
  const { data } = await world.until(api.request("GET /eventsub/subscriptions"));
  assertEquals(data.map(({ status, transport }) => [status, transport]), [
    ["enabled", { method: "webhook", callback: "https://bot.test/twitch" }],
  ]);
  const list = (type: string) => api.request("GET /eventsub/subscriptions", { query: { type } });
  assertEquals((await world.until(list("stream.online"))).data, data);
  assertEquals((await world.until(list("stream.offline"))).data, []);
  const event = { broadcaster_user_login: "ronni" };
  void service.eventsub.command({ kind: "notify", type: "stream.online", condition, event });
  await world.run(5_000);
  assertEquals(heard, ["ronni"]);
});

test("listenTwitch: has chat, EventSub and HTTP on one port of loopback", async () => {
  await using twitch = await listenTwitch({
    accounts: { bot: { token: "tok", refreshToken: "ref", scopes: SCOPES } },
  });
  const auth = new TwitchAuth({
    clientId: "client",
    clientSecret: "secret",
    tokens: TOKENS,
    baseUrl: `${twitch.httpUrl}/oauth2`,
  });
  const api = new TwitchApi({ auth, baseUrl: `${twitch.httpUrl}/helix` });
  const condition = {
    broadcaster_user_id: twitch.service.idOf("dallas"),
    user_id: twitch.service.idOf("bot"),
  };
  await using events = new TwitchEventSub({ api, url: twitch.eventsubUrl });
  await using chat = new TwitchClient({ auth, url: twitch.chatUrl, channels: ["#dallas"] });
  const heard = events.wait("channel.chat.message");
  await Promise.all([events.connect(), chat.connect()]);
  await events.subscribe({ type: "channel.chat.message", condition });
  await chat.say("#dallas", "hello");
  assertEquals((await heard).data.message.text, "hello");
  const answer = await fetch(`${twitch.httpUrl}/oauth2/validate`, {
    headers: { authorization: "OAuth tok" },
  });
  assertEquals((await answer.json()).login, "bot");
});

test("listenTwitch: a whole bot over loopback, by EventSub and the API, whose token expires", async () => {
  await using twitch = await listenTwitch({
    accounts: { bot: { token: "tok", refreshToken: "ref", scopes: SCOPES } },
  });
  const { service } = twitch;
  const signal = AbortSignal.timeout(30_000);
  const saved: string[] = [];
  const store = {
    load: () => TOKENS,
    save: ({ accessToken }: typeof TOKENS) => void saved.push(accessToken),
  };
  const auth = new TwitchAuth({
    clientId: "client",
    clientSecret: "secret",
    store,
    baseUrl: `${twitch.httpUrl}/oauth2`,
  });
  const api = new TwitchApi({ auth, baseUrl: `${twitch.httpUrl}/helix` });
  const wire = eventSubChat({ url: twitch.eventsubUrl });
  await using chat = new TwitchClient({ auth, api, wire, channels: ["#dallas"], signal });
  chat.on("PRIVMSG", (event) => event.text === "!ping" ? event.reply("pong") : undefined);
  await chat.connect();
  await chat.join("#dallas", { signal });
  const ping = async () => {
    const pong = chat.wait("PRIVMSG", { where: ({ own }) => own, signal });
    await service.chat.command({ kind: "say", channel: "#dallas", login: "ada", text: "!ping" });
    return (await pong).text;
  };
  assertEquals([await ping(), saved], ["pong", []]);
  service.expire("bot");
  assertEquals([await ping(), saved.length], ["pong", 1]);
  await chat.timeout("#dallas", "ada", 60_000, { signal });
  const asked = service.asked.map(({ endpoint }) => endpoint);
  assertEquals(asked.slice(-2), ["GET /users", "POST /moderation/bans"]);
  assertEquals(asked.filter((endpoint) => endpoint === "POST /oauth2/token").length, 1);
});

test("TwitchService: where any token is an account's, whoever logs in is that account, by whatever application", async () => {
  const world = new Simulation();
  const service = serveTwitch(world, { anyTokenOf: "bot" });
  const runtime = world.host("bot");
  const parts = { clientId: "any", scopes: ["chat:read"], runtime };
  const tokens = await world.until(deviceLogin({ ...parts, show: () => {} }));
  const account = await world.until(new TwitchAuth({ ...parts, tokens }).account());
  assertEquals([account.login, account.scopes], ["bot", ["chat:read"]]);
  const query = "response_type=code&client_id=any&redirect_uri=http://localhost&state=abc";
  const answer = await service.fetch(`https://id.twitch.tv/oauth2/authorize?${query}`);
  const back = new URL(answer.headers.get("location") ?? "");
  assertEquals([back.searchParams.get("error"), back.searchParams.get("state")], [null, "abc"]);
  const nowhere = "response_type=code&client_id=any&redirect_uri=nowhere";
  assertEquals((await service.fetch(`https://id.twitch.tv/oauth2/authorize?${nowhere}`)).status, 400);
});
