import { discordWireWorld } from "./discord_wire_world.ts";
import { checkSeeds, plantedBugs } from "./_suite.ts";

checkSeeds(discordWireWorld, { fixed: 10, fresh: 20 });
plantedBugs(discordWireWorld);
