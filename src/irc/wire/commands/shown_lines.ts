import type { Data } from "../../../protocol/protocol.ts";
import { LONGEST_LINE } from "../messages/line_decoder.ts";
import { secrecyOf } from "./secrecy.ts";

/**
 * What may be shown to observers of what a link brings: all but what is secret in it, such as the echo of what was said
 * to NickServ, or a channel's key. It goes through the link's data in order, since a line may come in pieces.
 *
 * @example
 * ```ts
 * import { ShownLines } from "@parley/parley/irc";
 *
 * new ShownLines({ messages: true }).shown(":bot!u@h PRIVMSG NickServ :IDENTIFY sesame"); // "PRIVMSG NickServ *"
 * ```
 */
export class ShownLines {
  readonly #messages: boolean;
  /** What has come of a line without its end. */
  #begun = "";

  /** `messages`: what comes are whole messages, not pieces of a stream. */
  constructor(options: { readonly messages: boolean }) {
    this.#messages = options.messages;
  }

  /** The same data, or what may be shown of it. */
  shown(data: Data): Data {
    // A character for each byte: what tells a secret is ASCII, and a piece may end within a character.
    const text = typeof data === "string"
      ? data
      : data.reduce((text, byte) => text + String.fromCharCode(byte), "");
    let hidden = false;
    const pieces = text.split("\n").map((piece, i, { length }) => {
      const before = this.#begun;
      const line = before + piece;
      const ended = this.#messages || i < length - 1;
      this.#begun = ended ? "" : line.slice(0, LONGEST_LINE);
      const shown = shownOf(line);
      if (shown === undefined) return piece;
      hidden = true;
      return before === "" ? shown : "";
    });
    if (!hidden) return data;
    const left = pieces.join("\n");
    return typeof data === "string" ? left : Uint8Array.from(left, (char) => char.charCodeAt(0));
  }
}

/** What is shown of a line that has something secret; undefined if it has nothing. */
function shownOf(line: string): string | undefined {
  // What is no line, or not a whole one, has no command that could say what is secret.
  if (!/^(?:@[^ ]* +)?(?::[^ ]* +)?(?:[A-Za-z]+|324) /.test(line)) return undefined;
  const { secret, shown = "" } = secrecyOf(line);
  return secret && shown;
}
