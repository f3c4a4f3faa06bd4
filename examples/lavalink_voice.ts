/**
 * Joins a voice channel for Lavalink, which does the voice: it wants to know which voice server Discord has given the
 * bot, and under which session. Music is then asked of Lavalink itself.
 *
 * ```ts no-eval
 * const join = lavalinkVoice(gateway, { url: "http://localhost:2333", password, session }, guildId);
 * join(channelId);
 * ```
 *
 * @module
 */
import { type DiscordGateway, voiceAdapter } from "@parley/parley/discord";

/** Where Lavalink is, and the session that its WebSocket has begun with `ready`. */
export interface Lavalink {
  readonly url: string;
  readonly password: string;
  readonly session: string;
  readonly fetch?: typeof fetch;
}

/** Returns what joins a channel, or leaves with null, and tells Lavalink of it. */
export function lavalinkVoice(
  gateway: DiscordGateway,
  { url, password, session, fetch = globalThis.fetch }: Lavalink,
  guildId: string,
): (channelId: string | null) => boolean {
  const player = `${url}/v4/sessions/${session}/players/${guildId}`;
  const headers = { authorization: password, "content-type": "application/json" };
  let own = { sessionId: "", channelId: "" };
  const adapter = voiceAdapter(gateway, guildId)({
    onVoiceStateUpdate({ session_id, channel_id }) {
      if (channel_id === null) void fetch(player, { method: "DELETE", headers });
      else own = { sessionId: session_id, channelId: channel_id };
    },
    onVoiceServerUpdate({ token, endpoint }) {
      // Without an endpoint the voice server is gone, and another is to come.
      if (endpoint === null) return;
      const body = JSON.stringify({ voice: { token, endpoint, ...own } });
      void fetch(player, { method: "PATCH", headers, body });
    },
    destroy() {},
  });
  return (channel_id) =>
    adapter.sendPayload({ op: 4, d: { guild_id: guildId, channel_id, self_deaf: true, self_mute: false } });
}
