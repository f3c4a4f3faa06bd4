import { LazyRecord } from "../../protocol/data/lazy_record.ts";
import type { IrcSource } from "../wire/messages/message.ts";
import type { IrcMe, IrcUser } from "../wire/events/presence.ts";

/** What is known of few, unless it is asked for. */
export interface Details {
  readonly realname?: string | undefined;
  readonly account?: string | null | undefined;
  readonly away?: string | boolean | undefined;
  readonly isBot?: boolean | undefined;
}

/** Where it is kept what is known of somebody, by their number. */
export interface Facts {
  /** `nick!user@host`, or as much of it as is known. */
  sourceOf(number: number): IrcSource;
  /** What else is known. */
  detailsOf(number: number): Details | undefined;
  /** The channels that we share with them. */
  channelsOf(number: number): readonly string[];
}

/** Somebody, as a program looks at them: made when they are asked for, and the same for as long as they are known. */
export class KnownUser extends LazyRecord implements IrcUser {
  readonly #facts: Facts;
  readonly #number: number;
  /** What was known last of who is gone, and has left the number to another. */
  #last: { readonly source: IrcSource; readonly details: Details | undefined } | undefined = undefined;

  /** Takes where it is kept what is known of them, and by which number. */
  constructor(facts: Facts, number: number) {
    super();
    this.#facts = facts;
    this.#number = number;
  }

  get nick(): string {
    return this.#source.name;
  }

  get user(): string | undefined {
    return this.#source.user;
  }

  get host(): string | undefined {
    return this.#source.host;
  }

  get mask(): string | undefined {
    const { raw, user, host } = this.#source;
    return user === undefined || host === undefined ? undefined : raw;
  }

  get realname(): string | undefined {
    return this.#details?.realname;
  }

  get account(): string | null | undefined {
    return this.#details?.account;
  }

  get away(): string | boolean | undefined {
    return this.#details?.away;
  }

  get isBot(): boolean | undefined {
    return this.#details?.isBot;
  }

  get channels(): readonly string[] {
    return this.#last === undefined ? this.#facts.channelsOf(this.#number) : [];
  }

  /** What stands for them, for as long as they are known. */
  number(): number {
    return this.#number;
  }

  /** They are gone: what is known of them stays as it is. */
  leave(): void {
    this.#last = { source: this.#source, details: this.#details };
  }

  get #source(): IrcSource {
    return this.#last === undefined ? this.#facts.sourceOf(this.#number) : this.#last.source;
  }

  get #details(): Details | undefined {
    return this.#last === undefined ? this.#facts.detailsOf(this.#number) : this.#last.details;
  }
}

/** Ourselves. */
export class KnownMe extends KnownUser implements IrcMe {
  modes = "";
}
