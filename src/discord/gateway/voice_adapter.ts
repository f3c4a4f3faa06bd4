import type {
  GatewayVoiceServerUpdateDispatchData,
  GatewayVoiceStateUpdateDispatchData,
} from "discord-api-types/v10";
import { isRecord } from "../../protocol/data/json_value.ts";
import type { DiscordGateway } from "./client.ts";
import { shardIdFor } from "./shards/shard_id.ts";
import { Intents } from "./wire/intents.ts";
import { Opcode } from "./wire/opcodes.ts";

/** What a voice library wants to be told; `DiscordGatewayAdapterLibraryMethods` of `@discordjs/voice` is one. */
export interface VoiceMethods {
  /** Where the guild's voice server is. */
  onVoiceServerUpdate(data: GatewayVoiceServerUpdateDispatchData): void;
  /** Where the bot itself is. */
  onVoiceStateUpdate(data: GatewayVoiceStateUpdateDispatchData): void;
  /** Nothing more will come: the gateway has ended, or the bot has left the guild. */
  destroy(): void;
}

/** What a voice library may do; `DiscordGatewayAdapterImplementerMethods` of `@discordjs/voice`. */
export interface VoiceAdapter {
  /**
   * Sends an Update Voice State (op 4) through the guild's shard, once that has a session. False: it cannot be sent. One
   * that fails later is an `undelivered` event.
   */
  sendPayload(payload: unknown): boolean;
  /** Listens no more. */
  destroy(): void;
}

/**
 * Joins a voice library to a gateway, for one guild: what it returns is the `adapterCreator` that `joinVoiceChannel` of
 * `@discordjs/voice` takes, and as easily called by yourself for what speaks to Lavalink. parley itself does no voice.
 *
 * Source: Discord, "Voice", Connecting to Voice.
 *
 * @throws {CommandError} `invalid_command`, when the library takes it, if the gateway is not told of VOICE_STATE_UPDATE
 * (the intent `GuildVoiceStates`) and VOICE_SERVER_UPDATE.
 *
 * @example
 * ```ts
 * import { DiscordGateway, Intents, voiceAdapter } from "@parley/parley/discord";
 *
 * const gateway = new DiscordGateway({ token: "a.bot.token", intents: Intents.GuildVoiceStates });
 * const adapterCreator = voiceAdapter(gateway, "197038439483310086");
 * // joinVoiceChannel({ channelId, guildId, adapterCreator }), or for a library of your own:
 * const adapter = adapterCreator({
 *   onVoiceStateUpdate: ({ session_id }) => console.log(session_id),
 *   onVoiceServerUpdate: ({ endpoint }) => console.log(endpoint),
 *   destroy: () => console.log("over"),
 * });
 * adapter.destroy();
 * ```
 */
export function voiceAdapter(
  gateway: DiscordGateway,
  guildId: string,
): (methods: VoiceMethods) => VoiceAdapter {
  return (methods) => {
    const undos = [
      gateway.keep({
        events: ["VOICE_STATE_UPDATE", "VOICE_SERVER_UPDATE"],
        intents: Intents.GuildVoiceStates,
        take(event) {
          if (event.kind === "VOICE_SERVER_UPDATE") {
            if (event.data.guild_id === guildId) methods.onVoiceServerUpdate(event.data);
          } else if (event.kind === "VOICE_STATE_UPDATE") {
            const { guild_id, user_id } = event.data;
            if (guild_id === guildId && user_id === gateway.userId) methods.onVoiceStateUpdate(event.data);
          } else if (event.kind === "GUILD_DELETE") {
            if (event.data.id === guildId && event.data.unavailable !== true) over();
          }
        },
      }),
      gateway.on("closed", () => over()),
    ];
    const destroy = () => undos.splice(0).forEach((undo) => undo());
    const over = () => {
      destroy();
      methods.destroy();
    };
    const isOurs = () => {
      const { shards } = gateway;
      return shards.length > 0 && shards.some(({ id }) => id === shardIdFor(guildId, gateway.shardCount));
    };
    return {
      destroy,
      sendPayload(payload) {
        const data = isRecord(payload) && payload.op === Opcode.VoiceStateUpdate ? payload.d : undefined;
        if (!isRecord(data) || data.guild_id !== guildId || undos.length === 0 || !isOurs()) return false;
        const { channel_id, self_mute, self_deaf } = data;
        if (channel_id !== null && typeof channel_id !== "string") return false;
        void gateway.updateVoiceState({
          guild_id: guildId,
          channel_id,
          self_mute: self_mute === true,
          self_deaf: self_deaf === true,
        });
        return true;
      },
    };
  };
}
