import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { twitchEvents } from "../../src/hono/twitch_events.ts";
import { OptionError } from "../../src/protocol/errors.ts";
import {
  type EventSubWebhookEvent,
  TwitchEventsEndpoint,
  twitchEventsHandler,
  type TwitchEventsOptions,
} from "../../src/twitch/eventsub/webhook.ts";
import { VirtualClock } from "../../testing/world/time/virtual_clock.ts";

const SECRET = "s3cret-of-ten";
const START = Date.parse("2026-11-21T12:00:00Z");

interface Sent {
  readonly type?: string;
  readonly id?: string;
  readonly at?: string;
  readonly secret?: string;
  readonly body?: object;
  readonly text?: string;
}

const SUBSCRIPTION = {
  id: "sub",
  type: "channel.follow",
  version: "2",
  status: "enabled",
  condition: { broadcaster_user_id: "1" },
};

/** A request, signed as Twitch signs. */
async function request({ type = "notification", id = "m1", at, secret = SECRET, body, text }: Sent = {}) {
  const timestamp = at ?? "2026-11-21T12:00:00.123456789Z";
  const event = { user_name: "Ronni" };
  const content = text ?? JSON.stringify({ subscription: SUBSCRIPTION, event, ...body });
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["sign"]);
  const signature = await crypto.subtle.sign("HMAC", key, encoder.encode(`${id}${timestamp}${content}`));
  const hex = Array.from(new Uint8Array(signature), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return new Request("https://bot.example/twitch", {
    method: "POST",
    body: content,
    headers: {
      "Twitch-Eventsub-Message-Id": id,
      "Twitch-Eventsub-Message-Timestamp": timestamp,
      "Twitch-Eventsub-Message-Type": type,
      "Twitch-Eventsub-Message-Signature": `sha256=${hex}`,
      "Content-Type": "application/json",
    },
  });
}

function endpoint(options: Partial<TwitchEventsOptions> = {}) {
  const handled: EventSubWebhookEvent[] = [];
  const clock = new VirtualClock(START);
  const at = new TwitchEventsEndpoint({
    secret: SECRET,
    clock,
    on: {
      "channel.follow": (event) => void handled.push(event),
      revocation: (event) => void handled.push(event),
    },
    ...options,
  });
  const respond = async (sent?: Sent) => await at.respond(await request(sent));
  return { at, handled, respond, clock };
}

test("TwitchEventsEndpoint: has what Twitch signed handled, once however often it comes", async () => {
  const { handled, respond } = endpoint();
  assertEquals([(await respond()).status, (await respond()).status], [204, 204]);
  await Promise.resolve();
  assertEquals(handled.length, 1);
  const [event] = handled;
  assert(event?.kind === "channel.follow");
  assertEquals([event.id, event.data.user_name, event.subscription.version], ["m1", "Ronni", "2"]);
  assertEquals(event.sentAt, START + 123);
});

test("TwitchEventsEndpoint: answers the challenge as it is", async () => {
  const { respond, handled } = endpoint();
  const response = await respond({
    type: "webhook_callback_verification",
    body: { challenge: "pogchamp-kappa-360" },
  });
  assertEquals([response.status, await response.text(), response.headers.get("content-type"), handled], [
    200,
    "pogchamp-kappa-360",
    "text/plain",
    [],
  ]);
  assertEquals(
    (await respond({ type: "webhook_callback_verification", body: { challenge: 5 } })).status,
    400,
  );
});

test("TwitchEventsEndpoint: has drops, which come several in a request, handled one by one, each once", async () => {
  const handled: string[] = [];
  let fails = true;
  const { respond } = endpoint({
    acknowledge: "after",
    onError: () => {},
    on: {
      "drop.entitlement.grant": ({ id, data }) => {
        if (id === "e2" && fails) throw new Error("mine");
        handled.push(data.entitlement_id);
      },
    },
  });
  const subscription = { ...SUBSCRIPTION, type: "drop.entitlement.grant" };
  const events = ["e1", "e2"].map((id) => ({ id, data: { entitlement_id: id } }));
  const sent = { body: { subscription, event: undefined, events } };
  assertEquals([(await respond(sent)).status, handled], [500, ["e1"]]);
  fails = false;
  assertEquals([(await respond(sent)).status, handled], [204, ["e1", "e2"]]);
  for (const broken of [[{ id: "e3" }], ["e3"], {}]) {
    assertEquals((await respond({ body: { subscription, event: undefined, events: broken } })).status, 400);
  }
});

test("TwitchEventsEndpoint: tells of a revocation, and why", async () => {
  const { respond, handled } = endpoint();
  const subscription = { ...SUBSCRIPTION, status: "authorization_revoked" };
  assertEquals((await respond({ type: "revocation", body: { subscription } })).status, 204);
  const [event] = handled;
  assertEquals(event?.kind === "revocation" && event.subscription.status, "authorization_revoked");
});

test("TwitchEventsEndpoint: sends away who has not the secret, has changed anything, or comes too late", async () => {
  const { at, respond, handled } = endpoint();
  const changes: readonly ((request: Request) => Request)[] = [
    (request) => new Request(request, { body: '{"subscription":{}}' }),
    (request) => with_(request, "Twitch-Eventsub-Message-Id", "m2"),
    (request) => with_(request, "Twitch-Eventsub-Message-Timestamp", "2026-11-21T12:00:01Z"),
    (request) => with_(request, "Twitch-Eventsub-Message-Signature", "sha256=00"),
    (request) => with_(request, "Twitch-Eventsub-Message-Signature", `sha1=${"0".repeat(64)}`),
    (request) => without(request, "Twitch-Eventsub-Message-Signature"),
    (request) => without(request, "Twitch-Eventsub-Message-Timestamp"),
  ];
  for (const change of changes) assertEquals((await at.respond(change(await request()))).status, 403);
  assertEquals((await respond({ secret: "another-secret" })).status, 403);
  for (const late of ["2026-11-21T11:49:59Z", "2026-11-21T12:10:01Z", "yesterday"]) {
    assertEquals((await respond({ at: late })).status, 403);
  }
  assertEquals(handled, []);
});

test("TwitchEventsEndpoint: what Twitch signed and is no event is answered 400, what is too long 413", async () => {
  const { respond, handled } = endpoint();
  for (const text of ["", "[]", "{}", '{"subscription":{"id":"x"}}', '{"subscription":null,"event":{}}']) {
    assertEquals((await respond({ text })).status, 400);
  }
  assertEquals((await respond({ body: { event: "none" } })).status, 400);
  assertEquals((await endpoint({ maxBodyBytes: 10 }).respond()).status, 413);
  assertEquals(handled, []);
});

test("TwitchEventsEndpoint: one that is acknowledged after its handler comes again until it was handled", async () => {
  const errors: unknown[] = [];
  let fails = true;
  let count = 0;
  const { respond } = endpoint({
    acknowledge: "after",
    onError: (error) => void errors.push(error),
    on: {
      "channel.follow": () => {
        count++;
        if (fails) throw new Error("the database is away");
      },
    },
  });
  assertEquals((await respond()).status, 500);
  fails = false;
  assertEquals([(await respond()).status, (await respond()).status], [204, 204]);
  assertEquals([count, errors.map(String)], [2, ["Error: the database is away"]]);
});

test("TwitchEventsEndpoint: types that nobody handles, and names that every object has, are nobody's", async () => {
  const { respond, handled } = endpoint();
  for (const type of ["channel.raid", "toString", "constructor"]) {
    assertEquals((await respond({ body: { subscription: { ...SUBSCRIPTION, type } } })).status, 204);
  }
  assertEquals(handled, []);
});

test("twitchEventsHandler: the secret may come with the request, and late work keeps the worker", async () => {
  const works: Promise<unknown>[] = [];
  const seen: unknown[] = [];
  const fetch = twitchEventsHandler<{ readonly TWITCH: string }>({
    secret: ({ env }) => env.TWITCH,
    clock: new VirtualClock(START),
    on: { "channel.follow": (_, { env }) => void seen.push(env) },
  });
  const execution = { waitUntil: (work: Promise<unknown>) => void works.push(work) };
  assertEquals((await fetch(await request(), { TWITCH: SECRET }, execution)).status, 204);
  await Promise.all(works);
  assertEquals([works.length, seen], [1, [{ TWITCH: SECRET }]]);
  await assertRejects(async () => await fetch(await request(), { TWITCH: "" }), OptionError, "10 to 100");
});

test("twitchEvents: is a handler of Hono's", async () => {
  const seen: unknown[] = [];
  const handle = twitchEvents({
    secret: SECRET,
    clock: new VirtualClock(START),
    on: { "channel.follow": ({ data }) => void seen.push(data.user_name) },
  });
  const response = await handle({ req: { raw: await request() }, env: {} });
  assertEquals([response.status, seen], [204, ["Ronni"]]);
});

test("TwitchEventsEndpoint: refuses secrets that cannot be one", () => {
  for (const secret of ["", "short", "x".repeat(101), "with ü in it"]) {
    assertThrows(() => endpoint({ secret }), OptionError, "10 to 100");
  }
});

function with_(request: Request, name: string, value: string): Request {
  const headers = new Headers(request.headers);
  headers.set(name, value);
  return new Request(request, { headers });
}

function without(request: Request, name: string): Request {
  const headers = new Headers(request.headers);
  headers.delete(name);
  return new Request(request, { headers });
}
