/**
 * A moderation bot: `!ban @who`, `!timeout @who 10` (minutes) and `!purge 20` (messages), for whoever may do it, and a word
 * on accounts that were made lately.
 *
 *     DISCORD_TOKEN=… deno run -A examples/moderation_bot.ts
 *
 * @module
 */
import { DiscordGateway, type DiscordGatewayOptions, Intents } from "@parley/parley/discord";
import * as show from "@parley/parley/discord/helpers";
import * as ask from "@parley/parley/discord/rest";
import { GuildState } from "@parley/parley/discord/state";

const MINUTE = 60_000;
const WEEK = 7 * 24 * 60 * MINUTE;
const NEEDS = [["ban", "BanMembers"], ["timeout", "ModerateMembers"], ["purge", "ManageMessages"]] as const;

/** The bot, not connected yet. */
export function moderationBot(options: DiscordGatewayOptions = {}): DiscordGateway {
  const state = new GuildState();
  const intents = state.intents | Intents.GuildMessages | Intents.MessageContent | Intents.GuildMembers;
  const gateway = new DiscordGateway({ ...options, intents });
  const { rest } = gateway;
  gateway.keep(state);

  gateway.on("MESSAGE_CREATE", async ({ data }) => {
    const words = data.content.split(" ");
    const [command, need] = NEEDS.find(([name]) => words[0] === `!${name}`) ?? [];
    const { guild_id: guild, channel_id: channel, author, member, mentions: [target] } = data;
    if (need === undefined || guild === undefined || member === undefined || author.bot) return;
    const moderator = { ...member, user: author };
    const say = (content: string) =>
      rest.createMessage(channel, { content, allowed_mentions: { parse: [] } });
    if (!show.hasPermissions(state.permissionsOf(moderator, channel), need)) return say("You may not.");
    const [count, reason] = [Number(words.at(-1)) || 10, `By ${author.username}`];
    if (command === "purge") {
      const latest = ask.listMessages(rest, channel, { limit: Math.min(count, 100) });
      const ids = await Array.fromAsync(latest, ({ id }) => id);
      return ask.bulkDeleteMessages(rest, channel, ids, { reason, skipOld: true });
    }
    if (target === undefined) return say("Whom? Mention them.");
    const other = { roles: [], ...target.member, user: target };
    if (!state.isAbove(moderator, other, guild)) return say("They are not below you.");
    const until = new Date(Date.now() + count * MINUTE);
    if (command === "timeout") await ask.timeoutGuildMember(rest, guild, target.id, until, { reason });
    else await ask.createGuildBan(rest, guild, target.id, { delete_message_seconds: 3_600 }, { reason });
    await say(`${show.mentionUser(target.id)}: ${command}.`);
  });

  gateway.on("GUILD_MEMBER_ADD", async ({ data: { guild_id, user } }) => {
    const made = Number(show.snowflakeTime(user.id));
    const log = state.guild(guild_id)?.data.system_channel_id;
    if (!log || made < Date.now() - WEEK) return;
    const description = `${show.mentionUser(user.id)} was made ${show.timestamp(made, "R")}`;
    await rest.createMessage(log, { embeds: [{ description, thumbnail: { url: show.avatarUrl(user) } }] });
  });
  return gateway;
}

if (import.meta.main) await moderationBot().connect();
