import { describe, it } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { DiscordGateway, type DiscordGatewayOptions } from "../../../src/discord/gateway/mod.ts";
import { DiscordRest } from "../../../src/discord/rest/mod.ts";
import { ConnectionError } from "../../../src/protocol/errors.ts";
import { API, GATEWAY, worldOf } from "./_world.ts";

const REFUSED = Object.assign(new Error("connect ECONNREFUSED 10.0.0.1:443"), { code: "ECONNREFUSED" });

const refused = () => Promise.reject(new TypeError("fetch failed", { cause: REFUSED }));

/** A bot whose API, or whose gateway, is not there until a time. */
function beginning({ apiAt = 0, gatewayAt = 0, answer = refused, ...more }: {
  apiAt?: number;
  /** What comes of a request until then. */
  answer?: () => Promise<Response>;
  gatewayAt?: number;
} & Partial<DiscordGatewayOptions> = {}) {
  const { world, ...rest } = worldOf({ shards: 2 });
  const begun = world.clock.now();
  const host = world.host("client");
  const network = world.network;
  if (gatewayAt > 0) network.refuse({ url: GATEWAY }, gatewayAt);
  const gateway = new DiscordGateway({
    token: "parley.test.token",
    intents: 1,
    rest: { baseUrl: API },
    runtime: {
      ...host,
      fetch: (input, init) => {
        return world.clock.now() - begun < apiAt ? answer() : host.fetch(input, init);
      },
    },
    ...more,
  });
  return { world, gateway, ...rest, after: () => world.clock.now() - begun };
}

describe("DiscordGateway.connect", () => {
  it("waits for a network that is up later than the bot, as the other clients do", async () => {
    for (const apiAt of [20_000, 40_000]) {
      const { world, gateway, after } = beginning({ apiAt });
      await world.until(gateway.connect(), 100_000);
      assert(after() >= apiAt && after() <= apiAt * 1.5 + 10_000, `${after()}`);
      await world.until(gateway.close());
    }
  });

  it("rejects after 45 s where its API cannot be reached, and tries for ever if it is told so", async () => {
    const { world, gateway, after } = beginning({ apiAt: Infinity });
    const error = await assertRejects(() => world.until(gateway.connect(), 100_000), ConnectionError);
    assertEquals([error.code, error.message], [
      "unreachable",
      'Cannot connect to "https://discord.test/api" within 45 s: nothing listens at that host and port; check host and port, and that the server runs',
    ]);
    assert(after() >= 43_000 && after() <= 45_000, `${after()}`);
    const endless = beginning({ apiAt: 3_600_000, connectTimeout: Infinity });
    await endless.world.until(endless.gateway.connect(), 4_000_000);
    await endless.world.until(endless.gateway.close());
  });

  it("waits for an API that is down, as for one that cannot be reached", async () => {
    const down = () => Promise.resolve(new Response("<html>Bad gateway</html>", { status: 502 }));
    for (const apiAt of [20_000, 40_000]) {
      const { world, gateway, after } = beginning({ apiAt, answer: down });
      await world.until(gateway.connect(), 100_000);
      assert(after() >= apiAt && after() <= apiAt * 1.5 + 10_000, `${after()}`);
      await world.until(gateway.close());
    }
    const { world, gateway, after } = beginning({ apiAt: Infinity, answer: down });
    const error = await assertRejects(() => world.until(gateway.connect(), 100_000), ConnectionError);
    assertEquals([error.code, error.message], [
      "unreachable",
      'Cannot connect to "https://discord.test/api" within 45 s: it answers with HTTP status 502; check host and port',
    ]);
    assert(after() >= 43_000 && after() <= 45_000, `${after()}`);
  });

  it("rejects after 45 s where no shard gets a link, and not once one has been ready", async () => {
    const { world, gateway, after } = beginning({ gatewayAt: 10_000_000, shards: 2, url: GATEWAY });
    const causes: string[] = [];
    gateway.on("reconnecting", ({ cause, reason, url }) => void causes.push(`${cause} ${reason} ${url}`));
    const error = await assertRejects(() => world.until(gateway.connect(), 100_000), ConnectionError);
    assertEquals(
      error.message,
      'Cannot connect to "wss://gateway.test/?v=10&encoding=json" within 45 s: nothing listens at that host and port; check host and port, and that the server runs',
    );
    assertEquals(after(), 45_000);
    assertEquals([...new Set(causes)], [
      "refused nothing listens at that host and port wss://gateway.test/?v=10&encoding=json",
    ]);
    const other = beginning({ shards: 2, url: GATEWAY });
    let closed = false;
    other.gateway.closed.catch(() => {}).finally(() => closed = true);
    other.gateway.on("ready", ({ shard }) => {
      if (shard === 0) other.world.network.refuse({ url: GATEWAY }, 600_000);
    });
    other.gateway.connect().catch(() => {});
    await other.world.run(300_000);
    assertEquals(closed, false);
    await other.world.run(600_000);
    assertEquals(other.gateway.shards.map(({ state }) => state), ["ready", "ready"]);
    await other.world.until(other.gateway.close());
  });

  it("rejects at once where the runtime does not let it use the network", async () => {
    const denied = new Error(
      'Requires net access to "discord.test:443", run again with the --allow-net flag',
    );
    const { world, gateway, after } = beginning();
    const rest = new DiscordRest({
      token: "parley.test.token",
      fetch: () => Promise.reject(denied),
      clock: world.clock,
    });
    const other = new DiscordGateway({
      token: "parley.test.token",
      intents: 1,
      rest,
      runtime: world.host("b"),
    });
    const error = await assertRejects(() => world.until(other.connect()), ConnectionError);
    assertEquals([error.code, error.message], [
      "not_permitted",
      'Cannot connect to "https://discord.com/api": the runtime does not let this program use the network there; allow it, on Deno by --allow-net=discord.com:443',
    ]);
    assertEquals(after(), 0);
    await world.until(gateway.close());
  });

  it("aborted: says what it waited for, and what went wrong last", async () => {
    const controller = new AbortController();
    const { world, gateway } = beginning({ apiAt: Infinity, signal: controller.signal });
    const connecting = gateway.connect();
    connecting.catch(() => {});
    await world.run(10_000);
    controller.abort(new Error("enough"));
    const error = await assertRejects(() => world.until(connecting), ConnectionError);
    assertEquals([error.code, error.message, error.cause], [
      "aborted",
      "Cannot connect: the signal was aborted while waiting for the answer of Discord's API to where to connect; " +
      'what went wrong last, at "https://discord.test/api": nothing listens at that host and port',
      new Error("enough"),
    ]);
    const later = new AbortController();
    const second = beginning({ gatewayAt: 20_000, signal: later.signal });
    const waiting = second.gateway.connect();
    waiting.catch(() => {});
    await second.world.run(5_000);
    later.abort();
    await assertRejects(
      () => second.world.until(waiting),
      ConnectionError,
      "waiting for READY of the shards 0, 1; ",
    );
  });
});

it("DiscordGateway: an end by a close code carries the code, and the reason that the server gave", async () => {
  for (const code of [4004, 4012, 4013, 4014]) {
    const { world, server, connect } = worldOf();
    const gateway = await connect();
    gateway.on("closed", () => {});
    await server.command({ kind: "close", code, reason: `Because of ${code}` });
    await world.run(10_000);
    const error = await gateway.closed.catch((error) => error);
    assertEquals([Object(error.cause).code, Object(error.cause).reason], [code, `Because of ${code}`]);
  }
});
