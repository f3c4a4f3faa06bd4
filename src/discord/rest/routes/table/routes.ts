/**
 * Every route that a bot can use, as types: nothing of it is left at run time.
 *
 * @module
 */
import type { ApplicationRoutes } from "./application.ts";
import type { ChannelRoutes } from "./channel.ts";
import type { CommandRoutes } from "./command.ts";
import type { EventRoutes } from "./event.ts";
import type { ExpressionRoutes } from "./expression.ts";
import type { GuildRoutes } from "./guild.ts";
import type { InteractionRoutes } from "./interaction.ts";
import type { InviteRoutes } from "./invite.ts";
import type { MemberRoutes } from "./member.ts";
import type { MessageRoutes } from "./message.ts";
import type { AutoModerationRoutes } from "./moderation.ts";
import type { MonetizationRoutes } from "./monetization.ts";
import type { SocialSdkRoutes } from "./social_sdk.ts";
import type { ThreadRoutes } from "./thread.ts";
import type { UserRoutes } from "./user.ts";
import type { WebhookRoutes } from "./webhook.ts";

/**
 * Discord's routes, named as its documentation writes them: what each takes beside the parameters of its path, and what
 * it answers. What is named `@unstable` by `discord-api-types` or not at all may change.
 *
 * @see https://discord.com/developers/docs/reference
 */
export interface DiscordRoutes
  extends
    ApplicationRoutes,
    ChannelRoutes,
    CommandRoutes,
    EventRoutes,
    ExpressionRoutes,
    GuildRoutes,
    InteractionRoutes,
    InviteRoutes,
    MemberRoutes,
    MessageRoutes,
    AutoModerationRoutes,
    MonetizationRoutes,
    SocialSdkRoutes,
    ThreadRoutes,
    UserRoutes,
    WebhookRoutes {}
