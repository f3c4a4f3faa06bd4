import { CommandError } from "../protocol/errors.ts";
import type { Outcome } from "../protocol/protocol.ts";
import { type Casemapping, foldCase } from "./casemapping.ts";

/** A channel the user wants to be in. */
export interface WantedChannel {
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
 * joined again, and nothing else.
 */
export class Channels {
  readonly #settle: (ticket: number, outcome: Outcome) => void;
  #casemapping: Casemapping = "rfc1459";
  #channels = new Map<string, WantedChannel>();

  /** Takes whom to tell how a JOIN ended. */
  constructor(settle: (ticket: number, outcome: Outcome) => void) {
    this.#settle = settle;
  }

  /** Folds a name as the server does. */
  fold(name: string): string {
    return foldCase(name, this.#casemapping);
  }

  /** The server has told which characters are the same. */
  remap(casemapping: Casemapping): void {
    if (casemapping === this.#casemapping) return;
    this.#casemapping = casemapping;
    const channels = [...this.#channels.values()];
    this.#channels = new Map(channels.map((channel) => [this.fold(channel.name), channel]));
  }

  /** The names of the channels we are in. */
  joined(): string[] {
    const joined = [...this.#channels.values()].filter((channel) => channel.joined);
    return joined.map((channel) => channel.forwarded ?? channel.name);
  }

  /** The channels to be in. */
  wanted(): WantedChannel[] {
    return [...this.#channels.values()].filter((channel) => channel.wanted);
  }

  /** A channel by its name, or by that of the one we were sent to. */
  get(name: string): WantedChannel | undefined {
    const folded = this.fold(name);
    const forwarded = (channel: WantedChannel) =>
      channel.forwarded !== undefined && this.fold(channel.forwarded) === folded;
    return this.#channels.get(folded) ?? [...this.#channels.values()].find(forwarded);
  }

  /** Wants a channel, for a command or without one. */
  want(name: string, key?: string, ticket?: number): WantedChannel {
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

  /** We are in it. */
  sawJoin(name: string): void {
    const parted = this.get(name)?.wanted === false;
    const channel = this.want(name);
    channel.wanted = !parted;
    channel.joined = true;
    channel.missed = false;
    for (const ticket of channel.joining.splice(0)) this.#settle(ticket, { kind: "done" });
  }

  /** We are out of it, as we asked. */
  sawPart(name: string): void {
    const channel = this.get(name);
    if (channel === undefined) return;
    // Wanted again already, if a JOIN was sent behind the PART.
    if (channel.wanted) channel.joined = false;
    else this.#channels.delete(this.fold(channel.name));
    channel.forwarded = undefined;
  }

  /** The server sends us elsewhere: a JOIN to there follows, and is what came of ours. */
  forward(name: string, to: string): void {
    const channel = this.get(name);
    if (channel === undefined || channel.joined || to === "") return;
    // Where we are already there is nothing to come.
    if (this.get(to)?.joined) this.refuse(name, `forwarded to ${to}`);
    else channel.forwarded = to;
  }

  /** We will not be in it. */
  refuse(name: string, why: string): void {
    const channel = this.get(name);
    if (channel === undefined) return;
    this.#channels.delete(this.fold(channel.name));
    const error = new CommandError(
      "refused",
      `Cannot join ${JSON.stringify(channel.name)}: ${JSON.stringify(why)}`,
    );
    for (const ticket of channel.joining) this.#settle(ticket, { kind: "failed", error });
  }

  /** The user wants it no more. `away`: there is no PART to wait for. */
  part(name: string, away: boolean): void {
    const channel = this.get(name);
    if (channel === undefined) return;
    const error = new CommandError("cancelled", `The channel ${JSON.stringify(name)} was parted`);
    for (const ticket of channel.joining.splice(0)) this.#settle(ticket, { kind: "failed", error });
    if (away) this.#channels.delete(this.fold(channel.name));
    else channel.wanted = false;
  }

  /** The user gave up on a JOIN that was not sent, or is not under way; false if it is not one of those. */
  cancel(ticket: number): boolean {
    const channel = this.wanted().find(({ joining }) => joining.includes(ticket));
    if (channel === undefined) return false;
    channel.joining = channel.joining.filter((other) => other !== ticket);
    if (channel.wantedBy === ticket && channel.joining.length === 0) {
      this.#channels.delete(this.fold(channel.name));
    }
    return true;
  }

  /** The link is gone, and with it our being in channels. */
  left(): void {
    for (const [folded, channel] of this.#channels) {
      channel.missed ||= channel.joined;
      channel.joined = false;
      channel.forwarded = undefined;
      if (!channel.wanted) this.#channels.delete(folded);
    }
  }
}
