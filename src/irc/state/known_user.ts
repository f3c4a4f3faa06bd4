import { LazyRecord } from "../../protocol/lazy_record.ts";
import { IrcSource } from "../wire/message.ts";
import type { IrcMe, IrcUser } from "../wire/presence.ts";

/** Tells the names of the channels that somebody is in. */
export type ChannelsOf = (user: KnownUser) => readonly string[];

/** What is known of somebody. There are many of these: it keeps as few fields and texts as it can. */
export class KnownUser extends LazyRecord implements IrcUser {
  realname: string | undefined = undefined;
  account: string | null | undefined = undefined;
  away: string | boolean | undefined = undefined;
  isBot: boolean | undefined = undefined;
  /** In how many channels we see them, and one more if they are watched. */
  #reasons = 0;
  readonly #channelsOf: ChannelsOf;
  #source: string;

  /** `source`: `nick!user@host`, or as much of it as is known. */
  constructor(source: string, channelsOf: ChannelsOf) {
    super();
    this.#source = source;
    this.#channelsOf = channelsOf;
  }

  get nick(): string {
    return new IrcSource(this.#source).name;
  }

  get user(): string | undefined {
    return new IrcSource(this.#source).user;
  }

  get host(): string | undefined {
    return new IrcSource(this.#source).host;
  }

  get mask(): string | undefined {
    return this.user === undefined || this.host === undefined ? undefined : this.#source;
  }

  get channels(): readonly string[] {
    return this.#channelsOf(this);
  }

  /** They are known as this from now on. */
  become(source: string): void {
    this.#source = source;
  }

  /** There is one more reason to know them, or one less. */
  reason(by: 1 | -1): void {
    this.#reasons += by;
  }

  /** Whether there is a reason to know them. */
  hasReason(): boolean {
    return this.#reasons > 0;
  }

  /** How many characters are kept of them. */
  size(): number {
    const { realname, account, away } = this;
    const told = typeof away === "string" ? away.length : 0;
    return this.#source.length + (realname?.length ?? 0) + (account?.length ?? 0) + told;
  }
}

/** Ourselves. */
export class KnownMe extends KnownUser implements IrcMe {
  modes = "";
}
