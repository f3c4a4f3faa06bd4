import { test } from "node:test";
import { inspect } from "node:util";
import { assert, assertEquals, assertFalse, assertRejects, assertThrows } from "@std/assert";
import { sleepUntil } from "../../src/driver/clock/clock.ts";
import {
  AuthenticationError,
  CommandError,
  ConnectionError,
  OptionError,
  ParleyError,
  ProtocolError,
  TimeoutError,
} from "../../src/protocol/errors.ts";
import { TwitchApi, type TwitchApiOptions } from "../../src/twitch/api/api.ts";
import { TwitchDroppedError } from "../../src/twitch/api/dropped_error.ts";
import { TwitchApiError } from "../../src/twitch/api/errors.ts";
import { TWITCH_GRANTS } from "../../src/twitch/api/grants.ts";
import { badgeUrl, cheermoteUrl } from "../../src/twitch/api/pictures.ts";
import { TwitchAppAuth } from "../../src/twitch/auth/app_auth.ts";
import { TwitchAuth } from "../../src/twitch/auth/auth.ts";
import { TwitchScopeError } from "../../src/twitch/auth/scope_error.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { Helix } from "./_helix.ts";
import { IdTwitch } from "./_id_twitch.ts";

function twitch(options: Partial<TwitchApiOptions> = {}) {
  const world = new Simulation();
  const id = new IdTwitch();
  id.scopes = [
    "user:write:chat",
    "channel:manage:raids",
    "channel:read:vips",
    "channel:manage:moderators",
    "moderator:manage:chat_settings",
  ];
  const helix = new Helix(id, world);
  world.serveHttp("https://id.twitch.tv", id.fetch);
  world.serveHttp("https://api.twitch.tv", helix.fetch);
  const runtime = world.host("bot");
  const auth = new TwitchAuth({
    clientId: "id",
    tokens: { accessToken: "tok1", refreshToken: "r1" },
    runtime,
  });
  const api = new TwitchApi({ auth, runtime, ...options });
  return { world, id, helix, auth, api, runtime };
}

const ok = (data: unknown, more = {}) => () => Response.json({ data: [data], ...more });
const status = (status: number) => () => Response.json({ status, message: "not now" }, { status });

test("TwitchApi.request: sends query, body, client id and token, and gives back what is answered", async () => {
  const { world, helix, api } = twitch();
  helix.answers.set("GET /users", ok({ id: "42", login: "bot", display_name: "Bot" }));
  const { data } = await world.until(api.request("GET /users", { query: { login: ["bot", "other"] } }));
  assertEquals(data[0]?.display_name, "Bot");
  await world.until(
    api.request("POST /chat/messages", { body: { broadcaster_id: "1", sender_id: "42", message: "hi" } }),
  );
  assertEquals(helix.asked.map(({ endpoint, body, token }) => [endpoint, body, token]), [
    ["GET /users", undefined, "tok1"],
    ["POST /chat/messages", { broadcaster_id: "1", sender_id: "42", message: "hi" }, "tok1"],
  ]);
});

test("TwitchApi.request: what an endpoint does not take does not compile", () => {
  const { api } = twitch();
  const never = () => [
    // @ts-expect-error There is no such endpoint.
    api.request("GET /nothing"),
    // @ts-expect-error It needs a broadcaster.
    api.request("GET /channels"),
    // @ts-expect-error It must be a message.
    api.request("POST /whispers", { query: { from_user_id: "1", to_user_id: "2" }, body: { text: "" } }),
    // @ts-expect-error It answers with no list that goes on.
    api.all("GET /chat/settings", { query: { broadcaster_id: "1" } }),
  ];
  assertEquals(typeof never, "function");
});

test("TwitchApi.all: goes through a list, and ends with it", async () => {
  const { world, helix, api } = twitch();
  const pages = new Map([["", ["a", "b", "2"]], ["2", ["c", "d", "3"]], ["3", []]]);
  helix.answers.set("GET /moderation/moderators", ({ query }) => {
    const [one, two, cursor] = pages.get(query.after ?? "") ?? [];
    const data = [one, two].flatMap((user_id) => user_id === undefined ? [] : [{ user_id }]);
    return Response.json({ data, pagination: cursor === undefined ? {} : { cursor } });
  });
  const list = async () => {
    const found: string[] = [];
    for await (
      const { user_id } of api.all("GET /moderation/moderators", { query: { broadcaster_id: "1" } })
    ) {
      found.push(user_id);
    }
    return found;
  };
  assertEquals(await world.until(list()), ["a", "b", "c", "d"]);
  assertEquals(helix.asked.map(({ query }) => [query.first, query.after]), [
    ["100", undefined],
    ["100", "2"],
    ["100", "3"],
  ]);
});

test("TwitchApi: a token that is refused is refreshed once, and the request repeated; the next refusal is told", async () => {
  const { world, id, helix, api } = twitch();
  await world.until(api.request("GET /users"));
  id.valid = "revoked for another";
  id.refreshToken = "r1";
  await world.until(api.request("GET /users"));
  assertEquals(helix.asked.map(({ token }) => token), ["tok1", "tok2"]);
  helix.answers.set("GET /users", status(401));
  const error = await assertRejects(() => world.until(api.request("GET /users")), AuthenticationError, "401");
  assertFalse(inspect(error).includes("tok"));
});

test("TwitchApi: stays within the points, and waits until there are more", async () => {
  const { world, helix, api } = twitch({ maxWait: 600_000 });
  helix.points = 10;
  await world.until(Promise.all(Array.from({ length: 35 }, () => api.request("GET /users"))));
  assertEquals(helix.asked.length, 35);
  assert(helix.limited <= 25, String(helix.limited));
  const { length } = helix.asked;
  // Now that it is known how many there are, none is refused.
  const { limited } = helix;
  for (let count = 0; count < 25; count++) await world.until(api.request("GET /users"));
  assertEquals([helix.asked.length - length, helix.limited], [25, limited]);
});

test("TwitchApi: a limit that outlasts maxWait, or 429 again and again, is told", async () => {
  const { world, helix, api } = twitch({ maxWait: 5_000 });
  helix.points = 1;
  await world.until(api.request("GET /users"));
  const late = await assertRejects(() => world.until(api.request("GET /users")), ParleyError, "used up");
  assertEquals(late.code, "rate_limited");
  const { world: other, helix: strict, api: again } = twitch();
  strict.points = 0;
  const refused = await assertRejects(
    () => other.until(again.request("GET /users")),
    ParleyError,
    "again and again",
  );
  assertEquals([refused.code, strict.limited], ["rate_limited", 4]);
});

test("TwitchApi: repeats what fails and may be repeated, and nothing else", async () => {
  for (const [endpoint, times] of [["GET /users", 4], ["DELETE /raids", 4], ["POST /raids", 1]] as const) {
    const { world, helix, api } = twitch();
    helix.answers.set(endpoint, status(503));
    const [method = "", path = ""] = endpoint.split(" ");
    const error = await assertRejects(() => world.until(api.raw(method, path)), TwitchApiError, "503");
    assertEquals([error.status, error.says, error.endpoint, helix.asked.length], [
      503,
      "not now",
      endpoint,
      times,
    ]);
  }
  const { world, helix, api } = twitch();
  let count = 0;
  helix.answers.set("DELETE /raids", () => {
    if (++count === 1) throw new TypeError("connection reset");
    return Response.json({ status: 404 }, { status: 404 });
  });
  // The first has done it.
  assertEquals(
    await world.until(api.request("DELETE /raids", { query: { broadcaster_id: "1" } })),
    undefined,
  );
});

test("TwitchApi: what may have taken effect is lost, what has not is unreachable, what is late is late", async () => {
  const { world, helix, api } = twitch();
  const reset = () => {
    throw new TypeError("connection reset with tok1");
  };
  helix.answers.set("POST /raids", reset).set("GET /users", reset);
  const query = { from_broadcaster_id: "1", to_broadcaster_id: "2" };
  const lost = await assertRejects(
    () => world.until(api.request("POST /raids", { query })),
    CommandError,
    "Lost",
  );
  assertEquals(lost.code, "lost");
  const gone = await assertRejects(
    () => world.until(api.request("GET /users")),
    ConnectionError,
    "connection reset",
  );
  for (const error of [lost, gone]) assertFalse(inspect(error).includes("tok1"));
  helix.answers.set("GET /users", async () => {
    await sleepUntil(world.clock, Infinity);
    return new Response();
  });
  await assertRejects(() => world.until(api.request("GET /users")), TimeoutError);
  helix.answers.set("GET /users", () => new Response("<!doctype html>"));
  await assertRejects(() => world.until(api.request("GET /users")), ProtocolError, "not JSON");
});

test("TwitchApi: bans, silences, warns and deletes as the account that asks, once it has granted that", async () => {
  const { world, id, helix, api } = twitch();
  await assertRejects(
    () => world.until(api.ban("1", "2")),
    TwitchScopeError,
    "moderator:manage:banned_users",
  );
  assertEquals(helix.asked, []);
  id.scopes = [
    "moderator:manage:banned_users",
    "moderator:manage:chat_messages",
    "moderator:manage:warnings",
  ];
  await world.run(3_600_000);
  helix.answers.set("POST /moderation/bans", ({ body }) => Response.json({ data: [body] }));
  await world.until(api.ban("1", "2", { reason: "spam" }));
  await world.until(api.timeout("1", "2", 60_000));
  await world.until(api.unban("1", "2"));
  await world.until(api.warn("1", "2", "be nice"));
  await world.until(api.deleteMessage("1", "abc"));
  const as = { broadcaster_id: "1", moderator_id: "42" };
  assertEquals(helix.asked.map(({ endpoint, query, body }) => [endpoint, query, body]), [
    ["POST /moderation/bans", as, { data: { user_id: "2", reason: "spam" } }],
    ["POST /moderation/bans", as, { data: { user_id: "2", duration: 60 } }],
    ["DELETE /moderation/bans", { ...as, user_id: "2" }, undefined],
    ["POST /moderation/warnings", as, { data: { user_id: "2", reason: "be nice" } }],
    ["DELETE /moderation/chat", { ...as, message_id: "abc" }, undefined],
  ]);
  await assertRejects(() => api.timeout("1", "2", 500), CommandError, "1 s to 14 days");
  await assertRejects(() => api.deleteMessage("1", ""), CommandError, "empty");
});

test("TwitchApi.sendMessage: tells what Twitch drops, and why", async () => {
  const { world, id, helix, api } = twitch();
  id.scopes = ["user:write:chat"];
  const answer = { message_id: "abc", is_sent: true };
  helix.answers.set("POST /chat/messages", ok(answer));
  assertEquals((await world.until(api.sendMessage("1", "hello", { replyTo: "x" }))).message_id, "abc");
  assertEquals(helix.asked[0]?.body, {
    broadcaster_id: "1",
    sender_id: "42",
    message: "hello",
    reply_parent_message_id: "x",
  });
  const drop_reason = { code: "msg_duplicate", message: "Your message is identical to the previous one." };
  helix.answers.set("POST /chat/messages", ok({ message_id: "", is_sent: false, drop_reason }));
  const error = await assertRejects(
    () => world.until(api.sendMessage("1", "hello")),
    TwitchDroppedError,
    '"Your message is identical to the previous one."',
  );
  assertEquals([error.code, error.reason], ["refused", "msg_duplicate"]);
  for (const text of ["", "  ", "x".repeat(501)]) {
    await assertRejects(() => api.sendMessage("1", text), CommandError);
  }
});

test("TwitchApi: an application asks for itself", async () => {
  const { world, helix, runtime } = twitch();
  const app = new TwitchAppAuth({ clientId: "id", clientSecret: "hush", runtime });
  const api = new TwitchApi({ auth: app, runtime });
  helix.answers.set("POST /chat/messages", ok({ message_id: "abc", is_sent: true }));
  await world.until(api.sendMessage("1", "hello", { senderId: "42" }));
  assertEquals(helix.asked[0]?.token, "app1");
  await assertRejects(
    () => world.until(api.sendMessage("1", "hello")),
    AuthenticationError,
    "the application",
  );
});

test("TwitchApi: can be given up, and refuses options that cannot be meant", async () => {
  const { world, helix, api, auth } = twitch();
  helix.points = 0;
  const controller = new AbortController();
  const given = api.request("GET /users", { signal: controller.signal });
  await world.run(1_000);
  controller.abort(new Error("enough"));
  await assertRejects(() => world.until(given), Error, "enough");
  assertThrows(() => new TwitchApi({ auth, retries: -1 }), OptionError);
  assertThrows(() => new TwitchApi({ auth, timeout: 0 }), OptionError);
});

test("TwitchApi.request: a scope that is missing is told before anything is sent, one of several is enough", async () => {
  const { world, id, helix, api } = twitch();
  const query = { broadcaster_id: "42" };
  id.scopes = ["channel:manage:polls"];
  await world.until(api.request("GET /polls", { query }));
  const error = await assertRejects(
    () => world.until(api.request("GET /predictions", { query })),
    TwitchScopeError,
    "channel:read:predictions",
  );
  assert(error.grantUrl.includes("channel%3Amanage%3Apolls+channel%3Aread%3Apredictions"));
  await assertRejects(() => world.until(api.all("GET /channels/vips", { query }).next()), TwitchScopeError);
  assertEquals(helix.asked.map(({ endpoint }) => endpoint), ["GET /polls"]);
});

test("TwitchApi.request: tells whose token an endpoint takes before anything is sent", async () => {
  const { world, helix, api, runtime } = twitch();
  const app = new TwitchApi({
    auth: new TwitchAppAuth({ clientId: "id", clientSecret: "hush", runtime }),
    runtime,
  });
  await assertRejects(
    () => world.until(api.request("GET /eventsub/conduits")),
    AuthenticationError,
    "Cannot GET /eventsub/conduits: it takes the application's token, use a TwitchAppAuth",
  );
  await assertRejects(
    () => world.until(app.request("GET /polls", { query: { broadcaster_id: "42" } })),
    AuthenticationError,
    "Cannot GET /polls: it takes an account's token, use a TwitchAuth",
  );
  await world.until(app.request("GET /eventsub/conduits"));
  assertEquals(helix.asked.map(({ endpoint }) => endpoint), ["GET /eventsub/conduits"]);
});

test("TwitchApi.request: asks while nobody can say what is granted", async () => {
  const { world, id, helix, api } = twitch();
  id.wrong = () => Promise.reject(new TypeError("no route"));
  await world.until(api.request("GET /polls", { query: { broadcaster_id: "42" } }));
  assertEquals(helix.asked.map(({ endpoint }) => endpoint), ["GET /polls"]);
});

test("TwitchApi: takes tokens of any source, and gives a calendar as text", async () => {
  const { world, helix, runtime } = twitch();
  const refusals: (string | undefined)[] = [];
  const auth = {
    clientId: "id",
    accessToken: ({ refused }: { readonly refused?: string }) => {
      refusals.push(refused);
      return refused === undefined ? "signed" : "tok1";
    },
  };
  const api = new TwitchApi({ auth, runtime });
  const calendar = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n";
  helix.answers.set(
    "GET /schedule/icalendar",
    () => new Response(calendar, { headers: { "content-type": "text/calendar; charset=utf-8" } }),
  );
  const query = { broadcaster_id: "42" };
  assertEquals(await world.until(api.request("GET /schedule/icalendar", { query })), calendar);
  assertEquals(refusals, [undefined, "signed"]);
});

test("TwitchApi: a source that gives no token is not waited for without end, and who gives up waits no longer", async () => {
  const { world, helix, runtime } = twitch();
  const auth = { clientId: "id", accessToken: () => new Promise<string>(() => {}) };
  const api = new TwitchApi({ auth, runtime, timeout: 5_000 });
  await assertRejects(() => world.until(api.request("GET /users")), TimeoutError, "no token came within 5 s");
  const controller = new AbortController();
  const given = api.request("GET /users", { signal: controller.signal });
  controller.abort(new Error("enough"));
  await assertRejects(() => world.until(given), Error, "enough");
  assertEquals(helix.asked, []);
});

test("TwitchApi.all: a list that is none is told", async () => {
  const { world, helix, api } = twitch();
  const query = { broadcaster_id: "1" };
  for (const body of [{}, { data: {} }, { data: null }]) {
    helix.answers.set("GET /moderation/moderators", () => Response.json(body));
    const list = api.all("GET /moderation/moderators", { query });
    await assertRejects(() => world.until(list.next()), ProtocolError, "GET /moderation/moderators");
  }
});

test("TwitchApi: what bots ask of it by name, it asks of Twitch as the reference has it", async () => {
  const world = new Simulation();
  const id = new IdTwitch();
  const helix = new Helix(id, world);
  world.serveHttp("https://id.twitch.tv", id.fetch);
  world.serveHttp("https://api.twitch.tv", helix.fetch);
  const runtime = world.host("bot");
  id.scopes = Object.values(TWITCH_GRANTS).flatMap(([, ...scopes]) => scopes);
  const tokens = { accessToken: "tok1", refreshToken: "r1" };
  const api = new TwitchApi({ auth: new TwitchAuth({ clientId: "id", tokens, runtime }), runtime });
  const app = new TwitchApi({
    auth: new TwitchAppAuth({ clientId: "id", clientSecret: "hush", runtime }),
    runtime,
  });
  const as = { broadcaster_id: "1", moderator_id: "42" };
  const by = { broadcaster_id: "1" };
  const drop = { type: "drop.entitlement.grant", version: "1", condition: { organization_id: "9" } };
  const online = { type: "stream.online", version: "1", condition: { broadcaster_user_id: "1" } };
  const webhook = { method: "webhook", callback: "https://bot.example", secret: "ten characters" } as const;
  const calls: readonly [call: () => Promise<unknown>, endpoint: string, query: object, body?: object][] = [
    [() => api.channel("1"), "GET /channels", by],
    [() => api.stream("1"), "GET /streams", { user_id: "1" }],
    [() => api.cheermotes("1"), "GET /bits/cheermotes", by],
    [() => api.clearChat("1"), "DELETE /moderation/chat", as],
    [() => api.announce("1", "hi"), "POST /chat/announcements", as, { message: "hi" }],
    [
      () => api.manageHeldMessage("m", "ALLOW"),
      "POST /moderation/automod/message",
      {},
      { user_id: "42", msg_id: "m", action: "ALLOW" },
    ],
    [() => api.raid("1", "2"), "POST /raids", { from_broadcaster_id: "1", to_broadcaster_id: "2" }],
    [() => api.cancelRaid("1"), "DELETE /raids", by],
    [() => api.createClip("1"), "POST /clips", by],
    [() => api.createMarker("1", { description: "d" }), "POST /streams/markers", {}, {
      user_id: "1",
      description: "d",
    }],
    [() => api.createPoll("1", "t", ["a", "b"], 60_000), "POST /polls", {}, {
      ...by,
      title: "t",
      choices: [{ title: "a" }, { title: "b" }],
      duration: 60,
    }],
    [() => api.endPoll("1", "p", "TERMINATED"), "PATCH /polls", {}, { ...by, id: "p", status: "TERMINATED" }],
    [() => api.createPrediction("1", "t", ["a", "b"], 60_000), "POST /predictions", {}, {
      ...by,
      title: "t",
      outcomes: [{ title: "a" }, { title: "b" }],
      prediction_window: 60,
    }],
    [() => api.endPrediction("1", "p", "LOCKED"), "PATCH /predictions", {}, {
      ...by,
      id: "p",
      status: "LOCKED",
    }],
    [() => api.endPrediction("1", "p", { outcome: "o" }), "PATCH /predictions", {}, {
      ...by,
      id: "p",
      status: "RESOLVED",
      winning_outcome_id: "o",
    }],
    [() => app.createSubscription(online, webhook), "POST /eventsub/subscriptions", {}, {
      ...online,
      transport: webhook,
    }],
    [() => app.createSubscription(drop, webhook), "POST /eventsub/subscriptions", {}, {
      ...drop,
      transport: webhook,
      is_batching_enabled: true,
    }],
    [() => app.deleteSubscription("s"), "DELETE /eventsub/subscriptions", { id: "s" }],
    [() => app.createConduit(2), "POST /eventsub/conduits", {}, { shard_count: 2 }],
    [() => app.updateConduit("c", 3), "PATCH /eventsub/conduits", {}, { id: "c", shard_count: 3 }],
    [() => app.deleteConduit("c"), "DELETE /eventsub/conduits", { id: "c" }],
    [() => app.conduits(), "GET /eventsub/conduits", {}],
  ];
  for (const [call, endpoint, query, body] of calls) {
    helix.answers.set(endpoint, () => Response.json({ data: [{}] }));
    await world.until(call());
    const last = helix.asked.at(-1);
    assertEquals([last?.endpoint, last?.query, last?.body], [endpoint, query, body]);
  }
});

test("badgeUrl: finds the picture of a badge", () => {
  const version = (id: string) => ({
    id,
    image_url_1x: `${id}-1`,
    image_url_2x: `${id}-2`,
    image_url_4x: `${id}-4`,
    title: "",
    description: "",
    click_action: null,
    click_url: null,
  });
  const sets = [{ set_id: "subscriber", versions: [version("0"), version("12")] }];
  assertEquals(badgeUrl(sets, { name: "subscriber", version: "12" }), "12-1");
  assertEquals(badgeUrl(sets, { name: "subscriber", version: "0" }, 4), "0-4");
  assertEquals(badgeUrl(sets, { name: "subscriber", version: "3" }), undefined);
  assertEquals(badgeUrl(sets, { name: "vip", version: "1" }), undefined);
});

test("cheermoteUrl: finds the picture of the highest tier that bits reach", () => {
  const tier = (min_bits: number, id: "1" | "100") => ({
    min_bits,
    id,
    color: "#979797",
    images: {
      dark: { animated: { "1": `${id}-dark`, "2": `${id}-dark-2` } },
      light: { static: { "4": `${id}-light` } },
    },
    can_cheer: true,
    show_in_bits_card: true,
  });
  const cheermotes = [{
    prefix: "Cheer",
    tiers: [tier(1, "1"), tier(100, "100")],
    type: "global_first_party" as const,
    order: 1,
    last_updated: "",
    is_charitable: false,
  }];
  assertEquals(cheermoteUrl(cheermotes, { prefix: "cheer", bits: 99 }), "1-dark");
  assertEquals(cheermoteUrl(cheermotes, { prefix: "Cheer", bits: 100 }, { scale: 2 }), "100-dark-2");
  const light = { scale: 4, theme: "light", format: "static" } as const;
  assertEquals(cheermoteUrl(cheermotes, { prefix: "Cheer", bits: 5_000 }, light), "100-light");
  assertEquals(cheermoteUrl(cheermotes, { prefix: "Cheer", bits: 100 }, { scale: 3 }), undefined);
  assertEquals(cheermoteUrl(cheermotes, { prefix: "Kappa", bits: 100 }), undefined);
});

test("TwitchApi: waits for points as long as Twitch means, whatever the clock on the wall says", async () => {
  for (const ahead of [-600_000, 600_000]) {
    const { world, helix, api } = twitch();
    world.skew("bot", ahead);
    helix.points = 2;
    await world.run(1_500);
    for (let count = 0; count < 3; count++) await world.until(api.request("GET /users"));
    const now = world.clock.now();
    assert(
      now >= 60_000 && now < 63_000,
      `the third was answered at ${now}, with the clock ${ahead} ms ahead`,
    );
    assertEquals(helix.limited, 0);
  }
});

test("TwitchApi: a 429 that is not for want of points is told at once, with what Twitch says", async () => {
  const { world, id, helix, api } = twitch();
  id.scopes = ["moderator:manage:shoutouts"];
  const message = "The broadcaster may not give another Shoutout until the cooldown period expires.";
  helix.answers.set("POST /chat/shoutouts", () => Response.json({ status: 429, message }, { status: 429 }));
  const error = await assertRejects(() => world.until(api.shoutout("1", "2")), TwitchApiError, message);
  assertEquals([error.status, helix.asked.length], [429, 1]);
  assert(world.clock.now() < 2_000);
});

test("TwitchApi: finds emotes and rewards, and ends redemptions", async () => {
  const { world, id, helix, api } = twitch();
  id.scopes = ["channel:manage:redemptions"];
  helix.answers.set("GET /chat/emotes", ok({ id: "301", name: "dallasHi" }));
  helix.answers.set("GET /chat/emotes/global", ok({ id: "25", name: "Kappa" }));
  helix.answers.set("GET /channel_points/custom_rewards", ok({ id: "r", title: "Hydrate" }));
  helix.answers.set("PATCH /channel_points/custom_rewards/redemptions", ok({ id: "d", status: "FULFILLED" }));
  assertEquals((await world.until(api.emotes("1"))).map(({ name }) => name), ["dallasHi", "Kappa"]);
  assertEquals((await world.until(api.rewards("1"))).map(({ title }) => title), ["Hydrate"]);
  assertEquals((await world.until(api.endRedemption("1", "r", "d", "FULFILLED"))).status, "FULFILLED");
  const last = helix.asked.at(-1);
  assertEquals([last?.query, last?.body], [{ broadcaster_id: "1", reward_id: "r", id: "d" }, {
    status: "FULFILLED",
  }]);
});

test("TwitchApi: asks where baseUrl says, whatever the path", async () => {
  const { world, helix, auth, runtime } = twitch();
  const sentTo: string[] = [];
  const fetch = (input: string, init?: RequestInit) => {
    sentTo.push(new URL(input).host);
    return input.startsWith("http://127.0.0.1:8080/") ? helix.fetch(input, init) : runtime.fetch(input, init);
  };
  const api = new TwitchApi({ auth, baseUrl: "http://127.0.0.1:8080/", runtime: { ...runtime, fetch } });
  helix.answers.set("GET /users", ok({ id: "42" }));
  assertEquals((await world.until(api.request("GET /users"))).data[0]?.id, "42");
  for (const path of ["@evil.test/users", ".evil.test/users", "0/users", "users"]) {
    const error = await world.until(assertRejects(() => api.raw("GET", path), CommandError));
    assertEquals(error.code, "invalid_command");
  }
  assertEquals(sentTo, ["127.0.0.1:8080"]);
  for (
    const baseUrl of ["api.twitch.tv", "ws://127.0.0.1", "http://user:hunter2@127.0.0.1", "https://a.test/#b"]
  ) {
    const error = assertThrows(() => new TwitchApi({ auth, baseUrl, runtime }), OptionError, "baseUrl");
    assertFalse(error.message.includes("hunter2"));
  }
});

test("TwitchApi.raw: a POST is one however it is written, and is not repeated", async () => {
  for (const method of ["POST", "post", "Patch"]) {
    const { world, helix, api } = twitch();
    helix.answers.set(`${method.toUpperCase()} /raids`, status(503));
    const error = await world.until(assertRejects(() => api.raw(method, "/raids"), TwitchApiError));
    assertEquals([error.endpoint, helix.asked.length], [`${method.toUpperCase()} /raids`, 1]);
  }
});

test("TwitchApi: waits no longer than the minute of Twitch's limit, though clocks do not agree", async () => {
  const { world, auth, runtime } = twitch();
  await world.until(auth.accessToken());
  const asked: number[] = [];
  const late = new TwitchApi({
    auth,
    runtime: {
      ...runtime,
      fetch: () => {
        asked.push(runtime.clock.now());
        // A browser does not show by which clock.
        const reset = Math.floor(runtime.clock.wall() / 1_000) + 3_600;
        const headers = { "Ratelimit-Limit": "1", "Ratelimit-Remaining": "0", "Ratelimit-Reset": `${reset}` };
        return Promise.resolve(Response.json({ data: [] }, { headers }));
      },
    },
  });
  await world.until(late.raw("GET", "/users"));
  await world.until(late.raw("GET", "/users"));
  assertEquals(asked.map((at) => at - (asked[0] ?? 0)), [0, 60_000]);
});

test("TwitchApi.raw: what is no JSON is refused before anybody is asked, and takes none of the points", async () => {
  const { world, helix, api } = twitch();
  helix.points = 2;
  await world.until(api.raw("GET", "/users"));
  const circular: { self?: unknown } = {};
  circular.self = circular;
  for (const body of [circular, { id: 1n }]) {
    const error = await world.until(assertRejects(() => api.raw("POST", "/raids", { body }), CommandError));
    assertEquals([error.code, error.message], ["invalid_command", "Cannot POST /raids: its body is no JSON"]);
  }
  const before = world.clock.now();
  await world.until(api.raw("GET", "/users"));
  assert(world.clock.now() - before < 1_000);
});

test("TwitchApi.raw: a path may have a query, which goes on and is in no error", async () => {
  const { world, helix, api } = twitch();
  helix.answers.set("GET /users", status(400));
  const asked = assertRejects(() => api.raw("GET", "/users?login=a", { query: { id: "7" } }), TwitchApiError);
  const { endpoint } = await world.until(asked);
  assertEquals([endpoint, helix.asked[0]?.query], ["GET /users", { login: "a", id: "7" }]);
});

test("TwitchApi.raw: an answer that repeats the token does not make the error show it", async () => {
  const { world, helix, api } = twitch();
  const repeats = (status: number) => ({ token }: { readonly token: string }) =>
    Response.json({ message: `Bearer ${token} may not` }, { status });
  for (const status of [400, 401]) {
    helix.answers.set("GET /users", repeats(status));
    const error: unknown = await world.until(api.request("GET /users")).catch((error: unknown) => error);
    assert(error instanceof ParleyError);
    assertFalse(/tok\d/.test(inspect(error, { depth: Infinity })), inspect(error));
    assert(error.message.includes("Bearer :token may not"), error.message);
  }
});
