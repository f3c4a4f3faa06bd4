import type { IrcMessage } from "@parley/parley/irc";
import { Deadlines, type Instant } from "@parley/parley/protocol";
import type { Net } from "./_net.ts";
import type { Connection } from "./_state.ts";
import type { IrcServerOptions } from "./_types.ts";
import { welcome } from "./_welcome.ts";

/** The networks behind bouncers that have lost them: as ZNC does it, which stays connected to its client. */
export class Outages {
  readonly #net: Net;
  readonly #options: IrcServerOptions;
  readonly #ends = new Deadlines<Connection>();
  /** The channels that they were in, which a bouncer joins again. */
  readonly #channels = new Map<Connection, readonly string[]>();

  constructor(net: Net, options: IrcServerOptions) {
    this.#net = net;
    this.#options = options;
  }

  /** When a bouncer is back on its network. */
  get deadline(): Instant {
    return this.#ends.next;
  }

  /** A bouncer loses its network. */
  begin(connection: Connection, until: Instant): void {
    const net = this.#net;
    if (this.#channels.has(connection)) return this.#ends.set(connection, until);
    this.#channels.set(connection, net.quit(connection, "Connection reset"));
    this.#ends.set(connection, until);
    this.#say(connection, "Disconnected from IRC. Reconnecting...");
  }

  /** Whether a line of a client's gets nowhere, which it is told of a text alone. */
  swallows(connection: Connection, message: IrcMessage): boolean {
    if (!this.#channels.has(connection)) return false;
    if (message.command === "PRIVMSG" || message.command === "NOTICE") {
      this.#say(connection, `Your message to ${message.param(0)} got lost, you are not connected to IRC!`);
    }
    return true;
  }

  /** Bouncers are back for which it is time. */
  due(): void {
    const net = this.#net;
    for (let one = this.#ends.due(net.now); one !== undefined; one = this.#ends.due(net.now)) {
      const channels = this.#channels.get(one) ?? [];
      this.#channels.delete(one);
      if (one.closed) continue;
      this.#say(one, "Connected!");
      for (const numeric of welcome(net.name, one.mask, this.#options)) net.numeric(one, ...numeric);
      for (const name of channels) {
        const channel = net.channel(net.nameNow(name) ?? name);
        const isRefused = (net.refused.get(net.fold(channel.name))?.until ?? -Infinity) > net.now;
        if (isRefused || net.isIn(channel, one.nick)) continue;
        net.enter(channel, one.nick, one.mask);
        net.tellNames(one, channel.name);
      }
    }
  }

  #say(connection: Connection, text: string): void {
    this.#net.send(connection, `:*status!znc@znc.in PRIVMSG ${connection.nick} :${text}`);
  }
}
