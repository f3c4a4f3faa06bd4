import { Backoff } from "../../../protocol/connection/backoff.ts";
import { CommandError } from "../../../protocol/errors.ts";
import type { Instant, Outcome } from "../../../protocol/protocol.ts";
import { quote } from "../../../protocol/data/quote.ts";
import { MOST_CHANNELS, MOST_REMAPS } from "../../wire/bounds.ts";
import { type Casemapping, foldCase } from "../../wire/support/casemapping.ts";
import { whyUnsendable } from "../../wire/commands/command.ts";
import { COMMAND_ENDS } from "../../wire/outcomes/command_ends.ts";
import type { IrcMessage } from "../../wire/messages/message.ts";
import { IrcRefusedError } from "../../wire/outcomes/refusal.ts";

/** Refusals that say of a channel's name that there never will be such a channel. */
const HOPELESS: ReadonlySet<string> = new Set(["403", "448", "476", "479"]);
const REFUSALS: ReadonlySet<string> = new Set(COMMAND_ENDS["JOIN"]?.refused?.map((end) => end.slice(0, 3)));
/** How long to wait until a refused JOIN is tried again, in milliseconds: half of it at least. */
const RETRY = { base: 15_000, cap: 600_000 } as const;
/** How long to wait until a channel is joined again that we were thrown out of, in milliseconds. */
const REJOIN = 2_000;
/** A channel whose name has changed so often is tried again later, as if it were refused. */
const MOST_RENAMES = 5;
/** Who was in a channel for so long, in milliseconds, was let in for good. */
const SETTLED_IN = 60_000;

/** A channel we want to be in, or are in. */
export interface TrackedChannel {
  /** Its name, as the user wrote it. */
  readonly name: string;
  /** Its key, if it needs one. */
  key: string | undefined;
  /** Whether we are in it on the present link. */
  joined: boolean;
  /** Whether we were in it when a link was lost, or somebody was for us before, and are not again yet. */
  missed: boolean;
  /** Where we are in its place on the present link, since the server sent us there. */
  forwarded: string | undefined;
  /** Commands that wait for the JOIN. */
  joining: number[];
  /** The command that made it wanted; undefined: an option, or the server itself. */
  wantedBy: number | undefined;
  /** Wanted until it is parted, or we are thrown out, or there can be no such channel. */
  wanted: boolean;
  /** When it is to be tried again; Infinity: it was not refused, or is being joined. */
  retryAt: Instant;
  /** When we were let in last. */
  joinedAt: Instant;
  readonly backoff: Backoff;
}

/** What becomes known of channels. */
export interface ChannelMembershipHooks {
  /** A command has ended. */
  readonly settle: (ticket: number, outcome: Outcome) => void;
  /**
   * A channel was not joined, with or without a JOIN of the user's; `after`: in how many milliseconds it is tried again,
   * undefined: it is not.
   */
  readonly joinFailed: (
    channel: string,
    error: CommandError,
    awaited: boolean,
    attempt: number,
    after: number | undefined,
  ) => void;
  /** Randomness in [0, 1). */
  readonly random: () => number;
}

/**
 * The channels a session wants to be in, and whether it is. Survives links: after a loss, what is wanted is
 * joined again, and nothing else. What the server names is kept only if it can be sent back to it.
 */
export class ChannelMembership {
  readonly #hooks: ChannelMembershipHooks;
  readonly #rejoinOnKick: boolean;
  #casemapping: Casemapping = "rfc1459";
  #remaps = 0;
  #channels = new Map<string, TrackedChannel>();
  /** The same, by where we were sent in their place. */
  #forwarded = new Map<string, TrackedChannel>();

  /** How many PARTs of a channel have not ended on the present link, by its folded name. */
  #parting = new Map<string, number>();
  /** Before this none is to be tried again. */
  #retriesFrom: Instant = Infinity;
  /** The keys of channels we were thrown out of, by folded name: who joins again needs them. */
  #keys = new Map<string, string>();

  /** Takes what to tell, and whether to come back after a KICK. */
  constructor(hooks: ChannelMembershipHooks, rejoinOnKick = false) {
    this.#hooks = hooks;
    this.#rejoinOnKick = rejoinOnKick;
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
    this.#keys = new Map([...this.#keys].map(([name, key]) => [this.fold(name), key]));
    this.#parting = new Map([...this.#parting].map(([name, count]) => [this.fold(name), count]));
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

  /** Whether we are not yet in all wanted channels that we were in before. */
  get incomplete(): boolean {
    for (const { wanted, missed } of this.#channels.values()) if (wanted && missed) return true;
    return false;
  }

  /** Somebody was in all of them for us before. */
  missedAll(): void {
    for (const channel of this.#channels.values()) channel.missed = !channel.joined;
  }

  /** A channel by its name, or by that of the one we were sent to. */
  get(name: string): TrackedChannel | undefined {
    const folded = this.fold(name);
    return this.#channels.get(folded) ?? this.#forwarded.get(folded);
  }

  /** The key of a channel that is wanted, or that we were thrown out of. */
  keyOf(name: string): string | undefined {
    return this.get(name)?.key ?? this.#keys.get(this.fold(name));
  }

  /** Wants a channel, for a command or without one. */
  want(name: string, key: string | undefined = this.keyOf(name), ticket?: number): TrackedChannel {
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
        retryAt: Infinity,
        joinedAt: -Infinity,
        backoff: new Backoff(RETRY, this.#hooks.random),
      };
      this.#channels.set(this.fold(name), channel);
      this.#keys.delete(this.fold(name));
    }
    if (!channel.wanted) channel.wantedBy = ticket;
    channel.wanted = true;
    channel.key = key ?? channel.key;
    channel.retryAt = Infinity;
    if (ticket !== undefined) channel.joining.push(ticket);
    return channel;
  }

  /** We are in it; returns why it is not kept, if it is not. */
  sawJoin(name: string, now: Instant): string | undefined {
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
    channel.joinedAt = now;
    for (const ticket of channel.joining.splice(0)) this.#hooks.settle(ticket, { kind: "done" });
    return undefined;
  }

  /** We are out of it. `asked`: by a PART of ours, be it that we were out before; else it is not fought. */
  sawPart(name: string, asked: boolean): void {
    const channel = this.get(name);
    if (channel === undefined) return;
    // A JOIN may have been sent behind the PART, so that it is wanted again already, and behind that another PART.
    const more = asked ? channel.wanted || this.#parting.has(this.fold(name)) : channel.joining.length > 0;
    if (!more) return this.#leave(channel, !asked);
    channel.joined = false;
    this.#unforward(channel);
  }

  /** We were thrown out. */
  sawKick(name: string, now: Instant): void {
    const channel = this.get(name);
    if (channel === undefined) return;
    if (!this.#rejoinOnKick || !channel.wanted) return this.#leave(channel, channel.wanted);
    channel.joined = false;
    this.#unforward(channel);
    if (now - channel.joinedAt >= SETTLED_IN) channel.backoff.reset();
    // Who is let in and thrown out again and again waits as if refused.
    const isFirst = channel.backoff.count === 0;
    const wait = channel.backoff.next() ?? RETRY.cap;
    this.#retry(channel, now + (isFirst ? REJOIN : wait));
  }

  /** It has another name now; returns why that is not kept, if it is not. */
  renamed(name: string, to: string): string | undefined {
    const channel = this.get(name);
    if (channel === undefined) return undefined;
    const why = whyUnsendable({ kind: "JOIN", channel: to });
    if (why !== undefined) return why;
    this.#delete(channel);
    const same = this.get(to);
    const moved = { ...channel, name: to, forwarded: undefined };
    if (same === undefined) this.#channels.set(this.fold(to), moved);
    else merge(same, moved);
    return undefined;
  }

  /**
   * The server does not let us in since the channel has another name (`FAIL JOIN CHANNEL_RENAMED`): returns what is to be
   * joined by that; undefined: it is refused, as is one that is renamed again and again.
   */
  moved(name: string, message: IrcMessage): readonly TrackedChannel[] | undefined {
    const [, code, , to = ""] = message.params;
    const channel = this.get(name);
    if (message.command !== "FAIL" || code !== "CHANNEL_RENAMED" || channel === undefined) return undefined;
    if (channel.backoff.count >= MOST_RENAMES || this.renamed(name, to) !== undefined) return undefined;
    const moved = this.get(to);
    if (moved === undefined) return [];
    moved.backoff.next();
    // What is said in the others meanwhile is news.
    moved.missed = false;
    if (moved.joined) {
      for (const ticket of moved.joining.splice(0)) this.#hooks.settle(ticket, { kind: "done" });
    }
    return moved.wanted && !moved.joined ? [moved] : [];
  }

  #retry(channel: TrackedChannel, at: Instant): void {
    channel.retryAt = at;
    this.#retriesFrom = Math.min(this.#retriesFrom, at);
  }

  /** When a channel is to be tried again. */
  get retryAt(): Instant {
    let at: Instant = Infinity;
    if (this.#retriesFrom === Infinity) return at;
    for (const { retryAt } of this.#channels.values()) at = Math.min(at, retryAt);
    return at;
  }

  /** The channels to try again now. */
  toRetry(now: Instant): readonly TrackedChannel[] {
    if (this.#retriesFrom > now || this.retryAt > now) return [];
    const due = [...this.#channels.values()].filter(({ retryAt }) => retryAt <= now);
    for (const channel of due) channel.retryAt = Infinity;
    this.#retriesFrom = this.retryAt;
    return due.filter(({ wanted, joined }) => wanted && !joined);
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
    // Where we are already there is nothing to come, and what comes where we want to be is what came of that.
    if (this.get(to)?.joined || this.#channels.get(this.fold(to))?.wanted) {
      const error = new CommandError("refused", `${cannotJoin(channel)}: it is forwarded to ${quote(to)}`);
      this.#refuse(channel, error, undefined);
      return undefined;
    }
    this.#unforward(channel);
    channel.forwarded = to;
    this.#forward(channel);
    return undefined;
  }

  /** Whether a message says of a channel that it cannot be joined. */
  isRefusal(message: IrcMessage): boolean {
    return REFUSALS.has(message.command);
  }

  /** The server does not let us in, and says why. */
  refused(name: string, message: IrcMessage, now: Instant): void {
    const channel = this.get(name);
    if (channel === undefined || channel.joined) return;
    const error = new IrcRefusedError(
      cannotJoin(channel),
      message,
      channel.key === undefined ? [] : [channel.key],
    );
    this.#refuse(channel, error, HOPELESS.has(message.command) ? undefined : now);
  }

  /** The server has neither let us in nor said why not. */
  unanswered(name: string, now: Instant): void {
    const channel = this.get(name);
    if (channel === undefined || channel.joined) return;
    const error = new CommandError("unconfirmed", `${cannotJoin(channel)}: the server does not say why`);
    this.#refuse(channel, error, now);
  }

  /** The user wants it no more. `away`: there is no PART to wait for. */
  part(name: string, away: boolean): void {
    const channel = this.get(name);
    this.#keys.delete(this.fold(name));
    if (channel === undefined) return;
    const error = new CommandError("cancelled", `The channel ${quote(name)} was parted`);
    for (const ticket of channel.joining.splice(0)) this.#hooks.settle(ticket, { kind: "failed", error });
    if (away) this.#delete(channel);
    else channel.wanted = false;
  }

  /** A PART of a channel is to be sent, or has ended, however it did. */
  parting(name: string, change: 1 | -1): void {
    const folded = this.fold(name);
    const count = (this.#parting.get(folded) ?? 0) + change;
    if (count > 0) this.#parting.set(folded, count);
    else this.#parting.delete(folded);
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
    this.#parting.clear();
    for (const [folded, channel] of this.#channels) {
      channel.missed ||= channel.joined;
      channel.joined = false;
      channel.forwarded = undefined;
      channel.retryAt = Infinity;
      channel.backoff.reset();
      if (!channel.wanted) this.#channels.delete(folded);
    }
  }

  /** `now`: it is tried again; undefined: it is not, and wanted no more. */
  #refuse(channel: TrackedChannel, error: CommandError, now: Instant | undefined): void {
    const tickets = channel.joining.splice(0);
    for (const ticket of tickets) this.#hooks.settle(ticket, { kind: "failed", error });
    channel.missed = false;
    const attempt = channel.backoff.count + 1;
    const after = now === undefined || !channel.wanted ? undefined : channel.backoff.next();
    if (now === undefined || after === undefined) this.#delete(channel);
    else this.#retry(channel, now + after);
    this.#hooks.joinFailed(channel.name, error, tickets.length > 0, attempt, after);
  }

  /** We are in it no more, and want it no more. `keyed`: who joins it again needs no other key. */
  #leave(channel: TrackedChannel, keyed: boolean): void {
    this.#delete(channel);
    const error = new CommandError("refused", `${cannotJoin(channel)}: we were thrown out`);
    for (const ticket of channel.joining.splice(0)) this.#hooks.settle(ticket, { kind: "failed", error });
    if (keyed && channel.key !== undefined && this.#keys.size < MOST_CHANNELS) {
      this.#keys.set(this.fold(channel.name), channel.key);
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

function cannotJoin({ name }: TrackedChannel): string {
  return `Cannot join ${quote(name)}`;
}

/** Two names have turned out to be one channel's. */
function merge(channel: TrackedChannel, other: TrackedChannel): void {
  channel.key ??= other.key;
  channel.joined ||= other.joined;
  channel.missed ||= other.missed;
  channel.forwarded ??= other.forwarded;
  channel.joining.push(...other.joining);
  channel.retryAt = Math.min(channel.retryAt, other.retryAt);
  channel.wanted ||= other.wanted;
}
