import type { Instant } from "@parley/parley/protocol";
import { fold, idOf, isChannel } from "./_lines.ts";

/** What an account is in a channel. */
export type TwitchStanding = "moderator" | "vip" | "ordinary";

/** One channel. */
export class Room {
  /** With its `#`. */
  readonly name: string;
  readonly banned: Set<string> = new Set();
  /** Until when each account is silenced. */
  readonly silenced: Map<string, Instant> = new Map();
  /** The last messages, by their ids: who said what. */
  readonly messages: Map<string, { readonly login: string; readonly text: string }> = new Map();
  readonly standings: Map<string, TwitchStanding> = new Map();
  /** Slow mode in seconds; 0: none. */
  slow = 0;
  suspended = false;
  /** How many JOINs more are echoed, and nothing else comes of them. */
  ghosts = 0;
  /** How many messages more are dropped in silence. */
  swallows = 0;
  /** What each account last said, and when. */
  readonly said: Map<string, { readonly text: string; readonly at: Instant }> = new Map();

  constructor(name: string) {
    this.name = name;
  }

  /** What an account is here. */
  standing(login: string): TwitchStanding {
    return this.name === `#${login}` ? "moderator" : this.standings.get(login) ?? "ordinary";
  }

  /** How long an account has to pause between messages, in milliseconds. */
  pause(login: string): number {
    return this.standing(login) === "ordinary" ? Math.max(1_000, this.slow * 1_000) : 0;
  }

  /** The tags of a ROOMSTATE; all, or those that tell of slow mode. */
  state(all: boolean): Record<string, string> {
    const id = { "room-id": idOf(this.name.slice(1)) };
    const slow = { slow: String(this.slow) };
    if (!all) return { ...id, ...slow };
    return { "emote-only": "0", "followers-only": "-1", r9k: "0", ...id, ...slow, "subs-only": "0" };
  }
}

/** The channels there are. */
export class Rooms {
  readonly #known: ReadonlySet<string> | undefined;
  readonly #rooms = new Map<string, Room>();

  /** Takes which channels exist, and which of them are suspended. */
  constructor(known: readonly string[] | undefined, suspended: readonly string[]) {
    this.#known = known && new Set(known.map(fold));
    for (const channel of suspended) this.of(fold(channel)).suspended = true;
  }

  /** Whether a channel exists. */
  exists(channel: string): boolean {
    return isChannel(channel) && (this.#known === undefined || this.#known.has(channel));
  }

  /** A channel, by its folded name. */
  of(channel: string): Room {
    const room = this.#rooms.get(channel) ?? new Room(channel);
    this.#rooms.set(channel, room);
    return room;
  }

  /** What an account is in a channel, and how long it has to pause there, in milliseconds. */
  terms(channel: string, login: string): { readonly standing: TwitchStanding; readonly pause: number } {
    const room = this.of(channel);
    return { standing: room.standing(login), pause: room.pause(login) };
  }

  /** Why an account cannot be in a channel; an empty string: it does not exist; undefined: it can. */
  refusal(channel: string, login: string): "" | "msg_channel_suspended" | "msg_banned" | undefined {
    if (!this.exists(channel)) return "";
    const room = this.of(channel);
    if (room.suspended) return "msg_channel_suspended";
    return room.banned.has(login) ? "msg_banned" : undefined;
  }
}
