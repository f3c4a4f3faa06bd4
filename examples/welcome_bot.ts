/**
 * A welcome bot: it greets whoever joins, in the guild and by a direct message, and introduces itself where it is new.
 *
 *     DISCORD_TOKEN=… deno run -A examples/welcome_bot.ts
 *
 * @module
 */
import * as discord from "@parley/parley/discord";
import { createDm, getGuild } from "@parley/parley/discord/rest";

/** The bot, not connected yet. */
export function welcomeBot(options: discord.DiscordGatewayOptions = {}): discord.DiscordGateway {
  const gateway = new discord.DiscordGateway({ ...options, events: ["GUILD_CREATE", "GUILD_MEMBER_ADD"] });
  const say = (to: string | null, content: string) => to && gateway.rest.createMessage(to, { content });

  gateway.on("GUILD_MEMBER_ADD", async ({ data: { guild_id, user } }) => {
    const { name, system_channel_id } = await getGuild(gateway.rest, guild_id);
    await say(system_channel_id, `Welcome, ${discord.mentionUser(user.id)}!`);
    await say((await createDm(gateway.rest, user.id)).id, `Welcome to **${discord.escapeMarkdown(name)}**!`);
  });
  gateway.on("GUILD_CREATE", ({ data, joined }) => joined && say(data.system_channel_id, "Hello!"));
  return gateway;
}

if (import.meta.main) await welcomeBot().connect();
