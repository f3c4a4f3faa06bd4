import { discordBotWorld } from "./discord_bot_world.ts";
import { discordRestWorld } from "./discord_rest_world.ts";
import { discordWireWorld } from "./discord_wire_world.ts";
import { discordReshardWorld } from "./discord_reshard_world.ts";
import { discordWorld } from "./discord_world.ts";
import { chatFleetWorld } from "./chat_fleet_world.ts";
import { fleetWorld } from "./fleet_world.ts";
import { kitDiscordWorld } from "./kit_discord_world.ts";
import { kitIrcWorld } from "./kit_irc_world.ts";
import { kitTwitchWorld } from "./kit_twitch_world.ts";
import { ircClientWorld } from "./irc_client_world.ts";
import { ircWorld } from "./irc_world.ts";
import { twitchClientWorld } from "./twitch_client_world.ts";
import { twitchEventSubChatWorld } from "./twitch_eventsub_chat_world.ts";
import { twitchEventSubWorld } from "./twitch_eventsub_world.ts";
import { twitchHelixWorld } from "./twitch_helix_world.ts";
import { twitchTokenWorld } from "./twitch_token_world.ts";
import { twitchWorld } from "./twitch_world.ts";
import type { World } from "../../testing/world/checking/search.ts";

/** Every kind of world there is. */
export const worlds: readonly World<unknown>[] = [
  ircWorld,
  ircClientWorld,
  twitchWorld,
  twitchClientWorld,
  twitchTokenWorld,
  twitchHelixWorld,
  twitchEventSubWorld,
  twitchEventSubChatWorld,
  discordWorld,
  discordBotWorld,
  discordRestWorld,
  discordWireWorld,
  discordReshardWorld,
  fleetWorld,
  chatFleetWorld,
  kitDiscordWorld,
  kitIrcWorld,
  kitTwitchWorld,
];
