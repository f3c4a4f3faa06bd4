/**
 * A bot that shows one thing after the other beside its name: each heartbeat that Discord has answered, some 40 s apart, brings
 * the next.
 *
 *     DISCORD_TOKEN=… deno run -A examples/presence_bot.ts
 *
 * @module
 */
import { DiscordGateway, type DiscordGatewayOptions } from "@parley/parley/discord";
import { ActivityType } from "@parley/parley/discord/types";

const SHOWN = [
  { name: "the tide", type: ActivityType.Watching },
  { name: "sea shanties", type: ActivityType.Listening },
  { name: "ships in bottles", type: ActivityType.Playing },
];

/** The bot, not connected yet. */
export function presenceBot(options: DiscordGatewayOptions = {}): DiscordGateway {
  let turn = 0;
  const presence = () => ({ activities: SHOWN.filter((_, at) => at === turn % SHOWN.length) });
  const gateway = new DiscordGateway({ ...options, intents: 0, presence: presence() });
  gateway.on("heartbeat_ack", () => {
    turn++;
    return gateway.updatePresence(presence());
  });
  return gateway;
}

if (import.meta.main) await presenceBot().connect();
