import type { IrcMessage } from "@parley/parley/irc";
import type { Net } from "./_net.ts";
import type { Connection } from "./_state.ts";

/** What others are told of who somebody is, and whether they are there. */
export class Presence {
  readonly #net: Net;

  constructor(net: Net) {
    this.#net = net;
  }

  /** Takes AWAY and SETNAME; false if it is neither. */
  take(connection: Connection, message: IrcMessage): boolean {
    switch (message.command) {
      case "AWAY":
        this.#away(connection, message.param(0));
        return true;
      case "SETNAME":
        if (!connection.capabilities.has("setname")) return false;
        connection.realname = message.param(0);
        this.#tell(connection, "setname", `:${connection.mask} SETNAME :${connection.realname}`, true);
        return true;
      default:
        return false;
    }
  }

  /** Services log somebody in, or out by an empty string. */
  account(connection: Connection, account: string): void {
    const { mask } = connection;
    connection.account = account;
    if (account === "") this.#net.numeric(connection, "901", [mask, "You are now logged out"]);
    else this.#net.numeric(connection, "900", [mask, account, `You are now logged in as ${account}`]);
    this.#tell(connection, "account-notify", `:${mask} ACCOUNT ${account || "*"}`, true);
  }

  /** Somebody has another host, such as a cloak. */
  host(connection: Connection, host: string): void {
    const { mask } = connection;
    connection.host = host;
    this.#net.numeric(connection, "396", [host, "is now your displayed host"]);
    this.#tell(connection, "chghost", `:${mask} CHGHOST ${connection.user} ${host}`, true);
  }

  #away(connection: Connection, reason: string): void {
    connection.away = reason === "" ? undefined : reason;
    const [numeric, text] = reason === ""
      ? ["305", "You are no longer marked as being away"] as const
      : ["306", "You have been marked as being away"] as const;
    this.#net.numeric(connection, numeric, [text]);
    const line = `:${connection.mask} AWAY${reason === "" ? "" : ` :${reason}`}`;
    this.#tell(connection, "away-notify", line, false);
  }

  /** Tells those who share a channel, or watch the nick ([IRCv3 extended-monitor](https://ircv3.net/specs/extensions/extended-monitor)). */
  #tell(connection: Connection, capability: string, line: string, own: boolean): void {
    const neighbours = this.#net.neighbours(connection);
    for (const other of this.#net.connections.registered()) {
      const isWatching = other.capabilities.has("extended-monitor") &&
        other.monitored.watches(connection.nick, this.#net.fold);
      const isTold = other === connection ? own : neighbours.has(other) || isWatching;
      if (isTold && other.capabilities.has(capability)) this.#net.deliver(other, line);
    }
  }
}
