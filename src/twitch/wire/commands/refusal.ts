import type { IrcMessage } from "../../../irc/wire/messages/message.ts";
import { CommandError } from "../../../protocol/errors.ts";
import { LONGEST_SAID, printable, quote } from "../../../protocol/data/quote.ts";
import type { TwitchNoticeId } from "../events/notice.ts";

/**
 * Twitch has refused a message or a JOIN, and said why.
 *
 * @example
 * ```ts
 * import { CommandError } from "@parley/parley";
 * import { type TwitchClient, TwitchRefusedError } from "@parley/parley/twitch";
 *
 * async function shout(chat: TwitchClient, channel: string, text: string): Promise<void> {
 *   try {
 *     await chat.say(channel, text);
 *   } catch (error) {
 *     if (error instanceof TwitchRefusedError && error.id === "msg_followersonly") return chat.part(channel);
 *     if (!(error instanceof CommandError && error.code === "unconfirmed")) throw error;
 *   }
 * }
 * ```
 */
export class TwitchRefusedError extends CommandError {
  override name = "TwitchRefusedError";
  /** Why, for programs: the `msg-id` of the NOTICE. */
  readonly id: TwitchNoticeId;
  /** The channel it is about, with its `#`. */
  readonly channel: string;
  /** How long until it may be tried again, in milliseconds, where Twitch says so: slow mode, a timeout. */
  readonly retryAfter: number | undefined;

  /** Takes what was refused, for people, in which channel, and the NOTICE. */
  constructor(what: string, channel: string, notice: IrcMessage) {
    const id = (notice.tag("msg-id") ?? "").slice(0, 50);
    super("refused", `${what}: Twitch says ${quote(notice.text, LONGEST_SAID)} (${printable(id)})`);
    this.id = id;
    this.channel = channel;
    // "You will be able to talk again in 4 seconds", "You are banned from talking in x for 9 more seconds".
    const seconds = /\b([0-9]{1,7}) (?:more )?seconds?\b/.exec(notice.text)?.[1];
    const timed = id === "msg_slowmode" || id === "msg_timedout";
    this.retryAfter = timed && seconds !== undefined ? Number(seconds) * 1_000 : undefined;
  }
}
