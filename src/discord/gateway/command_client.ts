import type {
  GatewayRequestChannelInfoData,
  GatewayRequestGuildMembersData,
  GatewayVoiceStateUpdateData,
} from "discord-api-types/v10";
import { Client } from "../../driver/client/client.ts";
import { CommandError } from "../../protocol/errors.ts";
import { shardIdFor } from "./shards/shard_id.ts";
import type { SendOptions } from "./shards/shard_info.ts";
import type { GatewayCommand, Presence } from "./wire/command.ts";
import type { GatewayEvent } from "./wire/event.ts";

/**
 * A client's methods for what bots send through the gateway. Each resolves once it was handed to an open link, and
 * rejects with a {@linkcode CommandError} if it cannot be sent. A promise that is left alone makes an `undelivered`
 * event if it rejects.
 *
 * Source: Discord, "Gateway Events", Send Events.
 */
export abstract class GatewayCommandClient extends Client<GatewayEvent> {
  /** How many shards the bot has in all, those of other processes included. */
  abstract get shardCount(): number;
  /** The shards of this process. */
  protected abstract get shardIds(): readonly number[];
  /** Told that a presence is wanted, which is acceptable: of one shard, or of all. */
  protected abstract presented(data: Presence, shard: number | undefined): void;
  /** Gives a command to a shard; may throw. */
  protected abstract perform(shard: number, command: GatewayCommand, options: SendOptions): Promise<void>;

  /**
   * Updates the bot's presence, on one shard or on all; sessions begun later have it too. Discord takes five
   * in 20 s from each shard: the last of more waits for that, and holds up nothing else. Resolves once it is sent, or
   * a newer one has taken its place.
   *
   * @throws {CommandError} if it is not acceptable, there is no such shard, or the client has ended.
   */
  updatePresence(data: Presence, options: SendOptions & { readonly shard?: number } = {}): Promise<void> {
    return this.commanded({ command: "updatePresence", signal: options.signal }, async () => {
      const { shard } = options;
      const ids = shard === undefined ? this.shardIds : [shard];
      const command = { kind: "presence", data } as const;
      const refused: unknown[] = [];
      const sent = ids.flatMap((id) => {
        try {
          return [this.perform(id, command, options).catch(unlessSuperseded)];
        } catch (error) {
          refused.push(error);
          return [];
        }
      });
      // One that cannot be sent now, as others wait, is acceptable all the same; no shard takes one that is not.
      if (sent.length > 0 || refused.length === 0) this.presented(data, shard);
      await Promise.all(refused.length === 0 ? sent : [...sent, Promise.reject(refused[0])]);
    });
  }

  /**
   * Joins, moves between, or leaves voice channels of a guild.
   *
   * @throws {CommandError} if it is not acceptable, or the guild belongs to a shard of another process.
   */
  updateVoiceState(data: GatewayVoiceStateUpdateData, options: SendOptions = {}): Promise<void> {
    return this.#forGuild("updateVoiceState", { kind: "voice_state", data }, options);
  }

  /**
   * Asks for members of a guild; `GUILD_MEMBERS_CHUNK` events answer. An empty query needs the intent
   * `GuildMembers`, and `presences` need `GuildPresences`.
   *
   * @throws {CommandError} if it is not acceptable, the intents are not enough, or the guild belongs to a shard of
   * another process.
   */
  requestGuildMembers(data: GatewayRequestGuildMembersData, options: SendOptions = {}): Promise<void> {
    return this.#forGuild("requestGuildMembers", { kind: "request_guild_members", data }, options);
  }

  /**
   * Asks for the soundboard sounds of guilds, each through its own shard; SOUNDBOARD_SOUNDS events answer.
   *
   * Source: Discord, "Gateway Events", Request Soundboard Sounds.
   *
   * @throws {CommandError} if it is not acceptable, or a guild belongs to a shard of another process.
   */
  requestSoundboardSounds(guildIds: readonly string[], options: SendOptions = {}): Promise<void> {
    const target = guildIds.join();
    return this.commanded(
      { command: "requestSoundboardSounds", target, signal: options.signal },
      async () => {
        const byShard = new Map<number, string[]>();
        for (const id of guildIds) {
          const shard = shardIdFor(id, this.shardCount);
          if (!this.shardIds.includes(shard)) throw noSuchShard(shard);
          byShard.set(shard, [...byShard.get(shard) ?? [], id]);
        }
        await Promise.all(
          [...byShard].map(([shard, guild_ids]) => {
            return this.perform(shard, { kind: "request_soundboard_sounds", data: { guild_ids } }, options);
          }),
        );
      },
    );
  }

  /**
   * Asks for what is short-lived of a guild's channels, such as voice channels' status; a CHANNEL_INFO event
   * answers.
   *
   * Source: Discord, "Gateway Events", Request Channel Info.
   *
   * @throws {CommandError} if it is not acceptable, or the guild belongs to a shard of another process.
   */
  requestChannelInfo(data: GatewayRequestChannelInfoData, options: SendOptions = {}): Promise<void> {
    return this.#forGuild("requestChannelInfo", { kind: "request_channel_info", data }, options);
  }

  /**
   * Sends any command through one shard; resolves once it was handed to an open link. It waits for a
   * session and for the rate limit, and survives reconnects meanwhile.
   *
   * @throws {CommandError} if it is not acceptable, there is no such shard, or the client has ended.
   */
  send(shard: number, command: GatewayCommand, options: SendOptions = {}): Promise<void> {
    const name = { command: "send", target: `shard ${shard}`, signal: options.signal };
    return this.commanded(name, () => this.perform(shard, command, options));
  }

  #forGuild(
    name: string,
    command: GatewayCommand & { readonly data: { readonly guild_id: string } },
    options: SendOptions,
  ): Promise<void> {
    const { guild_id: target } = command.data;
    return this.commanded({ command: name, target, signal: options.signal }, () => {
      return this.perform(shardIdFor(target, this.shardCount), command, options);
    });
  }
}

/** There is no such shard in this process. */
export function noSuchShard(id: number): CommandError {
  return new CommandError("invalid_command", `Cannot send through shard "${id}": this process has no such`);
}

/** What Discord shows then is newer than what was asked for. */
function unlessSuperseded(error: unknown): void {
  if (!(error instanceof CommandError && error.code === "superseded")) throw error;
}
