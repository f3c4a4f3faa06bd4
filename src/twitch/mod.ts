/**
 * Twitch chat: typed messages, a session that does no I/O, and the client that runs it.
 *
 * @example Read a channel's chat, anonymously
 * ```ts
 * import { TwitchClient } from "@parley/parley/twitch";
 *
 * async function read(channel: string): Promise<void> {
 *   await using chat = await new TwitchClient({ channels: [channel] }).connect();
 *   for await (const event of chat) {
 *     if (event.kind === "PRIVMSG") console.log(event.sender.name, event.text);
 *   }
 * }
 * ```
 *
 * @module
 */
export type { TwitchAnswer, TwitchAsk } from "./session/outputs.ts";
export * from "./auth/app_auth.ts";
export * from "./auth/auth.ts";
export * from "./auth/device_login.ts";
export { FileTokenStore } from "./auth/file_token_store.ts";
export type { TwitchAccount, TwitchIdOptions } from "./auth/id_service.ts";
export { type KeyValueStore, KvTokenStore } from "./auth/kv_token_store.ts";
export * from "./auth/login_endpoint.ts";
export { TwitchScopeError } from "./auth/scope_error.ts";
export type { TwitchTokens, TwitchTokenStore } from "./auth/tokens.ts";
export { TwitchBadge } from "./wire/senders/badges.ts";
export type * from "./chat_wire.ts";
export * from "./client.ts";
export type { TwitchTokenProvider } from "./auth/token_provider.ts";
export { channelName, type TwitchCommand, type TwitchSayCommand } from "./wire/commands/command.ts";
export type { TwitchTimeouts } from "./session/connection.ts";
export { TwitchEmote, type TwitchEmoteUrlOptions } from "./wire/texts/emotes.ts";
export { TwitchEmoteNames } from "./wire/emote_names.ts";
export * from "./wire/event.ts";
export { TwitchLoginError } from "./session/login/login.ts";
export { TwitchCapEvent } from "./wire/events/cap.ts";
export { TwitchHostTargetEvent } from "./wire/events/host_target.ts";
export * from "./wire/events/membership.ts";
export * from "./wire/message.ts";
export { TwitchClearChatEvent, TwitchClearMsgEvent } from "./wire/events/moderation.ts";
export { TwitchNoticeEvent, type TwitchNoticeId } from "./wire/events/notice.ts";
export { TWITCH_URL, type TwitchSessionOptions } from "./session/options.ts";
export type { TwitchLimits } from "./session/sending/message_permits.ts";
export { type TwitchConnectionInfo, TwitchPool, type TwitchPoolOptions } from "./session/pool.ts";
export { type TwitchPinnedChat, TwitchPrivmsgEvent, TwitchReply } from "./wire/events/privmsg.ts";
export type { TwitchMessagePart } from "./wire/texts/parts.ts";
export * from "./wire/commands/refusal.ts";
export type * from "./wire/events/said.ts";
export { TwitchSender } from "./wire/senders/sender.ts";
export { TwitchSession } from "./session/session.ts";
export { TwitchSharedChat } from "./wire/senders/shared_chat.ts";
export * from "./wire/texts/split_by_code_points.ts";
export * from "./state/chat_state.ts";
export * from "./wire/events/state.ts";
export type { LazyTags, TwitchTags } from "./wire/tags.ts";
export type { TwitchUser } from "./wire/senders/named_user.ts";
export type * from "./wire/notices/user_notice.ts";
export { TwitchUserNoticeEvent } from "./wire/notices/user_notice_event.ts";
export { TwitchWhisperEvent } from "./wire/events/whisper.ts";
