import type { Instant } from "../../protocol/protocol.ts";
import { formatMessage, type IrcMessage } from "../wire/message.ts";

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

/**
 * Asks about the channels that we come into what the server does not tell by itself: modes, and who is there. One
 * question at a time, so that whatever else is to be sent finds room.
 */
export class ChannelSync {
  readonly #options: SyncOptions;
  readonly #same: (a: string, b: string) => boolean;
  #waiting: string[] = [];
  /** Channels of which WHO is to be asked once their names have come. */
  readonly #unnamed = new Set<string>();
  #asked: string | undefined;
  #until: Instant = Infinity;

  /** Takes what to ask, and which names are the same. */
  constructor(options: SyncOptions, same: (a: string, b: string) => boolean) {
    this.#options = options;
    this.#same = same;
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
      if (this.#options.asksNames()) this.#ask("NAMES", [name]);
      this.#ask("MODE", [name]);
      if (this.#options.who) this.#unnamed.add(name);
    } else if (own && (message.command === "PART" || message.command === "KICK")) {
      this.#forget(name);
    } else if (message.command === "366") {
      for (const unnamed of this.#unnamed) {
        if (!this.#same(unnamed, message.param(1))) continue;
        this.#unnamed.delete(unnamed);
        const fields = this.#options.whoFields();
        this.#ask("WHO", fields === undefined ? [unnamed] : [unnamed, fields]);
      }
    }
  }

  /** The next line to send, if one is to be. */
  next(now: Instant): string | undefined {
    if (this.#until <= now) this.#answered();
    if (this.#asked !== undefined) return undefined;
    this.#asked = this.#waiting.shift();
    if (this.#asked !== undefined) this.#until = now + PATIENCE;
    return this.#asked;
  }

  /** The link is gone. */
  stop(): void {
    this.#waiting = [];
    this.#unnamed.clear();
    this.#answered();
  }

  #ask(command: string, params: readonly string[]): void {
    this.#waiting.push(formatMessage({ command, params }));
  }

  #answered(): void {
    this.#asked = undefined;
    this.#until = Infinity;
  }

  #forget(channel: string): void {
    for (const unnamed of this.#unnamed) if (this.#same(unnamed, channel)) this.#unnamed.delete(unnamed);
    this.#waiting = this.#waiting.filter((line) => !this.#same(line.split(" ")[1] ?? "", channel));
  }
}
