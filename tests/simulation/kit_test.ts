import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { checkSeeds, plantedBugs } from "./_suite.ts";
import { kitDiscordWorld } from "./kit_discord_world.ts";
import { kitIrcWorld } from "./kit_irc_world.ts";
import { kitTwitchWorld } from "./kit_twitch_world.ts";

checkSeeds(kitDiscordWorld, { fixed: 6, fresh: 15 });
plantedBugs(kitDiscordWorld);
checkSeeds(kitIrcWorld, { fixed: 6, fresh: 15 });
plantedBugs(kitIrcWorld);
checkSeeds(kitTwitchWorld, { fixed: 6, fresh: 15 });
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
