import { LONGEST_MASK } from "../wire/bounds.ts";
import type { Isupport } from "../wire/support/isupport.ts";
import type { IrcMessage } from "../wire/messages/message.ts";

// What is assumed where the server does not say: "~" and nine characters, and the longest name of DNS that
// servers let through.
const LONGEST_USER = 10;
const LONGEST_HOST = 63;
// Counted in how long a line may be.
const CRLF = 2;

const encoder = new TextEncoder();

/**
 * How others see us: `nick!user@host`. The server puts it before all we say, so that it takes room in each
 * line. It shows when we join a channel or change our nick, and changes by CHGHOST and `RPL_VISIBLEHOST`.
 */
export class OwnMask {
  #user: string | undefined;
  #host: string | undefined;

  /** Takes a message; `isOwn`: whether a nick is ours. */
  sawMessage(message: IrcMessage, isOwn: (nick: string | undefined) => boolean): void {
    switch (message.command) {
      case "JOIN":
      case "NICK":
        if (!isOwn(message.source?.name)) return;
        this.#user = message.source?.user ?? this.#user;
        this.#host = message.source?.host ?? this.#host;
        return;
      case "CHGHOST":
        if (!isOwn(message.source?.name)) return;
        this.#user = message.param(0);
        this.#host = message.param(1);
        return;
      case "396": { // RPL_VISIBLEHOST: "[<user>@]<host>"
        const at = message.param(1).indexOf("@");
        if (at > 0) this.#user = message.param(1).slice(0, at);
        this.#host = message.param(1).slice(at + 1);
        return;
      }
    }
  }

  /** Another link: what the last one called us is no longer true. */
  clear(): void {
    this.#user = undefined;
    this.#host = undefined;
  }

  /** The mask with our nick; undefined as long as the server has not shown it. */
  with(nick: string): string | undefined {
    return this.#user === undefined || this.#host === undefined
      ? undefined
      : `${nick}!${this.#user}@${this.#host}`;
  }

  /** How many bytes a text may have that we send by a command to a target, so that all of it arrives. */
  room(nick: string, command: string, target: string, isupport: Isupport): number {
    const user = this.#user === undefined ? isupport.userLen ?? LONGEST_USER : bytesOf(this.#user);
    const host = this.#host === undefined ? isupport.hostLen ?? LONGEST_HOST : bytesOf(this.#host);
    // A server that says it is longer shall not keep us from saying anything.
    const mask = Math.min(bytesOf(nick) + "!".length + user + "@".length + host, LONGEST_MASK);
    return isupport.lineLen - CRLF - mask - bytesOf(`: ${command} ${target} :`);
  }
}

function bytesOf(text: string): number {
  return encoder.encode(text).length;
}
