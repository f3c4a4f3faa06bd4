import type { IrcMessage } from "../../irc/wire/messages/message.ts";
import type { Instant } from "../../protocol/protocol.ts";
import type { Connection } from "./connection.ts";
import type { Membership } from "./channels/membership.ts";
import { isRefusal, REFUSES_JOIN } from "../wire/events/notice.ts";
import type { Dedupe } from "./dedupe.ts";
import type { Outbox } from "./sending/outbox.ts";

/** What Twitch says to us once it has let us in: what becomes of our JOINs, PARTs and messages. */
export class Conversation {
  readonly #membership: Membership;
  readonly #outbox: Outbox;
  readonly #dedupe: Dedupe;

  /** Takes those who wait for answers. */
  constructor(membership: Membership, outbox: Outbox, dedupe: Dedupe) {
    this.#membership = membership;
    this.#outbox = outbox;
    this.#dedupe = dedupe;
  }

  /** A line came on a link that is logged in; `login` is ours. */
  hear(connection: Connection, message: IrcMessage, login: string, now: Instant): void {
    const channel = message.param(0).toLowerCase();
    switch (message.command) {
      case "JOIN":
        if (message.source?.name === login) this.#membership.echoed(connection, channel, now);
        break;
      case "PART":
        if (message.source?.name === login) connection.channels.parted(channel);
        break;
      case "ROOMSTATE":
        this.#membership.described(connection, channel, now);
        if (this.#minds(channel)) this.#outbox.roomState(channel, message);
        break;
      case "USERSTATE":
        this.#userState(connection, channel, message, now);
        break;
      case "NOTICE":
        this.#notice(connection, channel, message, now);
        break;
      case "RECONNECT":
        connection.reconnectAsked = true;
        break;
    }
  }

  /** Whether it is one of our channels: a server could make up any number of others. */
  #minds(channel: string): boolean {
    return this.#membership.wanted.has(channel) || this.#outbox.knows(channel);
  }

  #userState(connection: Connection, channel: string, message: IrcMessage, now: Instant): void {
    const id = message.tag("id") || undefined;
    if (this.#minds(channel)) this.#outbox.userState(channel, message);
    if (id === undefined && connection.channels.takesState(channel)) return;
    this.#outbox.accepted(channel, connection, message, now);
    this.#dedupe.accepted(id, connection.link.id);
  }

  #notice(connection: Connection, channel: string, message: IrcMessage, now: Instant): void {
    const id = message.tag("msg-id") ?? "";
    const refusesJoin = REFUSES_JOIN.has(id);
    if (refusesJoin && connection.channels.sent(channel)) {
      return this.#membership.refused(connection, channel, message, now);
    }
    if (isRefusal(id)) this.#outbox.refused(channel, connection, message, now);
    // A channel may throw everybody out when it is suspended, and whom it bans.
    if (refusesJoin) connection.channels.doubt(channel);
  }
}
