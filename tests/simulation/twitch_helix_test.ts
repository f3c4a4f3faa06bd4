import { checkSeeds, plantedBugs } from "./_suite.ts";
import { twitchHelixWorld } from "./twitch_helix_world.ts";

checkSeeds(twitchHelixWorld, { fixed: 10, fresh: 20 });
plantedBugs(twitchHelixWorld);
