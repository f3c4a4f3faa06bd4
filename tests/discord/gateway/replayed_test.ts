import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import type { GatewayEvent } from "../../../src/discord/gateway/mod.ts";
import { autoDefer, command, InteractionRouter } from "../../../src/discord/interactions/mod.ts";
import type { DiscordServerEvent } from "../../../testing/discord/server.ts";
import { CHANNEL, type GatewayWorld, worldOf } from "./_world.ts";

const NOON = Date.UTC(2026, 10, 21, 12);
const BAN = { type: 2, data: { id: "1", name: "ban", type: 1 } };

/** A world at noon: IDs say when they were made. */
function atNoon(deliver?: (event: DiscordServerEvent) => void): GatewayWorld {
  const all = worldOf({}, deliver);
  all.world.clock.advance(NOON);
  return all;
}

const ban = ({ server }: GatewayWorld) => {
  void server.command({ kind: "interaction", interaction: BAN }).catch(() => {});
};

test("DispatchEvent: what Discord sends again as a session is resumed is replayed, and says when it happened", async () => {
  const { world, server, connect } = atNoon();
  const gateway = await connect();
  const told: [replayed: boolean, age: number | undefined][] = [];
  gateway.on("MESSAGE_CREATE", (event) => {
    told.push([event.replayed, event.happenedAt && Math.round(world.clock.now() - event.happenedAt)]);
  });
  gateway.on("unknown", ({ replayed }) => told.push([replayed, undefined]));
  await server.command({ kind: "message", channel: CHANNEL, content: "before" });
  await world.run(1_000);
  world.network.refuse({}, 60_000);
  world.cut();
  await server.command({ kind: "message", channel: CHANNEL, content: "meanwhile" });
  await server.command({ kind: "dispatch", t: "NEW_THING", d: 1 });
  await world.until(gateway.wait("resumed"));
  await server.command({ kind: "message", channel: CHANNEL, content: "afterwards" });
  await server.command({ kind: "dispatch", t: "NEW_THING", d: 1 });
  await world.run(1_000);
  assertEquals(told.map(([replayed]) => replayed), [false, true, true, false, false]);
  const [before = [], meanwhile = []] = told;
  assert(Number(before[1]) < 1_000 && Number(meanwhile[1]) >= 60_000, String(told));
  await world.until(gateway.close());
});

test("use: an interaction that is replayed too late calls no handler, and is told as expired", async () => {
  const all = atNoon();
  const { world, connect } = all;
  let handled = 0;
  const router = new InteractionRouter().add(command("ban", "Bans somebody", (i) => {
    handled++;
    return i.reply("banned");
  }));
  const expired: Extract<GatewayEvent, { kind: "expired" }>[] = [];
  const gateway = await connect({}, (gateway) => {
    gateway.use(router);
    gateway.on("expired", (event) => void expired.push(event));
  });
  world.network.refuse({}, 60_000);
  world.cut();
  ban(all);
  await world.until(gateway.wait("resumed"));
  await world.run(1_000);
  assertEquals([handled, expired.length], [0, 1]);
  const [told] = expired;
  assert(told !== undefined);
  const { kind, replayed, age, data, shard } = told;
  assertEquals([kind, replayed, shard, data.type], ["expired", true, 0, 2]);
  assert(age >= 60_000 && age < 120_000, String(age));
  ban(all);
  await world.run(1_000);
  assertEquals([handled, expired.length], [1, 1]);
  await world.until(gateway.close());
});

test("use: an interaction that is replayed in time is answered, and its time counts from when it was made", async () => {
  const answered: number[] = [];
  const all = atNoon(({ kind }) => void (kind === "answered" && answered.push(all.world.clock.now())));
  const { world, connect } = all;
  const router = new InteractionRouter({ autoDefer: autoDefer() }).add(
    command("ban", "Bans somebody", () => new Promise<void>(() => {})),
  );
  const gateway = await connect({}, (gateway) => void gateway.use(router));
  world.network.refuse({}, 500);
  world.cut();
  const made = world.clock.now();
  ban(all);
  await world.until(gateway.wait("resumed"));
  const away = world.clock.now() - made;
  assert(away > 500 && away < 3_000, String(away));
  await world.run(10_000);
  const [at = 0] = answered;
  // It is deferred 2 s after it was made, however late it has come.
  assert(at - made >= 2_000 && at - made < 2_000 + 200, String(at - made));
  await world.until(gateway.close());
});

test("use: an interaction that a process reads late, since it stood still, is told as expired", async () => {
  const all = atNoon();
  const { world, connect } = all;
  let handled = 0;
  const router = new InteractionRouter().add(
    command("ban", "Bans somebody", (i) => (handled++, i.reply("banned"))),
  );
  const expired: boolean[] = [];
  const gateway = await connect({}, (gateway) => {
    gateway.use(router);
    gateway.on("expired", ({ replayed }) => expired.push(replayed));
  });
  world.freeze("client", 10_000);
  ban(all);
  await world.run(20_000);
  assertEquals([handled, expired], [0, [false]]);
  await world.until(gateway.close());
});
