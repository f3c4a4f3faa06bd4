import { LazyRecord } from "../../protocol/lazy_record.ts";
import { IrcSource } from "../wire/message.ts";
import type { IrcMe, IrcUser } from "../wire/presence.ts";

const SPACE = 0x20;
const BANG = 0x21;
const AT = 0x40;

/** Where the nick ends with which a source begins there, be it one of several words. */
export function endOfNick(text: string, start: number): number {
  let end = -1;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BANG) return at;
    if (code === SPACE) return end < 0 ? at : end;
    if (code === AT && end < 0) end = at;
  }
  return end < 0 ? text.length : end;
}

/** What is known of few, unless it is asked for. */
interface Details {
  realname?: string | undefined;
  account?: string | null | undefined;
  away?: string | boolean | undefined;
  isBot?: boolean | undefined;
}

/**
 * What is known of somebody. There are very many of these: each keeps as little as it can, and in which channels it is,
 * the roster tells.
 */
export abstract class KnownUser extends LazyRecord implements IrcUser {
  #source: string;
  readonly #number: number;
  #details: Details | undefined = undefined;
  /** In how many channels we see them, and one more if they are watched. */
  #reasons = 0;

  /** `source`: `nick!user@host`, or as much of it as is known. `number`: what stands for them in sets of many. */
  constructor(source: string, number: number) {
    super();
    this.#source = source;
    this.#number = number;
  }

  abstract get channels(): readonly string[];

  get nick(): string {
    return this.#source.slice(0, endOfNick(this.#source, 0));
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

  /** What stands for them, for as long as they are known. */
  number(): number {
    return this.#number;
  }

  /** `nick!user@host`, or as much of it as is known. */
  source(): string {
    return this.#source;
  }

  /** Whether their host is known. */
  hasHost(): boolean {
    return this.#source.includes("@");
  }

  /** They are known as this from now on. */
  become(source: string): void {
    this.#source = source;
  }

  /** So much more is known of them. */
  learn(details: Details): void {
    this.#details = { ...this.#details, ...details };
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
export abstract class KnownMe extends KnownUser implements IrcMe {
  modes = "";
}
