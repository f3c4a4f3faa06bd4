import { CommandError } from "../../protocol/errors.ts";
import type { Outcome } from "../../protocol/protocol.ts";
import { LONGEST_SAID, quote } from "../../protocol/quote.ts";
import { MOST_CHANNELS, MOST_REMAPS } from "../wire/bounds.ts";
import { type Casemapping, foldCase } from "../wire/casemapping.ts";
import { whyUnsendable } from "../wire/command.ts";

/** A channel we want to be in, or are in. */
export interface TrackedChannel {
  /** Its name, as the user wrote it. */
  readonly name: string;
  /** Its key, if it needs one. */
  key: string | undefined;
  /** Whether we are in it on the present link. */
  joined: boolean;
  /** Whether we were in it when a link was lost, and are not again yet. */
  missed: boolean;
  /** Where we are in its place on the present link, since the server sent us there. */
  forwarded: string | undefined;
  /** Commands that wait for the JOIN. */
  joining: number[];
  /** The command that made it wanted; undefined: an option, or the server itself. */
  wantedBy: number | undefined;
  /** Wanted until it is parted, or we are kicked, or the server refuses. */
  wanted: boolean;
}

/**
 * The channels a session wants to be in, and whether it is. Survives links: after a loss, what is wanted is
 * joined again, and nothing else. What the server names is kept only if it can be sent back to it.
 */
export class ChannelMembership {
  readonly #settle: (ticket: number, outcome: Outcome) => void;
  readonly #joinFailed: (channel: string, error: CommandError, awaited: boolean) => void;
  #casemapping: Casemapping = "rfc1459";
  #remaps = 0;
  #channels = new Map<string, TrackedChannel>();
  /** The same, by where we were sent in their place. */
  #forwarded = new Map<string, TrackedChannel>();

  /** Takes whom to tell how a JOIN ended, and which channel we will not be in, with or without a JOIN of the user's. */
  constructor(
    settle: (ticket: number, outcome: Outcome) => void,
    joinFailed: (channel: string, error: CommandError, awaited: boolean) => void,
  ) {
    this.#settle = settle;
    this.#joinFailed = joinFailed;
  }

  /** Folds a name as the server does. */
  fold(name: string): string {
    return foldCase(name, this.#casemapping);
  }

  /** The server has told which characters are the same; returns why that is not heeded, if it is not. */
  remap(casemapping: Casemapping): string | undefined {
    if (casemapping === this.#casemapping) return undefined;
    if (this.#remaps >= MOST_REMAPS) return `the server has changed CASEMAPPING ${MOST_REMAPS} times already`;
    this.#remaps++;
    this.#casemapping = casemapping;
    const channels = [...this.#channels.values()];
    this.#channels = new Map();
    this.#forwarded = new Map();
    for (const channel of channels) {
      const same = this.#channels.get(this.fold(channel.name));
      if (same === undefined) this.#channels.set(this.fold(channel.name), channel);
      else merge(same, channel);
    }
    for (const channel of this.#channels.values()) this.#forward(channel);
    return undefined;
  }

  /** The names of the channels we are in. */
  joinedNames(): string[] {
    const joined = [...this.#channels.values()].filter((channel) => channel.joined);
    return joined.map((channel) => channel.forwarded ?? channel.name);
  }

  /** The channels to be in. */
  wantedChannels(): TrackedChannel[] {
    return [...this.#channels.values()].filter((channel) => channel.wanted);
  }

  /** Whether we are not yet in all wanted channels that we were in when a link was lost. */
  get incomplete(): boolean {
    for (const { wanted, missed } of this.#channels.values()) if (wanted && missed) return true;
    return false;
  }

  /** A channel by its name, or by that of the one we were sent to. */
  get(name: string): TrackedChannel | undefined {
    const folded = this.fold(name);
    return this.#channels.get(folded) ?? this.#forwarded.get(folded);
  }

  /** Wants a channel, for a command or without one. */
  want(name: string, key?: string, ticket?: number): TrackedChannel {
    let channel = this.get(name);
    if (channel === undefined) {
      channel = {
        name,
        key,
        joined: false,
        missed: false,
        forwarded: undefined,
        joining: [],
        wantedBy: undefined,
        wanted: false,
      };
      this.#channels.set(this.fold(name), channel);
    }
    if (!channel.wanted) channel.wantedBy = ticket;
    channel.wanted = true;
    channel.key = key ?? channel.key;
    if (ticket !== undefined) channel.joining.push(ticket);
    return channel;
  }

  /** We are in it; returns why it is not kept, if it is not. */
  sawJoin(name: string): string | undefined {
    const known = this.get(name);
    if (known === undefined) {
      const why = whyUnsendable({ kind: "JOIN", channel: name });
      if (why !== undefined) return why;
      if (this.#channels.size >= MOST_CHANNELS) return `there are ${MOST_CHANNELS} channels already`;
    }
    const parted = known?.wanted === false;
    const channel = this.want(name);
    channel.wanted = !parted;
    channel.joined = true;
    channel.missed = false;
    for (const ticket of channel.joining.splice(0)) this.#settle(ticket, { kind: "done" });
    return undefined;
  }

  /** We are out of it, as we asked. */
  sawPart(name: string): void {
    const channel = this.get(name);
    if (channel === undefined) return;
    // Wanted again already, if a JOIN was sent behind the PART.
    if (!channel.wanted) return this.#delete(channel);
    channel.joined = false;
    this.#unforward(channel);
  }

  /**
   * The server sends us elsewhere: a JOIN to there follows, and is what came of ours. Returns why that cannot be, if
   * it cannot.
   */
  forward(name: string, to: string): string | undefined {
    const channel = this.get(name);
    if (channel === undefined || channel.joined || to === "") return undefined;
    const why = whyUnsendable({ kind: "JOIN", channel: to });
    if (why !== undefined) return why;
    // Where we are already there is nothing to come.
    if (this.get(to)?.joined) {
      this.refuse(name, `forwarded to ${to}`);
      return undefined;
    }
    this.#unforward(channel);
    channel.forwarded = to;
    this.#forward(channel);
    return undefined;
  }

  /** We will not be in it. */
  refuse(name: string, why: string): void {
    const channel = this.get(name);
    if (channel === undefined) return;
    this.#delete(channel);
    const error = new CommandError(
      "refused",
      `Cannot join ${quote(channel.name)}: ${quote(why, LONGEST_SAID)}`,
    );
    for (const ticket of channel.joining) this.#settle(ticket, { kind: "failed", error });
    // Who was thrown out has been in it.
    if (!channel.joined) this.#joinFailed(channel.name, error, channel.joining.length > 0);
  }

  /** The user wants it no more. `away`: there is no PART to wait for. */
  part(name: string, away: boolean): void {
    const channel = this.get(name);
    if (channel === undefined) return;
    const error = new CommandError("cancelled", `The channel ${quote(name)} was parted`);
    for (const ticket of channel.joining.splice(0)) this.#settle(ticket, { kind: "failed", error });
    if (away) this.#delete(channel);
    else channel.wanted = false;
  }

  /** The user gave up on a JOIN that was not sent, or is not under way; false if it is not one of those. */
  cancel(ticket: number): boolean {
    const channel = this.wantedChannels().find(({ joining }) => joining.includes(ticket));
    if (channel === undefined) return false;
    channel.joining = channel.joining.filter((other) => other !== ticket);
    if (channel.wantedBy === ticket && channel.joining.length === 0) this.#delete(channel);
    return true;
  }

  /** The link is gone, and with it our being in channels. */
  linkLost(): void {
    this.#remaps = 0;
    this.#forwarded.clear();
    for (const [folded, channel] of this.#channels) {
      channel.missed ||= channel.joined;
      channel.joined = false;
      channel.forwarded = undefined;
      if (!channel.wanted) this.#channels.delete(folded);
    }
  }

  #delete(channel: TrackedChannel): void {
    this.#unforward(channel);
    this.#channels.delete(this.fold(channel.name));
  }

  /** Of several that were sent to one place, the first is what is there. */
  #forward(channel: TrackedChannel): void {
    if (channel.forwarded === undefined) return;
    const folded = this.fold(channel.forwarded);
    if (!this.#forwarded.has(folded)) this.#forwarded.set(folded, channel);
  }

  #unforward(channel: TrackedChannel): void {
    if (channel.forwarded === undefined) return;
    const folded = this.fold(channel.forwarded);
    if (this.#forwarded.get(folded) === channel) this.#forwarded.delete(folded);
    channel.forwarded = undefined;
  }
}

/** Two names have turned out to be one channel's. */
function merge(channel: TrackedChannel, other: TrackedChannel): void {
  channel.key ??= other.key;
  channel.joined ||= other.joined;
  channel.missed ||= other.missed;
  channel.forwarded ??= other.forwarded;
  channel.joining.push(...other.joining);
  channel.wanted ||= other.wanted;
}
