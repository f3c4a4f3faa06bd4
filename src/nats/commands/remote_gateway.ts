import type {
  GatewayRequestChannelInfoData,
  GatewayRequestGuildMembersData,
  GatewayVoiceStateUpdateData,
} from "discord-api-types/v10";
import { shardIdFor } from "../../discord/gateway/shards/shard_id.ts";
import type { SendOptions } from "../../discord/gateway/shards/shard_info.ts";
import { encodeCommand, type GatewayCommand, type Presence } from "../../discord/gateway/wire/command.ts";
import { sleepUntil, within } from "../../driver/clock/clock.ts";
import { type Host, hostWith } from "../../driver/host.ts";
import { CommandError, ConnectionError, OptionError } from "../../protocol/errors.ts";
import { dialer } from "../../transport/dial.ts";
import {
  type CommandAnswer,
  type CommandRequest,
  commandSubject,
  isGuild,
  readAnswer,
} from "./command_message.ts";
import { isNoResponders, isNotPermitted, type NatsConnection } from "./connection.ts";

/** Where the commands of a bot go. */
export interface CommandOptions {
  /** A connection to NATS that is yours: what `connect()` of `@nats-io/transport-node` resolves to. */
  readonly connection: NatsConnection;
  /** The bot's application id, or whatever else names it: the subjects of its commands are called by it. */
  readonly application: string;
}

/** What {@linkcode RemoteGateway} takes. */
export interface RemoteGatewayOptions extends CommandOptions {
  /** For how long a command waits to be sent, in milliseconds. @default {10_000} */
  readonly timeout?: number;
  /** Parts of the outside to replace: its `clock` counts. */
  readonly runtime?: Partial<Host>;
}

const TIMEOUT = 10_000;
/** What nobody holds is asked for again after so long, in milliseconds: a shard that moves is away for about that. */
const AGAIN = 250;

const decoder = new TextDecoder();

/**
 * What bots send through the gateway, from a process that holds no shard of it: each command goes to the process of a
 * {@linkcode discordFleet} that holds the guild's shard, however many there are and wherever that moves. It resolves once
 * it was handed to an open link there, and is never sent twice.
 *
 * What answers a command, such as GUILD_MEMBERS_CHUNK, comes as an event by the stream, to the worker that handles the
 * guild.
 *
 * @example A worker that joins voice channels
 * ```ts no-eval
 * import { type NatsConnection, RemoteGateway } from "@parley/parley/nats";
 *
 * async function join(connection: NatsConnection, guild: string, channel: string): Promise<void> {
 *   const gateway = new RemoteGateway({ connection, application: "81384788765712384" });
 *   await gateway.updateVoiceState({ guild_id: guild, channel_id: channel, self_mute: false, self_deaf: true });
 * }
 * ```
 */
export class RemoteGateway {
  readonly #options: RemoteGatewayOptions;
  readonly #clock: Host["clock"];
  readonly #timeout: number;
  /** How many slots there are, as far as is known. */
  #slots = 1;

  /**
   * Takes the options.
   *
   * @throws {OptionError} if one is not acceptable.
   */
  constructor(options: RemoteGatewayOptions) {
    const { application, timeout = TIMEOUT, runtime } = options;
    if (application === "") throw new OptionError("Cannot send commands: `application` is empty");
    if (!(timeout > 0 && timeout < Infinity)) {
      throw new OptionError(`Cannot wait "${timeout}" ms: \`timeout\` must be positive and finite`);
    }
    this.#options = options;
    this.#timeout = timeout;
    this.#clock = hostWith(dialer(), runtime).clock;
  }

  /**
   * Updates the bot's presence, on one shard or on all. Sessions that a shard begins later have it, too, whichever
   * process it is in then: it holds until another is asked for, over the option `presence` of the fleet.
   *
   * @throws as {@linkcode RemoteGateway.send} does.
   */
  async updatePresence(
    data: Presence,
    options: SendOptions & { readonly shard?: number } = {},
  ): Promise<void> {
    const command = { kind: "presence", data } as const;
    if (options.shard !== undefined) return await this.send(options.shard, command, options);
    checkCommand(command);
    const until = this.#until();
    await this.#ask(() => 0, {}, until, options);
    const slots = Array.from({ length: this.#slots }, (_, slot) => slot);
    await Promise.all(slots.map((slot) => this.#ask(() => slot, { command }, until, options)));
  }

  /**
   * Joins, moves between, or leaves voice channels of a guild.
   *
   * @throws as {@linkcode RemoteGateway.send} does.
   */
  updateVoiceState(data: GatewayVoiceStateUpdateData, options: SendOptions = {}): Promise<void> {
    return this.#forGuild(data.guild_id, { kind: "voice_state", data }, options);
  }

  /**
   * Asks for members of a guild; `GUILD_MEMBERS_CHUNK` events answer, which the nonce tells from others. An empty query
   * needs the intent `GuildMembers`, and `presences` need `GuildPresences`.
   *
   * @throws as {@linkcode RemoteGateway.send} does.
   */
  requestGuildMembers(data: GatewayRequestGuildMembersData, options: SendOptions = {}): Promise<void> {
    return this.#forGuild(data.guild_id, { kind: "request_guild_members", data }, options);
  }

  /**
   * Asks for the soundboard sounds of guilds, each through its own shard; SOUNDBOARD_SOUNDS events answer.
   *
   * @throws as {@linkcode RemoteGateway.send} does.
   */
  async requestSoundboardSounds(guildIds: readonly string[], options: SendOptions = {}): Promise<void> {
    await Promise.all(
      guildIds.map((id) =>
        this.#forGuild(id, { kind: "request_soundboard_sounds", data: { guild_ids: [id] } }, options)
      ),
    );
  }

  /**
   * Asks for what is short-lived of a guild's channels, such as voice channels' status; a CHANNEL_INFO event answers.
   *
   * @throws as {@linkcode RemoteGateway.send} does.
   */
  requestChannelInfo(data: GatewayRequestChannelInfoData, options: SendOptions = {}): Promise<void> {
    return this.#forGuild(data.guild_id, { kind: "request_channel_info", data }, options);
  }

  /**
   * Sends any command through one shard; resolves once it was handed to an open link there. It waits for whoever takes
   * the shard up, for a session and for the rate limit, but no longer than `timeout`.
   *
   * @throws {CommandError} `invalid_command` if it is not acceptable, or there is no such shard; `unconfirmed` if the
   * process that holds it did not answer in time; what became of it there.
   * @throws {ConnectionError} `unreachable` if no process holds the shard, `not_permitted` if NATS lets this connection
   * ask nobody: nothing was sent.
   * @throws the signal's reason if it is aborted.
   */
  async send(shard: number, command: GatewayCommand, options: SendOptions = {}): Promise<void> {
    if (!(Number.isSafeInteger(shard) && shard >= 0)) {
      throw new CommandError("invalid_command", `Cannot send through shard "${shard}": its id is 0 or more`);
    }
    checkCommand(command);
    await this.#ask((slots) => shard % slots, { shard, command }, this.#until(), options);
  }

  /**
   * Asks how many shards the bot has in all.
   *
   * @throws {ConnectionError} `unreachable` if no process holds shard 0, `not_permitted` if NATS lets this connection ask
   * nobody; {@linkcode CommandError} `unconfirmed` if it did not answer in time.
   * @throws the signal's reason if it is aborted.
   */
  async shardCount(options: SendOptions = {}): Promise<number> {
    return (await this.#ask(() => 0, {}, this.#until(), options)).shards;
  }

  async #forGuild(guild: string, command: GatewayCommand, options: SendOptions): Promise<void> {
    if (!isGuild(guild)) {
      throw new CommandError(
        "invalid_command",
        `Cannot send ${command.kind} for "${guild}": that is no guild's id`,
      );
    }
    checkCommand(command);
    await this.#ask((slots) => shardIdFor(guild, slots), { guild, command }, this.#until(), options);
  }

  #until(): number {
    return this.#clock.now() + this.#timeout;
  }

  /** Asks whoever holds a slot, wherever that may turn out to be; `slotOf`: which one, by how many there are. */
  async #ask(
    slotOf: (slots: number) => number,
    request: Omit<CommandRequest, "within">,
    until: number,
    { signal }: SendOptions,
  ): Promise<CommandAnswer> {
    let slots = this.#slots;
    for (;;) {
      const slot = slotOf(slots);
      const answer = await this.#answer(slot, request, until, signal);
      // There may be fewer than there were: the first knows, which there always is.
      slots = answer?.slots ?? 1;
      if (answer !== undefined) {
        this.#slots = slots;
        if (answer.error !== undefined) throw new CommandError(answer.error.code, answer.error.message);
        if (answer.done || request.command === undefined) return answer;
        if (slotOf(slots) !== slot) continue;
      }
      if (this.#clock.now() + AGAIN >= until) throw heldByNobody(request, slot);
      await sleepUntil(this.#clock, this.#clock.now() + AGAIN, signal);
    }
  }

  /** What whoever holds a slot answers; undefined if nobody does. */
  async #answer(
    slot: number,
    request: Omit<CommandRequest, "within">,
    until: number,
    signal: AbortSignal | undefined,
  ): Promise<CommandAnswer | undefined> {
    const { connection, application } = this.#options;
    const left = Math.max(1, until - this.#clock.now());
    const subject = commandSubject(application, slot);
    const text = JSON.stringify({ ...request, within: left } satisfies CommandRequest);
    const ask = () => connection.request(subject, text, { timeout: left });
    let cause: unknown;
    try {
      const answer = await within(this.#clock, left, "No answer came", ask, signal);
      const read = readAnswer(decoder.decode(answer.data));
      if (read !== undefined) return read;
    } catch (error) {
      signal?.throwIfAborted();
      if (isNoResponders(error)) return undefined;
      if (isNotPermitted(error)) throw notPermitted(request, subject, error);
      cause = error;
    }
    const message =
      `Nobody can know whether ${nameOf(request)} was sent: the process that holds slot "${slot}" ` +
      `has not answered within ${this.#timeout / 1_000} s`;
    throw new CommandError("unconfirmed", message, { cause });
  }
}

/** @throws {CommandError} `invalid_command` if it is not acceptable. */
function checkCommand(command: GatewayCommand): void {
  encodeCommand(command);
}

function nameOf({ command }: Omit<CommandRequest, "within">): string {
  return command === undefined ? "a question" : `"${command.kind}"`;
}

function heldByNobody(request: Omit<CommandRequest, "within">, slot: number): ConnectionError {
  const why = "start one, or try again once another has taken it over";
  return new ConnectionError(
    "unreachable",
    `Cannot send ${nameOf(request)}: no process holds slot "${slot}" of the fleet; ${why}`,
  );
}

function notPermitted(
  request: Omit<CommandRequest, "within">,
  subject: string,
  cause: unknown,
): ConnectionError {
  const why = `NATS does not permit this connection to publish to "${subject}"`;
  return new ConnectionError("not_permitted", `Cannot send ${nameOf(request)}: ${why}`, { cause });
}
