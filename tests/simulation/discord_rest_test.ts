import { discordRestWorld } from "./discord_rest_world.ts";
import { checkSeeds, plantedBugs } from "./_suite.ts";

checkSeeds(discordRestWorld);
plantedBugs(discordRestWorld);
