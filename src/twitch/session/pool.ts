import { OptionError, ParleyError } from "../../protocol/errors.ts";
import { Connector, ConnectorGroup } from "../../protocol/connector.ts";
import { Numbers } from "../../protocol/outputs.ts";
import type {
  Action,
  AskFailed,
  CloseInfo,
  Data,
  Instant,
  OpenInfo,
  Output,
} from "../../protocol/protocol.ts";
import type { PermitAnswer, Protocol, ShutdownMode } from "../../protocol/protocol.ts";
import type { TwitchAnswer, TwitchAsk } from "./outputs.ts";
import { MOST_WHISPERS } from "./bounds.ts";
import { channelName, type TwitchCommand } from "../wire/command.ts";
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
export class TwitchPool implements Protocol<TwitchCommand, TwitchEvent, TwitchAsk, TwitchAnswer> {
  readonly #options: TwitchPoolOptions;
  readonly #perConnection: number;
  readonly #mostChannels: number;
  readonly #own: string;
  readonly #members: TwitchSession[] = [];
  /** Those that may have something to do or to tell. */
  readonly #touched = new Set<TwitchSession>();
  /** The members share one source of numbers: whose a link, an ask or a ticket is. */
  readonly #numbers = new Numbers();
  /** And what says when to dial. */
  readonly #group: ConnectorGroup;
  readonly #links = new Map<number, TwitchSession>();
  readonly #asks = new Map<number, TwitchSession>();
  /** The member that was given a command; forgotten with its outcome. */
  readonly #tickets = new Map<number, TwitchSession>();
  readonly #whispers = new Set<string>();
  #running = 0;
  #state: "idle" | "running" | "ending" = "idle";
  #now: Instant = 0;
  #error: Error | undefined;

  /** Takes who we are and where to be. */
  constructor(options: TwitchPoolOptions) {
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
    return this.#members[0]?.login ?? "";
  }

  /** The channels we are in, with their `#`. */
  get channels(): string[] {
    return this.#members.flatMap((session) => session.channels);
  }

  /** How long Twitch took to answer the last PING of the first connection that has one, in milliseconds. */
  get latency(): number | undefined {
    return this.#members.find((session) => session.latency !== undefined)?.latency;
  }

  /** How each connection is doing. */
  get connections(): TwitchConnectionInfo[] {
    return this.#members.map(({ channels, latencies }, connection) => {
      return { connection, channels, latencies };
    });
  }

  /** Begins. */
  start(now: Instant): void {
    this.#state = "running";
    for (const member of this.#members) this.#touch(member, now).start(now);
  }

  /** A dial succeeded. */
  opened(link: number, info: OpenInfo, now: Instant): void {
    const member = this.#links.get(link);
    if (member !== undefined) this.#touch(member, now).opened(link, info, now);
  }

  /** Takes in what came. */
  receive(link: number, data: Data, now: Instant): void {
    const member = this.#links.get(link);
    if (member !== undefined) this.#touch(member, now).receive(link, data, now);
  }

  /** The link is gone, or never opened. */
  closed(link: number, info: CloseInfo, now: Instant): void {
    const member = this.#links.get(link);
    this.#links.delete(link);
    if (member !== undefined) this.#touch(member, now).closed(link, info, now);
  }

  /** An ask was answered. */
  answered(id: number, answer: TwitchAnswer | PermitAnswer | AskFailed, now: Instant): void {
    const member = this.#asks.get(id);
    // A permit is released one day; anything else is over with its answer.
    if (answer.kind !== "permit") this.#asks.delete(id);
    if (member !== undefined) this.#touch(member, now).answered(id, answer, now);
  }

  /** Time has passed. */
  tick(now: Instant): void {
    for (const member of this.#members) {
      if (member.deadline() <= now) this.#touch(member, now).tick(now);
    }
  }

  /** The process stood still: what is read from here on may have come long before. */
  stalled(since: Instant, now: Instant): void {
    for (const member of this.#members) member.stalled(since, now);
  }

  /**
   * Joins, parts, says or pings.
   *
   * @throws {CommandError} if it cannot be sent, or the pool has ended.
   * @throws {ParleyError} `rate_limited`, if a thousand messages are waiting already, or we would be in more
   * channels than `limits.channels`.
   */
  command(command: TwitchCommand, ticket: number, now: Instant): void {
    const member = this.#memberFor(command, now);
    this.#touch(member, now).command(command, ticket, now);
    this.#tickets.set(ticket, member);
  }

  /** The user gave up on a command. */
  cancel(ticket: number, now: Instant): void {
    const member = this.#tickets.get(ticket);
    if (member !== undefined) this.#touch(member, now).cancel(ticket, now);
  }

  /** Ends, politely. */
  shutdown(mode: ShutdownMode, now: Instant): void {
    this.#state = "ending";
    for (const member of this.#members) this.#touch(member, now).shutdown(mode, now);
  }

  /** The next thing to do or to tell. */
  poll(): Output<TwitchEvent, TwitchAsk> | undefined {
    for (const member of this.#touched) {
      for (let output = member.poll(); output !== undefined; output = member.poll()) {
        if (output.kind === "end") {
          const end = this.#ended(output.error);
          if (end !== undefined) return end;
        } else if (output.kind !== "event" || !this.#told(output.event)) {
          this.#note(member, output);
          return output;
        }
      }
      this.#touched.delete(member);
    }
    return undefined;
  }

  /** When `tick` is due at the latest. */
  deadline(): Instant {
    let deadline = Infinity;
    for (const session of this.#members) deadline = Math.min(deadline, session.deadline());
    return deadline;
  }

  #add(channels: readonly string[]): TwitchSession {
    const connection = this.#members.length;
    const member = new TwitchSession({ ...this.#options, channels, connection }, this.#numbers, this.#group);
    this.#members.push(member);
    this.#running++;
    return member;
  }

  #touch(member: TwitchSession, now: Instant): TwitchSession {
    this.#now = now;
    this.#touched.add(member);
    return member;
  }

  #memberFor(command: TwitchCommand, now: Instant): TwitchSession {
    const [first = this.#add([])] = this.#members;
    if (command.kind === "ping") return first;
    const channel = channelName(command.channel);
    const there = this.#members.find((session) => session.wants(channel));
    // What is said on one connection would come back on another as somebody's message.
    const speaking = this.#members.find((session) => session.speaksIn(channel));
    if (command.kind !== "join" || this.#state === "ending") return there ?? speaking ?? first;
    if (there !== undefined) return there;
    this.#checkRoom(channel);
    const roomy = speaking ??
      this.#members.find((session) => session.wanted.length < this.#perConnection);
    if (roomy !== undefined || this.#state === "idle") return roomy ?? first;
    const added = this.#add([]);
    this.#touch(added, now).start(now);
    return added;
  }

  #checkRoom(channel: string): void {
    if (channel === this.#own) return;
    let counted = 0;
    for (const session of this.#members) {
      for (const wanted of session.wanted) if (!session.moderates(wanted)) counted++;
    }
    if (counted < this.#mostChannels) return;
    throw new ParleyError(
      "rate_limited",
      `Cannot join "${channel}": Twitch allows ${this.#mostChannels} channels at a time, ` +
        "part one first, or set limits.channels if the account moderates it",
    );
  }

  /** Notes whose the number is that a member has begun to use, or forgets it. */
  #note(member: TwitchSession, output: Output<TwitchEvent, TwitchAsk>): void {
    switch (output.kind) {
      case "dial":
        this.#links.set(output.link, member);
        break;
      case "abort":
        this.#links.delete(output.link);
        break;
      case "ask":
        this.#asks.set(output.id, member);
        break;
      case "release":
        this.#asks.delete(output.id);
        break;
      case "settle":
        this.#tickets.delete(output.ticket);
    }
  }

  /** A member has ended; the others end with it. */
  #ended(error: Error | undefined): Action | undefined {
    this.#running--;
    if (error !== undefined && this.#error === undefined) {
      this.#error = error;
      this.#state = "ending";
      for (const member of this.#members) this.#touch(member, this.#now).shutdown("end", this.#now);
    }
    if (this.#running > 0) return undefined;
    return { kind: "end", ...(this.#error && { error: this.#error }) };
  }

  /** Whether another connection has brought this already. */
  #told(event: TwitchEvent): boolean {
    if (event.kind !== "WHISPER" || this.#members.length < 2) return false;
    const { message } = event;
    const key = `${message.tag("thread-id") ?? message.raw} ${message.tag("message-id") ?? ""}`;
    if (this.#whispers.has(key)) return true;
    this.#whispers.add(key);
    if (this.#whispers.size > MOST_WHISPERS) {
      for (const oldest of this.#whispers) {
        this.#whispers.delete(oldest);
        break;
      }
    }
    return false;
  }
}
