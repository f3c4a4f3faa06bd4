import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { test } from "node:test";
import { DiscordGateway, type DiscordGatewayOptions } from "../../../src/discord/gateway/mod.ts";
import type { Host } from "../../../src/driver/host.ts";
import { CommandError, ConnectionError, OptionError } from "../../../src/protocol/errors.ts";
import { API, CHANNEL, worldOf } from "./_world.ts";

const OPTIONS = { token: "parley.test.token", intents: 1, rest: { baseUrl: API } };

/** Guilds, of which every shard has as many as any other. */
const guilds = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    const id = BigInt(16_000_000 + index) << 22n;
    return { id: String(id), name: `guild ${index}`, channels: [{ id: String(id + 1n), name: "general" }] };
  });

/** A host on which one shard's READY never arrives. */
function withoutReady(host: Host, shard: number): Host {
  const lost = (data: unknown) =>
    String(data).includes('"t":"READY"') && String(data).includes(`"shard":[${shard},`);
  return {
    ...host,
    dial: (request, events) =>
      host.dial(request, {
        opened: (info) => events.opened(info),
        closed: (info) => events.closed(info),
        receive: (data) => lost(data) || events.receive(data),
        receiveBatch: (batch) => events.receiveBatch(batch.filter((data) => !lost(data))),
      }),
  };
}

test("DiscordGateway: handlers hear each shard from its first event on, whatever fits into a mailbox", async () => {
  const all = guilds(64);
  const { world, server } = worldOf({ shards: 16, maxConcurrency: 1, guilds: all });
  const began = world.clock.now();
  let [creates, missed] = [0, 0];
  const at = { ready: [] as number[], interaction: 0, connected: 0 };
  const since = () => (world.clock.now() - began) / 1_000;
  const gateway = new DiscordGateway({ ...OPTIONS, mailbox: 4, runtime: world.host("client") });
  gateway.on("GUILD_CREATE", () => void creates++);
  gateway.on("lagged", (event) => void (missed += event.missed));
  gateway.on("ready", () => void at.ready.push(since()));
  gateway.on("INTERACTION_CREATE", () => void (at.interaction = since()));
  const connecting = gateway.connect().then(() => void (at.connected = since()));
  await world.run(10_000);
  await server.command({
    kind: "dispatch",
    t: "INTERACTION_CREATE",
    d: { id: "1", token: "x", guild_id: all[0]?.id, type: 2, version: 1 },
  });
  await world.until(connecting);
  await world.run(1_000);
  assertEquals([creates, missed], [64, 0]);
  assertEquals(at.ready.length, 16);
  assertEquals([(at.ready[0] ?? 99) < 1, Math.floor(at.interaction), at.connected > 70], [true, 10, true]);
  await world.until(gateway.close());
});

test("DiscordGateway: whatever is awaited after connect() loses nothing to handlers added before it", async () => {
  const { world } = worldOf();
  const gateway = new DiscordGateway({ ...OPTIONS, runtime: world.host("client") });
  const seen: string[] = [];
  for (const kind of ["ready", "GUILD_CREATE", "lagged"] as const) {
    gateway.on(kind, () => void seen.push(kind));
  }
  await world.until(gateway.connect());
  await world.run(50);
  assertEquals(seen, ["ready", "GUILD_CREATE"]);
  await world.until(gateway.close());
});

test("DiscordGateway: one shard that never gets READY keeps no other one deaf", async () => {
  const { world, server } = worldOf({ shards: 3, maxConcurrency: 3 });
  const runtime = withoutReady(world.host("client"), 0);
  const gateway = new DiscordGateway({ ...OPTIONS, intents: 33281, runtime });
  const heard: [number, string][] = [];
  let connected = false;
  gateway.on("MESSAGE_CREATE", ({ shard, data }) => void heard.push([shard, data.content]));
  const connecting = gateway.connect().then(() => void (connected = true));
  await world.until(gateway.ready(2));
  const [first, last] = [gateway.ready(0), gateway.ready(2)];
  await last;
  await world.run(1_000);
  // 197038439483310086 >> 22 is 46977624770, of shard 2.
  await server.command({ kind: "message", channel: CHANNEL, content: "hi" });
  await world.run(900_000);
  assertEquals([heard, connected], [[[2, "hi"]], false]);
  assertEquals(gateway.shards.map(({ state }) => state === "ready"), [false, true, true]);
  const ends = [
    assertRejects(() => first, CommandError, "has ended"),
    assertRejects(() => connecting, ConnectionError, "closed before it was ready"),
  ];
  await world.until(gateway.close());
  await Promise.all(ends);
});

test("DiscordGateway.ready: resolves after a resume, rejects for a shard of others, and gives up by its signal", async () => {
  const { world } = worldOf({ shards: 2, maxConcurrency: 2 });
  const gateway = new DiscordGateway({ ...OPTIONS, runtime: world.host("client") });
  const early = [
    assertRejects(() => gateway.ready(2), CommandError, 'shard "2"'),
    assertRejects(
      () => gateway.ready(0, { signal: AbortSignal.abort(new Error("enough")) }),
      Error,
      "enough",
    ),
    gateway.ready(0),
  ];
  await world.until(gateway.connect());
  await world.until(Promise.all(early));
  world.cut();
  await world.run(1);
  const again = gateway.ready(1).then(() => gateway.shards[1]?.state);
  assertEquals(gateway.shards[1]?.state, "waiting");
  assertEquals(await world.until(again), "ready");
  await world.until(gateway.close());
  await assertRejects(() => gateway.ready(0), CommandError, "has ended");
});

test("DiscordGateway: before connect its REST works, and what is of shards is refused clearly", async () => {
  const { world } = worldOf();
  const gateway = new DiscordGateway({ ...OPTIONS, runtime: world.host("client") });
  const sent = await world.until(gateway.rest.createMessage(CHANNEL, { content: "I am here" }));
  assertEquals(sent.content, "I am here");
  assertEquals(gateway.shards, []);
  for (
    const ask of [() => gateway.shardCount, () => gateway.sessionStarts, () => gateway.guildMembers("1")]
  ) {
    assertStringIncludes(assertThrows(ask, CommandError).message, "call connect() first");
  }
  await world.until(gateway.connect());
  assertEquals([gateway.shardCount, gateway.sessionStarts.remaining > 0], [1, true]);
  await world.until(gateway.close());
});

test("DiscordGateway: options that are not acceptable are refused when it is made", () => {
  const activities = [{ name: "x".repeat(5_000), type: 0 }];
  const wrongs: readonly Partial<DiscordGatewayOptions>[] = [
    { token: "" },
    { shards: 0 },
    { shards: { count: 2, ids: [2] } },
    { intents: -1 },
    { url: "https://discord.gg" },
    { largeThreshold: 1 },
    { mailbox: 0 },
    { presence: { since: null, afk: false, status: "online", activities } },
  ];
  for (const wrong of wrongs) {
    assertThrows(() => new DiscordGateway({ ...OPTIONS, ...wrong }), OptionError);
  }
});

test("DiscordGateway.close: while it asks for the gateway it ends at once, and asks no more", async () => {
  const { world, core } = worldOf();
  let asked: AbortSignal | undefined | null;
  const host = world.host("client");
  const fetch: Host["fetch"] = (_input, init) => {
    asked = init?.signal;
    return new Promise((_resolve, reject) => asked?.addEventListener("abort", () => reject(asked?.reason)));
  };
  const gateway = new DiscordGateway({ ...OPTIONS, runtime: { ...host, fetch } });
  const connecting = gateway.connect();
  await world.run(1_000);
  assertEquals(asked?.aborted, false);
  const rejected = assertRejects(() => connecting, ConnectionError, "closed before it was ready");
  await world.until(gateway.close());
  assertEquals(asked?.aborted, true);
  await rejected;
  await world.run(60_000);
  assertEquals(core.log.filter(({ kind }) => kind === "opened"), []);
});
