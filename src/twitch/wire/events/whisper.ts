import type { IrcMessage } from "../../../irc/wire/messages/message.ts";
import { LazyRecord } from "../../../protocol/data/lazy_record.ts";
import { parseEmotes, type TwitchEmote } from "../texts/emotes.ts";
import { isAction, withoutAction } from "./privmsg.ts";
import { TwitchSender } from "../senders/sender.ts";
import { tagOf } from "../tags.ts";

// In a whisper Twitch mostly leaves it as it was typed.
const ME = "/me ";

/** WHISPER: somebody said something to us alone. ([Twitch IRC](https://dev.twitch.tv/docs/chat/irc/)) */
export class TwitchWhisperEvent extends LazyRecord {
  /** WHISPER. */
  readonly kind: "WHISPER";
  /** The line it came as. */
  readonly message: IrcMessage;
  #sender: TwitchSender | undefined;
  #emotes: readonly TwitchEmote[] | undefined;

  /** Takes the line. */
  constructor(message: IrcMessage) {
    super();
    this.kind = "WHISPER";
    this.message = message;
    this.#sender = undefined;
    this.#emotes = undefined;
  }

  /** Who said it. */
  get sender(): TwitchSender {
    return this.#sender ??= new TwitchSender(this.message);
  }

  /** To whom: our login. */
  get recipient(): string {
    return this.message.param(0);
  }

  /** What was said; for `/me` without that. */
  get text(): string {
    const text = this.message.param(1);
    return text.startsWith(ME) ? text.slice(ME.length) : withoutAction(text);
  }

  /** Whether it was said with `/me`. */
  get isAction(): boolean {
    const text = this.message.param(1);
    return text.startsWith(ME) || isAction(text);
  }

  /** The emotes in the text, in its order. Ranges that are none are left out. */
  get emotes(): readonly TwitchEmote[] {
    return this.#emotes ??= parseEmotes(this.message.tag("emotes"), this.text);
  }

  /** The message's id: its number in the thread. */
  get id(): string | undefined {
    return tagOf(this.message, "message-id");
  }

  /** The id of the conversation. */
  get threadId(): string | undefined {
    return tagOf(this.message, "thread-id");
  }
}
