import { checkSeeds, plantedBugs } from "./_suite.ts";
import { kitDiscordWorld } from "./kit_discord_world.ts";
import { kitIrcWorld } from "./kit_irc_world.ts";
import { kitTwitchWorld } from "./kit_twitch_world.ts";

checkSeeds(kitDiscordWorld, { fixed: 6, fresh: 15 });
plantedBugs(kitDiscordWorld);
checkSeeds(kitIrcWorld, { fixed: 6, fresh: 15 });
plantedBugs(kitIrcWorld);
checkSeeds(kitTwitchWorld, { fixed: 6, fresh: 15 });
plantedBugs(kitTwitchWorld);
