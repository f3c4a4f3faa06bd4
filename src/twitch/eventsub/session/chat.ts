import { parseMessage } from "../../../irc/wire/messages/message.ts";
import { CommandError, ParleyError } from "../../../protocol/errors.ts";
import { Outputs } from "../../../protocol/core/outputs.ts";
import type {
  AskFailed,
  CloseInfo,
  Data,
  Instant,
  OpenInfo,
  Outcome,
  Output,
  PermitAnswer,
  ShutdownMode,
} from "../../../protocol/protocol.ts";
import type { Permit } from "../../../protocol/permit.ts";
import { quote } from "../../../protocol/data/quote.ts";
import type { TwitchChatCore } from "../../chat_wire.ts";
import {
  type MessagePermits,
  messagePermits,
  type TwitchLimits,
} from "../../session/sending/message_permits.ts";
import { WantedChannels } from "../../session/channels/wanted_channels.ts";
import type { TwitchConnectionInfo } from "../../session/pool.ts";
import { type ChannelRole, channelRoleOf } from "../../wire/senders/channel_role.ts";
import { channelName, type TwitchCommand } from "../../wire/commands/command.ts";
import type { TwitchEvent } from "../../wire/event.ts";
import { type TwitchMessage, typedMessage } from "../../wire/message.ts";
import { chatLine } from "../wire/chat_line.ts";
import { EventSubNotification, type EventSubTypedNotification } from "../wire/message.ts";
import type { EventSubWanted } from "../wire/subscription.ts";
import type { EventSubAnswer, EventSubAsk, EventSubEvent } from "./outputs.ts";
import { EventSubPool, type EventSubPoolOptions } from "./pool.ts";

/** What tells of a channel's chat, but for who is banned. */
const TYPES = [
  "channel.chat.message",
  "channel.chat.notification",
  "channel.chat.clear",
  "channel.chat.message_delete",
  "channel.chat_settings.update",
] as const;

/** How chat is read over EventSub. */
export interface EventSubChatSetup extends Omit<EventSubPoolOptions, "subscriptions"> {
  /** Our login and id. */
  readonly account: { readonly login: string; readonly id: string };
  /** The channels to be in, from the beginning. */
  readonly channels: readonly string[];
  /** How much the account may say. */
  readonly limits: TwitchLimits | undefined;
  /** Whether to subscribe to bans, too, in place of the messages that are removed with them. */
  readonly bans: boolean;
}

/** A command that is as many of the session's as a channel has subscriptions. */
interface Joint {
  readonly kind: "subscribe" | "unsubscribe";
  readonly ticket: number;
  readonly channel: string;
  /** The session's own tickets. */
  readonly parts: Set<number>;
  outcome: Outcome;
}

/**
 * Twitch's chat as EventSub tells it, as a core with the commands and the events of a session over IRC. What happens
 * becomes the line as which it comes over IRC, so that both are read by the same. A channel is some subscriptions of an
 * {@linkcode EventSubPool}, each with the channel's login as `broadcaster_user_login`: who answers its asks knows ids.
 */
export class EventSubChat implements TwitchChatCore<EventSubAsk, EventSubAnswer> {
  readonly #account: EventSubChatSetup["account"];
  readonly #types: readonly string[];
  readonly #pool: EventSubPool;
  /** What comes of what the session tells, before the next of that. */
  readonly #outputs = new Outputs<TwitchEvent, EventSubAsk>();
  /** Those that are wanted, with their `#`. */
  readonly #wanted = new WantedChannels();
  readonly #permits: MessagePermits;
  /** What we are in channels, as what we have said there tells, and their slow mode in milliseconds. */
  readonly #roles = new Map<string, ChannelRole>();
  readonly #slow = new Map<string, number>();
  readonly #joints = new Map<number, Joint>();
  #tickets = 0;
  #now: Instant = 0;

  /**
   * Takes who we are and where to be.
   *
   * @throws {OptionError} if an option is not acceptable.
   * @throws {CommandError} `invalid_command` if a channel's name is none.
   */
  constructor({ account, channels, bans, limits = {}, ...options }: EventSubChatSetup) {
    this.#account = account;
    this.#permits = messagePermits(account.login, limits);
    this.#types = [...TYPES, bans ? "channel.ban" : "channel.chat.clear_user_messages"];
    for (const channel of channels) this.#wanted.add(channelName(channel));
    const subscriptions = this.#wanted.names().flatMap((channel) => this.#subscriptions(channel));
    this.#pool = new EventSubPool({ ...options, subscriptions });
  }

  /** Our login, in lower case. */
  get login(): string {
    return this.#account.login;
  }

  /** The channels of which Twitch tells all, with their `#`. */
  get channels(): string[] {
    const placed = new Map<string, number>();
    for (const wanted of this.#pool.subscriptions) {
      const channel = channelOf(wanted);
      placed.set(channel, (placed.get(channel) ?? 0) + 1);
    }
    return this.#wanted.names().filter((channel) => placed.get(channel) === this.#types.length);
  }

  /** EventSub does not tell. */
  get latency(): undefined {
    return undefined;
  }

  /** How each connection is doing; a channel's subscriptions may be on two. */
  get connections(): TwitchConnectionInfo[] {
    const { channels } = this;
    return this.#pool.connections.map((subscriptions, connection) => {
      const here = new Set(subscriptions.map(channelOf));
      return { connection, channels: channels.filter((channel) => here.has(channel)), latencies: [] };
    });
  }

  /** Up to when all that was said is told, or in a gap that was; undefined: it was not there yet. */
  get heardUntil(): Instant | undefined {
    return this.#pool.heardUntil;
  }

  /** Nobody has heard what was said since: once all channels are joined, that is told as a gap. */
  missedSince(at: Instant): void {
    this.#pool.missedSince(at);
  }

  /** The permits that a message to a channel, with its `#`, takes: the narrowest first. */
  permitsFor(channel: string): readonly Permit[] {
    const role = channel === `#${this.login}` ? "moderator" : this.#roles.get(channel) ?? "ordinary";
    return this.#permits.of(channel, role, this.#slow.get(channel) ?? 0);
  }

  /** Begins. */
  start(now: Instant): void {
    this.#now = now;
    this.#pool.start(now);
  }

  /** A dial succeeded. */
  opened(link: number, info: OpenInfo, now: Instant): void {
    this.#now = now;
    this.#pool.opened(link, info, now);
  }

  /** Takes in what came. */
  receive(link: number, data: Data, now: Instant): void {
    this.#now = now;
    this.#pool.receive(link, data, now);
  }

  /** The link is gone, or never opened. */
  closed(link: number, info: CloseInfo, now: Instant): void {
    this.#now = now;
    this.#pool.closed(link, info, now);
  }

  /** An ask was answered. */
  answered(id: number, answer: EventSubAnswer | PermitAnswer | AskFailed, now: Instant): void {
    this.#now = now;
    this.#pool.answered(id, answer, now);
  }

  /** Time has passed. */
  tick(now: Instant): void {
    this.#now = now;
    this.#pool.tick(now);
  }

  /** The process stood still. */
  stalled(since: Instant, now: Instant, stood?: number): void {
    this.#pool.stalled(since, now, stood);
  }

  /** When `tick` is due at the latest. */
  deadline(): Instant {
    return this.#pool.deadline();
  }

  /** Ends, politely. */
  shutdown(mode: ShutdownMode, now: Instant): void {
    this.#now = now;
    this.#pool.shutdown(mode, now);
  }

  /**
   * Joins or parts; the rest EventSub cannot do.
   *
   * @throws {CommandError} `invalid_command` if it cannot be done.
   * @throws {ParleyError} `rate_limited` if there are too many subscriptions.
   */
  command(command: TwitchCommand, ticket: number, now: Instant): void {
    this.#now = now;
    if (command.kind !== "join" && command.kind !== "part") {
      throw new CommandError("invalid_command", `Cannot ${command.kind}: EventSub only tells what happens`);
    }
    const channel = channelName(command.channel);
    if (command.kind === "part") {
      this.#forget(channel);
      return this.#each("unsubscribe", channel, ticket);
    }
    this.#wanted.add(channel, ticket);
    try {
      this.#each("subscribe", channel, ticket);
    } catch (error) {
      this.#giveUp(channel, ticket);
      throw error;
    }
  }

  /** The user gave up on a command. */
  cancel(ticket: number, now: Instant): void {
    this.#now = now;
    const joint = this.#joints.get(ticket);
    for (const part of joint?.parts ?? []) this.#pool.cancel(part, now);
  }

  /** The next thing to do or to tell. */
  poll(): Output<TwitchEvent, EventSubAsk> | undefined {
    for (;;) {
      const own = this.#outputs.shift();
      if (own !== undefined) return own;
      const output = this.#pool.poll();
      if (output === undefined) return undefined;
      if (output.kind === "settle") this.#settled(output.ticket, output.outcome);
      else if (output.kind === "event") this.#tell(output.event);
      else return output;
    }
  }

  #subscriptions(channel: string): EventSubWanted[] {
    return this.#types.map((type) => {
      const condition = { broadcaster_user_login: channel.slice(1) };
      return {
        type,
        condition: type === "channel.ban" ? condition : { ...condition, user_id: this.#account.id },
      };
    });
  }

  #each(kind: "subscribe" | "unsubscribe", channel: string, ticket: number): void {
    const joint: Joint = { kind, ticket, channel, parts: new Set(), outcome: { kind: "done" } };
    const wanted = this.#subscriptions(channel).map((wanted) => ({ wanted, part: ++this.#tickets }));
    // Some may settle at once, but none is polled before all are given.
    for (const { part } of wanted) joint.parts.add(part);
    this.#joints.set(ticket, joint);
    try {
      for (const { wanted: each, part } of wanted) {
        this.#pool.command({ kind, wanted: each }, part, this.#now);
      }
    } catch (error) {
      this.#joints.delete(ticket);
      throw error;
    }
  }

  #forget(channel: string): void {
    this.#wanted.remove(channel);
    this.#roles.delete(channel);
    this.#slow.delete(channel);
  }

  /** Who wanted to join a channel does not any more: leaves it if nobody else does. */
  #giveUp(channel: string, ticket: number): void {
    if (this.#wanted.cancel(channel, ticket)) this.#leave(channel);
  }

  #leave(channel: string): void {
    this.#forget(channel);
    for (const wanted of this.#subscriptions(channel)) {
      this.#pool.command({ kind: "unsubscribe", wanted }, ++this.#tickets, this.#now);
    }
  }

  #settled(part: number, outcome: Outcome): void {
    for (const joint of this.#joints.values()) {
      if (!joint.parts.delete(part)) continue;
      if (joint.outcome.kind === "done" && outcome.kind !== "done") joint.outcome = outcome;
      if (joint.parts.size > 0) return;
      this.#joints.delete(joint.ticket);
      if (joint.outcome.kind === "cancelled") this.#giveUp(joint.channel, joint.ticket);
      else if (joint.kind === "subscribe" && joint.outcome.kind === "done") {
        this.#wanted.joined(joint.channel);
      }
      return this.#outputs.settle(joint.ticket, joint.outcome);
    }
  }

  #tell(event: EventSubEvent): void {
    if (event instanceof EventSubNotification) return this.#notified(event);
    switch (event.kind) {
      case "ready":
        return this.#outputs.tell({ kind: "ready", login: this.login, connection: event.connection });
      case "reconnecting":
        return this.#outputs.tell(event);
      case "gap": {
        const { kind, from, to, subscriptions } = event;
        return this.#outputs.tell({ kind, from, to, channels: [...new Set(subscriptions.map(channelOf))] });
      }
      case "malformed":
        return this.#outputs.tell({ ...event, reason: "it is no message of EventSub" });
      case "subscribe_failed": {
        const { wanted, error, awaited } = event;
        return this.#failed(channelOf(wanted), error, awaited);
      }
      case "revocation": {
        const channel = event.wanted && channelOf(event.wanted);
        if (channel === undefined) return;
        const message = `Cannot stay in "${channel}": Twitch has ended it: ${
          quote(event.subscription.status)
        }`;
        return this.#failed(channel, new CommandError("refused", message), false);
      }
    }
  }

  /** A part of what tells of a channel cannot be had: the others alone would look like all. */
  #failed(channel: string, cause: Error, awaited: boolean): void {
    if (!this.#wanted.has(channel)) return;
    this.#leave(channel);
    const error = cause instanceof ParleyError
      ? cause
      : new ParleyError("refused", `Cannot join "${channel}"`, { cause });
    this.#outputs.tell({ kind: "join_failed", channel, error, awaited });
  }

  #notified(notification: EventSubTypedNotification): void {
    const line = chatLine(notification);
    if (line !== undefined) {
      const event = typedMessage(parseMessage(line), this.login);
      this.#note(event);
      return this.#outputs.tell(event);
    }
    const reason = "Twitch has left out what it is about";
    this.#outputs.tell({ kind: "malformed", text: notification.kind, reason });
  }

  /** What happens in one of our channels tells how much may be said there. */
  #note(event: TwitchMessage): void {
    if ((event.kind !== "PRIVMSG" && event.kind !== "ROOMSTATE") || !this.#wanted.has(event.channel)) return;
    if (event.kind === "ROOMSTATE") this.#slow.set(event.channel, event.slow ?? 0);
    else if (event.own) this.#roles.set(event.channel, channelRoleOf(event.message));
  }
}

function channelOf({ condition }: EventSubWanted): string {
  return `#${condition.broadcaster_user_login ?? ""}`;
}
