import type { Data } from "../../protocol/protocol.ts";

/** A line that was taken apart from what came, or one that could not be. */
export type Line =
  | { readonly kind: "line"; readonly text: string }
  /** `text` is how it began. */
  | { readonly kind: "malformed"; readonly text: string; readonly reason: string };

/**
 * How long a line may be, in UTF-16 units: 8191 bytes of tags (IRCv3 message-tags) and 512 of message,
 * both of which no server that keeps to its limits exceeds.
 */
export const LONGEST_LINE: number = 8191 + 512;

const EXCERPT = 64;

/**
 * Takes lines out of what a link brings, however it is cut into pieces: bytes of a stream, or messages of
 * a WebSocket, each of which ends with the end of a line
 * ([IRCv3 websocket](https://ircv3.net/specs/extensions/websocket)). Invalid UTF-8 becomes U+FFFD. A line
 * that is too long is told once and takes no more memory than its limit.
 *
 * @example
 * ```ts
 * import { LineDecoder } from "@parley/parley/irc";
 *
 * const decoder = new LineDecoder({ messages: false });
 * decoder.push("PING :a\r\nPI");
 * decoder.next(); // { kind: "line", text: "PING :a" }
 * decoder.next(); // undefined
 * decoder.push("NG :b\r\n");
 * decoder.next(); // { kind: "line", text: "PING :b" }
 * ```
 */
export class LineDecoder {
  readonly #messages: boolean;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  /** What is not given out yet, from #at on. */
  #text = "";
  #at = 0;
  /** How the too long line began whose end has not come yet. */
  #tooLong: string | undefined;

  /** `messages`: what is pushed are whole messages, not pieces of a stream. */
  constructor(options: { readonly messages: boolean }) {
    this.#messages = options.messages;
  }

  /** Takes in what came. */
  push(data: Data): void {
    let text: string;
    if (typeof data === "string") text = data;
    else text = this.#decoder.decode(data, { stream: !this.#messages });
    if (this.#messages && !text.endsWith("\n")) text += "\n";
    this.#text = this.#at < this.#text.length ? this.#text.slice(this.#at) + text : text;
    this.#at = 0;
  }

  /** The next whole line, without its line ending; empty lines are left out. */
  next(): Line | undefined {
    for (;;) {
      const newline = this.#text.indexOf("\n", this.#at);
      if (newline < 0) {
        this.#dropTooLong();
        return undefined;
      }
      const end = newline > this.#at && this.#text[newline - 1] === "\r" ? newline - 1 : newline;
      const text = this.#text.slice(this.#at, end);
      this.#at = newline + 1;
      if (this.#tooLong !== undefined || text.length > LONGEST_LINE) {
        const began = (this.#tooLong ?? text).slice(0, EXCERPT);
        this.#tooLong = undefined;
        return {
          kind: "malformed",
          text: began,
          reason: `the line is longer than ${LONGEST_LINE} characters`,
        };
      }
      if (text !== "") return { kind: "line", text };
    }
  }

  /** The link has ended: what remains of a line without an end. */
  end(): Line | undefined {
    const rest = this.#tooLong ?? this.#text.slice(this.#at) + this.#decoder.decode();
    this.#text = "";
    this.#at = 0;
    this.#tooLong = undefined;
    if (rest === "") return undefined;
    return { kind: "malformed", text: rest.slice(0, EXCERPT), reason: "the link ended within the line" };
  }

  #dropTooLong(): void {
    const rest = this.#text.length - this.#at;
    // One more than the limit may be the CR of the line ending.
    if (this.#tooLong === undefined && rest <= LONGEST_LINE + 1) return;
    this.#tooLong ??= this.#text.slice(this.#at, this.#at + EXCERPT);
    this.#text = "";
    this.#at = 0;
  }
}
