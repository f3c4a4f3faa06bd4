import type { Instant } from "../../protocol/protocol.ts";
import { formatMessage, type IrcMessage } from "../wire/messages/message.ts";

/** How often to ask whether the nick is free, in milliseconds, where the server does not tell by itself. */
const POLL = 60_000;
/** How long to wait after asking for the nick, in milliseconds: who holds it may leave and come back at will. */
const PAUSE = 10_000;

/**
 * Gets the nick back that was taken when we came: as soon as whoever holds it is seen to leave it, or the
 * server says that it is free, by MONITOR where there is that, else by an ISON now and then.
 */
export class NickRegain {
  /** The nick to have. */
  wanted: string;
  readonly #same: (a: string, b: string) => boolean;
  #monitor: "untried" | "on" | "off" = "untried";
  #pollAt: Instant = Infinity;
  #notBefore: Instant = -Infinity;

  /** Takes the nick to have, and which nicks are the same. */
  constructor(wanted: string, same: (a: string, b: string) => boolean) {
    this.wanted = wanted;
    this.#same = same;
  }

  /** When {@linkcode NickRegain.poll} is due. */
  get deadline(): Instant {
    return this.#pollAt;
  }

  /** The server has let us in. */
  start(nick: string, now: Instant): void {
    this.#monitor = "untried";
    this.#notBefore = -Infinity;
    this.#pollAt = this.#same(nick, this.wanted) ? Infinity : now + POLL;
  }

  /** The link is gone. */
  stop(): void {
    this.#monitor = "off";
    this.#pollAt = Infinity;
  }

  /** Time has passed; a line to send, perhaps. */
  poll(now: Instant): string | undefined {
    if (this.#pollAt > now) return undefined;
    this.#pollAt = now + POLL;
    return formatMessage({ command: "ISON", params: [this.wanted] });
  }

  /** The server has MONITOR; it is tried once. */
  monitorable(): string | undefined {
    if (this.#pollAt === Infinity || this.#monitor !== "untried") return undefined;
    this.#monitor = "on";
    this.#pollAt = Infinity;
    return formatMessage({ command: "MONITOR", params: ["+", this.wanted] });
  }

  /** Sees each message while we are there under another nick; a line to send, perhaps. */
  sawMessage(message: IrcMessage, now: Instant): string | undefined {
    if (this.#pollAt === Infinity && this.#monitor !== "on") return undefined;
    if (!this.#frees(message, now)) return undefined;
    if (now < this.#notBefore) {
      this.#pollAt = Math.min(this.#pollAt, this.#notBefore);
      return undefined;
    }
    this.#notBefore = now + PAUSE;
    // The server may refuse it all the same: somebody was quicker, or it was changed too often.
    this.#pollAt = now + POLL;
    return formatMessage({ command: "NICK", params: [this.wanted] });
  }

  /** We are called this now, perhaps by services that do not know us; a line to send, perhaps. */
  renamed(nick: string, now: Instant): string | undefined {
    if (!this.#same(nick, this.wanted)) {
      if (this.#pollAt === Infinity && this.#monitor !== "on") {
        this.#monitor = "untried";
        this.#pollAt = now + POLL;
      }
      return undefined;
    }
    const monitoring = this.#monitor === "on";
    this.stop();
    return monitoring ? formatMessage({ command: "MONITOR", params: ["-", this.wanted] }) : undefined;
  }

  #frees(message: IrcMessage, now: Instant): boolean {
    switch (message.command) {
      case "QUIT":
        return this.#same(message.source?.nick ?? "", this.wanted);
      case "NICK":
        return this.#same(message.source?.nick ?? "", this.wanted) &&
          !this.#same(message.param(0), this.wanted);
      case "303": // RPL_ISON
        return !message.text.split(" ").some((nick) => this.#same(nick, this.wanted));
      case "731": // RPL_MONOFFLINE
        return message.text.split(",").some((nick) => this.#same(nick, this.wanted));
      case "734": // ERR_MONLISTFULL
        if (this.#monitor !== "on") return false;
        this.#monitor = "off";
        this.#pollAt = now;
        return false;
      default:
        return false;
    }
  }
}
