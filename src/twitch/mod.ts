/**
 * Twitch chat: typed messages, a session that does no I/O, and the client that runs it.
 *
 * @example Read a channel's chat, anonymously
 * ```ts
 * import { TwitchClient } from "@parley/parley/twitch";
 *
 * async function read(channel: string): Promise<void> {
 *   await using chat = await TwitchClient.connect({ channels: [channel] });
 *   for await (const event of chat) {
 *     if (event.kind === "PRIVMSG") console.log(event.sender.name, event.text);
 *   }
 * }
 * ```
 *
 * @module
 */
export type { TwitchAnswer, TwitchAsk } from "./actions.ts";
export { TwitchBadge } from "./badges.ts";
export * from "./client.ts";
export { channelName, type TwitchCommand, type TwitchSayCommand } from "./command.ts";
export type { TwitchTimeouts } from "./connection.ts";
export { TwitchEmote } from "./emotes.ts";
export * from "./event.ts";
export { TwitchLoginError } from "./login.ts";
export * from "./message.ts";
export { TwitchClearChatEvent, TwitchClearMsgEvent } from "./moderation.ts";
export type { TwitchNoticeId } from "./notice.ts";
export { TWITCH_URL, type TwitchLimits, type TwitchSessionOptions } from "./options.ts";
export type { TwitchAccepted } from "./outlet.ts";
export * from "./pool.ts";
export { type TwitchPinnedChat, TwitchPrivmsgEvent, TwitchReply } from "./privmsg.ts";
export * from "./refreshing_token.ts";
export * from "./refusal.ts";
export { TwitchSender } from "./sender.ts";
export { TwitchSession } from "./session.ts";
export { TwitchSharedChat } from "./shared_chat.ts";
export * from "./split.ts";
export { TwitchGlobalUserStateEvent, TwitchRoomStateEvent, TwitchUserStateEvent } from "./state.ts";
export type { TwitchTags } from "./tags.ts";
export type { TwitchUser } from "./user.ts";
export type * from "./user_notice.ts";
export { TwitchUserNoticeEvent } from "./user_notice_event.ts";
export { TwitchWhisperEvent } from "./whisper.ts";
