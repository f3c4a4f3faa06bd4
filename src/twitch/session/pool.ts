import { OptionError, ParleyError } from "../../protocol/errors.ts";
import { Connector, ConnectorGroup } from "../../protocol/connection/connector.ts";
import { CorePool } from "../../protocol/core/core_pool.ts";
import type { Permit } from "../../protocol/permit.ts";
import type { Instant } from "../../protocol/protocol.ts";
import type { TwitchAnswer, TwitchAsk } from "./outputs.ts";
import { MOST_WHISPERS } from "./bounds.ts";
import { channelName, type TwitchCommand } from "../wire/commands/command.ts";
import type { TwitchEvent } from "../wire/event.ts";
import { type Setup, setUp, type TwitchSessionOptions } from "./options.ts";
import { TwitchSession } from "./session.ts";

/** How a pool of Twitch sessions is set up. */
export interface TwitchPoolOptions extends Omit<TwitchSessionOptions, "connection"> {
  /**
   * How many channels share a connection; there are as many connections as that takes. With fewer, a lost link
   * takes fewer channels with it.
   *
   * @default {100}
   */
  readonly channelsPerConnection?: number;
}

/**
 * Checks the options of a pool and completes them.
 *
 * @throws {OptionError} if one is not acceptable, or there are more channels than `limits.channels`.
 */
export function setUpPool(
  options: TwitchPoolOptions,
): Setup & { readonly group: ConnectorGroup; readonly perConnection: number } {
  const { channelsPerConnection: perConnection = 100 } = options;
  if (!(Number.isSafeInteger(perConnection) && perConnection > 0)) {
    throw new OptionError(`Cannot put "${perConnection}" channels on a connection: at least 1 is needed`);
  }
  const group = new ConnectorGroup(options);
  // Each connection makes its own: what is wrong with it is said before there is any.
  new Connector({ random: options.random, backoff: options.backoff, group });
  return { ...setUp(options), group, perConnection };
}

/** How one connection of a pool is doing. */
export interface TwitchConnectionInfo {
  /** Which one, from 0 on. */
  readonly connection: number;
  /** The channels it is in, with their `#`. */
  readonly channels: readonly string[];
  /** How long Twitch took to answer its last PINGs, in milliseconds, the latest last; at most ten. */
  readonly latencies: readonly number[];
}

/**
 * Twitch chat on as many connections as its channels need, without I/O: one stream of events, one account and
 * its limits. A channel stays on the connection that it was joined on.
 *
 * **The caller's obligation** is that of every {@linkcode Protocol}: drain after each input, and call
 * `tick` no later than `deadline()`.
 *
 * @throws {OptionError} if an option is not acceptable, or there are more channels than `limits.channels`.
 *
 * @example
 * ```ts
 * import { TwitchPool } from "@parley/parley/twitch";
 *
 * const channels = ["#dallas", "#forsen", "#ronni"];
 * const pool = new TwitchPool({ channels, channelsPerConnection: 2, random: () => 0.5 });
 * pool.start(0);
 * pool.connections.length; // 2
 * ```
 */
export class TwitchPool extends CorePool<TwitchCommand, TwitchEvent, TwitchAsk, TwitchAnswer, TwitchSession> {
  readonly #options: TwitchPoolOptions;
  readonly #perConnection: number;
  readonly #mostChannels: number;
  readonly #own: string;
  /** What says when to dial, for all. */
  readonly #group: ConnectorGroup;
  readonly #whispers = new Set<string>();

  /** Takes who we are and where to be. */
  constructor(options: TwitchPoolOptions) {
    super();
    const { group, perConnection, channels, login, mostChannels } = setUpPool(options);
    this.#options = options;
    this.#group = group;
    this.#perConnection = perConnection;
    this.#mostChannels = mostChannels;
    this.#own = `#${login}`;
    for (let at = 0; at === 0 || at < channels.length; at += perConnection) {
      this.#add(channels.slice(at, at + perConnection));
    }
  }

  /** The login, in lower case; that of the first connection if anonymous. */
  get login(): string {
    return this.members[0]?.login ?? "";
  }

  /** The channels we are in, with their `#`. */
  get channels(): string[] {
    return this.members.flatMap((session) => session.channels);
  }

  /** How long Twitch took to answer the last PING of the first connection that has one, in milliseconds. */
  get latency(): number | undefined {
    return this.members.find((session) => session.latency !== undefined)?.latency;
  }

  /** How each connection is doing. */
  get connections(): TwitchConnectionInfo[] {
    return this.members.map(({ channels, latencies }, connection) => {
      return { connection, channels, latencies };
    });
  }

  /** Up to when all that was said is told, or in a gap that was; undefined: it was not there yet. */
  get heardUntil(): Instant | undefined {
    const heard = this.members.flatMap(({ heardUntil }) => heardUntil ?? []);
    return heard.length === 0 ? undefined : Math.min(...heard);
  }

  /** Nobody has heard what was said since: once all channels are joined, that is told as a gap. */
  missedSince(at: Instant): void {
    for (const session of this.members) session.missedSince(at);
  }

  /** The permits that a message to a channel, with its `#`, takes, however it is sent: the narrowest first. */
  permitsFor(channel: string): readonly Permit[] {
    const session = this.members.find((session) => session.wants(channel)) ?? this.members[0];
    return session?.permitsFor(channel) ?? [];
  }

  /**
   * Joins, parts, says or pings.
   *
   * @throws {CommandError} if it cannot be sent, or the pool has ended.
   * @throws {ParleyError} `rate_limited`, if a thousand messages are waiting already, or we would be in more
   * channels than `limits.channels`.
   */
  override command(command: TwitchCommand, ticket: number, now: Instant): void {
    super.command(command, ticket, now);
  }

  protected override memberFor(command: TwitchCommand, now: Instant): TwitchSession {
    const [first = this.#add([])] = this.members;
    if (command.kind === "ping") return first;
    const channel = channelName(command.channel);
    const there = this.members.find((session) => session.wants(channel));
    // What is said on one connection would come back on another as somebody's message.
    const speaking = this.members.find((session) => session.speaksIn(channel));
    if (command.kind !== "join" || this.isEnding) return there ?? speaking ?? first;
    if (there !== undefined) return there;
    this.#checkRoom(channel);
    const roomy = speaking ??
      this.members.find((session) => session.wanted.length < this.#perConnection);
    if (roomy !== undefined || !this.isRunning) return roomy ?? first;
    const added = this.#add([]);
    this.touch(added, now).start(now);
    return added;
  }

  /** Whether another connection has brought this already. */
  protected override isTold(event: TwitchEvent): boolean {
    if (event.kind !== "WHISPER" || this.members.length < 2) return false;
    const { message } = event;
    const key = `${message.tag("thread-id") ?? message.raw} ${message.tag("message-id") ?? ""}`;
    if (this.#whispers.has(key)) return true;
    const [oldest = ""] = this.#whispers.add(key);
    if (this.#whispers.size > MOST_WHISPERS) this.#whispers.delete(oldest);
    return false;
  }

  #add(channels: readonly string[]): TwitchSession {
    const connection = this.members.length;
    return this.add(
      new TwitchSession({ ...this.#options, channels, connection }, this.numbers, this.#group),
    );
  }

  #checkRoom(channel: string): void {
    if (channel === this.#own) return;
    let counted = 0;
    for (const session of this.members) {
      for (const wanted of session.wanted) if (!session.moderates(wanted)) counted++;
    }
    if (counted < this.#mostChannels) return;
    throw new ParleyError(
      "rate_limited",
      `Cannot join "${channel}": Twitch allows ${this.#mostChannels} channels at a time, ` +
        "part one first, or set limits.channels if the account moderates it",
    );
  }
}
