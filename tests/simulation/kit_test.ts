import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { checkSeeds, plantedBugs } from "./_suite.ts";
import { kitDiscordWorld } from "./kit_discord_world.ts";
import { kitIrcWorld } from "./kit_irc_world.ts";
import { kitTwitchWorld } from "./kit_twitch_world.ts";

checkSeeds(kitDiscordWorld);
plantedBugs(kitDiscordWorld);
checkSeeds(kitIrcWorld);
plantedBugs(kitIrcWorld);
checkSeeds(kitTwitchWorld);
plantedBugs(kitTwitchWorld);

test("kit discord world: a gap may begin when a link had opened before the process stood still", async () => {
  const command = { kind: "close", code: 4000 } as const;
  const { violations } = await kitDiscordWorld.run(31003469, [
    { kind: "silence", at: 67826, ms: 4958, directions: ["to client", "to server"] },
    { kind: "freeze", at: 73994, ms: 8045, client: "bot" },
    { kind: "act", at: 101818, act: { kind: "server", at: 101818, command } },
  ]);
  assertEquals(violations, []);
});

test("kit discord world: a process may tell a gap behind a session that another has begun and not saved", async () => {
  const restart = { kind: "restart", at: 827, how: "killed", after: 981 } as const;
  const { violations } = await kitDiscordWorld.run(41000640, [{ kind: "act", at: 827, act: restart }]);
  assertEquals(violations, []);
});

test("kit irc world: what somebody says behind their own PART, since the server holds up who types fast, is heard by nobody", async () => {
  const { violations } = await kitIrcWorld.run(41002347, []);
  assertEquals(violations, []);
});
