import type { IrcMessage } from "../../../irc/wire/messages/message.ts";
import { LazyRecord } from "../../../protocol/data/lazy_record.ts";

/** CAP: which capabilities the server knows, grants or refuses. */
export class TwitchCapEvent extends LazyRecord {
  /** CAP. */
  readonly kind: "CAP";
  /** The line it came as. */
  readonly message: IrcMessage;

  /** Takes the line. */
  constructor(message: IrcMessage) {
    super();
    this.kind = "CAP";
    this.message = message;
  }

  /** `ACK`, `NAK` or `LS`. */
  get subcommand(): string {
    return this.message.param(1);
  }

  /** Which capabilities: `twitch.tv/tags`. */
  get capabilities(): readonly string[] {
    return this.message.param(2).split(" ").filter((name) => name !== "");
  }
}
