import { checkSeeds, plantedBugs } from "./_suite.ts";
import { twitchTokenWorld } from "./twitch_token_world.ts";

checkSeeds(twitchTokenWorld, { fixed: 10, fresh: 30 });
plantedBugs(twitchTokenWorld);
