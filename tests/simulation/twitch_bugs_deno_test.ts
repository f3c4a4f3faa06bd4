import { plantedBugs } from "./_suite.ts";
import { twitchWorld } from "./twitch_world.ts";

// Apart from the other tests of this world, so that both run at once.
plantedBugs(twitchWorld, 100);
