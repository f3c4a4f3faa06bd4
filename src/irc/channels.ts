import { type Casemapping, foldCase } from "./casemapping.ts";

/** A channel the user wants to be in. */
export interface WantedChannel {
  /** Its name, as the user wrote it. */
  readonly name: string;
  /** Its key, if it needs one. */
  readonly key: string | undefined;
  /** Whether we are in it on the present link. */
  joined: boolean;
  /** Commands that wait for the JOIN. */
  joining: number[];
  /** The command that made it wanted; undefined: an option, or the server itself. */
  readonly wantedBy: number | undefined;
  /** Wanted until it is parted, or we are kicked, or the server refuses. */
  wanted: boolean;
}

/** The channels a session wants to be in, and whether it is. Survives links. */
export class Channels {
  #casemapping: Casemapping = "rfc1459";
  #channels = new Map<string, WantedChannel>();

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
    return [...this.#channels.values()].filter((channel) => channel.joined).map((channel) => channel.name);
  }

  /** The channels to be in. */
  wanted(): WantedChannel[] {
    return [...this.#channels.values()].filter((channel) => channel.wanted);
  }

  /** A channel by its name. */
  get(name: string): WantedChannel | undefined {
    return this.#channels.get(this.fold(name));
  }

  /** Wants a channel, for a command or without one. */
  want(name: string, key?: string, ticket?: number): WantedChannel {
    const old = this.get(name);
    const channel: WantedChannel = {
      name: old?.name ?? name,
      key: key ?? old?.key,
      joined: old?.joined ?? false,
      joining: old?.joining ?? [],
      wantedBy: old?.wanted ? old.wantedBy : ticket,
      wanted: true,
    };
    if (ticket !== undefined) channel.joining.push(ticket);
    this.#channels.set(this.fold(name), channel);
    return channel;
  }

  /** We are no longer in it and do not want to be. */
  remove(name: string): void {
    this.#channels.delete(this.fold(name));
  }

  /** The link is gone, and with it our being in channels. */
  left(): void {
    for (const [folded, channel] of this.#channels) {
      channel.joined = false;
      if (!channel.wanted) this.#channels.delete(folded);
    }
  }
}
