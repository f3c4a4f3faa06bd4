import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { MemorySessionStore } from "../../../src/discord/gateway/mod.ts";
import { logged } from "../../_logged.ts";
import { Hand } from "./_drive.ts";
import { GUILD, worldOf } from "./_world.ts";

/** Which guilds came since the last look, and whether they were joined. */
function joined(hand: Hand): unknown[] {
  return hand.outputs.splice(0).flatMap((output) =>
    output.kind === "GUILD_CREATE" ? [[output.data.id, output.joined]] : []
  );
}

/** A session of a bot that is in guild 1. */
function begun(): Hand {
  const hand = new Hand({ intents: 1 }).start().open().hello();
  const guilds = [{ id: "1", unavailable: true }];
  return hand.dispatch(1, "READY", {
    session_id: "one",
    resume_gateway_url: "wss://gateway.discord.gg",
    guilds,
  });
}

test("GuildCreateEvent: says whether the guild was joined, or became available", () => {
  const hand = begun();
  hand.dispatch(2, "GUILD_CREATE", { id: "1" }).dispatch(3, "GUILD_CREATE", { id: "2", unavailable: false });
  assertEquals(joined(hand), [["1", false], ["2", true]]);
  // An outage takes them away, and they come back.
  for (const [at, id] of ["1", "2"].entries()) {
    hand.dispatch(4 + at, "GUILD_DELETE", { id, unavailable: true });
  }
  hand.dispatch(6, "GUILD_CREATE", { id: "1" }).dispatch(7, "GUILD_CREATE", { id: "2" });
  assertEquals(joined(hand), [["1", false], ["2", false]]);
  // Thrown out, and asked in again.
  hand.dispatch(8, "GUILD_DELETE", { id: "1" }).dispatch(9, "GUILD_CREATE", { id: "1" });
  assertEquals(joined(hand), [["1", true]]);
  // Joined while it is not there: that counts once it is.
  hand.dispatch(10, "GUILD_CREATE", { id: "3", unavailable: true }).dispatch(11, "GUILD_CREATE", { id: "3" });
  assertEquals(joined(hand), [["3", false], ["3", true]]);
});

test("GuildCreateEvent: is as of its time when it is read later, and after a resume", () => {
  const hand = begun();
  hand.outputs.length = 0;
  hand.dispatch(2, "GUILD_CREATE", { id: "2" }).dispatch(3, "GUILD_DELETE", { id: "2", unavailable: true });
  hand.dispatch(4, "GUILD_CREATE", { id: "2" });
  assertEquals(joined(hand), [["2", true], ["2", false]]);
  hand.lost().wait(1_000).open().hello().dispatch(5, "GUILD_CREATE", { id: "4" }).dispatch(6, "RESUMED");
  assertEquals(joined(hand), [["4", true]]);
});

test("GuildCreateEvent: knows of a GUILD_DELETE that nobody wants to hear of", () => {
  const hand = new Hand({ intents: 1, events: ["GUILD_CREATE"] }).start().open().hello();
  hand.dispatch(1, "READY", { session_id: "one", guilds: [{ id: "1" }] });
  hand.dispatch(2, "GUILD_DELETE", { id: "1" }).dispatch(3, "GUILD_CREATE", { id: "1", unavailable: false });
  assertEquals(joined(hand), [["1", true]]);
});

test("GuildCreateEvent: a GUILD_DELETE that is none ends nothing", () => {
  const hand = begun();
  hand.outputs.length = 0;
  hand.raw('{"t":"GUILD_DELETE","s":2,"op":0,"d":{"id":}}').dispatch(3, "GUILD_CREATE", { id: "1" });
  assertEquals(joined(hand), [["1", false]]);
});

test("GuildCreateEvent: shows when it is logged and in JSON", () => {
  const hand = begun();
  hand.outputs.length = 0;
  hand.dispatch(2, "GUILD_CREATE", { id: "2" });
  const [event] = hand.outputs;
  assertEquals(JSON.parse(JSON.stringify(event)).joined, true);
  assertEquals(/joined: true/.test(logged(event)), true);
});

test("GuildCreateEvent: in a session that an earlier run has begun it goes by `unavailable`", async () => {
  const { world, server, connect } = worldOf({ resumeWindow: 3_600_000 });
  const store = new MemorySessionStore();
  const one = await connect({ intents: 1, store, holder: "bot" });
  await world.run(2_000);
  await world.until(one.close({ resumable: true }));
  const told: unknown[] = [];
  const two = await connect({ intents: 1, store, holder: "bot" }, (gateway) => {
    gateway.on("GUILD_CREATE", ({ data, joined }) => told.push([data.id, joined]));
  });
  const dispatch = (d: unknown) => server.command({ kind: "dispatch", t: "GUILD_CREATE", d });
  await dispatch({ id: "7" });
  await dispatch({ id: GUILD, unavailable: false });
  await world.run(1_000);
  assertEquals(told, [["7", true], [GUILD, false]]);
  await world.until(two.close());
});
