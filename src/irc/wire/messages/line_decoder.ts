import type { Data } from "../../../protocol/protocol.ts";

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
 * ([IRCv3 websocket](https://ircv3.net/specs/extensions/websocket)). A line that
 * is no UTF-8 is read by the fallback encoding, if there is one; else what is invalid becomes U+FFFD. A line that is too
 * long is told once and takes no more memory than its limit.
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
  readonly #fallback: FallbackDecoder | undefined;
  /** What is not given out yet, from #at on. */
  #text = "";
  #at = 0;
  /** How the too long line began whose end has not come yet. */
  #tooLong: string | undefined;

  /**
   * `messages`: what is pushed are whole messages, not pieces of a stream. `encoding`: of lines that are no UTF-8, by a
   * name of the [Encoding Standard](https://encoding.spec.whatwg.org/#names-and-labels), such as `windows-1252`.
   *
   * @throws {RangeError} if the runtime does not know the encoding.
   */
  constructor(options: { readonly messages: boolean; readonly encoding?: string | undefined }) {
    this.#messages = options.messages;
    if (options.encoding !== undefined) this.#fallback = new FallbackDecoder(options.encoding);
  }

  /** Takes in what came. */
  push(data: Data): void {
    let text: string;
    if (typeof data === "string") text = data;
    else if (this.#fallback !== undefined) text = this.#fallback.decode(data, !this.#messages);
    else text = this.#decoder.decode(data, { stream: !this.#messages });
    if (this.#messages && !text.endsWith("\n")) text += "\n";
    this.#text = this.#at < this.#text.length ? this.#text.slice(this.#at) + text : text;
    this.#at = 0;
  }

  /** The next whole line, without its line ending; empty lines are left out. */
  next(): Line | undefined {
    while (this.#at < this.#text.length) {
      const newline = this.#text.indexOf("\n", this.#at);
      if (newline < 0) {
        this.#dropTooLong();
        break;
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
    return undefined;
  }

  /** The link has ended: what remains of a line without an end. */
  end(): Line | undefined {
    const rest = this.#tooLong ?? this.#text.slice(this.#at) + (this.#fallback ?? this.#decoder).decode();
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

const NEWLINE = 10;
/** What has no end by then is no line: a character has at most four bytes. */
const MOST_BYTES = 4 * LONGEST_LINE;

/** Reads each line as UTF-8, or by another encoding if it is not that. */
class FallbackDecoder {
  readonly #utf8 = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });
  readonly #other: TextDecoder;
  /** The bytes of a line whose end has not come yet. */
  #begun = new Uint8Array();

  constructor(encoding: string) {
    this.#other = new TextDecoder(encoding);
  }

  /** The text of the lines that are whole, and of what has no end unless more of it may follow. */
  decode(data: Uint8Array = new Uint8Array(), stream = false): string {
    const bytes = new Uint8Array(this.#begun.length + data.length);
    bytes.set(this.#begun);
    bytes.set(data, this.#begun.length);
    let text = "";
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      text += this.#line(bytes.subarray(from, end + 1));
      from = end + 1;
    }
    this.#begun = bytes.slice(from);
    if (stream && this.#begun.length <= MOST_BYTES) return text;
    const rest = this.#line(this.#begun);
    this.#begun = new Uint8Array();
    return text + rest;
  }

  #line(bytes: Uint8Array): string {
    try {
      return this.#utf8.decode(bytes);
    } catch {
      return this.#other.decode(bytes);
    }
  }
}
