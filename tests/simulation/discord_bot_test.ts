import { discordBotBugs } from "./discord_bot_bugs.ts";
import { discordBotWorld } from "./discord_bot_world.ts";
import { checkSeeds, plantedBugs } from "./_suite.ts";

checkSeeds(discordBotWorld, 60);
plantedBugs(discordBotWorld, Object.keys(discordBotBugs), 100);
