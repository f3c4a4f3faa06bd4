/**
 * The NOTICE ids that refuse a JOIN.
 * ([Twitch IRC, NOTICE message ids](https://dev.twitch.tv/docs/irc/msg-id/))
 */
export const REFUSES_JOIN: ReadonlySet<string> = new Set([
  "msg_banned",
  "msg_channel_blocked",
  "msg_channel_suspended",
  "msg_room_not_found",
  "tos_ban",
]);

// Besides those that begin with `msg_`, every one of which says why a message was not taken.
const REFUSES_SAY: ReadonlySet<string> = new Set([
  "invalid_user",
  "no_help",
  "no_permission",
  "tos_ban",
  "unavailable_command",
  "unrecognized_cmd",
]);

/** Whether a NOTICE with this id says that a message was refused. */
export function isRefusal(id: string): boolean {
  return id.startsWith("msg_") || /^(?:bad|usage|whisper)_/.test(id) || REFUSES_SAY.has(id);
}
