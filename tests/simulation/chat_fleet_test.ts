import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { chatFleetWorld } from "./chat_fleet_world.ts";
import { checkSeeds, plantedBugs } from "./_suite.ts";

checkSeeds(chatFleetWorld);
plantedBugs(chatFleetWorld);

test("chat fleet: what was said on a link that had died before that was noticed is in the gap", async () => {
  // What this once was: an account counted as heard until its client dialled again.
  const { violations } = await chatFleetWorld.run(375, [
    { kind: "act", at: 0, act: { kind: "cutOff", role: "holder", ms: 15_254 } },
    { kind: "act", at: 6_030, act: { kind: "reconnect", slot: 0 } },
    { kind: "silence", at: 15_754, directions: ["to client", "to server"] },
    { kind: "silence", at: 17_720, ms: 1_995, directions: ["to client", "to server"] },
  ]);
  assertEquals(violations, []);
});

test("chat fleet: what was said before a client was in its channels again is in the gap", async () => {
  // What this once was: a client that was let in counted as there, though it had not told yet how long it was away.
  const { violations } = await chatFleetWorld.run(412, [
    { kind: "partition", at: 3_013, ms: 16_658 },
    { kind: "act", at: 20_023, act: { kind: "cutOff", role: "holder", ms: 5_189 } },
  ]);
  assertEquals(violations, []);
});

test("chat fleet: a network of IRC is missed until its channels are joined", async () => {
  const { violations } = await chatFleetWorld.run(75, [
    { kind: "act", at: 13_702, act: { kind: "cutOff", role: "holder", ms: 9_503 } },
    {
      kind: "silence",
      at: 13_804,
      ms: 9_337,
      directions: ["to client", "to server"],
      scope: { client: "holder 1" },
    },
  ]);
  assertEquals(violations, []);
});

test("chat fleet: a process whose clock stood for a moment is off by that", async () => {
  const { violations } = await chatFleetWorld.run(847_574_355, [
    { kind: "act", at: 626, act: { kind: "deploy", role: "holder" } },
    { kind: "freeze", at: 13_560, ms: 566, client: "holder 2", first: "timers", clockStands: true },
    { kind: "act", at: 13_685, act: { kind: "server", of: "twitch", does: "drop" } },
    { kind: "act", at: 23_105, act: { kind: "cutOff", role: "holder", ms: 14_361 } },
  ]);
  assertEquals(violations, []);
});

test("chat fleet: what was on its way to a worker that was cut off comes a minute later, and all is handled then", async () => {
  const { violations } = await chatFleetWorld.run(11_499_691, [
    { kind: "partition", at: 25_136, ms: 14_270 },
    { kind: "act", at: 39_253, act: { kind: "cutOff", role: "worker", ms: 281 } },
  ]);
  assertEquals(violations, []);
});
