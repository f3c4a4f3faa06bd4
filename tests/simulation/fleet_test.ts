import { fleetWorld } from "./fleet_world.ts";
import { checkSeeds, plantedBugs } from "./_suite.ts";

checkSeeds(fleetWorld, { fixed: 5, fresh: 60 });
plantedBugs(fleetWorld);
