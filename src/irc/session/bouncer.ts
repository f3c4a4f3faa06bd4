import type { IrcMessage } from "../wire/message.ts";

/** Capabilities of those who sit in between, ZNC and soju. */
const CAPABILITY = /(?:^| )(?:znc\.in|soju\.im)\//;
/** What ZNC says of itself as, and by what name it answers for a network that it has not reached. */
const ZNC_STATUS = "*status!znc@znc.in";
const ZNC = "irc.znc.in";
/** "Disconnected from IRC. Reconnecting..." */
const DISCONNECTED = /\bdisconnected from IRC\b/i;

/** What has become of the network behind a bouncer: it is gone, there again, or another than before. */
export type NetworkChange = "lost" | "back" | "replaced";

/**
 * Who sits between us and a network, if anybody does: it answers PING by itself, and may lose the network while we stay
 * connected to it.
 */
export class Bouncer {
  #isThere = false;
  #isAway = false;
  #isWelcome = false;

  /** Whether somebody sits in between. */
  get isThere(): boolean {
    return this.#isThere;
  }

  /** Whether the network is out of reach: what is sent to it would be lost. */
  get isAway(): boolean {
    return this.#isAway;
  }

  /** Somebody answers for the server. */
  found(): void {
    this.#isThere = true;
  }

  /** Another link is being made. */
  clear(): void {
    this.#isThere = this.#isAway = this.#isWelcome = false;
  }

  /** Takes a message; returns what it tells of the network. */
  sawMessage(message: IrcMessage): NetworkChange | undefined {
    switch (message.command) {
      case "CAP":
        this.#isThere ||= /^(?:LS|NEW)$/i.test(message.param(1)) && CAPABILITY.test(message.text);
        return undefined;
      case "001":
        return this.#welcomed(message.source?.name);
      case "PRIVMSG": {
        // No nick of a network begins with that asterisk.
        if (message.source?.raw !== ZNC_STATUS) return undefined;
        this.#isThere = true;
        if (this.#isAway || !this.#isWelcome || !DISCONNECTED.test(message.text)) return undefined;
        this.#isAway = true;
        return "lost";
      }
      default:
        return undefined;
    }
  }

  /** "Welcome to ZNC" comes without a network, and the network's own welcome whenever it has been reached. */
  #welcomed(from: string | undefined): NetworkChange | undefined {
    const [wasWelcome, wasAway] = [this.#isWelcome, this.#isAway];
    this.#isWelcome = true;
    this.#isAway = from === ZNC;
    if (this.#isAway) this.#isThere = true;
    if (!wasWelcome || !this.#isThere || this.#isAway) return undefined;
    return wasAway ? "back" : "replaced";
  }
}
