import type { Instant } from "../../../protocol/protocol.ts";
import { formatMessage, type IrcMessage } from "../../wire/messages/message.ts";

/** How long an answer is waited for before the next channel is asked about, in milliseconds. */
const PATIENCE = 30_000;

/** What is asked about each channel that we come into. */
export interface SyncOptions {
  /** Whether to ask who its members are, beside their nicks. */
  readonly who: boolean;
  /** What WHO is asked for behind the channel, if anything. */
  readonly whoFields: () => string | undefined;
  /** Whether we have to ask for the names, since the server does not tell them by itself. */
  readonly asksNames: () => boolean;
}

/** A line that asks about a channel. */
interface Question {
  /** The channel's folded name. */
  readonly folded: string;
  readonly line: string;
}

/**
 * Asks about the channels that we come into what the server does not tell by itself: modes, and who is there. One
 * question at a time, so that whatever else is to be sent finds room.
 */
export class ChannelSync {
  readonly #options: SyncOptions;
  readonly #fold: (name: string) => string;
  #waiting: Question[] = [];
  /** Channels of which WHO is to be asked once their names have come, by their folded names. */
  readonly #unnamed = new Map<string, string>();
  #asked: string | undefined;
  #until: Instant = Infinity;

  /** Takes what to ask, and what folds a name as the server does. */
  constructor(options: SyncOptions, fold: (name: string) => string) {
    this.#options = options;
    this.#fold = fold;
  }

  /** When {@linkcode ChannelSync.next} is due though nothing came. */
  get deadline(): Instant {
    return this.#until;
  }

  /** Sees each message. `own`: it is about ourselves. `ended`: the lines that it ends. */
  sawMessage(message: IrcMessage, own: boolean, ended: readonly { readonly line: string }[]): void {
    if (this.#asked !== undefined && ended.some(({ line }) => line === this.#asked)) this.#answered();
    const name = message.param(0);
    if (message.command === "JOIN" && own) {
      this.#forget(name);
      if (this.#options.asksNames()) this.#ask("NAMES", name);
      this.#ask("MODE", name);
      if (this.#options.who) this.#unnamed.set(this.#fold(name), name);
    } else if (own && (message.command === "PART" || message.command === "KICK")) {
      this.#forget(name);
    } else if (message.command === "366") {
      const folded = this.#fold(message.param(1));
      const unnamed = this.#unnamed.get(folded);
      if (unnamed === undefined) return;
      this.#unnamed.delete(folded);
      this.#ask("WHO", unnamed, this.#options.whoFields());
    }
  }

  /** The next line to send, if one is to be. */
  next(now: Instant): string | undefined {
    if (this.#until <= now) this.#answered();
    if (this.#asked !== undefined) return undefined;
    this.#asked = this.#waiting.shift()?.line;
    if (this.#asked !== undefined) this.#until = now + PATIENCE;
    return this.#asked;
  }

  /** The link is gone. */
  stop(): void {
    this.#waiting = [];
    this.#unnamed.clear();
    this.#answered();
  }

  #ask(command: string, channel: string, more?: string): void {
    const params = more === undefined ? [channel] : [channel, more];
    this.#waiting.push({ folded: this.#fold(channel), line: formatMessage({ command, params }) });
  }

  #answered(): void {
    this.#asked = undefined;
    this.#until = Infinity;
  }

  #forget(channel: string): void {
    const folded = this.#fold(channel);
    this.#unnamed.delete(folded);
    this.#waiting = this.#waiting.filter((question) => question.folded !== folded);
  }
}
