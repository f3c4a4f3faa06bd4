import { test } from "node:test";
import { assertEquals } from "@std/assert";
import type { Fault } from "../../testing/world/faults.ts";
import { chatFleetWorld } from "./chat_fleet_world.ts";
import { discordBotWorld } from "./discord_bot_world.ts";
import { discordReshardWorld } from "./discord_reshard_world.ts";
import { discordRestWorld } from "./discord_rest_world.ts";
import { discordWireWorld } from "./discord_wire_world.ts";
import { discordWorld } from "./discord_world.ts";
import { fleetWorld } from "./fleet_world.ts";
import { ircClientWorld } from "./irc_client_world.ts";
import { ircWorld } from "./irc_world.ts";
import { twitchClientWorld } from "./twitch_client_world.ts";
import { twitchEventSubWorld } from "./twitch_eventsub_world.ts";
import { twitchHelixWorld } from "./twitch_helix_world.ts";
import { twitchTokenWorld } from "./twitch_token_world.ts";
import { twitchWorld } from "./twitch_world.ts";
import type { World } from "../../testing/world/checking/search.ts";

// A trace hashes everything a world's clients and servers did, so that equal ones on Deno, Bun and Node mean
// that nothing there depends on the engine. Whoever changes what a core, a server or a world does changes the
// hash: take the new one from the failure, if it is the same on all three runtimes.

function trace<Act>(world: World<Act>, seed: number, plan: readonly Fault<Act>[], expected: string): void {
  test(`${world.name} world: the trace of seed ${seed} is the same on every engine`, async () => {
    const report = await world.run(seed, plan);
    assertEquals([report.trace, report.violations], [expected, []]);
  });
}

trace(ircWorld, 3, [
  { kind: "reset", at: 11_000 },
  { kind: "slow", at: 20_000, ms: 20_000, latency: 1_234 },
  { kind: "act", at: 45_000, act: { kind: "part", channel: "#a" } },
  { kind: "partition", at: 60_000, ms: 40_000 },
], "3fad1ada85800400");

trace(ircClientWorld, 3, [
  { kind: "skew", at: 5_000, ahead: 20_000, client: "bot" },
  { kind: "act", at: 20_000, act: { kind: "dawdle", ms: 60_000 } },
  { kind: "act", at: 30_000, act: { kind: "down", address: 0, ms: 40_000 } },
  { kind: "freeze", at: 40_000, ms: 30_000, client: "bot", first: "links", clockStands: true },
  { kind: "reset", at: 90_000, cause: "corrupt" },
], "06a80c57596b4f9b");

trace(twitchWorld, 20, [
  { kind: "reset", at: 11_000, scope: { client: "one" } },
  { kind: "slow", at: 20_000, ms: 20_000, latency: 1_234 },
  { kind: "act", at: 45_000, act: { kind: "say", client: 1, channel: 0, count: 12, patience: 900 } },
  { kind: "partition", at: 60_000, ms: 40_000 },
], "bfcc3b2702128324");

trace(twitchWorld, 7, [
  { kind: "act", at: 5_000, act: { kind: "part", client: 0, channel: 1 } },
  { kind: "silence", at: 30_000, directions: ["to server"] },
  { kind: "refuse", at: 90_000, ms: 20_000, cause: "tls" },
], "b2ee5b04471ffacd");

trace(twitchClientWorld, 6, [
  { kind: "http", at: 10_000, ms: 40_000, trouble: { kind: "status", status: 503 } },
  { kind: "act", at: 20_000, act: { kind: "dawdle", ms: 60_000 } },
  { kind: "act", at: 30_000, act: { kind: "say", count: 5 } },
  { kind: "reset", at: 60_000, cause: "corrupt" },
  { kind: "coalesce", at: 70_000, ms: 20_000, every: 1_500 },
], "386a8dddeff56f93");

trace(twitchHelixWorld, 2, [
  { kind: "act", at: 5_000, act: { kind: "refuse", status: 429, count: 3 } },
  { kind: "http", at: 20_000, ms: 10_000, trouble: { kind: "reset" } },
  { kind: "skew", at: 30_000, ahead: -90_000, client: "bot" },
], "956c5fefd1bb5e65");

trace(twitchEventSubWorld, 2, [
  { kind: "act", at: 10_000, act: { kind: "reconnect" } },
  { kind: "reset", at: 40_000 },
  { kind: "act", at: 70_000, act: { kind: "close", code: 4000 } },
  { kind: "act", at: 80_000, act: { kind: "repeat", ms: 10_000 } },
], "4a812610335ef5d2");

trace(discordWorld, 2, [
  { kind: "reset", at: 11_000 },
  { kind: "slow", at: 20_000, ms: 20_000, latency: 1_234, scope: { client: "shard 1" } },
  { kind: "act", at: 45_000, act: { kind: "presences", shard: 0, count: 12, patience: 900 } },
  { kind: "partition", at: 60_000, ms: 40_000 },
], "8590ae40841453e1");

trace(discordWorld, 24, [
  { kind: "act", at: 30_000, act: { kind: "server", command: { kind: "invalidate", resumable: false } } },
  { kind: "silence", at: 50_000, directions: ["to client"] },
], "047b4f08ee088d53");

trace(discordRestWorld, 2, [
  {
    kind: "act",
    at: 5_000,
    act: { kind: "refuse", refusal: { scope: "shared", isJson: true, retryAfter: 3 }, count: 3 },
  },
  { kind: "http", at: 20_000, ms: 10_000, trouble: { kind: "reset" } },
  { kind: "partition", at: 40_000, ms: 5_000 },
], "5ef963d8d83feac8");

trace(discordBotWorld, 4, [
  { kind: "act", at: 20_000, act: { kind: "list", shard: 0, loses: true } },
  { kind: "act", at: 40_000, act: { kind: "stop", how: "killed", away: 2_000 } },
  { kind: "act", at: 70_000, act: { kind: "server", command: { kind: "invalidate", resumable: false } } },
  { kind: "act", at: 90_000, act: { kind: "stop", how: "asked", away: 10_000 } },
], "86fc1bd6b79add70");

trace(discordReshardWorld, 2, [
  { kind: "act", at: 40_000, act: { kind: "lag", shard: 1, count: 4, ms: 3_000 } },
  { kind: "reset", at: 60_000 },
], "6cdf84013d3a60b0");

trace(discordWireWorld, 2, [
  { kind: "reset", at: 20_000, cause: "corrupt" },
  { kind: "narrow", at: 40_000, ms: 20_000, perSecond: 2_000 },
], "fbc32ea5bc8f1d2b");

trace(fleetWorld, 2, [
  { kind: "act", at: 20_000, act: { kind: "crash", role: "gateway" } },
  { kind: "freeze", at: 40_000, ms: 8_000, client: "worker 2", first: "timers", clockStands: false },
], "638aebc400b26892 bdeee8ff3bab692a");

trace(chatFleetWorld, 2, [
  { kind: "act", at: 20_000, act: { kind: "crash", role: "holder" } },
  { kind: "freeze", at: 30_000, ms: 8_000, client: "worker 2", first: "timers", clockStands: false },
], "f3034872a985ae23 95a142162b0f2373");

trace(twitchTokenWorld, 2, [
  { kind: "act", at: 10_000, act: { kind: "expire" } },
  { kind: "http", at: 20_000, ms: 10_000, trouble: { kind: "status", status: 503 } },
], "08f364c95082db2b");
