import { CommandError } from "../../protocol/errors.ts";
import type { TwitchApi } from "../api/api.ts";
import { ChannelIds } from "../api/ids.ts";
import type { TwitchChatRun, TwitchChatSetup, TwitchChatWire } from "../chat_wire.ts";
import { EventSubChat } from "./session/chat.ts";
import type { EventSubAnswer, EventSubAsk } from "./session/outputs.ts";
import { answerSubscribing } from "./subscribing.ts";

/** How {@linkcode eventSubChat} reads. */
export interface EventSubChatOptions {
  /** Where to dial. @default {"wss://eventsub.wss.twitch.tv/ws"} */
  readonly url?: string;
  /**
   * How long Twitch is asked to be silent at most, in milliseconds: whole seconds, 10 s to 600 s.
   *
   * @default {10_000}
   */
  readonly keepalive?: number;
  /**
   * Whether to tell bans and time-outs as such, for which the account must be each channel's own and have granted
   * `channel:moderate`. Otherwise only that all that somebody said was removed: a CLEARCHAT whose `action` is `remove`.
   *
   * @default {false}
   */
  readonly bans?: boolean;
}

/**
 * Reads chat over EventSub in place of IRC: the `wire` of a `TwitchClient` that has an `api`. The events are the same,
 * and their `message` is the line as which it would have come over IRC. What EventSub does not tell is not there: who
 * comes and goes, who says something for the first time, what we are in a channel, how a channel is set before that
 * changes. What we have said ourselves comes, as `own`. The account must have granted `user:read:chat`.
 * ([Chat over EventSub](https://dev.twitch.tv/docs/chat/))
 *
 * @example
 * ```ts no-eval
 * import { FileTokenStore, TwitchAuth, TwitchClient } from "@parley/parley/twitch";
 * import { TwitchApi } from "@parley/parley/twitch/api";
 * import { eventSubChat } from "@parley/parley/twitch/eventsub";
 *
 * const auth = new TwitchAuth({ clientId: "your client id", store: new FileTokenStore("./tokens.json") });
 * const api = new TwitchApi({ auth });
 * const chat = new TwitchClient({ auth, api, wire: eventSubChat(), channels: ["#dallas"] });
 * chat.on("PRIVMSG", (event) => event.own ? undefined : event.reply("Hello"));
 * await chat.connect();
 * ```
 */
export function eventSubChat(options: EventSubChatOptions = {}): TwitchChatWire {
  return new EventSubChatWire(options);
}

class EventSubChatWire implements TwitchChatWire {
  readonly #options: EventSubChatOptions;
  readonly #ids = new ChannelIds();

  constructor(options: EventSubChatOptions) {
    this.#options = options;
  }

  open<Result>(setup: TwitchChatSetup, run: TwitchChatRun<Result>): Result {
    const { api, ...rest } = setup;
    const { bans = false } = this.#options;
    const core = new EventSubChat({ ...this.#options, ...rest, bans });
    return run(core, (ask, signal) => this.#answer(api, ask, signal));
  }

  /** Subscriptions name a channel by its login, for which Twitch wants the id. */
  async #answer(api: TwitchApi, ask: EventSubAsk, signal: AbortSignal): Promise<EventSubAnswer> {
    if (ask.kind !== "subscribe") return await answerSubscribing(api, ask, signal);
    const { broadcaster_user_login: login = "", ...condition } = ask.wanted.condition;
    let id: string;
    try {
      id = await this.#ids.idOf(api, `#${login}`, signal);
    } catch (error) {
      if (error instanceof CommandError && error.code === "invalid_command") {
        return { kind: "refused", error };
      }
      throw error;
    }
    const wanted = { ...ask.wanted, condition: { broadcaster_user_id: id, ...condition } };
    return await answerSubscribing(api, { ...ask, wanted }, signal);
  }
}
