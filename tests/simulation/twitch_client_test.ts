import { checkSeeds, plantedBugs } from "./_suite.ts";
import { twitchClientWorld } from "./twitch_client_world.ts";

checkSeeds(twitchClientWorld, { fixed: 60, fresh: 100 });
plantedBugs(twitchClientWorld);
