import type { Instant } from "../../../protocol/protocol.ts";
import { formatMessage, type IrcMessage } from "../../wire/messages/message.ts";

/** How long an answer is waited for before the next channel is asked about, in milliseconds. */
const PATIENCE = 30_000;

/** What is asked about each channel that we come into. */
export interface SyncOptions {
  /** Whether we are in a channel: of what cannot be one, or is one too many, nothing is asked. */
  readonly isIn: (name: string) => boolean;
  /** Whether to ask who its members are, beside their nicks. */
  readonly who: boolean;
  /** What WHO is asked for behind the channel, if anything. */
  readonly whoFields: () => string | undefined;
  /** Whether we have to ask for the names, since the server does not tell them by itself. */
  readonly asksNames: () => boolean;
}

/** What is to be asked about a channel. */
interface Question {
  readonly command: "NAMES" | "MODE" | "WHO";
  readonly channel: string;
  /** The channel's folded name. */
  readonly folded: string;
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

  /** Sees each message, once it is known what it changes. `own`: it is about ourselves. `ended`: the lines that it ends. */
  sawMessage(message: IrcMessage, own: boolean, ended: readonly { readonly line: string }[]): void {
    if (this.#asked !== undefined && ended.some(({ line }) => line === this.#asked)) this.#answered();
    const name = message.param(0);
    if (message.command === "JOIN" && own) this.#begin(name);
    else if (own && (message.command === "PART" || message.command === "KICK")) this.#forget(name);
    else if (message.command === "RENAME") this.#rename(name, message.param(1));
    else if (message.command === "366") {
      const folded = this.#fold(message.param(1));
      const unnamed = this.#unnamed.get(folded);
      if (unnamed === undefined) return;
      this.#unnamed.delete(folded);
      this.#waiting.push({ command: "WHO", channel: unnamed, folded });
    }
  }

  /** The next line to send, if one is to be. */
  next(now: Instant): string | undefined {
    if (this.#until <= now) this.#answered();
    if (this.#asked !== undefined) return undefined;
    const question = this.#waiting.shift();
    if (question === undefined) return undefined;
    this.#until = now + PATIENCE;
    return this.#asked = this.#lineOf(question);
  }

  /** The link is gone. */
  stop(): void {
    this.#waiting = [];
    this.#unnamed.clear();
    this.#answered();
  }

  #begin(channel: string): void {
    this.#forget(channel);
    if (!this.#options.isIn(channel)) return;
    const folded = this.#fold(channel);
    if (this.#options.asksNames()) this.#waiting.push({ command: "NAMES", channel, folded });
    this.#waiting.push({ command: "MODE", channel, folded });
    if (this.#options.who) this.#unnamed.set(folded, channel);
  }

  #rename(name: string, to: string): void {
    const [folded, foldedTo] = [this.#fold(name), this.#fold(to)];
    if (foldedTo !== folded) this.#forget(to);
    if (!this.#options.isIn(to)) return this.#forget(name);
    this.#waiting = this.#waiting.map((question) =>
      question.folded === folded ? { ...question, channel: to, folded: foldedTo } : question
    );
    if (this.#unnamed.delete(folded)) this.#unnamed.set(foldedTo, to);
  }

  #lineOf({ command, channel }: Question): string {
    const fields = command === "WHO" ? this.#options.whoFields() : undefined;
    return formatMessage({ command, params: fields === undefined ? [channel] : [channel, fields] });
  }

  #answered(): void {
    this.#asked = undefined;
    this.#until = Infinity;
  }

  #forget(name: string): void {
    const folded = this.#fold(name);
    this.#waiting = this.#waiting.filter((question) => question.folded !== folded);
    this.#unnamed.delete(folded);
  }
}
