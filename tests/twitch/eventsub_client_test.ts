import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { Driver } from "../../src/driver/driver.ts";
import { CommandError, OptionError } from "../../src/protocol/errors.ts";
import { TwitchApi } from "../../src/twitch/api/api.ts";
import { TwitchApiError } from "../../src/twitch/api/errors.ts";
import { TwitchAppAuth } from "../../src/twitch/auth/app_auth.ts";
import { TwitchAuth } from "../../src/twitch/auth/auth.ts";
import { TwitchEventSub, type TwitchEventSubOptions } from "../../src/twitch/eventsub/client.ts";
import type { EventSubEvent } from "../../src/twitch/eventsub/session/outputs.ts";
import { EVENTSUB_URL } from "../../src/twitch/eventsub/session/session.ts";
import { TwitchEventSubServer } from "../../testing/twitch/eventsub_server.ts";
import { serveTwitch } from "../../testing/twitch/service/serve.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { Helix } from "./_helix.ts";
import { IdTwitch } from "./_id_twitch.ts";

const FOLLOW = {
  type: "channel.follow",
  condition: { broadcaster_user_id: "1", moderator_user_id: "42" },
} as const;
const ONLINE = { type: "stream.online", condition: { broadcaster_user_id: "1" } } as const;

function twitch(options: Partial<TwitchEventSubOptions> = {}) {
  const world = new Simulation();
  const id = new IdTwitch();
  const helix = new Helix(id, world);
  world.serveHttp("https://id.twitch.tv", id.fetch);
  world.serveHttp("https://api.twitch.tv", helix.fetch);
  const core = new TwitchEventSubServer({ url: EVENTSUB_URL });
  const server = new Driver(core, { host: world.host("server"), label: "eventsub", deliver: () => {} });
  server.start();
  world.serve(EVENTSUB_URL, server);
  const json = ({ status, body }: { readonly status: number; readonly body: unknown }) =>
    status === 204 ? new Response(null, { status }) : Response.json(body, { status });
  helix.answers.set("POST /eventsub/subscriptions", ({ body }) => {
    const { type, version, condition, transport } = body as {
      type: string;
      version: string;
      condition: Record<string, string>;
      transport: { method: "websocket"; session_id: string };
    };
    return json(core.subscribe({ type, version, condition, transport }));
  });
  helix.answers.set("DELETE /eventsub/subscriptions", ({ query }) => json(core.unsubscribe(query.id ?? "")));
  const runtime = world.host("bot");
  const auth = new TwitchAuth({
    clientId: "id",
    tokens: { accessToken: "tok1", refreshToken: "r1" },
    runtime,
  });
  const api = new TwitchApi({ auth, runtime });
  const events = new TwitchEventSub({ api, subscriptions: [FOLLOW, ONLINE], runtime, ...options });
  const told: EventSubEvent[] = [];
  const kinds = ["ready", "reconnecting", "gap", "revocation", "subscribe_failed", "malformed"] as const;
  for (const kind of kinds) events.on(kind, (event) => void told.push(event));
  const followers: string[] = [];
  events.on("channel.follow", ({ data }) => void followers.push(data.user_name));
  const follow = (user_name: string, times = 1) =>
    void server.command({
      kind: "notify",
      type: FOLLOW.type,
      condition: FOLLOW.condition,
      event: { user_name },
      times,
    });
  return { world, helix, core, server, events, told, followers, follow };
}

test("TwitchEventSub: subscribes once it is welcomed, and tells what happens by its type, once", async () => {
  const { world, core, events, followers, follow } = twitch();
  await world.until(events.connect());
  await world.run(1_000);
  assertEquals(core.subscriptions.map(({ type, version }) => [type, version]), [["channel.follow", "2"], [
    "stream.online",
    "1",
  ]]);
  assertEquals(events.subscriptions, [FOLLOW, ONLINE]);
  const heard = world.until(events.wait("channel.follow"));
  follow("Ronni", 3);
  const { kind, data, subscription, id, sentAt } = await heard;
  assertEquals([kind, data.user_name, subscription.version], ["channel.follow", "Ronni", "2"]);
  assert(id.startsWith("message-") && sentAt > 0);
  await world.run(1_000);
  assertEquals(followers, ["Ronni"]);
  await world.until(events.close());
  assertEquals(core.connections, 0);
});

test("TwitchEventSub: goes where Twitch sends it, and nothing is lost or comes twice", async () => {
  const { world, core, server, events, told, followers, follow } = twitch();
  await world.until(events.connect());
  await world.run(1_000);
  const all: string[] = [];
  for (let round = 0; round < 3; round++) {
    void server.command({ kind: "reconnect" });
    for (let count = 0; count < 40; count++) {
      all.push(`f${all.length}`);
      follow(all.at(-1) ?? "");
      await world.run(7);
    }
    await world.run(60_000);
  }
  assertEquals(followers, all);
  assertEquals(told.map(({ kind }) => kind), ["ready"]);
  assertEquals([core.connections, core.subscriptions.length], [1, 2]);
  await world.until(events.close());
});

test("TwitchEventSub: a link that is lost is a gap, and all is subscribed to anew", async () => {
  const { world, core, events, told, follow, followers } = twitch();
  await world.until(events.connect());
  await world.run(5_000);
  follow("before");
  await world.run(100);
  const before = world.clock.now();
  world.cut();
  follow("missed");
  await world.run(20_000);
  follow("after");
  await world.run(1_000);
  assertEquals(followers, ["before", "after"]);
  const gap = told.find((event) => event.kind === "gap");
  assert(gap?.kind === "gap" && gap.from <= before && gap.to > before);
  assertEquals([gap.subscriptions, core.subscriptions.length], [[FOLLOW, ONLINE], 2]);
  assertEquals(told.map(({ kind }) => kind), ["ready", "reconnecting", "ready", "gap"]);
  await world.until(events.close());
});

test("TwitchEventSub: notices that Twitch is silent, by the time that was asked for", async () => {
  for (const keepalive of [10_000, 60_000]) {
    const { world, server, events, told } = twitch({ keepalive });
    await world.until(events.connect());
    await world.run(10 * keepalive);
    assertEquals(told.length, 1);
    void server.command({ kind: "silence" });
    const since = world.clock.now();
    await world.until(events.wait("reconnecting"));
    const after = world.clock.now() - since;
    assert(after > 2_000 && after < keepalive + 5_000, String(after));
    await world.until(events.close());
  }
});

test("TwitchEventSub: what closes it is tried again, whatever the code", async () => {
  for (const code of [4000, 4001, 4002, 4003, 4004, 4005, 4006, 4007]) {
    const { world, core, server, events, told } = twitch();
    await world.until(events.connect());
    await world.run(1_000);
    void server.command({ kind: "close", code });
    await world.run(10_000);
    assertEquals([told.map(({ kind }) => kind), core.subscriptions.length], [[
      "ready",
      "reconnecting",
      "ready",
      "gap",
    ], 2]);
    await world.until(events.close());
  }
});

test("TwitchEventSub: follows no reconnect to strangers", async () => {
  const { world, server, events, told } = twitch();
  await world.until(events.connect());
  await world.run(1_000);
  void server.command({ kind: "reconnect", url: "wss://eventsub.wss.twitch.tv.example/ws" });
  await world.run(10_000);
  assertEquals(told.map(({ kind }) => kind), ["ready", "malformed", "reconnecting", "ready", "gap"]);
  await world.until(events.close());
});

test("TwitchEventSub: a takeover that fails is tried again while the old link lives, then the session is new", async () => {
  const { world, server, events, told, followers, follow } = twitch();
  await world.until(events.connect());
  await world.run(1_000);
  world.serve(EVENTSUB_URL, undefined);
  void server.command({ kind: "reconnect" });
  await world.run(10_000);
  follow("on the old one");
  world.serve(EVENTSUB_URL, server);
  await world.run(5_000);
  follow("on the new one");
  await world.run(5_000);
  assertEquals([followers, told.map(({ kind }) => kind)], [["on the old one", "on the new one"], ["ready"]]);
  world.serve(EVENTSUB_URL, undefined);
  void server.command({ kind: "reconnect" });
  await world.run(35_000);
  world.serve(EVENTSUB_URL, server);
  await world.run(60_000);
  assertEquals(told.slice(1).map(({ kind }) => kind).filter((kind) => kind !== "reconnecting"), [
    "ready",
    "gap",
  ]);
  await world.until(events.close());
});

test("TwitchEventSub: subscribes and ends that while it is connected; with nothing wanted it is not", async () => {
  const { world, core, events } = twitch({ subscriptions: [] });
  await world.until(events.connect());
  await world.run(60_000);
  assertEquals(core.connections, 0);
  await world.until(events.subscribe(ONLINE));
  await world.until(events.subscribe(ONLINE));
  assertEquals([core.connections, core.subscriptions.length, events.subscriptions], [1, 1, [ONLINE]]);
  await world.run(60_000);
  await world.until(events.unsubscribe(ONLINE));
  await world.run(1_000);
  assertEquals([core.connections, core.subscriptions.length, events.subscriptions], [0, 0, []]);
  await world.until(events.subscribe(FOLLOW));
  assertEquals([core.connections, events.subscriptions], [1, [FOLLOW]]);
  await world.until(events.close());
});

test("TwitchEventSub: what Twitch refuses is told, to who asked or to all, and asked no more", async () => {
  const { world, helix, core, events, told } = twitch();
  helix.answers.set(
    "POST /eventsub/subscriptions",
    () => Response.json({ message: "missing scope" }, { status: 403 }),
  );
  events.on("error", () => {});
  await world.until(events.connect());
  await world.run(30_000);
  const failed = told.flatMap((event) =>
    event.kind === "subscribe_failed" ? [event.wanted, event.awaited] : []
  );
  assertEquals(failed, [FOLLOW, false, ONLINE, false]);
  const { length } = helix.asked;
  const error = await assertRejects(
    () => world.until(events.subscribe(ONLINE)),
    TwitchApiError,
    "missing scope",
  );
  assertEquals(error.status, 403);
  await world.run(60_000);
  assertEquals([helix.asked.length, core.connections], [length + 1, 0]);
  await world.until(events.close());
});

test("TwitchEventSub: an API that is unwell is asked again, and what it has done unheard is not done twice", async () => {
  const { world, helix, core, events, follow, followers } = twitch();
  const answer = helix.answers.get("POST /eventsub/subscriptions");
  let count = 0;
  helix.answers.set("POST /eventsub/subscriptions", (asked) => {
    const done = answer?.(asked);
    count++;
    if (count <= 4) return Response.json({}, { status: 503 });
    return done ?? Response.json({});
  });
  helix.answers.set("GET /eventsub/subscriptions", () => Response.json({ data: core.subscriptions }));
  events.on("error", () => {});
  await world.until(events.connect());
  await world.run(60_000);
  assertEquals([events.subscriptions, core.subscriptions.length], [[FOLLOW, ONLINE], 2]);
  follow("Ronni");
  await world.run(1_000);
  assertEquals(followers, ["Ronni"]);
  await world.until(events.close());
});

test("TwitchEventSub: takes no subscription of another type for its own, even if all are listed", async () => {
  const OFFLINE = { type: "stream.offline", condition: ONLINE.condition } as const;
  const { world, helix, core, events } = twitch({ subscriptions: [OFFLINE, ONLINE] });
  const answer = helix.answers.get("POST /eventsub/subscriptions");
  let count = 0;
  helix.answers.set("POST /eventsub/subscriptions", async (asked) => {
    const done = await answer?.(asked) ?? Response.json({});
    // What it has done is not heard, so that it is asked again, and answers 409.
    return ++count <= 2 ? Response.json({}, { status: 503 }) : done;
  });
  helix.answers.set("GET /eventsub/subscriptions", () => Response.json({ data: core.subscriptions }));
  await world.until(events.connect());
  await world.run(60_000);
  assertEquals(events.subscriptions, [OFFLINE, ONLINE]);
  await world.until(events.unsubscribe(ONLINE));
  assertEquals(core.subscriptions.map(({ type }) => type), [OFFLINE.type]);
  await world.until(events.close());
});

test("TwitchEventSub: a list of subscriptions that never ends is given up, told, and read again", async () => {
  const { world, helix, core, events } = twitch({ subscriptions: [ONLINE] });
  const answer = helix.answers.get("POST /eventsub/subscriptions");
  let count = 0;
  helix.answers.set("POST /eventsub/subscriptions", async (asked) => {
    const done = await answer?.(asked) ?? Response.json({});
    // What it has done is not heard, so that it is asked again, and answers 409.
    return ++count === 1 ? Response.json({}, { status: 503 }) : done;
  });
  let pages = 0;
  let ends = false;
  helix.points = Infinity;
  helix.answers.set("GET /eventsub/subscriptions", () => {
    const [one] = core.subscriptions;
    if (ends) return Response.json({ data: [one] });
    const data = Array.from({ length: 100 }, () => ({ ...one, transport: { session_id: "another" } }));
    // A cursor that it has never given.
    return Response.json({ data, pagination: { cursor: `page${++pages}` } });
  });
  const errors: string[] = [];
  events.on("error", ({ error }) => void errors.push(String(error)));
  await world.until(events.connect());
  await world.run(10_000);
  assertStringIncludes(errors[0] ?? "", "never ends");
  ends = true;
  await world.run(60_000);
  assertEquals([events.subscriptions, core.subscriptions.length], [[ONLINE], 1]);
  await world.until(events.close());
});

for (
  const [what, answer] of [
    ["no subscription", { data: [] }],
    ["one without an id", { data: [{ status: "enabled" }] }],
    ["one whose id is no text", { data: [{ id: 7 }] }],
    ["no list", {}],
  ] as const
) {
  test(`TwitchEventSub: an API that answers with ${what} is told as an error, and asked again after a pause`, async () => {
    const { world, helix, core, events } = twitch({ subscriptions: [ONLINE] });
    const real = helix.answers.get("POST /eventsub/subscriptions");
    let count = 0;
    helix.answers.set("POST /eventsub/subscriptions", (asked) => {
      const done = real?.(asked);
      return ++count > 3 && done !== undefined ? done : Response.json(answer, { status: 202 });
    });
    helix.answers.set("GET /eventsub/subscriptions", () => Response.json({ data: core.subscriptions }));
    const errors: string[] = [];
    events.on("error", ({ error }) => void errors.push(String(error)));
    await world.until(events.connect());
    await world.run(300);
    assertEquals([count, events.subscriptions], [1, []]);
    assertStringIncludes(
      errors[0] ?? "",
      "ProtocolError: Cannot use the answer to POST /eventsub/subscriptions",
    );
    await world.run(60_000);
    assertEquals([events.subscriptions, count], [[ONLINE], 4]);
    await world.until(events.close());
  });
}

test("TwitchEventSub: a subscription that Twitch revokes is told, and not wanted any more", async () => {
  const { world, core, server, events, told } = twitch();
  await world.until(events.connect());
  await world.run(1_000);
  void server.command({ kind: "revoke", type: "channel.follow", status: "authorization_revoked" });
  await world.run(1_000);
  const revoked = told.find((event) => event.kind === "revocation");
  assert(revoked?.kind === "revocation");
  assertEquals([revoked.wanted, revoked.subscription.status], [FOLLOW, "authorization_revoked"]);
  world.cut();
  await world.run(10_000);
  assertEquals(core.subscriptions.map(({ type }) => type), ["stream.online"]);
  await world.until(events.close());
});

test("TwitchEventSub: who gives up waiting is told so, and options that cannot be meant are refused at once", async () => {
  const { world, events } = twitch({ subscriptions: [] });
  await world.until(events.connect());
  world.serve(EVENTSUB_URL, undefined);
  const controller = new AbortController();
  const given = events.subscribe(ONLINE, { signal: controller.signal });
  await world.run(1_000);
  controller.abort();
  await assertRejects(() => world.until(given));
  await world.until(events.close());
  await assertRejects(() => events.subscribe(ONLINE), CommandError);
  assertThrows(() => twitch({ keepalive: 5_000 }), OptionError, "10 s to 600 s");
  assertThrows(() => twitch({ url: "https://eventsub.example" }), OptionError, "wss or ws");
  const condition = { broadcaster_user_id: "" };
  assertThrows(
    () => twitch({ subscriptions: [{ ...ONLINE, condition }] }),
    CommandError,
    "broadcaster_user_id",
  );
});

test("TwitchEventSub: is a shard of a conduit, and is told what the conduit has subscribed to", async () => {
  const world = new Simulation();
  const service = serveTwitch(world, { accounts: { ronni: { token: "tok" } } });
  const runtime = world.host("bot");
  const auth = new TwitchAppAuth({ clientId: "client", clientSecret: "secret", runtime });
  const api = new TwitchApi({ auth, runtime });
  const { id } = await world.until(api.createConduit(1));
  const events = new TwitchEventSub({ api, shard: { conduit: id, id: "0" }, runtime });
  await world.until(events.connect());
  await world.run(1_000);
  const condition = { broadcaster_user_id: service.idOf("ronni") };
  const transport = { method: "conduit", conduit_id: id } as const;
  await world.until(
    api.request("POST /eventsub/subscriptions", {
      body: { type: "stream.online", version: "1", condition, transport },
    }),
  );
  const happens = () =>
    service.eventsub.command({
      kind: "notify",
      type: "stream.online",
      condition,
      event: { broadcaster_user_login: "ronni" },
    });
  const heard = world.until(events.wait("stream.online"));
  await happens();
  assertEquals((await heard).data.broadcaster_user_login, "ronni");
  // Another session is the shard then.
  const gap = world.until(events.wait("gap"));
  await service.eventsub.command({ kind: "close", code: 4005 });
  assertEquals((await gap).subscriptions, []);
  const again = world.until(events.wait("stream.online"));
  await happens();
  assertEquals((await again).data.broadcaster_user_login, "ronni");
  const shards = await world.until(
    api.request("GET /eventsub/conduits/shards", { query: { conduit_id: id } }),
  );
  assertEquals(shards.data.map(({ status }) => status), ["enabled"]);
  await world.until(events.close());
});

test("TwitchEventSub: ends where there is no such conduit, and tells of a shard that it does not have", async () => {
  const world = new Simulation();
  serveTwitch(world);
  const runtime = world.host("bot");
  const auth = new TwitchAppAuth({ clientId: "client", clientSecret: "secret", runtime });
  const api = new TwitchApi({ auth, runtime });
  const lost = new TwitchEventSub({ api, shard: { conduit: "none", id: "0" }, runtime });
  await world.until(lost.connect());
  const error = await assertRejects(() => world.until(lost.closed), TwitchApiError);
  assertEquals(error.status, 404);
  const conduit = await world.until(api.createConduit(1));
  const beyond = new TwitchEventSub({ api, shard: { conduit: conduit.id, id: "7" }, runtime });
  const told = world.until(beyond.wait("error"));
  await world.until(beyond.connect());
  assertStringIncludes(String((await told).error), `Cannot be shard "7" of conduit "${conduit.id}"`);
  await world.until(beyond.close());
});
