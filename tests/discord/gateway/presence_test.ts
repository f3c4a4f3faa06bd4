import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { test } from "node:test";
import type { Presence } from "../../../src/discord/gateway/mod.ts";
import { CommandError } from "../../../src/protocol/errors.ts";
import type { DiscordServer } from "../../../testing/discord/server.ts";
import { Hand } from "./_drive.ts";
import { worldOf } from "./_world.ts";

function named(name: string): Presence {
  return { activities: [{ name, type: 0 }] };
}

/** What of op 3, of IDENTIFY's presence and of others was sent since the last look: names of activities, or opcodes. */
function shown(hand: Hand): unknown[] {
  return hand.outputs.splice(0).flatMap((output) => {
    const { op, d } = output.kind === "send" ? JSON.parse(String(output.data)) : { op: 1, d: undefined };
    if (op === 1) return [];
    const presence = op === 2 ? d.presence : d;
    return [presence?.activities?.[0]?.name ?? op];
  });
}

/** Which commands were done, and which were not: those by the error's code. */
function settled(hand: Hand): unknown[] {
  return hand.outputs.flatMap((output) => {
    if (output.kind !== "settle") return [];
    const { ticket, outcome } = output;
    return [outcome.kind === "failed" ? [ticket, Object(outcome.error).code] : ticket];
  });
}

test("GatewaySession: of presences only the last waits, and no more than 5 go in 20 s", () => {
  const hand = Hand.ready();
  for (let n = 1; n <= 12; n++) hand.command({ kind: "presence", data: named(`text ${n}`) });
  hand.command({ kind: "send", op: 31, d: {} });
  const superseded = [6, 7, 8, 9, 10, 11].map((ticket) => [ticket, "superseded"]);
  assertEquals(settled(hand), [1, 2, 3, 4, 5, ...superseded, 13]);
  assertEquals(hand.session.heldCommands, 1);
  assertEquals(shown(hand), ["text 1", "text 2", "text 3", "text 4", "text 5", 31]);
  hand.wait(20_000);
  assertEquals(shown(hand), []);
  hand.wait(5_000);
  assertEquals([shown(hand), hand.session.heldCommands], [["text 12"], 0]);
});

test("GatewaySession: IDENTIFY carries the presence that is wanted", () => {
  const hand = new Hand({ presence: named("first") }).start();
  const wanted = hand.command({ kind: "presence", data: named("second") });
  hand.open().hello();
  assertEquals(shown(hand), ["second"]);
  hand.readyEvent();
  assertEquals([settled(hand), shown(hand), hand.session.heldCommands], [[wanted], ["second"], 0]);
  // What was shown once is what a later session begins with.
  hand.say({ op: 9, d: false }).closed(1000).redial().open().hello();
  assertEquals(shown(hand), ["second"]);
});

test("GatewaySession: a presence that is given up is not sent", () => {
  const hand = new Hand({ presence: named("first") }).start();
  hand.session.cancel(hand.command({ kind: "presence", data: named("second") }), hand.now);
  hand.drain().open().hello();
  assertEquals(shown(hand), ["first"]);
});

test("GatewaySession: a presence that nobody is known to have read is sent again once the session is resumed", () => {
  const hand = Hand.ready();
  hand.command({ kind: "presence", data: named("first") });
  assertEquals(shown(hand), ["first"]);
  const resume = () => hand.lost().redial().open().hello().dispatch(2, "RESUMED");
  resume();
  assertEquals([shown(hand), hand.session.heldCommands], [[6, "first"], 0]);
  // A newer one takes its place.
  hand.lost();
  hand.command({ kind: "presence", data: named("second") });
  hand.redial().open().hello().dispatch(2, "RESUMED");
  assertEquals(shown(hand), [6, "second"]);
  // What comes before a heartbeat that is acknowledged was read.
  hand.wait(40_000).ack();
  resume();
  assertEquals(shown(hand), [6]);
});

test("GatewaySession: IDENTIFY shows a presence for good", () => {
  const hand = Hand.ready({ presence: named("first") });
  assertEquals(shown(hand), []);
  hand.lost().redial().open().hello().dispatch(2, "RESUMED");
  assertEquals(shown(hand), [6]);
});

test("GatewaySession: a session that an earlier run has left shows what this one wants", () => {
  const resume = { sessionId: "one", sequence: 7, resumeUrl: "wss://gateway-us-east1-b.discord.gg" };
  for (const presence of [undefined, named("new")]) {
    const hand = new Hand({ resume, ...(presence && { presence }) }).start().open().hello();
    hand.dispatch(7, "RESUMED");
    assertEquals(shown(hand), presence === undefined ? [6] : [6, "new"]);
  }
});

test("GatewaySession: a presence that IDENTIFY could not carry is refused", () => {
  const hand = Hand.ready();
  const activities = Array.from({ length: 8 }, () => ({ name: "x".repeat(480), type: 0 }));
  const error = assertThrows(() => hand.command({ kind: "presence", data: { activities } }), CommandError);
  assertEquals(
    error.message,
    "Cannot send presence: IDENTIFY could not carry it, for which Discord accepts 4096 bytes",
  );
});

test("GatewaySession: what a presence leaves out has Discord's defaults", () => {
  const hand = new Hand({ presence: { status: "dnd" } }).start().open().hello().readyEvent();
  hand.command({ kind: "presence", data: {} });
  const sent = hand.outputs.flatMap((output) =>
    output.kind === "send" ? [JSON.parse(String(output.data))] : []
  );
  const rest = { since: null, activities: [], afk: false };
  assertEquals(sent.find(({ op }) => op === 2)?.d.presence, { ...rest, status: "dnd" });
  assertEquals(sent.find(({ op }) => op === 3)?.d, { ...rest, status: "online" });
});

test("DiscordGateway: after an hour away Discord shows the presence that is wanted now", async () => {
  const { world, core, connect } = worldOf({ resumeWindow: 60_000 });
  const gateway = await connect();
  let wanted = "";
  for (let n = 0; n < 30; n++) {
    if (n === 3) {
      world.network.refuse({ client: "client" }, 3_600_000);
      world.cut();
    }
    wanted = `text ${n}`;
    void gateway.updatePresence(named(wanted));
    await world.run(n === 29 ? 3_600_000 : 20_000);
  }
  assertEquals(gateway.shards[0]?.heldCommands, 0);
  const last = core.log.flatMap((entry) =>
    entry.kind === "received" && (entry.op === 2 || entry.op === 3) ? [Object(entry.d)] : []
  ).at(-1);
  assertEquals((last?.presence ?? last)?.activities[0].name, wanted);
  await world.until(gateway.close());
});

/** The presence of the last IDENTIFY of each shard. */
function identified(core: DiscordServer): Record<string, unknown> {
  return Object.fromEntries(core.log.flatMap((entry) => {
    if (entry.kind !== "received" || entry.op !== 2) return [];
    const { shard, presence } = Object(entry.d);
    return [[shard.join(" of "), presence?.activities[0].name]];
  }));
}

test("DiscordGateway: a shard that is begun again shows what is wanted now", async () => {
  const { world, core, connect } = worldOf({ shards: 2 });
  const gateway = await connect({ shards: 2, presence: named("first") });
  await world.until(gateway.shard(1).close());
  await world.until(gateway.updatePresence(named("second")));
  await world.until(gateway.shard(1).start());
  assertEquals(identified(core), { "0 of 2": "first", "1 of 2": "second" });
  await world.until(gateway.updatePresence(named("third"), { shard: 1 }));
  await world.until(gateway.shard(1).close());
  await world.until(gateway.shard(1).start());
  assertEquals(identified(core), { "0 of 2": "first", "1 of 2": "third" });
  await world.until(gateway.close());
});

/** A bot whose second shard has no room for another command, as neither has a link. */
async function crowded() {
  const { world, core, connect } = worldOf({ shards: 2 });
  const gateway = await connect({ shards: 2, presence: named("first") });
  gateway.on("undelivered", () => {});
  world.network.refuse({ client: "client" }, 10_000);
  world.cut();
  await world.run(100);
  for (let n = 0; n < 4_096; n++) void gateway.send(1, { kind: "send", op: 31, d: {} });
  await assertRejects(() => gateway.updatePresence(named("second")), CommandError, "Cannot hold more");
  return { world, core, gateway };
}

test("DiscordGateway.updatePresence: what one shard has no room for the others show, and it does once it begins again", async () => {
  const { world, core, gateway } = await crowded();
  await world.run(30_000);
  await world.until(gateway.shard(1).close());
  await world.until(gateway.shard(1).start());
  assertEquals(identified(core)["1 of 2"], "second");
  const shown = core.log.flatMap((entry) => entry.kind === "received" && entry.op === 3 ? [entry.d] : []);
  assertEquals(shown.map((d) => Object(d).activities[0].name), ["second"]);
  await world.until(gateway.close());
});

test("DiscordGateway.updatePresence: what one shard has no room for leaves no rejection of another's behind", async () => {
  const { world, gateway } = await crowded();
  await world.until(gateway.close());
});

test("DiscordGateway.reshard: the new shards show what is wanted now", async () => {
  const { world, core, connect } = worldOf({ shards: 1 });
  const gateway = await connect({ shards: 1, presence: named("first") });
  await world.until(gateway.updatePresence(named("second")));
  await world.until(gateway.reshard(2));
  assertEquals(identified(core), { "0 of 1": "first", "0 of 2": "second", "1 of 2": "second" });
  await world.until(gateway.close());
});
