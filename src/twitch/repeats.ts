import type { IrcMessage } from "../irc/message.ts";

// Far more than a busy link brings while another one takes over.
const MOST_REMEMBERED = 4_096;

/**
 * What came while two links were open at a time, so that what both bring is told once. A message is known
 * by its id, or, if it has none but the time it was sent, by its whole line. What we say on one link
 * comes back on the other as somebody's message, which it is not.
 */
export class Repeats {
  /** What came, and on which link. */
  readonly #seen = new Map<string, number>();
  #remembering = false;

  /** Whether it remembers. */
  get remembering(): boolean {
    return this.#remembering;
  }

  /** Begins to remember; a second link is about to be opened. */
  begin(): void {
    this.#remembering = true;
  }

  /** Forgets everything: there is one link again. */
  end(): void {
    this.#remembering = false;
    this.#seen.clear();
  }

  /** We say something on a link. */
  said(channel: string, text: string, link: number): void {
    const told = text.startsWith("/me ") ? `\u0001ACTION ${text.slice(4)}\u0001` : text;
    this.#remember(`said ${channel} ${told}`, link);
  }

  /** Twitch has given what we said on a link an id. */
  accepted(id: string | undefined, link: number): void {
    if (id !== undefined) this.#remember(`id ${id}`, link);
  }

  /** Whether a message has been told already; `login` is ours. */
  told(message: IrcMessage, link: number, login: string): boolean {
    if (!this.#remembering) return false;
    if (message.command === "PRIVMSG" && message.source?.name === login) {
      const said = `said ${message.param(0)} ${message.param(1)}`;
      const on = this.#seen.get(said);
      if (on !== undefined && on !== link) {
        this.#seen.delete(said);
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
    if (this.#seen.size >= MOST_REMEMBERED) {
      for (const oldest of this.#seen.keys()) {
        this.#seen.delete(oldest);
        break;
      }
    }
    this.#seen.set(key, link);
  }
}

function keyOf(message: IrcMessage): string | undefined {
  // A USERSTATE answers what was said on its own link.
  if (message.command === "USERSTATE") return undefined;
  const id = message.tag("id");
  if (id !== undefined && id !== "") return `id ${id}`;
  return message.tag("tmi-sent-ts") === undefined ? undefined : `line ${message.raw}`;
}
