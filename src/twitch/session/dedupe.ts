import type { IrcMessage } from "../../irc/wire/messages/message.ts";
import type { Instant } from "../../protocol/protocol.ts";
import { toldText } from "../wire/commands/command.ts";
import { LONGEST_REMEMBERED, MOST_REMEMBERED } from "./bounds.ts";

// Twitch's servers do not say the same at the same time: what came on a link that is gone may come this much
// later, in milliseconds, on its successor.
const LATER = 10_000;

/**
 * What came while two links were open at a time, so that what both bring is told once. A message is known
 * by its id, or, if it has none but the time it was sent, by its whole line. What we say on one link
 * comes back on the other as somebody's message, which it is not.
 */
export class Dedupe {
  /** What came, and on which link. */
  readonly #seen = new Map<string, number>();
  #characters = 0;
  #remembering = false;
  #endsAt: Instant = Infinity;

  /** How many messages it holds. */
  get size(): number {
    return this.#seen.size;
  }

  /** Whether it remembers. */
  get remembering(): boolean {
    return this.#remembering;
  }

  /** When {@linkcode Dedupe.due} has something to forget. */
  get deadline(): Instant {
    return this.#endsAt;
  }

  /** Begins to remember, or goes on with it: a second link is about to be opened, or there. */
  begin(): void {
    this.#remembering = true;
    this.#endsAt = Infinity;
  }

  /** There is one link again, and it is past all that the other has brought: forgets everything before long. */
  endSoon(now: Instant): void {
    this.#endsAt = now + LATER;
  }

  /** Forgets everything once it is time for that. */
  due(now: Instant): void {
    if (now >= this.#endsAt) this.end();
  }

  /** Forgets everything. */
  end(): void {
    this.#remembering = false;
    this.#endsAt = Infinity;
    this.#seen.clear();
    this.#characters = 0;
  }

  /** We say something on a link; `text` as it is sent. */
  said(channel: string, text: string, link: number): void {
    this.#remember(`said ${channel} ${toldText(text)}`, link);
  }

  /** Twitch has given what we said on a link an id. */
  accepted(id: string | undefined, link: number): void {
    if (id !== undefined) this.#remember(`id ${id}`, link);
  }

  /** Whether a message has come on another link already; `login` is ours. */
  repeats(message: IrcMessage, link: number, login: string): boolean {
    if (!this.#remembering) return false;
    if (message.command === "PRIVMSG" && message.source?.name === login) {
      const said = `said ${message.param(0)} ${message.param(1)}`;
      const on = this.#seen.get(said);
      if (on !== undefined && on !== link) {
        this.#forget(said);
        return true;
      }
    }
    const key = keyOf(message);
    if (key === undefined) return false;
    const on = this.#seen.get(key);
    if (on === undefined) this.#remember(key, link);
    return on !== undefined && on !== link;
  }

  #remember(key: string, link: number): void {
    if (!this.#remembering) return;
    for (const oldest of this.#seen.keys()) {
      if (this.#seen.size < MOST_REMEMBERED && this.#characters + key.length <= LONGEST_REMEMBERED) break;
      this.#forget(oldest);
    }
    if (!this.#seen.has(key)) this.#characters += key.length;
    this.#seen.set(key, link);
  }

  #forget(key: string): void {
    if (this.#seen.delete(key)) this.#characters -= key.length;
  }
}

function keyOf(message: IrcMessage): string | undefined {
  // A USERSTATE answers what was said on its own link.
  if (message.command === "USERSTATE") return undefined;
  const id = message.tag("id");
  if (id !== undefined && id !== "") return `id ${id}`;
  return message.tag("tmi-sent-ts") === undefined ? undefined : `line ${message.raw}`;
}
