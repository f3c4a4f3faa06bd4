import { LazyRecord } from "../../../protocol/data/lazy_record.ts";
import type { IrcMessage, IrcSource } from "../messages/message.ts";

/** A command or numeric whose parameters are read from its message. */
export class IrcMessageEvent<Kind extends string = string> extends LazyRecord {
  /** The command or the numeric's name; `unknown` for what has none. */
  readonly kind: Kind;
  /** The line it came as. */
  readonly message: IrcMessage;

  /** Takes the kind and the message. */
  constructor(kind: Kind, message: IrcMessage) {
    super();
    this.kind = kind;
    this.message = message;
  }

  /** Who sent it; undefined: the server at the other end. */
  get source(): IrcSource | undefined {
    return this.message.source;
  }

  /** The parameters. A numeric's first is our nick. */
  get params(): readonly string[] {
    return this.message.params;
  }

  /** The last parameter. */
  get text(): string {
    return this.message.text;
  }
}
