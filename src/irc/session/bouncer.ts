import type { IrcMessage } from "../wire/messages/message.ts";
import { parseTags } from "../wire/messages/message_tags.ts";

/** Capabilities of those who sit in between, ZNC and soju. */
const CAPABILITY = /(?:^| )(?:znc\.in|soju\.im)\//;
/** What ZNC says of itself as, and by what name it answers for a network that it has not reached. */
const ZNC_STATUS = "*status!znc@znc.in";
const ZNC = "irc.znc.in";
/** "Disconnected from IRC. Reconnecting..." */
const DISCONNECTED = /\bdisconnected from IRC\b/i;
/** Which of its networks soju has bound us to. */
const NETWORK_ID = "BOUNCER_NETID=";

/** What has become of the network behind a bouncer: it is gone, there again, or another than before. */
export type NetworkChange =
  /** `reason`: in the bouncer's words. */
  | { readonly kind: "lost"; readonly reason: string }
  /** `nick`: what the network calls us now; undefined: what it called us before, as far as it has said. */
  | { readonly kind: "back" | "replaced"; readonly nick: string | undefined };

/**
 * Who sits between us and a network, if anybody does: it answers PING by itself, and may lose the network while we stay
 * connected to it.
 */
export class Bouncer {
  #isThere = false;
  #isAway = false;
  #isWelcome = false;
  #networkId: string | undefined;
  /** What soju has last said to be wrong with the network. */
  #error = "";

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
    this.#networkId = undefined;
    this.#error = "";
  }

  /** Takes a message; returns what it tells of the network. */
  sawMessage(message: IrcMessage): NetworkChange | undefined {
    switch (message.command) {
      case "CAP":
        this.#isThere ||= /^(?:LS|NEW)$/i.test(message.param(1)) && CAPABILITY.test(message.text);
        return undefined;
      case "001":
        return this.#welcomed(message.param(0), message.source?.name);
      case "005": {
        const token = message.params.find((param) => param.startsWith(NETWORK_ID));
        if (token === undefined) return undefined;
        this.#networkId = token.slice(NETWORK_ID.length);
        this.#isThere = true;
        return undefined;
      }
      case "BOUNCER":
        return message.param(0).toUpperCase() === "NETWORK" && message.param(1) === this.#networkId
          ? this.#told(message.param(2))
          : undefined;
      case "PRIVMSG":
        // No nick of a network begins with that asterisk.
        if (message.source?.raw !== ZNC_STATUS) return undefined;
        this.#isThere = true;
        return this.#isWelcome && DISCONNECTED.test(message.text) ? this.#lost(message.text) : undefined;
      default:
        return undefined;
    }
  }

  /** "Welcome to ZNC" comes without a network, and the network's own welcome whenever it has been reached. */
  #welcomed(nick: string, from: string | undefined): NetworkChange | undefined {
    const [wasWelcome, wasAway] = [this.#isWelcome, this.#isAway];
    this.#isWelcome = true;
    this.#isAway = from === ZNC;
    if (this.#isAway) this.#isThere = true;
    if (!wasWelcome || !this.#isThere || this.#isAway) return undefined;
    return { kind: wasAway ? "back" : "replaced", nick };
  }

  /**
   * "BOUNCER NETWORK <netid> <attributes>", of which those are told that have changed
   * ([soju.im/bouncer-networks](https://codeberg.org/emersion/soju/src/branch/master/doc/ext/bouncer-networks.md)).
   */
  #told(attributes: string): NetworkChange | undefined {
    const told = parseTags(`@${attributes}`, attributes.length + 1);
    this.#error = told.get("error") ?? this.#error;
    const state = told.get("state");
    if (state === undefined) return undefined;
    if (state !== "connected") return this.#lost(this.#error || "the bouncer is not connected to it");
    if (!this.#isAway) return undefined;
    this.#isAway = false;
    return { kind: "back", nick: undefined };
  }

  #lost(reason: string): NetworkChange | undefined {
    if (this.#isAway) return undefined;
    this.#isAway = true;
    return { kind: "lost", reason };
  }
}
