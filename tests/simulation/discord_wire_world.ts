import type { World } from "../../testing/world/checking/search.ts";
import { drawWire } from "./_discord_wire.ts";
import { discordWireBugs } from "./_discord_wire_bugs.ts";
import { type DiscordAct, discordWorld, runDiscord, setupOf } from "./discord_world.ts";

/**
 * The same as Discord's world, spoken in every encoding and compression: streams are cut anywhere, come many messages
 * in one read, and are corrupted.
 */
export const discordWireWorld: World<DiscordAct> = {
  ...discordWorld,
  name: "discord wire",
  identifier: "discordWireWorld",
  bugs: discordWireBugs,
  run: (seed, plan, bug) => {
    const wireBug = bug === undefined ? undefined : discordWireBugs[bug];
    return runDiscord({ ...setupOf(seed), shards: 1 + seed % 2, seed, plan, wire: drawWire(seed), wireBug });
  },
};
