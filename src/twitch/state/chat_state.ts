import { OptionError } from "../../protocol/errors.ts";
import type { TwitchEvent } from "../wire/event.ts";
import type { TwitchSender } from "../wire/senders/sender.ts";
import type { TwitchFollowersOnly, TwitchRoomStateEvent } from "../wire/events/state.ts";

/** How a channel is set, and what we are in it, as far as Twitch has told. */
export interface TwitchChannelState {
  /** Its name, with its `#`. */
  readonly channel: string;
  /** The id of its account. */
  readonly roomId: string | undefined;
  /** Whether messages must be nothing but emotes. */
  readonly emoteOnly: boolean | undefined;
  /** Whether one must follow the channel, and for how long one must have; `{ duration: 0 }` is on. */
  readonly followersOnly: TwitchFollowersOnly | false | undefined;
  /** How long to wait between two messages, in milliseconds; 0: slow mode is off. */
  readonly slow: number | undefined;
  /** Whether one must be a subscriber or moderator. */
  readonly subscribersOnly: boolean | undefined;
  /** Whether a message must differ from all others. */
  readonly uniqueChat: boolean | undefined;
  /** What we are in it: badges, whether we moderate. Undefined: not told yet, or anonymous. */
  readonly me: TwitchSender | undefined;
}

/** How much a {@linkcode TwitchChatState} keeps. */
export interface TwitchChatStateOptions {
  /** Most channels; of those beyond nothing is kept. @default {10_000} */
  readonly channels?: number;
}

/**
 * How channels are set, and what we are in them. A pure reducer: fed with a client's events, it answers questions, and
 * asks for nothing. A `TwitchClient` that has it as `state` feeds it, so that a handler sees it as of its event.
 *
 * Over EventSub Twitch tells how a channel is set only when that changes, and never what we are in it.
 *
 * @example
 * ```ts
 * import { TwitchChatState, TwitchClient } from "@parley/parley/twitch";
 *
 * const state = new TwitchChatState();
 * const chat = new TwitchClient({ channels: ["#dallas"], state });
 * chat.on("PRIVMSG", ({ channel }) => {
 *   const { slow = 0, followersOnly, me } = state.channel(channel) ?? {};
 *   console.log(slow > 0, followersOnly !== false, me?.moderates);
 * });
 * ```
 */
export class TwitchChatState {
  readonly #most: number;
  readonly #channels = new Map<string, TwitchChannelState>();
  #me: TwitchSender | undefined;

  /**
   * Takes how much to keep.
   *
   * @throws {OptionError} if that is no number of channels.
   */
  constructor({ channels = 10_000 }: TwitchChatStateOptions = {}) {
    if (!(Number.isSafeInteger(channels) && channels > 0)) {
      throw new OptionError(`Cannot keep the state of "${channels}" channels: at least 1 is needed`);
    }
    this.#most = channels;
  }

  /** What we are to Twitch, as it said after the login. */
  get me(): TwitchSender | undefined {
    return this.#me;
  }

  /** A channel, given with or without its `#`; undefined if nothing is known of it, or we have left it. */
  channel(name: string): TwitchChannelState | undefined {
    const lower = name.toLowerCase();
    return this.#channels.get(lower.startsWith("#") ? lower : `#${lower}`);
  }

  /** The channels that are known. */
  channels(): IterableIterator<TwitchChannelState> {
    return this.#channels.values();
  }

  /** Takes the next event. */
  take(event: TwitchEvent): void {
    switch (event.kind) {
      case "ROOMSTATE":
        return this.#change(event.channel, (known) => withSettings(known, event));
      case "USERSTATE":
        return this.#change(event.channel, (known) => ({ ...known, me: event.user }));
      case "GLOBALUSERSTATE":
        this.#me = event.user;
        return;
      case "PART":
        if (event.own) this.#channels.delete(event.channel);
        return;
      case "join_failed":
        this.#channels.delete(event.channel);
    }
  }

  #change(channel: string, change: (known: TwitchChannelState) => TwitchChannelState): void {
    const known = this.#channels.get(channel);
    if (known === undefined && this.#channels.size >= this.#most) return;
    this.#channels.set(channel, change(known ?? { ...UNKNOWN, channel }));
  }
}

const UNKNOWN: Omit<TwitchChannelState, "channel"> = {
  roomId: undefined,
  emoteOnly: undefined,
  followersOnly: undefined,
  slow: undefined,
  subscribersOnly: undefined,
  uniqueChat: undefined,
  me: undefined,
};

/** What is undefined stays as it was. */
function withSettings(known: TwitchChannelState, event: TwitchRoomStateEvent): TwitchChannelState {
  return {
    ...known,
    roomId: event.roomId ?? known.roomId,
    emoteOnly: event.emoteOnly ?? known.emoteOnly,
    followersOnly: event.followersOnly ?? known.followersOnly,
    slow: event.slow ?? known.slow,
    subscribersOnly: event.subscribersOnly ?? known.subscribersOnly,
    uniqueChat: event.uniqueChat ?? known.uniqueChat,
  };
}
