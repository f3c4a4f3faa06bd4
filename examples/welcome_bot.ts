/**
 * A welcome bot: it greets whoever joins, in the guild and by a direct message, and introduces itself where it is new.
 *
 *     DISCORD_TOKEN=… deno run -A examples/welcome_bot.ts
 *
 * @module
 */
import { DiscordGateway, type DiscordGatewayOptions, Intents } from "@parley/parley/discord";
import { escapeMarkdown, mentionUser } from "@parley/parley/discord/helpers";
import { createDm, getGuild } from "@parley/parley/discord/rest";
import process from "node:process";

/** The bot, not connected yet. */
export function welcomeBot(options: Omit<DiscordGatewayOptions, "intents">): DiscordGateway {
  const gateway = new DiscordGateway({ ...options, intents: Intents.Guilds | Intents.GuildMembers });
  const say = (to: string | null, content: string) => to && gateway.rest.createMessage(to, { content });

  gateway.on("GUILD_MEMBER_ADD", async ({ data: { guild_id, user } }) => {
    const guild = await getGuild(gateway.rest, guild_id);
    await say(guild.system_channel_id, `Welcome, ${mentionUser(user.id)}!`);
    await say((await createDm(gateway.rest, user.id)).id, `Welcome to **${escapeMarkdown(guild.name)}**!`);
  });
  gateway.on("GUILD_CREATE", ({ data, joined }) => joined && say(data.system_channel_id, "Hello!"));
  return gateway;
}

if (import.meta.main) await welcomeBot({ token: process.env.DISCORD_TOKEN ?? "" }).connect();
