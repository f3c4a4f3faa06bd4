import { assertEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import { DiscordGateway } from "../../../src/discord/gateway/mod.ts";
import { DiscordHttpError, type RestObservation } from "../../../src/discord/rest/mod.ts";
import { OptionError } from "../../../src/protocol/errors.ts";
import { Simulation } from "../../../testing/world/simulation.ts";

test("DiscordGateway: takes every setting of REST, beside the one token", async () => {
  const world = new Simulation({ seed: 1 });
  const asked: { readonly url: string; readonly headers: Headers }[] = [];
  const observed: RestObservation[] = [];
  const gateway = new DiscordGateway({
    token: "parley.test.token",
    intents: 1,
    runtime: world.host("bot"),
    rest: {
      baseUrl: "https://proxy.test/discord",
      version: 9,
      retries: 0,
      timeout: 2_000,
      maxWait: 1_000,
      globalLimit: 1,
      invalidLimit: 10,
      userAgent: "DiscordBot (https://bot.test, 2.0)",
      observe: (observation) => {
        observed.push(observation);
      },
      fetch: (url, init) => {
        asked.push({ url, headers: new Headers(init?.headers) });
        return Promise.resolve(
          asked.length === 1 ? Response.json({ id: "1" }) : new Response("", { status: 503 }),
        );
      },
    },
  });
  const me = await world.until(gateway.rest.request("GET /users/@me"));
  assertEquals(me.id, "1");
  assertEquals(asked[0]?.url, "https://proxy.test/discord/v9/users/@me");
  assertEquals(asked[0]?.headers.get("authorization"), "Bot parley.test.token");
  assertEquals(asked[0]?.headers.get("user-agent"), "DiscordBot (https://bot.test, 2.0)");
  const failed = await world.until(gateway.rest.request("GET /users/@me").catch((error: unknown) => error));
  assertEquals(failed instanceof DiscordHttpError && failed.status, 503);
  // No retry, and no two requests in a second.
  assertEquals(observed.map(({ kind }) => kind), ["request", "response", "request", "response"]);
  assertEquals((observed[2]?.at ?? 0) - (observed[0]?.at ?? 0), 1_000);
});

test("DiscordGateway: a setting of REST that is not acceptable is refused when it is made", () => {
  const world = new Simulation({ seed: 1 });
  const make = (rest: object) =>
    new DiscordGateway({ token: "a.b.c", intents: 1, runtime: world.host("bot"), rest });
  assertThrows(() => make({ retries: -1 }), OptionError, "retries");
  assertThrows(() => make({ baseUrl: "nonsense" }), OptionError, "baseUrl");
  const proxy = "http://user:hunter2@proxy.test:1";
  const error = assertThrows(() => make({ proxy, fetch: () => {} }), OptionError, "both");
  assertEquals(error.message.includes("hunter2"), false);
});
