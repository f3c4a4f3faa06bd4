import { assertEquals } from "@std/assert";
import { test } from "node:test";
import type { Presence } from "../../../src/discord/gateway/mod.ts";
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
