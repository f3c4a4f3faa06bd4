import type { IrcMessage } from "../../../irc/wire/messages/message.ts";
import { CommandError, type ParleyError, TimeoutError } from "../../../protocol/errors.ts";
import { Gap } from "../../../protocol/connection/gap.ts";
import type { Instant } from "../../../protocol/protocol.ts";
import type { TwitchOutputs } from "../outputs.ts";
import { membershipLine } from "../../wire/commands/command.ts";
import type { Connection } from "../connection.ts";
import type { JoinVerdicts } from "./link_channels.ts";
import { TwitchRefusedError } from "../../wire/commands/refusal.ts";
import { WantedChannels } from "./wanted_channels.ts";

/** Being in the channels that are wanted, on whatever links there are. */
export class Membership implements JoinVerdicts {
  /** What is wanted. */
  readonly wanted: WantedChannels = new WantedChannels();
  readonly #outputs: TwitchOutputs;
  /** The links that are or will be in the wanted channels. */
  readonly #joinable: () => readonly Connection[];
  /** The time in which no link was in the wanted channels, and which those were. */
  readonly #gap = new Gap();
  readonly #away = new Set<string>();
  /** Channels that we were found to be out of: when they last brought something, and when we were back. */
  readonly #gaps = new Map<string, { readonly from: Instant; to?: Instant }>();

  /** Takes where to put what it wants done and told, and what finds the links to join channels on. */
  constructor(outputs: TwitchOutputs, joinable: () => readonly Connection[]) {
    this.#outputs = outputs;
    this.#joinable = joinable;
  }

  /** Since when something of the wanted channels is not told, nor in a gap that was; `Infinity`: all of it is. */
  get awaySince(): Instant {
    return Math.min(this.#gap.from ?? Infinity, ...[...this.#gaps.values()].map(({ from }) => from));
  }

  /** Joins a channel on every link, and on those to come; `there`: we are in it. */
  join(channel: string, ticket: number, there: boolean): void {
    if (there) {
      this.wanted.add(channel);
      return this.#outputs.done(ticket);
    }
    this.wanted.add(channel, ticket);
    for (const { channels } of this.#joinable()) channels.join(channel);
  }

  /** Leaves a channel for good. */
  part(channel: string, ticket: number, now: Instant): void {
    const error = new CommandError("cancelled", `Cannot join "${channel}": it was parted meanwhile`);
    for (const waiting of this.#remove(channel)) this.#outputs.failed(waiting, error);
    let waits = false;
    for (const { channels } of this.#joinable()) {
      if (channels.part(channel, waits ? undefined : ticket, now)) waits = true;
    }
    if (!waits) this.#outputs.done(ticket);
  }

  /** The user gave up on a join; it ends only if it has not been sent. */
  cancel(ticket: number, now: Instant): void {
    const channel = this.wanted.of(ticket);
    if (channel === undefined || this.#joinable().some(({ channels }) => channels.sent(channel))) return;
    this.#outputs.settle(ticket, { kind: "cancelled" });
    if (!this.wanted.cancel(channel, ticket)) return;
    for (const { channels } of this.#joinable()) channels.drop(channel, now);
  }

  /** The server says on a link that we are in a channel. */
  echoed(connection: Connection, channel: string, now: Instant): void {
    const heardAt = connection.channels.joined.get(channel);
    const echo = connection.channels.echoed(channel, now);
    if (echo === "unwanted") return this.#leave(connection, channel);
    if (echo === "again") return;
    if (heardAt !== undefined && !this.#gaps.has(channel)) {
      this.#gaps.set(channel, { from: heardAt });
    }
    if (echo === "joined") this.#joined(connection, channel, now);
  }

  /** The server describes on a link a channel that we may just have joined. */
  described(connection: Connection, channel: string, now: Instant): void {
    if (connection.channels.roomState(channel, now)) this.#joined(connection, channel, now);
  }

  /** It is known whether we were out of a channel that was joined again: tells the gap, if we were. */
  certain(channel: string, wereOut: boolean): void {
    const { from, to } = this.#gaps.get(channel) ?? {};
    if (from === undefined || (wereOut && to === undefined)) return;
    this.#gaps.delete(channel);
    if (wereOut && to !== undefined) this.#outputs.tell({ kind: "gap", from, to, channels: [channel] });
  }

  /** The server says on a link why we cannot be in a channel. */
  refused(connection: Connection, channel: string, notice: IrcMessage, now: Instant): void {
    // What it was asked again for, it may refuse as something else: then it still has us there.
    const wasThere = connection.channels.joined.has(channel);
    connection.channels.refused(channel);
    if (wasThere) this.#leave(connection, channel);
    this.fail(channel, new TwitchRefusedError(`Cannot join "${channel}"`, channel, notice), now);
  }

  /** The server does not say on any link whether we are in a channel. */
  silent(channel: string, now: Instant): void {
    const message = `Cannot join "${channel}": Twitch said nothing, is it the name of a channel?`;
    this.fail(channel, new TimeoutError(message), now);
  }

  /** A channel cannot be joined, and is no longer wanted. */
  fail(channel: string, error: ParleyError, now: Instant): void {
    if (!this.wanted.has(channel)) return;
    const tickets = this.#remove(channel);
    for (const ticket of tickets) this.#outputs.failed(ticket, error);
    for (const { channels } of this.#joinable()) channels.drop(channel, now);
    this.#outputs.tell({ kind: "join_failed", channel, error, awaited: tickets.length > 0 });
  }

  /** The link that was in the wanted channels is lost; what it brought last came at `from`. */
  lost(from: Instant): void {
    this.#gap.begin(from);
    for (const channel of this.wanted.names()) this.#away.add(channel);
  }

  /** Tells the time away, if there was any, once a link is in the channels that were wanted then. */
  restored({ channels }: Connection, now: Instant): void {
    const away = [...this.#away];
    if (!channels.joinsDone(away)) return;
    const gap = this.#gap.end(now);
    if (gap !== undefined) this.#outputs.tell({ kind: "gap", ...gap, channels: away });
    this.#away.clear();
  }

  /** The session ends. */
  end(): void {
    const error = new CommandError("closed", "Cannot join: the session has ended");
    for (const ticket of this.wanted.takeTickets()) this.#outputs.failed(ticket, error);
  }

  #joined({ channels }: Connection, channel: string, now: Instant): void {
    for (const ticket of this.wanted.joined(channel)) this.#outputs.done(ticket);
    const gap = this.#gaps.get(channel);
    if (gap === undefined) return;
    gap.to = now;
    if (!channels.uncertain(channel)) this.certain(channel, true);
  }

  #remove(channel: string): readonly number[] {
    this.#gaps.delete(channel);
    return this.wanted.remove(channel);
  }

  /** Leaves a channel that we are not to be in. */
  #leave(connection: Connection, channel: string): void {
    if (!/^#\w{1,25}$/.test(channel) || !this.#joinable().includes(connection)) return;
    this.#outputs.line(connection.link.id, membershipLine("PART", channel));
  }
}
