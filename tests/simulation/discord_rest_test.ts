import { discordRestWorld } from "./discord_rest_world.ts";
import { checkSeeds, plantedBugs } from "./_suite.ts";

checkSeeds(discordRestWorld, { fixed: 10, fresh: 20 });
plantedBugs(discordRestWorld);
