import type { IrcMessage } from "../../../irc/wire/messages/message.ts";
import { LazyRecord } from "../../../protocol/data/lazy_record.ts";
import { wholeNumber } from "../tags.ts";

/** HOSTTARGET: a channel shows another one, or stops to. Twitch has ended that in 2022. */
export class TwitchHostTargetEvent extends LazyRecord {
  /** HOSTTARGET. */
  readonly kind: "HOSTTARGET";
  /** The line it came as. */
  readonly message: IrcMessage;

  /** Takes the line. */
  constructor(message: IrcMessage) {
    super();
    this.kind = "HOSTTARGET";
    this.message = message;
  }

  /** The channel that shows it, with its `#`. */
  get channel(): string {
    return this.message.param(0);
  }

  /** The login of the channel that is shown; undefined: none anymore. */
  get target(): string | undefined {
    const [target] = this.message.param(1).split(" ");
    return target === "-" || target === "" ? undefined : target;
  }

  /** How many see it. */
  get viewers(): number | undefined {
    return wholeNumber(this.message.param(1).split(" ")[1]);
  }
}
