import { testOnce as test } from "../_engines.ts";
import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import type { DiscordGateway } from "../../src/discord/gateway/mod.ts";
import { RemoteGateway } from "../../src/nats/mod.ts";
import { CommandError, ConnectionError, OptionError } from "../../src/protocol/errors.ts";
import { GATEWAY } from "../discord/gateway/_world.ts";
import { FanOut } from "./_fan_out.ts";
import { notPermitted } from "./_request_suite.ts";

const PRESENCE = 3;
const VOICE = 4;
const MEMBERS = 8;
/** Of the slots 0 and 1. */
const [FIRST, SECOND] = [0, 1].map((guild) => String((BigInt(guild) << 22n) + 1n));

test("RemoteGateway: commands go through the shards of their guilds, whichever process holds them", async () => {
  const bot = new FanOut();
  for (const name of ["g", "h"]) bot.gateway(name);
  await bot.world.run(40_000);
  const remote = bot.remote("w");
  const voice = { guild_id: SECOND ?? "", channel_id: "9", self_mute: false, self_deaf: true };
  await bot.world.until(remote.updateVoiceState(voice), 5_000);
  const members = { guild_id: FIRST ?? "", query: "a", limit: 1, nonce: "n" };
  await bot.world.until(remote.requestGuildMembers(members), 5_000);
  await bot.world.until(remote.updatePresence({ status: "idle" }), 5_000);
  await bot.world.until(remote.updatePresence({ status: "dnd" }, { shard: 1 }), 5_000);
  await bot.world.run(1_000);
  assertEquals([bot.received(VOICE), bot.received(MEMBERS)], [[voice], [members]]);
  const statuses = bot.received(PRESENCE).map((d) => JSON.stringify(d).match(/"status":"(\w+)"/)?.[1]);
  assertEquals(statuses, ["idle", "idle", "dnd"]);
  assertEquals(await bot.world.until(remote.shardCount(), 5_000), 2);
  assertEquals(bot.errors, []);
});

test("RemoteGateway: a command waits for whoever takes the shard up, and no longer than it may", async () => {
  const bot = new FanOut();
  const remote = bot.remote("w");
  const data = { guild_id: SECOND ?? "", query: "a", limit: 1 };
  const nobody = assertRejects(
    () => remote.requestGuildMembers(data),
    ConnectionError,
    "no process holds slot",
  );
  const { code } = await bot.world.until(nobody, 10_000);
  assertEquals(code, "unreachable");
  const patient = bot.remote("x", { timeout: 60_000 }).requestGuildMembers(data);
  bot.gateway("g");
  await bot.world.until(patient, 60_000);
  await bot.world.run(500);
  assertEquals(bot.received(MEMBERS).length, 1);
});

test("RemoteGateway: what cannot be sent is refused before anything is, here or where the shard is", async () => {
  const bot = new FanOut();
  bot.gateway("g");
  await bot.world.run(30_000);
  const remote = bot.remote("w");
  const invalid = [
    () => remote.requestGuildMembers({ guild_id: FIRST ?? "", query: "a", limit: 1, nonce: "n".repeat(33) }),
    () =>
      remote.updateVoiceState({ guild_id: "nobody's", channel_id: null, self_mute: false, self_deaf: false }),
    () => remote.send(0, { kind: "send", op: 2, d: {} }),
    () => remote.send(-1, { kind: "presence", data: {} }),
  ];
  // In no time.
  for (const wrong of invalid) await bot.world.until(assertRejects(wrong, CommandError, "Cannot"), 1);
  // Only there it is known that the intents do not allow it, and which shards there are.
  const whole = { guild_id: FIRST ?? "", query: "", limit: 0 };
  const refused = assertRejects(
    () => remote.requestGuildMembers(whole),
    CommandError,
    "Intents.GuildMembers",
  );
  assertEquals((await bot.world.until(refused, 5_000)).code, "invalid_command");
  const none = assertRejects(() => remote.send(7, { kind: "presence", data: {} }), CommandError, 'shard "7"');
  assertEquals((await bot.world.until(none, 5_000)).code, "invalid_command");
  assertEquals([bot.received(MEMBERS), bot.received(PRESENCE)], [[], []]);
});

test("RemoteGateway: what a shard cannot send in time is not sent later, and nobody claims to know", async () => {
  const bot = new FanOut();
  bot.gateway("g");
  await bot.world.run(30_000);
  bot.world.network.refuse({}, 30_000);
  bot.world.cut(GATEWAY);
  await bot.world.run(1_000);
  const remote = bot.remote("w", { timeout: 5_000 });
  const data = { guild_id: SECOND ?? "", query: "a", limit: 1 };
  const late = assertRejects(() => remote.requestGuildMembers(data), CommandError, "Nobody can know");
  assertEquals((await bot.world.until(late, 6_000)).code, "unconfirmed");
  await bot.world.run(60_000);
  assertEquals(bot.received(MEMBERS), []);
});

test("RemoteGateway: who was suspended past its lease sends nothing of what it was asked meanwhile", async () => {
  const bot = new FanOut();
  bot.gateway("g");
  await bot.world.run(30_000);
  bot.gateway("h", { capacity: 1 });
  await bot.world.run(30_000);
  bot.world.freeze("g", 20_000);
  const remote = bot.remote("w", { timeout: 60_000 });
  const data = { guild_id: SECOND ?? "", query: "a", limit: 1 };
  const asked = [FIRST, SECOND].map((guild = "") => remote.requestGuildMembers({ ...data, guild_id: guild }));
  const settled = Promise.allSettled(asked);
  await bot.world.until(settled, 90_000);
  await bot.world.run(20_000);
  const sent = bot.received(MEMBERS).map((d) => JSON.stringify(d));
  assert(new Set(sent).size === sent.length, sent.join());
});

test("RemoteGateway: what NATS does not permit is told at once, and that nothing was sent", async () => {
  const bot = new FanOut();
  const real = bot.nats.connection("w", bot.world.host("w"));
  // As @nats-io/nats-core rejects.
  const cause = Object.assign(new Error(), { name: "PermissionViolationError", operation: "publish" });
  const request = () => Promise.reject(new Error("Permissions Violation", { cause }));
  await bot.world.until(notPermitted({ ...real, request }), 1_000);
});

test("RemoteGateway: gives up when it is told to, and options that make no sense are refused", async () => {
  const bot = new FanOut();
  const remote = bot.remote("w", { timeout: 60_000 });
  const controller = new AbortController();
  const asked = assertRejects(() => remote.shardCount({ signal: controller.signal }), Error, "enough");
  await bot.world.run(1_000);
  controller.abort(new Error("enough"));
  await bot.world.until(asked, 1);
  const connection = bot.nats.connection("w", bot.world.host("w"));
  for (const wrong of [{ application: "" }, { timeout: 0 }]) {
    assertThrows(() => new RemoteGateway({ connection, application: "1", ...wrong }), OptionError, "Cannot");
  }
});

const IDENTIFY = 2;
const statusOf = (d: unknown) => JSON.stringify(d).match(/"status":"(\w+)"/)?.[1];

test("RemoteGateway: a presence holds for the sessions that other processes begin, until it is changed", async () => {
  const bot = new FanOut();
  const options = { presence: { status: "online" } } as const;
  const g = bot.gateway("g", options);
  await bot.world.run(30_000);
  const remote = bot.remote("w");
  await bot.world.until(remote.updatePresence({ status: "idle" }), 5_000);
  await bot.world.until(remote.updatePresence({ status: "dnd" }, { shard: 1 }), 5_000);
  const h = bot.gateway("h", options);
  await bot.world.run(20_000);
  await bot.world.until(g.leave(), 60_000);
  await bot.world.run(20_000);
  assertEquals(h.held.toSorted(), [0, 1]);
  // What is resumed shows it still, and what begins anew.
  const resumed = bot.received(PRESENCE).map(statusOf).slice(3);
  assertEquals(resumed.toSorted(), ["dnd", "idle"]);
  const shown = async (): Promise<(string | undefined)[]> => {
    const before = bot.received(IDENTIFY).length;
    await bot.server.command({ kind: "invalidate", resumable: false });
    await bot.world.run(30_000);
    const identifies = bot.received(IDENTIFY).slice(before);
    return [0, 1].map((id) =>
      statusOf(identifies.find((d) => JSON.stringify(d).includes(`"shard":[${id},2]`)))
    );
  };
  assertEquals(await shown(), ["idle", "dnd"]);
  await bot.world.until(remote.updatePresence({ status: "invisible" }), 5_000);
  // It dies with what was asked for through it.
  bot.world.freeze("h", 3_600_000);
  const i = bot.gateway("i", options);
  await bot.world.run(40_000);
  assertEquals(i.held.toSorted(), [0, 1]);
  assertEquals(await shown(), ["invisible", "invisible"]);
  assertEquals(bot.errors, []);
});

test("RemoteGateway: a presence is taken by who has the shard though NATS is away, and kept once it is back", async () => {
  const bot = new FanOut();
  const fleet = bot.gateway("g", { lease: 60_000, setup: (gateway) => void gateways.push(gateway) });
  const gateways: DiscordGateway[] = [];
  await bot.world.run(30_000);
  bot.nats.takeDown(20_000);
  await bot.world.until(
    Promise.all(gateways.map((gateway) => gateway.updatePresence({ status: "idle" }))),
    5_000,
  );
  await bot.world.run(50_000);
  const h = bot.gateway("h");
  await bot.world.until(fleet.leave(), 90_000);
  await bot.world.run(10_000);
  await bot.server.command({ kind: "invalidate", resumable: false });
  await bot.world.run(30_000);
  assertEquals([h.held.length, bot.received(IDENTIFY).slice(-2).map(statusOf)], [2, ["idle", "idle"]]);
});

test("RemoteGateway: what is kept as a presence and is none keeps no shard from beginning, and is told", async () => {
  const bad = [
    "null",
    "}",
    '{"all":{"status":5},"shards":[]}',
    '{"all":{"activities":5},"shards":[]}',
    '{"all":{"activities":[null]},"shards":[]}',
    '{"shards":[[0]]}',
    JSON.stringify({ all: { activities: [{ name: "a".repeat(5_000) }] }, shards: [] }),
    JSON.stringify({ shards: [[0, { activities: [{ name: "a".repeat(5_000) }] }]] }),
  ];
  for (const text of bad) {
    const bot = new FanOut();
    const kv = await bot.world.until(
      bot.nats.client("x", bot.world.host("x")).create("bot-sessions", { history: 1 }),
      1_000,
    );
    await bot.world.until(kv.create("presence.0", text), 1_000);
    const fleet = bot.gateway("g", { presence: { status: "idle" } });
    await bot.world.run(30_000);
    assertEquals([fleet.held.length, bot.received(IDENTIFY).map(statusOf)], [2, ["idle", "idle"]], text);
    assertMatch(bot.errors.join(), /^ProtocolError: Cannot show what slot "0" showed/, text);
  }
});
