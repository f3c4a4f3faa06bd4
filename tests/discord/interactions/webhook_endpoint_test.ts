import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { describe, it, test } from "node:test";
import {
  WebhookEndpoint,
  type WebhookEndpointOptions,
  type WebhookEvent,
  webhookHandler,
} from "../../../src/discord/interactions/mod.ts";
import { OptionError } from "../../../src/protocol/errors.ts";
import { InteractionClient, SigningKeys, VirtualClock } from "../../../testing/mod.ts";
import { testOnce } from "../../_engines.ts";

const keys = await SigningKeys.generate();
const { publicKey } = keys;
const user = { id: "7", username: "ada" };

/** An endpoint whose handlers take down what they get, and a client of it; `settled` is when all have ended. */
function listening(options: Partial<WebhookEndpointOptions> = {}) {
  const events: WebhookEvent[] = [];
  const errors: unknown[] = [];
  const work: Promise<unknown>[] = [];
  const note = (event: WebhookEvent) => void events.push(event);
  const kinds = [
    "APPLICATION_AUTHORIZED",
    "APPLICATION_DEAUTHORIZED",
    "ENTITLEMENT_CREATE",
    "ENTITLEMENT_UPDATE",
    "ENTITLEMENT_DELETE",
    "QUEST_USER_ENROLLMENT",
    "LOBBY_MESSAGE_CREATE",
    "LOBBY_MESSAGE_UPDATE",
    "LOBBY_MESSAGE_DELETE",
    "GAME_DIRECT_MESSAGE_CREATE",
    "GAME_DIRECT_MESSAGE_UPDATE",
    "GAME_DIRECT_MESSAGE_DELETE",
    "unknown",
  ];
  const on = Object.fromEntries(kinds.map((kind) => [kind, note]));
  const endpoint = new WebhookEndpoint({
    publicKey,
    on,
    onError: (error) => void errors.push(error),
    ...options,
  });
  const waitUntil = (promise: Promise<unknown>) => void work.push(promise);
  const handler = (request: Request) => endpoint.respond(request, { waitUntil });
  const client = new InteractionClient({ keys, handler, url: "https://bot.example/events" });
  return { events, errors, work, client, handler, settled: () => Promise.all(work) };
}

test("webhookHandler: a PING is answered 204, without a body, with a content type", async () => {
  const { client, events } = listening();
  const reply = await client.webhookEvent();
  assertEquals([reply.status, reply.body], [204, undefined]);
  assertEquals(reply.headers.get("content-type"), "application/json");
  assertEquals(events, []);
});

describe("webhookHandler", () => {
  const cases: [kind: string, data: object][] = [
    ["APPLICATION_AUTHORIZED", { integration_type: 1, scopes: ["applications.commands"], user }],
    ["APPLICATION_DEAUTHORIZED", { user }],
    ["ENTITLEMENT_CREATE", { id: "1", sku_id: "2", user_id: "7" }],
    ["ENTITLEMENT_UPDATE", { id: "1", sku_id: "2", ends_at: "2026-01-01T00:00:00" }],
    ["ENTITLEMENT_DELETE", { id: "1", deleted: true }],
    ["QUEST_USER_ENROLLMENT", {}],
    ["LOBBY_MESSAGE_CREATE", { id: "1", lobby_id: "2", content: "hi", author: user }],
    ["LOBBY_MESSAGE_UPDATE", { id: "1", lobby_id: "2", content: "hey", author: user }],
    ["LOBBY_MESSAGE_DELETE", { id: "1", lobby_id: "2" }],
    ["GAME_DIRECT_MESSAGE_CREATE", { id: "1", content: "hi", author: user, channel: { id: "4" } }],
    ["GAME_DIRECT_MESSAGE_UPDATE", { id: "1", content: "hey", author: user, channel: { id: "4" } }],
    ["GAME_DIRECT_MESSAGE_DELETE", { id: "1", content: "hey", author: user, channel: { id: "4" } }],
  ];
  for (const [kind, data] of cases) {
    it(`webhookHandler: ${kind} is answered 204, and reaches its handler`, async () => {
      const { client, events, settled } = listening();
      const reply = await client.webhookEvent(kind, data, "2024-10-18T14:42:53.064834");
      await settled();
      assertEquals([reply.status, reply.body], [204, undefined]);
      const { id, ...event } = events[0] ?? { id: "" };
      assertEquals(event, { kind, data, timestamp: "2024-10-18T14:42:53.064834", applicationId: "2" });
      assertEquals(/^[0-9a-f]{64}$/.test(id), true);
    });
  }
});

test("webhookHandler: an event that parley does not know arrives as unknown", async () => {
  for (const name of ["COMMUNITY_OPENED", "__proto__", "toString", "unknown"]) {
    const { client, events, settled } = listening();
    assertEquals((await client.webhookEvent(name, { a: 1 })).status, 204);
    await settled();
    const [event] = events;
    assertEquals([event?.kind, event?.kind === "unknown" && event.name, event?.data], ["unknown", name, {
      a: 1,
    }]);
  }
});

test("webhookHandler: a repeated delivery is acknowledged, and not handled again", async () => {
  const { client, events, settled } = listening();
  const deliver = (timestamp: string) => client.webhookEvent("ENTITLEMENT_CREATE", { id: "1" }, timestamp);
  for (const timestamp of ["2026-01-01", "2026-01-01", "2026-01-02", "2026-01-01"]) {
    assertEquals((await deliver(timestamp)).status, 204);
  }
  await settled();
  assertEquals(events.map(({ timestamp }) => timestamp), ["2026-01-01", "2026-01-02"]);
  assertNotEquals(events[0]?.id, events[1]?.id);
});

testOnce("webhookHandler: remembers the last 10,000 events, and no more", async () => {
  const { client, events, settled } = listening();
  const deliver = (i: number) => client.webhookEvent("ENTITLEMENT_CREATE", { id: String(i) });
  for (let i = 0; i <= 10_000; i++) await deliver(i);
  await deliver(1);
  await settled();
  assertEquals(events.length, 10_001);
  await deliver(0);
  await settled();
  assertEquals(events.length, 10_002);
});

test("webhookHandler: asks isRepeat, where requests are spread, without keeping Discord waiting", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const asked: string[] = [];
  const isRepeat = async (id: string) => {
    asked.push(id);
    await promise;
    return asked.length > 1;
  };
  const { client, events, settled } = listening({ isRepeat });
  assertEquals((await client.webhookEvent("ENTITLEMENT_CREATE", { id: "1" })).status, 204);
  assertEquals(events, []);
  resolve();
  await settled();
  await client.webhookEvent("ENTITLEMENT_CREATE", { id: "1" });
  await settled();
  assertEquals([events.length, asked.length, asked[0]], [1, 2, asked[1]]);
});

test("webhookHandler: answers at once, whatever handlers take; waitUntil gets their work", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let done = false;
  const on = {
    APPLICATION_DEAUTHORIZED: async () => {
      await promise;
      done = true;
    },
  };
  const { client, work, settled } = listening({ on });
  assertEquals((await client.webhookEvent("APPLICATION_DEAUTHORIZED", { user })).status, 204);
  assertEquals([done, work.length], [false, 1]);
  resolve();
  await settled();
  assertEquals(done, true);
});

test("webhookHandler: a handler that throws is reported, and Discord has its 204", async () => {
  for (
    const throwing of [() => Promise.reject(new Error("oh")), () => {
      throw new Error("oh");
    }]
  ) {
    const { client, errors, settled } = listening({ on: { ENTITLEMENT_CREATE: throwing } });
    assertEquals((await client.webhookEvent("ENTITLEMENT_CREATE", { id: "1" })).status, 204);
    await settled();
    assertEquals(errors.map(String), ["Error: oh"]);
  }
});

test("webhookHandler: what onError throws goes no further, nor what is thrown where there is no waitUntil", async () => {
  const fail = () => {
    throw new Error("oh");
  };
  const handler = webhookHandler({ publicKey, on: { ENTITLEMENT_CREATE: fail }, onError: fail });
  const client = new InteractionClient({ keys, handler });
  assertEquals((await client.webhookEvent("ENTITLEMENT_CREATE", { id: "1" })).status, 204);
});

describe('acknowledge: "after"', () => {
  const bought = { id: "1", sku_id: "5" };

  it("webhookHandler: one whose handler fails is delivered again until it does not, and then no more", async () => {
    let calls = 0;
    const on = {
      ENTITLEMENT_CREATE: () => {
        if (++calls < 3) throw new Error("database is down");
      },
    };
    const { client, errors } = listening({ on, acknowledge: "after" });
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++) {
      statuses.push((await client.webhookEvent("ENTITLEMENT_CREATE", bought)).status);
    }
    assertEquals([statuses, calls, errors.length], [[500, 500, 204, 204, 204], 3, 2]);
  });

  it("webhookHandler: one that takes longer than Discord waits gets 500, and is not begun a second time", async () => {
    const clock = new VirtualClock(0);
    const { promise, resolve } = Promise.withResolvers<void>();
    let calls = 0;
    const on = {
      ENTITLEMENT_CREATE: async () => {
        calls++;
        await promise;
      },
    };
    const { client, settled } = listening({ on, acknowledge: "after", clock });
    const first = client.webhookEvent("ENTITLEMENT_CREATE", bought);
    while (calls === 0) await new Promise((next) => setTimeout(next, 1));
    clock.advance(2_500);
    assertEquals((await first).status, 500);
    assertEquals((await client.webhookEvent("ENTITLEMENT_CREATE", bought)).status, 500);
    resolve();
    await settled();
    assertEquals((await client.webhookEvent("ENTITLEMENT_CREATE", bought)).status, 204);
    assertEquals(calls, 1);
  });

  it("webhookHandler: asks isRepeat and tells handled, where requests are spread", async () => {
    const store = new Set<string>();
    const options = {
      acknowledge: "after",
      isRepeat: (id: string) => store.has(id),
      handled: (id: string) => void store.add(id),
    } as const;
    const { client, events } = listening(options);
    const other = listening(options);
    assertEquals((await client.webhookEvent("ENTITLEMENT_CREATE", bought)).status, 204);
    assertEquals((await other.client.webhookEvent("ENTITLEMENT_CREATE", bought)).status, 204);
    assertEquals([events.length, other.events.length, store.size], [1, 0, 1]);
    const { handled: _, ...half } = options;
    assertThrows(() => listening(half), OptionError, "pass both");
  });
});

test("webhookHandler: 401 for whatever is not Discord's signature", async () => {
  const { client, handler } = listening();
  assertEquals((await client.forge()).status, 401);
  assertEquals((await handler(new Request("https://bot.example/events"))).status, 401);
  const stranger = await SigningKeys.generate();
  assertEquals((await handler(await stranger.request('{"type":0}'))).status, 401);
});

test("webhookHandler: 400 for a signed body that is no event", async () => {
  const { handler, work } = listening();
  const event = (event: unknown) => JSON.stringify({ type: 1, application_id: "2", event });
  const bodies = [
    "",
    "{",
    "null",
    "[]",
    "{}",
    '{"type":"0"}',
    '{"type":1}',
    event(null),
    event({ type: 1, timestamp: "t", data: {} }),
    event({ type: "ENTITLEMENT_CREATE", data: {} }),
    event({ type: "ENTITLEMENT_CREATE", timestamp: "t" }),
    event({ type: "ENTITLEMENT_CREATE", timestamp: "t", data: "x" }),
    '{"type":1,"event":{"type":"X","timestamp":"t","data":{}}}',
  ];
  for (const body of bodies) assertEquals((await handler(await keys.request(body))).status, 400, body);
  assertEquals(work, []);
});

test("webhookHandler: 413 for a body longer than allowed", async () => {
  const { handler } = listening({ maxBodyBytes: 100 });
  assertEquals((await handler(await keys.request('{"type":0}'.padEnd(101)))).status, 413);
  assertEquals((await handler(await keys.request('{"type":0}'.padEnd(100)))).status, 204);
});

test("webhookHandler: whatever is signed, the answer is 204, 400 or 413, and nothing goes unhandled", async () => {
  const { handler, errors, settled } = listening({ maxBodyBytes: 1_000 });
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 1_500 }),
    fc.json().map((text) => new TextEncoder().encode(text)),
    fc.record({
      type: fc.integer({ min: -1, max: 3 }),
      application_id: fc.string(),
      event: fc.record({
        type: fc.oneof(fc.constantFrom("ENTITLEMENT_CREATE", "__proto__", "constructor"), fc.string()),
        timestamp: fc.string(),
        data: fc.jsonValue(),
      }),
    }).map((value) => new TextEncoder().encode(JSON.stringify(value))),
  );
  await fc.assert(
    fc.asyncProperty(body, async (body) => {
      const { status } = await handler(await keys.request(body));
      return [204, 400, 413].includes(status);
    }),
    { numRuns: 200 },
  );
  await settled();
  assertEquals(errors, []);
});

test("webhookHandler: refuses at once a key that cannot be one, and a limit that is none", () => {
  assertThrows(() => webhookHandler({ publicKey: "abc", on: {} }), OptionError, "Developer Portal");
  assertThrows(() => webhookHandler({ publicKey, on: {}, maxBodyBytes: 0 }), OptionError);
});

test("webhookHandler: each handler knows what its event says", () => {
  webhookHandler({
    publicKey,
    on: {
      APPLICATION_AUTHORIZED: ({ data }) => void data.scopes.includes,
      ENTITLEMENT_DELETE: ({ data }) => void data.sku_id.length,
      LOBBY_MESSAGE_CREATE: ({ data }) => void data.lobby_id.length,
      // @ts-expect-error: a message that is deleted has no content any more
      LOBBY_MESSAGE_DELETE: ({ data }) => void data.content,
      unknown: ({ name, data }) => void [name.length, data],
    },
  });
  // @ts-expect-error: there is no such event
  const misspelt = () => webhookHandler({ publicKey, on: { ENTITLEMENT_CREATED: () => {} } });
  assertThrows(misspelt, OptionError, "`ENTITLEMENT_CREATE`");
});
